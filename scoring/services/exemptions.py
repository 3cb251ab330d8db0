"""Requests of units that a criterion does not apply to them, and the answers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import Season
from scoring.models import Criterion, Exemption, Round
from scoring.permissions import can_answer_exemption, can_ask_exemption
from scoring.rules import AnswerState, RoundState
from scoring.services.notices import tell_exemption_answered, tell_exemption_asked
from units.access import require
from units.models import Person, Unit
from units.rules import RuleError
from units.services.audit import record


def check_leaf(criterion: Criterion) -> None:
    """Raise ``RuleError`` where the criterion cannot be left out: no base leaf."""
    if not criterion.is_leaf or criterion.adds != "base":
        raise RuleError(
            _("Chỉ mục chấm của phần điểm chính mới có thể không áp dụng."), field="criterion"
        )


def check_not_started(season: Season) -> None:
    """Raise ``RuleError`` once a round of the season was opened."""
    if Round.objects.filter(season=season).exclude(state=RoundState.DRAFT).exists():
        raise RuleError(_("Đã bắt đầu chấm, không đổi tiêu chí không áp dụng được nữa."))


@transaction.atomic
def ask_exemption(
    *, actor: Person, season_id: int, unit: Unit, criterion: Criterion, reason: str
) -> Exemption:
    """Ask, on behalf of the unit, that a base leaf does not apply to it; before scoring starts."""
    season = (
        Season.objects.select_for_update(of=("self",))
        .select_related("bloc__council")
        .get(pk=season_id)
    )
    require(can_ask_exemption(actor, season, unit))
    check_not_started(season)
    check_leaf(criterion)
    if not reason.strip():
        raise RuleError(_("Hãy ghi lý do không áp dụng."), field="reason")
    if Exemption.objects.filter(season=season, unit=unit, criterion=criterion).exists():
        raise RuleError(_("Đã có đề nghị về tiêu chí này."), field="criterion")
    made = Exemption.objects.create(
        season=season,
        unit=unit,
        criterion=criterion,
        reason=reason.strip(),
        state=AnswerState.WAITING,
        asked_by=actor,
    )
    _note(actor, season, made, "ask_exemption", _("%(unit)s đề nghị không áp dụng %(code)s."))
    tell_exemption_asked(made, actor)
    return made


@transaction.atomic
def answer_exemption(
    *, actor: Person, exemption_id: int, accepted: bool, answer: str = ""
) -> Exemption:
    """Answer a request, once; declining it needs a reason."""
    found = (
        Exemption.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council", "unit", "criterion")
        .get(pk=exemption_id)
    )
    require(can_answer_exemption(actor, found.season, found.unit))
    check_not_started(found.season)
    if found.state != AnswerState.WAITING:
        raise RuleError(_("Đề nghị này đã được trả lời."))
    if not accepted and not answer.strip():
        raise RuleError(_("Hãy ghi lý do không chấp nhận."), field="answer")
    found.state = AnswerState.ACCEPTED if accepted else AnswerState.DECLINED
    found.answer = answer.strip()
    found.answered_by = actor
    found.answered_at = timezone.now()
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    text = _("Trả lời đề nghị không áp dụng %(code)s của %(unit)s.")
    _note(actor, found.season, found, "answer_exemption", text)
    tell_exemption_answered(found, actor)
    return found


def _note(actor: Person, season: Season, row: Exemption, action: str, text: str) -> None:
    record(
        chain=season.audit_chain,
        actor=actor,
        action=action,
        target=f"unit:{row.unit_id}",
        summary=text % {"unit": row.unit.name, "code": row.criterion.code},
        after={"state": row.state, "reason": row.reason, "answer": row.answer},
    )
