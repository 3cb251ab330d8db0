"""The papers of a ballot: the paper itself and the minutes of the count."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.paper import (
    Block,
    Cell,
    Column,
    Paper,
    Paragraph,
    Row,
    Signatures,
    Table,
)
from compacts.documents.paper_language import in_vietnamese
from compacts.models import Season
from compacts.services.season_papers import (
    SIGN_HERE,
    about_round,
    bloc_facts,
)
from scoring.models import Ballot, Poll, Round
from scoring.queries.polls import PollResult, base_of, counted, results_of
from units.vietnamese import date_text, number


@in_vietnamese
def ballot_paper(poll: Poll) -> Paper:
    """Phiếu bầu suy tôn: the candidates and two columns; nothing on it tells the voter."""
    season = poll.round.season
    names = {row.unit_id: row.name for row in season.participants.all()}
    rows = [
        # The font draws no box; the rules of the table are the boxes.
        Row(cells=(str(place), names.get(one.unit_id, str(one.unit)), "", ""))
        for place, one in enumerate(poll.candidates.select_related("unit"), start=1)
    ]
    limit = (
        _("Được đồng ý nhiều nhất %(count)d đơn vị.") % {"count": poll.max_choices}
        if poll.max_choices
        else _("Được đồng ý với mọi đơn vị trong danh sách.")
    )
    texts = [
        _("Đánh dấu X vào một trong hai ô của mỗi đơn vị. %s") % limit,
        _("Phiếu không ghi tên, không đánh dấu riêng; phiếu sai các điều này là không hợp lệ.")
        if poll.is_secret
        else _("Bỏ phiếu công khai: người bỏ phiếu ghi rõ họ tên dưới phiếu."),
    ]
    columns = (
        Column(label="STT", share=9, align="centre"),
        Column(label="Đơn vị được đề nghị", share=55),
        Column(label="Đồng ý", share=18, align="centre"),
        Column(label="Không đồng ý", share=18, align="centre"),
    )
    facts = bloc_facts(season) | {"recipients": ()}
    return Paper(
        name=_("Phiếu bầu suy tôn"),
        subject=about_round(poll.name, season),
        blocks=(
            *(Paragraph(text=text, style="italic") for text in texts),
            Table(columns=columns, rows=tuple(rows)),
            Paragraph(
                text=_("(Dấu của ban kiểm phiếu)") if poll.is_secret else _("Họ và tên: ……………………"),
                style="italic",
            ),
        ),
        is_numbered=False,
        **facts,
    )


def poll_facts(poll: Poll) -> list[str]:
    """What the minutes say of a ballot: its way, its counts, its base and threshold."""
    ballot = poll.ballot
    if ballot is None:
        return [_("Nội dung: %(name)s. Chưa kiểm phiếu.") % {"name": poll.name}]
    way = _("bỏ phiếu kín") if poll.is_secret else _("bỏ phiếu công khai")
    facts = [
        _("Nội dung: %(name)s. Hình thức: %(way)s, %(how)s.")
        % {"name": poll.name, "way": way, "how": str(poll.get_way_display()).lower()},
        *_count_facts(ballot),
    ]
    if poll.min_share is not None:
        share = number((poll.min_share * 100).normalize() + 0)
        facts.append(_("Tỷ lệ phải đạt: %(share)s%%.") % {"share": share})
    return facts


def _count_facts(ballot: Ballot) -> list[str]:
    return [
        _("Tổng số thành viên: %(voters)d; có mặt: %(present)d; phiếu hợp lệ: %(valid)d.")
        % {"voters": ballot.voters, "present": ballot.present, "valid": ballot.valid},
        _("Tỷ lệ tính trên: %(base)s, bằng %(count)d.")
        % {"base": str(ballot.get_base_display()).lower(), "count": base_of(ballot)},
    ]


def ballots_told_of(scored: Round) -> list[Block]:
    """Every ballot of the round with its result; empty where none was held.

    Some were held here, others were counted outside and only their result was entered.
    """
    blocks: list[Block] = []
    for ballot in scored.ballots.select_related("poll").order_by("pk"):
        poll = getattr(ballot, "poll", None)
        named = [_("Nội dung: %(name)s.") % {"name": ballot.name}, *_count_facts(ballot)]
        blocks += [Paragraph(text=text) for text in (poll_facts(poll) if poll else named)]
        blocks.append(result_table(scored.season, counted(ballot, poll and poll.min_share)))
    for poll in scored.polls.filter(ballot=None):
        blocks += [Paragraph(text=text) for text in poll_facts(poll)]
    return blocks


_RESULT_COLUMNS = (
    Column(label="STT", share=8, align="centre"),
    Column(label="Đơn vị", share=44),
    Column(label="Đồng ý", share=14, align="right"),
    Column(label="Tỷ lệ (%)", share=14, align="right"),
    Column(label="Kết quả", share=20, align="centre"),
)
_OUTCOMES = {None: "–", True: "Đạt", False: "Không đạt"}


def result_table(season: Season, results: Sequence[PollResult]) -> Table:
    """Each candidate with votes, share of the base in percent, and whether it is enough."""
    names = {row.unit_id: row.name for row in season.participants.all()}
    rows = [
        Row(
            cells=(
                str(place),
                names.get(one.unit.pk, one.unit.name),
                str(one.yes),
                number(one.share),
                _OUTCOMES[one.elected],
            )
        )
        for place, one in enumerate(results, start=1)
    ]
    return Table(columns=_RESULT_COLUMNS, rows=tuple(rows))


@in_vietnamese
def counting_paper(poll: Poll) -> Paper:
    """Biên bản kiểm phiếu: papers, their base, each candidate's votes and share."""
    season = poll.round.season
    facts = poll_facts(poll)
    if poll.opened_at and poll.closed_at:
        opened, closed = timezone.localtime(poll.opened_at), timezone.localtime(poll.closed_at)
        facts.append(
            _("Mở hòm phiếu lúc %(opened)s, khóa lúc %(closed)s.")
            % {
                "opened": f"{opened:%H:%M} {date_text(opened.date())}",
                "closed": f"{closed:%H:%M} {date_text(closed.date())}",
            }
        )
    blocks: list[Block] = [Paragraph(text=text) for text in facts]
    box = getattr(poll, "box", None)
    if box is not None and box.seal:
        seal = _("Mã niêm phong hòm phiếu (SHA-256): %(seal)s.") % {"seal": box.seal}
        blocks.append(Paragraph(text=seal, style="left"))
    if poll.ballot is not None:
        blocks.append(result_table(season, results_of(poll)))
    tellers = Cell(title=_("Ban kiểm phiếu"), hint=SIGN_HERE)
    chair = Cell(title=_("Chủ trì"), hint=SIGN_HERE)
    return Paper(
        name=_("Biên bản kiểm phiếu"),
        subject=about_round(poll.name, season),
        day=timezone.localdate(poll.closed_at) if poll.closed_at else None,
        blocks=(*blocks, Signatures(rows=((tellers, chair),))),
        is_numbered=False,
        **bloc_facts(season),
    )
