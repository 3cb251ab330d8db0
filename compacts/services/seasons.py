"""Opening a season and setting its people, offices and dates."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from compacts.models import Milestone, Office, Participant, Registration, Season
from compacts.permissions import can_create_season, can_manage_season
from compacts.rules import MAX_DEPUTIES, OfficeKind, SelectionWay, Step, usual_due_day
from compacts.services.notices import tell_extended
from units.access import require
from units.models import Bloc, Person, Unit
from units.models.bloc import on_date
from units.rules import RuleError, end_of_day
from units.seen import check_seen, mark_of
from units.services.audit import record


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """What the form says of one step; times are instants."""

    opens_at: datetime.datetime | None
    due_at: datetime.datetime | None
    extended_to: datetime.datetime | None
    extension_reason: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs for a unit."""

    name: str
    position: str

    @property
    def mark(self) -> str:
        """The mark of these words, as a page sends it back."""
        return mark_of(asdict(self))


def signatory_of(participant: Participant) -> Signatory:
    """Who signs for the participant by now."""
    return Signatory(participant.signatory_name, participant.signatory_position)


@transaction.atomic
def create_season(
    *,
    actor: Person,
    bloc: Bloc,
    year: int,
    starts_on: datetime.date,
    ends_on: datetime.date,
    theme: str,
    head: Unit,
    deputies: Sequence[Unit] = (),
    chosen_by: SelectionWay = SelectionWay.ROTATION,
    taking_part: Collection[int] | None = None,
) -> Season:
    """Open the bloc's season with its members of the first day, its offices and usual dates.

    ``taking_part`` names by their ids which of the members take part, where not all do.
    Raises ``RuleError`` where the bloc has a season of that year, no members on the first day,
    or an office for a unit that does not take part.
    """
    bloc = Bloc.objects.select_for_update().get(pk=bloc.pk)
    require(can_create_season(actor, bloc))
    if Season.objects.filter(bloc=bloc, year=year).exists():
        raise RuleError(_("Khối này đã có mùa thi đua của năm đó."), field="year")
    if ends_on <= starts_on:
        raise RuleError(_("Ngày kết thúc phải sau ngày bắt đầu."), field="ends_on")
    members = list(bloc.memberships.filter(on_date(starts_on)).select_related("unit"))
    if taking_part is not None:
        members = [member for member in members if member.unit_id in taking_part]
    if not members:
        raise RuleError(_("Khối chưa có đơn vị thành viên vào ngày bắt đầu."), field="starts_on")
    season = Season.objects.create(
        bloc=bloc, year=year, starts_on=starts_on, ends_on=ends_on, theme=theme
    )
    for position, member in enumerate(members, start=1):
        Participant.objects.create(
            season=season,
            unit=member.unit,
            position=position,
            division=member.division,
            name=member.unit.name,
            short_name=member.unit.short_name,
            sort_key=member.unit.sort_key,
        )
        Registration.objects.create(season=season, unit=member.unit)
    _set_offices(season, head, deputies, chosen_by)
    for step in Step:
        Milestone.objects.create(
            season=season, step=step, due_at=end_of_day(usual_due_day(step, year))
        )
    record(
        chain=season.audit_chain,
        actor=actor,
        action="create_season",
        target=f"season:{season.pk}",
        summary=_("%(who)s mở mùa thi đua %(year)s.") % {"who": actor.full_name, "year": year},
    )
    return season


def _set_offices(
    season: Season, head: Unit, deputies: Sequence[Unit], chosen_by: SelectionWay
) -> None:
    if len(deputies) > MAX_DEPUTIES:
        raise RuleError(_("Nhiều nhất hai phó khối."), field="deputies")
    if head in deputies:
        raise RuleError(_("Trưởng khối không thể đồng thời là phó khối."), field="deputies")
    taking_part = set(season.participants.values_list("unit_id", flat=True))
    if not {head.pk, *(unit.pk for unit in deputies)} <= taking_part:
        raise RuleError(_("Trưởng khối, phó khối phải là đơn vị của mùa này."), field="head")
    season.offices.all().delete()
    Office.objects.create(season=season, unit=head, kind=OfficeKind.HEAD, chosen_by=chosen_by)
    for unit in deputies:
        Office.objects.create(
            season=season, unit=unit, kind=OfficeKind.DEPUTY, chosen_by=chosen_by
        )


@transaction.atomic
def update_season(
    *,
    actor: Person,
    season_id: int,
    theme: str,
    leader_name: str,
    leader_position: str,
    head: Unit,
    deputies: Sequence[Unit],
    chosen_by: SelectionWay,
    seen: str | None = None,
) -> Season:
    """Change theme, leader in charge and offices; recorded with what was before.

    Raises ``EditConflictError`` where somebody else changed them since ``seen``.
    """
    season = (
        Season.objects.select_for_update(of=("self",)).select_related("bloc").get(pk=season_id)
    )
    require(can_manage_season(actor, season))
    before = _facts(season)
    season.theme = theme
    season.leader_name = leader_name
    season.leader_position = leader_position
    season.save(update_fields=["theme", "leader_name", "leader_position"])
    _set_offices(season, head, deputies, chosen_by)
    after = _facts(season)
    check_seen(seen, before=before, after=after)
    record(
        chain=season.audit_chain,
        actor=actor,
        action="update_season",
        target=f"season:{season.pk}",
        summary=_("%(who)s sửa thiết lập mùa thi đua.") % {"who": actor.full_name},
        before=before,
        after=after,
    )
    return season


def _facts(season: Season) -> dict[str, object]:
    offices = list(season.offices.select_related("unit"))
    return {
        "theme": season.theme,
        "leader": season.leader_name,
        "leader_position": season.leader_position,
        "offices": {office.unit.code: str(office.kind) for office in offices},
        "chosen_by": str(offices[0].chosen_by) if offices else "",
    }


def season_seen(season: Season) -> str:
    """The mark of what ``update_season`` changes, as the page shows it."""
    return mark_of(_facts(season))


@transaction.atomic
def update_participants(
    *,
    actor: Person,
    season_id: int,
    signatories: Mapping[int, Signatory],
    seen: Mapping[int, str] | None = None,
) -> None:
    """Set who signs for each participant (by its id).

    Raises ``EditConflictError``, and changes none, where somebody else named another for one of
    them since its mark ``seen``.
    """
    season = (
        Season.objects.select_for_update(of=("self",)).select_related("bloc").get(pk=season_id)
    )
    require(can_manage_season(actor, season))
    before, after = {}, {}
    for participant in season.participants.filter(pk__in=signatories).select_related("unit"):
        stood, wanted = signatory_of(participant), signatories[participant.pk]
        participant.signatory_name = wanted.name
        participant.signatory_position = wanted.position
        mark = seen.get(participant.pk) if seen is not None else None
        check_seen(mark, before=asdict(stood), after=asdict(signatory_of(participant)))
        participant.save(update_fields=["signatory_name", "signatory_position"])
        before[participant.unit.code] = asdict(stood)
        after[participant.unit.code] = asdict(signatory_of(participant))
    record(
        chain=season.audit_chain,
        actor=actor,
        action="update_participants",
        target=f"season:{season.pk}",
        summary=_("%(who)s cập nhật người ký của các đơn vị.") % {"who": actor.full_name},
        before=before,
        after=after,
    )


def _milestone_facts(milestone: Milestone) -> MilestoneFacts:
    return MilestoneFacts(
        opens_at=milestone.opens_at,
        due_at=milestone.due_at,
        extended_to=milestone.extended_to,
        extension_reason=milestone.extension_reason,
        is_on=milestone.is_on,
    )


def milestone_seen(milestone: Milestone | None) -> str:
    """The mark of a step's dates as the page shows them, empty where none are set."""
    return mark_of(asdict(_milestone_facts(milestone))) if milestone else ""


@transaction.atomic
def save_milestone(
    *,
    actor: Person,
    season_id: int,
    step: Step,
    facts: MilestoneFacts,
    seen: str | None = None,
) -> None:
    """Set when a step opens and is due, extend it with a reason, or switch it off.

    Raises ``EditConflictError`` where somebody else changed it since ``seen``.
    """
    season = (
        Season.objects.select_for_update(of=("self",)).select_related("bloc").get(pk=season_id)
    )
    require(can_manage_season(actor, season))
    if facts.opens_at and facts.due_at and facts.due_at < facts.opens_at:
        raise RuleError(_("Hạn phải sau lúc mở."), field="due_at")
    if facts.extended_to and (not facts.due_at or facts.extended_to <= facts.due_at):
        raise RuleError(_("Hạn mới phải sau hạn cũ."), field="extended_to")
    if facts.extended_to and not facts.extension_reason.strip():
        raise RuleError(_("Hãy ghi lý do gia hạn."), field="extension_reason")
    milestone, made = Milestone.objects.get_or_create(season=season, step=step)
    stored = None if made else asdict(_milestone_facts(milestone))
    check_seen(seen, before=stored, after=asdict(facts))
    before = {"due_at": str(milestone.due_at), "extended_to": str(milestone.extended_to)}
    milestone.opens_at = facts.opens_at
    milestone.due_at = facts.due_at
    milestone.extended_to = facts.extended_to
    milestone.extension_reason = facts.extension_reason
    milestone.is_on = facts.is_on
    milestone.save()
    record(
        chain=season.audit_chain,
        actor=actor,
        action="save_milestone",
        target=f"milestone:{milestone.pk}",
        summary=_("%(who)s đặt mốc thời gian: %(step)s.")
        % {"who": actor.full_name, "step": step.label},
        before=before,
        after={"due_at": str(facts.due_at), "extended_to": str(facts.extended_to)},
    )
    if facts.is_on and str(facts.extended_to) != before["extended_to"]:
        tell_extended(milestone, actor)
