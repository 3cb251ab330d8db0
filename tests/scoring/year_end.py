"""The end of a year as the services make it: a secret ballot, the ranking out, titles asked."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from compacts.documents.paper import Paper
from compacts.models import Season
from scoring.models import Award, Criterion, Explanation, Poll, Round
from scoring.queries.titles import titles_page
from scoring.rules import BallotBase, PollWay
from scoring.services.awards import propose_awards
from scoring.services.imports import import_season
from scoring.services.paper_kinds import KINDS, made_paper
from scoring.services.polls import PollFacts, cast_vote, close_poll, open_poll, set_up_poll
from scoring.services.publications import publish_round
from tests.cast import give_role, make_person
from tests.compacts import conferences
from units.models import Person
from units.rules import RoleKind

DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"


def finished_year() -> Season:
    """The founding case at the end of its year, with an explanation, a ballot and a conference."""
    found = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    scored = Round.objects.get(season=found)
    unit = found.participants.all()[2].unit
    leaf = Criterion.objects.filter(table__adoptions__season=found, rule__isnull=False).first()
    assert leaf is not None
    Explanation.objects.create(
        round=scored, unit=unit, criterion=leaf, text="Có thêm văn bản số 12-TB."
    )
    hold_secret_ballot(found, make_officer(found))
    conferences.hold(found)
    return found


def paper_of(season: Season, kind: str, person: Person) -> Paper:
    """The season's first paper of the kind."""
    found = KINDS[kind].subjects(season, person)
    return made_paper(season, KINDS[kind], found[0].key, person)


def make_officer(season: Season) -> Person:
    """The Council's standing officer, who may do and read everything in the season."""
    person = make_person("thuong-truc", "Đỗ Văn Thường")
    give_role(person, RoleKind.OFFICER, council=season.bloc.council)
    return person


def hold_secret_ballot(season: Season, officer: Person) -> Poll:
    """All units but the last vote, each for the first two; opened, counted and sealed."""
    participants = list(season.participants.select_related("unit"))
    for one in participants:
        head = make_person(f"cu-tri-{one.unit.code}", one.signatory_name or one.name)
        give_role(head, RoleKind.SIGNATORY, unit=one.unit)
    poll = set_up_poll(
        actor=officer,
        round_id=Round.objects.get(season=season).pk,
        facts=PollFacts(
            code="suy-ton",
            name="Suy tôn đơn vị dẫn đầu",
            is_secret=True,
            way=PollWay.ONLINE,
            base=BallotBase.ALL,
            min_share=Decimal("0.7"),
            max_choices=2,
        ),
        candidates=[one.unit for one in participants],
    )
    open_poll(actor=officer, poll_id=poll.pk)
    voters = [row.person for row in poll.roll.select_related("person")]
    for voter in voters[:-1]:
        cast_vote(
            actor=voter, poll_id=poll.pk, choices=[one.unit.code for one in participants[:2]]
        )
    close_poll(actor=officer, poll_id=poll.pk)
    poll.refresh_from_db()
    return poll


def propose_what_the_ranking_gives(season: Season, officer: Person) -> list[Award]:
    """Publish the ranking and propose each title to the units that it gives it to."""
    scored = Round.objects.get(season=season)
    publish_round(actor=officer, round_id=scored.pk)
    chosen = [
        (unit.code, title.code)
        for unit in titles_page(scored).units
        for title in unit.titles
        if title.candidate and not title.unmet
    ]
    return propose_awards(actor=officer, round_id=scored.pk, chosen=chosen)
