"""Random tables and rounds for the property tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from scoring.engine.rounds import BallotInput, MarkInput, RoundInput, SheetInput
from tests.scoring.engine.making import Json, document, group, leaf, unit

UNITS = ("a", "b", "c", "d", "e")
KINDS: list[Json] = [
    {"kind": "judged", "step": "0.25"},
    {
        "kind": "choice",
        "options": [
            {"key": key, "name": key, "points": points}
            for key, points in [("a", "10"), ("b", "3.335"), ("c", "0")]
        ],
    },
    {
        "kind": "checklist",
        "items": [
            {"key": key, "name": key, "points": points}
            for key, points in [("a", "6"), ("b", "2.125"), ("c", "3")]
        ],
    },
    {"kind": "count", "each": "1.3"},
    {"kind": "proportional", "floor": "0.3"},
    {"kind": "proportional", "better": "lower"},
    {"kind": "proportional", "target": "7"},
    {
        "kind": "bands",
        "bands": [{"from": "1", "open": True, "points": "10"}, {"from": "0.5", "points": "4"}],
    },
    {
        "kind": "bands",
        "better": "lower",
        "of": "value",
        "bands": [{"from": "3", "open": True, "points": "9"}, {"from": "8", "points": "4"}],
    },
    {"kind": "steps", "at_target": "6", "gains": "0.1", "loses": "0.07"},
    {"kind": "steps", "better": "lower", "at_target": "6", "gains": "0.1", "loses": "0.07"},
    {"kind": "relative"},
    {"kind": "relative", "better": "lower", "share": "0.7"},
    {"kind": "relative", "targets": False},
    {
        "kind": "ladder",
        "steps": [{"days_late": 0, "points": "10"}, {"days_late": 4, "points": "3"}],
        "due_on": "2026-02-27",
    },
    {"kind": "per_day", "loses": "1.7"},
]


def achievements(least: int = 0) -> st.SearchStrategy[str]:
    return st.integers(least, 60).map(lambda number: str(Decimal(number) / 4))


def entries(rule: Any) -> st.SearchStrategy[Json]:
    kind = rule["kind"]
    if kind == "judged":
        return st.integers(0, 40).map(lambda number: {"points": str(Decimal(number) / 4)})
    if kind == "choice":
        return st.sampled_from("abc").map(lambda key: {"option": key})
    if kind == "checklist":
        return st.lists(st.sampled_from("abc"), unique=True).map(lambda keys: {"items": keys})
    if kind == "count":
        return st.integers(0, 12).map(lambda number: {"count": str(number)})
    if kind == "per_day":
        return st.integers(0, 9).map(lambda days: {"days_late": days})
    if kind == "ladder":
        days = [f"2026-02-{day}" for day in (20, 27, 28)] + [
            f"2026-03-0{day}" for day in (2, 3, 4)
        ]
        return st.sampled_from(days).map(lambda day: {"done_on": day})
    lowest = 1 if kind == "relative" and rule.get("better") == "lower" else 0
    if rule.get("of") == "value" or rule.get("targets") is False or "target" in rule:
        return achievements(lowest).map(lambda one: {"achieved": one})
    return st.builds(
        lambda one, target: {"achieved": one, "target": target},
        achievements(lowest),
        achievements(1),
    )


@st.composite
def documents(draw: st.DrawFn) -> Json:
    rules = draw(st.lists(st.sampled_from(KINDS), min_size=3, max_size=6))
    leaves = [leaf(f"L{at}", "10", rule) for at, rule in enumerate(rules)]
    cap = draw(st.sampled_from(["15", "20"]))
    return document(
        group("I", cap, *leaves[:2]),
        *leaves[2:],
        group("T", "8", leaf("T1", "10", draw(st.sampled_from(KINDS[:4]))), adds="bonus"),
        leaf("P", "10", KINDS[0], adds="minus"),
        precision=draw(st.sampled_from(["0.01", "0.1", "1", "0.5"])),
        not_applicable=draw(st.sampled_from(["drop", "full", "scale"])),
        class_by=draw(st.sampled_from(["total", "base", "capped"])),
        classes=[{"name": "A", "min": "25"}, {"name": "B", "min": "10"}],
        tie_breaks=draw(
            st.sampled_from([
                [],
                [{"by": "criterion", "code": "I"}, {"by": "least_minus"}],
                [{"by": "least_minus"}, {"by": "ballot", "code": "x"}],
            ])
        ),
        titles=[
            {"code": "co", "name": "Cờ", "quota": 1, "scope": "division",
             "requires": {"rank_max": 2}},
            {"code": "bk", "name": "Bằng", "quota": 2, "scope": "bloc",
             "requires": {"not_with": ["co"]}},
        ],
    )  # fmt: skip


def rules_of(table: Any) -> dict[str, Any]:
    found = {}
    waiting = list(table["criteria"])
    while waiting:
        one = waiting.pop()
        waiting += one.get("children", [])
        if "rule" in one:
            found[one["code"]] = one["rule"]
    return dict(sorted(found.items()))


@st.composite
def rounds(draw: st.DrawFn, table: Json, *, complete: bool = False) -> RoundInput:
    names = UNITS[: draw(st.integers(1, 5))]
    rules = rules_of(table)
    sheets = []
    for name in names:
        scorers = [("self", name), ("verify", "secretariat")]
        scorers += [("cross", other) for other in names if other != name]
        for stage, scorer in scorers:
            required = complete and stage == "self"
            if required or draw(st.booleans()):
                kept = [code for code in rules if required or draw(st.integers(0, 3))]
                marks = tuple(MarkInput(code, draw(entries(rules[code]))) for code in kept)
                sheets.append(SheetInput(name, stage, scorer, marks))
    weighted = draw(st.booleans())
    return RoundInput(
        "weighted" if weighted else "stage",
        None if weighted else draw(st.sampled_from(["self", "cross", "verify", "final"])),
        {"self": Decimal("0.2"), "cross": Decimal("0.3"), "verify": Decimal("0.5")}
        if weighted
        else {},
        draw(st.sampled_from(["mean", "median", "trimmed_mean"])),
        tuple(unit(name, draw(st.sampled_from([None, "x"]))) for name in names),
        tuple(sheets),
        draw(st.frozensets(st.tuples(st.sampled_from(names), st.just("L0")), max_size=2)),
        (BallotInput("x", 9, 9, 9, "all", {name: draw(st.integers(0, 2)) for name in names}),),
    )
