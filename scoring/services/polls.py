"""Ballots of the bloc: set up, opened, voted in, closed and counted.

What is promised (research on secret voting, level B): from the rows of the database, their order
and times, transaction ids, the audit trail and the log no paper of a secret ballot can be joined
to its voter. Who can read the database's files or its write-ahead log while papers come in could
still compare one state with the next; docs/operations.md says so.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.services.notices import SPEAKERS
from scoring import rules
from scoring.models import Ballot, BallotBox, BallotVote, Poll, PollCandidate, PollVoter, Round
from scoring.permissions import can_manage_poll, can_vote
from scoring.rules import BallotBase, PollAction, PollState, PollWay, RoundState
from scoring.services.notices import tell_poll_closed, tell_poll_opened
from scoring.services.rounds import lock_round
from units.access import require
from units.models import Person, Unit
from units.queries import people_of_units
from units.rules import RuleError
from units.services.audit import record

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
RECEIPT_LENGTH = 10


@dataclass(frozen=True, slots=True)
class PollFacts:
    """What a ballot is about and how it is decided; ``min_share`` is a part of 1."""

    code: str
    name: str
    is_secret: bool
    way: PollWay
    base: BallotBase
    min_share: Decimal | None
    max_choices: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What the tellers counted: people there, valid papers, agreeing ones by unit code."""

    present: int
    valid: int
    yes: Mapping[str, int]


def _locked(poll_id: int) -> Poll:
    return (
        Poll.objects.select_for_update(of=("self",))
        .select_related("round__season__bloc__council")
        .get(pk=poll_id)
    )


def _note(actor: Person, poll: Poll, action: str, text: str, **facts: object) -> None:
    record(
        chain=poll.round.season.audit_chain,
        actor=actor,
        action=action,
        target=f"poll:{poll.pk}",
        summary=text % {"name": poll.name},
        after=facts,
    )


def _check_round(scored: Round) -> None:
    if scored.state == RoundState.PUBLISHED:
        raise RuleError(_("Bảng xếp hạng đã công bố, không bỏ phiếu thêm được."))


@transaction.atomic
def set_up_poll(
    *, actor: Person, round_id: int, facts: PollFacts, candidates: Sequence[Unit]
) -> Poll:
    """Make a ballot with its paper and its roll: one speaker of each unit of the season.

    Raises ``RuleError`` where the code is taken, or fewer units stand than may be chosen.
    """
    scored = lock_round(round_id)
    poll = Poll(
        round=scored,
        code=facts.code,
        name=facts.name,
        is_secret=facts.is_secret,
        way=facts.way,
        base=facts.base,
        min_share=facts.min_share,
        max_choices=facts.max_choices,
    )
    require(can_manage_poll(actor, poll))
    _check_round(scored)
    taken = Poll.objects.filter(round=scored, code=facts.code).exists()
    if taken or scored.ballots.filter(code=facts.code).exists():
        raise RuleError(_("Đợt này đã có cuộc bỏ phiếu mang mã đó."), field="code")
    if not candidates:
        raise RuleError(_("Hãy chọn ít nhất một đơn vị để bỏ phiếu."), field="candidates")
    if facts.max_choices is not None and not 1 <= facts.max_choices <= len(candidates):
        raise RuleError(_("Số được chọn phải từ 1 đến số đơn vị."), field="max_choices")
    if facts.min_share is not None and not 0 < facts.min_share <= 1:
        raise RuleError(_("Tỷ lệ phải lớn hơn 0 và không quá 100%."), field="min_share")
    poll.save()
    PollCandidate.objects.bulk_create(
        PollCandidate(poll=poll, unit=unit, position=position)
        for position, unit in enumerate(candidates, start=1)
    )
    _enrol(poll)
    text = _("Chuẩn bị cuộc bỏ phiếu “%(name)s”.")
    _note(actor, poll, "set_up_poll", text, candidates=[unit.code for unit in candidates])
    return poll


def _enrol(poll: Poll) -> None:
    """Put on the roll, for each unit, its head, or else its representative."""
    units = list(poll.round.season.participants.order_by("pk").values_list("unit", flat=True))
    taken: set[int] = set()
    for kind in reversed(SPEAKERS):
        for unit, people in people_of_units(units, [kind]).items():
            free = [person for person in people if person.pk not in taken]
            if free and not poll.roll.filter(unit=unit).exists():
                PollVoter.objects.create(poll=poll, person=free[0], unit_id=unit)
                taken.add(free[0].pk)


@transaction.atomic
def enrol(*, actor: Person, poll_id: int, unit: Unit, person: Person | None) -> None:
    """Let ``person`` vote for the unit (None: nobody does); before the ballot is opened."""
    poll = _locked(poll_id)
    require(can_manage_poll(actor, poll))
    rules.check_poll(PollAction.SET_UP, poll.state)
    poll.roll.filter(unit=unit).delete()
    if person is None:
        return
    if poll.roll.filter(person=person).exists():
        raise RuleError(_("Người này đã bỏ phiếu thay đơn vị khác."))
    PollVoter.objects.create(poll=poll, person=person, unit=unit)


@transaction.atomic
def open_poll(*, actor: Person, poll_id: int) -> Poll:
    """Open the box; the paper and the roll never change from now on.

    Raises ``RuleError`` where nobody is on the roll of an online ballot.
    """
    poll = _locked(poll_id)
    require(can_manage_poll(actor, poll))
    if poll.state == PollState.OPEN:
        return poll
    rules.check_poll(PollAction.OPEN, poll.state)
    # Held, so that a ranking is not published while a box is being opened.
    _check_round(lock_round(poll.round_id))
    if poll.way == PollWay.ONLINE and not poll.roll.exists():
        raise RuleError(_("Danh sách cử tri còn trống."))
    poll.state = PollState.OPEN
    poll.opened_at = timezone.now()
    poll.save(update_fields=["state", "opened_at"])
    BallotBox.objects.create(poll=poll)
    _note(actor, poll, "open_poll", _("Mở cuộc bỏ phiếu “%(name)s”."), voters=poll.roll.count())
    if poll.way == PollWay.ONLINE:
        tell_poll_opened(poll, [row.person for row in poll.roll.select_related("person")], actor)
    return poll


def _receipt(taken: Collection[str]) -> str:
    while True:
        code = "".join(secrets.choice(_LETTERS) for _place in range(RECEIPT_LENGTH))
        if code not in taken:
            return code


@transaction.atomic
def cast_vote(*, actor: Person, poll_id: int, choices: Collection[str]) -> str:
    """Put the actor's one paper into the box; the receipt of the paper comes back.

    ``choices`` are the codes of the units agreed to; none at all is a valid paper that agrees to
    nobody. The receipt says that a paper lies in the box, never what is on it, and is shown this
    once. Nothing about the vote goes into the audit trail or the log. Raises ``RuleError`` for a
    second paper, too many or unknown units, and a ballot that is not open.
    """
    poll = _locked(poll_id)
    require(can_vote(actor, poll))
    rules.check_poll(PollAction.VOTE, poll.state)
    if poll.way != PollWay.ONLINE:
        raise RuleError(_("Cuộc này bỏ phiếu giấy."))
    wanted = sorted(set(choices))
    known = set(poll.candidates.values_list("unit__code", flat=True))
    if not set(wanted) <= known:
        raise RuleError(_("Có đơn vị không có trên phiếu."))
    if poll.max_choices is not None and len(wanted) > poll.max_choices:
        raise RuleError(
            _("Chỉ được chọn nhiều nhất %(most)s đơn vị.") % {"most": poll.max_choices}
        )
    box = BallotBox.objects.select_for_update().get(poll=poll)
    if actor.pk in box.voted:
        raise RuleError(_("Đồng chí đã bỏ phiếu; mỗi người một phiếu."))
    receipt = _receipt(box.receipts)
    box.voted = sorted([*box.voted, actor.pk])
    box.receipts = sorted([*box.receipts, receipt])
    box.papers = sorted([*box.papers, wanted])
    box.count += 1
    if not poll.is_secret:
        box.open_papers = {**box.open_papers, str(actor.pk): wanted}
    box.save()
    return receipt


def _seal(box: BallotBox) -> str:
    whole = f"{box.voted}|{box.receipts}|{box.papers}"
    return sha256(whole.encode()).hexdigest()


@transaction.atomic
def close_poll(*, actor: Person, poll_id: int, tally: Tally | None = None) -> Ballot:
    """Close the box for good, count it, and record the result that the ranking goes by.

    An online ballot counts its papers; a paper one takes the tellers' ``tally``. Closing a closed
    ballot gives its result. Raises ``RuleError`` where the counts contradict each other.
    """
    poll = _locked(poll_id)
    require(can_manage_poll(actor, poll))
    if poll.ballot is not None:
        return poll.ballot
    rules.check_poll(PollAction.CLOSE, poll.state)
    box = BallotBox.objects.select_for_update().get(poll=poll)
    voters = poll.round.season.participants.count()
    if poll.way == PollWay.ONLINE:
        voters = poll.roll.count()
        tally = _counted(poll, box)
        box.seal = _seal(box)
        box.save(update_fields=["seal"])
    if tally is None:
        raise RuleError(_("Hãy nhập kết quả kiểm phiếu."))
    _check_tally(tally, voters)
    ballot = Ballot.objects.create(
        round=poll.round,
        code=poll.code,
        name=poll.name,
        voters=voters,
        present=tally.present,
        valid=tally.valid,
        base=poll.base,
    )
    BallotVote.objects.bulk_create(
        BallotVote(ballot=ballot, unit=row.unit, yes=tally.yes.get(row.unit.code, 0))
        for row in poll.candidates.select_related("unit")
    )
    poll.state = PollState.CLOSED
    poll.closed_at = timezone.now()
    poll.ballot = ballot
    poll.save(update_fields=["state", "closed_at", "ballot"])
    text = _("Khóa hòm phiếu và kiểm phiếu “%(name)s”.")
    _note(actor, poll, "close_poll", text, valid=tally.valid, yes=dict(tally.yes), seal=box.seal)
    tell_poll_closed(poll, [row.person for row in poll.roll.select_related("person")], actor)
    return ballot


def _counted(poll: Poll, box: BallotBox) -> Tally:
    yes = Counter(code for paper in box.papers for code in paper)
    there = poll.roll.filter(is_present=True).exclude(person__in=box.voted).count()
    return Tally(present=box.count + there, valid=box.count, yes=yes)


def _check_tally(tally: Tally, voters: int) -> None:
    if tally.present > voters:
        raise RuleError(_("Số có mặt không thể nhiều hơn tổng số."), field="present")
    if tally.valid > tally.present:
        raise RuleError(_("Số phiếu hợp lệ không thể nhiều hơn số có mặt."), field="valid")
    if any(votes > tally.valid for votes in tally.yes.values()):
        raise RuleError(_("Số phiếu đồng ý không thể nhiều hơn số phiếu hợp lệ."))
