"""Opening a season from an earlier one: what was planned becomes the season, in one step."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from compacts.models import Season
from compacts.permissions import can_create_season
from compacts.rules import SelectionWay, Step
from compacts.services.invitations import send_invitations
from compacts.services.seasons import create_season
from scoring.models import Adoption, SeasonPlan
from scoring.rules import TableChoice
from scoring.services.rounds import take_table
from scoring.services.table_start import start_copy
from units.access import require
from units.models import Bloc, Membership, Person, Unit
from units.models.bloc import on_date
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.services.set_up import add_member


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """When a step opens and is due, and whether it is done at all; times are instants."""

    opens_at: datetime.datetime | None
    due_at: datetime.datetime | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class NextSeasonFacts:
    """What the plan says of the season to be opened; ``invited`` holds ids of people."""

    earlier: Season
    year: int
    starts_on: datetime.date
    ends_on: datetime.date
    theme: str
    milestones: Mapping[Step, PlannedMilestone]
    units: tuple[Unit, ...]
    head: Unit
    deputies: tuple[Unit, ...]
    chosen_by: SelectionWay
    table: TableChoice
    invited: frozenset[int]


@transaction.atomic
def open_next_season(
    *, actor: Person, bloc: Bloc, facts: NextSeasonFacts, edition: int = 0
) -> Season:
    """Open the season as it was planned and drop the plan, in one step.

    Units that are no members yet become members from the first day on. Signatories and the leader
    in charge are taken over from the earlier season, both to be changed later. Who opens it need
    not run it: the outgoing head's secretary hands over to the next.

    ``edition`` is the plan's as it was read. Raises ``EditConflictError`` where the plan was
    changed since, ``RuleError`` as ``create_season``.
    """
    bloc = Bloc.objects.select_for_update().get(pk=bloc.pk)
    require(can_create_season(actor, bloc))
    plan = SeasonPlan.objects.filter(bloc=bloc).first()
    if (plan.edition if plan else 0) != edition:
        raise EditConflictError(_("Bản nháp vừa được người khác sửa; hãy xem lại rồi lập mùa."))
    earlier = facts.earlier
    joined = _join(actor, bloc, facts)
    season = create_season(
        actor=actor,
        bloc=bloc,
        year=facts.year,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        theme=facts.theme,
        head=facts.head,
        deputies=list(facts.deputies),
        chosen_by=facts.chosen_by,
        taking_part=[unit.pk for unit in facts.units],
    )
    season.leader_name = earlier.leader_name
    season.leader_position = earlier.leader_position
    season.save(update_fields=["leader_name", "leader_position"])
    _set_dates(season, facts.milestones)
    _take_over_signatories(earlier, season)
    _take_over_table(actor, earlier, season, facts.table)
    invited = send_invitations(actor=actor, season=season, numbers=dict.fromkeys(facts.invited, 1))
    if plan is not None:
        plan.delete()
    record(
        chain=season.audit_chain,
        actor=actor,
        action="open_next_season",
        target=f"season:{season.pk}",
        summary=_("%(who)s mở mùa %(year)d theo mùa %(earlier)d.")
        % {"who": actor.full_name, "year": season.year, "earlier": earlier.year},
        after={"table": str(facts.table), "told": len(invited), "joined": joined},
    )
    return season


def _join(actor: Person, bloc: Bloc, facts: NextSeasonFacts) -> list[str]:
    """Make members of the units that are none on the first day; their codes."""
    members = Membership.objects.filter(on_date(facts.starts_on), bloc=bloc)
    known = set(members.values_list("unit", flat=True))
    fresh = [unit for unit in facts.units if unit.pk not in known]
    for unit in fresh:
        try:
            add_member(actor=actor, bloc=bloc, unit=unit, starts_on=facts.starts_on)
        except RuleError as refusal:
            raise RuleError(
                _("%(unit)s: %(why)s") % {"unit": unit.name, "why": refusal}, field="units"
            ) from refusal
    return [unit.code for unit in fresh]


def _set_dates(season: Season, planned: Mapping[Step, PlannedMilestone]) -> None:
    for step, facts in planned.items():
        season.milestones.update_or_create(
            step=step,
            defaults={
                "is_on": facts.is_on,
                "opens_at": facts.opens_at,
                "due_at": facts.due_at,
            },
        )


def _take_over_signatories(earlier: Season, season: Season) -> None:
    known = {row.unit_id: row for row in earlier.participants.all()}
    for row in season.participants.all():
        before = known.get(row.unit_id)
        if before is not None:
            row.signatory_name = before.signatory_name
            row.signatory_position = before.signatory_position
            row.save(update_fields=["signatory_name", "signatory_position"])


def _take_over_table(actor: Person, earlier: Season, season: Season, choice: TableChoice) -> None:
    if choice == TableChoice.NONE:
        return
    adoption = Adoption.objects.filter(season=earlier).first()
    if adoption is None:
        raise RuleError(_("Mùa trước không có bảng điểm."), field="table")
    if choice == TableChoice.SAME:
        take_table(actor=actor, season=season, table_id=adoption.table_id)
    else:
        start_copy(actor=actor, season=season, source=adoption.table)
