"""A conference as its pages and its minutes read it: times, who is there, what the hall sees."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count

from compacts.models import (
    AgendaItem,
    Attendance,
    Compact,
    Conference,
    KeyTask,
    Participant,
    Registration,
)
from compacts.queries import SigningRow, signing_board
from compacts.rules import (
    ATTENDING,
    CompactState,
    ConferenceState,
    Presence,
    RegistrationState,
    ScreenKind,
    has_quorum,
)

# A draft, and what was sent back, is not read out to the hall.
_READ_OUT = (RegistrationState.SUBMITTED, RegistrationState.ACCEPTED)
TASKS_ON_A_SCREEN = 4


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """An item with the time at which the plan comes to it."""

    item: AgendaItem
    starts_at: datetime.datetime


def agenda_of(conference: Conference) -> list[AgendaLine]:
    """The agenda, each item beginning when the ones before it have had their minutes."""
    lines = []
    moment = conference.starts_at
    for item in conference.items.select_related("movement"):
        lines.append(AgendaLine(item, moment))
        moment += datetime.timedelta(minutes=item.minutes)
    return lines


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """A unit and how it is there; None where nobody has said yet."""

    participant: Participant
    row: Attendance | None

    @property
    def is_there(self) -> bool:
        """In person or represented."""
        return self.row is not None and self.row.presence in ATTENDING


@dataclass(frozen=True, slots=True)
class AttendanceCount:
    """Who is at a conference; ``units`` are all of the season."""

    units: tuple[AttendanceLine, ...]
    guests: tuple[Attendance, ...]

    @property
    def total(self) -> int:
        """How many units take part in the season."""
        return len(self.units)

    @property
    def attending(self) -> int:
        """How many of them are there, in person or represented."""
        return sum(1 for line in self.units if line.is_there)

    @property
    def has_quorum(self) -> bool:
        """Are two thirds of the units there?"""
        return has_quorum(self.attending, self.total)

    @property
    def absent(self) -> list[AttendanceLine]:
        """The units that were marked absent."""
        away = (Presence.EXCUSED, Presence.ABSENT)
        return [line for line in self.units if line.row and line.row.presence in away]

    @property
    def there(self) -> list[AttendanceLine]:
        """The units that are there."""
        return [line for line in self.units if line.is_there]


def attendance_of(conference: Conference) -> AttendanceCount:
    """Every unit of the season and how it is there, and the guests; two queries."""
    rows = list(conference.attendance.all())
    marked = {row.participant_id: row for row in rows if row.participant_id}
    return AttendanceCount(
        units=tuple(
            AttendanceLine(one, marked.get(one.pk)) for one in conference.season.participants.all()
        ),
        guests=tuple(row for row in rows if row.participant_id is None),
    )


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A screen of a unit's registration: ``place`` of the unit, ``part`` of its key tasks."""

    participant: Participant
    place: int
    part: int
    parts: int


def unit_pages(conference: Conference) -> list[UnitPage]:
    """The screens on which the registrations are read out, unit by unit; two queries.

    Nobody scrolls in a hall: a unit with more key tasks than one screen holds has several.
    """
    counts = dict(
        KeyTask.objects.filter(
            registration__season=conference.season, registration__state__in=_READ_OUT
        )
        .order_by()
        .values_list("registration__unit")
        .annotate(count=Count("pk"))
    )
    pages = []
    for place, one in enumerate(conference.season.participants.all(), start=1):
        parts = max(1, -(-counts.get(one.unit_id, 0) // TASKS_ON_A_SCREEN))
        pages += [UnitPage(one, place, part, parts) for part in range(1, parts + 1)]
    return pages


def pages_of(conference: Conference, item: AgendaItem) -> int:
    """How many screens the item has: more than one where registrations are read out."""
    if item.screen != ScreenKind.REGISTRATIONS:
        return 1
    return max(1, len(unit_pages(conference)))


@dataclass(frozen=True, slots=True)
class Place:
    """An item and the page of it that a button of the remote puts on."""

    item: AgendaItem
    page: int


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the screen stands and where "next" and "back" lead; None at the ends.

    ``unit`` is the one whose registration is shown.
    """

    lines: tuple[AgendaLine, ...]
    current: AgendaItem | None = None
    pages: int = 1
    unit: str = ""
    back: Place | None = None
    forward: Place | None = None


def remote_of(conference: Conference) -> Remote:
    """The remote control's view: through the pages of an item, then on to the next item."""
    lines = agenda_of(conference)
    items = [line.item for line in lines]
    index = next((at for at, item in enumerate(items) if item.is_current), None)
    if index is None:
        return Remote(tuple(lines))
    current = items[index]
    pages = pages_of(conference, current)
    back = forward = None
    if current.page > 0:
        back = Place(current, current.page - 1)
    elif index > 0:
        before = items[index - 1]
        back = Place(before, pages_of(conference, before) - 1)
    if current.page + 1 < pages:
        forward = Place(current, current.page + 1)
    elif index + 1 < len(items):
        forward = Place(items[index + 1], 0)
    unit = ""
    if current.screen == ScreenKind.REGISTRATIONS and (shown := _shown(conference, current)):
        unit = shown.participant.name
    return Remote(tuple(lines), current, pages, unit, back, forward)


def _shown(conference: Conference, item: AgendaItem) -> UnitPage | None:
    pages = unit_pages(conference)
    return pages[min(item.page, len(pages) - 1)] if pages else None


@dataclass(frozen=True, slots=True)
class UnitScreen:
    """A unit's registration on the screen: its titles, and the key tasks of this page."""

    page: UnitPage
    total: int
    titles: tuple[str, ...]
    tasks: tuple[KeyTask, ...]
    is_sent: bool


@dataclass(frozen=True, slots=True)
class SigningScreen:
    """The signing as the hall sees it."""

    compact: Compact
    board: tuple[SigningRow, ...]
    signed: int


@dataclass(frozen=True, slots=True)
class Screen:
    """What the hall sees now; only what the kind of the current item needs is filled in."""

    kind: ScreenKind
    item: AgendaItem | None
    agenda: tuple[AgendaLine, ...] = ()
    attendance: AttendanceCount | None = None
    unit: UnitScreen | None = None
    signing: SigningScreen | None = None


def screen_of(conference: Conference) -> Screen:
    """What the screen of the hall shows: the current item, the welcome where there is none."""
    item = conference.items.filter(is_current=True).select_related("movement").first()
    if item is None or conference.state != ConferenceState.RUNNING:
        return Screen(ScreenKind.WELCOME, None)
    kind = ScreenKind(item.screen)
    return Screen(
        kind,
        item,
        agenda=tuple(agenda_of(conference)) if kind == ScreenKind.AGENDA else (),
        attendance=attendance_of(conference) if kind == ScreenKind.ATTENDANCE else None,
        unit=_unit_screen(conference, item) if kind == ScreenKind.REGISTRATIONS else None,
        signing=_signing_screen(conference) if kind == ScreenKind.SIGNING else None,
    )


def _unit_screen(conference: Conference, item: AgendaItem) -> UnitScreen | None:
    page = _shown(conference, item)
    if page is None:
        return None
    found = (
        Registration.objects.filter(
            season=conference.season, unit=page.participant.unit_id, state__in=_READ_OUT
        )
        .prefetch_related("tasks", "titles__title")
        .first()
    )
    first = (page.part - 1) * TASKS_ON_A_SCREEN
    return UnitScreen(
        page=page,
        total=conference.season.participants.count(),
        titles=tuple(row.title.name for row in found.titles.all()) if found else (),
        tasks=tuple(found.tasks.all())[first : first + TASKS_ON_A_SCREEN] if found else (),
        is_sent=found is not None,
    )


def _signing_screen(conference: Conference) -> SigningScreen | None:
    compact = Compact.objects.filter(season=conference.season).first()
    if compact is None or compact.state == CompactState.DRAFTING:
        return None
    compact.season = conference.season
    board = tuple(signing_board(compact))
    return SigningScreen(compact, board, sum(1 for row in board if row.signature))
