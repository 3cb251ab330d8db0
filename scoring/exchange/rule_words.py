"""From what officials write under “Cách tính” to a rule: the usual phrases, and no guessing.

A phrase that is not known becomes a rule by judgement, so that nothing is lost and nobody is
scored by a formula that was never meant.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_PART = re.compile(r"[;\n]|(?<=điểm)[.,]\s")
_PER_DAY = re.compile(rf"(?:mỗi|01|1|một)\s+ngày.*?trừ\s*{_NUMBER}", re.IGNORECASE)
_EACH = re.compile(
    rf"(?:mỗi|01|1|một)\s+(?!ngày)(?:\S+\s+){{0,12}}?(?:được|cộng|trừ|:)?\s*{_NUMBER}\s*điểm",
    re.IGNORECASE,
)
_BAND = re.compile(
    rf"(từ|≥|>=|đạt|trên|>)\s*{_NUMBER}\s*%[^:;]*?[:\-–=,]?\s*(?:được)?\s*{_NUMBER}\s*điểm",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(%?)\s*(?:đến|tới|-|–)\s*(?:dưới)?\s*\d+(?:[.,]\d+)?\s*%", re.IGNORECASE)
_ON_TIME = re.compile(rf"đúng hạn[^;\d]*{_NUMBER}\s*điểm", re.IGNORECASE)
_LATE = re.compile(rf"chậm\s*(?:đến|dưới|không quá)?\s*(\d+)\s*ngày[^;\d]*{_NUMBER}\s*điểm", re.I)
_FLOOR = re.compile(rf"dưới\s*{_NUMBER}\s*%", re.IGNORECASE)
_OPTION = re.compile(rf"^(.+?)[:\-–]?\s*(?:được)?\s*{_NUMBER}\s*điểm\.?$", re.IGNORECASE)
_STEP = re.compile(rf"bước\s*{_NUMBER}", re.IGNORECASE)
_USUAL_STEP = Decimal("0.5")
_KEYS = "abcdefghijklmnopqrstuvwxyz"

Rule = dict[str, Any]


def _plain(number: str) -> str:
    return number.replace(",", ".")


def _ratio(percent: str) -> str:
    exact = Decimal(_plain(percent)) / 100
    return f"{exact.normalize():f}"


def _per_day(text: str, maximum: Decimal) -> Rule | None:
    found = _PER_DAY.search(text)
    return {"kind": "per_day", "loses": _plain(found[1])} if found else None


def _ladder(text: str, maximum: Decimal) -> Rule | None:
    on_time = _ON_TIME.search(text)
    late = [(int(days), _plain(points)) for days, points in _LATE.findall(text)]
    if not on_time or not late:
        return None
    steps = [(0, _plain(on_time[1])), *sorted(late)]
    return {
        "kind": "ladder",
        "steps": [{"days_late": days, "points": points} for days, points in steps],
    }


def _bands(text: str, maximum: Decimal) -> Rule | None:
    # “từ 80 % đến dưới 90 %: 8 điểm” starts at 80 %; its upper end is the next band's start.
    bands = [
        {"from": _ratio(start), "open": sign.lower() in {"trên", ">"}, "points": _plain(points)}
        for sign, start, points in _BAND.findall(_RANGE.sub("%", text))
    ]
    if len(bands) < 2:
        return None
    bands.sort(key=lambda band: Decimal(str(band["from"])), reverse=True)
    return {"kind": "bands", "bands": bands}


def _count(text: str, maximum: Decimal) -> Rule | None:
    found = _EACH.search(text)
    return {"kind": "count", "each": _plain(found[1])} if found else None


def _choice(text: str, maximum: Decimal) -> Rule | None:
    options = [_OPTION.match(part.strip()) for part in _PART.split(text) if part.strip()]
    if len(options) < 2 or len(options) > len(_KEYS) or not all(options):
        return None
    found = [one for one in options if one is not None]
    return {
        "kind": "choice",
        "options": [
            {"key": key, "name": one[1].strip(" -–:"), "points": _plain(one[2])}
            for key, one in zip(_KEYS, found, strict=False)
        ],
    }


def _proportional(text: str, maximum: Decimal) -> Rule | None:
    if not re.search(r"t[ỷỉ] lệ", text, re.IGNORECASE):
        return None
    floor = _FLOOR.search(text)
    rule: Rule = {"kind": "proportional"}
    return rule | {"floor": _ratio(floor[1])} if floor else rule


def _gate(text: str, maximum: Decimal) -> Rule | None:
    lower = text.lower()
    if "không xếp hạng" in lower or "không xếp loại" in lower:
        return {"kind": "gate", "effect": "unranked"}
    if "không xét danh hiệu" in lower or "không xét khen thưởng" in lower:
        return {"kind": "gate", "effect": "untitled"}
    return None


_READERS = (_gate, _ladder, _per_day, _bands, _choice, _count, _proportional)


def judged(text: str, maximum: Decimal) -> Rule:
    """The rule by judgement, with the step that the text names or the usual one that fits."""
    found = _STEP.search(text)
    if found:
        return {"kind": "judged", "step": _plain(found[1])}
    step = _USUAL_STEP if maximum % _USUAL_STEP == 0 else Decimal("0.01")
    return {"kind": "judged", "step": f"{step:f}"}


def _fits(rule: Rule, maximum: Decimal) -> bool:
    """No figure of points in the rule is higher than the criterion's own maximum."""
    parts = [*rule.get("bands", ()), *rule.get("options", ()), *rule.get("steps", ())]
    return all(Decimal(part["points"]) <= maximum for part in parts)


def rule_of_words(text: str, maximum: Decimal) -> tuple[Rule, bool]:
    """The rule that ``text`` means for a criterion worth ``maximum``, and whether it was known.

    Not known, it is by judgement.
    """
    for read in _READERS:
        rule = read(text, maximum)
        if rule is not None and _fits(rule, maximum):
            return rule, True
    return judged(text, maximum), bool(_STEP.search(text))
