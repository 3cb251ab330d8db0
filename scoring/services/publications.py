"""Publishing a ranking: the standings frozen together with all they were worked out from."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring import rules
from scoring.engine.rounds import RoundInput
from scoring.engine.standings import compute
from scoring.models import Adoption, Publication, Round
from scoring.permissions import can_manage_round
from scoring.queries.publications import is_with_council
from scoring.queries.standings import standings_input
from scoring.rules import AnswerState, PollState, RoundAction, RoundState
from scoring.services.notices import tell_published
from units.access import require
from units.models import Person
from units.rules import RuleError
from units.services.audit import record

MISSING_SHOWN = 5


def plain_inputs(definition: Mapping[str, Any], round_input: RoundInput) -> dict[str, Any]:
    """The scoring table and the round's input in the types of JSON, decimals as text."""
    return {"criteria": definition, "round": _plain(round_input)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value


def inputs_hash(inputs: Mapping[str, Any]) -> str:
    """SHA-256 of the inputs in canonical JSON."""
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _locked(round_id: int) -> Round:
    return (
        Round.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=round_id)
    )


@transaction.atomic
def publish_round(
    *,
    actor: Person,
    round_id: int,
    objections_due_at: datetime.datetime | None = None,
    reason: str = "",
) -> Publication:
    """Freeze the round's standings and show them to everybody in the season.

    Units may object until ``objections_due_at``. After a correction it is a new version, which
    needs a ``reason``. Publishing what is published gives back the same publication. Raises
    ``RuleError`` where the round is not closed, a box is still open, marks are missing (the first
    ones are named), or a correction changes nothing.
    """
    scored = _locked(round_id)
    require(can_manage_round(actor, scored))
    last = scored.publications.first()
    if scored.state == RoundState.PUBLISHED and last is not None:
        return last
    rules.check_round(RoundAction.PUBLISH, scored.state)
    if objections_due_at is not None and objections_due_at <= timezone.now():
        raise RuleError(_("Hạn kiến nghị phải ở tương lai."), field="objections_due_at")
    if last is not None and not reason.strip():
        raise RuleError(_("Hãy ghi lý do đính chính."), field="reason")
    if scored.polls.filter(state=PollState.OPEN).exists():
        raise RuleError(_("Còn hòm phiếu đang mở; hãy khóa và kiểm phiếu trước khi công bố."))
    publication = _freeze(scored, actor, last, reason.strip())
    scored.state = RoundState.PUBLISHED
    scored.objections_due_at = objections_due_at
    scored.scheduled_at = timezone.now()
    scored.save(update_fields=["state", "objections_due_at", "scheduled_at"])
    text = _("%(who)s công bố bảng xếp hạng %(round)s.")
    if last is not None:
        text = _("%(who)s công bố bản đính chính %(round)s.")
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="publish_round",
        target=f"round:{scored.pk}",
        summary=text % {"who": actor.full_name, "round": scored.name},
        before={"inputs_sha256": last.inputs_hash} if last else None,
        after={"inputs_sha256": publication.inputs_hash, "version": publication.version},
    )
    tell_published(publication, actor)
    return publication


def _freeze(scored: Round, actor: Person, last: Publication | None, reason: str) -> Publication:
    table, round_input = standings_input(scored)
    standings = compute(table, round_input)
    if not standings.complete:
        names = {unit.code: unit.name or unit.code for unit in round_input.units}
        first = "; ".join(
            f"{names[unit]} – {code}" for unit, code in standings.missing[:MISSING_SHOWN]
        )
        raise RuleError(
            ngettext(
                "Còn %(count)s tiêu chí chưa chấm, ví dụ: %(first)s.",
                "Còn %(count)s tiêu chí chưa chấm, ví dụ: %(first)s.",
                len(standings.missing),
            )
            % {"count": len(standings.missing), "first": first}
        )
    season = scored.season
    adoption = Adoption.objects.select_related("table").get(season=season)
    inputs = plain_inputs(adoption.table.definition, round_input)
    digest = inputs_hash(inputs)
    if last is not None and last.inputs_hash == digest:
        raise RuleError(_("Không có gì thay đổi so với bản đã công bố."))
    return Publication.objects.create(
        round=scored,
        version=last.version + 1 if last else 1,
        standings=standings.as_json(season.bloc.code, season.year, scored.code, table.code),
        inputs=inputs,
        inputs_hash=digest,
        reason=reason,
        published_by=actor,
    )


@transaction.atomic
def start_correction(*, actor: Person, round_id: int, reason: str) -> Round:
    """Take a published round back to be corrected; what was published stays to be seen.

    The round is closed then: it is opened again to change marks, and published as a new version.
    """
    scored = _locked(round_id)
    require(can_manage_round(actor, scored))
    rules.check_round(RoundAction.CORRECT, scored.state)
    if not reason.strip():
        raise RuleError(_("Hãy ghi lý do đính chính."), field="reason")
    scored.state = RoundState.CLOSED
    scored.save(update_fields=["state"])
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="start_correction",
        target=f"round:{scored.pk}",
        summary=_("%(who)s bắt đầu đính chính %(round)s: %(reason)s")
        % {"who": actor.full_name, "round": scored.name, "reason": reason.strip()},
        before={"state": RoundState.PUBLISHED.value},
        after={"state": RoundState.CLOSED.value},
    )
    return scored


@transaction.atomic
def send_to_council(*, actor: Person, round_id: int) -> Round:
    """Show the published ranking to the Council as the bloc's proposal; twice is no fault.

    What was corrected after it was sent is sent again; the trail keeps every sending. Raises
    ``RuleError`` while the window for objections is open or an objection waits for its answer.
    """
    scored = _locked(round_id)
    require(can_manage_round(actor, scored))
    last = scored.publications.first()
    if last is not None and is_with_council(scored, last):
        return scored
    if last is None or scored.state != RoundState.PUBLISHED:
        raise RuleError(_("Hãy công bố trong khối trước khi trình Hội đồng."))
    if scored.objections_due_at and timezone.now() < scored.objections_due_at:
        raise RuleError(_("Còn trong thời hạn kiến nghị, chưa trình Hội đồng được."))
    if scored.objections.filter(state=AnswerState.WAITING).exists():
        raise RuleError(_("Còn kiến nghị chưa trả lời."))
    before = scored.sent_to_council_at
    scored.sent_to_council_at = timezone.now()
    # The law that counts is that of the first day: a correction does not move it.
    scored.first_sent_to_council_at = scored.first_sent_to_council_at or scored.sent_to_council_at
    scored.save(update_fields=["sent_to_council_at", "first_sent_to_council_at"])
    text = _("%(who)s trình Hội đồng kết quả %(round)s.")
    if before is not None:
        text = _("%(who)s trình lại Hội đồng kết quả %(round)s đã đính chính.")
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="send_to_council",
        target=f"round:{scored.pk}",
        summary=text % {"who": actor.full_name, "round": scored.name},
        before={"sent_at": before.isoformat()} if before else None,
        after={"sent_at": scored.sent_to_council_at.isoformat(), "version": last.version},
    )
    return scored
