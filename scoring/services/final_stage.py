"""The bloc's decision: the last stage, in which single points are still changed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from compacts.permissions import head_unit_id
from scoring import rules
from scoring.models import Round, Sheet
from scoring.permissions import can_manage_round
from scoring.rules import SECRETARIAT, FinalMethod, RoundAction, Stage
from scoring.services.assignments import proposed_verifier
from scoring.services.rounds import lock_round
from units.access import require
from units.models import Person
from units.rules import RuleError
from units.services.audit import record


def counts_decision(scored: Round) -> bool:
    """Do the marks of the bloc's decision count in the round's final points?"""
    if scored.final_method == FinalMethod.WEIGHTED:
        return Stage.FINAL in scored.weights
    return scored.final_stage == Stage.FINAL


@transaction.atomic
def open_final_stage(*, actor: Person, round_id: int) -> int:
    """Give out the sheets on which the bloc's decisions are noted; how many are new.

    The secretariat notes them, for the head unit the deputy's (R14). What nobody changes keeps
    the points of the stage before. Raises ``RuleError`` where the round does not count them.
    """
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    rules.check_round(RoundAction.SCORE, scored.state)
    if not counts_decision(scored):
        raise RuleError(_("Đợt này không lấy điểm bước khối quyết định."))
    there = set(
        Sheet.objects.filter(round=scored, stage=Stage.FINAL).values_list("unit", flat=True)
    )
    head = head_unit_id(scored.season)
    deputy = proposed_verifier(scored.season)
    made = []
    for row in scored.season.participants.all():
        if row.unit_id in there:
            continue
        scorer = deputy if row.unit_id == head else None
        if row.unit_id == head and scorer is None:
            raise RuleError(_("Mùa thi đua chưa có phó khối để ghi quyết định về trưởng khối."))
        code = scorer.code if scorer else SECRETARIAT
        made.append(
            Sheet(
                round=scored,
                unit_id=row.unit_id,
                stage=Stage.FINAL,
                scorer=scorer,
                scorer_code=code,
            )
        )
    if not made:
        return 0
    Sheet.objects.bulk_create(made)
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="open_final_stage",
        target=f"round:{scored.pk}",
        summary=_("Mở bước khối quyết định của “%(name)s”.") % {"name": scored.name},
        after={"sheets": len(made)},
    )
    return len(made)
