"""What a bloc's next season grows from: its seasons so far, its members, what became of units."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from compacts.models import Milestone, Season
from compacts.rules import OfficeKind
from scoring.models import Adoption, CriteriaTable, PlannedStep, SeasonPlan
from units.models import Bloc, Membership, Unit, UnitEvent
from units.models.bloc import on_date
from units.vietnamese import date_text


@dataclass(frozen=True, slots=True)
class PlanGround:
    """A bloc, its seasons (newest first) and what was typed for the next one, by step."""

    bloc: Bloc
    seasons: tuple[Season, ...]
    plan: SeasonPlan | None
    steps: dict[str, PlannedStep]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit that may take part: ``notes`` say what changed, ``suggested`` whether it should."""

    unit: Unit
    is_member: bool
    suggested: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitsFound:
    """Who may take part from the first day on, who no longer does, and what happened to units."""

    lines: tuple[UnitLine, ...]
    left: tuple[str, ...]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearOfOffices:
    """Who was head and deputy in one season, and how they were chosen."""

    year: int
    head: str
    deputies: tuple[str, ...]
    chosen_by: str


def ground_of(bloc: Bloc) -> PlanGround:
    """The seasons of the bloc with their offices, and the plan if one was begun."""
    plan = SeasonPlan.objects.select_related("begun_by").filter(bloc=bloc).first()
    steps = plan.steps.select_related("saved_by") if plan else PlannedStep.objects.none()
    seasons = Season.objects.filter(bloc=bloc).select_related("bloc__council")
    return PlanGround(
        bloc=bloc,
        seasons=tuple(seasons.prefetch_related("offices__unit").order_by("-year")),
        plan=plan,
        steps={row.step: row for row in steps},
    )


def later_by_years(day: datetime.date, years: int) -> datetime.date:
    """The same day ``years`` later; 29 February becomes the 28th where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def milestones_of(season: Season) -> dict[str, Milestone]:
    """The season's milestones by step."""
    return {row.step: row for row in season.milestones.all()}


def table_of(season: Season) -> CriteriaTable | None:
    """The scoring table that the season adopted."""
    adoption = Adoption.objects.filter(season=season).select_related("table").first()
    return adoption.table if adoption else None


# --- units ----------------------------------------------------------------------------------


def units_for(bloc: Bloc, earlier: Season, starts_on: datetime.date) -> UnitsFound:
    """The members on the first day, and the units into which units of ``earlier`` went over.

    A member that has ended by then is not suggested. A fixed number of queries.
    """
    members = _members_on(bloc, starts_on)
    before = dict(earlier.participants.values_list("unit", "name"))
    concerned = {*before, *(unit.pk for unit in members)}
    events = _events(concerned, earlier.starts_on)
    known = {unit.pk for unit in members}
    successors = {
        unit.pk: unit
        for event in events
        for unit in event.after.all()
        if unit.pk not in known and unit.council_id == bloc.council_id
    }
    lines = [
        UnitLine(
            unit=unit,
            is_member=unit.pk in known,
            suggested=unit.valid_to is None or unit.valid_to >= starts_on,
            notes=tuple(_notes(unit, before, events, starts_on)),
        )
        for unit in [*members, *successors.values()]
    ]
    return UnitsFound(
        lines=tuple(lines),
        left=tuple(name for pk, name in before.items() if pk not in known),
        events=tuple(map(_event_text, events)),
    )


def _members_on(bloc: Bloc, day: datetime.date) -> list[Unit]:
    rows = Membership.objects.filter(on_date(day), bloc=bloc).select_related("unit")
    return [row.unit for row in rows]


def _events(units: Collection[int], since: datetime.date) -> list[UnitEvent]:
    rows = UnitEvent.objects.filter(
        Q(before__in=units) | Q(after__in=units), happened_on__gt=since
    ).distinct()
    return list(rows.prefetch_related("before", "after").order_by("happened_on", "pk"))


def _names(units: Iterable[Unit]) -> str:
    return ", ".join(unit.name for unit in units)


def _event_text(event: UnitEvent) -> str:
    facts = {
        "kind": event.get_kind_display(),
        "day": date_text(event.happened_on),
        "before": _names(event.before.all()),
        "after": _names(event.after.all()),
        "number": event.decision_number or _("chưa ghi số"),
    }
    if not facts["after"]:
        return _("%(kind)s ngày %(day)s: %(before)s. Quyết định: %(number)s") % facts
    return _("%(kind)s ngày %(day)s: %(before)s → %(after)s. Quyết định: %(number)s") % facts


def _notes(
    unit: Unit, before: dict[int, str], events: Sequence[UnitEvent], starts_on: datetime.date
) -> Iterable[str]:
    if unit.pk not in before:
        yield _("Mới tham gia so với mùa trước.")
    elif before[unit.pk] != unit.name:
        yield _("Mùa trước mang tên: %(name)s.") % {"name": before[unit.pk]}
    for event in events:
        if unit in event.after.all() and unit not in event.before.all():
            yield _("Kế tục %(before)s (%(kind)s).") % {
                "before": _names(event.before.all()),
                "kind": event.get_kind_display(),
            }
    if unit.valid_to is not None and unit.valid_to < starts_on:
        yield _("Đã kết thúc hoạt động ngày %(day)s.") % {"day": date_text(unit.valid_to)}


# --- offices --------------------------------------------------------------------------------


def years_of_offices(seasons: Sequence[Season]) -> list[YearOfOffices]:
    """Head and deputies of the seasons, in their order."""
    found = []
    for season in seasons:
        offices = list(season.offices.all())
        heads = [one.unit.name for one in offices if one.kind == OfficeKind.HEAD]
        found.append(
            YearOfOffices(
                year=season.year,
                head=heads[0] if heads else "",
                deputies=tuple(one.unit.name for one in offices if one.kind == OfficeKind.DEPUTY),
                chosen_by=offices[0].get_chosen_by_display() if offices else "",
            )
        )
    return found


def last_headed(seasons: Sequence[Season]) -> dict[int, int]:
    """The last year in which a unit was head, by its id; ``seasons`` newest first."""
    found: dict[int, int] = {}
    for season in seasons:
        for office in season.offices.all():
            if office.kind == OfficeKind.HEAD:
                found.setdefault(office.unit_id, season.year)
    return found


def next_in_turn(earlier: Season, units: Sequence[Unit]) -> tuple[Unit | None, tuple[Unit, ...]]:
    """Head and deputies by rotation among ``units`` in the bloc's order (domain dossier a.2).

    The first deputy becomes head, else the unit after the head; the unit after the new head
    becomes deputy.
    """
    head = _next_head(earlier, units)
    return head, _after(head, units)


def _next_head(earlier: Season, units: Sequence[Unit]) -> Unit | None:
    offices = list(earlier.offices.all())
    still = {unit.pk: unit for unit in units}
    for office in offices:
        if office.kind == OfficeKind.DEPUTY and office.unit_id in still:
            return still[office.unit_id]
    head = next((office.unit_id for office in offices if office.kind == OfficeKind.HEAD), None)
    found = _after(still.get(head) if head is not None else None, units)
    return found[0] if found else None


def _after(unit: Unit | None, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """The unit after ``unit`` in the bloc's order, the first after the last; none for one."""
    if unit is None or unit not in units:
        return tuple(units[:1])
    following = units[(list(units).index(unit) + 1) % len(units)]
    return () if following == unit else (following,)
