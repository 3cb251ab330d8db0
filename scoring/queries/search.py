"""One search over everything a person may see, with and without diacritics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compacts.models import (
    AdHocTask,
    Draft,
    IssuedPaper,
    KeyTask,
    Participant,
    Registration,
    Season,
)
from compacts.permissions import can_write_text
from compacts.rules import DraftKind, DraftState
from scoring.models import CriteriaTable
from units.models import Bloc, Person
from units.permissions import can_set_up
from units.queries import people_visible_to
from units.vietnamese import fold

SHORTEST = 2
SHOWN = 10
# Texts without a folded column are folded here; the newest ones, so that a page stays quick.
LOOKED_THROUGH = 5_000


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its name, where it belongs, its page."""

    label: str
    context: str
    url: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """What was found of one kind; ``more`` says how many more there are."""

    label: str | Promise
    hits: tuple[Hit, ...]
    more: int


def search(person: Person, text: str) -> list[HitGroup]:
    """What the person may see that has every word of ``text`` in it, by kind.

    Empty for fewer than two letters. A number of queries for each kind, whatever is found.
    """
    words = fold(text).split()
    if len("".join(words)) < SHORTEST:
        return []
    seasons = {
        season.pk: season
        for season in Season.objects.visible_to(person).select_related("bloc__council")
    }
    groups = (
        (_("Mùa thi đua"), _seasons(seasons, words)),
        (_("Đơn vị"), _units(seasons, words)),
        (_("Nhiệm vụ trọng tâm"), _key_tasks(person, seasons, words)),
        (_("Nhiệm vụ đột xuất"), _ad_hoc_tasks(person, seasons, words)),
        (_("Văn bản"), _papers(person, seasons, words)),
        (_("Bảng điểm"), _tables(person, words)),
        (_("Khối, cụm"), _blocs(person, words)),
        (_("Người dùng"), _people(person, words)),
    )
    return [
        HitGroup(label, tuple(hits[:SHOWN]), max(len(hits) - SHOWN, 0))
        for label, hits in groups
        if hits
    ]


def _has(words: Iterable[str], text: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _seasons(seasons: dict[int, Season], words: list[str]) -> list[Hit]:
    return [
        Hit(str(season), season.theme, _page(season, "compacts:season"))
        for season in seasons.values()
        if _has(words, f"{season.bloc.name} {season.bloc.code} {season.year} {season.theme}")
    ]


def _page(season: Season, name: str, *more: object) -> str:
    return reverse(name, args=[season.bloc.code, season.year, *more])


def _units(seasons: dict[int, Season], words: list[str]) -> list[Hit]:
    """Each unit once, in the newest season in which it takes part."""
    found: dict[int, Hit] = {}
    rows = (
        Participant.objects.filter(season__in=seasons)
        .select_related("unit")
        .order_by("-season__year", "sort_key")
    )
    for row in rows:
        season = seasons[row.season_id]
        if row.unit_id not in found and _has(words, f"{row.name} {row.short_name}"):
            url = _page(season, "compacts:registration", row.unit.code)
            found[row.unit_id] = Hit(row.name, str(season), url)
    return list(found.values())


def _key_tasks(person: Person, seasons: dict[int, Season], words: list[str]) -> list[Hit]:
    registrations = Registration.objects.visible_to(person).filter(season__in=seasons)
    tasks = (
        KeyTask.objects.filter(registration__in=registrations)
        .select_related("registration__unit")
        .order_by("-registration__season__year", "pk")[:LOOKED_THROUGH]
    )
    hits = []
    for task in tasks:
        if not _has(words, f"{task.text} {task.measure}"):
            continue
        season, unit = seasons[task.registration.season_id], task.registration.unit
        url = _page(season, "compacts:registration", unit.code)
        hits.append(Hit(task.text, f"{unit.name}, {season}", url))
    return hits


def _ad_hoc_tasks(person: Person, seasons: dict[int, Season], words: list[str]) -> list[Hit]:
    tasks = (
        AdHocTask.objects.visible_to(person)
        .filter(season__in=seasons)
        .select_related("unit")
        .order_by("-pk")[:LOOKED_THROUGH]
    )
    return [
        Hit(
            task.text,
            f"{task.unit.name}, {seasons[task.season_id]}",
            _page(seasons[task.season_id], "compacts:ad_hoc", task.pk),
        )
        for task in tasks
        if _has(words, f"{task.text} {task.assigned_by} {task.result}")
    ]


def _papers(person: Person, seasons: dict[int, Season], words: list[str]) -> list[Hit]:
    writes = {pk for pk, season in seasons.items() if can_write_text(person, season)}
    hits = []
    for draft in Draft.objects.filter(season__in=seasons).order_by("-pk")[:LOOKED_THROUGH]:
        if draft.state == DraftState.DRAFTING and draft.season_id not in writes:
            continue
        if _has(words, f"{draft.title} {draft.number} {draft.get_kind_display()}"):
            season = seasons[draft.season_id]
            url = _page(season, "compacts:text", draft.pk)
            hits.append(Hit(draft.title, str(season), url))
    texts = {str(kind) for kind in DraftKind}
    issued: QuerySet[IssuedPaper] = IssuedPaper.objects.filter(season__in=seasons)
    for paper in issued.exclude(kind__in=texts).defer("content").order_by("-pk")[:LOOKED_THROUGH]:
        if _has(words, f"{paper.title} {paper.number} {paper.verify_code}"):
            season = seasons[paper.season_id]
            label = f"{paper.title} ({paper.number})"
            hits.append(
                Hit(label, str(season), reverse("compacts:verify", args=[paper.verify_code]))
            )
    return hits


def _tables(person: Person, words: list[str]) -> list[Hit]:
    tables = CriteriaTable.objects.visible_to(person).defer("definition")
    return [
        Hit(table.title, f"{table.code}, {table.year}", reverse("scoring:table", args=[table.pk]))
        for table in tables.order_by("-year", "code", "-version")[:LOOKED_THROUGH]
        if _has(words, f"{table.title} {table.code}")
    ]


def _blocs(person: Person, words: list[str]) -> list[Hit]:
    if not can_set_up(person):
        return []
    blocs = Bloc.objects.visible_to(person)
    for word in words:
        blocs = blocs.filter(search_key__contains=word)
    return [
        Hit(bloc.name, bloc.code, reverse("units:bloc", args=[bloc.code]))
        for bloc in blocs[:LOOKED_THROUGH]
    ]


def _people(person: Person, words: list[str]) -> list[Hit]:
    if not can_set_up(person):
        return []
    people = people_visible_to(person)
    for word in words:
        people = people.filter(search_key__contains=word)
    return [
        Hit(found.full_name, found.position, reverse("units:person_edit", args=[found.pk]))
        for found in people[:LOOKED_THROUGH]
    ]
