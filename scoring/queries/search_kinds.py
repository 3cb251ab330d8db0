"""What the search looks through, by kind: what one may see of it, and the page of each hit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compacts.models import (
    AdHocTask,
    Announcement,
    Conference,
    Draft,
    IssuedPaper,
    KeyTask,
    Movement,
    Multiplication,
    Participant,
    Registration,
    RoleModel,
    Season,
)
from compacts.rules import DraftKind, DraftState
from scoring.models import CriteriaTable
from units.models import Bloc, Notification, Person, Unit
from units.permissions import can_set_up
from units.queries import people_visible_to
from units.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks for which folded words, in which of the seasons they see (by id).

    ``narrowed`` where the seasons were chosen: then only what belongs to them is found.
    """

    person: Person
    words: tuple[str, ...]
    seasons: dict[int, Season]
    narrowed: bool

    def by_key(self, rows: QuerySet[Any], key: str = "search_key") -> QuerySet[Any]:
        """The rows whose folded column has every word."""
        for word in self.words:
            rows = rows.filter(**{f"{key}__contains": word})
        return rows

    def has(self, text: str) -> bool:
        """Does the text, not yet folded, have every word?"""
        folded = fold(text)
        return all(word in folded for word in self.words)

    def page(self, season: int, name: str, *more: object) -> str:
        """The address of a page of the season."""
        found = self.seasons[season]
        return reverse(name, args=[found.bloc.code, found.year, *more])


@dataclass(frozen=True, slots=True)
class Found:
    """Something found: its name, the rest of what was searched in, where it belongs, its page."""

    name: str
    text: str
    where: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchKind:
    """One kind of things, by its code in the address (``loai=nhiem-vu``).

    ``rows`` are all that match, not yet read where the database chooses them.
    """

    code: str
    label: str | Promise
    rows: Callable[[Looking], QuerySet[Any] | Sequence[Any]]
    found: Callable[[Looking, Any], Found]


def _seasons(looking: Looking) -> list[Season]:
    return [
        season
        for season in looking.seasons.values()
        if looking.has(f"{season.bloc.name} {season.bloc.code} {season.year} {season.theme}")
    ]


def _season(looking: Looking, season: Season) -> Found:
    return Found(str(season), season.theme, "", looking.page(season.pk, "compacts:season"))


def _units(looking: Looking) -> QuerySet[Unit]:
    """Each unit once: by the names under which it takes part in seasons, and by its own today.

    A unit of no season belongs to none, so narrowing to some leaves it out.
    """
    matching = looking.by_key(Participant.objects.filter(season__in=looking.seasons))
    # The newest season in which it takes part under a name that matches.
    newest = matching.filter(unit=OuterRef("pk")).order_by("-season__year", "-pk")
    wanted = Q(pk__in=matching.order_by().values("unit"))
    if not looking.narrowed:
        visible = looking.by_key(Unit.objects.visible_to(looking.person))
        wanted |= Q(pk__in=visible.order_by().values("pk"))
    shown = {
        f"shown_{name}": Subquery(newest.values(name)[:1])
        for name in ("season", "name", "short_name")
    }
    rows = Unit.objects.filter(wanted).annotate(**shown)
    return rows.select_related("council").order_by("sort_key", "pk")


def _unit(looking: Looking, row: Any) -> Found:
    """The unit's own page, because another's registration is not for everybody."""
    url = reverse("scoring:unit_profile", args=[row.pk])
    if row.shown_season is None:
        return Found(row.name, row.short_name, row.council.name, url)
    where = str(looking.seasons[row.shown_season])
    return Found(row.shown_name, row.shown_short_name, where, url)


def _key_tasks(looking: Looking) -> QuerySet[KeyTask]:
    registrations = Registration.objects.visible_to(looking.person)
    tasks = KeyTask.objects.filter(
        registration__in=registrations.filter(season__in=looking.seasons).order_by().values("pk")
    ).select_related("registration__unit")
    return looking.by_key(tasks).order_by("-registration__season__year", "pk")


def _key_task(looking: Looking, task: KeyTask) -> Found:
    season, unit = task.registration.season_id, task.registration.unit
    url = looking.page(season, "compacts:registration", unit.code)
    return Found(task.text, task.measure, f"{unit.name}, {looking.seasons[season]}", url)


def _in_seasons(looking: Looking, rows: QuerySet[Any]) -> QuerySet[Any]:
    return looking.by_key(rows.filter(season__in=looking.seasons)).order_by("-pk")


def _ad_hoc_tasks(looking: Looking) -> QuerySet[AdHocTask]:
    tasks = AdHocTask.objects.visible_to(looking.person).select_related("unit")
    return _in_seasons(looking, tasks)


def _ad_hoc_task(looking: Looking, task: AdHocTask) -> Found:
    text = " · ".join(filter(None, [task.assigned_by, task.document_number, task.result]))
    where = f"{task.unit.name}, {looking.seasons[task.season_id]}"
    return Found(task.text, text, where, looking.page(task.season_id, "compacts:ad_hoc", task.pk))


def _movements(looking: Looking) -> QuerySet[Movement]:
    return _in_seasons(looking, Movement.objects.visible_to(looking.person))


def _movement(looking: Looking, one: Movement) -> Found:
    text = " · ".join(filter(None, [one.theme, one.aim, one.targets]))
    where = str(looking.seasons[one.season_id])
    return Found(one.name, text, where, looking.page(one.season_id, "compacts:movement", one.pk))


def _role_models(looking: Looking) -> QuerySet[RoleModel]:
    """Models by what is told of them, and by who learned from them and what they did."""
    rows = RoleModel.objects.visible_to(looking.person).filter(season__in=looking.seasons)
    for word in looking.words:
        learned = Multiplication.objects.filter(
            Q(search_key__contains=word) | Q(unit__search_key__contains=word),
            role_model=OuterRef("pk"),
        )
        rows = rows.filter(Q(search_key__contains=word) | Exists(learned))
    rows = rows.select_related("unit").prefetch_related("multiplications__unit")
    return rows.order_by("-pk")


def _role_model(looking: Looking, one: RoleModel) -> Found:
    learned = [str(entry) for entry in one.multiplications.all()]
    text = " · ".join(filter(None, [one.summary, one.story, one.multiplied, *learned]))
    where = f"{one.unit.name}, {looking.seasons[one.season_id]}"
    return Found(one.name, text, where, looking.page(one.season_id, "compacts:role_model", one.pk))


def _announcements(looking: Looking) -> QuerySet[Announcement]:
    return _in_seasons(looking, Announcement.objects.visible_to(looking.person))


def _announcement(looking: Looking, one: Announcement) -> Found:
    where = str(looking.seasons[one.season_id])
    url = looking.page(one.season_id, "compacts:announcement", one.pk)
    return Found(one.title, one.text, where, url)


def _conferences(looking: Looking) -> QuerySet[Conference]:
    return _in_seasons(looking, Conference.objects.visible_to(looking.person))


def _conference(looking: Looking, one: Conference) -> Found:
    where = str(looking.seasons[one.season_id])
    url = looking.page(one.season_id, "compacts:conference", one.pk)
    return Found(one.title, one.place, where, url)


def _texts(looking: Looking) -> QuerySet[Draft]:
    """Texts by their words or by their kind; one still being written for its authors alone."""
    managed = Season.objects.managed_by(looking.person)
    drafts = Draft.objects.visible_to(looking.person).filter(
        ~Q(state=DraftState.DRAFTING) | Q(season__in=managed), season__in=looking.seasons
    )
    for word in looking.words:
        kinds = [kind for kind in DraftKind if word in fold(str(kind.label))]
        drafts = drafts.filter(Q(search_key__contains=word) | Q(kind__in=kinds))
    return drafts.order_by("-pk")


def _text(looking: Looking, draft: Draft) -> Found:
    text = " · ".join(filter(None, [draft.get_kind_display(), draft.number]))
    where = str(looking.seasons[draft.season_id])
    url = looking.page(draft.season_id, "compacts:text", draft.pk)
    return Found(draft.title, text, where, url)


def _papers(looking: Looking) -> QuerySet[IssuedPaper]:
    """Issued papers; the texts among them are found as texts."""
    papers = IssuedPaper.objects.visible_to(looking.person).defer("content")
    return _in_seasons(looking, papers.exclude(kind__in=[str(kind) for kind in DraftKind]))


def _paper(looking: Looking, paper: IssuedPaper) -> Found:
    where = str(looking.seasons[paper.season_id])
    url = reverse("compacts:verify", args=[paper.verify_code])
    return Found(f"{paper.title} ({paper.number})", paper.verify_code, where, url)


def _tables(looking: Looking) -> list[CriteriaTable]:
    tables = CriteriaTable.objects.visible_to(looking.person).defer("definition", "warnings")
    if looking.narrowed:
        tables = tables.filter(
            Q(adoptions__season__in=looking.seasons) | Q(season__in=looking.seasons)
        )
    return [
        table
        for table in tables.order_by("-year", "code", "-version")
        if looking.has(f"{table.title} {table.code} {table.year}")
    ]


def _table(_looking: Looking, table: CriteriaTable) -> Found:
    url = reverse("scoring:table", args=[table.pk])
    return Found(table.title, "", f"{table.code}, {table.year}", url)


def _blocs(looking: Looking) -> QuerySet[Bloc]:
    if not can_set_up(looking.person):
        return Bloc.objects.none()
    blocs = Bloc.objects.visible_to(looking.person)
    if looking.narrowed:
        blocs = blocs.filter(pk__in={season.bloc_id for season in looking.seasons.values()})
    return looking.by_key(blocs).order_by("sort_key")


def _bloc(_looking: Looking, bloc: Bloc) -> Found:
    return Found(bloc.name, "", bloc.code, reverse("units:bloc", args=[bloc.code]))


def _people(looking: Looking) -> QuerySet[Person]:
    """People belong to no season, so narrowing to some leaves them out."""
    if looking.narrowed or not can_set_up(looking.person):
        return Person.objects.none()
    return looking.by_key(people_visible_to(looking.person)).order_by("sort_key", "pk")


def _person(_looking: Looking, person: Person) -> Found:
    """The person in the list of people: who may see somebody may not always change them."""
    text = " · ".join(filter(None, [person.username, person.email]))
    url = f"{reverse('units:person_list')}?{urlencode({'q': person.username})}"
    return Found(person.full_name, text, person.position, url)


def _notifications(looking: Looking) -> QuerySet[Notification]:
    """What the person was told, and nobody else's; it names its season only in words."""
    if looking.narrowed:
        return Notification.objects.none()
    return looking.by_key(Notification.objects.filter(person=looking.person)).order_by("-pk")


def _notification(_looking: Looking, one: Notification) -> Found:
    return Found(one.subject, one.text, one.about, one.path)


# In the order of the page. What else is to be found is one more line.
KINDS = (
    SearchKind("mua", _("Mùa thi đua"), _seasons, _season),
    SearchKind("don-vi", _("Đơn vị"), _units, _unit),
    SearchKind("nhiem-vu", _("Nhiệm vụ trọng tâm"), _key_tasks, _key_task),
    SearchKind("dot-xuat", _("Nhiệm vụ đột xuất"), _ad_hoc_tasks, _ad_hoc_task),
    SearchKind("phong-trao", _("Phong trào thi đua"), _movements, _movement),
    SearchKind("bang-tin", _("Bảng tin"), _announcements, _announcement),
    SearchKind("dien-hinh", _("Gương điển hình"), _role_models, _role_model),
    SearchKind("hoi-nghi", _("Hội nghị"), _conferences, _conference),
    SearchKind("van-ban", _("Văn bản"), _texts, _text),
    SearchKind("ban-hanh", _("Văn bản đã ban hành"), _papers, _paper),
    SearchKind("bang-diem", _("Bảng điểm"), _tables, _table),
    SearchKind("thong-bao", _("Thông báo"), _notifications, _notification),
    SearchKind("khoi-cum", _("Khối, cụm"), _blocs, _bloc),
    SearchKind("nguoi-dung", _("Người dùng"), _people, _person),
)
