from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import scoring.engine
from scoring.engine.standings import compute
from tests.scoring.engine.making import Json, group, leaf, make_round, make_table, sheet

ENGINE = Path(scoring.engine.__file__).parent
MODULES = sorted(ENGINE.glob("*.py"))
ALLOWED = {
    "__future__", "collections", "collections.abc", "dataclasses", "datetime", "decimal",
    "fractions", "functools", "itertools", "re", "typing", "unicodedata",
}  # fmt: skip
FORBIDDEN_NAMES = {"float", "today", "now", "utcnow", "getcontext", "print"}


def nodes(module: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_engine_has_no_float_no_clock_and_no_output(module: Path) -> None:
    for node in nodes(module):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        name = getattr(node, "id", None) or getattr(node, "attr", None)
        assert name not in FORBIDDEN_NAMES


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_engine_imports_only_itself_and_a_little_of_the_standard_library(module: Path) -> None:
    for node in nodes(module):
        if isinstance(node, ast.ImportFrom):
            name = node.module or ""
            assert node.level == 0
            assert name in ALLOWED or name.startswith("scoring.engine.")
        elif isinstance(node, ast.Import):
            assert all(alias.name in ALLOWED for alias in node.names)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_module_of_the_engine_is_longer_than_400_lines(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) < 400


SCRIPT = """
import json
from scoring.engine.standings import compute
from tests.scoring.engine.making import leaf, make_round, make_table, sheet, unit
table = make_table(leaf("A", "9"), tie_breaks=[{"by": "least_minus"}], titles=[
    {"code": c, "name": c, "quota": 1, "scope": "bloc", "requires": {}} for c in "xyz"])
units = tuple(unit(c, None, "x", "y", "z") for c in "fedcba")
result = compute(table, make_round(*(sheet(c, A="5") for c in "cabfed"), units=units))
print(json.dumps(result.as_json("k", 2018, "nam", "thu")))
"""


def test_ties_come_out_the_same_whatever_the_hash_seed() -> None:
    root = ENGINE.parents[1]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1


def test_twenty_units_with_sixty_leaves_and_four_stages_are_ranked_whole() -> None:
    rules: list[Json] = [
        {"kind": "judged", "step": "0.5"},
        {"kind": "proportional"},
        {"kind": "relative"},
    ]
    leaves = [leaf(f"L{at}", "10", rules[at % 3]) for at in range(60)]
    table = make_table(group("I", "600", *leaves), tie_breaks=[{"by": "least_minus"}])

    def marks(seed: int) -> dict[str, Json | str]:
        return {
            f"L{at}": "7.5" if at % 3 == 0 else {"achieved": str(seed + at), "target": "60"}
            for at in range(60)
        }

    names = [f"u{at}" for at in range(20)]
    sheets = [
        sheet(name, stage, scorer, **marks(at))
        for at, name in enumerate(names)
        for stage, scorer in [
            ("self", name), ("cross", names[at - 1]), ("cross", names[at - 2]),
            ("verify", "secretariat"), ("recheck", "secretariat"),
        ]
    ]  # fmt: skip
    standings = compute(table, make_round(*sheets))
    assert standings.complete
