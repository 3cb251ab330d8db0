"""From the bytes of a file to JSON values, every damage named."""

from __future__ import annotations

import json

from scoring.engine.faults import Fault

LARGEST_FILE = 20 * 1024 * 1024


class _DuplicateKeyError(ValueError):
    """An object has a key twice; JSON readers would silently drop the first."""


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


def _constant(text: str) -> object:
    raise ValueError(f"{text} không phải là JSON")


def load(content: bytes) -> tuple[object, list[Fault]]:
    """The file's JSON value, or the one fault that kept it from being read."""
    if len(content) > LARGEST_FILE:
        return None, [Fault("", "Tệp quá lớn.", f"tối đa {LARGEST_FILE // 1024 // 1024} MB")]
    if content.startswith(b"\xef\xbb\xbf"):
        return None, [Fault("", "Tệp bắt đầu bằng dấu BOM.", "UTF-8 không có BOM")]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"byte thứ {error.start + 1}"
        return None, [Fault("", f"Tệp không phải UTF-8 ({where}).", "UTF-8")]
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant), []
    except _DuplicateKeyError as error:
        return None, [Fault("", f"Khóa “{error}” xuất hiện hai lần trong một đối tượng.")]
    except json.JSONDecodeError as error:
        where = f"dòng {error.lineno}, cột {error.colno}"
        return None, [Fault("", f"Tệp không phải JSON đúng ({where}).", "JSON")]
    except (ValueError, RecursionError) as error:
        return None, [Fault("", f"Tệp không đọc được: {error}.", "JSON")]
