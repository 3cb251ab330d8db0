"""What waits for a person before and during the year: registrations, texts, signatures, tasks."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import (
    AdHocTask,
    Comment,
    Compact,
    Draft,
    KeyTask,
    Milestone,
    Participant,
    Progress,
    Registration,
    Season,
)
from compacts.queries.conference_work import conference_tasks
from compacts.rules import (
    AdHocState,
    CommentOutcome,
    CompactState,
    DraftState,
    OfficeKind,
    Period,
    RegistrationState,
    Step,
)
from units.models import Person
from units.queries import OpenTask
from units.rules import Capacity, RoleKind, end_of_day

# A step without an opening day is looked at this long before it is due.
AHEAD = datetime.timedelta(days=30)
_REPORTS = {Step.MIDYEAR: Period.HALF, Step.YEAREND: Period.YEAR}


@dataclass(frozen=True)
class Desk:
    """What all questions about one person's work share; read once.

    Ids of units: those the person speaks for, is head of, and belongs to in any role. ``served``
    are the seasons the person is secretary of; ``milestones`` are those switched on.
    """

    person: Person
    units: frozenset[int]
    headed: frozenset[int]
    own: frozenset[int]
    seasons: dict[int, Season]
    served: frozenset[int]
    milestones: dict[tuple[int, str], Milestone]
    now: datetime.datetime = field(default_factory=timezone.now)

    @property
    def today(self) -> datetime.date:
        """The day in Hà Nội."""
        return timezone.localdate(self.now)

    @property
    def running(self) -> list[int]:
        """The ids of the seasons whose last day has not passed."""
        return [pk for pk, season in self.seasons.items() if season.ends_on >= self.today]

    def next_milestone(self) -> Milestone | None:
        """The step of a running season that is due next."""
        running = set(self.running)
        return self._soonest(row for (pk, _step), row in self.milestones.items() if pk in running)

    def next_milestone_of(self, season_id: int) -> Milestone | None:
        """The step of one season that is due next."""
        return self._soonest(
            row for (pk, _step), row in self.milestones.items() if pk == season_id
        )

    def _soonest(self, milestones: Iterable[Milestone]) -> Milestone | None:
        ahead = [
            (row.deadline, row.pk, row)
            for row in milestones
            if row.deadline is not None and row.deadline > self.now
        ]
        return min(ahead)[2] if ahead else None

    def due(self, season_id: int, step: Step) -> datetime.datetime | None:
        """The step's deadline, None where it has none or is switched off."""
        found = self.milestones.get((season_id, step))
        return found.deadline if found else None

    def has_begun(self, season_id: int, step: Step) -> bool:
        """Is the step switched on, and open or due within a month?"""
        found = self.milestones.get((season_id, step))
        if found is None:
            return False
        if found.opens_at is not None:
            return found.opens_at <= self.now
        return found.due_at is not None and found.due_at - AHEAD <= self.now

    def address(self, name: str, season_id: int, *more: object) -> str:
        """The address of a page of the season."""
        season = self.seasons[season_id]
        return reverse(name, args=[season.bloc.code, season.year, *more])


def desk_of(person: Person) -> Desk:
    """Roles, seasons and deadlines of the person; three queries."""
    roles = person.roles_on(timezone.localdate())
    headed = roles.ids(RoleKind.SIGNATORY, "unit")
    seasons = Season.objects.visible_to(person).select_related("bloc")
    served = Season.objects.served_by(person).values_list("pk", flat=True)
    milestones = Milestone.objects.filter(season__in=seasons.values("pk"), is_on=True)
    return Desk(
        person=person,
        units=roles.ids(RoleKind.REPRESENTATIVE, "unit") | headed,
        headed=headed,
        own=roles.unit_ids,
        seasons={season.pk: season for season in seasons},
        served=frozenset(served),
        milestones={(row.season_id, row.step): row for row in milestones},
    )


def open_tasks(desk: Desk) -> list[OpenTask]:
    """What waits for the person; a fixed number of queries, whatever the number of seasons."""
    parts: list[Iterable[OpenTask]] = []
    if desk.units:
        parts += [_registering(desk), _reporting(desk), _commenting(desk), _signing(desk)]
        parts += [_ad_hoc_results(desk)]
    if desk.served:
        parts += [_judging(desk), _answering(desk), _issuing(desk), _compacts(desk)]
        parts += [_ad_hoc_judging(desk), _handing_over(desk), conference_tasks(desk)]
    return [task for part in parts for task in part]


def _registering(desk: Desk) -> Iterator[OpenTask]:
    rows = Participant.objects.filter(season__in=desk.running, unit__in=desk.units)
    stored = {
        (row.season_id, row.unit_id): row
        for row in Registration.objects.filter(season__in=desk.running, unit__in=desk.units)
    }
    for row in rows.select_related("unit"):
        found = stored.get((row.season_id, row.unit_id))
        state = found.state if found else RegistrationState.DRAFT
        if state not in (RegistrationState.DRAFT, RegistrationState.RETURNED):
            continue
        asked = found is not None and found.approval_asked_at is not None
        if asked and row.unit_id not in desk.headed:
            # It lies with the unit's head.
            continue
        if asked:
            what, action = _("Duyệt và gửi bản đăng ký"), _("Xem và duyệt")
        elif state == RegistrationState.RETURNED:
            what, action = _("Sửa bản đăng ký bị trả lại"), _("Sửa")
        else:
            what, action = _("Đăng ký thi đua"), _("Đăng ký")
        yield OpenTask(
            label=f"{what}: {row.name}",
            url=desk.address("compacts:registration", row.season_id, row.unit.code),
            season=str(desk.seasons[row.season_id]),
            capacity=Capacity.UNIT,
            action=action,
            due_at=desk.due(row.season_id, Step.REGISTRATION),
            detail=found.return_reason if found and state == RegistrationState.RETURNED else "",
        )


def _reporting(desk: Desk) -> Iterator[OpenTask]:
    due = [
        (pk, step, period)
        for pk in desk.running
        for step, period in _REPORTS.items()
        if desk.has_begun(pk, step)
    ]
    tasks = KeyTask.objects.filter(
        registration__season__in={pk for pk, _step, _period in due},
        registration__unit__in=desk.units,
        registration__state=RegistrationState.ACCEPTED,
    )
    done = set(Progress.objects.filter(task__in=tasks).values_list("task", "period"))
    rows = tasks.values_list(
        "pk",
        "registration__season",
        "registration__unit__code",
        "registration__unit__name",
        "registration__accepted_at",
    )
    accepted: dict[tuple[int, str], datetime.datetime | None] = {}
    counts: Counter[tuple[int, Step, Period, str, str]] = Counter()
    for task, season, code, name, accepted_at in rows:
        accepted[season, code] = accepted_at
        for pk, step, period in due:
            if pk == season and (task, period.value) not in done:
                counts[pk, step, period, code, name] += 1
    for (pk, step, period, code, name), count in counts.items():
        due_at, accepted_at = desk.due(pk, step), accepted[pk, code]
        if due_at is not None and accepted_at is not None and due_at < accepted_at:
            # Nobody was late with a report on what was not registered yet.
            due_at = None
        yield OpenTask(
            label=_("Báo cáo %(period)s: %(unit)s")
            % {"period": period.label.lower(), "unit": name},
            url=desk.address("compacts:progress", pk, code) + f"?ky={period.value}",
            season=str(desk.seasons[pk]),
            capacity=Capacity.UNIT,
            action=_("Báo cáo"),
            due_at=due_at,
            detail=_("Còn %(count)s nhiệm vụ chưa có số liệu") % {"count": count},
        )


def _commenting(desk: Desk) -> Iterator[OpenTask]:
    # Not by one join, which would tell a text still being written beside one that is open.
    drafts = Draft.objects.filter(
        season__in=desk.seasons, state=DraftState.COMMENTING, comments_due_at__gt=desk.now
    )
    said = set(
        Comment.objects.filter(version__draft__in=drafts, unit__in=desk.units).values_list(
            "version__draft", "unit"
        )
    )
    parties: dict[int, list[Participant]] = defaultdict(list)
    for row in Participant.objects.filter(season__in=desk.seasons, unit__in=desk.units):
        parties[row.season_id].append(row)
    for draft in drafts:
        for row in parties[draft.season_id]:
            if (draft.pk, row.unit_id) in said:
                continue
            yield OpenTask(
                label=_("Góp ý: %(title)s") % {"title": draft.title},
                url=desk.address("compacts:text", draft.season_id, draft.pk),
                season=str(desk.seasons[draft.season_id]),
                capacity=Capacity.UNIT,
                action=_("Góp ý"),
                due_at=draft.comments_due_at,
                detail=row.name,
            )


def _signing(desk: Desk) -> Iterator[OpenTask]:
    rows = Participant.objects.filter(
        season__in=desk.seasons,
        unit__in=desk.units,
        season__compact__state=CompactState.SIGNING,
    ).select_related("unit")
    signed = set(
        Compact.objects.filter(
            season__in=desk.seasons, signatures__unit__in=desk.units
        ).values_list("season", "signatures__unit")
    )
    for row in rows:
        if (row.season_id, row.unit_id) not in signed:
            yield OpenTask(
                label=_("Ký giao ước: %(unit)s") % {"unit": row.name},
                # Where the unit signs, in a table of all of them.
                url=f"{desk.address('compacts:compact', row.season_id)}#ky-{row.unit.code}",
                season=str(desk.seasons[row.season_id]),
                capacity=Capacity.UNIT,
                action=_("Ký"),
                due_at=desk.due(row.season_id, Step.SIGNING),
            )


def _ad_hoc_results(desk: Desk) -> Iterator[OpenTask]:
    rows = AdHocTask.objects.filter(season__in=desk.running, unit__in=desk.units).filter(
        state__in=[AdHocState.ENTERED, AdHocState.REFUSED]
    )
    for row in rows:
        refused = row.state == AdHocState.REFUSED
        what = _("Bổ sung nhiệm vụ đột xuất") if refused else _("Báo kết quả nhiệm vụ đột xuất")
        yield OpenTask(
            label=f"{what}: {row.text}",
            url=desk.address("compacts:ad_hoc", row.season_id, row.pk),
            season=str(desk.seasons[row.season_id]),
            capacity=Capacity.UNIT,
            action=_("Bổ sung") if refused else _("Báo kết quả"),
            due_at=_end_of(row.due_on),
            detail=row.refusal_reason,
        )


def _end_of(day: datetime.date | None) -> datetime.datetime | None:
    # After the last day that a date can be there is no other.
    return None if day is None or day == datetime.date.max else end_of_day(day)


def _served(
    desk: Desk,
    season_id: int,
    label: str,
    url: str,
    action: str,
    due_at: datetime.datetime | None = None,
    detail: str = "",
) -> OpenTask:
    season = str(desk.seasons[season_id])
    return OpenTask(label, url, season, Capacity.SECRETARY, action, due_at, detail)


def _judging(desk: Desk) -> Iterator[OpenTask]:
    rows = (
        Registration.objects.filter(season__in=desk.served, state=RegistrationState.SUBMITTED)
        .order_by()
        .values_list("season")
        .annotate(count=Count("pk"))
    )
    for season, count in rows:
        label = _("Xem %(count)s bản đăng ký đã gửi") % {"count": count}
        url = desk.address("compacts:registration_list", season)
        url = f"{url}?trang-thai={RegistrationState.SUBMITTED.value}"
        due = desk.due(season, Step.REGISTRATION)
        yield _served(desk, season, label, url, _("Xem"), due)


def _answering(desk: Desk) -> Iterator[OpenTask]:
    waiting = Q(
        versions__comments__outcome=CommentOutcome.OPEN,
        state__in=[DraftState.DRAFTING, DraftState.COMMENTING],
    )
    rows = (
        Draft.objects.filter(waiting, season__in=desk.served)
        .annotate(count=Count("versions__comments"))
        .values_list("season", "pk", "title", "count")
    )
    for season, pk, title, count in rows:
        label = _("Trả lời %(count)s ý kiến: %(title)s") % {"count": count, "title": title}
        url = desk.address("compacts:text", season, pk)
        yield _served(desk, season, label, url, _("Trả lời"))


def _issuing(desk: Desk) -> Iterator[OpenTask]:
    waiting = Comment.objects.filter(version__draft=OuterRef("pk"), outcome=CommentOutcome.OPEN)
    rows = Draft.objects.filter(season__in=desk.served).exclude(Exists(waiting))
    for row in rows.exclude(state=DraftState.ISSUED):
        url = desk.address("compacts:text", row.season_id, row.pk)
        if row.state == DraftState.DRAFTING:
            label = _("Hoàn thiện dự thảo, lấy ý kiến: %(title)s") % {"title": row.title}
            yield _served(desk, row.season_id, label, url, _("Mở"))
        elif row.comments_due_at and row.comments_due_at <= desk.now:
            label = _("Hết hạn góp ý, ban hành: %(title)s") % {"title": row.title}
            yield _served(desk, row.season_id, label, url, _("Ban hành"))


def _compacts(desk: Desk) -> Iterator[OpenTask]:
    served = [pk for pk in desk.running if pk in desk.served]
    states = dict(Compact.objects.filter(season__in=served).values_list("season", "state"))
    unready = set(
        Participant.objects.filter(season__in=served)
        .exclude(
            Exists(
                Registration.objects.filter(
                    season=OuterRef("season"),
                    unit=OuterRef("unit"),
                    state=RegistrationState.ACCEPTED,
                )
            )
        )
        .values_list("season", flat=True)
    )
    for pk in served:
        due = desk.due(pk, Step.SIGNING)
        url = desk.address("compacts:compact", pk)
        if pk not in states and desk.has_begun(pk, Step.SIGNING):
            yield _served(desk, pk, _("Soạn giao ước"), url, _("Soạn"), due)
        elif states.get(pk) == CompactState.DRAFTING and pk not in unready:
            detail = _("Mọi đăng ký đã được chấp nhận.")
            yield _served(desk, pk, _("Ban hành giao ước để ký"), url, _("Mở"), due, detail)


def _ad_hoc_judging(desk: Desk) -> Iterator[OpenTask]:
    rows = AdHocTask.objects.filter(season__in=desk.served, state=AdHocState.DONE).exclude(
        unit__in=desk.own
    )
    for season, count in rows.order_by().values_list("season").annotate(count=Count("pk")):
        label = _("Xác nhận %(count)s nhiệm vụ đột xuất đã báo hoàn thành") % {"count": count}
        url = desk.address("compacts:ad_hoc_list", season)
        yield _served(desk, season, label, url, _("Xem"))


def _handing_over(desk: Desk) -> Iterator[OpenTask]:
    later = Season.objects.filter(bloc=OuterRef("bloc"), year__gt=OuterRef("year"))
    last = (
        Season.objects.filter(pk__in=desk.served, offices__kind=OfficeKind.HEAD)
        .exclude(Exists(later))
        .values_list("pk", flat=True)
    )
    for pk in last:
        if desk.has_begun(pk, Step.HANDOVER):
            season = desk.seasons[pk]
            label = _("Bàn giao trưởng khối, mở mùa %(year)d") % {"year": season.year + 1}
            url = reverse("scoring:next_season", args=[season.bloc.code])
            due = desk.due(pk, Step.HANDOVER)
            yield _served(desk, pk, label, url, _("Mở mùa mới"), due)
