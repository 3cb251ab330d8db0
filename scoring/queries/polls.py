"""What may be seen of a ballot: never anything of an open box but one's own turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from compacts.queries.desk import Desk
from scoring.models import Ballot, BallotBox, Poll
from scoring.rules import BallotBase, PollState, PollWay
from units.models import Person, Unit
from units.queries import OpenTask
from units.rules import Capacity

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PollResult:
    """A unit's agreeing votes, their share of the base in percent, and whether it is enough."""

    unit: Unit
    yes: int
    share: Decimal
    elected: bool | None


def base_of(ballot: Ballot) -> int:
    """What 100 % of the ballot is: all voters, those present, or the valid papers."""
    return {
        BallotBase.ALL: ballot.voters,
        BallotBase.PRESENT: ballot.present,
        BallotBase.VALID: ballot.valid,
    }[BallotBase(ballot.base)]


def is_elected(yes: int, base: int, min_share: Decimal) -> bool:
    """Do ``yes`` votes of ``base`` reach the share (a part of 1)? Exact, nothing is rounded."""
    return base > 0 and Decimal(yes) >= min_share * base


def results_of(poll: Poll) -> list[PollResult]:
    """The counted result, most votes first; empty until the ballot is closed."""
    return [] if poll.ballot is None else counted(poll.ballot, poll.min_share)


def counted(ballot: Ballot, min_share: Decimal | None) -> list[PollResult]:
    """The votes of a counted ballot, most first; whether they are enough where that was set."""
    base = base_of(ballot)
    votes = ballot.votes.select_related("unit").order_by("-yes", "unit__sort_key", "pk")
    return [
        PollResult(
            unit=row.unit,
            yes=row.yes,
            share=_percent(row.yes, base),
            elected=None if min_share is None else is_elected(row.yes, base, min_share),
        )
        for row in votes
    ]


def _percent(yes: int, base: int) -> Decimal:
    if not base:
        return Decimal(0)
    return (Decimal(100 * yes) / base).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def has_voted(poll: Poll, person: Person) -> bool:
    """Has the person put a paper into the box? For the person's own page only."""
    box = BallotBox.objects.filter(poll=poll).only("voted").first()
    return box is not None and person.pk in box.voted


def receipt_counted(poll: Poll, receipt: str) -> bool:
    """Does a paper with this receipt lie in the box? Answered once the ballot is closed."""
    if poll.state != PollState.CLOSED:
        return False
    box = BallotBox.objects.filter(poll=poll).first()
    return box is not None and receipt.strip().lower() in box.receipts


def open_votes(poll: Poll) -> list[tuple[Person, Sequence[str]]]:
    """Who voted how, of an open ballot that is closed; empty for a secret one."""
    if poll.is_secret or poll.state != PollState.CLOSED:
        return []
    box = BallotBox.objects.filter(poll=poll).first()
    papers = box.open_papers if box else {}
    return [
        (row.person, papers.get(str(row.person_id), []))
        for row in poll.roll.select_related("person").order_by("person__sort_key")
        if str(row.person_id) in papers
    ]


def poll_tasks(desk: Desk) -> list[OpenTask]:
    """The open ballots in which the person has not voted yet; one query for all of them."""
    person = desk.person
    polls = (
        Poll.objects.filter(state=PollState.OPEN, way=PollWay.ONLINE, roll__person=person)
        .select_related("round__season__bloc", "box")
        .order_by("pk")
    )
    return [
        OpenTask(
            label=_("Bỏ phiếu: %(name)s") % {"name": poll.name},
            url=poll_url(poll),
            season=str(poll.round.season),
            capacity=Capacity.VOTER,
            action=_("Bỏ phiếu"),
        )
        for poll in polls
        if person.pk not in poll.box.voted
    ]


def poll_url(poll: Poll) -> str:
    """The ballot's page."""
    season = poll.round.season
    return reverse("scoring:poll", args=[season.bloc.code, season.year, poll.pk])
