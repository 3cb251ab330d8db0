"""Reading untrusted JSON: every fault is collected with its path, none stops the reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from scoring.engine.faults import Fault, joined
from scoring.engine.numbers import parsed_decimal

LONGEST_TEXT = 4000
LONGEST_CODE = 64
LONGEST_LIST = 500

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL_EXPECTED = 'chuỗi thập phân như "88.25"'


class Reader:
    """Takes values apart by type; a faulty value is reported and replaced by a harmless one.

    Text is put into Unicode NFC before it is looked at, so codes typed on different keyboards
    meet; whoever compares two faulty values first asks ``clean_since``.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def fault(self, path: str, message: str, expected: str = "") -> None:
        self.faults.append(Fault(path, message, expected))

    def warn(self, path: str, message: str, expected: str = "") -> None:
        self.warnings.append(Fault(path, message, expected))

    def clean_since(self, count: int) -> bool:
        """True when no fault was added since there were ``count``."""
        return len(self.faults) == count

    def mapping(
        self,
        value: object,
        path: str,
        required: Collection[str],
        optional: Collection[str] = (),
    ) -> Mapping[str, object]:
        """The object's known keys; unknown and missing ones are faults at their own path."""
        if not isinstance(value, Mapping):
            self.fault(path, "Giá trị phải là một đối tượng JSON.", "đối tượng { … }")
            return {}
        for key in value:
            if key not in required and key not in optional:
                known = ", ".join(sorted([*required, *optional]))
                self.fault(joined(path, str(key)), f"Không có khóa “{key}” ở đây.", known)
        for key in required:
            if key not in value:
                self.fault(joined(path, key), f"Thiếu khóa “{key}”.")
        return {key: value[key] for key in [*required, *optional] if key in value}

    def items(self, value: object, path: str, least: int = 0) -> list[object]:
        """A list of at least ``least`` and at most ``LONGEST_LIST`` values."""
        if not isinstance(value, list | tuple):
            self.fault(path, "Giá trị phải là một danh sách.", "danh sách [ … ]")
            return []
        if len(value) < least:
            self.fault(path, f"Danh sách phải có ít nhất {least} mục.", f"từ {least} mục")
        if len(value) > LONGEST_LIST:
            self.fault(path, "Danh sách quá dài.", f"tối đa {LONGEST_LIST} mục")
            return []
        return list(value)

    def text(
        self, value: object, path: str, longest: int = LONGEST_TEXT, *, blank: bool = False
    ) -> str:
        """Text in NFC, without control characters or halves of surrogate pairs."""
        if not isinstance(value, str):
            self.fault(path, "Giá trị phải là một chuỗi.", "chuỗi")
            return ""
        text = unicodedata.normalize("NFC", value)
        if not (blank or text.strip()):
            self.fault(path, "Không được để trống.", "chuỗi có nội dung")
        elif len(text) > longest:
            self.fault(path, "Chuỗi quá dài.", f"tối đa {longest} ký tự")
        elif any(
            unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text
        ):
            self.fault(path, "Chuỗi có ký tự điều khiển không hợp lệ.", "văn bản thường")
        return text

    def code(self, value: object, path: str) -> str:
        """A short text without white space."""
        found = len(self.faults)
        text = self.text(value, path, LONGEST_CODE)
        if self.clean_since(found) and any(sign.isspace() for sign in text):
            self.fault(path, f"Mã “{text}” không được có khoảng trắng.", "mã viết liền")
        return text

    def decimal(self, value: object, path: str, *, above_zero: bool = False) -> Decimal:
        """A decimal string that is not negative; JSON numbers are refused, they may be floats."""
        if not isinstance(value, str):
            self.fault(path, "Số phải viết thành chuỗi thập phân.", _DECIMAL_EXPECTED)
            return Decimal(0)
        number = parsed_decimal(value)
        if number is None:
            shown = value[:40]
            self.fault(path, f"“{shown}” không phải là số thập phân hợp lệ.", _DECIMAL_EXPECTED)
            return Decimal(0)
        if value.startswith("-"):
            self.fault(path, f"Số {value} không được âm.", "số từ 0 trở lên")
            return Decimal(0)
        if above_zero and not number:
            self.fault(path, "Số phải lớn hơn 0.", "số dương")
        return number

    def whole(self, value: object, path: str, least: int = 0, most: int = 100_000) -> int:
        """A JSON integer between ``least`` and ``most``."""
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault(path, "Giá trị phải là một số nguyên.", f"số nguyên {least}…{most}")
            return least
        if not least <= value <= most:
            self.fault(path, f"Số {value} ngoài khoảng cho phép.", f"số nguyên {least}…{most}")
            return least
        return value

    def flag(self, value: object, path: str) -> bool:
        if not isinstance(value, bool):
            self.fault(path, "Giá trị phải là true hoặc false.", "true hoặc false")
        return value is True

    def one_of(self, value: object, path: str, allowed: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in allowed:
            self.fault(path, "Giá trị không thuộc các lựa chọn cho phép.", ", ".join(allowed))
            return allowed[0]
        return value

    def day(self, value: object, path: str) -> date:
        """A calendar date written ``2018-03-20``."""
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.fault(path, "Ngày không hợp lệ.", 'ngày ISO 8601 như "2018-03-20"')
        return date.min
