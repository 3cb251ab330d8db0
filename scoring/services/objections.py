"""Objections of units to a published ranking, within their window, and the answers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring import rules
from scoring.models import Objection, Round
from scoring.permissions import can_answer_objection, can_object_to
from scoring.rules import AnswerState, RoundAction
from scoring.services.notices import tell_objected, tell_objection_answered
from units.access import require
from units.models import Person, Unit
from units.rules import RuleError
from units.services.audit import record

LONGEST = 5000


@transaction.atomic
def object_to(*, actor: Person, round_id: int, unit: Unit, text: str) -> Objection:
    """Put a unit's objection to the newest publication of the round.

    Raises ``RuleError`` where nothing is published, the window is over, or the text is empty.
    """
    scored = (
        Round.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=round_id)
    )
    require(can_object_to(actor, scored, unit))
    rules.check_round(RoundAction.OBJECT, scored.state)
    if scored.objections_due_at is None or timezone.now() >= scored.objections_due_at:
        raise RuleError(_("Đã hết thời hạn kiến nghị."))
    if not text.strip():
        raise RuleError(_("Hãy ghi nội dung kiến nghị."), field="text")
    if len(text) > LONGEST:
        raise RuleError(_("Dài quá %(limit)s ký tự.") % {"limit": LONGEST}, field="text")
    made = Objection.objects.create(
        round=scored,
        publication=scored.publications.latest("version"),
        unit=unit,
        text=text.strip(),
        written_by=actor,
    )
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="object_to",
        target=f"objection:{made.pk}",
        summary=_("%(unit)s kiến nghị về kết quả %(round)s.")
        % {"unit": unit.name, "round": scored.name},
        after={"text": made.text, "version": made.publication.version},
    )
    tell_objected(made, actor)
    return made


@transaction.atomic
def answer_objection(
    *, actor: Person, objection_id: int, accepted: bool, answer: str
) -> Objection:
    """Answer an objection, once; an accepted one is followed by a correction."""
    found = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("round__season__bloc__council", "unit")
        .get(pk=objection_id)
    )
    require(can_answer_objection(actor, found.round, found.unit))
    if found.state != AnswerState.WAITING:
        raise RuleError(_("Kiến nghị này đã được trả lời."))
    if not answer.strip():
        raise RuleError(_("Hãy ghi trả lời."), field="answer")
    found.state = AnswerState.ACCEPTED if accepted else AnswerState.DECLINED
    found.answer = answer.strip()
    found.answered_by = actor
    found.answered_at = timezone.now()
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(
        chain=found.round.season.audit_chain,
        actor=actor,
        action="answer_objection",
        target=f"objection:{found.pk}",
        summary=_("Trả lời kiến nghị của %(unit)s: %(state)s.")
        % {"unit": found.unit.name, "state": found.get_state_display()},
        after={"state": found.state, "answer": found.answer},
    )
    tell_objection_answered(found, actor)
    return found
