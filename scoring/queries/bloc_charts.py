"""The leaders' charts: which figures are drawn, and what a chart says in words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import Season
from compacts.rules import Light, Step
from scoring.queries.bloc_rows import BlocRow, UnitRow
from scoring.queries.ranking import Ranking
from scoring.queries.steps import StepMark
from scoring.queries.years import YearsOfBloc
from units.charts import (
    Axis,
    Parts,
    RangeChart,
    Ranks,
    SlopeChart,
    StackChart,
    Strip,
    Values,
    range_chart,
    slope_chart,
    stack_chart,
    strip,
)
from units.rules import LONG_LATE
from units.templatetags.vietnamese_format import points
from units.vietnamese import date_text

_STATES = {
    "done": gettext_lazy("đã xong"),
    "late": gettext_lazy("chậm"),
    "past": gettext_lazy("đã qua"),
    "now": gettext_lazy("đang làm"),
    "ahead": gettext_lazy("chưa đến"),
}


def shares_of(row: BlocRow) -> tuple[Decimal, ...]:
    """The published totals of a bloc in percent of each unit's own maximum."""
    return tuple(one.result.share for one in row.ranked if one.result)


def spread_line(label: str, row: BlocRow) -> Values:
    """A bloc's totals as a line of a spread, with the lowest and the highest in words."""
    found = row.spread
    text = f"{points(found.worst)}–{points(found.best)}%" if found else ""
    return Values(label, shares_of(row), text)


def spread_chart(key: str, lines: Sequence[Values], axis: Axis | None = None) -> RangeChart | None:
    """The spreads below each other, None where nothing is published."""
    shown = [line for line in lines if line.values]
    if not shown:
        return None
    words = "; ".join(f"{line.label}: {line.text}" for line in shown)
    title = _("Điểm đã công bố, tính theo phần trăm điểm tối đa của từng đơn vị")
    return range_chart(key, title, words, shown, axis)


def lights_chart(
    key: str, title: str, rows: Sequence[tuple[str, Sequence[UnitRow]]]
) -> StackChart:
    """How the key tasks stand: a bar for each label, a part for each light."""
    bars = []
    for label, units in rows:
        counts = [(light, sum(one.lights[light] for one in units)) for light in Light]
        total = sum(count for _light, count in counts)
        parts = tuple((Decimal(count), f"{count} {light.label}") for light, count in counts)
        reached = counts[0][1]
        bars.append(Parts(label, parts, f"{reached}/{total}" if total else _("chưa có chỉ tiêu")))
    words = "; ".join(
        f"{bar.label}: " + ", ".join(text for value, text in bar.parts if value) for bar in bars
    )
    return stack_chart(key, title, words, [str(light.label) for light in Light], bars)


def step_words(step: StepMark) -> str:
    """A step with its state and last day: ``Ký kết giao ước: chậm 12 ngày, hạn 20/3/2018``."""
    state = str(_STATES[step.state])
    if step.state == "late" and step.days >= LONG_LATE:
        return f"{step.label}: {step.lateness}"
    if step.state == "late":
        state = step.lateness
    due = _(", hạn %(day)s") % {"day": date_text(step.last_day)} if step.last_day else ""
    return f"{step.label}: {state}{due}"


def steps_strip(
    key: str, season: Season, steps: Sequence[StepMark], today: datetime.date
) -> Strip | None:
    """The season's steps along its year, None where none has a date."""
    length = Decimal(max((season.ends_on - season.starts_on).days, 1))

    def share(day: datetime.date) -> Decimal:
        return min(max(Decimal((day - season.starts_on).days) / length, Decimal(0)), Decimal(1))

    numbers = {step.value: number for number, step in enumerate(Step, start=1)}
    placed = [
        (share(day), numbers[one.step], one.state, f"{numbers[one.step]}. {step_words(one)}")
        for one in steps
        if (day := one.last_day or one.opens_on)
    ]
    if not placed:
        return None
    within = season.starts_on <= today <= season.ends_on
    title = _("Các bước của mùa thi đua %(season)s") % {"season": season}
    return strip(key, title, placed, share(today) if within else None)


def _rank_words(name: str, ranks: Sequence[tuple[int, int | None]]) -> str:
    stops = [
        _("%(year)d hạng %(rank)d") % {"year": year, "rank": rank} for year, rank in ranks if rank
    ]
    return f"{name}: {', '.join(stops)}"


def ranks_chart(key: str, found: YearsOfBloc) -> SlopeChart | None:
    """The units' ranks over the published years, None where there are not two of them."""
    years = found.published_years
    if len(years) < 2:
        return None
    units = [
        Ranks(
            line.short_name, ranks, _rank_words(line.name, tuple(zip(years, ranks, strict=True)))
        )
        for line in found.lines
        if any(ranks := line.ranks_in(years))
    ]
    title = _("Thứ hạng từ năm %(first)d đến năm %(last)d")
    return slope_chart(
        key,
        title % {"first": years[0], "last": years[-1]},
        "; ".join(one.words for one in units),
        [str(year) for year in years],
        units,
    )


def groups_chart(key: str, row: BlocRow, found: Ranking) -> StackChart:
    """The units' points by the table's groups; what is taken off is said, not drawn."""
    drawn = [
        at
        for at, group in enumerate(found.groups)
        if group.adds != "minus" and any(one.groups[at].points for one in found.rows)
    ]
    names = [f"{found.groups[at].code}. {found.groups[at].name}" for at in drawn]
    short = {one.code: one.participant.short_name for one in row.units}
    bars = []
    for one in found.rows:
        groups = [one.groups[at] for at in drawn]
        parts = tuple(
            (group.points or Decimal(0), f"{group.code}: {points(group.points)}")
            for group in groups
        )
        less = _(" (trừ %(points)s)") % {"points": points(one.minus)} if one.minus else ""
        bars.append(Parts(short.get(one.code, one.name), parts, points(one.total) + less))
    words = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return stack_chart(key, _("Điểm theo nhóm tiêu chí"), words, names, bars)
