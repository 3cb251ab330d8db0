"""From the bytes of a file to JSON values, every damage named."""

from __future__ import annotations

import json

from scoring.engine.faults import Fault
from scoring.engine.phrases import phrase

LARGEST_FILE = 20 * 1024 * 1024


class _DuplicateKeyError(ValueError):
    """An object has a key twice; JSON readers would silently drop the first."""


class _NotANumberError(ValueError):
    """NaN or Infinity, which Python's reader would take for a number."""


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


def _constant(text: str) -> object:
    raise _NotANumberError(text)


def load(content: bytes) -> tuple[object, list[Fault]]:
    """The file's JSON value, or the one fault that kept it from being read."""
    if len(content) > LARGEST_FILE:
        return None, [
            Fault(
                "",
                phrase("Tệp quá lớn."),
                phrase("tối đa %(size)s MB", size=LARGEST_FILE // 1024 // 1024),
            )
        ]
    if content.startswith(b"\xef\xbb\xbf"):
        return None, [Fault("", phrase("Tệp bắt đầu bằng dấu BOM."), phrase("UTF-8 không có BOM"))]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        where = phrase("byte thứ %(place)s", place=error.start + 1)
        return None, [Fault("", phrase("Tệp không phải UTF-8 (%(where)s).", where=where), "UTF-8")]
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant), []
    except _DuplicateKeyError as error:
        return None, [
            Fault(
                "", phrase("Khóa “%(key)s” xuất hiện hai lần trong một đối tượng.", key=str(error))
            )
        ]
    except json.JSONDecodeError as error:
        where = phrase("dòng %(line)s, cột %(column)s", line=error.lineno, column=error.colno)
        return None, [
            Fault("", phrase("Tệp không phải JSON đúng (%(where)s).", where=where), "JSON")
        ]
    except _NotANumberError as error:
        reason = phrase("%(text)s không phải là JSON", text=str(error))
        return None, [Fault("", phrase("Tệp không đọc được: %(reason)s.", reason=reason), "JSON")]
    except (ValueError, RecursionError) as error:
        return None, [
            Fault("", phrase("Tệp không đọc được: %(reason)s.", reason=str(error)), "JSON")
        ]
