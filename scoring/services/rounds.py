"""Rounds of scoring: the table adopted for them, opened, closed and opened again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import OfferedTitle, Office, Season
from compacts.rules import OfficeKind
from scoring import rules
from scoring.models import Adoption, Assignment, CriteriaTable, Exemption, Round, Sheet
from scoring.permissions import can_manage_round, can_manage_tables
from scoring.queries.standings import table_of
from scoring.rules import (
    SECRETARIAT,
    AnswerState,
    CrossMethod,
    FinalMethod,
    RoundAction,
    RoundState,
    SheetState,
    Stage,
)
from scoring.services.assignments import cover_verification, proposed_verifier
from scoring.services.notices import tell_opened
from scoring.services.table_change import carry_over
from units.access import require
from units.models import Person
from units.rules import RuleError
from units.services.audit import record


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What a round is: its window, and how the points of its stages become final ones.

    ``final_stage`` counts where the method is ``stage``, ``weights`` (stage → share) where it is
    ``weighted`` (formats.md section 2).
    """

    code: str
    name: str
    opens_at: datetime.datetime | None = None
    due_at: datetime.datetime | None = None
    final_method: FinalMethod = FinalMethod.STAGE
    final_stage: Stage | None = Stage.VERIFY
    weights: Mapping[Stage, Decimal] = field(default_factory=dict)
    cross_method: CrossMethod = CrossMethod.MEAN


def lock_round(round_id: int) -> Round:
    """The round with its season, locked until the transaction ends."""
    return (
        Round.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=round_id)
    )


@transaction.atomic
def adopt_table(*, actor: Person, season_id: int, table_id: int) -> Adoption:
    """Let the season score by this table, which never changes from now on.

    Another table may still be taken while no round has been opened. The table's titles join
    those the season offers. Adopting the same table again changes nothing. Raises ``RuleError``
    for a draft of another season, which only that season may freeze.
    """
    season = (
        Season.objects.select_for_update(of=("self",))
        .select_related("bloc__council")
        .get(pk=season_id)
    )
    require(can_manage_tables(actor, season))
    return take_table(actor=actor, season=season, table_id=table_id)


def take_table(*, actor: Person, season: Season, table_id: int) -> Adoption:
    """``adopt_table`` for who has asked for the right another way and holds the season's row."""
    before = Adoption.objects.select_related("table").filter(season=season).first()
    if before is not None and before.table_id == table_id:
        return before
    if Round.objects.filter(season=season).exclude(state=RoundState.DRAFT).exists():
        raise RuleError(_("Đã mở đợt chấm điểm, không đổi bảng điểm được nữa."))
    table = CriteriaTable.objects.select_for_update().get(pk=table_id)
    if table.frozen_at is None and table.season_id not in {None, season.pk}:
        raise RuleError(_("Bảng này còn là bản thảo của mùa khác, chưa dùng được."))
    if table.frozen_at is None:
        table.frozen_at = timezone.now()
        table.save(update_fields=["frozen_at"])
    adoption, _created = Adoption.objects.update_or_create(
        season=season, defaults={"table": table}
    )
    _offer_titles(season, table)
    left = carry_over(season, table) if before else []
    record(
        chain=season.audit_chain,
        actor=actor,
        action="adopt_table",
        target=f"table:{table.pk}",
        summary=_("Dùng bảng điểm “%(title)s” cho mùa thi đua.") % {"title": table.title},
        before={"table": before.table.code, "version": before.table.version} if before else None,
        after={"table": table.code, "version": table.version, **({"left": left} if left else {})},
    )
    return adoption


def _offer_titles(season: Season, table: CriteriaTable) -> None:
    offered = set(season.offered_titles.values_list("code", flat=True))
    titles = [t for t in table.definition.get("titles", []) if t["code"] not in offered]
    OfferedTitle.objects.bulk_create(
        OfferedTitle(season=season, code=title["code"], name=title["name"], position=position)
        for position, title in enumerate(titles, start=len(offered) + 1)
    )


def _check_facts(facts: RoundFacts) -> None:
    if facts.opens_at and facts.due_at and facts.due_at <= facts.opens_at:
        raise RuleError(_("Hạn phải sau lúc mở."), field="due_at")
    if facts.final_method == FinalMethod.STAGE:
        if facts.final_stage is None:
            raise RuleError(_("Hãy chọn bước lấy điểm."), field="final_stage")
        return
    weights = facts.weights.values()
    if not weights or any(weight < 0 for weight in weights) or sum(weights) != 1:
        raise RuleError(_("Trọng số các bước phải cộng lại bằng 1."), field="weights")


@transaction.atomic
def create_round(*, actor: Person, season_id: int, facts: RoundFacts) -> Round:
    """Make a round that is not open yet; a deputy is proposed to verify the head unit.

    Raises ``RuleError`` where the season has no table, or the code is taken.
    """
    season = (
        Season.objects.select_for_update(of=("self",))
        .select_related("bloc__council")
        .get(pk=season_id)
    )
    scored = Round(season=season, code=facts.code, name=facts.name)
    require(can_manage_round(actor, scored))
    if not Adoption.objects.filter(season=season).exists():
        raise RuleError(_("Hãy chọn bảng điểm cho mùa thi đua trước."))
    if Round.objects.filter(season=season, code=facts.code).exists():
        raise RuleError(_("Mùa thi đua này đã có đợt chấm mang mã đó."), field="code")
    _check_facts(facts)
    weighted = facts.final_method == FinalMethod.WEIGHTED
    scored.opens_at = facts.opens_at
    scored.due_at = facts.due_at
    scored.final_method = facts.final_method
    scored.final_stage = "" if weighted else (facts.final_stage or Stage.VERIFY)
    scored.weights = {s.value: f"{w:f}" for s, w in facts.weights.items()} if weighted else {}
    scored.cross_method = facts.cross_method
    scored.save()
    verifier = proposed_verifier(season)
    head = Office.objects.filter(season=season, kind=OfficeKind.HEAD).first()
    if verifier is not None and head is not None:
        Assignment.objects.create(
            round=scored, stage=Stage.VERIFY, unit_id=head.unit_id, scorer=verifier
        )
    record(
        chain=season.audit_chain,
        actor=actor,
        action="create_round",
        target=f"round:{scored.pk}",
        summary=_("Tạo đợt chấm điểm “%(name)s”.") % {"name": scored.name},
        after={
            "code": scored.code,
            "opens_at": scored.opens_at.isoformat() if scored.opens_at else None,
            "due_at": scored.due_at.isoformat() if scored.due_at else None,
            "final_method": scored.final_method,
            "final_stage": scored.final_stage,
            "weights": scored.weights,
            "cross": scored.cross_method,
        },
    )
    return scored


@transaction.atomic
def reschedule_round(
    *,
    actor: Person,
    round_id: int,
    opens_at: datetime.datetime | None,
    due_at: datetime.datetime | None,
    explanations_due_at: datetime.datetime | None,
    reason: str = "",
) -> Round:
    """Give the round other times; an open one for a reason.

    What was noted as late stays noted. Raises ``RuleError`` once the round is closed.
    """
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    before = _times_of(scored)
    scored.opens_at, scored.due_at = opens_at, due_at
    scored.explanations_due_at = explanations_due_at
    after = _times_of(scored)
    if before == after:
        return scored
    rules.check_round(RoundAction.RESCHEDULE, scored.state)
    if opens_at and due_at and due_at <= opens_at:
        raise RuleError(_("Hạn phải sau lúc mở."), field="due_at")
    if due_at and explanations_due_at and explanations_due_at <= due_at:
        raise RuleError(_("Hạn giải trình phải sau hạn tự chấm."), field="explanations_due_at")
    if scored.state == RoundState.OPEN and not reason.strip():
        raise RuleError(_("Đợt đã mở: hãy ghi lý do đổi hạn."), field="reason")
    scored.scheduled_at = timezone.now()
    scored.save(update_fields=["opens_at", "due_at", "explanations_due_at", "scheduled_at"])
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="reschedule_round",
        target=f"round:{scored.pk}",
        summary=_("Đổi thời hạn của “%(name)s”.") % {"name": scored.name},
        before=before,
        after={**after, "reason": reason.strip()},
    )
    return scored


def _times_of(scored: Round) -> dict[str, str | None]:
    times = {
        "opens_at": scored.opens_at,
        "due_at": scored.due_at,
        "explanations_due_at": scored.explanations_due_at,
    }
    return {name: time.isoformat() if time else None for name, time in times.items()}


def is_verified(scored: Round) -> bool:
    """Do the round's final points come from a verification, or from a stage after it?"""
    if scored.final_method == FinalMethod.WEIGHTED:
        return Stage.VERIFY in scored.weights
    return scored.final_stage in {Stage.VERIFY, Stage.RECHECK, Stage.FINAL}


@transaction.atomic
def open_round(*, actor: Person, round_id: int) -> Round:
    """Open the round: every participant gets its self sheet, every scorer the assigned ones.

    What nobody is assigned to verify falls to the secretariat, except for the head unit, whose
    verification must be assigned (R14). Raises ``RuleError`` where it is not.
    """
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    if scored.state == RoundState.OPEN:
        return scored
    rules.check_round(RoundAction.OPEN, scored.state)
    waiting = Exemption.objects.filter(season=scored.season, state=AnswerState.WAITING).count()
    if waiting:
        raise RuleError(
            ngettext(
                "Còn %(count)s đề nghị không áp dụng tiêu chí chưa được trả lời.",
                "Còn %(count)s đề nghị không áp dụng tiêu chí chưa được trả lời.",
                waiting,
            )
            % {"count": waiting}
        )
    table = table_of(scored)
    if is_verified(scored):
        cover_verification(scored, table)
    units = scored.season.participants.select_related("unit")
    sheets = [
        Sheet(
            round=scored, unit=row.unit, stage=Stage.SELF, scorer=row.unit,
            scorer_code=row.unit.code,
        )
        for row in units
    ]  # fmt: skip
    sheets += [
        Sheet(
            round=scored,
            unit_id=one.unit_id,
            stage=one.stage,
            scorer=one.scorer,
            scorer_code=one.scorer.code if one.scorer else SECRETARIAT,
        )
        for one in scored.assignments.select_related("scorer")
    ]
    Sheet.objects.bulk_create(sheets)
    tell_opened(scored, actor)
    return _move(actor, scored, RoundState.OPEN, "open_round", _("Mở đợt chấm “%(name)s”."))


@transaction.atomic
def close_round(*, actor: Person, round_id: int) -> Round:
    """Lock the round's points: no sheet changes any more; sheets never sent stay as they are."""
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    if scored.state == RoundState.CLOSED:
        return scored
    rules.check_round(RoundAction.CLOSE, scored.state)
    # Whoever is writing a mark right now finishes first; whoever comes later finds it closed.
    sheets = list(Sheet.objects.select_for_update().filter(round=scored).order_by("pk"))
    sent = [sheet.pk for sheet in sheets if sheet.submitted_at is not None]
    Sheet.objects.filter(pk__in=sent).update(state=SheetState.LOCKED)
    return _move(actor, scored, RoundState.CLOSED, "close_round", _("Khóa điểm đợt “%(name)s”."))


@transaction.atomic
def reopen_round(*, actor: Person, round_id: int, reason: str) -> Round:
    """Open a closed round again, for a reason; its sheets are as they were before closing."""
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    rules.check_round(RoundAction.REOPEN, scored.state)
    if not reason.strip():
        raise RuleError(_("Hãy ghi lý do mở lại."), field="reason")
    locked = Sheet.objects.filter(round=scored, state=SheetState.LOCKED)
    locked.exclude(return_reason="").update(state=SheetState.RETURNED)
    locked.filter(return_reason="").update(state=SheetState.SUBMITTED)
    summary = _("Mở lại đợt chấm “%(name)s”.")
    return _move(actor, scored, RoundState.OPEN, "reopen_round", summary, reason.strip())


def _move(
    actor: Person, scored: Round, state: RoundState, action: str, summary: str, reason: str = ""
) -> Round:
    before = scored.state
    scored.state = state
    scored.save(update_fields=["state"])
    text = summary % {"name": scored.name}
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action=action,
        target=f"round:{scored.pk}",
        summary=f"{text} {_('Lý do')}: {reason}" if reason else text,
        before={"state": before},
        after={"state": state.value, "reason": reason},
    )
    return scored
