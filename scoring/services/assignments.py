"""Who scores whom in a round, and what does not apply to whom."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import Office, Season
from compacts.permissions import head_unit_id
from compacts.rules import OfficeKind
from scoring.engine.table import Table
from scoring.models import Adoption, Assignment, Criterion, Exemption, Round
from scoring.permissions import can_manage_round, can_manage_tables
from scoring.queries.scopes import under
from scoring.queries.standings import table_of
from scoring.rules import AnswerState, RoundState, Stage
from scoring.services.exemptions import check_leaf, check_not_started
from scoring.services.notices import tell_exemption_answered
from units.access import require
from units.models import Person, Unit
from units.permissions import today_of
from units.rules import RuleError
from units.services.audit import record

ASSIGNED_STAGES = (Stage.VERIFY, Stage.CROSS)


def proposed_verifier(season: Season) -> Unit | None:
    """The unit proposed to verify the head unit: the first deputy's."""
    deputy = Office.objects.select_related("unit").filter(season=season, kind=OfficeKind.DEPUTY)
    found = deputy.first()
    return found.unit if found else None


def cover_verification(scored: Round, table: Table) -> None:
    """Give the secretariat what no verifying body was assigned, unit by unit.

    Nobody of the head unit verifies it: where nothing of it is assigned, the deputy's unit does.
    Raises ``RuleError`` where there is no deputy, or some of its leaves are left over.
    """
    head = head_unit_id(scored.season)
    criteria = {row.code: row for row in Adoption.objects.get(season=scored.season)
                .table.criteria.all()}  # fmt: skip
    taken: dict[int, set[str]] = {}
    rows = scored.assignments.filter(stage=Stage.VERIFY).prefetch_related("criteria")
    for one in rows:
        codes = under(table, {criterion.code for criterion in one.criteria.all()})
        taken.setdefault(one.unit_id, set()).update(codes)
    for participant in scored.season.participants.all():
        covered = taken.get(participant.unit_id, set())
        rest = [leaf.code for leaf in table.leaves() if leaf.code not in covered]
        if not rest:
            continue
        scorer = None
        if participant.unit_id == head:
            scorer = None if covered else proposed_verifier(scored.season)
            if scorer is None:
                raise RuleError(
                    _("Hãy phân công đơn vị thẩm định cho trưởng khối %(unit)s (còn: %(codes)s).")
                    % {"unit": participant.name, "codes": ", ".join(rest[:5])}
                )
        made = Assignment.objects.create(
            round=scored, stage=Stage.VERIFY, unit_id=participant.unit_id, scorer=scorer
        )
        if covered:
            made.criteria.set([criteria[code] for code in rest])


def draft_round_of(actor: Person, round_id: int) -> Round:
    """The round, locked, while who scores whom may still be changed; else ``RuleError``."""
    scored = (
        Round.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=round_id)
    )
    require(can_manage_round(actor, scored))
    if scored.state != RoundState.DRAFT:
        raise RuleError(_("Chỉ phân công được trước khi mở đợt chấm."))
    return scored


def _check_assignment(scored: Round, stage: Stage, unit: Unit, scorer: Unit | None) -> None:
    members = set(scored.season.participants.values_list("unit", flat=True))
    if unit.pk not in members:
        raise RuleError(_("Đơn vị này không tham gia mùa thi đua."), field="unit")
    if stage not in ASSIGNED_STAGES:
        raise RuleError(_("Bước này không phân công."), field="stage")
    if stage == Stage.CROSS and (scorer is None or scorer.pk not in members):
        raise RuleError(_("Kiểm tra chéo do một đơn vị khác trong khối làm."), field="scorer")
    if scorer is not None and scorer.pk == unit.pk:
        raise RuleError(_("Không đơn vị nào chấm cho chính mình."), field="scorer")
    if stage == Stage.VERIFY and scorer is None and unit.pk == head_unit_id(scored.season):
        raise RuleError(
            _("Tổ thư ký không thẩm định trưởng khối; hãy chọn một đơn vị."), field="scorer"
        )


def _check_overlap(scored: Round, unit: Unit, wanted: Collection[str]) -> None:
    table = table_of(scored)
    leaves = under(table, wanted)
    others = scored.assignments.filter(stage=Stage.VERIFY, unit=unit)
    for other in others.prefetch_related("criteria").select_related("scorer"):
        both = leaves & under(table, {criterion.code for criterion in other.criteria.all()})
        if both:
            raise RuleError(
                _("Đã giao cho %(scorer)s: %(codes)s. Mỗi tiêu chí chỉ một nơi thẩm định.")
                % {
                    "scorer": other.scorer.name if other.scorer else _("tổ thư ký"),
                    "codes": ", ".join(sorted(both)[:5]),
                },
                field="criteria",
            )


@transaction.atomic
def assign(
    *,
    actor: Person,
    round_id: int,
    stage: Stage,
    unit: Unit,
    scorer: Unit | None,
    criteria: Collection[Criterion] = (),
) -> Assignment:
    """Let ``scorer`` (empty: the secretariat) score ``unit``; no criteria means all of them.

    Only before the round is opened. Raises ``RuleError`` where a unit would score itself, the
    secretariat the head unit, or two bodies would verify the same leaf.
    """
    scored = draft_round_of(actor, round_id)
    _check_assignment(scored, stage, unit, scorer)
    if scored.assignments.filter(stage=stage, unit=unit, scorer=scorer).exists():
        raise RuleError(_("Đã phân công như vậy rồi."), field="scorer")
    if stage == Stage.VERIFY:
        _check_overlap(scored, unit, {criterion.code for criterion in criteria})
    made = Assignment.objects.create(round=scored, stage=stage, unit=unit, scorer=scorer)
    made.criteria.set(criteria)
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="assign",
        target=f"round:{scored.pk}",
        summary=_("Phân công %(stage)s %(unit)s: %(scorer)s.")
        % {
            "stage": stage.label,
            "unit": unit.name,
            "scorer": scorer.name if scorer else _("tổ thư ký"),
        },
        after={
            "stage": stage.value,
            "unit": unit.code,
            "scorer": scorer.code if scorer else None,
            "criteria": [criterion.code for criterion in criteria],
        },
    )
    return made


@transaction.atomic
def unassign(*, actor: Person, round_id: int, assignment_id: int) -> None:
    """Take an assignment back before the round is opened; one already taken back is no fault."""
    scored = draft_round_of(actor, round_id)
    found = scored.assignments.select_related("unit", "scorer").filter(pk=assignment_id).first()
    if found is None:
        return
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="unassign",
        target=f"round:{scored.pk}",
        summary=_("Bỏ phân công %(stage)s %(unit)s.")
        % {"stage": found.get_stage_display(), "unit": found.unit.name},
        before={
            "stage": found.stage,
            "unit": found.unit.code,
            "scorer": found.scorer.code if found.scorer else None,
        },
    )
    found.delete()


def _exempting(actor: Person, season_id: int) -> Season:
    season = (
        Season.objects.select_for_update(of=("self",))
        .select_related("bloc__council")
        .get(pk=season_id)
    )
    require(can_manage_tables(actor, season))
    check_not_started(season)
    return season


@transaction.atomic
def exempt(
    *, actor: Person, season_id: int, unit: Unit, criterion: Criterion, reason: str
) -> Exemption:
    """Say that a base leaf does not apply to a unit, and why; before any round is opened.

    Saying it again with another reason changes the reason; where the unit has asked for it, that
    is the answer. Raises ``RuleError`` for the actor's own unit, whose request others answer.
    """
    season = _exempting(actor, season_id)
    if not season.participants.filter(unit=unit).exists():
        raise RuleError(_("Đơn vị này không tham gia mùa thi đua."), field="unit")
    check_leaf(criterion)
    if not reason.strip():
        raise RuleError(_("Hãy ghi lý do không áp dụng."), field="reason")
    if unit.pk in today_of(actor).unit_ids:
        text = _("Không ai tự cho tiêu chí không áp dụng với chính đơn vị mình.")
        raise RuleError(text, field="unit")
    asked = Exemption.objects.filter(
        season=season, unit=unit, criterion=criterion, state=AnswerState.WAITING
    ).exists()
    made, _created = Exemption.objects.update_or_create(
        season=season,
        unit=unit,
        criterion=criterion,
        defaults={
            "reason": reason.strip(),
            "state": AnswerState.ACCEPTED,
            "answer": "",
            "answered_by": actor,
            "answered_at": timezone.now(),
        },
    )
    record(
        chain=season.audit_chain,
        actor=actor,
        action="exempt",
        target=f"unit:{unit.pk}",
        summary=_("Không áp dụng tiêu chí %(code)s với %(unit)s: %(reason)s")
        % {"code": criterion.code, "unit": unit.name, "reason": reason.strip()},
        after={"unit": unit.code, "criterion": criterion.code, "reason": reason.strip()},
    )
    if asked:
        tell_exemption_answered(made, actor)
    return made


@transaction.atomic
def unexempt(*, actor: Person, season_id: int, exemption_id: int) -> None:
    """Let a criterion apply again, before any round is opened."""
    season = _exempting(actor, season_id)
    found = (
        Exemption.objects.select_related("unit", "criterion")
        .filter(season=season, pk=exemption_id)
        .first()
    )
    if found is None:
        return
    record(
        chain=season.audit_chain,
        actor=actor,
        action="unexempt",
        target=f"unit:{found.unit_id}",
        summary=_("Áp dụng lại tiêu chí %(code)s với %(unit)s.")
        % {"code": found.criterion.code, "unit": found.unit.name},
        before={"reason": found.reason},
    )
    found.delete()
