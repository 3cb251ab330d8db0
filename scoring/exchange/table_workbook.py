"""Scoring tables as workbooks with the columns officials use.

STT, tiêu chí, điểm chuẩn, cách tính, ghi chú. What the columns cannot say travels in hidden
cells, so that a table written and read again is equal; where somebody rewrote “Cách tính”, the
words count.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.engine.faults import Fault
from scoring.engine.numbers import parsed_decimal
from scoring.engine.table import DEEPEST, Reading, Table
from scoring.engine.words import rule_in_words
from scoring.exchange.lengths import read_kept_table
from scoring.exchange.rule_words import rule_of_words
from scoring.rules import MOST_POINTS
from units.vietnamese import fold
from units.workbooks import cell_text, filled_rows, open_workbook

FORMAT = "giao-uoc/bang-diem/1"
MOST_ROWS = 1000
_COLUMNS = (
    (gettext_lazy("STT"), 9),
    (gettext_lazy("Tiêu chí"), 60),
    (gettext_lazy("Điểm chuẩn"), 12),
    (gettext_lazy("Cách tính"), 50),
    (gettext_lazy("Ghi chú"), 36),
)
_NUMBER, _NAME, _MAX, _WORDS, _NOTE, _HIDDEN = range(6)
# The titles of the columns are looked for in so many rows.
_HEAD_WITHIN = 20
_ROMAN = re.compile(r"[IVXLC]+")
_LETTER = re.compile(r"[a-zđ]")
_YEAR = re.compile(r"20\d\d")
_TITLES = {
    "stt": _NUMBER,
    "tt": _NUMBER,
    "tieu chi": _NAME,
    "noi dung": _NAME,
    "diem chuan": _MAX,
    "diem toi da": _MAX,
    "cach tinh": _WORDS,
    "cach cham": _WORDS,
    "ghi chu": _NOTE,
}


@dataclass(frozen=True, slots=True)
class Understood:
    """How one row was read, its rule in words; ``sure`` is false where nobody knew the phrase."""

    row: int
    code: str
    name: str
    depth: int
    maximum: Decimal
    words: str
    sure: bool


@dataclass
class TableReading:
    """A workbook read: the definition in the exchange format, row by row, and every fault.

    ``table`` is what the engine says of the definition; None where the workbook has faults of its
    own.
    """

    definition: dict[str, Any] = field(default_factory=dict)
    lines: list[Understood] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    table: Reading | None = None


def table_workbook(definition: Mapping[str, Any], table: Table) -> bytes:
    """The table as an .xlsx file."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(_("Bảng điểm"))
    bold = book.add_format({"bold": True, "font_size": 14, "text_wrap": False})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#f3e9ea"})
    leaf = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    group = book.add_format({"border": 1, "text_wrap": True, "valign": "top", "bold": True})
    page.write_string(0, 0, str(definition["title"]), bold)
    for column, (title, width) in enumerate(_COLUMNS):
        page.write_string(2, column, str(title), head)
        page.set_column(column, column, width)
    page.set_column(_HIDDEN, _HIDDEN, None, None, {"hidden": True})
    page.freeze_panes(3, 2)
    nodes = {node["code"]: node for node in _walk(definition["criteria"])}
    for row, (criterion, depth) in enumerate(table.walk(), start=3):
        node = nodes[criterion.code]
        style = leaf if criterion.is_leaf else group
        words = rule_in_words(criterion.rule) if criterion.rule else ""
        page.write_string(row, _NUMBER, criterion.code, style)
        page.write_string(row, _NAME, criterion.name, style)
        page.write_number(row, _MAX, criterion.max, style)
        page.write_string(row, _WORDS, words, style)
        page.write_string(row, _NOTE, str(node.get("note") or ""), style)
        own = {key: value for key, value in node.items() if key != "children"}
        hidden = {"words": words, "depth": depth, "node": own}
        page.write_string(row, _HIDDEN, json.dumps(hidden, ensure_ascii=False))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    facts = book.add_worksheet("_")
    facts.write_string(0, 0, FORMAT)
    rest = {key: value for key, value in definition.items() if key != "criteria"}
    facts.write_string(1, 0, json.dumps(rest, ensure_ascii=False))
    facts.very_hidden()
    book.close()
    return stream.getvalue()


def _walk(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        yield from _walk(node.get("children", []))


@dataclass
class _Row:
    """A row of the workbook as text, and where it hangs in the tree."""

    number: int
    cells: list[str]
    node: dict[str, Any] = field(default_factory=dict)
    depth: int = 0
    hidden: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, column: int) -> str:
        return self.cells[column]


def read_table_workbook(content: bytes) -> TableReading:
    """The table that a workbook holds; every row says how it was understood.

    Raises ``RuleError`` (field ``file``) where it cannot be opened.
    """
    book = open_workbook(content)
    reading = TableReading()
    page = book.worksheets[0]
    columns, first = _header(page)
    if _NAME not in columns or _MAX not in columns:
        expected = _("STT, Tiêu chí, Điểm chuẩn, Cách tính, Ghi chú")
        reading.faults.append(Fault("", _("Không thấy dòng tiêu đề cột của bảng điểm."), expected))
        return reading
    facts = _facts(book)
    rows = list(_rows(page, columns, first, keep_hidden=bool(facts)))
    if len(rows) > MOST_ROWS:
        text = _("Bảng có quá nhiều dòng.")
        reading.faults.append(Fault("", text, _("tối đa %(most)s") % {"most": MOST_ROWS}))
        return reading
    tops = _tree(rows, reading)
    for row in rows:
        _finish(row, reading)
    if reading.faults:
        return reading
    reading.definition = facts or _plain_facts(cell_text(page["A1"]), tops)
    reading.definition["criteria"] = tops
    reading.table = read_kept_table(reading.definition)
    if reading.table.table is not None:
        rules = {one.code: one.rule for one, _depth in reading.table.table.walk()}
        reading.lines = [
            replace(line, words=rule_in_words(rule) if (rule := rules[line.code]) else "")
            for line in reading.lines
        ]
    return reading


def _facts(book: Any) -> dict[str, Any]:
    """Everything but the criteria, where the workbook came from the system."""
    if "_" not in book.sheetnames or cell_text(book["_"]["A1"]) != FORMAT:
        return {}
    try:
        found = json.loads(cell_text(book["_"]["A2"]))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _header(page: Any) -> tuple[dict[int, int], int]:
    """Which of our columns stands where (ours → theirs), and the first row below the titles."""
    for number, row in filled_rows(page):
        if number > _HEAD_WITHIN:
            break
        columns: dict[int, int] = {}
        for place, text in sorted(row.items()):
            ours = _TITLES.get(fold(text))
            if ours is not None:
                columns.setdefault(ours, place)
        if len(columns) >= 3:
            return columns, number + 1
    return {}, 0


def _rows(page: Any, columns: dict[int, int], first: int, *, keep_hidden: bool) -> Iterator[_Row]:
    for number, row in filled_rows(page):
        if number < first:
            continue
        texts = ["" for _column in _COLUMNS]
        for ours, theirs in columns.items():
            texts[ours] = row.get(theirs, "")
        if not texts[_NAME] or fold(texts[_NAME]).startswith(("tong cong", "tong diem")):
            continue
        hidden = _stored(row[_HIDDEN]) if keep_hidden and _HIDDEN in row else {}
        yield _Row(number, texts, hidden=hidden)


def _stored(text: str) -> dict[str, Any]:
    """What a hidden cell holds; nothing where somebody wrote something else into it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    sound = (
        isinstance(found, dict)
        and isinstance(found.get("node"), dict)
        and isinstance(found.get("depth"), int)
        and 0 <= found["depth"] <= DEEPEST
    )
    return found if sound else {}


def _level(number: str, seen_roman: bool, last: int) -> int:
    """How deep a row with this STT hangs."""
    bare = number.strip().rstrip(".)")
    parts = [part for part in bare.split(".") if part]
    if _ROMAN.fullmatch(bare):
        return 0
    if parts and _ROMAN.fullmatch(parts[0]):
        return len(parts) - 1
    if parts and all(part.isdigit() for part in parts):
        return len(parts) - 1 + seen_roman
    if _LETTER.fullmatch(bare):
        return last + 1
    return last + 1 if bare in {"-", "+", "*"} else 0


def _tree(rows: list[_Row], reading: TableReading) -> list[dict[str, Any]]:
    """Hang every row under the one above it that is less deep; the top ones."""
    tops: list[dict[str, Any]] = []
    above: list[_Row] = []
    numbered_depth = 0
    seen_roman = False
    for row in rows:
        number = row[_NUMBER]
        stored = row.hidden.get("node", {}).get("code")
        seen_roman = seen_roman or bool(_ROMAN.fullmatch(number.rstrip(".)")))
        bare = number.rstrip(".)")
        if stored and number == stored:
            row.depth = int(row.hidden.get("depth", 0))
        else:
            row.depth = _level(number, seen_roman, numbered_depth)
        if not _LETTER.fullmatch(bare) and bare not in {"-", "+", "*"}:
            numbered_depth = row.depth
        while above and above[-1].depth >= row.depth:
            above.pop()
        siblings = above[-1].node.setdefault("children", []) if above else tops
        own = stored if stored and number == stored else _code(bare, above, len(siblings) + 1)
        row.node["code"] = own
        siblings.append(row.node)
        above.append(row)
    return tops


def _code(bare: str, above: list[_Row], position: int) -> str:
    own = bare if bare not in {"", "-", "+", "*"} else str(position)
    if not above:
        return own
    parent = above[-1].node["code"]
    return own if own.startswith(f"{parent}.") else f"{parent}.{own.rpartition('.')[2]}"


def _finish(row: _Row, reading: TableReading) -> None:
    """Fill in the row's node: name, maximum, rule, notes."""
    node = row.node
    children = node.pop("children", None)
    stored = dict(row.hidden.get("node", {}))
    stored.pop("code", None)
    if stored:
        node.update(stored)
    node["name"] = row[_NAME]
    maximum = _maximum(row, reading)
    if parsed_decimal(str(node.get("max"))) != maximum:
        node["max"] = f"{maximum:f}"
    _note(node, row[_NOTE])
    sure = True
    if children:
        node.pop("rule", None)
        node["children"] = children
    elif row[_WORDS] != row.hidden.get("words") or "rule" not in node:
        node["rule"], sure = rule_of_words(row[_WORDS], maximum)
    if not stored and row.depth == 0:
        _kind_of_group(node)
    reading.lines.append(
        Understood(
            row=row.number,
            code=node["code"],
            name=node["name"],
            depth=row.depth,
            maximum=maximum,
            words="",
            sure=sure,
        )
    )


def _maximum(row: _Row, reading: TableReading) -> Decimal:
    text = row[_MAX].replace(" ", "")
    if text.count(",") == 1:
        text = text.replace(".", "").replace(",", ".")
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found <= MOST_POINTS:
        where = _("dòng %(row)s") % {"row": row.number}
        reading.faults.append(Fault(where, _("Điểm chuẩn không phải là số."), row[_MAX]))
        return Decimal(0)
    return found.normalize() if found != found.to_integral_value() else found.quantize(Decimal(1))


def _note(node: dict[str, Any], text: str) -> None:
    if text:
        node["note"] = text
    elif node.get("note"):
        node.pop("note")
    if "evidence" not in node and re.search(r"(có|kèm) minh chứng", text, re.IGNORECASE):
        node["evidence"] = True


def _kind_of_group(node: dict[str, Any]) -> None:
    name = fold(node["name"])
    if "diem thuong" in name or "diem cong" in name:
        node["adds"] = "bonus"
    elif "diem tru" in name:
        node["adds"] = "minus"


def _plain_facts(title: str, tops: list[dict[str, Any]]) -> dict[str, Any]:
    """What a workbook from elsewhere does not say: the usual precision, no classes or titles."""
    total = sum(
        (Decimal(node["max"]) for node in tops if node.get("adds", "base") == "base"), Decimal(0)
    )
    year = _YEAR.search(title)
    slug = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:50] or "bang-diem"
    return {
        "format": "giao-uoc/criteria/1",
        "code": slug,
        "title": title or _("Bảng điểm"),
        "year": int(year[0]) if year else 0,
        "max_total": f"{total:f}",
        "precision": "0.01",
        "classes": [],
        "tie_breaks": [],
        "titles": [],
    }
