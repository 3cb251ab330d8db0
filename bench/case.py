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
    Ours is measured by this process's CPU time, the plain way by ``plain_clock``, which counts
    other processes where they do its work. ``documents`` is how many each side makes, where that
    is what is compared.
    """

    name: str
    plain: Callable[[int], object]
    ours: Callable[[int], object]
    goal: float
    rounds: int = 11
    plain_clock: Callable[[], float] = time.process_time
    documents: int = 0


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
    documents: int = 0

    def as_json(self) -> dict[str, str | float | int]:
        return asdict(self)

    def documents_a_second(self) -> tuple[float, float] | None:
        """Documents a second and core of the plain way and of ours; none where none are made."""
        if not self.documents:
            return None
        plain, ours = (1000 * self.documents / taken for taken in (self.plain_ms, self.ours_ms))
        return plain, ours


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
        documents=case.documents,
    )


def _pair(case: Case, number: int) -> tuple[float, float]:
    def plain() -> float:
        return _taken(case.plain, number, case.plain_clock)

    def ours() -> float:
        return _taken(case.ours, number, time.process_time)

    if number % 2:
        taken = ours()
        return plain(), taken
    return plain(), ours()


def _taken(work: Callable[[int], object], number: int, clock: Callable[[], float]) -> float:
    start = clock()
    work(number)
    return clock() - start
