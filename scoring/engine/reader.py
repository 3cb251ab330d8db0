"""Reading untrusted JSON: every fault is collected with its path, none stops the reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from scoring.engine.faults import Fault, joined
from scoring.engine.numbers import parsed_decimal
from scoring.engine.phrases import phrase

LONGEST_TEXT = 4000
LONGEST_CODE = 64
LONGEST_LIST = 500

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL_EXPECTED = phrase('chuỗi thập phân như "88.25"')


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
            self.fault(
                path, phrase("Giá trị phải là một đối tượng JSON."), phrase("đối tượng { … }")
            )
            return {}
        for key in value:
            if key not in required and key not in optional:
                known = ", ".join(sorted([*required, *optional]))
                self.fault(
                    joined(path, str(key)),
                    phrase("Không có khóa “%(key)s” ở đây.", key=key),
                    known,
                )
        for key in required:
            if key not in value:
                self.fault(joined(path, key), phrase("Thiếu khóa “%(key)s”.", key=key))
        return {key: value[key] for key in [*required, *optional] if key in value}

    def items(self, value: object, path: str, least: int = 0) -> list[object]:
        """A list of at least ``least`` and at most ``LONGEST_LIST`` values."""
        if not isinstance(value, list | tuple):
            self.fault(path, phrase("Giá trị phải là một danh sách."), phrase("danh sách [ … ]"))
            return []
        if len(value) < least:
            self.fault(
                path,
                phrase("Danh sách phải có ít nhất %(least)s mục.", least=least),
                phrase("từ %(least)s mục", least=least),
            )
        if len(value) > LONGEST_LIST:
            self.fault(
                path,
                phrase("Danh sách quá dài."),
                phrase("tối đa %(most)s mục", most=LONGEST_LIST),
            )
            return []
        return list(value)

    def text(
        self, value: object, path: str, longest: int = LONGEST_TEXT, *, blank: bool = False
    ) -> str:
        """Text in NFC, without control characters or halves of surrogate pairs."""
        if not isinstance(value, str):
            self.fault(path, phrase("Giá trị phải là một chuỗi."), phrase("chuỗi"))
            return ""
        text = unicodedata.normalize("NFC", value)
        if not (blank or text.strip()):
            self.fault(path, phrase("Không được để trống."), phrase("chuỗi có nội dung"))
        elif len(text) > longest:
            self.fault(
                path, phrase("Chuỗi quá dài."), phrase("tối đa %(longest)s ký tự", longest=longest)
            )
        elif any(
            unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text
        ):
            self.fault(
                path, phrase("Chuỗi có ký tự điều khiển không hợp lệ."), phrase("văn bản thường")
            )
        return text

    def code(self, value: object, path: str) -> str:
        """A short text without white space."""
        found = len(self.faults)
        text = self.text(value, path, LONGEST_CODE)
        if self.clean_since(found) and any(sign.isspace() for sign in text):
            self.fault(
                path,
                phrase("Mã “%(text)s” không được có khoảng trắng.", text=text),
                phrase("mã viết liền"),
            )
        return text

    def decimal(self, value: object, path: str, *, above_zero: bool = False) -> Decimal:
        """A decimal string that is not negative; JSON numbers are refused, they may be floats."""
        if not isinstance(value, str):
            self.fault(path, phrase("Số phải viết thành chuỗi thập phân."), _DECIMAL_EXPECTED)
            return Decimal(0)
        number = parsed_decimal(value)
        if number is None:
            shown = value[:40]
            self.fault(
                path,
                phrase("“%(shown)s” không phải là số thập phân hợp lệ.", shown=shown),
                _DECIMAL_EXPECTED,
            )
            return Decimal(0)
        if value.startswith("-"):
            self.fault(
                path, phrase("Số %(value)s không được âm.", value=value), phrase("số từ 0 trở lên")
            )
            return Decimal(0)
        if above_zero and not number:
            self.fault(path, phrase("Số phải lớn hơn 0."), phrase("số dương"))
        return number

    def whole(self, value: object, path: str, least: int = 0, most: int = 100_000) -> int:
        """A JSON integer between ``least`` and ``most``."""
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault(
                path,
                phrase("Giá trị phải là một số nguyên."),
                phrase("số nguyên %(least)s…%(most)s", least=least, most=most),
            )
            return least
        if not least <= value <= most:
            self.fault(
                path,
                phrase("Số %(value)s ngoài khoảng cho phép.", value=value),
                phrase("số nguyên %(least)s…%(most)s", least=least, most=most),
            )
            return least
        return value

    def flag(self, value: object, path: str) -> bool:
        if not isinstance(value, bool):
            self.fault(path, phrase("Giá trị phải là true hoặc false."), phrase("true hoặc false"))
        return value is True

    def one_of(self, value: object, path: str, allowed: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in allowed:
            self.fault(
                path, phrase("Giá trị không thuộc các lựa chọn cho phép."), ", ".join(allowed)
            )
            return allowed[0]
        return value

    def day(self, value: object, path: str) -> date:
        """A calendar date written ``2018-03-20``."""
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.fault(path, phrase("Ngày không hợp lệ."), phrase('ngày ISO 8601 như "2018-03-20"'))
        return date.min
