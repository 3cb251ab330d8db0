"""The compact (bản giao ước thi đua) as a PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from compacts.documents.column_widths import column_widths
from compacts.documents.compact_tables import targets_table, titles_table
from compacts.documents.letterheads import LetterheadRules, rules_on
from compacts.documents.limits import check_limits
from compacts.documents.paper import Table
from compacts.documents.qr_code import PICTURE
from compacts.documents.renderer import AttachedFile, StepHandler, renderer
from compacts.documents.signatures import signature_rows, signature_tables
from compacts.documents.snapshot import Article, CompactSnapshot, TargetRow, normalised, shortest
from compacts.documents.typography import NO_BREAK, bound, named, roman, title_lines, unmarked
from units.vietnamese import date_text, long_date, number

TEMPLATE = "compact"
TITLE_LENGTH = 60
AUDIT_LENGTH = 16
BLANK = "……"
ATTACHMENT = "giao-uoc.json"
Progress = Callable[[int, str], object]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph with its number in front, or without one."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section; ``kind`` says whether text or one of the two tables follows."""

    mark: str
    heading: str
    kind: str
    paragraphs: tuple[Paragraph, ...] = ()


def render_compact(snapshot: CompactSnapshot, progress: Progress | None = None) -> bytes:
    """The compact as tagged PDF/A-3a with its data attached; equal snapshots give equal bytes.

    ``progress`` is called with percent (0 to 100, never falling) and a Vietnamese phrase. Raises
    ``RenderError`` with a text for the author when the content cannot be printed as it is.
    """
    report = progress or _silent
    report(2, _("Kiểm tra nội dung"))
    compact: CompactSnapshot = normalised(snapshot)
    check_limits(compact)
    attached = AttachedFile(
        name=ATTACHMENT,
        description=_("Dữ liệu của bản giao ước, dùng cho máy đọc"),
        text=compact.canonical_json(),
        made_on=_day(compact, first=True),
    )
    with renderer(TEMPLATE) as press:
        report(10, _("Soạn văn bản"))
        html = press.html(printed_values(compact))
        report(20, _("Dàn trang"))
        content = press.pdf(html, attached, compact.verify_url, _steps(compact, report))
    report(100, _("Đã xong"))
    return content


def _silent(_percent: int, _phrase: str) -> None:
    """Report to nobody."""


def _steps(compact: CompactSnapshot, report: Progress) -> StepHandler:
    """The engine's pages as 20 to 85 percent of the work, by a guess at their number."""
    expected = 3 + len(compact.units) // 7 + len(compact.targets) // 12

    reached = 20

    def on_page(page: int) -> None:
        nonlocal reached
        reached = max(reached, 20 + round(65 * min(page, expected) / expected))
        report(reached, _("Dàn trang %(page)d") % {"page": page})

    def on_write() -> None:
        report(90, _("Ghi tệp PDF"))

    return StepHandler(on_page, on_write)


def _day(compact: CompactSnapshot, *, first: bool = False) -> dt.date:
    """Day of signing; before that a day of the compact's year, for the clock must not matter."""
    if compact.signed_on is not None:
        return compact.signed_on
    return dt.date(compact.year, 1, 1) if first else dt.date(compact.year, 12, 31)


def printed_values(compact: CompactSnapshot) -> dict[str, Any]:
    """Every text of the compact as it is printed, by the names the template knows."""
    rules = rules_on(compact.letterhead, _day(compact))
    bloc = bloc_title(compact.bloc_name, compact.bloc_kind)
    groups, titles = _target_groups(compact.targets), _title_rows(compact)
    return {
        "compact": compact,
        "css_class": rules.css_class,
        "rules_source": rules.source,
        "bloc": bloc,
        "bloc_lines": title_lines(bloc, TITLE_LENGTH),
        "parent_lines": title_lines(compact.parent_body.upper(), rules.parent_length),
        "issuer_lines": title_lines(compact.issuing_body.upper(), rules.issuer_length),
        "number_line": rules.number_prefix + (compact.number or BLANK),
        "place_and_date": place_and_day(compact.place, compact.signed_on, compact.year),
        "created": _day(compact, first=True).isoformat(),
        "bases": closed_bases(compact.bases, rules),
        "opening": _opening(compact, bloc),
        "sections": _sections(compact, rules),
        "target_groups": groups,
        "target_columns": _columns(targets_table(groups)),
        "titles": titles,
        "title_columns": _columns(titles_table(titles)),
        "signature_tables": signature_tables(signature_rows(compact, rules)),
        "witness": compact.witness,
        "witness_name": named(compact.witness.name) if compact.witness else "",
        "witness_position": _witness_position(compact, rules),
        "closing": _closing(compact),
        "recipients": _recipients(compact),
        "picture": PICTURE,
        "code": compact.verify_url.rstrip("/").rpartition("/")[2],
        "audit": compact.audit_head[:AUDIT_LENGTH],
    }


def bloc_title(name: str, kind: str) -> str:
    """The bloc's name with its kind in front where it does not say so itself."""
    if name.casefold().startswith(("khối", "cụm")):
        return name
    word = _("Cụm") if kind == "cum" else _("Khối")
    return _("%(kind)s thi đua %(name)s") % {"kind": word, "name": name}


def place_and_day(place: str, day: dt.date | None, year: int) -> str:
    """Địa danh, ngày tháng năm as printed; dots while the day is open."""
    return f"{place or BLANK}, {bound(_day_or_dots(day, year))}"


def _day_or_dots(day: dt.date | None, year: int) -> str:
    if day is not None:
        return long_date(day)
    return _("ngày %(blank)s tháng %(blank)s năm %(year)d") % {"blank": BLANK, "year": year}


def closed_bases(bases: Sequence[str], rules: LetterheadRules) -> list[str]:
    """The legal bases with the marks the letterhead asks for: each ";", the last "."."""
    dash = f"-{NO_BREAK}" if rules.dashed_bases else ""
    shown = [dash + bound(basis.strip().rstrip(";.,")) for basis in bases]
    return [f"{basis};" for basis in shown[:-1]] + [f"{basis}." for basis in shown[-1:]]


def _opening(compact: CompactSnapshot, bloc: str) -> str:
    return bound(
        _(
            "Hôm nay, %(day)s, tại %(place)s, %(bloc)s gồm %(count)s đơn vị"
            " thống nhất ký kết giao ước thi đua năm %(year)d với các nội dung sau:"
        )
        % {
            "day": _day_or_dots(compact.signed_on, compact.year),
            "place": compact.place,
            "bloc": bloc,
            "count": f"{len(compact.units):02d}",
            "year": compact.year,
        }
    )


def _sections(compact: CompactSnapshot, rules: LetterheadRules) -> list[Section]:
    parts: list[tuple[str, str, tuple[Paragraph, ...]]] = []
    if compact.theme:
        theme = (Paragraph("", bound(f"“{compact.theme.strip('“”')}”")),)
        parts.append((_("Chủ đề thi đua"), "theme", theme))
    parts += [_article(article, rules) for article in compact.articles if not article.closing]
    if compact.targets:
        parts.append((_("Các chỉ tiêu, nhiệm vụ trọng tâm"), "targets", ()))
    if compact.titles:
        parts.append((_("Đăng ký danh hiệu, hình thức khen thưởng"), "titles", ()))
    parts += [_article(article, rules) for article in compact.articles if article.closing]
    return [
        Section(rules.section_mark.format(roman(index)), bound(heading.upper()), kind, paragraphs)
        for index, (heading, kind, paragraphs) in enumerate(parts, start=1)
    ]


def _article(article: Article, rules: LetterheadRules) -> tuple[str, str, tuple[Paragraph, ...]]:
    numbered = len(article.items) > 1
    paragraphs = []
    for index, item in enumerate(article.items, start=1):
        mark = rules.item_mark.format(index) + NO_BREAK if numbered else ""
        for line in filter(None, map(str.strip, item.split("\n"))):
            paragraphs.append(Paragraph(mark, bound(line)))
            mark = ""
    return unmarked(article.heading), "text", tuple(paragraphs)


def _target_groups(targets: Sequence[TargetRow]) -> list[dict[str, Any]]:
    return [
        {"unit_name": unit_name, "rows": [_target_cells(row) for row in rows]}
        for unit_name, rows in groupby(targets, key=lambda row: row.unit_name)
    ]


def _target_cells(row: TargetRow) -> dict[str, str]:
    return {
        "text": bound(row.text),
        "indicator": bound(row.indicator),
        "unit_of_measure": bound(row.unit_of_measure),
        "target": "" if row.target is None else number(shortest(row.target)),
        "due": "" if row.due_on is None else date_text(row.due_on),
    }


def _columns(table: Table) -> dict[str, Any]:
    widths = column_widths(table, is_wide=False)
    labels = [column.label for column in table.columns]
    return {"labels": labels, "shares": widths.shares, "parts_words": widths.parts_words}


def _title_rows(compact: CompactSnapshot) -> list[dict[str, Any]]:
    return [
        {"unit_name": bound(row.unit_name), "titles": [bound(title) for title in row.titles]}
        for row in compact.titles
    ]


def _witness_position(compact: CompactSnapshot, rules: LetterheadRules) -> str:
    position = compact.witness.position if compact.witness else ""
    return position.upper() if rules.capital_position else position


def _closing(compact: CompactSnapshot) -> str:
    return bound(
        _(
            "Các đơn vị thống nhất ký bản giao ước này, cam kết tổ chức thực hiện đầy đủ các nội"
            " dung, chỉ tiêu đã đăng ký và lấy đó làm căn cứ theo dõi, chấm điểm, bình xét thi đua"
            " năm %(year)d."
        )
        % {"year": compact.year}
    )


def _recipients(compact: CompactSnapshot) -> list[str]:
    if compact.recipients:
        return list(compact.recipients)
    member = (
        _("Các đơn vị thuộc Cụm;") if compact.bloc_kind == "cum" else _("Các đơn vị thuộc Khối;")
    )
    return [f"{compact.council_name};", member, _("Lưu: Hồ sơ thi đua.")]
