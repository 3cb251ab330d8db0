"""How much of a file's texts and figures can be kept: what the columns hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model

from compacts.models import OfferedTitle
from scoring.engine.faults import Fault, joined
from scoring.engine.numbers import places_of
from scoring.engine.phrases import phrase
from scoring.engine.reader import LONGEST_TEXT
from scoring.engine.table import Reading, read_table
from scoring.models import CriteriaTable, Criterion
from scoring.rules import MOST_POINTS
from units.models import Unit
from units.rules import POINT_PLACES


def longest(model: type[Model], *names: str) -> dict[str, int]:
    """How many signs the columns of these names hold; a text of the format is no longer anyway."""
    fields = {name: model._meta.get_field(name) for name in names}
    return {name: getattr(one, "max_length", None) or LONGEST_TEXT for name, one in fields.items()}


LONGEST_CODE = longest(Unit, "code")["code"]


def read_kept_table(data: object, path: str = "") -> Reading:
    """``read_table`` for a table that is to be kept; what its columns cannot hold are faults."""
    reading = read_table(data, path)
    if reading.table is None or not isinstance(reading.data, Mapping):
        return reading
    faults = list(_too_much(reading.data, path))
    return Reading(None, faults, reading.warnings) if faults else reading


def _too_much(data: Mapping[str, Any], path: str) -> Iterator[Fault]:
    yield from _too_long(data, path, longest(CriteriaTable, "code"))
    yield from _too_large(data, path, "max_total")
    yield from _too_fine(data, path, "max_total", "precision")
    yield from _of_criteria(data["criteria"], joined(path, "criteria"))
    for at, title in enumerate(data.get("titles", ())):
        where = joined(path, f"titles[{at}]")
        yield from _too_long(title, where, longest(OfferedTitle, "code", "name"))


def _of_criteria(rows: list[Mapping[str, Any]], path: str) -> Iterator[Fault]:
    for at, row in enumerate(rows):
        where = f"{path}[{at}]"
        yield from _too_long(row, where, longest(Criterion, "code"))
        yield from _too_large(row, where, "max")
        yield from _too_fine(row, where, "max")
        yield from _of_criteria(row.get("children", []), f"{where}.children")


def _too_long(row: Mapping[str, Any], path: str, most: Mapping[str, int]) -> Iterator[Fault]:
    for name, length in most.items():
        if len(row[name]) > length:
            expected = phrase("tối đa %(longest)s ký tự", longest=length)
            yield Fault(joined(path, name), phrase("Chuỗi quá dài."), expected)


def _too_large(row: Mapping[str, Any], path: str, name: str) -> Iterator[Fault]:
    if Decimal(row[name]) > MOST_POINTS:
        expected = phrase("tối đa %(most)s", most=MOST_POINTS)
        yield Fault(joined(path, name), phrase("Điểm quá lớn."), expected)


def _too_fine(row: Mapping[str, Any], path: str, *names: str) -> Iterator[Fault]:
    for name in names:
        if places_of(Decimal(row[name]).normalize()) > POINT_PLACES:
            expected = phrase("tối đa %(places)s chữ số", places=POINT_PLACES)
            yield Fault(joined(path, name), phrase("Quá nhiều chữ số sau dấu phẩy."), expected)
