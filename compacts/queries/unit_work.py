"""What waits for a unit's people: to register, report, comment, sign, do what came up."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import (
    AdHocTask,
    Comment,
    Compact,
    Draft,
    KeyTask,
    Participant,
    Progress,
    Registration,
)
from compacts.queries.desk import Desk
from compacts.rules import (
    AdHocState,
    CompactState,
    DraftState,
    Period,
    RegistrationState,
    Step,
)
from units.queries import OpenTask
from units.rules import Capacity, end_of_day

_REPORTS = {Step.MIDYEAR: Period.HALF, Step.YEAREND: Period.YEAR}


def unit_tasks(desk: Desk) -> Iterable[OpenTask]:
    """What waits for the units that the person speaks for."""
    yield from _registering(desk)
    yield from _reporting(desk)
    yield from _commenting(desk)
    yield from _signing(desk)
    yield from _ad_hoc_results(desk)


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
            detail=ngettext(
                "Còn %(count)s nhiệm vụ chưa có số liệu",
                "Còn %(count)s nhiệm vụ chưa có số liệu",
                count,
            )
            % {"count": count},
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
