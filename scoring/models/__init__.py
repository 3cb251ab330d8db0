"""How it came out: scoring tables, rounds, sheets, marks, ballots and what was published."""

from __future__ import annotations

from scoring.models.import_draft import ImportDraft
from scoring.models.ranking import Ballot, BallotVote, Decision, DecisionPlace, Publication
from scoring.models.round import Assignment, Exemption, Round
from scoring.models.sheet import Evidence, Mark, Sheet
from scoring.models.table import Adoption, CriteriaTable, Criterion

__all__ = [
    "Adoption",
    "Assignment",
    "Ballot",
    "BallotVote",
    "CriteriaTable",
    "Criterion",
    "Decision",
    "DecisionPlace",
    "Evidence",
    "Exemption",
    "ImportDraft",
    "Mark",
    "Publication",
    "Round",
    "Sheet",
]
