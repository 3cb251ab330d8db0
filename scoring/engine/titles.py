"""Who gets which title.

Where the format leaves something open, this is how it is read:

- ``rank_max`` and "units sharing a rank" mean the ranks of the title's scope; only candidates
  that share a rank compete for the quota, units that fail a requirement do not.
- A quota used up ends the title: those who come later are not "open".
- A ballot that was not held, or whose base is 0, meets no ``min_share``.
- ``not_with`` looks at the titles given so far, so it works only against earlier titles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.engine.combine import Score
from scoring.engine.numbers import spoken, spoken_percent
from scoring.engine.phrases import counted, phrase
from scoring.engine.ranking import Placing, class_of
from scoring.engine.rounds import BallotInput, RoundInput, UnitInput
from scoring.engine.table import Table, Title


@dataclass(frozen=True)
class OpenTitle:
    """A title left open because equals are more than the quota that is left."""

    title: str
    units: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Award:
    """All titles of a round: the codes each unit got, in the table's order, and what is open."""

    given: Mapping[str, tuple[str, ...]]
    open_titles: tuple[OpenTitle, ...]


@dataclass(frozen=True)
class Candidate:
    """A unit as the requirements see it; ``held`` are the titles it has so far."""

    unit: UnitInput
    score: Score
    placing: Placing | None
    held: Collection[str]


@dataclass(frozen=True)
class Requirement:
    """One condition of a title, whether this unit meets it, and both in words."""

    met: bool
    words: str


def award(
    table: Table,
    round_input: RoundInput,
    scores: Mapping[str, Score],
    by_division: Mapping[str, Placing],
    in_bloc: Mapping[str, Placing],
    units: Sequence[UnitInput],
) -> Award:
    """Give the titles in the table's order; ``units`` are in the order they are printed in."""
    given: dict[str, list[str]] = {unit.code: [] for unit in units}
    left_open = []
    for title in table.titles:
        placings = in_bloc if title.scope == "bloc" else by_division
        fields: dict[str | None, list[UnitInput]] = defaultdict(list)
        for unit in units:
            candidate = Candidate(
                unit, scores[unit.code], placings.get(unit.code), given[unit.code]
            )
            if all(one.met for one in requirements(table, round_input.ballots, title, candidate)):
                fields[None if title.scope == "bloc" else unit.division].append(unit)
        for candidates in fields.values():
            winners, equals = _within_quota(title.quota, candidates, placings)
            for unit in winners:
                given[unit.code].append(title.code)
            if equals:
                rank = placings[equals[0].code].rank
                left = title.quota - len(winners)
                why = counted(
                    "%(units)s đơn vị cùng hạng %(rank)s, chỉ còn %(left)s danh hiệu.",
                    left,
                    units=len(equals),
                    rank=rank,
                    left=left,
                )
                by_name = sorted(equals, key=lambda one: (one.name_key, one.code))
                left_open.append(OpenTitle(title.code, tuple(one.code for one in by_name), why))
    return Award({unit: tuple(codes) for unit, codes in given.items()}, tuple(left_open))


def _within_quota(
    quota: int, candidates: Sequence[UnitInput], placings: Mapping[str, Placing]
) -> tuple[list[UnitInput], list[UnitInput]]:
    """Who gets it, and the equals because of whom it stays open."""
    by_rank: dict[int, list[UnitInput]] = defaultdict(list)
    for unit in candidates:
        by_rank[placings[unit.code].rank].append(unit)
    winners: list[UnitInput] = []
    for rank in sorted(by_rank):
        left = quota - len(winners)
        if not left:
            break
        if len(by_rank[rank]) > left:
            return winners, by_rank[rank]
        winners.extend(by_rank[rank])
    return winners, []


def requirements(
    table: Table, ballots: Sequence[BallotInput], title: Title, candidate: Candidate
) -> list[Requirement]:
    """Every condition the title sets, in the format's order; being ranked and not struck first."""
    checks: tuple[Callable[[Table, Title, Candidate], Requirement | None], ...] = (
        _not_struck,
        _registered,
        _rank,
        _total,
        _class,
    )
    found = [check(table, title, candidate) for check in checks]
    found.append(_ballot(ballots, title, candidate))
    found.append(_not_with(table, title, candidate))
    return [one for one in found if one is not None]


def _not_struck(table: Table, title: Title, candidate: Candidate) -> Requirement | None:
    if candidate.score.struck is None:
        return None
    codes = ", ".join(candidate.score.struck_by)
    return Requirement(False, phrase("vướng điều kiện loại (%(codes)s)", codes=codes))


def _registered(table: Table, title: Title, candidate: Candidate) -> Requirement | None:
    if not title.requires.registered:
        return None
    if title.code in candidate.unit.registered:
        return Requirement(True, phrase("đã đăng ký danh hiệu này"))
    return Requirement(False, phrase("chưa đăng ký danh hiệu này"))


def _rank(table: Table, title: Title, candidate: Candidate) -> Requirement | None:
    most = title.requires.rank_max
    if most is None or candidate.placing is None:
        return None
    rank = candidate.placing.rank
    words = phrase("xếp hạng %(rank)s, yêu cầu từ hạng %(most)s trở lên", rank=rank, most=most)
    return Requirement(rank <= most, words)


def _total(table: Table, title: Title, candidate: Candidate) -> Requirement | None:
    least = title.requires.min_total
    if least is None:
        return None
    total = candidate.score.total
    words = counted(
        "tổng %(total)s điểm, yêu cầu từ %(least)s điểm",
        least,
        total=spoken(total),
        least=spoken(least),
    )
    return Requirement(total >= least, words)


def _class(table: Table, title: Title, candidate: Candidate) -> Requirement | None:
    wanted = title.requires.class_name
    if wanted is None:
        return None
    names = [one.name for one in table.classes]
    own = class_of(table.classes, candidate.score.class_figure)
    met = own is not None and names.index(own.name) <= names.index(wanted)
    has = phrase("xếp loại “%(own)s”", own=own.name) if own else phrase("chưa được xếp loại")
    words = phrase("%(has)s, yêu cầu từ “%(wanted)s” trở lên", has=has, wanted=wanted)
    return Requirement(met, words)


def _ballot(
    ballots: Sequence[BallotInput], title: Title, candidate: Candidate
) -> Requirement | None:
    wanted = title.requires.ballot
    if wanted is None:
        return None
    ballot = next((one for one in ballots if one.code == wanted.code), None)
    if ballot is None or not ballot.base_count:
        words = phrase("chưa có kết quả bỏ phiếu “%(ballot)s”", ballot=wanted.code)
        return Requirement(False, words)
    yes = ballot.yes.get(candidate.unit.code, 0)
    share = Fraction(yes, ballot.base_count)
    least = Fraction(wanted.min_share)
    words = phrase(
        "%(yes)s/%(papers)s phiếu đồng ý = %(share)s, yêu cầu từ %(least)s",
        yes=yes,
        papers=ballot.base_count,
        share=spoken_percent(share),
        least=spoken_percent(least),
    )
    return Requirement(share >= least, words)


def _not_with(table: Table, title: Title, candidate: Candidate) -> Requirement | None:
    if not title.requires.not_with:
        return None
    names = {one.code: f"“{one.name}”" for one in table.titles}
    both = [names[code] for code in title.requires.not_with if code in candidate.held]
    if both:
        words = phrase("đã có danh hiệu %(titles)s, không được kiêm", titles=", ".join(both))
        return Requirement(False, words)
    others = ", ".join(names[code] for code in title.requires.not_with)
    return Requirement(True, phrase("không có danh hiệu %(titles)s", titles=others))
