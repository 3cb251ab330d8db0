"""How every figure of the standings came about, in words, for the people it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.engine.combine import (
    ScoredMark,
    stage_used,
    stage_values,
    weights_used,
)
from scoring.engine.kinds import Bands, Judged, Relative, Rule
from scoring.engine.numbers import equation, spoken
from scoring.engine.phrases import Phrase, counted, phrase, series
from scoring.engine.ranking import tie_figure
from scoring.engine.rounds import RoundInput
from scoring.engine.rules import relative_figure
from scoring.engine.standings import Row, Standings
from scoring.engine.table import Criterion, Table, TieBreak
from scoring.engine.words import (
    CROSS_NAMES,
    STAGE_NAMES,
    STAGE_STARTS,
    leader_in_words,
    mark_in_words,
    rule_in_words,
)


@dataclass(frozen=True)
class Derivation:
    """A figure and how it came about: a heading, lines of text in order, the result."""

    heading: str
    lines: tuple[str, ...]
    result: str


def explain_leaf(
    table: Table, round_input: RoundInput, standings: Standings, unit: str, criterion: str
) -> Derivation:
    """How a unit's points of one leaf came about: rule, marks, stages, rounding.

    Raises ``KeyError`` for an unknown code, ``ValueError`` for a group.
    """
    leaf = table.criterion(criterion)
    if leaf.rule is None:
        raise ValueError(f"{criterion} is a group")
    heading = f"{leaf.code} {leaf.name}"
    how = rule_in_words(leaf.rule)
    lines: list[str] = [phrase("Tối đa %(most)s điểm; %(rule)s.", most=spoken(leaf.max), rule=how)]
    score = standings.scores[unit]
    if criterion in score.exempt:
        lines.append(_exempt_words(table, leaf))
    else:
        marks = standings.marks.get((unit, criterion), ())
        lines += [
            _mark_line(round_input, standings, unit, leaf, leaf.rule, mark) for mark in marks
        ]
        if leaf.is_gate:
            met = criterion in score.struck_by
            result = phrase("vướng") if met else phrase("không vướng")
            return Derivation(heading, tuple(lines), result)
        lines += _combining_lines(round_input, marks)
    points = score.points.get(criterion)
    if points is not None:
        return Derivation(heading, tuple(lines), _points(points))
    missing = criterion in score.missing
    result = phrase("chưa chấm") if missing else phrase("không tính")
    return Derivation(heading, tuple(lines), result)


def _points(points: Decimal) -> Phrase:
    return counted("%(points)s điểm", points, points=spoken(points))


def _exempt_words(table: Table, leaf: Criterion) -> Phrase:
    effects = {
        "full": phrase("được tính điểm tối đa"),
        "drop": phrase(
            "không tính điểm, điểm tối đa của đơn vị giảm %(most)s", most=spoken(leaf.max)
        ),
        "scale": phrase("để ngoài, điểm chính được quy đổi theo phần còn lại"),
    }
    effect = effects[table.not_applicable]
    return phrase("Đơn vị được miễn tiêu chí này: %(effect)s.", effect=effect)


def _mark_line(
    round_input: RoundInput,
    standings: Standings,
    unit: str,
    leaf: Criterion,
    rule: Rule,
    mark: ScoredMark,
) -> str:
    words = mark_in_words(rule, leaf.max, mark.entry)
    if isinstance(rule, Relative):
        own = relative_figure(rule, mark.entry)
        best = _best_figure(round_input, standings, unit, leaf, rule, mark)
        leader = leader_in_words(rule, leaf.max, own, best)
        words = series(", ", (words, leader)) if leader else words
    scorer = _scorer_name(round_input, mark.scorer)
    who = series("", (STAGE_STARTS[mark.stage], " (", scorer, ")"))
    if mark.points is None:
        return series("", (who, ": ", words, "."))
    points = spoken(mark.points)
    ends_in_points = isinstance(rule, Judged | Bands) and words.endswith(f" {points}")
    if ends_in_points or words.endswith((f"= {points}", f"≈ {points}")):
        return counted("%(what)s: %(how)s điểm.", mark.points, what=who, how=words)
    return _result_line(who, words, mark.points)


def _result_line(what: str, how: str, points: Decimal) -> Phrase:
    result = spoken(points)
    return counted(
        "%(what)s: %(how)s → %(points)s điểm.", points, what=what, how=how, points=result
    )


def _best_figure(
    round_input: RoundInput,
    standings: Standings,
    unit: str,
    leaf: Criterion,
    rule: Relative,
    mark: ScoredMark,
) -> Fraction:
    division = next(one.division for one in round_input.units if one.code == unit)
    others = [one.code for one in round_input.units if one.division == division]
    return max(
        relative_figure(rule, other.entry)
        for code in others
        for other in standings.marks.get((code, leaf.code), ())
        if other.stage == mark.stage and (mark.stage != "cross" or other.scorer == mark.scorer)
    )


def _scorer_name(round_input: RoundInput, scorer: str) -> str:
    return phrase("tổ thư ký") if scorer == "secretariat" else unit_name(round_input, scorer)


def unit_name(round_input: RoundInput, code: str) -> str:
    """The unit's name where the caller gave one, else its code."""
    return next((one.name for one in round_input.units if one.code == code and one.name), code)


def _combining_lines(round_input: RoundInput, marks: Iterable[ScoredMark]) -> list[str]:
    marks = list(marks)
    values = stage_values(marks, round_input.cross)
    crossed = [mark.points for mark in marks if mark.stage == "cross" and mark.points is not None]
    lines: list[str] = []
    if len(crossed) > 1:
        way = CROSS_NAMES[round_input.cross]
        each = "; ".join(spoken(points) for points in crossed)
        whole = equation(each, spoken(values["cross"]))
        lines.append(phrase("Chấm chéo, %(way)s của %(equation)s.", way=way, equation=whole))
    if round_input.final_method == "weighted":
        weights = weights_used(values, round_input)
        parts = [
            series("", (f"{spoken(weight)} × {spoken(values[stage])} (", STAGE_NAMES[stage], ")"))
            for stage, weight in weights.items()
        ]
        if parts:
            whole = series(" + ", parts)
            lines.append(phrase("Tổng hợp theo trọng số: %(sum)s, rồi làm tròn.", sum=whole))
        return lines
    stage = stage_used(values, round_input.stage)
    wanted = str(round_input.stage)
    if stage == wanted:
        lines.append(phrase("Lấy điểm bước %(stage)s.", stage=STAGE_NAMES[stage]))
    elif stage is not None:
        lines.append(
            phrase(
                "Bước %(wanted)s không chấm mục này, lấy bước gần nhất trước đó: %(stage)s.",
                wanted=STAGE_NAMES[wanted],
                stage=STAGE_NAMES[stage],
            )
        )
    return lines


def explain_total(
    table: Table, round_input: RoundInput, standings: Standings, unit: str
) -> Derivation:
    """How a unit's total came about: groups and their caps, scaling, bonus, minus, class."""
    row = standings.row(unit)
    score = standings.scores[unit]
    lines = [
        _group_line(criterion, standings, unit)
        for criterion, _ in table.walk()
        if not criterion.is_leaf
    ]
    most = spoken(table.max_total)
    if score.exempt:
        lines.append(phrase("Được miễn: %(codes)s.", codes=", ".join(score.exempt)))
        share = f"{spoken(row.own_max)}/{most}"
        lines.append(phrase("Điểm tối đa của đơn vị: %(share)s.", share=share))
    if score.base != score.raw_base:
        left = f"{spoken(score.raw_base)} × {most} ÷ {spoken(row.own_max)}"
        whole = equation(left, spoken(score.base))
        lines.append(phrase("Điểm chính quy đổi: %(equation)s.", equation=whole))
    if score.missing:
        codes = ", ".join(score.missing)
        lines.append(phrase("Chưa chấm, chưa có điểm: %(codes)s.", codes=codes))
    lines.append(
        phrase(
            "Tổng = %(base)s (điểm chính) + %(bonus)s (thưởng) − %(minus)s (trừ) = %(total)s.",
            base=spoken(row.base),
            bonus=spoken(row.bonus),
            minus=spoken(row.minus),
            total=spoken(row.total),
        )
    )
    if table.classes:
        lines.append(_class_line(table, row, score.class_figure))
    heading = phrase("Tổng điểm của %(unit)s", unit=unit_name(round_input, unit))
    return Derivation(heading, tuple(lines), _points(row.total))


def _group_line(group: Criterion, standings: Standings, unit: str) -> Phrase:
    points = standings.scores[unit].points
    parts = [points[child.code] for child in group.children if child.code in points]
    total = sum((Fraction(part) for part in parts), Fraction(0))
    own = points[group.code]
    how = " + ".join(spoken(part) for part in parts) or phrase("chưa có điểm nào")
    if total > own:
        whole = f"{how} = {spoken(total)}"
        how = phrase("%(sum)s, tối đa %(most)s", sum=whole, most=spoken(group.max))
    return _result_line(f"{group.code} {group.name}", how, own)


def _class_line(table: Table, row: Row, figure: Fraction) -> Phrase:
    what = {
        "total": phrase("tổng điểm"),
        "base": phrase("điểm chính trừ điểm trừ"),
        "capped": phrase("tổng điểm, không quá điểm tối đa"),
    }[table.class_by]
    if table.not_applicable == "drop" and row.own_max != table.max_total:
        what = phrase("%(what)s, quy về %(most)s", what=what, most=spoken(table.max_total))
    named = f"“{row.class_name}”" if row.class_name else phrase("không đạt mức nào")
    return phrase(
        "Xếp loại theo %(what)s: %(figure)s → %(named)s.",
        what=what,
        figure=spoken(figure),
        named=named,
    )


def explain_rank(
    table: Table, round_input: RoundInput, standings: Standings, unit: str
) -> Derivation:
    """Why a unit has its rank: who stands next to it, by how much, what parted equals."""
    row = standings.row(unit)
    heading = phrase("Hạng của %(unit)s", unit=unit_name(round_input, unit))
    if row.rank is None:
        line = phrase(
            "Vướng điều kiện loại (%(codes)s): đứng cuối danh sách, không xếp hạng.",
            codes=", ".join(row.struck_by),
        )
        return Derivation(heading, (line,), phrase("không xếp hạng"))
    peers = [
        one
        for one in standings.rows
        if one.division == row.division and one.rank is not None and one.unit != unit
    ]
    units = len(peers) + 1
    lines: list[str] = [
        counted(
            "Xếp theo tổng điểm: %(points)s điểm, trong %(units)s đơn vị.",
            units,
            points=spoken(row.total),
            units=units,
        )
    ]
    lines += _neighbour_lines(round_input, row, peers)
    lines += _tie_lines(table, round_input, standings, row, peers)
    if not standings.complete:
        lines.append(phrase("Còn tiêu chí chưa chấm nên thứ hạng là tạm thời."))
    return Derivation(heading, tuple(lines), phrase("hạng %(rank)s", rank=row.rank))


def _neighbour_lines(round_input: RoundInput, row: Row, peers: list[Row]) -> list[Phrase]:
    lines = []
    above = [one for one in peers if one.total > row.total]
    below = [one for one in peers if one.total < row.total]
    if above:
        near = min(above, key=lambda one: (one.total, -(one.rank or 0)))
        gap = near.total - row.total
        lines.append(
            counted(
                "Thiếu %(gap)s điểm so với hạng %(rank)s (%(unit)s).",
                gap,
                gap=spoken(gap),
                rank=near.rank or 0,
                unit=unit_name(round_input, near.unit),
            )
        )
    if below:
        near = max(below, key=lambda one: (one.total, -(one.rank or 0)))
        gap = row.total - near.total
        lines.append(
            counted(
                "Hơn %(gap)s điểm so với hạng %(rank)s (%(unit)s).",
                gap,
                gap=spoken(gap),
                rank=near.rank or 0,
                unit=unit_name(round_input, near.unit),
            )
        )
    return lines


def _tie_lines(
    table: Table, round_input: RoundInput, standings: Standings, row: Row, peers: list[Row]
) -> list[str]:
    equals = [one for one in peers if one.total == row.total]
    if not equals:
        return []
    names = ", ".join(unit_name(round_input, one.unit) for one in equals)
    lines: list[str] = [phrase("Bằng tổng điểm với %(units)s.", units=names)]
    for step in table.tie_breaks:
        lines.append(_step_line(round_input, standings, step, [row, *equals]))
        if row.parted_by == step.name:
            lines.append(phrase("Tách được nhờ: %(step)s.", step=step_words(step)))
            return lines
    return [*lines, phrase("Không tiêu chí phụ nào tách được: đồng hạng.")]


def step_words(step: TieBreak) -> Phrase:
    """What a step in parting equal units looks at, in words."""
    names = {
        "criterion": phrase("điểm tiêu chí %(code)s", code=step.code),
        "least_minus": phrase("ít điểm trừ hơn"),
        "ballot": phrase("phiếu đồng ý của lần bỏ phiếu %(code)s", code=step.code),
        "decision": phrase("quyết định của khối"),
    }
    return names[step.by]


def _step_start(step: TieBreak) -> Phrase:
    """The same at the start of a line."""
    names = {
        "criterion": phrase("Điểm tiêu chí %(code)s", code=step.code),
        "least_minus": phrase("Ít điểm trừ hơn"),
        "ballot": phrase("Phiếu đồng ý của lần bỏ phiếu %(code)s", code=step.code),
        "decision": phrase("Quyết định của khối"),
    }
    return names[step.by]


def _step_line(
    round_input: RoundInput, standings: Standings, step: TieBreak, rows: list[Row]
) -> str:
    start = _step_start(step)
    units = {row.unit for row in rows}
    if step.by == "decision":
        found = [one for one in round_input.decisions if set(one.units) <= units]
        reasons = "; ".join(
            " > ".join(unit_name(round_input, code) for code in one.order) + f" ({one.reason})"
            for one in found
        )
        return series("", (start, ": ", reasons or phrase("chưa có"), "."))
    figures = "; ".join(
        f"{unit_name(round_input, row.unit)} "
        f"{spoken(abs(tie_figure(standings.scores[row.unit], step, round_input.ballots)))}"
        for row in rows
    )
    return series("", (start, f": {figures}."))
