"""Memory of the process that makes PDFs, over a thousand documents, beside Chromium's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.growth import CHROMIUM, descendants, print_by_chromium
from compacts.documents import workshop
from tests.compacts.documents.examples import make_compact

DOCUMENTS = 1_000
FIRST = 100
PRINTED_BY_CHROMIUM = 20
KIBIBYTES = 1024


def facts() -> dict[str, float]:
    """Mebibytes (proportional share), and how much the later documents needed above the first."""
    first = later = 0.0
    for index in range(DOCUMENTS):
        workshop.compact_pdf(_compact(index))
        taken = _mebibytes(workshop_process())
        if index < FIRST:
            first = max(first, taken)
        else:
            later = max(later, taken)
    workshop.close_workshop()
    found = {
        "MiB of one process, first 100 compacts": round(first, 1),
        "MiB of one process, the 900 after them": round(later, 1),
        "growth": round(later / first, 3),
    }
    if Path(CHROMIUM).exists():
        for index in range(PRINTED_BY_CHROMIUM):
            print_by_chromium(_compact(index))
        theirs = sum(_mebibytes(process) for process in descendants() if _is_chromium(process))
        found["MiB of Chromium, all its processes"] = round(theirs, 1)
        found["Chromium's memory as a multiple of ours"] = round(theirs / max(first, later), 1)
    return found


def workshop_process() -> int:
    """The one child of this process that makes PDFs."""
    return next(
        process
        for process in descendants()
        if workshop.MODULE in Path(f"/proc/{process}/cmdline").read_text()
    )


def _is_chromium(process: int) -> bool:
    """Is it one of Chromium's own, and not what drives it?"""
    name = Path(f"/proc/{process}/comm")
    return os.access(name, os.R_OK) and name.read_text().startswith("chrom")


def _compact(index: int) -> Any:
    return make_compact(units=10, tasks=1, number=f"{index}-GƯ")


def _mebibytes(process: int) -> float:
    return sum(_shares(process)) / KIBIBYTES


def _shares(process: int) -> Iterator[int]:
    """Kibibytes: what the process has alone and its part of what it shares; none once it ended."""
    rollup = Path(f"/proc/{process}/smaps_rollup")
    if not os.access(rollup, os.R_OK):
        return
    for line in rollup.read_text().splitlines():
        if line.startswith("Pss:"):
            yield int(line.split()[1])
