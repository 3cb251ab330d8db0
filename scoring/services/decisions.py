"""What a meeting decides: counted ballots and the order of equals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from scoring.models import Ballot, BallotVote, Decision, DecisionPlace, Round
from scoring.permissions import can_manage_round
from scoring.queries.standings import compute_standings
from scoring.rules import BallotBase, RoundState
from units.access import require
from units.models import Person, Unit
from units.rules import RuleError
from units.services.audit import record


def _unpublished(actor: Person, round_id: int) -> Round:
    scored = (
        Round.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=round_id)
    )
    require(can_manage_round(actor, scored))
    if scored.state == RoundState.PUBLISHED:
        raise RuleError(_("Bảng xếp hạng đã công bố, không ghi thêm được."))
    return scored


@transaction.atomic
def record_ballot(
    *,
    actor: Person,
    round_id: int,
    code: str,
    name: str,
    voters: int,
    present: int,
    valid: int,
    base: BallotBase,
    yes: Mapping[str, int],
) -> Ballot:
    """Record the counted result of a ballot: ``yes`` are the votes for each unit's code.

    Raises ``RuleError`` where the counts contradict each other or the code was used before.
    """
    scored = _unpublished(actor, round_id)
    if scored.ballots.filter(code=code).exists() or scored.polls.filter(code=code).exists():
        raise RuleError(_("Đợt này đã có lần bỏ phiếu mang mã đó."), field="code")
    if present > voters:
        raise RuleError(_("Số có mặt không thể nhiều hơn tổng số."), field="present")
    if valid > present:
        raise RuleError(_("Số phiếu hợp lệ không thể nhiều hơn số có mặt."), field="valid")
    if any(votes > valid for votes in yes.values()):
        raise RuleError(_("Số phiếu đồng ý không thể nhiều hơn số phiếu hợp lệ."))
    ballot = Ballot.objects.create(
        round=scored,
        code=code,
        name=name,
        voters=voters,
        present=present,
        valid=valid,
        base=base,
    )
    units = {unit.code: unit for unit in _units(scored, yes)}
    BallotVote.objects.bulk_create(
        BallotVote(ballot=ballot, unit=units[code], yes=votes) for code, votes in yes.items()
    )
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="record_ballot",
        target=f"ballot:{ballot.pk}",
        summary=_("Ghi kết quả bỏ phiếu: %(name)s.") % {"name": name},
        after={"voters": voters, "present": present, "valid": valid, "yes": dict(yes)},
    )
    return ballot


def _units(scored: Round, codes: Mapping[str, object] | Sequence[str]) -> list[Unit]:
    participants = scored.season.participants.select_related("unit")
    units = [row.unit for row in participants.filter(unit__code__in=list(codes))]
    if len(units) != len(set(codes)):
        raise RuleError(_("Có đơn vị không tham gia mùa này."))
    return units


@transaction.atomic
def record_decision(
    *, actor: Person, round_id: int, order: Sequence[str], reason: str
) -> Decision:
    """Record the order of units with equal totals, decided by the bloc, with its reason.

    ``order`` are unit codes, first the better placed. Raises ``RuleError`` where their totals are
    not equal, or a unit was decided on before.
    """
    scored = _unpublished(actor, round_id)
    if not reason.strip():
        raise RuleError(_("Hãy ghi lý do của quyết định."), field="reason")
    units = {unit.code: unit for unit in _units(scored, order)}
    standings = compute_standings(scored)
    if len({standings.row(code).total for code in order}) != 1:
        raise RuleError(_("Chỉ quyết định thứ tự giữa các đơn vị bằng điểm."))
    if DecisionPlace.objects.filter(decision__round=scored, unit__code__in=order).exists():
        raise RuleError(_("Đã có quyết định về một trong các đơn vị này."))
    decision = Decision.objects.create(round=scored, reason=reason, decided_by=actor)
    DecisionPlace.objects.bulk_create(
        DecisionPlace(decision=decision, unit=units[code], place=place, listed=place)
        for place, code in enumerate(order, start=1)
    )
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="record_decision",
        target=f"decision:{decision.pk}",
        summary=_("Quyết định thứ tự: %(order)s.")
        % {"order": " > ".join(units[code].name for code in order)},
        after={"order": list(order), "reason": reason},
    )
    return decision
