"""The format worked out a second time, slowly and straight from the JSON, to compare with.

It shares nothing with the engine: no rule classes, no helper, no order of evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from scoring.engine.rounds import RoundInput

ORDER = ["final", "recheck", "verify", "cross", "self"]


def half_up(number: Fraction, precision: Fraction) -> Fraction:
    return floor(number / precision + Fraction(1, 2)) * precision


def flat(criteria: list[Any], adds: str = "") -> Iterator[tuple[Any, str]]:
    for one in criteria:
        kind = adds or one.get("adds", "base")
        if "rule" in one:
            yield one, kind
        else:
            yield from flat(one["children"], kind)


def ratio(rule: Any, entry: Any) -> Fraction | None:
    achieved = Fraction(entry["achieved"])
    target = Fraction(rule.get("target", entry.get("target", "1")))
    if rule.get("better") == "lower":
        return None if achieved == 0 else target / achieved
    return achieved / target


def raw_points(leaf: Any, entry: Any) -> Fraction:
    rule, most = leaf["rule"], Fraction(leaf["max"])
    if rule["kind"] in ("ladder", "per_day"):
        return raw_late(rule, most, entry)
    if rule["kind"] == "bands":
        return raw_band(rule, entry)
    if rule["kind"] in ("proportional", "steps"):
        return raw_ratio(rule, most, entry)
    return raw_plain(rule, entry)


def raw_plain(rule: Any, entry: Any) -> Fraction:
    if rule["kind"] == "judged":
        return Fraction(entry["points"])
    if rule["kind"] == "choice":
        return next(
            Fraction(one["points"]) for one in rule["options"] if one["key"] == entry["option"]
        )
    if rule["kind"] == "checklist":
        points = {one["key"]: Fraction(one["points"]) for one in rule["items"]}
        return sum((points[key] for key in entry["items"]), Fraction(0))
    assert rule["kind"] == "count"
    return Fraction(rule["each"]) * Fraction(entry["count"])


def raw_late(rule: Any, most: Fraction, entry: Any) -> Fraction:
    late = entry.get("days_late")
    if late is None:
        done, due = date.fromisoformat(entry["done_on"]), date.fromisoformat(rule["due_on"])
        late = max(0, done.toordinal() - due.toordinal())
    if rule["kind"] == "per_day":
        return most - Fraction(rule["loses"]) * late
    fitting = [one for one in rule["steps"] if late <= one["days_late"]]
    return Fraction(fitting[0]["points"]) if fitting else Fraction(0)


def raw_ratio(rule: Any, most: Fraction, entry: Any) -> Fraction:
    r = ratio(rule, entry)
    if rule["kind"] == "proportional":
        if r is None:
            return most
        return Fraction(0) if r < Fraction(rule.get("floor", "0")) else most * min(r, Fraction(1))
    r = Fraction(1) if r is None else r
    rate = Fraction(rule["gains"]) if r >= 1 else Fraction(rule["loses"])
    return Fraction(rule["at_target"]) + rate * 100 * (r - 1)


def raw_band(rule: Any, entry: Any) -> Fraction:
    bands = rule["bands"]
    lower = rule.get("better") == "lower"
    if lower and Fraction(entry["achieved"]) == 0:
        return Fraction(bands[0]["points"])
    by_value = rule.get("of") == "value"
    x = Fraction(entry["achieved"]) if by_value else ratio(rule, entry)
    assert x is not None
    for band in bands:
        border = Fraction(band["from"])
        inside = x < border if by_value and lower else x > border
        if inside or (x == border and not band.get("open", False)):
            return Fraction(band["points"])
    return Fraction(0)


def relative_raw(leaf: Any, own: Any, others: list[Any]) -> Fraction:
    rule, most = leaf["rule"], Fraction(leaf["max"])
    if not rule.get("targets", True):
        best = max(Fraction(one["achieved"]) for one in others)
        return most * Fraction(own["achieved"]) / best if best else Fraction(0)
    share = Fraction(rule.get("share", "0.5"))
    r = ratio(rule, own)
    assert r is not None
    if r < 1:
        return share * most * r
    if r == 1:
        return share * most
    best = max(one for one in (ratio(rule, other) for other in others) if one is not None)
    return share * most + (1 - share) * most * (r - 1) / (best - 1)


class Oracle:
    def __init__(self, document: Any, round_input: RoundInput) -> None:
        self.document = document
        self.round = round_input
        self.precision = Fraction(document["precision"])
        self.leaves = {leaf["code"]: (leaf, adds) for leaf, adds in flat(document["criteria"])}
        self.division = {unit.code: unit.division for unit in round_input.units}

    def exempt(self, unit: str, code: str) -> bool:
        return any(
            who == unit and code in [leaf["code"] for leaf, _ in flat([self.find(what)])]
            for who, what in self.round.exemptions
        )

    def find(self, code: str) -> Any:
        waiting = list(self.document["criteria"])
        while waiting:
            one = waiting.pop()
            if one["code"] == code:
                return one
            waiting += one.get("children", [])
        raise KeyError(code)

    def marks(self, code: str, stage: str) -> Iterator[tuple[str, str, Any]]:
        for sheet in self.round.sheets:
            for mark in sheet.marks:
                if (sheet.stage, mark.criterion) == (stage, code):
                    yield sheet.unit, sheet.scorer, mark.entry

    def at_stage(self, unit: str, code: str, stage: str) -> Fraction | None:
        leaf = self.leaves[code][0]
        points = []
        for who, scorer, entry in self.marks(code, stage):
            if who != unit:
                continue
            if leaf["rule"]["kind"] == "relative":
                others = [
                    one
                    for other, by, one in self.marks(code, stage)
                    if self.division[other] == self.division[unit]
                    and not self.exempt(other, code)
                    and (stage != "cross" or by == scorer)
                ]
                raw = relative_raw(leaf, entry, others)
            else:
                raw = raw_points(leaf, entry)
            inside = min(max(raw, Fraction(0)), Fraction(leaf["max"]))
            points.append(half_up(inside, self.precision))
        if not points:
            return None
        points.sort()
        if self.round.cross == "median":
            return (points[(len(points) - 1) // 2] + points[len(points) // 2]) / 2
        if self.round.cross == "trimmed_mean" and len(points) > 3:
            return (sum(points) - max(points) - min(points)) / (len(points) - 2)
        return sum(points) / Fraction(len(points))

    def leaf(self, unit: str, code: str) -> Fraction | None:
        leaf, adds = self.leaves[code]
        if self.exempt(unit, code):
            full = self.document.get("not_applicable", "drop") == "full"
            return Fraction(leaf["max"]) if full else None
        found = {stage: self.at_stage(unit, code, stage) for stage in ORDER}
        value = None
        if self.round.final_method == "stage":
            for stage in ORDER[ORDER.index(str(self.round.stage)) :]:
                value = found[stage] if value is None else value
        else:
            here = [stage for stage in self.round.weights if found[stage] is not None]
            whole = sum(Fraction(self.round.weights[stage]) for stage in here)
            if here:
                parts = [Fraction(self.round.weights[at]) * (found[at] or 0) for at in here]
                value = sum(parts, Fraction(0)) / whole
        if value is None:
            return None if adds == "base" else Fraction(0)
        return half_up(value, self.precision)

    def points(self, unit: str, one: Any) -> Fraction:
        if "rule" in one:
            return self.leaf(unit, one["code"]) or Fraction(0)
        return min(
            sum((self.points(unit, child) for child in one["children"]), Fraction(0)),
            Fraction(one["max"]),
        )

    def sums(self, unit: str) -> dict[str, Fraction]:
        sums = {"base": Fraction(0), "bonus": Fraction(0), "minus": Fraction(0)}
        for top in self.document["criteria"]:
            sums[top.get("adds", "base")] += self.points(unit, top)
        lost = sum(
            Fraction(leaf["max"])
            for leaf, _ in self.leaves.values()
            if self.exempt(unit, leaf["code"])
        )
        most = Fraction(self.document["max_total"])
        if self.document.get("not_applicable") == "scale" and lost:
            sums["base"] = half_up(sums["base"] * most / (most - lost), self.precision)
        sums["total"] = max(Fraction(0), sums["base"] + sums["bonus"] - sums["minus"])
        return sums

    def missing(self) -> set[tuple[str, str]]:
        return {
            (unit.code, code)
            for unit in self.round.units
            for code in self.leaves
            if self.leaf(unit.code, code) is None and not self.exempt(unit.code, code)
        }

    def sort_key(self, unit: str) -> tuple[Fraction, ...]:
        """The whole key at once; a decision is left to the caller."""
        sums = self.sums(unit)
        key = [-sums["total"]]
        for step in self.document.get("tie_breaks", []):
            if step["by"] == "criterion":
                key.append(-self.points(unit, self.find(step["code"])))
            elif step["by"] == "least_minus":
                key.append(sums["minus"])
            elif step["by"] == "ballot":
                votes = [
                    one.yes.get(unit, 0) for one in self.round.ballots if one.code == step["code"]
                ]
                key.append(Fraction(-sum(votes)))
        return tuple(key)

    def ranks(self) -> dict[str, int]:
        """1 + the number of units of the division that are strictly before."""
        keys = {unit: self.sort_key(unit) for unit in self.division}
        return {
            unit: 1
            + sum(
                keys[other] < keys[unit]
                for other in keys
                if self.division[other] == self.division[unit]
            )
            for unit in keys
        }
