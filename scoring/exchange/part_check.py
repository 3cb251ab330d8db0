"""Checks of single keys of a season file: codes, texts, times, what may stand twice."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from scoring.engine.faults import joined
from scoring.engine.phrases import phrase
from scoring.engine.reader import Reader
from scoring.exchange.lengths import LONGEST_CODE
from scoring.exchange.round_input import Data

FIRST_YEAR, LAST_YEAR = 1900, 2200
_SLUG = re.compile(r"[-a-zA-Z0-9_]+")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


class PartCheck:
    """The checks that many places of the file share; faults gather in ``reader``."""

    def __init__(self) -> None:
        self.reader = Reader()
        self.units: list[str] = []

    def _one_of(self, keys: Data, key: str, allowed: tuple[str, ...], path: str = "") -> None:
        if key in keys:
            self.reader.one_of(keys[key], joined(path, key), allowed)

    def _each(self, keys: Data, key: str, check: Callable[[Any, str], None]) -> None:
        if key in keys:
            for index, item in enumerate(self.reader.items(keys[key], key)):
                check(item, f"{key}[{index}]")

    def _field(self, keys: Data, key: str, name: str) -> list[Any]:
        items = keys.get(key)
        rows = items if isinstance(items, list) else []
        return [row.get(name) for row in rows if isinstance(row, Mapping)]

    def _twice(self, path: str, codes: list[Any]) -> None:
        seen: set[str] = set()
        for code in codes:
            if isinstance(code, str):
                if code in seen:
                    self.reader.fault(
                        path,
                        phrase("“%(code)s” xuất hiện hai lần.", code=code),
                        phrase("mỗi mã một lần"),
                    )
                seen.add(code)

    def _texts(self, keys: Data, path: str, longest: Mapping[str, int], *, blank: bool) -> None:
        """The texts of these keys, each with at most so many signs."""
        for name, most in longest.items():
            if name in keys:
                self.reader.text(keys[name], joined(path, name), most, blank=blank)

    def _code(self, value: object, path: str) -> str:
        code = self.reader.code(value, path)
        if len(code) > LONGEST_CODE:
            expected = phrase("tối đa %(longest)s ký tự", longest=LONGEST_CODE)
            self.reader.fault(path, phrase("Chuỗi quá dài."), expected)
        return code

    def _unit_code(self, keys: Data, key: str, path: str) -> None:
        if key in keys:
            where = joined(path, key)
            code = self.reader.code(keys[key], where)
            if code and code not in self.units:
                self.reader.fault(
                    where,
                    phrase("Không có đơn vị “%(code)s” trong khối.", code=code),
                    phrase("mã một đơn vị"),
                )

    def _moment(self, value: object, path: str) -> None:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            try:
                moment = datetime.datetime.fromisoformat(value)
            except ValueError:
                pass
            else:
                self._year(moment.year, path)
                return
        expected = phrase('thời điểm có múi giờ như "2018-03-20T14:00:00+07:00"')
        self.reader.fault(path, phrase("Thời điểm không hợp lệ hoặc thiếu múi giờ."), expected)

    def _day(self, value: object, path: str) -> datetime.date:
        day = self.reader.day(value, path)
        if day != datetime.date.min:
            self._year(day.year, path)
        return day

    def _year(self, year: int, path: str) -> None:
        """Time zones and the day after end before year 1 and after 9999."""
        self.reader.whole(year, path, FIRST_YEAR, LAST_YEAR)

    def _slug(self, keys: Data, path: str) -> None:
        if "code" in keys:
            code = self._code(keys["code"], joined(path, "code"))
            if code and not _SLUG.fullmatch(code):
                message = phrase(
                    "Mã “%(code)s” chỉ được có chữ không dấu, số, gạch ngang.", code=code
                )
                self.reader.fault(joined(path, "code"), message, phrase("ví dụ hn-dang"))
