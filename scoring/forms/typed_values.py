"""What people type into a mark, and what stands there: numbers, dates and choices of each rule."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from scoring.engine.kinds import (
    Bands,
    Checklist,
    Choice,
    Count,
    Gate,
    Judged,
    Ladder,
    PerDay,
    Proportional,
    Relative,
    Rule,
    Steps,
)
from units.vietnamese import date_text, nfc

NOTHING_DONE = "~"
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_PLAIN = re.compile(r"\d+([.,]\d+)?")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def canonical_number(text: str) -> str:
    """The decimal string of formats.md for what was typed: ``88,25`` → ``88.25``, places kept.

    Dots between thousands are taken out. Raises ``ValueError`` with a Vietnamese message.
    """
    bare = text.replace("\u00a0", " ").replace(" ", "")
    whole, comma, rest = bare.partition(",")
    if comma and _GROUPED.fullmatch(whole):
        bare = whole.replace(".", "") + comma + rest
    elif _TWO_WAYS.fullmatch(bare):
        raise ValueError(
            _("“%(text)s” hiểu được hai cách: hãy ghi %(thousands)s hoặc %(decimal)s.")
            % {
                "text": bare,
                "thousands": bare.replace(".", ""),
                "decimal": bare.replace(".", ","),
            }
        )
    elif _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "")
    if not bare.isascii() or not _PLAIN.fullmatch(bare):
        raise ValueError(_("“%(text)s” không phải là số; ví dụ: 88,25.") % {"text": text[:40]})
    whole, point, rest = bare.replace(",", ".").partition(".")
    return (whole.lstrip("0") or "0") + point + rest


def canonical_date(text: str) -> str:
    """The ISO date for ``20/3/2018`` (or an ISO date); ``ValueError`` with a message."""
    bare = text.strip()
    try:
        found = _DATE.fullmatch(bare)
        if found:
            day, month, year = (int(part) for part in found.groups())
            return datetime.date(year, month, day).isoformat()
        return datetime.date.fromisoformat(bare).isoformat()
    except ValueError as error:
        text = _("“%(text)s” không phải là ngày; ví dụ: 20/3/2018.") % {"text": bare[:40]}
        raise ValueError(text) from error


def keys_of(rule: Rule) -> tuple[str, ...]:
    """What a mark under this rule holds, as the page asks for it."""
    if isinstance(rule, Ladder | PerDay):
        return ("done_on", "days_late") if rule.due_on else ("days_late",)
    if isinstance(rule, Bands):
        return ("achieved",) if rule.of == "value" else ("achieved", "target")
    if isinstance(rule, Proportional):
        return ("achieved", "target") if rule.target is None else ("achieved",)
    if isinstance(rule, Relative):
        return ("achieved", "target") if rule.targets else ("achieved",)
    return _KEYS[type(rule)]


_KEYS: Mapping[type, tuple[str, ...]] = {
    Judged: ("points",),
    Choice: ("option",),
    Checklist: ("items",),
    Count: ("count",),
    Steps: ("achieved", "target"),
    Gate: ("met",),
}


def typed_of(rule: Rule, entry: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """What stands in the line's fields for a stored entry."""
    if entry is None:
        return {}
    if isinstance(rule, Checklist):
        return {"items": list(entry["items"]) or [NOTHING_DONE]}
    return {key: [_shown(key, value)] for key, value in entry.items()}


def _shown(key: str, value: Any) -> str:
    if key == "met":
        return "yes" if value else "no"
    if key == "done_on":
        return date_text(datetime.date.fromisoformat(value))
    return str(value) if key == "option" else str(value).replace(".", ",")


def read_value(key: str, texts: list[str]) -> Any:
    """The value of formats.md for what was typed, None for nothing; ``ValueError`` otherwise."""
    filled = [nfc(text).strip() for text in texts if text.strip()]
    if not filled:
        return None
    if key == "items":
        return _items(filled)
    return _READERS.get(key, canonical_number)(filled[0])


def _items(filled: list[str]) -> list[str]:
    if NOTHING_DONE in filled and len(filled) > 1:
        raise ValueError(_("Đã chọn “chưa làm việc nào” thì không chọn việc khác."))
    return [one for one in filled if one != NOTHING_DONE]


def _days(text: str) -> int:
    days = canonical_number(text)
    if not days.isdigit() or len(days) > 5:
        raise ValueError(_("Số ngày chậm phải là số nguyên."))
    return int(days)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "met": lambda text: text == "yes",
    "option": str,
    "done_on": canonical_date,
    "days_late": _days,
}
