"""The leader's brief on one page, as PDF or Word: all blocs of a year, or one bloc."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.paper import Block, Column, Heading, Paper, Paragraph, Row, Table
from compacts.documents.paper_language import in_vietnamese
from compacts.services.season_papers import bloc_facts
from scoring.queries.bloc_rows import BlocRow, Headline, UnitRow, headline
from units.models import Council
from units.templatetags.vietnamese_format import number, points
from units.vietnamese import date_text

HEADING_LINES = 3
# The space below a paragraph, as a part of a line.
BELOW = 0.4


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a page holds: lines below its title, letters a line and a hundredth of a table's width.

    A little less than measured, for letters differ.
    """

    lines: int
    letters: float
    letters_a_share: float


PAGE = _Sheet(lines=35, letters=70, letters_a_share=0.7)
NO_REASON = "–"
MOST_REASONS = 2
_COLUMNS = (
    Column(label="Khối, cụm", share=34),
    Column(label="Đăng ký", share=9, align="centre"),
    Column(label="Đã ký", share=9, align="centre"),
    Column(label="Dẫn đầu", share=18),
    Column(label="Thấp – cao (%)", share=17, align="centre"),
    Column(label="Chỉ tiêu đạt", share=13, align="centre"),
)
_UNIT_COLUMNS = (
    Column(label="Hạng", share=9, align="centre"),
    Column(label="Đơn vị", share=28),
    Column(label="Năm trước", share=8, align="centre"),
    Column(label="% điểm tối đa", share=9, align="right"),
    Column(label="Chỉ tiêu đạt", share=9, align="centre"),
    Column(label="Cần chú ý", share=37),
)


@in_vietnamese
def brief_paper(rows: Sequence[BlocRow], year: int, council: Council, narrowed: str = "") -> Paper:
    """Tóm tắt of the council's blocs in a year: progress, who leads, spread, what needs a look.

    ``narrowed`` says by what the blocs were chosen, where it is not all of them.
    """
    warnings = [*_bloc_warnings(rows), *_unit_warnings(rows)]
    words = _headline_words(headline(rows))
    table = Table(columns=_COLUMNS, rows=tuple(_line(row) for row in rows))
    subject = _("Các khối, cụm thi đua năm %(year)d") % {"year": year}
    return Paper(
        letterhead="state",
        year=year,
        name=_("Tóm tắt tình hình thi đua"),
        subject=f"{subject} ({narrowed})" if narrowed else subject,
        issuing_body=council.name,
        is_numbered=False,
        place=council.place,
        day=timezone.localdate(),
        blocks=(
            Paragraph(text=words),
            table,
            *_noted(
                warnings,
                PAGE.lines - _lines(words, PAGE.letters) - _table_lines(table, PAGE),
                PAGE,
            ),
        ),
    )


@in_vietnamese
def bloc_brief_paper(row: BlocRow) -> Paper:
    """Tóm tắt of one bloc's season: its figures, its units in their order, what needs a look."""
    season = row.season
    facts = bloc_facts(season)
    ordered = row.ranked or row.units
    warnings = [f"{one.text[:1].upper()}{one.text[1:]}." for one in row.warnings]
    words = " ".join(_bloc_words(row))
    room = PAGE.lines - _lines(words, PAGE.letters)
    tables = (
        Table(columns=_UNIT_COLUMNS, rows=tuple(_unit_line(one, most) for one in ordered))
        for most in range(MOST_REASONS, -1, -1)
    )
    table = next(
        one
        for one in tables
        if _table_lines(one, PAGE) < room - HEADING_LINES or not _reasons_in(one)
    )
    paper = Paper(
        name=_("Tóm tắt tình hình thi đua"),
        subject=_("Năm %(year)d") % {"year": season.year},
        is_numbered=False,
        day=timezone.localdate(),
        blocks=(
            Paragraph(text=words),
            table,
            *_noted(warnings, room - _table_lines(table, PAGE), PAGE),
        ),
        **facts,
    )
    return replace(paper, recipients=())


def _bloc_warnings(rows: Sequence[BlocRow]) -> Iterator[str]:
    for row in rows:
        yield from (f"{row.season.bloc.name}: {one.text}." for one in row.warnings)


def _unit_warnings(rows: Sequence[BlocRow]) -> Iterator[str]:
    """Each unit that is counted as one to look at, with the reasons; its bloc if not the only."""
    for row in rows:
        of_bloc = f" ({row.season.bloc.name})" if len(rows) > 1 else ""
        for unit in row.watched:
            reasons = "; ".join(one.text for one in unit.reasons)
            yield f"{unit.participant.name}{of_bloc}: {reasons}."


def _lines(text: str, letters: float) -> int:
    return max(math.ceil(len(text) / letters), 1)


def _table_lines(table: Table, sheet: _Sheet) -> int:
    """How many lines the table takes, its head included; a cell wraps in its column."""
    widths = [column.share * sheet.letters_a_share for column in table.columns]
    head = [column.label for column in table.columns]
    return sum(
        max(_lines(cell, width) for cell, width in zip(cells, widths, strict=True))
        for cells in (head, *(row.cells for row in table.rows))
    )


def _reasons_in(table: Table) -> bool:
    return any(row.cells[-1] != NO_REASON for row in table.rows)


def _noted(warnings: Sequence[str], room: int, sheet: _Sheet) -> Iterator[Block]:
    """What needs a look, as much as ``room`` lines hold; the rest is counted."""
    left: float = room - HEADING_LINES
    shown: list[str] = []
    for text in warnings:
        left -= _lines(text, sheet.letters) + BELOW
        if left < 0:
            break
        shown.append(text)
    yield Heading(text=_("Cần lưu ý"))
    if not warnings:
        yield Paragraph(text=_("Không có điểm nào cần lưu ý riêng."))
    for place, text in enumerate(shown, start=1):
        yield Paragraph(mark=f"{place}.", text=text)
    if len(shown) < len(warnings):
        more = _("Còn %(count)d điểm khác, xem trên trang lãnh đạo.")
        yield Paragraph(text=more % {"count": len(warnings) - len(shown)}, style="italic")


def _headline_words(found: Headline) -> str:
    facts = {
        "blocs": found.blocs,
        "units": found.units,
        "in_force": found.in_force,
        "reached": found.reached,
        "targets": found.targets,
        "none": found.without_data,
        "watched": found.watched,
    }
    return (
        _(
            "%(blocs)d khối, cụm với %(units)d đơn vị; %(in_force)d giao ước có hiệu lực; "
            "%(reached)d/%(targets)d chỉ tiêu đạt, %(none)d chưa có số liệu; "
            "%(watched)d đơn vị cần chú ý."
        )
        % facts
    )


def _first(row: BlocRow) -> str:
    return ", ".join(one.participant.short_name for one in row.first) or _("chưa công bố")


def _scoring(row: BlocRow) -> str:
    if row.round is None:
        return _("chưa có đợt")
    facts = {"sent": row.sent, "all": row.sheets, "state": row.round.get_state_display()}
    return _("%(state)s, %(sent)d/%(all)d phiếu") % facts


def _gap(row: BlocRow) -> str:
    found = row.spread
    return f"{points(found.worst)} – {points(found.best)}" if found else "–"


def _above(row: BlocRow) -> str:
    return f"{number(row.inflation.share)}%" if row.inflation else "–"


def _line(row: BlocRow) -> Row:
    return Row(
        cells=(
            row.season.bloc.name,
            f"{row.accepted}/{len(row.units)}",
            f"{row.signed}/{len(row.units)}",
            _first(row),
            _gap(row),
            f"{row.reached}/{row.targets}" if row.targets else "–",
        )
    )


def _bloc_words(row: BlocRow) -> Iterator[str]:
    facts = {"accepted": row.accepted, "units": len(row.units), "signed": row.signed}
    yield _(
        "%(units)d đơn vị; %(accepted)d đăng ký đã nhận; %(signed)d đơn vị đã ký giao ước."
    ) % (facts)
    if row.in_force_on:
        yield _("Giao ước có hiệu lực từ %(day)s.") % {"day": date_text(row.in_force_on)}
    yield _("Chấm điểm: %(words)s.") % {"words": _scoring(row).lower()}
    spread = row.spread
    if spread:
        figures = {
            "gap": _gap(row),
            "mean": points(spread.mean),
            "deviation": points(spread.deviation),
        }
        words = _("Điểm từ %(gap)s%% điểm tối đa, trung bình %(mean)s%%, lệch %(deviation)s.")
        yield words % figures
    if row.targets:
        counts = {"reached": row.reached, "all": row.targets, "none": row.without_data}
        yield _("%(reached)d/%(all)d chỉ tiêu đạt, %(none)d chưa có số liệu.") % counts
    if row.inflation:
        yield _("Tự chấm hơn thẩm định %(share)s điểm tối đa.") % {"share": _above(row)}


def _unit_line(unit: UnitRow, most: int) -> Row:
    found = unit.result
    reasons = [one.text for one in unit.reasons]
    shown = "; ".join(reasons[:most])
    if most and len(reasons) > most:
        more = len(reasons) - most
        shown = _("%(shown)s và %(more)d điều khác") % {"shown": shown, "more": more}
    before = unit.movement.before
    return Row(
        cells=(
            str(found.rank) if found and found.rank else "–",
            unit.participant.name,
            str(before) if before else "–",
            points(found.share) if found else "–",
            f"{unit.reached}/{unit.targets}" if unit.targets else "–",
            shown or NO_REASON,
        )
    )
