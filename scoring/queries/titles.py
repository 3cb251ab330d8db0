"""Titles of a round: what each unit meets and misses, what was proposed, what the Council said."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from scoring.engine.explain_titles import TitleCheck, check_titles
from scoring.engine.standings import compute
from scoring.engine.table import Title as TableTitle
from scoring.models import Award, ConditionCheck, Round, Title, TitleCondition
from scoring.queries.ranking import basis
from scoring.rules import legal_title_code


def check_as_text(check: ConditionCheck | None) -> str:
    """What was found about a condition, to compare with what a page has shown."""
    return check_text(check.is_met, check.note) if check else ""


def check_text(is_met: bool | None, note: str) -> str:
    """The same for what is not stored yet; empty where nothing was found."""
    return "" if is_met is None else f"{'yes' if is_met else 'no'} {note.strip()}"


def decision_as_text(award: Award) -> str:
    """What the Council decided about a proposal, to compare with what a page has shown."""
    day = award.decided_on.isoformat() if award.decided_on else ""
    return " ".join([award.outcome, day, award.decision_number, award.note]).strip()


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition that people check, and what was found; ``check`` is empty where nothing was."""

    condition: TitleCondition
    check: ConditionCheck | None


@dataclass(frozen=True, slots=True)
class UnitTitle:
    """One title and one unit: what the figures say, what people checked, what was proposed."""

    code: str
    name: str
    figures: TitleCheck
    conditions: tuple[ConditionLine, ...]
    award: Award | None

    @property
    def unmet(self) -> int:
        """How many conditions are known not to be met."""
        return sum(not one.met for one in self.figures.requirements) + sum(
            1 for one in self.conditions if one.check is not None and not one.check.is_met
        )

    @property
    def unchecked(self) -> int:
        """How many conditions nobody has checked yet."""
        return sum(1 for one in self.conditions if one.check is None)

    @property
    def candidate(self) -> bool:
        """Does the ranking give the unit this title?"""
        return self.figures.given


@dataclass(frozen=True, slots=True)
class UnitTitles:
    """A unit with every title of the table."""

    code: str
    name: str
    rank: int | None
    titles: tuple[UnitTitle, ...]


@dataclass(frozen=True, slots=True)
class TableTitleBasis:
    """A title of the table with the law's title it stands for, where that is known."""

    title: TableTitle
    legal: Title | None


@dataclass(frozen=True, slots=True)
class TitlesPage:
    """Everything on the page of titles."""

    titles: tuple[TableTitleBasis, ...]
    units: tuple[UnitTitles, ...]
    awards: tuple[Award, ...]
    complete: bool
    on: datetime.date

    @property
    def proposed(self) -> int:
        """How many proposals there are."""
        return sum(1 for one in self.awards if one.proposed)


def proposal_as_facts(awards: Iterable[Award]) -> dict[str, object]:
    """The bloc's list of proposals, for the trail and for who changes it after somebody else."""
    proposed = [one for one in awards if one.proposed]
    return {"awards": sorted(f"{one.title_code}: {one.unit.code}" for one in proposed)}


def receipt_day(scored: Round) -> datetime.date:
    """The day whose law counts: when the ranking first went to the Council, before that today.

    A ranking that was corrected and sent again is still the dossier received on the first day.
    """
    return timezone.localdate(scored.first_sent_to_council_at)


def legal_titles(day: datetime.date) -> dict[str, Title]:
    """The law's titles in force on the day, by code."""
    found = Title.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    found = found.filter(valid_from__lte=day).prefetch_related("conditions")
    return {title.code: title for title in found.order_by("valid_from")}


def titles_page(scored: Round, *, provisional: bool = True) -> TitlesPage:
    """The checklist of each unit for each title; a fixed number of queries.

    Raises ``RuleError`` where the season adopted no table.
    """
    table, round_input, _publication = basis(scored, provisional=provisional)
    standings = compute(table, round_input)
    day = receipt_day(scored)
    in_force = legal_titles(day)
    bases = tuple(
        TableTitleBasis(title, in_force.get(legal_title_code(title.name)))
        for title in table.titles
    )
    awards = list(scored.awards.select_related("unit", "title").order_by("title_name", "pk"))
    by_place = {(one.unit.code, one.title_code): one for one in awards}
    checks: Mapping[tuple[str, int], ConditionCheck] = {
        (one.unit.code, one.condition_id): one
        for one in scored.condition_checks.select_related("unit", "checked_by")
    }
    names = {one.code: one.name or one.code for one in round_input.units}
    units = []
    for row in standings.rows:
        found = check_titles(table, round_input, standings, row.unit)
        units.append(
            UnitTitles(
                row.unit,
                names[row.unit],
                row.rank,
                tuple(
                    UnitTitle(
                        one.title.code,
                        one.title.name,
                        one,
                        _conditions(place.legal, row.unit, checks),
                        by_place.get((row.unit, one.title.code)),
                    )
                    for one, place in zip(found, bases, strict=True)
                ),
            )
        )
    return TitlesPage(bases, tuple(units), tuple(awards), standings.complete, day)


def _conditions(
    legal: Title | None, unit: str, checks: Mapping[tuple[str, int], ConditionCheck]
) -> tuple[ConditionLine, ...]:
    if legal is None:
        return ()
    return tuple(
        ConditionLine(condition, checks.get((unit, condition.pk)))
        for condition in legal.conditions.all()
    )
