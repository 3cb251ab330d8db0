"""The papers of a round's end: ranking, minutes of the meeting, submission to the Council."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.paper import (
    Block,
    Column,
    Paper,
    Paragraph,
    Row,
    Table,
)
from compacts.documents.paper_language import in_vietnamese
from compacts.rules import ConferenceKind
from compacts.services.conference_papers import (
    conference_told_of,
    discussion,
    meeting_facts,
    minutes_signed,
)
from compacts.services.season_papers import (
    about_round,
    about_season,
    bloc_facts,
    bloc_name,
    head_signs,
    heading_marks,
    letterhead_rules,
)
from scoring.engine.explain import step_words
from scoring.engine.extras import TieBreak
from scoring.models import Round
from scoring.queries.ranking import Ranking, ranking
from scoring.queries.titles import titles_page
from scoring.services.poll_papers import ballots_told_of
from units.vietnamese import date_text, number

_RANKING_COLUMNS = (
    Column(label="Hạng", share=13, align="centre"),
    Column(label="Đơn vị", share=24),
    Column(label="Điểm", share=10, align="right"),
    Column(label="Điểm thưởng", share=10, align="right"),
    Column(label="Điểm trừ", share=9, align="right"),
    Column(label="Tổng điểm", share=11, align="right"),
    Column(label="Xếp loại", share=23),
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
                note = f"{note}\n{_parted(row.parted_by)}".strip()
            if row.struck:
                note = _("Không xét: %s") % row.struck
            points = (row.base, row.bonus, row.minus, row.total)
            rows.append(Row(cells=(rank, row.name, *map(number, points), note)))
    return Table(columns=_RANKING_COLUMNS, rows=tuple(rows))


def _parted(name: str) -> str:
    """By what units of equal points were parted; ``name`` as ``TieBreak.name`` writes it."""
    by, _colon, code = name.partition(":")
    return _("Bằng điểm, xét %(what)s") % {"what": step_words(TieBreak(by, code))}


@in_vietnamese
def ranking_paper(scored: Round, *, provisional: bool) -> Paper:
    """Bảng tổng hợp xếp hạng of the round: as published, or ``provisional`` as it stands."""
    season = scored.season
    found = ranking(scored, provisional=provisional)
    facts: list[Paragraph] = []
    publication = found.publication
    if publication is not None:
        day = timezone.localdate(publication.published_at)
        words = _("Công bố ngày %(day)s, lần %(version)d.")
        facts += [
            Paragraph(text=words % {"day": date_text(day), "version": publication.version}),
            Paragraph(
                text=_("Mã băm số liệu (SHA-256): %(hash)s.") % {"hash": publication.inputs_hash},
                style="left",
            ),
        ]
    if not found.complete:
        facts.append(Paragraph(text=_("Số liệu chưa đầy đủ; kết quả là tạm tính.")))
    return Paper(
        name=_("Bảng tổng hợp kết quả xếp hạng"),
        subject=about_round(scored.name, season),
        is_draft=publication is None,
        blocks=(
            *facts,
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


@in_vietnamese
def meeting_paper(scored: Round) -> Paper:
    """Biên bản họp bình xét (Bộ Tư pháp Mẫu 3; NĐ 152/2025 art. 33.5: ballot with its rate)."""
    season = scored.season
    rules = letterhead_rules(season)
    award_table = _award_table(scored)
    conference = conference_told_of(ConferenceKind.YEAREND, season.conferences.all())
    headings = [
        _("Thời gian, địa điểm, thành phần"),
        _("Nội dung thảo luận"),
        _("Kết quả chấm điểm, xếp hạng"),
        _("Kết quả bỏ phiếu"),
        _("Kết luận"),
    ]
    marks = heading_marks(rules, headings)
    conclusion: list[Block] = [Paragraph(text=_("Khối thống nhất kết quả xếp hạng nêu trên."))]
    if award_table is not None:
        conclusion += [Paragraph(text=_("Đề nghị Hội đồng xét khen thưởng:")), award_table]
    return Paper(
        name=_("Biên bản họp"),
        subject=_("Bình xét thi đua năm %(year)d, %(bloc)s")
        % {"year": season.year, "bloc": bloc_name(season)},
        day=timezone.localdate(conference.starts_at) if conference else None,
        blocks=(
            marks[0],
            *meeting_facts(season, conference),
            marks[1],
            *discussion(conference, rules.item_mark),
            marks[2],
            _ranking_table(ranking(scored)),
            marks[3],
            *(ballots_told_of(scored) or [Paragraph(text=_("Khối không bỏ phiếu."))]),
            marks[4],
            *conclusion,
            minutes_signed(conference),
        ),
        **bloc_facts(season),
    )


@in_vietnamese
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
        subject=_("Về việc xét khen thưởng %(about)s") % {"about": about_season(season)},
        bases=(
            _("Căn cứ Luật Thi đua, khen thưởng"),
            _("Căn cứ kết quả bình xét thi đua của khối"),
        ),
        blocks=(
            Paragraph(text=words % {"bloc": bloc_name(season), "year": season.year}),
            marks[0],
            _ranking_table(ranking(scored)),
            marks[1],
            *(ballots_told_of(scored) or [Paragraph(text=_("Khối không bỏ phiếu."))]),
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
