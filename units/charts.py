"""Places in our own drawings: from figures to coordinates, the same every time.

Templates under ``components/chart_*.html`` draw what these functions place. Coordinates are text
with a decimal point, whatever the language of the page. A drawing is ``WIDTH`` units wide, so that
its letters stay readable where it is shown as wide as a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

WIDTH = 340
EDGE = 12
ROW = 44
TEN = Decimal(10)
MANY_TICKS = 60
PATTERNS = 6
FIRST = 28
LABEL = 130
COLUMN = 64
STEP = 30
SHORT = 14


def place(value: Decimal | int) -> str:
    """A coordinate as SVG reads it: at most one decimal, with a point."""
    rounded = round(Decimal(value), 1)
    return f"{rounded.normalize():f}"


def shortened(text: str, letters: int = SHORT) -> str:
    """The text in at most so many letters, cut with an ellipsis."""
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Axis:
    """A horizontal axis from ``low`` to ``high`` over the drawing between its edges."""

    low: Decimal
    high: Decimal

    def at(self, value: Decimal | int) -> Decimal:
        """Where the value lies; values beyond an end lie on the end."""
        inside = min(max(Decimal(value), self.low), self.high)
        return EDGE + (WIDTH - 2 * EDGE) * (inside - self.low) / (self.high - self.low)

    def ticks(self) -> tuple[tuple[str, str], ...]:
        """Place and label of each tick: every ten, on a long axis every twenty."""
        step = TEN if self.high - self.low <= MANY_TICKS else 2 * TEN
        count = int((self.high - self.low) / step)
        values = [self.low + step * number for number in range(count + 1)]
        return tuple((place(self.at(value)), f"{value:f}") for value in values)


def axis_around(values: Iterable[Decimal]) -> Axis:
    """The axis of tens that holds all values, at least one ten long."""
    found = list(values) or [Decimal(0), Decimal(100)]
    low = (min(found) / TEN).to_integral_value(ROUND_FLOOR) * TEN
    high = (max(found) / TEN).to_integral_value(ROUND_CEILING) * TEN
    return Axis(low, max(high, low + TEN))


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A line of a spread: its dots, the range from lowest to highest, and the mean."""

    label: str
    text: str
    top: str
    middle: str
    dots: tuple[str, ...]
    low: str
    high: str
    mean: str
    mean_right: str
    mean_left: str
    mean_top: str
    mean_bottom: str


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Spreads one below the other on one axis (dot-range)."""

    key: str
    title: str
    description: str
    rows: tuple[RangeRow, ...]
    ticks: tuple[tuple[str, str], ...]
    base: str
    base_text: str
    height: int


@dataclass(frozen=True, slots=True)
class Values:
    """What one line of a spread is made of: its label, its values, and what is said at its end."""

    label: str
    values: tuple[Decimal, ...]
    text: str


def range_chart(
    key: str, title: str, description: str, lines: Sequence[Values], axis: Axis | None = None
) -> RangeChart:
    """The spread of each line's values; lines without values are left out."""
    shown = [line for line in lines if line.values]
    used = axis or axis_around(value for line in shown for value in line.values)
    height = ROW * len(shown) + 24
    return RangeChart(
        key=key,
        title=title,
        description=description,
        rows=tuple(_range_row(line, used, number) for number, line in enumerate(shown)),
        ticks=used.ticks(),
        base=place(height - 22),
        base_text=place(height - 6),
        height=height,
    )


def _range_row(line: Values, axis: Axis, number: int) -> RangeRow:
    middle = Decimal(ROW * number + 30)
    mean = axis.at(sum(line.values, Decimal(0)) / len(line.values))
    return RangeRow(
        label=shortened(line.label, 28),
        text=line.text,
        top=place(ROW * number + 15),
        middle=place(middle),
        dots=tuple(place(axis.at(value)) for value in line.values),
        low=place(axis.at(min(line.values))),
        high=place(axis.at(max(line.values))),
        mean=place(mean),
        mean_right=place(mean + 7),
        mean_left=place(mean - 7),
        mean_top=place(middle - 8),
        mean_bottom=place(middle + 8),
    )


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar; ``pattern`` counts the fillings from 1."""

    x: str
    width: str
    pattern: int
    words: str


@dataclass(frozen=True, slots=True)
class StackRow:
    """A stacked bar with its label above and its sum at the end of that line."""

    label: str
    text: str
    top: str
    bar_top: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class StackChart:
    """Stacked bars on one scale; ``legend`` holds (pattern, name)."""

    key: str
    title: str
    description: str
    rows: tuple[StackRow, ...]
    legend: tuple[tuple[int, str], ...]
    height: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What one stacked bar is made of: (value, words) for each name of the legend, in order."""

    label: str
    parts: tuple[tuple[Decimal, str], ...]
    text: str


def stack_chart(
    key: str, title: str, description: str, names: Sequence[str], bars: Sequence[Parts]
) -> StackChart:
    """Bars whose longest fills the drawing; a part of nothing has no place in its bar."""
    longest = max((sum((one for one, _ in bar.parts), Decimal(0)) for bar in bars), default=None)
    scale = Decimal(WIDTH) / longest if longest else Decimal(0)
    return StackChart(
        key=key,
        title=title,
        description=description,
        rows=tuple(
            StackRow(
                label=shortened(bar.label, 30),
                text=bar.text,
                top=place(ROW * number + 15),
                bar_top=place(ROW * number + 21),
                segments=_segments(bar, scale),
            )
            for number, bar in enumerate(bars)
        ),
        legend=tuple((at % PATTERNS + 1, name) for at, name in enumerate(names)),
        height=ROW * len(bars),
    )


def _segments(bar: Parts, scale: Decimal) -> tuple[Segment, ...]:
    found = []
    start = Decimal(0)
    for at, (value, words) in enumerate(bar.parts):
        width = max(value, Decimal(0)) * scale
        if width:
            found.append(Segment(place(start), place(width), at % PATTERNS + 1, words))
        start += width
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a line of a slope chart passes a column, with the rank written into it."""

    x: str
    y: str
    text_y: str
    text: str


@dataclass(frozen=True, slots=True)
class SlopeLine:
    """A unit's way through the columns, up to its last one.

    ``way`` is ``up``, ``down``, ``same``, ``new`` or ``gone``; ``paths`` join neighbours.
    """

    label: str
    way: str
    words: str
    paths: tuple[str, ...]
    stops: tuple[Stop, ...]
    label_x: str
    label_y: str


@dataclass(frozen=True, slots=True)
class SlopeChart:
    """Ranks over the years: a column for each year, a line for each unit."""

    key: str
    title: str
    description: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[SlopeLine, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Ranks:
    """A unit's rank in each column, None where it has none."""

    label: str
    ranks: tuple[int | None, ...]
    words: str


def slope_chart(
    key: str, title: str, description: str, columns: Sequence[str], units: Sequence[Ranks]
) -> SlopeChart:
    """Ranks from the first at the top; units with equal ranks in a column stand side by side.

    A unit that is in the last column is named at its right end, another one where it left.
    """
    gaps = max(len(columns) - 1, 1)
    gap = max(COLUMN, (WIDTH - FIRST - LABEL) // gaps)
    deepest = max((rank for unit in units for rank in unit.ranks if rank), default=1)
    xs = [Decimal(FIRST + gap * number) for number in range(len(columns))]
    taken: dict[tuple[int, int], int] = {}
    return SlopeChart(
        key=key,
        title=title,
        description=description,
        columns=tuple((place(x), name) for x, name in zip(xs, columns, strict=True)),
        lines=tuple(_slope_line(unit, xs, taken) for unit in units if any(unit.ranks)),
        width=FIRST + gap * (len(columns) - 1) + LABEL,
        height=STEP * deepest + 44,
    )


def _slope_line(
    unit: Ranks, xs: Sequence[Decimal], taken: dict[tuple[int, int], int]
) -> SlopeLine:
    stops: list[Stop | None] = []
    for column, rank in enumerate(unit.ranks):
        if rank is None:
            stops.append(None)
            continue
        beside = taken.get((column, rank), 0)
        taken[column, rank] = beside + 1
        x, y = xs[column] - 12 * beside, Decimal(STEP * rank + 18)
        stops.append(Stop(place(x), place(y), place(y + 4), str(rank)))
    there = [stop for stop in stops if stop is not None]
    last = there[-1]
    beside = taken[len(stops) - 1 - stops[::-1].index(last), int(last.text)] - 1
    return SlopeLine(
        label=shortened(unit.label),
        way=_way(unit.ranks),
        words=unit.words,
        paths=tuple(
            f"M{one.x} {one.y}L{other.x} {other.y}"
            for one, other in pairwise(stops)
            if one is not None and other is not None
        ),
        stops=tuple(there),
        label_x=place(xs[stops.index(last)] + 16),
        label_y=place(Decimal(last.text_y) + 13 * beside),
    )


def _way(ranks: Sequence[int | None]) -> str:
    if len(ranks) < 2 or ranks[-1] is None:
        return "gone"
    if ranks[-2] is None:
        return "new"
    if ranks[-1] == ranks[-2]:
        return "same"
    return "up" if ranks[-1] < ranks[-2] else "down"


@dataclass(frozen=True, slots=True)
class Notch:
    """A step on a strip: where it lies, its number, and its state, which is its shape."""

    x: str
    number: int
    state: str
    words: str
    triangle: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The steps of a year on one line, with today's place where it lies within."""

    key: str
    title: str
    description: str
    notches: tuple[Notch, ...]
    today: str


def strip(
    key: str,
    title: str,
    steps: Sequence[tuple[Decimal, int, str, str]],
    today: Decimal | None,
) -> Strip:
    """Steps as (share of the year 0…1, number, state, words); near ones keep a distance."""
    axis = Axis(Decimal(0), Decimal(1))
    notches = []
    free = Decimal(0)
    for at, (share, number, state, words) in enumerate(sorted(steps), start=1):
        x = max(axis.at(share), free)
        x = min(x, Decimal(WIDTH - EDGE - 24 * (len(steps) - at)))
        free = x + 24
        corners = f"{place(x)},3 {place(x + 11)},23 {place(x - 11)},23"
        notches.append(Notch(place(x), number, state, words, corners))
    return Strip(
        key=key,
        title=title,
        description="; ".join(notch.words for notch in notches),
        notches=tuple(notches),
        today="" if today is None else place(axis.at(today)),
    )
