"""Ballots: one paper a voter, secret, counted right, closed for good."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from compacts.queries.desk import desk_of
from scoring.models import Ballot, BallotBox, Poll, Round
from scoring.queries.polls import is_elected, receipt_counted, results_of
from scoring.queries.waiting import open_tasks
from scoring.rules import BallotBase, PollState, PollWay, RoundState
from scoring.services.decisions import record_ballot
from scoring.services.polls import (
    PollFacts,
    Tally,
    cast_vote,
    close_poll,
    enrol,
    open_poll,
    set_up_poll,
)
from scoring.services.publications import publish_round
from tests.cast import World, give_role, make_person
from tests.races import race
from tests.scoring.casting import draft_round, make_scoring
from units.access import AccessDenied
from units.models import AuditEntry, Notification, Person, Unit
from units.rules import RoleKind, RuleError

PAGE = "/khoi/hn-dang/2018/bo-phieu/"


@pytest.fixture
def world(db: None) -> World:
    return make_scoring()


def facts(**changes: Any) -> PollFacts:
    given: dict[str, Any] = {
        "code": "co-tinh",
        "name": "Đề nghị tặng Cờ thi đua",
        "is_secret": True,
        "way": PollWay.ONLINE,
        "base": BallotBase.ALL,
        "min_share": Decimal("0.7"),
        "max_choices": None,
    }
    return PollFacts(**{**given, **changes})


def voters(world: World) -> list[Person]:
    """One person for each unit; the deputy's gets a head first."""
    head = make_person("bi-thu-duk", "Lê Văn Khối")
    give_role(head, RoleKind.SIGNATORY, unit=world.duk)
    return [world.head_of_ubkt, head, world.head_of_btc]


def set_up(world: World, **changes: Any) -> Poll:
    scored = Round.objects.filter(season=world.season).first() or draft_round(world)
    return set_up_poll(
        actor=world.secretary,
        round_id=scored.pk,
        facts=facts(**changes),
        candidates=[world.ubkt, world.duk, world.btc],
    )


def opened(world: World, **changes: Any) -> Poll:
    return open_poll(actor=world.secretary, poll_id=set_up(world, **changes).pk)


def vote(person: Person, poll: Poll, *choices: str) -> str:
    return cast_vote(actor=person, poll_id=poll.pk, choices=choices)


def test_the_head_of_each_unit_is_proposed_to_vote(world: World) -> None:
    people = voters(world)
    poll = set_up(world)
    assert {row.person for row in poll.roll.select_related("person")} == set(people)


def test_votes_are_counted_and_measured_on_their_base(world: World) -> None:
    people = voters(world)
    poll = opened(world)
    vote(people[0], poll, "ubkt", "btc")
    vote(people[1], poll, "btc")
    ballot = close_poll(actor=world.secretary, poll_id=poll.pk)
    poll.refresh_from_db()
    assert (ballot.voters, ballot.present, ballot.valid) == (3, 2, 2)
    found = [(row.unit.code, row.yes, row.share, row.elected) for row in results_of(poll)]
    assert found == [
        ("btc", 2, Decimal("66.67"), False),
        ("ubkt", 1, Decimal("33.33"), False),
        ("duk", 0, Decimal("0.00"), False),
    ]


def test_the_result_is_the_ballot_that_the_ranking_goes_by(world: World) -> None:
    voters(world)
    poll = opened(world)
    vote(world.head_of_btc, poll, "btc")
    close_poll(actor=world.secretary, poll_id=poll.pk)
    assert Ballot.objects.get(round=poll.round).votes.get(unit=world.btc).yes == 1


def test_nobody_votes_twice_and_strangers_not_at_all(world: World) -> None:
    voters(world)
    poll = opened(world)
    vote(world.head_of_btc, poll, "btc")
    with pytest.raises(RuleError, match="mỗi người một phiếu"):
        vote(world.head_of_btc, poll, "ubkt")
    with pytest.raises(AccessDenied):
        vote(world.representative, poll, "btc")
    assert BallotBox.objects.get(poll=poll).count == 1


def test_too_many_or_unknown_choices_are_refused(world: World) -> None:
    voters(world)
    poll = opened(world, max_choices=1)
    with pytest.raises(RuleError, match="nhiều nhất 1"):
        vote(world.head_of_btc, poll, "btc", "ubkt")
    with pytest.raises(RuleError, match="không có trên phiếu"):
        vote(world.head_of_btc, poll, "xa")
    vote(world.head_of_btc, poll)


def test_the_roll_stands_once_the_box_is_open(world: World) -> None:
    voters(world)
    poll = set_up(world)
    enrol(actor=world.secretary, poll_id=poll.pk, unit=world.btc, person=world.representative)
    open_poll(actor=world.secretary, poll_id=poll.pk)
    with pytest.raises(RuleError):
        enrol(actor=world.secretary, poll_id=poll.pk, unit=world.btc, person=None)
    vote(world.representative, poll, "btc")


def test_nothing_is_known_of_an_open_box_and_closed_means_closed(world: World) -> None:
    voters(world)
    poll = opened(world)
    receipt = vote(world.head_of_btc, poll, "btc")
    assert results_of(poll) == []
    assert not receipt_counted(poll, receipt)
    close_poll(actor=world.secretary, poll_id=poll.pk)
    poll.refresh_from_db()
    with pytest.raises(RuleError):
        vote(world.head_of_ubkt, poll, "btc")
    box = BallotBox.objects.get(poll=poll)
    box.papers = [["ubkt"]]
    with pytest.raises(IntegrityError), transaction.atomic():
        box.save()
    poll.state = PollState.OPEN
    with pytest.raises(IntegrityError), transaction.atomic():
        poll.save(update_fields=["state"])


def test_a_receipt_proves_that_the_paper_was_counted_and_nothing_else(world: World) -> None:
    people = voters(world)
    poll = opened(world)
    receipts = [vote(person, poll, "btc") for person in people]
    close_poll(actor=world.secretary, poll_id=poll.pk)
    poll.refresh_from_db()
    assert all(receipt_counted(poll, receipt) for receipt in receipts)
    assert not receipt_counted(poll, "khongphai23")
    box = BallotBox.objects.get(poll=poll)
    assert not any(receipt in json.dumps(box.papers) for receipt in receipts)


def test_an_open_ballot_tells_who_agreed_to_whom_after_closing(world: World) -> None:
    voters(world)
    poll = opened(world, is_secret=False)
    vote(world.head_of_btc, poll, "btc")
    close_poll(actor=world.secretary, poll_id=poll.pk)
    client = Client()
    client.force_login(world.representative)
    assert "Phạm Văn Trưởng: btc" in client.get(f"{PAGE}{poll.pk}/").content.decode()


def test_papers_are_counted_by_tellers_where_the_ballot_is_on_paper(world: World) -> None:
    poll = opened(world, way=PollWay.PAPER)
    with pytest.raises(RuleError, match="phiếu giấy"):
        cast_vote(actor=voter_of(poll), poll_id=poll.pk, choices=["btc"])
    with pytest.raises(RuleError) as refused:
        close_poll(
            actor=world.secretary, poll_id=poll.pk, tally=Tally(present=2, valid=3, yes={"btc": 1})
        )
    assert refused.value.field == "valid"
    ballot = close_poll(
        actor=world.secretary, poll_id=poll.pk, tally=Tally(present=3, valid=3, yes={"btc": 3})
    )
    poll.refresh_from_db()
    assert ballot.votes.get(unit=world.btc).yes == 3
    assert [row.elected for row in results_of(poll)] == [True, False, False]


def voter_of(poll: Poll) -> Person:
    return poll.roll.select_related("person").order_by("pk")[0].person


@given(yes=st.integers(0, 60), base=st.integers(0, 60), percent=st.integers(1, 100))
def test_a_share_is_reached_exactly_never_by_rounding(yes: int, base: int, percent: int) -> None:
    wanted = Decimal(percent) / 100
    assert is_elected(yes, base, wanted) is (base > 0 and 100 * yes >= percent * base)


# --- secrecy --------------------------------------------------------------------------------


def many_voters(world: World, count: int) -> tuple[Poll, list[Person]]:
    poll = set_up(world)
    poll.roll.all().delete()
    people = []
    for number in range(count):
        unit = Unit.objects.create(
            council=world.council, code=f"u{number}", name=f"Đơn vị {number}"
        )
        person = make_person(f"cu-tri-{number}", f"Cử Tri {number}")
        enrol(actor=world.secretary, poll_id=poll.pk, unit=unit, person=person)
        people.append(person)
    return open_poll(actor=world.secretary, poll_id=poll.pk), people


def test_the_order_of_voting_leaves_no_trace_in_the_rows(world: World) -> None:
    poll, people = many_voters(world, 12)
    wanted = {}
    for number, person in enumerate(reversed(people)):
        wanted[person.pk] = ["btc"] if number % 2 else ["duk", "ubkt"]
        vote(person, poll, *wanted[person.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM scoring_ballotbox")
        assert cursor.fetchone() == (1, 1)
    box = BallotBox.objects.get(poll=poll)
    assert box.voted == sorted(box.voted)
    assert box.receipts == sorted(box.receipts)
    assert box.papers == sorted(box.papers)
    assert box.open_papers == {}


def test_a_vote_writes_nothing_but_the_box(world: World) -> None:
    poll, people = many_voters(world, 3)
    audit, told = AuditEntry.objects.count(), Notification.objects.count()
    sequences = _written_rows()
    vote(people[0], poll, "btc")
    assert (AuditEntry.objects.count(), Notification.objects.count()) == (audit, told)
    assert {name for name, count in _written_rows().items() if count != sequences[name]} == set()


def _written_rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_neither_log_nor_answer_tells_the_choice(
    world: World, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    voters(world)
    poll = opened(world)
    client.force_login(world.head_of_btc)
    with caplog.at_level(logging.DEBUG):
        answer = client.post(f"{PAGE}{poll.pk}/phieu/", {"choice": ["duk"]})
    assert "Biên nhận" in answer.content.decode()
    assert "choice" not in caplog.text
    assert "checked" not in answer.content.decode()
    assert answer["Cache-Control"].count("no-store")


def test_the_receipt_is_shown_once(world: World, client: Client) -> None:
    voters(world)
    poll = opened(world)
    client.force_login(world.head_of_btc)
    client.post(f"{PAGE}{poll.pk}/phieu/", {"choice": ["duk"]})
    receipt = BallotBox.objects.get(poll=poll).receipts[0]
    again = client.get(f"{PAGE}{poll.pk}/").content.decode()
    assert receipt not in again
    assert "Đồng chí đã bỏ phiếu" in again


@pytest.mark.django_db(transaction=True)
def test_of_many_papers_of_one_voter_at_once_one_is_in_the_box() -> None:
    world = make_scoring()
    voters(world)
    poll = opened(world)
    outcomes = race(
        *[lambda: vote(world.head_of_btc, poll, "btc")] * 4, meet_at="scoring_ballotbox"
    )
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert BallotBox.objects.get(poll=poll).count == 1


@pytest.mark.django_db(transaction=True)
def test_of_voters_at_once_no_paper_is_lost() -> None:
    world = make_scoring()
    people = voters(world)
    poll = opened(world)

    def paper(person: Person) -> Any:
        return lambda: vote(person, poll, "btc")

    race(*[paper(person) for person in people], meet_at="scoring_ballotbox")
    box = BallotBox.objects.get(poll=poll)
    assert (box.count, len(box.papers), len(set(box.receipts))) == (3, 3, 3)


# --- in the browser -------------------------------------------------------------------------


def test_a_ballot_from_its_setting_up_to_its_minutes(world: World, client: Client) -> None:
    voters(world)
    draft_round(world)
    client.force_login(world.secretary)
    sent = {
        "code": "co-tinh", "name": "Đề nghị tặng Cờ", "way": "online", "is_secret": "on",
        "base": "present", "min_percent": "66,5", "max_choices": "1",
        "candidates": [world.btc.pk, world.duk.pk],
    }  # fmt: skip
    kept = client.post(f"{PAGE}moi/nam/", {**sent, "min_percent": "120"}).content.decode()
    assert "không quá 100%" in kept
    assert 'value="120"' in kept
    client.post(f"{PAGE}moi/nam/", sent)
    poll = Poll.objects.get()
    client.post(f"{PAGE}{poll.pk}/mo/")
    assert [task.url for task in open_tasks(desk_of(world.head_of_btc))] == [f"{PAGE}{poll.pk}/"]
    voter = Client()
    voter.force_login(world.head_of_btc)
    assert "Chọn nhiều nhất 1 đơn vị" in voter.get(f"{PAGE}{poll.pk}/").content.decode()
    voter.post(f"{PAGE}{poll.pk}/phieu/", {"choice": ["btc"]})
    assert open_tasks(desk_of(world.head_of_btc)) == []
    assert "1/1" not in client.get(f"{PAGE}{poll.pk}/").content.decode()
    client.post(f"{PAGE}{poll.pk}/khoa/")
    page = client.get(f"{PAGE}{poll.pk}/").content.decode()
    assert "1/1 = 100 %" in page
    assert "BIÊN BẢN KIỂM PHIẾU" in client.get(f"{PAGE}{poll.pk}/bien-ban/").content.decode()


def test_a_result_counted_outside_never_takes_the_code_of_a_ballot_held_here(
    world: World,
) -> None:
    poll = opened(world, way=PollWay.PAPER)
    with pytest.raises(RuleError, match="mang mã đó"):
        record_ballot(
            actor=world.secretary, round_id=poll.round_id, code=poll.code, name="Cờ thi đua",
            voters=3, present=3, valid=3, base=BallotBase.ALL, yes={"btc": 2},
        )  # fmt: skip
    count = Tally(present=3, valid=3, yes={"btc": 2})
    assert close_poll(actor=world.secretary, poll_id=poll.pk, tally=count).valid == 3


def test_a_ranking_is_not_published_over_an_open_box(world: World) -> None:
    poll = opened(world)
    Round.objects.filter(pk=poll.round_id).update(state=RoundState.CLOSED)
    with pytest.raises(RuleError, match="hòm phiếu đang mở"):
        publish_round(actor=world.secretary, round_id=poll.round_id)


@pytest.mark.parametrize("percent", ["0,001", "66,666"])
def test_a_threshold_is_kept_as_typed_or_refused_but_never_rounded(
    world: World, client: Client, percent: str
) -> None:
    draft_round(world)
    client.force_login(world.secretary)
    given = {
        "code": "co-tinh", "name": "Cờ thi đua", "way": "paper", "base": "all",
        "min_percent": percent, "candidates": [str(world.btc.pk)],
    }  # fmt: skip
    html = client.post(f"{PAGE}moi/nam/", given).content.decode()
    assert "Nhiều nhất hai chữ số sau dấu phẩy" in html
    client.post(f"{PAGE}moi/nam/", {**given, "min_percent": "66,67"})
    assert Poll.objects.get().min_share == Decimal("0.6667")
