"""What each kind of paper is about: which ones a person may read, and how one of them is made.

A maker may raise ``Http404`` for a subject that is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from compacts.documents.compact_paper import compact_paper
from compacts.documents.paper import Paper
from compacts.models import (
    Compact,
    Conference,
    Document,
    Registration,
    Season,
    SignedFile,
)
from compacts.rules import ConferenceState
from compacts.services.conference_papers import conference_paper
from compacts.services.documents import official_file
from compacts.services.season_papers import (
    certificate_paper,
    registration_paper,
    registrations_paper,
)
from compacts.services.snapshots import printed_snapshot
from scoring.models import Adoption, CriteriaTable, Explanation, Poll, Round, Sheet
from scoring.permissions import can_see_provisional, can_see_ranking
from scoring.rules import PollState, SheetState, Stage
from scoring.services import poll_papers, round_papers, sheet_papers
from units.models import Person

WHOLE_SEASON = "chung"


@dataclass(frozen=True, slots=True)
class Subject:
    """What one paper is about; ``key`` stands in its address."""

    key: str
    label: str


def whole_season(_season: Season, _person: Person) -> list[Subject]:
    """The season as a whole, for papers of which there is one."""
    return [Subject(WHOLE_SEASON, "")]


def registrations(season: Season, person: Person) -> list[Subject]:
    """The units whose registration the person may read."""
    names = dict(season.participants.values_list("unit", "name"))
    found = Registration.objects.visible_to(person).filter(season=season).select_related("unit")
    return [
        Subject(one.unit.code, names[one.unit_id])
        for one in sorted(found, key=lambda one: one.unit.sort_key)
        if one.unit_id in names
    ]


def make_registration(season: Season, key: str, _person: Person) -> Paper:
    """The registration of the unit with this code."""
    registration = (
        Registration.objects.filter(season=season, unit__code=key)
        .select_related("unit")
        .prefetch_related("tasks", "titles__title")
        .first()
    )
    participant = season.participants.filter(unit__code=key).first()
    if registration is None or participant is None:
        raise Http404
    registration.season = season
    return registration_paper(registration, participant)


def issued_compacts(season: Season, person: Person) -> list[Subject]:
    """The season, where its compact was issued and the person sees it."""
    found = Compact.objects.visible_to(person).filter(season=season, issued_at__isnull=False)
    return [Subject(WHOLE_SEASON, "") for _one in found]


def _issued_compact(season: Season) -> Compact:
    found = Compact.objects.filter(season=season, issued_at__isnull=False).first()
    if found is None:
        raise Http404
    found.season = season
    return found


def make_compact(season: Season, _key: str, _person: Person) -> Paper:
    """The issued compact."""
    return compact_paper(printed_snapshot(_issued_compact(season)))


def kept_compact(season: Season) -> SignedFile | Document | None:
    """The compact's own PDF, with the signatures so far."""
    return official_file(_issued_compact(season))


def make_certificate(season: Season, _key: str, _person: Person) -> Paper:
    """The certificate of signing."""
    return certificate_paper(_issued_compact(season))


def held_conferences(season: Season, person: Person) -> list[Subject]:
    """The season's conferences that were opened."""
    found = Conference.objects.visible_to(person).filter(season=season)
    held = found.exclude(state=ConferenceState.PLANNED)
    return [Subject(str(one.pk), one.title) for one in held]


def make_conference_minutes(season: Season, key: str, _person: Person) -> Paper:
    """Biên bản hội nghị of one conference."""
    found = season.conferences.filter(pk=int(key) if key.isdecimal() else 0).first()
    if found is None:
        raise Http404
    found.season = season
    return conference_paper(found)


def tables(season: Season, person: Person) -> list[Subject]:
    """The scoring tables that the season adopted or is drafting."""
    adopted = CriteriaTable.objects.visible_to(person).filter(adoptions__season=season)
    drafted = CriteriaTable.objects.visible_to(person).filter(season=season)
    found = {one.pk: one for one in [*adopted, *drafted]}
    return [
        Subject(str(pk), _("bản %(version)d") % {"version": one.version})
        for pk, one in sorted(found.items())
    ]


def make_table(season: Season, key: str, _person: Person) -> Paper:
    """The scoring table with this key."""
    stored = CriteriaTable.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    if stored is None:
        raise Http404
    return sheet_papers.table_paper(stored, season)


def sheets_of(stage: Stage) -> Callable[[Season, Person], list[Subject]]:
    """A finder of the sheets of a stage that were sent in."""

    def found(season: Season, person: Person) -> list[Subject]:
        names = dict(season.participants.values_list("unit", "name"))
        sheets = (
            Sheet.objects.visible_to(person)
            .filter(round__season=season, stage=stage)
            .exclude(state=SheetState.OPEN)
            .select_related("round", "unit", "scorer")
            .order_by("round", "unit__sort_key", "pk")
        )
        return [Subject(str(one.pk), _sheet_label(one, names)) for one in sheets]

    return found


def _sheet_label(sheet: Sheet, names: dict[int, str]) -> str:
    words = {"unit": names.get(sheet.unit_id, sheet.unit.name), "round": sheet.round.name}
    if sheet.stage == Stage.CROSS and sheet.scorer is not None:
        scorer = sheet.scorer.short_name
        return _("%(unit)s, %(round)s (đoàn của %(scorer)s)") % {**words, "scorer": scorer}
    return _("%(unit)s, %(round)s") % words


def _sheet(season: Season, key: str, person: Person) -> Sheet:
    found = (
        Sheet.objects.visible_to(person)
        .filter(round__season=season, pk=int(key) if key.isdecimal() else 0)
        .select_related("round__season__bloc__council", "unit", "scorer")
        .first()
    )
    if found is None:
        raise Http404
    return found


def make_self_sheet(season: Season, key: str, person: Person) -> Paper:
    """The self-score sheet with this key."""
    return sheet_papers.self_score_paper(_sheet(season, key, person), person)


def make_cross_sheet(season: Season, key: str, person: Person) -> Paper:
    """The minutes of the cross-check with this key."""
    return sheet_papers.cross_check_paper(_sheet(season, key, person), person)


def explained_units(season: Season, person: Person) -> list[Subject]:
    """The units that explained marks, in each round."""
    names = dict(season.participants.values_list("unit", "name"))
    rows = Explanation.objects.visible_to(person).filter(round__season=season)
    found = rows.order_by("round", "unit__sort_key").values_list(
        "round__code", "round__name", "unit", "unit__code"
    )
    return [
        Subject(f"{code}.{unit_code}", f"{names.get(unit, unit_code)}, {name}")
        for code, name, unit, unit_code in dict.fromkeys(found)
    ]


def make_explanation(season: Season, key: str, _person: Person) -> Paper:
    """The explanation of a unit in a round."""
    code, _dot, unit_code = key.partition(".")
    participant = season.participants.filter(unit__code=unit_code).select_related("unit").first()
    if participant is None:
        raise Http404
    return sheet_papers.explanation_paper(_round(season, code), participant.unit)


def polls(closed: bool) -> Callable[[Season, Person], list[Subject]]:
    """A finder of ballots, or of those that were ``closed``."""

    def found(season: Season, person: Person) -> list[Subject]:
        polls = Poll.objects.visible_to(person).filter(round__season=season)
        if closed:
            polls = polls.filter(state=PollState.CLOSED)
        return [Subject(str(one.pk), one.name) for one in polls]

    return found


def _poll(season: Season, key: str) -> Poll:
    found = (
        Poll.objects.filter(round__season=season, pk=int(key) if key.isdecimal() else 0)
        .select_related("round__season__bloc__council", "ballot")
        .first()
    )
    if found is None:
        raise Http404
    return found


def make_ballot(season: Season, key: str, _person: Person) -> Paper:
    """The paper of a ballot."""
    return poll_papers.ballot_paper(_poll(season, key))


def make_counting(season: Season, key: str, _person: Person) -> Paper:
    """The minutes of a count."""
    return poll_papers.counting_paper(_poll(season, key))


def ranked_rounds(season: Season, person: Person) -> list[Subject]:
    """Rounds whose ranking the person may read."""
    if not Adoption.objects.filter(season=season).exists():
        return []
    rounds = []
    for one in Round.objects.filter(season=season):
        one.season = season
        if can_see_ranking(person, one):
            rounds.append(one)
    return [Subject(one.code, one.name) for one in rounds]


def deciding_rounds(season: Season, person: Person) -> list[Subject]:
    """Rounds whose minutes the person may read: they hold what is not published yet."""
    rounds = []
    for one in Round.objects.filter(season=season):
        one.season = season
        if can_see_provisional(person, one):
            rounds.append(one)
    if not Adoption.objects.filter(season=season).exists():
        return []
    return [Subject(one.code, one.name) for one in rounds]


def _round(season: Season, code: str) -> Round:
    found = Round.objects.filter(season=season, code=code).first()
    if found is None:
        raise Http404
    found.season = season
    return found


def make_ranking(season: Season, key: str, person: Person) -> Paper:
    """The ranking of a round, provisional for who may see it."""
    scored = _round(season, key)
    provisional = bool(can_see_provisional(person, scored))
    return round_papers.ranking_paper(scored, provisional=provisional)


def make_meeting(season: Season, key: str, _person: Person) -> Paper:
    """The minutes of the meeting about a round."""
    return round_papers.meeting_paper(_round(season, key))


def make_submission(season: Season, key: str, _person: Person) -> Paper:
    """The submission to the Council after a round."""
    return round_papers.submission_paper(_round(season, key))


def make_registrations_summary(season: Season, _key: str, _person: Person) -> Paper:
    """The summary of all accepted registrations."""
    return registrations_paper(season)
