"""How every figure of the standings came about, in Vietnamese, for the people it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from scoring.engine.combine import (
    ScoredMark,
    stage_used,
    stage_values,
    weights_used,
)
from scoring.engine.kinds import Relative, Rule
from scoring.engine.numbers import equation, spoken
from scoring.engine.ranking import tie_figure
from scoring.engine.rounds import RoundInput, UnitInput
from scoring.engine.rules import relative_figure
from scoring.engine.standings import Row, Standings
from scoring.engine.table import Criterion, Table, TieBreak, Title
from scoring.engine.titles import Candidate, Requirement, requirements
from scoring.engine.words import (
    CROSS_NAMES,
    STAGE_NAMES,
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
    lines = [f"Tối đa {spoken(leaf.max)} điểm; {rule_in_words(leaf.rule)}."]
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
            return Derivation(heading, tuple(lines), "vướng" if met else "không vướng")
        lines += _combining_lines(round_input, marks)
    points = score.points.get(criterion)
    if points is not None:
        return Derivation(heading, tuple(lines), f"{spoken(points)} điểm")
    missing = criterion in score.missing
    return Derivation(heading, tuple(lines), "chưa chấm" if missing else "không tính")


def _exempt_words(table: Table, leaf: Criterion) -> str:
    effects = {
        "full": "được tính điểm tối đa",
        "drop": f"không tính điểm, điểm tối đa của đơn vị giảm {spoken(leaf.max)}",
        "scale": "để ngoài, điểm chính được quy đổi theo phần còn lại",
    }
    return f"Đơn vị được miễn tiêu chí này: {effects[table.not_applicable]}."


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
        words = f"{words}, {leader_in_words(rule, leaf.max, own, best)}".rstrip(", ")
    who = f"{STAGE_NAMES[mark.stage].capitalize()} ({_scorer_name(round_input, mark.scorer)})"
    if mark.points is None:
        return f"{who}: {words}."
    points = spoken(mark.points)
    if words.endswith((f"= {points}", f"≈ {points}", f"cho {points}", f"mức {points}")):
        return f"{who}: {words} điểm."
    return f"{who}: {words} → {points} điểm."


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
    return "tổ thư ký" if scorer == "secretariat" else unit_name(round_input, scorer)


def unit_name(round_input: RoundInput, code: str) -> str:
    """The unit's name where the caller gave one, else its code."""
    return next((one.name for one in round_input.units if one.code == code and one.name), code)


def _combining_lines(round_input: RoundInput, marks: Iterable[ScoredMark]) -> list[str]:
    marks = list(marks)
    values = stage_values(marks, round_input.cross)
    crossed = [mark.points for mark in marks if mark.stage == "cross" and mark.points is not None]
    lines = []
    if len(crossed) > 1:
        name = CROSS_NAMES[round_input.cross]
        each = "; ".join(spoken(points) for points in crossed)
        whole = equation(f"Chấm chéo, {name} của {each}", spoken(values["cross"]))
        lines.append(f"{whole}.")
    if round_input.final_method == "weighted":
        weights = weights_used(values, round_input)
        parts = [
            f"{spoken(weight)} × {spoken(values[stage])} ({STAGE_NAMES[stage]})"
            for stage, weight in weights.items()
        ]
        if parts:
            lines.append(f"Tổng hợp theo trọng số: {' + '.join(parts)}, rồi làm tròn.")
        return lines
    stage = stage_used(values, round_input.stage)
    wanted = str(round_input.stage)
    if stage == wanted:
        lines.append(f"Lấy điểm bước {STAGE_NAMES[stage]}.")
    elif stage is not None:
        lines.append(
            f"Bước {STAGE_NAMES[wanted]} không chấm mục này, "
            f"lấy bước gần nhất trước đó: {STAGE_NAMES[stage]}."
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
    if score.exempt:
        lines.append(f"Được miễn: {', '.join(score.exempt)}.")
        lines.append(f"Điểm tối đa của đơn vị: {spoken(row.own_max)}/{spoken(table.max_total)}.")
    if score.base != score.raw_base:
        left = f"{spoken(score.raw_base)} × {spoken(table.max_total)} ÷ {spoken(row.own_max)}"
        lines.append(f"Điểm chính quy đổi: {equation(left, spoken(score.base))}.")
    if score.missing:
        lines.append(f"Chưa chấm, chưa có điểm: {', '.join(score.missing)}.")
    lines.append(
        f"Tổng = {spoken(row.base)} (điểm chính) + {spoken(row.bonus)} (thưởng) − "
        f"{spoken(row.minus)} (trừ) = {spoken(row.total)}."
    )
    if table.classes:
        lines.append(_class_line(table, row, score.class_figure))
    name = unit_name(round_input, unit)
    return Derivation(f"Tổng điểm của {name}", tuple(lines), f"{spoken(row.total)} điểm")


def _group_line(group: Criterion, standings: Standings, unit: str) -> str:
    points = standings.scores[unit].points
    parts = [points[child.code] for child in group.children if child.code in points]
    total = sum((Fraction(part) for part in parts), Fraction(0))
    own = points[group.code]
    words = " + ".join(spoken(part) for part in parts) or "chưa có điểm nào"
    cut = f" = {spoken(total)}, tối đa {spoken(group.max)}" if total > own else ""
    return f"{group.code} {group.name}: {words}{cut} → {spoken(own)} điểm."


def _class_line(table: Table, row: Row, figure: Fraction) -> str:
    what = {
        "total": "tổng điểm",
        "base": "điểm chính trừ điểm trừ",
        "capped": "tổng điểm, không quá điểm tối đa",
    }[table.class_by]
    if table.not_applicable == "drop" and row.own_max != table.max_total:
        what += f", quy về {spoken(table.max_total)}"
    named = f"“{row.class_name}”" if row.class_name else "không đạt mức nào"
    return f"Xếp loại theo {what}: {spoken(figure)} → {named}."


def explain_rank(
    table: Table, round_input: RoundInput, standings: Standings, unit: str
) -> Derivation:
    """Why a unit has its rank: who stands next to it, by how much, what parted equals."""
    row = standings.row(unit)
    heading = f"Hạng của {unit_name(round_input, unit)}"
    if row.rank is None:
        codes = ", ".join(row.struck_by)
        line = f"Vướng điều kiện loại ({codes}): đứng cuối danh sách, không xếp hạng."
        return Derivation(heading, (line,), "không xếp hạng")
    peers = [
        one
        for one in standings.rows
        if one.division == row.division and one.rank is not None and one.unit != unit
    ]
    lines = [f"Xếp theo tổng điểm: {spoken(row.total)} điểm, trong {len(peers) + 1} đơn vị."]
    lines += _neighbour_lines(round_input, row, peers)
    lines += _tie_lines(table, round_input, standings, row, peers)
    if not standings.complete:
        lines.append("Còn tiêu chí chưa chấm nên thứ hạng là tạm thời.")
    return Derivation(heading, tuple(lines), f"hạng {row.rank}")


def _neighbour_lines(round_input: RoundInput, row: Row, peers: list[Row]) -> list[str]:
    lines = []
    above = [one for one in peers if one.total > row.total]
    below = [one for one in peers if one.total < row.total]
    if above:
        near = min(above, key=lambda one: (one.total, -(one.rank or 0)))
        gap = spoken(near.total - row.total)
        name = unit_name(round_input, near.unit)
        lines.append(f"Thiếu {gap} điểm so với hạng {near.rank} ({name}).")
    if below:
        near = max(below, key=lambda one: (one.total, -(one.rank or 0)))
        gap = spoken(row.total - near.total)
        name = unit_name(round_input, near.unit)
        lines.append(f"Hơn {gap} điểm so với hạng {near.rank} ({name}).")
    return lines


def _tie_lines(
    table: Table, round_input: RoundInput, standings: Standings, row: Row, peers: list[Row]
) -> list[str]:
    equals = [one for one in peers if one.total == row.total]
    if not equals:
        return []
    names = ", ".join(unit_name(round_input, one.unit) for one in equals)
    lines = [f"Bằng tổng điểm với {names}."]
    for step in table.tie_breaks:
        lines.append(_step_line(round_input, standings, step, [row, *equals]))
        if row.parted_by == step.name:
            lines.append(f"Tách được nhờ: {step_words(step)}.")
            return lines
    return [*lines, "Không tiêu chí phụ nào tách được: đồng hạng."]


def step_words(step: TieBreak) -> str:
    """What a step in parting equal units looks at, in words."""
    names = {
        "criterion": f"điểm tiêu chí {step.code}",
        "least_minus": "ít điểm trừ hơn",
        "ballot": f"phiếu đồng ý của lần bỏ phiếu {step.code}",
        "decision": "quyết định của khối",
    }
    return names[step.by]


def _step_line(
    round_input: RoundInput, standings: Standings, step: TieBreak, rows: list[Row]
) -> str:
    name = step_words(step).capitalize()
    units = {row.unit for row in rows}
    if step.by == "decision":
        found = [one for one in round_input.decisions if set(one.units) <= units]
        reasons = "; ".join(
            " > ".join(unit_name(round_input, code) for code in one.order) + f" ({one.reason})"
            for one in found
        )
        return f"{name}: {reasons or 'chưa có'}."
    figures = "; ".join(
        f"{unit_name(round_input, row.unit)} "
        f"{spoken(abs(tie_figure(standings.scores[row.unit], step, round_input.ballots)))}"
        for row in rows
    )
    return f"{name}: {figures}."


@dataclass(frozen=True)
class TitleCheck:
    """A title's conditions for one unit; ``given`` where the unit gets it, ``words`` say why."""

    title: Title
    given: bool
    words: str
    requirements: tuple[Requirement, ...]

    @property
    def met(self) -> bool:
        """Does the unit meet every condition, whether or not the quota is used up?"""
        return all(one.met for one in self.requirements)


def check_titles(
    table: Table, round_input: RoundInput, standings: Standings, unit: str
) -> tuple[TitleCheck, ...]:
    """Every title of the table against the unit, in the table's order."""
    row = standings.row(unit)
    checks = []
    held: list[str] = []
    for title in table.titles:
        placed = standings.placing(row, title.scope)
        candidate = Candidate(_unit(round_input, unit), standings.scores[unit], placed, held)
        found = tuple(requirements(table, round_input.ballots, title, candidate))
        given = title.code in row.titles
        checks.append(TitleCheck(title, given, _outcome(standings, title.code, row, found), found))
        if given:
            held.append(title.code)
    return tuple(checks)


def explain_titles(
    table: Table, round_input: RoundInput, standings: Standings, unit: str
) -> Derivation:
    """Each title's requirements, met or missing, and whether the unit got it."""
    checks = check_titles(table, round_input, standings, unit)
    lines = []
    for check in checks:
        lines.append(f"{check.title.name}: {check.words}")
        lines += [
            f"{'Đạt' if one.met else 'Chưa đạt'}: {one.words}." for one in check.requirements
        ]
    result = ", ".join(check.title.name for check in checks if check.given)
    heading = f"Danh hiệu của {unit_name(round_input, unit)}"
    return Derivation(heading, tuple(lines), result or "không có danh hiệu")


def _unit(round_input: RoundInput, code: str) -> UnitInput:
    return next(one for one in round_input.units if one.code == code)


def _outcome(standings: Standings, title: str, row: Row, found: Iterable[Requirement]) -> str:
    if title in row.titles:
        return "được đề nghị."
    for one in standings.open_titles:
        if one.title == title and row.unit in one.units:
            return f"còn để ngỏ, {one.why}"
    if all(one.met for one in found):
        return "đủ điều kiện nhưng đã hết số lượng."
    return "không đủ điều kiện."
