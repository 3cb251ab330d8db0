"""Explanations of units to how they were verified, the answers, and the second round."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring import rules
from scoring.models import Assignment, Criterion, Explanation, Round, Sheet
from scoring.permissions import can_answer_explanation, can_explain
from scoring.queries.explanations import verified_sheet
from scoring.rules import (
    AnswerState,
    FinalMethod,
    RoundAction,
    SheetState,
    Stage,
)
from scoring.services.notices import tell_answered, tell_explained, tell_sheet_returned
from scoring.services.rounds import lock_round
from units.access import require
from units.models import Person, Unit
from units.rules import RuleError
from units.services.audit import record
from units.services.uploads import store_upload

LONGEST = 5000


@dataclass(frozen=True, slots=True)
class ExplanationText:
    """What a unit says about one criterion, and what proves it: a file, a link, or neither."""

    text: str
    link: str = ""
    upload: File[bytes] | None = None
    upload_name: str = ""


def counts_recheck(scored: Round) -> bool:
    """Do the marks of the second round count in the round's final points?"""
    if scored.final_method == FinalMethod.WEIGHTED:
        return Stage.RECHECK in scored.weights
    return scored.final_stage in {Stage.RECHECK, Stage.FINAL}


def _check_explanation(scored: Round, unit: Unit, criterion: Criterion, given: str) -> None:
    rules.check_round(RoundAction.SCORE, scored.state)
    due = scored.explanations_due_at
    if due is not None and timezone.now() >= due:
        raise RuleError(_("Đã hết thời hạn giải trình."))
    if verified_sheet(scored, unit, criterion.code) is None:
        raise RuleError(_("Tiêu chí này chưa được thẩm định xong."), field="criterion")
    if not given.strip():
        raise RuleError(_("Hãy ghi nội dung giải trình."), field="text")
    if len(given) > LONGEST:
        raise RuleError(_("Dài quá %(limit)s ký tự.") % {"limit": LONGEST}, field="text")
    if Explanation.objects.filter(round=scored, unit=unit, criterion=criterion).exists():
        raise RuleError(_("Đã giải trình tiêu chí này."), field="criterion")


@transaction.atomic
def explain(
    *, actor: Person, round_id: int, unit: Unit, criterion: Criterion, given: ExplanationText
) -> Explanation:
    """Answer, on behalf of the unit, to how one of its criteria was verified.

    Raises ``RuleError`` where it is not verified yet, the time is over, or it was explained
    before.
    """
    scored = lock_round(round_id)
    require(can_explain(actor, scored, unit))
    _check_explanation(scored, unit, criterion, given.text)
    stored = None
    if given.upload is not None:
        stored = store_upload(actor=actor, upload=given.upload, name=given.upload_name)
    made = Explanation.objects.create(
        round=scored,
        unit=unit,
        criterion=criterion,
        text=given.text.strip(),
        link=given.link,
        file=stored,
        written_by=actor,
    )
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="explain",
        target=f"explanation:{made.pk}",
        summary=_("%(unit)s giải trình tiêu chí %(code)s.")
        % {"unit": unit.name, "code": criterion.code},
        after={"text": made.text, "link": made.link, "file": stored.sha256 if stored else None},
    )
    tell_explained(made, actor)
    return made


@transaction.atomic
def answer_explanation(
    *, actor: Person, explanation_id: int, accepted: bool, answer: str
) -> Explanation:
    """Answer an explanation, once.

    An accepted one has the criterion scored again: on a sheet of the second round where that
    counts in the final points, else by giving the verification back to its scorer.
    """
    found = (
        Explanation.objects.select_for_update(of=("self",))
        .select_related("round__season__bloc__council", "unit", "criterion")
        .get(pk=explanation_id)
    )
    scored = lock_round(found.round_id)
    verified = verified_sheet(scored, found.unit, found.criterion.code, sent=False)
    if verified is None:
        raise RuleError(_("Tiêu chí này chưa được thẩm định xong."))
    require(can_answer_explanation(actor, verified))
    rules.check_round(RoundAction.SCORE, scored.state)
    if found.state != AnswerState.WAITING:
        raise RuleError(_("Giải trình này đã được trả lời."))
    if not answer.strip():
        raise RuleError(_("Hãy ghi trả lời."), field="answer")
    found.state = AnswerState.ACCEPTED if accepted else AnswerState.DECLINED
    found.answer = answer.strip()
    found.answered_by = actor
    found.answered_at = timezone.now()
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="answer_explanation",
        target=f"explanation:{found.pk}",
        summary=_("Trả lời giải trình của %(unit)s, tiêu chí %(code)s: %(state)s.")
        % {
            "unit": found.unit.name,
            "code": found.criterion.code,
            "state": found.get_state_display(),
        },
        after={"state": found.state, "answer": found.answer},
    )
    tell_answered(found, actor)
    if accepted:
        _score_again(scored, verified, found, actor)
    return found


def _score_again(scored: Round, verified: Sheet, found: Explanation, actor: Person) -> None:
    reason = _("Chấp nhận giải trình tiêu chí %(code)s.") % {"code": found.criterion.code}
    if not counts_recheck(scored):
        if verified.state == SheetState.SUBMITTED:
            _give_back(verified, reason, actor)
        return
    assignment, _made = Assignment.objects.get_or_create(
        round=scored, stage=Stage.RECHECK, unit=found.unit, scorer=verified.scorer
    )
    assignment.criteria.add(found.criterion)
    sheet, made = Sheet.objects.get_or_create(
        round=scored,
        unit=found.unit,
        stage=Stage.RECHECK,
        scorer_code=verified.scorer_code,
        defaults={"scorer": verified.scorer},
    )
    if not made and sheet.state == SheetState.SUBMITTED:
        _give_back(sheet, reason, actor)


def _give_back(sheet: Sheet, reason: str, actor: Person) -> None:
    sheet.state = SheetState.RETURNED
    sheet.return_reason = reason
    sheet.version += 1
    sheet.save(update_fields=["state", "return_reason", "version"])
    tell_sheet_returned(sheet, actor)
