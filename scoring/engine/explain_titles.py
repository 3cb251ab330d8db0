"""Why a unit gets a title or not, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.engine.explain import Derivation, unit_name
from scoring.engine.phrases import Phrase, phrase, series
from scoring.engine.rounds import RoundInput, UnitInput
from scoring.engine.standings import Row, Standings
from scoring.engine.table import Table, Title
from scoring.engine.titles import Candidate, Requirement, requirements


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
    lines: list[str] = []
    for check in checks:
        lines.append(series("", (check.title.name, ": ", check.words)))
        lines += [
            phrase("Đạt: %(condition)s.", condition=one.words)
            if one.met
            else phrase("Chưa đạt: %(condition)s.", condition=one.words)
            for one in check.requirements
        ]
    result = ", ".join(check.title.name for check in checks if check.given)
    heading = phrase("Danh hiệu của %(unit)s", unit=unit_name(round_input, unit))
    return Derivation(heading, tuple(lines), result or phrase("không có danh hiệu"))


def _unit(round_input: RoundInput, code: str) -> UnitInput:
    return next(one for one in round_input.units if one.code == code)


def _outcome(standings: Standings, title: str, row: Row, found: Iterable[Requirement]) -> Phrase:
    if title in row.titles:
        return phrase("được đề nghị.")
    for one in standings.open_titles:
        if one.title == title and row.unit in one.units:
            return phrase("còn để ngỏ, %(why)s", why=one.why)
    if all(one.met for one in found):
        return phrase("đủ điều kiện nhưng đã hết số lượng.")
    return phrase("không đủ điều kiện.")
