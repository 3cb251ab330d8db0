"""How it came out: scoring tables, rounds, sheets, marks, ballots and what was published."""

from __future__ import annotations

from scoring.models.dossier import Dossier
from scoring.models.explanation import Explanation, Objection
from scoring.models.import_draft import ImportDraft
from scoring.models.poll import BallotBox, Poll, PollCandidate, PollVoter
from scoring.models.ranking import Ballot, BallotVote, Decision, DecisionPlace, Publication
from scoring.models.reminder_day import ReminderDay
from scoring.models.round import Assignment, Exemption, Round
from scoring.models.season_plan import PlannedStep, SeasonPlan
from scoring.models.sheet import Evidence, Mark, Sheet
from scoring.models.table import (
    Adoption,
    CriteriaTable,
    Criterion,
    CriterionSource,
    TableComment,
)
from scoring.models.title import Award, ConditionCheck, Title, TitleCondition

__all__ = [
    "Adoption",
    "Assignment",
    "Award",
    "Ballot",
    "BallotBox",
    "BallotVote",
    "ConditionCheck",
    "CriteriaTable",
    "Criterion",
    "CriterionSource",
    "Decision",
    "DecisionPlace",
    "Dossier",
    "Evidence",
    "Exemption",
    "Explanation",
    "ImportDraft",
    "Mark",
    "Objection",
    "PlannedStep",
    "Poll",
    "PollCandidate",
    "PollVoter",
    "Publication",
    "ReminderDay",
    "Round",
    "SeasonPlan",
    "Sheet",
    "TableComment",
    "Title",
    "TitleCondition",
]
