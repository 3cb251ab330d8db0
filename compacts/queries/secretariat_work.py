"""What waits for a season's secretaries: to judge, answer, issue, confirm, hand over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import (
    AdHocTask,
    Comment,
    Compact,
    Draft,
    Participant,
    Registration,
    Season,
)
from compacts.queries.conference_work import conference_tasks
from compacts.queries.desk import Desk
from compacts.rules import (
    AdHocState,
    CommentOutcome,
    CompactState,
    DraftState,
    OfficeKind,
    RegistrationState,
    Step,
)
from units.queries import OpenTask


def secretariat_tasks(desk: Desk) -> Iterable[OpenTask]:
    """What waits in the seasons that the person is secretary of."""
    yield from _judging(desk)
    yield from _answering(desk)
    yield from _issuing(desk)
    yield from _compacts(desk)
    yield from _ad_hoc_judging(desk)
    yield from _handing_over(desk)
    yield from conference_tasks(desk)


def _judging(desk: Desk) -> Iterator[OpenTask]:
    rows = (
        Registration.objects.filter(season__in=desk.served, state=RegistrationState.SUBMITTED)
        .order_by()
        .values_list("season")
        .annotate(count=Count("pk"))
    )
    for season, count in rows:
        label = ngettext(
            "Xem %(count)s bản đăng ký đã gửi", "Xem %(count)s bản đăng ký đã gửi", count
        ) % {"count": count}
        url = desk.address("compacts:registration_list", season)
        url = f"{url}?trang-thai={RegistrationState.SUBMITTED.value}"
        due = desk.due(season, Step.REGISTRATION)
        yield desk.task(season, label, url, _("Xem"), due)


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
        label = ngettext(
            "Trả lời %(count)s ý kiến: %(title)s", "Trả lời %(count)s ý kiến: %(title)s", count
        ) % {"count": count, "title": title}
        url = desk.address("compacts:text", season, pk)
        yield desk.task(season, label, url, _("Trả lời"))


def _issuing(desk: Desk) -> Iterator[OpenTask]:
    waiting = Comment.objects.filter(version__draft=OuterRef("pk"), outcome=CommentOutcome.OPEN)
    rows = Draft.objects.filter(season__in=desk.served).exclude(Exists(waiting))
    for row in rows.exclude(state=DraftState.ISSUED):
        url = desk.address("compacts:text", row.season_id, row.pk)
        if row.state == DraftState.DRAFTING:
            label = _("Hoàn thiện dự thảo, lấy ý kiến: %(title)s") % {"title": row.title}
            yield desk.task(row.season_id, label, url, _("Mở"))
        elif row.comments_due_at and row.comments_due_at <= desk.now:
            label = _("Hết hạn góp ý, ban hành: %(title)s") % {"title": row.title}
            yield desk.task(row.season_id, label, url, _("Ban hành"))


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
            yield desk.task(pk, _("Soạn giao ước"), url, _("Soạn"), due)
        elif states.get(pk) == CompactState.DRAFTING and pk not in unready:
            detail = _("Mọi đăng ký đã được chấp nhận.")
            yield desk.task(pk, _("Ban hành giao ước để ký"), url, _("Mở"), due, detail)


def _ad_hoc_judging(desk: Desk) -> Iterator[OpenTask]:
    rows = AdHocTask.objects.filter(season__in=desk.served, state=AdHocState.DONE).exclude(
        unit__in=desk.own
    )
    for season, count in rows.order_by().values_list("season").annotate(count=Count("pk")):
        label = ngettext(
            "Xác nhận %(count)s nhiệm vụ đột xuất đã báo hoàn thành",
            "Xác nhận %(count)s nhiệm vụ đột xuất đã báo hoàn thành",
            count,
        ) % {"count": count}
        url = desk.address("compacts:ad_hoc_list", season)
        yield desk.task(season, label, url, _("Xem"))


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
            yield desk.task(pk, label, url, _("Mở mùa mới"), due)
