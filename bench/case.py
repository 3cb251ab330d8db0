"""What is compared, and how: interleaved rounds, CPU time, the median of pairwise ratios.

Absolute times say more about the machine than about the program, so none is a goal. Both sides run
right after one another on the same input, each goes first in every other round, and a ratio is
formed within each round: a busy neighbour disturbs both sides or only a few rounds.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

WARM_UP = 1


@dataclass(frozen=True, slots=True)
class Case:
    """Two ways to one result; each is called with the number of the round, from 0.

    ``goal`` is the ratio plain / ours that is wanted at least; 2.0 means half the CPU time.
    ``clock`` measures this process's CPU time unless the work is done by another one.
    """

    name: str
    plain: Callable[[int], object]
    ours: Callable[[int], object]
    goal: float
    rounds: int = 11
    clock: Callable[[], float] = time.process_time


@dataclass(frozen=True, slots=True)
class Result:
    """Medians in milliseconds, and the ratio plain / ours with its quartiles."""

    name: str
    plain_ms: float
    ours_ms: float
    ratio: float
    low: float
    high: float
    goal: float
    rounds: int

    def as_json(self) -> dict[str, str | float | int]:
        return asdict(self)


def measure(case: Case, rounds: int | None = None) -> Result:
    """``case`` warmed up, then run ``rounds`` times (at least 3)."""
    wanted = max(3, rounds or case.rounds)
    for number in range(WARM_UP):
        case.plain(number)
        case.ours(number)
    # What other cases loaded is none of this one's garbage.
    gc.collect()
    gc.freeze()
    pairs = [_pair(case, WARM_UP + number) for number in range(wanted)]
    ratios = [plain / ours for plain, ours in pairs]
    low, ratio, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Result(
        name=case.name,
        plain_ms=round(1000 * statistics.median(plain for plain, _ours in pairs), 2),
        ours_ms=round(1000 * statistics.median(ours for _plain, ours in pairs), 2),
        ratio=round(ratio, 2),
        low=round(low, 2),
        high=round(high, 2),
        goal=case.goal,
        rounds=wanted,
    )


def _pair(case: Case, number: int) -> tuple[float, float]:
    if number % 2:
        ours = _taken(case, case.ours, number)
        return _taken(case, case.plain, number), ours
    plain = _taken(case, case.plain, number)
    return plain, _taken(case, case.ours, number)


def _taken(case: Case, work: Callable[[int], object], number: int) -> float:
    start = case.clock()
    work(number)
    return case.clock() - start
