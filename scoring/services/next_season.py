"""Opening a season from the one before: dates moved on, offices rotated, units told."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import Season
from compacts.permissions import can_create_season
from compacts.rules import OfficeKind, SelectionWay
from compacts.services.notices import speakers_of
from compacts.services.seasons import create_season
from scoring.models import Adoption, CriteriaTable
from scoring.services.rounds import take_table
from scoring.services.tables import start_copy
from units.access import require
from units.models import Bloc, Person, Unit
from units.models.bloc import on_date
from units.rules import RuleError
from units.services.audit import record
from units.services.notifications import Message, notify


class TableChoice(TextChoices):
    """What becomes of last year's scoring table."""

    COPY = "copy", gettext_lazy("Soạn bản mới từ bảng điểm năm trước (để góp ý, sửa)")
    SAME = "same", gettext_lazy("Dùng nguyên bảng điểm năm trước")
    NONE = "none", gettext_lazy("Chưa chọn bảng điểm")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next season would be; everything may be changed before it is opened."""

    earlier: Season
    year: int
    starts_on: datetime.date
    ends_on: datetime.date
    head: Unit | None
    deputies: tuple[Unit, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]
    table: CriteriaTable | None


@dataclass(frozen=True, slots=True)
class NextSeasonFacts:
    """What the form says of the season to be opened."""

    year: int
    starts_on: datetime.date
    ends_on: datetime.date
    theme: str
    head: Unit
    deputies: tuple[Unit, ...]
    chosen_by: SelectionWay
    table: TableChoice
    invite: bool


def later_by_years(day: datetime.date, years: int) -> datetime.date:
    """The same day ``years`` later; 29 February becomes the 28th where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def newest_season(bloc: Bloc) -> Season | None:
    """The bloc's season of the highest year, or None."""
    return Season.objects.filter(bloc=bloc).select_related("bloc__council").first()


def propose_next_season(bloc: Bloc) -> Proposal | None:
    """The season after the bloc's newest one, or None for a bloc without any.

    The first deputy becomes head, else the unit after the head in the bloc's order; the unit
    after the new head becomes deputy (rotation, domain dossier a.2).
    """
    earlier = newest_season(bloc)
    if earlier is None:
        return None
    starts_on = later_by_years(earlier.starts_on, 1)
    members = [
        row.unit for row in bloc.memberships.filter(on_date(starts_on)).select_related("unit")
    ]
    head = _next_head(earlier, members)
    before = dict(earlier.participants.values_list("unit", "name"))
    now = {unit.pk: unit.name for unit in members}
    adoption = Adoption.objects.filter(season=earlier).select_related("table").first()
    return Proposal(
        earlier=earlier,
        year=earlier.year + 1,
        starts_on=starts_on,
        ends_on=later_by_years(earlier.ends_on, 1),
        head=head,
        deputies=_after(head, members),
        joined=tuple(name for pk, name in now.items() if pk not in before),
        left=tuple(name for pk, name in before.items() if pk not in now),
        table=adoption.table if adoption else None,
    )


def _next_head(earlier: Season, members: Sequence[Unit]) -> Unit | None:
    offices = list(earlier.offices.all())
    still = {unit.pk: unit for unit in members}
    deputies = [office.unit_id for office in offices if office.kind == OfficeKind.DEPUTY]
    for pk in deputies:
        if pk in still:
            return still[pk]
    head = next((office.unit_id for office in offices if office.kind == OfficeKind.HEAD), None)
    found = _after(still.get(head) if head is not None else None, members)
    return found[0] if found else None


def _after(unit: Unit | None, members: Sequence[Unit]) -> tuple[Unit, ...]:
    """The member after ``unit`` in the bloc's order, the first after the last; none for one."""
    if unit is None or unit not in members:
        return tuple(members[:1])
    following = members[(list(members).index(unit) + 1) % len(members)]
    return () if following == unit else (following,)


@transaction.atomic
def open_next_season(*, actor: Person, bloc: Bloc, facts: NextSeasonFacts) -> Season:
    """Open the season with what last year's leaves it, in one step.

    Milestones move on by the years between, and stay switched off where they were; signatories and
    the leader in charge are taken over, both to be changed later. Who opens it need not run it:
    the outgoing head's secretary hands over to the next. Raises ``RuleError`` as
    ``create_season``, and where there is no season or table before.
    """
    require(can_create_season(actor, bloc))
    earlier = newest_season(bloc)
    if earlier is None:
        raise RuleError(_("Khối chưa có mùa thi đua nào để làm theo."))
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
    )
    season.leader_name = earlier.leader_name
    season.leader_position = earlier.leader_position
    season.save(update_fields=["leader_name", "leader_position"])
    _take_over_dates(earlier, season)
    _take_over_signatories(earlier, season)
    _take_over_table(actor, earlier, season, facts.table)
    told = _invite(actor, season) if facts.invite else 0
    record(
        chain=season.audit_chain,
        actor=actor,
        action="open_next_season",
        target=f"season:{season.pk}",
        summary=_("%(who)s mở mùa %(year)d theo mùa %(earlier)d.")
        % {"who": actor.full_name, "year": season.year, "earlier": earlier.year},
        after={"table": str(facts.table), "told": told},
    )
    return season


def _take_over_dates(earlier: Season, season: Season) -> None:
    years = season.year - earlier.year
    for row in earlier.milestones.all():
        season.milestones.update_or_create(
            step=row.step,
            defaults={
                "is_on": row.is_on,
                "opens_at": _moved(row.opens_at, years),
                "due_at": _moved(row.due_at, years),
            },
        )


def _moved(moment: datetime.datetime | None, years: int) -> datetime.datetime | None:
    if moment is None:
        return None
    return datetime.datetime.combine(later_by_years(moment.date(), years), moment.timetz())


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


def _invite(actor: Person, season: Season) -> int:
    """Tell everybody who speaks for a unit; letters to new people carry their first login."""
    units = list(season.participants.values_list("unit", flat=True))
    message = Message(
        key=f"season:{season.pk}:invited",
        subject=gettext_lazy("Mời tham gia mùa thi đua %(year)s: %(bloc)s"),
        text=gettext_lazy("Xin mời đơn vị đăng ký danh hiệu và nhiệm vụ trọng tâm."),
        facts={"year": season.year, "bloc": season.bloc.name},
        path=reverse("compacts:season", args=[season.bloc.code, season.year]),
    )
    return len(notify(persons=speakers_of(units), message=message, sent_by=actor))
