"""The papers of tables and sheets: scoring table, self-score, cross-check, explanation."""

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
from compacts.documents.paper_language import in_vietnamese
from compacts.models import Participant, Season
from compacts.services.season_papers import (
    SIGN_HERE,
    about_round,
    amount,
    bloc_facts,
    head_signs,
    heading_marks,
    letterhead_rules,
    unit_facts,
    unit_signs,
)
from scoring.models import CriteriaTable, Round, Sheet
from scoring.queries.explanations import verified_criteria
from scoring.queries.sheets import SheetPage, SheetRow, sheet_page
from scoring.queries.tables import tree_of
from scoring.rules import Stage
from units.models import Person, Unit

# Dotted lines for what a unit says by hand.
OPINION_LINES = 4
_SHEET_COLUMNS = (
    Column(label="TT", share=6, align="centre"),
    Column(label="Tiêu chí", share=28),
    Column(label="Điểm chuẩn", share=7, align="right"),
    Column(label="Cách tính điểm tự chấm", share=17),
    Column(label="Tự chấm", share=7, align="right"),
    Column(label="Thẩm định", share=7, align="right"),
    Column(label="Lý do, ghi chú", share=15),
    Column(label="Minh chứng", share=13),
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


def _difference(value: Decimal | None) -> str:
    if value is None:
        return ""
    sign = "+" if value > 0 else ""
    return f"{sign}{amount(value)}".replace("-", "−")


def _participant(season: Season, unit: Unit) -> Participant:
    return season.participants.get(unit=unit)


@in_vietnamese
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


def _reasons(row: SheetRow, *stages: Stage) -> str:
    texts = [one.mark.comment for stage in stages for one in row.marks.get(stage, ())]
    return "\n".join(text for text in texts if text)


@in_vietnamese
def self_score_paper(sheet: Sheet, person: Person) -> Paper:
    """Bảng tự chấm điểm of a unit, with what was verified as far as ``person`` may see it."""
    page = sheet_page(sheet, person)
    season = sheet.round.season
    rows = tuple(_self_row(row) for row in page.rows)
    participant = _participant(season, sheet.unit)
    total = page.totals.get(Stage.SELF)
    return Paper(
        name=_("Bảng tự chấm điểm thi đua"),
        subject=about_round(sheet.round.name, season),
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
        checked = amount(row.checked)
        cells = (row.criterion.code, row.criterion.name, amount(row.criterion.max_points), "")
        own = amount(row.points.get(Stage.SELF))
        return Row(cells=(*cells, own, checked, "", ""), style="total")
    own_mark = row.own
    standing = [one for one in (own_mark.evidence if own_mark else ()) if one.withdrawn_at is None]
    evidence = "\n".join(str(one.file or one) for one in standing)
    how = _("Không áp dụng: %(why)s") % {"why": row.exempt} if row.exempt else ""
    if own_mark is not None:
        how = own_mark.why[:1].upper() + own_mark.why[1:]
    return Row(
        cells=(
            row.criterion.code,
            row.criterion.name,
            amount(row.criterion.max_points),
            how,
            amount(row.points.get(Stage.SELF)),
            amount(row.checked),
            _reasons(row, Stage.SELF, Stage.VERIFY, Stage.RECHECK, Stage.FINAL),
            evidence,
        )
    )


def _sum_row(page: SheetPage, total: Decimal | None) -> Row:
    return Row(
        cells=(
            "",
            _("Tổng điểm"),
            amount(page.own_max),
            "",
            amount(total),
            amount(page.checked_total),
            "",
            "",
        ),
        style="total",
    )


@in_vietnamese
def cross_check_paper(sheet: Sheet, person: Person) -> Paper:
    """Biên bản kiểm tra chéo (domain dossier c.4): both scores, the difference, the reasons."""
    page = sheet_page(sheet, person)
    season = sheet.round.season
    checked = _participant(season, sheet.unit)
    names = dict(season.participants.values_list("unit", "name"))
    team = names.get(sheet.scorer.pk, sheet.scorer.name) if sheet.scorer else _("tổ thư ký")
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
            *[Paragraph(text=blank)] * OPINION_LINES,
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


@in_vietnamese
def explanation_paper(scored: Round, unit: Unit) -> Paper:
    """Văn bản giải trình of a unit: each criterion it explains, and what it was answered."""
    season = scored.season
    participant = _participant(season, unit)
    rows = [
        Row(
            cells=(
                one.criterion.code,
                one.criterion.name,
                amount(one.own) or one.own_reached,
                amount(one.verified) or one.verified_reached,
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
        subject=about_round(scored.name, season),
        is_wide=True,
        blocks=(*content, unit_signs(participant)),
        **unit_facts(season, participant.name),
    )
