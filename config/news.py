"""What has changed in a person's seasons, as far as they may know, and what they did."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from compacts.models import AdHocTask, Registration, Season
from compacts.queries.desk import Desk
from scoring.models import Explanation, Objection, Sheet
from scoring.rules import Stage
from units.models import AuditEntry, Person
from units.rules import RoleKind

# What everybody in a season may know, and the page that shows it. No points, no reasons given to
# another unit, nothing of a ballot but that it opened and closed.
PUBLIC_PAGES = {
    "create_season": "compacts:season",
    "open_next_season": "compacts:season",
    "update_season": "compacts:season",
    "save_milestone": "compacts:season",
    "submit_registration": "compacts:registration_list",
    "accept_registration": "compacts:registration_list",
    "issue_compact": "compacts:compact",
    "record_signature": "compacts:compact",
    "sign_digitally": "compacts:compact",
    "put_in_force": "compacts:compact",
    "open_text": "scoring:paper_list",
    "issue_text": "scoring:paper_list",
    "issue_paper": "scoring:paper_list",
    "save_role_model": "compacts:role_model_list",
    "save_multiplication": "compacts:role_model_list",
    "save_announcement": "compacts:announcement_list",
    "open_for_comments": "scoring:round_list",
    "adopt_table": "scoring:round_list",
    "create_round": "scoring:round_list",
    "open_round": "scoring:round_list",
    "reschedule_round": "scoring:round_list",
    "close_round": "scoring:round_list",
    "publish_round": "scoring:ranking",
    "send_to_council": "scoring:ranking",
    "open_poll": "scoring:poll_list",
    "close_poll": "scoring:poll_list",
}
# What only the unit concerned may know, beside those who read the whole journal.
OWN_PAGES = {
    "return_registration": "compacts:registration_list",
    "return_sheet": "scoring:round_list",
    "answer_explanation": "scoring:round_list",
    "answer_objection": "scoring:ranking",
    "confirmed_ad_hoc_task": "compacts:ad_hoc_list",
    "refused_ad_hoc_task": "compacts:ad_hoc_list",
}
PAGES = PUBLIC_PAGES | OWN_PAGES


@dataclass(frozen=True, slots=True)
class News:
    """A change: when, who, what, in which season, and where to look."""

    at: datetime.datetime
    actor_name: str
    summary: str
    season: str
    url: str


def news_entries(desk: Desk, since: datetime.datetime) -> QuerySet[AuditEntry]:
    """The changes after ``since`` that the person may know and did not make, newest first.

    Everybody learns what the whole season may know, a unit what was answered to it; who reads
    the journal of a season learns all of ``PAGES`` in it.
    """
    chains = [season.audit_chain for season in desk.seasons.values()]
    known = Q(action__in=PUBLIC_PAGES) | Q(action__in=OWN_PAGES, chain__in=_journals(desk))
    if desk.own:
        known |= Q(action__in=OWN_PAGES, target__in=_own_targets(desk))
    rows = AuditEntry.objects.filter(known, chain__in=chains, at__gt=since)
    return rows.exclude(actor=desk.person).order_by("-at", "-pk")


def _journals(desk: Desk) -> list[str]:
    """The chains of the seasons whose journal the person reads (``can_read_journal``)."""
    roles = desk.person.roles_on(desk.today)
    blocs = roles.ids(RoleKind.LEADER, "bloc")
    councils = roles.ids(RoleKind.LEADER, "council") | roles.ids(RoleKind.OFFICER, "council")
    return [
        season.audit_chain
        for pk, season in desk.seasons.items()
        if pk in desk.served or season.bloc_id in blocs or season.bloc.council_id in councils
    ]


def _own_targets(desk: Desk) -> list[str]:
    """The names in the audit trail of what belongs to the person's units."""
    own = {
        "registration": Registration.objects.filter(unit__in=desk.own, season__in=desk.seasons),
        "ad_hoc_task": AdHocTask.objects.filter(unit__in=desk.own, season__in=desk.seasons),
        "sheet": Sheet.objects.filter(stage=Stage.SELF, unit__in=desk.own),
        "explanation": Explanation.objects.filter(unit__in=desk.own),
        "objection": Objection.objects.filter(unit__in=desk.own),
    }
    return [
        f"{kind}:{pk}" for kind, rows in own.items() for pk in rows.values_list("pk", flat=True)
    ]


def as_news(desk: Desk, entries: list[AuditEntry]) -> list[News]:
    """The entries as lines of the page; no query."""
    seasons = {season.audit_chain: season for season in desk.seasons.values()}
    return [
        News(
            at=entry.at,
            actor_name=entry.actor_name,
            summary=entry.summary,
            season=str(seasons[entry.chain]),
            url=_address(seasons[entry.chain], entry.action),
        )
        for entry in entries
    ]


def _address(season: Season, action: str) -> str:
    return reverse(PAGES[action], args=[season.bloc.code, season.year])


def own_deeds(person: Person) -> QuerySet[AuditEntry]:
    """What the person did, newest first."""
    return AuditEntry.objects.filter(actor=person).order_by("-at", "-pk")
