"""What waits for a person in scoring: sheets, ballots, answers, rounds, the Council's results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import Participant
from compacts.queries.desk import Desk
from compacts.rules import CommentOutcome, Step
from scoring.models import (
    Award,
    CriteriaTable,
    Exemption,
    Explanation,
    Mark,
    Objection,
    Poll,
    Publication,
    Round,
    Sheet,
    TableComment,
)
from scoring.queries.explanations import unanswered
from scoring.queries.polls import poll_tasks, poll_url
from scoring.queries.sheets import markable_by, sheet_tasks
from scoring.rules import (
    AnswerState,
    AwardOutcome,
    PollState,
    PollWay,
    RoundState,
    SheetState,
    Stage,
)
from units.queries import OpenTask
from units.rules import Capacity, RoleKind

_UNSENT = (SheetState.OPEN, SheetState.RETURNED)


def open_tasks(desk: Desk) -> list[OpenTask]:
    """What waits for the person; a fixed number of queries, whatever the number of seasons."""
    parts: list[Iterable[OpenTask]] = [
        sheet_tasks(desk),
        poll_tasks(desk),
        _answering_explanations(desk),
        _reading(desk),
    ]
    if desk.units:
        parts += [_explaining(desk), _commenting(desk)]
    if desk.served:
        parts += [_answering_units(desk), _answering_comments(desk), _adopting(desk)]
        parts += [_running_rounds(desk), _polls(desk), _awards(desk)]
    return [task for part in parts for task in part]


def _explaining(desk: Desk) -> Iterator[OpenTask]:
    """Verified criteria with other points than the unit's own, while they may be explained.

    A round need not set a last day for that: then they wait until it is closed.
    """
    due_at = "sheet__round__explanations_due_at"
    own = Mark.objects.filter(
        sheet__round=OuterRef("sheet__round"),
        sheet__unit=OuterRef("sheet__unit"),
        sheet__stage=Stage.SELF,
        criterion=OuterRef("criterion"),
        points=OuterRef("points"),
    )
    explained = Explanation.objects.filter(
        round=OuterRef("sheet__round"),
        unit=OuterRef("sheet__unit"),
        criterion=OuterRef("criterion"),
    )
    rows = (
        Mark.objects.filter(
            Q(**{f"{due_at}__isnull": True}) | Q(**{f"{due_at}__gt": desk.now}),
            sheet__stage=Stage.VERIFY,
            sheet__state__in=[SheetState.SUBMITTED, SheetState.LOCKED],
            sheet__unit__in=desk.units,
            sheet__round__state=RoundState.OPEN,
            sheet__round__season__in=desk.seasons,
            points__isnull=False,
        )
        .exclude(Exists(own))
        .exclude(Exists(explained))
        .order_by()
        .values_list(
            "sheet__round__season",
            "sheet__round__code",
            "sheet__unit__code",
            "sheet__unit__name",
            due_at,
        )
        .annotate(count=Count("pk"))
    )
    for season, code, unit, name, due, count in rows:
        label = _("Xem kết quả thẩm định, giải trình nếu cần: %(unit)s") % {"unit": name}
        url = desk.address("scoring:explanations", season, code, unit) + "?chi=khac"
        detail = ngettext(
            "%(count)s tiêu chí khác điểm tự chấm", "%(count)s tiêu chí khác điểm tự chấm", count
        ) % {"count": count}
        yield desk.task(season, label, url, _("Giải trình"), due, detail, Capacity.UNIT)


def _commenting(desk: Desk) -> Iterator[OpenTask]:
    said = TableComment.objects.filter(
        table=OuterRef("season__drafted_tables"), unit=OuterRef("unit")
    )
    rows = (
        Participant.objects.filter(
            season__in=desk.seasons,
            unit__in=desk.units,
            season__drafted_tables__comments_due_at__gt=desk.now,
            season__drafted_tables__frozen_at__isnull=True,
        )
        .exclude(Exists(said))
        .values_list(
            "season",
            "name",
            "season__drafted_tables",
            "season__drafted_tables__title",
            "season__drafted_tables__comments_due_at",
        )
    )
    for season, unit, table, title, due in rows:
        label = _("Góp ý bảng điểm: %(title)s") % {"title": title}
        url = reverse("scoring:table", args=[table])
        yield desk.task(season, label, url, _("Góp ý"), due, unit, Capacity.UNIT)


def _answering_explanations(desk: Desk) -> Iterator[OpenTask]:
    """Explanations that wait for whoever verified."""
    sheets = Sheet.objects.filter(markable_by(desk.person))
    for row in unanswered(desk.seasons, sheets):
        season = row.round.season_id
        label = _("Trả lời giải trình tiêu chí %(code)s: %(unit)s") % {
            "code": row.criterion.code,
            "unit": row.unit.name,
        }
        url = desk.address("scoring:explanations", season, row.round.code, row.unit.code)
        url = f"{url}?chi=khac"
        due = desk.due(season, Step.VERIFICATION)
        capacity = Capacity.SECRETARY if season in desk.served else Capacity.SCORER
        yield desk.task(season, label, url, _("Trả lời"), due, capacity=capacity)


def _answering_units(desk: Desk) -> Iterator[OpenTask]:
    """Objections and requests for exemption that nobody has answered."""
    waiting = AnswerState.WAITING
    objections = Objection.objects.filter(round__season__in=desk.served, state=waiting).exclude(
        unit__in=desk.own
    )
    for found in objections.select_related("unit", "round"):
        season = found.round.season_id
        label = _("Trả lời kiến nghị về xếp hạng: %(unit)s") % {"unit": found.unit.name}
        url = desk.address("scoring:publications", season, found.round.code)
        yield desk.task(season, label, url, _("Trả lời"))
    exemptions = (
        Exemption.objects.filter(season__in=desk.served, state=waiting)
        .exclude(unit__in=desk.own)
        .order_by()
        .values_list("season")
        .annotate(count=Count("pk"))
    )
    for season, count in exemptions:
        label = ngettext(
            "Trả lời %(count)s đề nghị không áp dụng tiêu chí",
            "Trả lời %(count)s đề nghị không áp dụng tiêu chí",
            count,
        ) % {"count": count}
        yield desk.task(season, label, desk.address("scoring:exemptions", season), _("Trả lời"))


def _answering_comments(desk: Desk) -> Iterator[OpenTask]:
    rows = (
        CriteriaTable.objects.filter(season__in=desk.served, comments__outcome=CommentOutcome.OPEN)
        .annotate(count=Count("comments"))
        .values_list("season", "pk", "title", "count")
    )
    for season, pk, title, count in rows:
        label = ngettext(
            "Trả lời %(count)s ý kiến: %(title)s", "Trả lời %(count)s ý kiến: %(title)s", count
        ) % {"count": count, "title": title}
        yield desk.task(season, label, reverse("scoring:table", args=[pk]), _("Trả lời"))


def _adopting(desk: Desk) -> Iterator[OpenTask]:
    waiting = TableComment.objects.filter(table=OuterRef("pk"), outcome=CommentOutcome.OPEN)
    rows = (
        CriteriaTable.objects.filter(
            season__in=desk.served, frozen_at__isnull=True, comments_due_at__lte=desk.now
        )
        .exclude(Exists(waiting))
        .values_list("season", "pk", "title")
    )
    for season, pk, title in rows:
        label = _("Hết hạn góp ý, thông qua bảng điểm: %(title)s") % {"title": title}
        url = desk.address("scoring:table_edit", season, pk)
        yield desk.task(season, label, url, _("Mở"))


def _running_rounds(desk: Desk) -> Iterator[OpenTask]:
    """Rounds to open, to close once every sheet is in, and to publish."""
    sheets = Sheet.objects.filter(round=OuterRef("pk"))
    rounds = (
        Round.objects.filter(season__in=desk.served)
        .annotate(has_sheets=Exists(sheets), has_unsent=Exists(sheets.filter(state__in=_UNSENT)))
        .values_list("season", "code", "name", "state", "has_sheets", "has_unsent")
    )
    for season, code, name, state, has_sheets, has_unsent in rounds:
        page = desk.address("scoring:round", season, code)
        named = {"round": name}
        if state == RoundState.DRAFT and desk.has_begun(season, Step.SELF_SCORE):
            due = desk.due(season, Step.SELF_SCORE)
            yield desk.task(season, _("Mở %(round)s") % named, page, _("Mở"), due)
        elif state == RoundState.OPEN and has_sheets and not has_unsent:
            label, detail = _("Khóa điểm %(round)s") % named, _("Mọi phiếu đã gửi.")
            due = desk.due(season, Step.YEAREND)
            yield desk.task(season, label, page, _("Khóa điểm"), due, detail)
        elif state == RoundState.CLOSED:
            label = _("Công bố xếp hạng %(round)s") % named
            url = desk.address("scoring:ranking", season) + f"?dot={code}"
            due = desk.due(season, Step.YEAREND)
            yield desk.task(season, label, url, _("Xem và công bố"), due)


def _polls(desk: Desk) -> Iterator[OpenTask]:
    polls = Poll.objects.filter(round__season__in=desk.served).filter(
        Q(state=PollState.SET_UP) | Q(state=PollState.OPEN, way=PollWay.PAPER)
    )
    for row in polls.select_related("round__season__bloc"):
        if row.state == PollState.SET_UP:
            label, action = _("Chuẩn bị, mở bỏ phiếu: %(name)s"), _("Mở")
        else:
            label, action = _("Nhập kết quả kiểm phiếu: %(name)s"), _("Nhập")
        label = label % {"name": row.name}
        yield desk.task(row.round.season_id, label, poll_url(row), action)


def _awards(desk: Desk) -> Iterator[OpenTask]:
    """Proposals that have not gone to the Council, and results of the Council to be noted."""
    newest = Publication.objects.filter(round=OuterRef("round"))
    rows = (
        Award.objects.filter(round__season__in=desk.served, outcome=AwardOutcome.WAITING)
        .order_by()
        .annotate(published_at=Subquery(newest.values("published_at")[:1]))
        .values_list("round__season", "round__code", "round__sent_to_council_at", "published_at")
        .annotate(count=Count("pk"))
    )
    for season, code, sent_at, published_at, count in rows:
        url = desk.address("scoring:titles", season, code)
        if sent_at is None or (published_at and sent_at < published_at):
            label = ngettext(
                "Trình Hội đồng %(count)s đề nghị khen thưởng",
                "Trình Hội đồng %(count)s đề nghị khen thưởng",
                count,
            ) % {"count": count}
            yield desk.task(season, label, url, _("Trình"))
        else:
            label = ngettext(
                "Ghi quyết định của Hội đồng về %(count)s đề nghị",
                "Ghi quyết định của Hội đồng về %(count)s đề nghị",
                count,
            ) % {"count": count}
            yield desk.task(season, label, url, _("Ghi kết quả"))


def _reading(desk: Desk) -> Iterator[OpenTask]:
    """What leaders and officers look at: results before they are published, and proposals."""
    roles = desk.person.roles_on(timezone.localdate(desk.now))
    blocs = roles.ids(RoleKind.LEADER, "bloc")
    councils = roles.ids(RoleKind.LEADER, "council") | roles.ids(RoleKind.OFFICER, "council")
    if not blocs and not councils:
        return
    rounds = (
        Round.objects.filter(
            Q(season__bloc__in=blocs) | Q(season__bloc__council__in=councils),
            Q(state=RoundState.CLOSED) | Q(sent_to_council_at__isnull=False),
        )
        .exclude(season__in=desk.served)
        .annotate(waiting=Count("awards", filter=Q(awards__outcome=AwardOutcome.WAITING)))
        .order_by("season__year", "pk")
        .values_list("season", "code", "name", "state", "waiting")
    )
    for season, code, name, state, waiting in rounds:
        if state == RoundState.CLOSED:
            label = _("Xem xếp hạng trước khi công bố: %(round)s") % {"round": name}
            url = desk.address("scoring:ranking", season) + f"?dot={code}"
            due = desk.due(season, Step.YEAREND)
            yield desk.task(season, label, url, _("Xem"), due, capacity=Capacity.READER)
        elif waiting:
            label = _("Hồ sơ đề nghị khen thưởng đã trình: %(round)s") % {"round": name}
            url = desk.address("scoring:titles", season, code)
            detail = ngettext(
                "%(count)s đề nghị chờ Hội đồng quyết định",
                "%(count)s đề nghị chờ Hội đồng quyết định",
                waiting,
            ) % {"count": waiting}
            yield desk.task(season, label, url, _("Xem"), detail=detail, capacity=Capacity.READER)
