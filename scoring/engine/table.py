"""A criteria table, format ``giao-uoc/criteria/1``: its shape, and reading it with every fault.

Where the format leaves something open, this is how it is read:

- Required are ``format``, ``code``, ``title``, ``year``, ``max_total``, ``precision`` and
  ``criteria``. ``issuer``, ``document_no`` and ``source_url`` may be missing or null; ``classes``,
  ``tie_breaks`` and ``titles`` may be missing, which is the same as an empty list.
- ``max_total`` unlike the sum of the base top-level maxima is a fault; a group's ``max`` unlike
  the sum of its children's is a warning.
- ``adds`` below the top level is a fault, even where it says the same as above.
- ``precision`` is any positive step ("0.01", "0.5"). A ``max`` that is not a multiple of it is a
  warning; the largest multiple below it is then the most that can be reached.
- A gate's ``max`` should be 0: anything else is a warning, and nobody can get those points.
- Text that is not in Unicode NFC is accepted and normalised before codes are compared;
  ``Table`` and ``Reading.data`` hold only NFC. Control characters are refused.
- At most 8 levels, 2,000 criteria, 500 entries in one list, texts of 4,000 signs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from scoring.engine.extras import (
    Class,
    TieBreak,
    Title,
    check_references,
    read_classes,
    read_tie_breaks,
    read_titles,
)
from scoring.engine.faults import Fault, joined
from scoring.engine.kinds import Gate, Rule, read_rule
from scoring.engine.numbers import spoken
from scoring.engine.phrases import phrase
from scoring.engine.reader import Reader

FORMAT = "giao-uoc/criteria/1"
DEEPEST = 8
MOST_CRITERIA = 2000
ADDS = ("base", "bonus", "minus")
NOT_APPLICABLE = ("drop", "full", "scale")
CLASS_BY = ("total", "base", "capped")


@dataclass(frozen=True)
class Criterion:
    """A group (``children``) or a leaf (``rule``); ``adds`` is that of its top-level criterion."""

    code: str
    name: str
    max: Decimal
    adds: str = "base"
    children: tuple[Criterion, ...] = ()
    rule: Rule | None = None
    note: str = ""
    evidence: bool = False

    @property
    def is_leaf(self) -> bool:
        return self.rule is not None

    @property
    def is_gate(self) -> bool:
        return isinstance(self.rule, Gate)

    def leaves(self) -> Iterator[Criterion]:
        """The leaves below, in the table's order; a leaf is its own only leaf."""
        if self.is_leaf:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True)
class Table:
    """A criteria table whose references are known to hold."""

    code: str
    title: str
    year: int
    max_total: Decimal
    precision: Decimal
    not_applicable: str
    class_by: str
    criteria: tuple[Criterion, ...]
    classes: tuple[Class, ...] = ()
    tie_breaks: tuple[TieBreak, ...] = ()
    titles: tuple[Title, ...] = ()

    def top_level(self) -> tuple[Criterion, ...]:
        return self.criteria

    def walk(self) -> Iterator[tuple[Criterion, int]]:
        """Every criterion before its children, with its depth (0 at the top)."""
        for criterion, ancestors in self._places.values():
            yield criterion, len(ancestors)

    def leaves(self) -> tuple[Criterion, ...]:
        return self._leaves

    def criterion(self, code: str) -> Criterion:
        """The criterion with this code; ``KeyError`` where there is none."""
        return self._places[code][0]

    def has(self, code: str) -> bool:
        return code in self._places

    def ancestors(self, code: str) -> tuple[Criterion, ...]:
        """The groups around a criterion, the top-level one first."""
        return self._places[code][1]

    @cached_property
    def _leaves(self) -> tuple[Criterion, ...]:
        return tuple(leaf for top in self.criteria for leaf in top.leaves())

    @cached_property
    def _places(self) -> Mapping[str, tuple[Criterion, tuple[Criterion, ...]]]:
        places: dict[str, tuple[Criterion, tuple[Criterion, ...]]] = {}

        def place(criterion: Criterion, ancestors: tuple[Criterion, ...]) -> None:
            places[criterion.code] = (criterion, ancestors)
            for child in criterion.children:
                place(child, (*ancestors, criterion))

        for top in self.criteria:
            place(top, ())
        return places


@dataclass(frozen=True)
class Reading:
    """What came of reading a table: the table, or None and the faults; warnings either way.

    ``data`` is the document itself in NFC, as it is to be kept and exported again.
    """

    table: Table | None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    data: object = None


def read_table(data: object, path: str = "") -> Reading:
    """Read a ``giao-uoc/criteria/1`` document (what ``json.load`` gives); never raises.

    ``path`` is where the table stands in a larger document, and begins every fault's path.
    """
    reader = Reader()
    keys = reader.mapping(
        data,
        path,
        ("format", "code", "title", "year", "max_total", "precision", "criteria"),
        (
            "issuer", "document_no", "source_url", "not_applicable", "class_by",
            "classes", "tie_breaks", "titles",
        ),
    )  # fmt: skip
    table = _TableReader(reader, path).table(keys)
    if reader.faults or table is None:
        return Reading(None, reader.faults, reader.warnings)
    return Reading(table, [], reader.warnings, _in_nfc(data))


def _in_nfc(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _in_nfc(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_in_nfc(item) for item in value]
    return value


class _TableReader:
    def __init__(self, reader: Reader, path: str) -> None:
        self.reader = reader
        self.path = path
        self.codes: set[str] = set()
        self.precision: Decimal | None = None

    def at(self, key: str) -> str:
        return joined(self.path, key)

    def table(self, keys: Mapping[str, object]) -> Table | None:
        reader = self.reader
        if "format" in keys:
            reader.one_of(keys["format"], self.at("format"), (FORMAT,))
        found = len(reader.faults)
        precision = self.positive(keys, "precision")
        self.precision = precision if reader.clean_since(found) and precision else None
        criteria = self.criteria(keys.get("criteria", ()), self.at("criteria"), "", 1)
        classes = read_classes(reader, keys.get("classes", ()), self.at("classes"))
        tie_breaks = read_tie_breaks(reader, keys.get("tie_breaks", ()), self.at("tie_breaks"))
        titles = read_titles(reader, keys.get("titles", ()), self.at("titles"))
        table = Table(
            code=reader.code(keys["code"], self.at("code")) if "code" in keys else "",
            title=reader.text(keys["title"], self.at("title")) if "title" in keys else "",
            year=reader.whole(keys["year"], self.at("year"), 1, 9999) if "year" in keys else 0,
            max_total=self.positive(keys, "max_total"),
            precision=precision,
            not_applicable=self.option(keys, "not_applicable", NOT_APPLICABLE, "drop"),
            class_by=self.option(keys, "class_by", CLASS_BY, "total"),
            criteria=criteria,
            classes=classes,
            tie_breaks=tie_breaks,
            titles=titles,
        )
        self.check_origin(keys)
        check_references(reader, self.path, self.codes, classes, tie_breaks, titles)
        self.check_total(table)
        return table

    def positive(self, keys: Mapping[str, object], key: str) -> Decimal:
        if key not in keys:
            return Decimal(0)
        return self.reader.decimal(keys[key], self.at(key), above_zero=True)

    def option(
        self, keys: Mapping[str, object], key: str, allowed: tuple[str, ...], default: str
    ) -> str:
        return self.reader.one_of(keys.get(key, default), self.at(key), allowed)

    def check_origin(self, keys: Mapping[str, object]) -> None:
        """The document a table comes from is kept in ``Reading.data`` and nowhere else."""
        for key in ("issuer", "document_no", "source_url"):
            if keys.get(key) is not None:
                self.reader.text(keys[key], self.at(key), blank=True)

    def check_total(self, table: Table) -> None:
        if self.reader.faults:
            return
        total = sum((one.max for one in table.criteria if one.adds == "base"), Decimal(0))
        if total != table.max_total:
            given = spoken(table.max_total)
            message = phrase(
                "Tổng điểm %(given)s khác tổng điểm các tiêu chí chính (%(total)s).",
                given=given,
                total=spoken(total),
            )
            self.reader.fault(self.at("max_total"), message, str(total))

    def criteria(self, value: object, path: str, adds: str, depth: int) -> tuple[Criterion, ...]:
        if depth > DEEPEST:
            self.reader.fault(
                path,
                phrase("Bảng tiêu chí lồng quá sâu."),
                phrase("tối đa %(most)s cấp", most=DEEPEST),
            )
            return ()
        items = self.reader.items(value, path, least=1)
        read = [self.one(item, f"{path}[{at}]", adds, depth) for at, item in enumerate(items)]
        return tuple(criterion for criterion in read if criterion is not None)

    def one(self, value: object, path: str, adds: str, depth: int) -> Criterion | None:
        reader = self.reader
        found = len(reader.faults)
        keys = reader.mapping(
            value,
            path,
            ("code", "name", "max"),
            ("children", "rule", "note", "evidence", "adds"),
        )
        adds = self.adds(keys, path, adds)
        maximum = self.maximum(keys, path)
        code = self.code(keys, path)
        name = reader.text(keys["name"], f"{path}.name") if "name" in keys else ""
        note = reader.text(keys.get("note", ""), f"{path}.note", blank=True)
        evidence = reader.flag(keys.get("evidence", False), f"{path}.evidence")
        children: tuple[Criterion, ...] = ()
        rule = None
        if ("children" in keys) == ("rule" in keys):
            message = phrase("Mỗi tiêu chí là một nhóm (children) hoặc một mục chấm (rule).")
            reader.fault(path, message, phrase("đúng một trong children và rule"))
        elif "children" in keys:
            children = self.criteria(keys["children"], f"{path}.children", adds, depth + 1)
        else:
            rule = read_rule(reader, keys["rule"], f"{path}.rule", maximum)
        if not reader.clean_since(found) or maximum is None:
            return None
        criterion = Criterion(code, name, maximum, adds, children, rule, note, evidence)
        self.weigh(criterion, path)
        return criterion

    def adds(self, keys: Mapping[str, object], path: str, above: str) -> str:
        if "adds" not in keys:
            return above or "base"
        if above:
            message = phrase("Khóa “adds” chỉ đặt ở tiêu chí cấp cao nhất.")
            self.reader.fault(f"{path}.adds", message, phrase("bỏ khóa này"))
        return self.reader.one_of(keys["adds"], f"{path}.adds", ADDS)

    def maximum(self, keys: Mapping[str, object], path: str) -> Decimal | None:
        found = len(self.reader.faults)
        if "max" not in keys:
            return None
        maximum = self.reader.decimal(keys["max"], f"{path}.max")
        return maximum if self.reader.clean_since(found) else None

    def code(self, keys: Mapping[str, object], path: str) -> str:
        if "code" not in keys:
            return ""
        code = self.reader.code(keys["code"], f"{path}.code")
        if code in self.codes:
            self.reader.fault(
                f"{path}.code",
                phrase("Mã “%(code)s” bị trùng.", code=code),
                phrase("mỗi mã một lần"),
            )
        if len(self.codes) == MOST_CRITERIA:
            self.reader.fault(
                path,
                phrase("Bảng quá nhiều tiêu chí."),
                phrase("tối đa %(most)s", most=MOST_CRITERIA),
            )
        self.codes.add(code)
        return code

    def weigh(self, criterion: Criterion, path: str) -> None:
        """Warn where a maximum does not fit its children, its kind or the precision."""
        warn = self.reader.warn
        where = f"{path}.max"
        if self.precision and criterion.max % self.precision:
            message = phrase(
                "Điểm tối đa %(most)s không chia hết cho độ chính xác.", most=spoken(criterion.max)
            )
            warn(where, message, phrase("bội của %(precision)s", precision=self.precision))
        if criterion.is_gate and criterion.max:
            warn(where, phrase("Điều kiện loại không có điểm; điểm tối đa nên là 0."), "0")
        if criterion.children:
            total = sum((child.max for child in criterion.children), Decimal(0))
            if total != criterion.max:
                message = phrase(
                    "Nhóm “%(code)s” ghi %(most)s điểm nhưng các mục con cộng lại %(total)s điểm; "
                    "giữ nguyên như bảng.",
                    code=criterion.code,
                    most=spoken(criterion.max),
                    total=spoken(total),
                )
                warn(where, message, str(total))


__all__ = [
    "FORMAT", "Class", "Criterion", "Reading", "Table", "TieBreak", "Title",
    "read_table",
]  # fmt: skip
