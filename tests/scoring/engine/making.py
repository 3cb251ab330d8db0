"""Small tables and rounds for the engine's tests, written as the formats write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from scoring.engine.rounds import (
    BallotInput,
    DecisionInput,
    MarkInput,
    RoundInput,
    SheetInput,
    UnitInput,
)
from scoring.engine.standings import Standings, check_round, compute
from scoring.engine.table import Criterion, Reading, Table, read_table

DATA = Path(__file__).resolve().parents[2] / "data" / "criteria"

Json = dict[str, Any]
Entry = Mapping[str, Any]

JUDGED: Json = {"kind": "judged", "step": "0.01"}
GATE_UNRANKED: Json = {"kind": "gate", "effect": "unranked"}
GATE_UNTITLED: Json = {"kind": "gate", "effect": "untitled"}


def load(name: str) -> Json:
    loaded: Json = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def leaf(code: str, maximum: str, rule: Json | None = None, **extra: object) -> Json:
    return {"code": code, "name": f"Mục {code}", "max": maximum, "rule": rule or JUDGED, **extra}


def group(code: str, maximum: str, *children: Json, **extra: object) -> Json:
    return {
        "code": code, "name": f"Nhóm {code}", "max": maximum, "children": list(children), **extra
    }  # fmt: skip


def document(*criteria: Json, **extra: object) -> Json:
    base = [one.get("max") for one in criteria if one.get("adds", "base") == "base"]
    total = sum((Decimal(one) for one in base if isinstance(one, str) and one[:1].isdigit()), 0)
    return {
        "format": "giao-uoc/criteria/1", "code": "thu", "title": "Bảng thử", "year": 2018,
        "max_total": str(total or 10), "precision": "0.01", "criteria": list(criteria), **extra,
    }  # fmt: skip


def make_table(*criteria: Json, **extra: object) -> Table:
    reading: Reading = read_table(document(*criteria, **extra))
    assert reading.faults == []
    assert reading.table is not None
    return reading.table


def make_leaf(maximum: str, rule: Json) -> Criterion:
    return make_table(leaf("A", "1"), leaf("X", maximum, rule)).criterion("X")


def unit(code: str, division: str | None = None, *registered: str, name: str = "") -> UnitInput:
    return UnitInput(code, code, division, frozenset(registered), name)


def sheet(of: str, stage: str = "self", scorer: str = "", **marks: Entry | str) -> SheetInput:
    """A sheet; ``I_1="5"`` is short for five points judged on the leaf I.1."""
    entries = tuple(
        MarkInput(code.replace("_", "."), {"points": mark} if isinstance(mark, str) else mark)
        for code, mark in marks.items()
    )
    return SheetInput(of, stage, scorer or (of if stage == "self" else "secretariat"), entries)


def make_round(
    *sheets: SheetInput,
    units: tuple[UnitInput, ...] | None = None,
    method: str = "stage",
    stage: str | None = "final",
    weights: Mapping[str, Decimal] | None = None,
    cross: str = "mean",
    exempt: frozenset[tuple[str, str]] = frozenset(),
    ballots: tuple[BallotInput, ...] = (),
    decisions: tuple[DecisionInput, ...] = (),
    head: str | None = None,
) -> RoundInput:
    if units is None:
        units = tuple(unit(code) for code in dict.fromkeys(one.unit for one in sheets))
    return RoundInput(
        method, stage, weights or {}, cross, units, tuple(sheets), exempt, ballots, decisions,
        head,
    )  # fmt: skip


def standings_of(table: Table, round_input: RoundInput) -> Standings:
    assert check_round(table, round_input) == []
    return compute(table, round_input)


# A table of one criterion, for what depends on totals alone.
ONE = make_table(leaf("A", "100"))


def outcome(table: Table, *sheets: SheetInput, **extra: Any) -> Standings:
    """The standings of a round of these sheets."""
    return standings_of(table, make_round(*sheets, **extra))


def ranks(standings: Standings) -> dict[str, int | None]:
    return {row.unit: row.rank for row in standings.rows}


def ranked(table: Table, totals: dict[str, str], **extra: Any) -> Standings:
    """The standings of units with these points for the criterion A."""
    return outcome(table, *(sheet(code, A=points) for code, points in totals.items()), **extra)


def fault_paths(data: object) -> list[str]:
    reading = read_table(data)
    assert reading.table is None
    assert reading.data is None
    assert all(fault.message for fault in reading.faults)
    return [fault.path for fault in reading.faults]


def with_rule(rule: object, maximum: str = "10") -> Json:
    return document(leaf("A", maximum), {"code": "X", "name": "X", "max": maximum, "rule": rule})
