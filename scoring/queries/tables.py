"""Scoring tables: which one may be copied, the tree as the editor shows it, what units say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from compacts.models import Season
from scoring.engine.numbers import spoken
from scoring.engine.table import Criterion, Table, read_table
from scoring.engine.words import rule_in_words
from scoring.models import Adoption, CriteriaTable, TableComment
from scoring.models.table import CriteriaTableQuerySet
from units.models import Person
from units.permissions import can_set_up


def copyable_tables(person: Person, season: Season) -> CriteriaTableQuerySet:
    """What the season's draft may be copied from: the library and frozen tables, its own drafts.

    Who sets nothing up sees only the tables of the own seasons.
    """
    settled = Q(season__isnull=True) | Q(frozen_at__isnull=False) | Q(season=season)
    tables = CriteriaTable.objects.all()
    if not can_set_up(person):
        tables = tables.visible_to(person)
    return tables.filter(settled)


def adoptable_tables(person: Person, season: Season) -> CriteriaTableQuerySet:
    """What the season can adopt as it stands; a draft is adopted from its own page."""
    settled = Q(season__isnull=True) | Q(frozen_at__isnull=False)
    return copyable_tables(person, season).filter(settled)


def readable_tables(person: Person) -> CriteriaTableQuerySet:
    """The tables that the person may read: a draft is not for other blocs to see.

    Who sets something up also reads the library, frozen tables and the drafts they work on.
    """
    tables = CriteriaTable.objects.visible_to(person)
    if not can_set_up(person):
        return tables
    return CriteriaTable.objects.filter(
        Q(pk__in=tables.order_by().values("pk"))
        | Q(season__isnull=True)
        | Q(frozen_at__isnull=False)
        | Q(season__in=Season.objects.managed_by(person))
    )


def library(person: Person, season: Season) -> list[tuple[str, list[CriteriaTable]]]:
    """What may be copied, in named groups: the bloc's own tables, those of blocs of the same
    type and of the other, and those that no bloc has used; the newest first.

    The type of a bloc is its letterhead: Party bodies, or state bodies.
    """
    bloc = season.bloc
    used: dict[int, set[tuple[int, str]]] = defaultdict(set)
    adopted = Adoption.objects.values_list("table", "season__bloc", "season__bloc__letterhead")
    for table, of_bloc, letterhead in adopted:
        used[table].add((of_bloc, letterhead))
    own, alike, other, unused = str(bloc), _("Khối cùng loại"), _("Khối khác loại"), _("Thư viện")
    groups: dict[str, list[CriteriaTable]] = {own: [], alike: [], other: [], unused: []}
    tables = copyable_tables(person, season).defer("definition")
    for one in tables.order_by("-year", "code", "-version"):
        blocs = used.get(one.pk, set())
        if one.season_id == season.pk or bloc.pk in {pk for pk, _letterhead in blocs}:
            groups[own].append(one)
        elif not blocs:
            groups[unused].append(one)
        elif bloc.letterhead in {letterhead for _pk, letterhead in blocs}:
            groups[alike].append(one)
        else:
            groups[other].append(one)
    return [(name, found) for name, found in groups.items() if found]


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A criterion in the editor: ``total`` is what a group's own criteria add up to."""

    code: str
    name: str
    points: Decimal
    depth: int
    group: str
    is_group: bool
    words: str
    note: str
    evidence: bool
    adds: str
    total: Decimal | None
    comments: tuple[TableComment, ...] = ()

    @property
    def differs(self) -> bool:
        """Does the group say other points than its criteria add up to?"""
        return self.total is not None and self.total != self.points


@dataclass(frozen=True, slots=True)
class Tree:
    """The whole table for the editor, with what its base groups add up to."""

    rows: tuple[TreeRow, ...]
    total: Decimal
    wanted: Decimal

    @property
    def differs(self) -> bool:
        """Is the total that the table is to have another than its groups add up to?"""
        return self.total != self.wanted

    @property
    def difference(self) -> str:
        """How much is missing or too much, in words."""
        gap = self.wanted - self.total
        words = _("thiếu %(points)s") if gap > 0 else _("thừa %(points)s")
        return words % {"points": spoken(abs(gap))}


def parsed_table(stored: CriteriaTable) -> Table:
    """The stored definition as the engine reads it; ``ValueError`` where it cannot be read."""
    table = read_table(stored.definition).table
    if table is None:
        raise ValueError(f"table {stored.pk} cannot be read")
    return table


def tree_of(stored: CriteriaTable) -> Tree:
    """The table's criteria in reading order, with sums and comments."""
    table = parsed_table(stored)
    comments: dict[str, list[TableComment]] = defaultdict(list)
    for comment in comments_on(stored):
        comments[comment.criterion_code].append(comment)
    rows = tuple(_rows(table, comments))
    total = sum((one.max for one in table.criteria if one.adds == "base"), Decimal(0))
    return Tree(rows, total, stored.max_total)


def _rows(table: Table, comments: dict[str, list[TableComment]]) -> Iterator[TreeRow]:
    for criterion, depth in table.walk():
        ancestors = table.ancestors(criterion.code)
        yield TreeRow(
            code=criterion.code,
            name=criterion.name,
            points=criterion.max,
            depth=depth,
            group=ancestors[-1].code if ancestors else "",
            is_group=not criterion.is_leaf,
            words=rule_in_words(criterion.rule) if criterion.rule else "",
            note=criterion.note,
            evidence=criterion.evidence,
            adds=criterion.adds,
            total=_sum_below(criterion),
            comments=tuple(comments.get(criterion.code, ())),
        )


def _sum_below(criterion: Criterion) -> Decimal | None:
    if criterion.is_leaf:
        return None
    return sum((child.max for child in criterion.children), Decimal(0))


def comments_on(stored: CriteriaTable) -> list[TableComment]:
    """What units said about the table, the oldest first."""
    found = stored.comments.select_related("unit", "written_by", "answered_by")
    return list(found.order_by("pk"))


def node_of(stored: CriteriaTable, code: str) -> dict[str, Any] | None:
    """The criterion as the definition writes it, or None."""
    waiting: list[dict[str, Any]] = list(stored.definition["criteria"])
    while waiting:
        node = waiting.pop()
        if node["code"] == code:
            return node
        waiting += node.get("children", ())
    return None
