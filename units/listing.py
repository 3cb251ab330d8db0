"""Lists as pages show them: searched, filtered, page by page, and the same rows as a file.

What a column shows is what is searched, so nobody finds a row by what they may not see.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise

from units.exports import AT_A_TIME, Column, as_file, cell_text
from units.vietnamese import fold

ON_A_PAGE = 30
LONGEST_SEARCH = 200

Row = TypeVar("Row")


@dataclass(frozen=True)
class Filter(Generic[Row]):
    """A choice in the address (``?trang-thai=sent``).

    ``value`` says which choice a row belongs to; for a queryset ``lookup`` may name the field
    instead, and the database chooses.
    """

    name: str
    label: str | Promise
    choices: Sequence[tuple[str, str | Promise]]
    value: Callable[[Row], str] | None = None
    lookup: str = ""

    def chosen(self, request: HttpRequest) -> str:
        """The value of the address, empty for none and for one that is no choice."""
        wanted = request.GET.get(self.name, "")
        return wanted if any(wanted == str(value) for value, _label in self.choices) else ""


class Matches(Sequence[Row]):
    """The rows of a queryset that ``fits`` lets through, read a part at a time, never kept.

    Counting them keeps their keys; a page of them is fetched by these.
    """

    def __init__(self, rows: QuerySet[Any], fits: Callable[[Row], bool]) -> None:
        self._rows = rows
        self._fits = fits

    @functools.cached_property
    def _keys(self) -> list[Any]:
        return [row.pk for row in self._matching()]

    def _matching(self) -> Iterator[Any]:
        return filter(self._fits, self._rows.iterator(chunk_size=AT_A_TIME))

    def __iter__(self) -> Iterator[Row]:
        return self._matching()

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        keys = self._keys[place] if isinstance(place, slice) else [self._keys[place]]
        found = {row.pk: row for row in self._rows.filter(pk__in=keys)}
        rows = [found[key] for key in keys if key in found]
        return rows if isinstance(place, slice) else rows[0]


class Listing(Generic[Row]):
    """The rows that the address of ``request`` asks for.

    ``key`` names the folded column by which the database can search a queryset; ``also`` gives
    what a row is found by beside its columns. ``kept`` names
    parameters of the address that belong to the page, not to the list (a period): searching
    keeps them.
    """

    def __init__(
        self,
        request: HttpRequest,
        columns: list[Column[Row]],
        rows: Iterable[Row],
        *,
        filters: Sequence[Filter[Row]] = (),
        key: str = "",
        also: Callable[[Row], str] | None = None,
        kept: Sequence[str] = (),
        on_a_page: int = ON_A_PAGE,
    ) -> None:
        self._request = request
        self._columns = columns
        self._filters = filters
        self._key = key
        self._also = also
        self._kept = kept
        self._on_a_page = on_a_page
        self.searched = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
        self._chosen = {one.name: one.chosen(request) for one in filters}
        self.rows = self._found(rows)

    def _found(self, rows: Iterable[Row]) -> Iterable[Row]:
        words = fold(self.searched).split()
        filters = [one for one in self._filters if self._chosen[one.name]]
        if isinstance(rows, QuerySet):
            rows = self._chosen_by_the_database(rows, words)
            words = [] if self._key else words
        values = [(one.value, self._chosen[one.name]) for one in filters if one.value]
        if not words and not values:
            # A queryset stays one: its page is cut out by the database.
            return rows if isinstance(rows, QuerySet) else list(rows)

        def fits(row: Row) -> bool:
            return all(value(row) == chosen for value, chosen in values) and self._has(row, words)

        return Matches(rows, fits) if isinstance(rows, QuerySet) else list(filter(fits, rows))

    def _chosen_by_the_database(self, rows: QuerySet[Any], words: list[str]) -> QuerySet[Any]:
        for one in self._filters:
            if one.lookup and self._chosen[one.name]:
                rows = rows.filter(**{one.lookup: self._chosen[one.name]}).distinct()
        for word in words if self._key else ():
            rows = rows.filter(**{f"{self._key}__contains": word})
        return rows

    def _has(self, row: Row, words: list[str]) -> bool:
        if not words:
            return True
        texts = [cell_text(column.value(row)) for column in self._columns]
        text = fold(" ".join([*texts, self._also(row) if self._also else ""]))
        return all(word in text for word in words)

    def file(self, name: str) -> HttpResponseBase | None:
        """All rows as the file that the address asks for, or None where it asks for the page."""
        return as_file(self._request, name, self._columns, self.rows)

    def context(self, shown: Sequence[Any] | None = None) -> dict[str, Any]:
        """``page``, ``q``, ``filters``, ``kept`` and ``searching`` for the components of lists.

        ``shown`` is what the page shows where that is not row by row what the file holds.
        """
        get = self._request.GET
        lazy = isinstance(self.rows, QuerySet | Matches)
        rows: Any = self.rows if lazy else list(self.rows)
        rows = rows if shown is None else shown
        return {
            "page": Paginator(rows, self._on_a_page).get_page(get.get("trang")),
            "q": self.searched,
            "filters": [
                {
                    "name": one.name,
                    "label": one.label,
                    "choices": list(one.choices),
                    "value": self._chosen[one.name],
                }
                for one in self._filters
            ],
            "kept": [(name, get[name]) for name in self._kept if get.get(name)],
            "searching": bool(self.searched) or any(self._chosen.values()),
        }
