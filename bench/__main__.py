"""``python -m bench [--rounds N] [--only WORD]``: a table on the screen, JSON in ``var/bench``.

Without ``--only`` also what single modules measure beside their cases (memory).
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path
from types import ModuleType

import django

import bench
from bench.case import Case, Result, measure

ROOT = Path(__file__).resolve().parent.parent
HEADINGS = ("case", "plain ms", "ours ms", "documents/s/core", "ratio", "quartiles", "goal", "")


def main() -> int:
    arguments = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    # The tests hold no files in memory; what runs in earnest does.
    os.environ.setdefault("RECENT_FILES_MIB", "32")
    django.setup()
    results = []
    for case in _cases():
        if arguments.only in case.name:
            results.append(measure(case, arguments.rounds))
    facts = {} if arguments.only else _facts()
    lines = [f"{name}: {value}" for name, value in facts.items()]
    sys.stdout.write("\n".join([_table(results), *lines, f"{_saved(results, facts)}\n"]))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("--rounds", type=int, help="rounds of each case, at least 3")
    parser.add_argument("--only", default="", help="only the cases with this word in their name")
    return parser.parse_args()


def _modules() -> list[ModuleType]:
    """The modules beside this one, in order of name."""
    found = sorted(pkgutil.iter_modules(bench.__path__), key=lambda info: info.name)
    return [
        importlib.import_module(f"bench.{info.name}")
        for info in found
        if not info.name.startswith("_")
    ]


def _cases() -> list[Case]:
    return [case for module in _modules() for case in getattr(module, "cases", list)()]


def _facts() -> dict[str, float]:
    return {
        name: value
        for module in _modules()
        for name, value in getattr(module, "facts", dict)().items()
    }


def _table(results: list[Result]) -> str:
    rows = [
        (
            result.name,
            f"{result.plain_ms:.1f}",
            f"{result.ours_ms:.1f}",
            _pace(result),
            f"{result.ratio:.2f}x",
            f"{result.low:.2f}-{result.high:.2f}",
            f"{result.goal:.2f}x",
            "" if result.ratio >= result.goal else "below goal",
        )
        for result in results
    ]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (HEADINGS, *rows)
    )


def _pace(result: Result) -> str:
    pace = result.documents_a_second()
    return "" if pace is None else f"{pace[0]:.2f} : {pace[1]:.2f}"


def _saved(results: list[Result], facts: dict[str, float]) -> Path:
    now = dt.datetime.now(dt.UTC)
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    report = {
        "taken_at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "facts": facts,
        "results": [result.as_json() for result in results],
    }
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return path


if __name__ == "__main__":
    sys.exit(main())
