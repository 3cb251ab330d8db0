"""One search over everything a person may see, with and without diacritics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise

from compacts.models import Season
from scoring.queries.search_kinds import KINDS, Found, Looking, SearchKind
from units.models import Person
from units.vietnamese import Piece, excerpt, fold, marked

SHORTEST = 2
# So many of each kind on the page of all kinds, and of one kind on its own pages.
SHOWN = 5
ON_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, in pieces with what was looked for marked; ``text`` where it is there."""

    label: str
    name: list[Piece]
    text: list[Piece]
    where: str
    url: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """What was found of one kind: how many in all, and those to be shown."""

    code: str
    label: str | Promise
    count: int
    hits: tuple[Hit, ...]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.hits)


@dataclass(frozen=True, slots=True)
class Search:
    """The answer: the kinds with anything, the page of the chosen kind, and what can be chosen."""

    groups: tuple[HitGroup, ...]
    page: Page[Any] | None
    blocs: tuple[tuple[str, str], ...]
    years: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        """How much was found of all kinds."""
        return sum(group.count for group in self.groups)


def words_of(text: str) -> tuple[str, ...]:
    """The folded words to look for; none for what is shorter than two letters."""
    words = tuple(dict.fromkeys(fold(text.replace("\0", "")).split()))
    return words if len("".join(words)) >= SHORTEST else ()


def search(
    person: Person, text: str, *, kind: str = "", bloc: str = "", year: str = "", page: str = "1"
) -> Search:
    """What the person may see that has every word of ``text`` in it, by kind.

    ``kind`` (a code of ``KINDS``) shows one kind page by page, ``bloc`` and ``year`` narrow to
    their seasons; what is none of them is overlooked. A fixed number of queries for each kind,
    whatever is found.
    """
    visible = list(Season.objects.visible_to(person).select_related("bloc__council"))
    blocs = {season.bloc.code: season.bloc.name for season in visible}
    years = sorted({str(season.year) for season in visible}, reverse=True)
    chosen = [
        season
        for season in visible
        if (bloc not in blocs or season.bloc.code == bloc)
        and (year not in years or str(season.year) == year)
    ]
    looking = Looking(
        person=person,
        words=words_of(text),
        seasons={season.pk: season for season in chosen},
        narrowed=bloc in blocs or year in years,
    )
    groups: list[HitGroup] = []
    shown: Page[Any] | None = None
    for one in KINDS if looking.words else ():
        rows = one.rows(looking)
        pages = Paginator(rows, ON_A_PAGE)
        if one.code == kind:
            shown = pages.get_page(page)
            hits = shown.object_list
        else:
            hits = rows[:SHOWN] if not kind else []
        if pages.count:
            found = tuple(_hit(looking, one, row) for row in hits)
            groups.append(HitGroup(one.code, one.label, pages.count, found))
    return Search(
        groups=tuple(groups),
        page=shown,
        blocs=tuple(sorted(blocs.items(), key=lambda item: item[1])),
        years=tuple((one, one) for one in years),
    )


def _hit(looking: Looking, kind: SearchKind, row: Any) -> Hit:
    found: Found = kind.found(looking, row)
    return Hit(
        label=found.name,
        name=marked(found.name, looking.words),
        text=excerpt(found.text, looking.words),
        where=found.where,
        url=found.url,
    )
