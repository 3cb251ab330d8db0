"""The papers of scoring: table, sheets, minutes, ballots, ranking, submission to the Council."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.paper import (
    Block,
    Cell,
    Column,
    Paper,
    Paragraph,
    Row,
    RowStyle,
    Signatures,
    Table,
)
from compacts.models import Participant, Season
from compacts.services.season_papers import (
    SIGN_HERE,
    amount,
    bloc_facts,
    bloc_name,
    head_signs,
    heading_marks,
    letterhead_rules,
    unit_facts,
    unit_signs,
)
from scoring.models import CriteriaTable, Poll, Round, Sheet
from scoring.queries.explanations import verified_criteria
from scoring.queries.polls import base_of, results_of
from scoring.queries.ranking import Ranking, ranking
from scoring.queries.sheets import SheetPage, SheetRow, sheet_page
from scoring.queries.tables import tree_of
from scoring.queries.titles import titles_page
from scoring.rules import Stage
from units.models import Person, Unit
from units.vietnamese import date_text, number

_SHEET_COLUMNS = (
    Column(label="TT", share=6, align="centre"),
    Column(label="Tiêu chí", share=30),
    Column(label="Điểm chuẩn", share=7, align="right"),
    Column(label="Cách tính điểm tự chấm", share=19),
    Column(label="Tự chấm", share=7, align="right"),
    Column(label="Thẩm định", share=7, align="right"),
    Column(label="Lý do, ghi chú", share=12),
    Column(label="Minh chứng", share=12),
)
_CROSS_COLUMNS = (
    Column(label="TT", share=7, align="centre"),
    Column(label="Tiêu chí", share=38),
    Column(label="Điểm chuẩn", share=9, align="right"),
    Column(label="Tự chấm", share=9, align="right"),
    Column(label="Đoàn chấm", share=9, align="right"),
    Column(label="Chênh lệch", share=9, align="right"),
    Column(label="Lý do", share=19),
)


def _about(season: Season) -> str:
    return _("năm %(year)d, %(bloc)s") % {"year": season.year, "bloc": bloc_name(season)}


def _difference(value: Decimal | None) -> str:
    if value is None:
        return ""
    sign = "+" if value > 0 else ""
    return f"{sign}{amount(value)}".replace("-", "−")


def _participant(season: Season, unit: Unit) -> Participant:
    return season.participants.get(unit=unit)


def table_paper(stored: CriteriaTable, season: Season) -> Paper:
    """Bảng tiêu chí chấm điểm: every criterion with its points and how they are given."""
    tree = tree_of(stored)
    rows = []
    for row in tree.rows:
        how = (row.words[:1].upper() + row.words[1:], row.note)
        if row.depth == 0:
            words = f"{row.code}. {row.name} ({amount(row.points)} điểm)"
            rows.append(Row(cells=(words,), style="group"))
            if not row.is_group:
                rows.append(Row(cells=("", row.name, amount(row.points), "\n".join(how).strip())))
            continue
        style: RowStyle = "total" if row.is_group else "plain"
        text = "\n".join(part for part in how if part)
        rows.append(Row(cells=(row.code, row.name, amount(row.points), text), style=style))
    columns = (
        Column(label="TT", share=9, align="centre"),
        Column(label="Tiêu chí", share=43),
        Column(label="Điểm chuẩn", share=11, align="right"),
        Column(label="Cách tính điểm", share=37),
    )
    return Paper(
        name=_("Bảng tiêu chí chấm điểm thi đua"),
        subject=stored.title,
        is_draft=stored.frozen_at is None,
        blocks=(
            Paragraph(
                text=_("Tổng điểm chuẩn: %(points)s điểm; bản %(version)d.")
                % {"points": amount(stored.max_total), "version": stored.version}
            ),
            Table(columns=columns, rows=tuple(rows)),
            head_signs(season),
        ),
        **bloc_facts(season),
    )


def _checked_points(row: SheetRow) -> Decimal | None:
    found = [row.points[s] for s in (Stage.VERIFY, Stage.RECHECK, Stage.FINAL) if s in row.points]
    return found[-1] if found else None


def _reasons(row: SheetRow, *stages: Stage) -> str:
    texts = [one.mark.comment for stage in stages for one in row.marks.get(stage, ())]
    return "\n".join(text for text in texts if text)


def self_score_paper(sheet: Sheet, person: Person) -> Paper:
    """Bảng tự chấm điểm of a unit, with what was verified as far as ``person`` may see it."""
    page = sheet_page(sheet, person)
    season = sheet.round.season
    rows = tuple(_self_row(row) for row in page.rows)
    participant = _participant(season, sheet.unit)
    total = page.totals.get(Stage.SELF)
    return Paper(
        name=_("Bảng tự chấm điểm thi đua"),
        subject=f"{sheet.round.name}, {_about(season)}",
        is_wide=True,
        day=timezone.localdate(sheet.submitted_at) if sheet.submitted_at else None,
        blocks=(
            Table(columns=_SHEET_COLUMNS, rows=(*rows, _sum_row(page, total))),
            Paragraph(
                text=_("Đơn vị tự chấm: %(total)s trên %(max)s điểm.")
                % {"total": amount(total) or "…", "max": amount(page.own_max)}
            ),
            unit_signs(participant),
        ),
        **unit_facts(season, participant.name),
    )


def _self_row(row: SheetRow) -> Row:
    if row.criterion.rule is None:
        checked = amount(_checked_points(row))
        cells = (row.criterion.code, row.criterion.name, amount(row.criterion.max_points), "")
        own = amount(row.points.get(Stage.SELF))
        return Row(cells=(*cells, own, checked, "", ""), style="total")
    own_mark = row.own
    evidence = "\n".join(str(one.file or one) for one in (own_mark.evidence if own_mark else ()))
    how = _("Không áp dụng: %(why)s") % {"why": row.exempt} if row.exempt else ""
    if own_mark is not None:
        how = own_mark.why
    return Row(
        cells=(
            row.criterion.code,
            row.criterion.name,
            amount(row.criterion.max_points),
            how,
            amount(row.points.get(Stage.SELF)),
            amount(_checked_points(row)),
            _reasons(row, Stage.SELF, Stage.VERIFY, Stage.RECHECK, Stage.FINAL),
            evidence,
        )
    )


def _sum_row(page: SheetPage, total: Decimal | None) -> Row:
    checked = [page.totals[s] for s in (Stage.VERIFY, Stage.RECHECK) if s in page.totals]
    return Row(
        cells=(
            "",
            _("Tổng điểm"),
            amount(page.own_max),
            "",
            amount(total),
            amount(checked[-1] if checked else None),
            "",
            "",
        ),
        style="total",
    )


def cross_check_paper(sheet: Sheet, person: Person) -> Paper:
    """Biên bản kiểm tra chéo (domain dossier c.4): both scores, the difference, the reasons."""
    page = sheet_page(sheet, person)
    season = sheet.round.season
    checked = _participant(season, sheet.unit)
    team = sheet.scorer.name if sheet.scorer else _("tổ thư ký")
    rows = []
    for row in page.rows:
        own, given = row.points.get(Stage.SELF), row.points.get(Stage.CROSS)
        gap = None if own is None or given is None else given - own
        facts = (amount(own), amount(given), _difference(gap))
        cells = (row.criterion.code, row.criterion.name, amount(row.criterion.max_points), *facts)
        style: RowStyle = "total" if row.criterion.rule is None else "plain"
        rows.append(Row(cells=(*cells, _reasons(row, Stage.CROSS)), style=style))
    rules = letterhead_rules(season)
    marks = heading_marks(
        rules, [_("Thành phần"), _("Kết quả kiểm tra"), _("Ý kiến của đơn vị được kiểm tra")]
    )
    blank = "…" * 30
    return Paper(
        name=_("Biên bản kiểm tra chéo"),
        subject=f"{sheet.round.name}: {checked.name}",
        day=timezone.localdate(sheet.submitted_at) if sheet.submitted_at else None,
        blocks=(
            marks[0],
            Paragraph(mark=rules.item_mark.format(1), text=_("Đoàn kiểm tra: %s.") % team),
            Paragraph(
                mark=rules.item_mark.format(2),
                text=_("Đơn vị được kiểm tra: %s.") % checked.name,
            ),
            marks[1],
            Table(columns=_CROSS_COLUMNS, rows=tuple(rows)),
            marks[2],
            Paragraph(text=blank),
            Signatures(
                rows=(
                    (
                        Cell(
                            title=_("Đơn vị được kiểm tra"),
                            position=checked.signatory_position,
                            hint=SIGN_HERE,
                        ),
                        Cell(title=_("Trưởng đoàn kiểm tra"), hint=SIGN_HERE),
                    ),
                )
            ),
        ),
        is_numbered=False,
        **bloc_facts(season),
    )


def explanation_paper(scored: Round, unit: Unit) -> Paper:
    """Văn bản giải trình of a unit: each criterion it explains, and what it was answered."""
    season = scored.season
    participant = _participant(season, unit)
    rows = [
        Row(
            cells=(
                one.criterion.code,
                one.criterion.name,
                amount(one.own),
                amount(one.verified),
                one.explanation.text,
                one.explanation.answer or str(one.explanation.get_state_display()),
            )
        )
        for one in verified_criteria(scored, unit)
        if one.explanation is not None
    ]
    columns = (
        Column(label="TT", share=7, align="centre"),
        Column(label="Tiêu chí", share=25),
        Column(label="Tự chấm", share=8, align="right"),
        Column(label="Thẩm định", share=8, align="right"),
        Column(label="Giải trình của đơn vị", share=30),
        Column(label="Trả lời", share=22),
    )
    content: tuple[Block, ...] = (Table(columns=columns, rows=tuple(rows)),)
    if not rows:
        content = (Paragraph(text=_("Đơn vị không giải trình tiêu chí nào.")),)
    return Paper(
        name=_("Giải trình kết quả thẩm định"),
        subject=f"{scored.name}, {_about(season)}",
        is_wide=True,
        blocks=(*content, unit_signs(participant)),
        **unit_facts(season, participant.name),
    )


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
        subject=f"{poll.name}, {_about(season)}",
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


def _poll_facts(poll: Poll) -> list[str]:
    ballot = poll.ballot
    if ballot is None:
        return [_("Chưa kiểm phiếu.")]
    way = _("bỏ phiếu kín") if poll.is_secret else _("bỏ phiếu công khai")
    facts = [
        _("Nội dung: %(name)s. Hình thức: %(way)s, %(how)s.")
        % {"name": poll.name, "way": way, "how": str(poll.get_way_display()).lower()},
        _("Tổng số thành viên: %(voters)d; có mặt: %(present)d; phiếu hợp lệ: %(valid)d.")
        % {"voters": ballot.voters, "present": ballot.present, "valid": ballot.valid},
        _("Tỷ lệ tính trên: %(base)s, bằng %(count)d.")
        % {"base": str(ballot.get_base_display()).lower(), "count": base_of(ballot)},
    ]
    if poll.min_share is not None:
        share = number((poll.min_share * 100).normalize() + 0)
        facts.append(_("Tỷ lệ phải đạt: %(share)s%%.") % {"share": share})
    return facts


_RESULT_COLUMNS = (
    Column(label="STT", share=8, align="centre"),
    Column(label="Đơn vị", share=44),
    Column(label="Đồng ý", share=14, align="right"),
    Column(label="Tỷ lệ (%)", share=14, align="right"),
    Column(label="Kết quả", share=20, align="centre"),
)
_OUTCOMES = {None: "–", True: "Đạt", False: "Không đạt"}


def _result_table(poll: Poll) -> Table:
    rows = [
        Row(
            cells=(
                str(place),
                one.unit.name,
                str(one.yes),
                number(one.share),
                _OUTCOMES[one.elected],
            )
        )
        for place, one in enumerate(results_of(poll), start=1)
    ]
    return Table(columns=_RESULT_COLUMNS, rows=tuple(rows))


def counting_paper(poll: Poll) -> Paper:
    """Biên bản kiểm phiếu: papers, their base, each candidate's votes and share."""
    season = poll.round.season
    facts = _poll_facts(poll)
    if poll.opened_at and poll.closed_at:
        opened, closed = timezone.localtime(poll.opened_at), timezone.localtime(poll.closed_at)
        facts.append(
            _("Mở hòm phiếu lúc %(opened)s, khóa lúc %(closed)s.")
            % {
                "opened": f"{opened:%H:%M} {date_text(opened.date())}",
                "closed": f"{closed:%H:%M} {date_text(closed.date())}",
            }
        )
    box = getattr(poll, "box", None)
    if box is not None and box.seal:
        facts.append(_("Mã niêm phong hòm phiếu (SHA-256): %(seal)s.") % {"seal": box.seal})
    blocks: list[Block] = [Paragraph(text=text) for text in facts]
    if poll.ballot is not None:
        blocks.append(_result_table(poll))
    tellers = Cell(title=_("Ban kiểm phiếu"), hint=SIGN_HERE)
    chair = Cell(title=_("Chủ trì"), hint=SIGN_HERE)
    return Paper(
        name=_("Biên bản kiểm phiếu"),
        subject=f"{poll.name}, {_about(season)}",
        day=timezone.localdate(poll.closed_at) if poll.closed_at else None,
        blocks=(*blocks, Signatures(rows=((tellers, chair),))),
        is_numbered=False,
        **bloc_facts(season),
    )


_RANKING_COLUMNS = (
    Column(label="Hạng", share=11, align="centre"),
    Column(label="Đơn vị", share=27),
    Column(label="Điểm", share=11, align="right"),
    Column(label="Điểm thưởng", share=11, align="right"),
    Column(label="Điểm trừ", share=9, align="right"),
    Column(label="Tổng điểm", share=12, align="right"),
    Column(label="Xếp loại", share=19),
)


def _ranking_table(found: Ranking) -> Table:
    rows: list[Row] = []
    divisions = {row.division for row in found.rows}
    for division in sorted(divisions):
        if len(divisions) > 1:
            rows.append(Row(cells=(division or _("Không chia bảng"),), style="group"))
        for row in found.rows:
            if row.division != division:
                continue
            shared = "\n" + _("đồng hạng") if row.shared else ""
            rank = f"{row.rank}{shared}" if row.rank is not None else "–"
            note = row.class_name
            if row.parted_by:
                note = f"{note}\n{row.parted_by}".strip()
            if row.struck:
                note = _("Không xét: %s") % row.struck
            points = (row.base, row.bonus, row.minus, row.total)
            rows.append(Row(cells=(rank, row.name, *map(number, points), note)))
    return Table(columns=_RANKING_COLUMNS, rows=tuple(rows))


def ranking_paper(scored: Round, *, provisional: bool) -> Paper:
    """Bảng tổng hợp xếp hạng of the round: as published, or ``provisional`` as it stands."""
    season = scored.season
    found = ranking(scored, provisional=provisional)
    facts = []
    publication = found.publication
    if publication is not None:
        day = timezone.localdate(publication.published_at)
        facts.append(
            _("Công bố ngày %(day)s, lần %(version)d; mã băm số liệu: %(hash)s.")
            % {
                "day": date_text(day),
                "version": publication.version,
                "hash": publication.inputs_hash,
            }
        )
    if not found.complete:
        facts.append(_("Số liệu chưa đầy đủ; kết quả là tạm tính."))
    return Paper(
        name=_("Bảng tổng hợp kết quả xếp hạng"),
        subject=f"{scored.name}, {_about(season)}",
        is_draft=publication is None,
        blocks=(
            *(Paragraph(text=text) for text in facts),
            _ranking_table(found),
            head_signs(season),
        ),
        **bloc_facts(season),
    )


def _award_table(scored: Round) -> Table | None:
    awards = [one for one in titles_page(scored).awards if one.proposed]
    if not awards:
        return None
    names = {row.unit_id: row.name for row in scored.season.participants.all()}
    columns = (
        Column(label="STT", share=8, align="centre"),
        Column(label="Đơn vị", share=36),
        Column(label="Danh hiệu, hình thức khen thưởng", share=32),
        Column(label="Căn cứ pháp lý", share=24),
    )
    rows = [
        Row(
            cells=(
                str(place),
                names.get(one.unit_id, str(one.unit)),
                one.title_name,
                one.title.legal_basis if one.title else "",
            )
        )
        for place, one in enumerate(awards, start=1)
    ]
    return Table(columns=columns, rows=tuple(rows))


def meeting_paper(scored: Round) -> Paper:
    """Biên bản họp bình xét (Bộ Tư pháp Mẫu 3; NĐ 152/2025 art. 33.5: ballot with its rate)."""
    season = scored.season
    rules = letterhead_rules(season)
    polls = list(scored.polls.select_related("ballot"))
    award_table = _award_table(scored)
    dots = "…" * 24
    headings = [
        _("Thời gian, địa điểm, thành phần"),
        _("Nội dung thảo luận"),
        _("Kết quả chấm điểm, xếp hạng"),
        _("Kết quả bỏ phiếu"),
        _("Kết luận"),
    ]
    marks = heading_marks(rules, headings)
    units = ", ".join(row.name for row in season.participants.all())
    poll_blocks: list[Block] = []
    for poll in polls:
        poll_blocks += [Paragraph(text=text) for text in _poll_facts(poll)]
        if poll.ballot is not None:
            poll_blocks.append(_result_table(poll))
    if not polls:
        poll_blocks = [Paragraph(text=_("Khối không bỏ phiếu."))]
    conclusion: list[Block] = [Paragraph(text=_("Khối thống nhất kết quả xếp hạng nêu trên."))]
    if award_table is not None:
        conclusion += [Paragraph(text=_("Đề nghị Hội đồng xét khen thưởng:")), award_table]
    return Paper(
        name=_("Biên bản họp"),
        subject=_("Bình xét thi đua năm %(year)d, %(bloc)s")
        % {"year": season.year, "bloc": bloc_name(season)},
        blocks=(
            marks[0],
            *(
                Paragraph(text=f"{label}: {dots}")
                for label in (_("Thời gian"), _("Địa điểm"), _("Chủ trì"), _("Thư ký"))
            ),
            Paragraph(text=_("Các đơn vị trong khối: %s.") % units),
            *(Paragraph(text=f"{label}: {dots}") for label in (_("Có mặt"), _("Vắng mặt"))),
            marks[1],
            Paragraph(text=dots),
            Paragraph(text=dots),
            marks[2],
            _ranking_table(ranking(scored)),
            marks[3],
            *poll_blocks,
            marks[4],
            *conclusion,
            Signatures(
                rows=(
                    (
                        Cell(title=_("Người ghi biên bản"), hint=SIGN_HERE),
                        Cell(title=_("Chủ trì hội nghị"), hint=SIGN_HERE),
                    ),
                )
            ),
        ),
        **bloc_facts(season),
    )


def submission_paper(scored: Round) -> Paper:
    """Tờ trình to the Council with its dossier list (NĐ 152/2025 art. 33.11 and 37)."""
    season = scored.season
    rules = letterhead_rules(season)
    marks = heading_marks(
        rules,
        [
            _("Kết quả chấm điểm, xếp hạng"),
            _("Kết quả bỏ phiếu"),
            _("Đề nghị khen thưởng"),
            _("Hồ sơ kèm theo"),
        ],
    )
    award_table = _award_table(scored)
    closed = [poll for poll in scored.polls.select_related("ballot") if poll.ballot is not None]
    ballots: list[Block] = []
    for poll in closed:
        ballots += [Paragraph(text=text) for text in _poll_facts(poll)]
        ballots.append(_result_table(poll))
    if not closed:
        ballots = [Paragraph(text=_("Khối không bỏ phiếu hoặc chưa kiểm phiếu."))]
    dossier = [
        _("Báo cáo thành tích của các đơn vị được đề nghị;"),
        _("Biên bản họp bình xét và kết quả bỏ phiếu;"),
        _("Bảng tổng hợp kết quả xếp hạng;"),
        _("Bảng tự chấm điểm và kết quả thẩm định của từng đơn vị;"),
        _("Giao ước thi đua đã ký và giấy chứng nhận ký kết."),
    ]
    awards: list[Block] = [award_table] if award_table else []
    if not awards:
        awards = [Paragraph(text=_("Chưa có đề nghị khen thưởng nào được ghi nhận."))]
    facts = bloc_facts(season) | {"addressees": (season.bloc.council.name,)}
    facts["recipients"] = (_("Như trên;"), _("Các đơn vị thành viên;"), _("Lưu: Hồ sơ thi đua."))
    words = _("%(bloc)s đã tổ chức chấm điểm, bình xét thi đua năm %(year)d, kính trình Hội đồng:")
    return Paper(
        name=_("Tờ trình"),
        subject=_("Về việc xét khen thưởng %(about)s") % {"about": _about(season)},
        bases=(
            _("Căn cứ Luật Thi đua, khen thưởng"),
            _("Căn cứ kết quả bình xét thi đua của khối"),
        ),
        blocks=(
            Paragraph(text=words % {"bloc": bloc_name(season), "year": season.year}),
            marks[0],
            _ranking_table(ranking(scored)),
            marks[1],
            *ballots,
            marks[2],
            *awards,
            marks[3],
            *(
                Paragraph(mark=rules.item_mark.format(place), text=text)
                for place, text in enumerate(dossier, start=1)
            ),
            Paragraph(text=_("Kính trình Hội đồng xem xét, quyết định.")),
            head_signs(season),
        ),
        **facts,
    )
