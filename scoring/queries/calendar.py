"""The deadlines of rounds in a person's calendar; a round's own date counts, not its step's."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from compacts.models import Milestone
from compacts.queries.calendar import KEPT, Deadline
from compacts.rules import Step
from scoring.models import Round
from scoring.rules import RoundState
from units.models import Person


def round_deadlines(person: Person) -> tuple[Collection[Deadline], Collection[int]]:
    """The deadlines of the rounds that were opened, and the milestones of self-scoring they rule.

    Two queries. As on the season's timeline, its newest round rules.
    """
    opened = Round.objects.visible_to(person).exclude(state=RoundState.DRAFT)
    rounds = list(opened.select_related("season__bloc").order_by("pk"))
    newest = {row.season_id: row for row in rounds}
    ruled = Milestone.objects.filter(
        step=Step.SELF_SCORE, season__in=[pk for pk, row in newest.items() if row.due_at]
    )
    since = timezone.now() - KEPT
    found = [one for row in rounds for one in _of(row) if one.due_at >= since]
    return found, list(ruled.values_list("pk", flat=True))


def _of(scored: Round) -> Iterator[Deadline]:
    where = [scored.season.bloc.code, scored.season.year, scored.code]
    for name, label, due_at, page in (
        ("due", Step.SELF_SCORE.label, scored.due_at, "scoring:round"),
        ("explanations", _("Giải trình"), scored.explanations_due_at, "scoring:round"),
        (
            "objections",
            _("Kiến nghị về kết quả"),
            scored.objections_due_at,
            "scoring:publications",
        ),
    ):
        if due_at is not None:
            yield Deadline(
                name=f"round-{scored.pk}-{name}",
                season=scored.season,
                label=format_lazy("{} ({})", label, scored.name),
                due_at=due_at,
                changed_at=scored.scheduled_at,
                path=reverse(page, args=where),
            )
