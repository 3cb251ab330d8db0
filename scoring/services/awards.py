"""Titles: what people checked, what the bloc proposes, what the Council decided."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.models import Award, ConditionCheck, Round, TitleCondition
from scoring.permissions import can_manage_round
from scoring.queries.titles import (
    UnitTitle,
    check_as_text,
    check_text,
    decision_as_text,
    proposal_as_facts,
    titles_page,
)
from scoring.rules import AwardOutcome, RoundState
from scoring.services.rounds import lock_round
from units.access import require
from units.models import Person, Unit
from units.rules import EditConflictError, RuleError
from units.seen import check_seen
from units.services.audit import record


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What was found about one condition; ``is_met`` is None where it is not known yet.

    ``seen`` is what stood there when it was read (``check_as_text``), None where nobody read it.
    """

    condition: TitleCondition
    is_met: bool | None
    note: str = ""
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class CouncilDecision:
    """What the Council decided about a title, by which decision of which day."""

    outcome: AwardOutcome
    number: str
    decided_on: datetime.date
    note: str = ""


def changed_meanwhile() -> str:
    """What is said where somebody else has written since the page was read."""
    return _("Người khác vừa sửa. Nội dung đồng chí nhập vẫn còn ở dưới; lưu lại sẽ thay.")


@transaction.atomic
def save_condition_checks(
    *, actor: Person, round_id: int, unit: Unit, checks: Sequence[CheckFacts]
) -> None:
    """Keep what was found about conditions that no figure tells; unknown ones are taken back.

    What was left as it was read is not touched. Raises ``EditConflictError`` where somebody else
    has changed the same condition since.
    """
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    if not scored.season.participants.filter(unit=unit).exists():
        raise RuleError(_("Đơn vị này không tham gia mùa thi đua."))
    standing = {one.condition_id: one for one in scored.condition_checks.filter(unit=unit)}
    before = {str(pk): one.is_met for pk, one in standing.items()}
    for facts in checks:
        if facts.is_met is None and facts.note.strip():
            raise RuleError(_("Hãy chọn đạt hay không đạt, hoặc bỏ trống ghi chú."))
        if facts.seen is not None:
            if check_text(facts.is_met, facts.note) == facts.seen:
                continue
            if check_as_text(standing.get(facts.condition.pk)) != facts.seen:
                raise EditConflictError(changed_meanwhile())
        if facts.is_met is None:
            scored.condition_checks.filter(unit=unit, condition=facts.condition).delete()
            continue
        ConditionCheck.objects.update_or_create(
            round=scored,
            unit=unit,
            condition=facts.condition,
            defaults={"is_met": facts.is_met, "note": facts.note.strip(), "checked_by": actor},
        )
    after = {
        str(one.condition_id): one.is_met for one in scored.condition_checks.filter(unit=unit)
    }
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="save_condition_checks",
        target=f"round:{scored.pk}",
        summary=_("Kiểm tra điều kiện danh hiệu của %(unit)s.") % {"unit": unit.name},
        before=before,
        after=after,
    )


def _refuse_unmet(chosen: Sequence[tuple[str, UnitTitle]]) -> None:
    for unit, title in chosen:
        if title.unmet:
            raise RuleError(
                ngettext(
                    "%(unit)s chưa đủ điều kiện “%(title)s”: còn %(count)s điều kiện chưa đạt.",
                    "%(unit)s chưa đủ điều kiện “%(title)s”: còn %(count)s điều kiện chưa đạt.",
                    title.unmet,
                )
                % {"unit": unit, "title": title.name, "count": title.unmet}
            )


def _refuse_given(chosen: Sequence[tuple[str, str, UnitTitle]]) -> None:
    for unit, _code, title in chosen:
        if title.award is not None and not title.award.proposed:
            raise RuleError(
                _("Hội đồng đã tặng “%(title)s” cho %(unit)s, không đề nghị nữa.")
                % {"title": title.name, "unit": unit}
            )


@transaction.atomic
def propose_awards(
    *,
    actor: Person,
    round_id: int,
    chosen: Collection[tuple[str, str]],
    seen: str | None = None,
) -> list[Award]:
    """Let the bloc's proposal be exactly the ``chosen`` (unit code, title code).

    ``seen`` is the mark of the list that the page showed (``units.seen``): ``EditConflictError``
    where somebody else has made another one since.

    Raises ``RuleError`` while the ranking is not published, where a condition is known not to be
    met, more units are chosen than the quota has, or the Council has decided something already,
    about the proposal or by giving one of the chosen titles without it.
    """
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    if scored.state != RoundState.PUBLISHED:
        raise RuleError(_("Hãy công bố bảng xếp hạng trước khi đề nghị khen thưởng."))
    if scored.awards.filter(proposed=True).exclude(outcome=AwardOutcome.WAITING).exists():
        raise RuleError(_("Hội đồng đã quyết định, không sửa danh sách đề nghị được nữa."))
    page = titles_page(scored)
    found = [
        (unit.name, unit.code, title)
        for unit in page.units
        for title in unit.titles
        if (unit.code, title.code) in set(chosen)
    ]
    _refuse_unmet([(name, title) for name, _code, title in found])
    _refuse_given(found)
    for place in page.titles:
        count = sum(1 for _name, _code, title in found if title.code == place.title.code)
        if place.title.scope == "bloc" and count > place.title.quota:
            raise RuleError(
                ngettext(
                    "“%(title)s” chỉ có %(quota)s, đang chọn %(count)s đơn vị.",
                    "“%(title)s” chỉ có %(quota)s, đang chọn %(count)s đơn vị.",
                    count,
                )
                % {"title": place.title.name, "quota": place.title.quota, "count": count}
            )
    legal = {place.title.code: place.legal for place in page.titles}
    units = {one.unit.code: one.unit for one in scored.season.participants.select_related("unit")}
    before = _proposal(scored)
    after = {"awards": sorted(f"{title.code}: {code}" for _name, code, title in found)}
    check_seen(seen, before=before, after=after)
    scored.awards.filter(proposed=True).delete()
    now = timezone.now()
    made = Award.objects.bulk_create(
        Award(
            round=scored,
            unit=units[code],
            title_code=title.code,
            title_name=title.name,
            title=legal[title.code],
            proposed_at=now,
        )
        for _name, code, title in found
    )
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="propose_awards",
        target=f"round:{scored.pk}",
        summary=_("Lập danh sách đề nghị khen thưởng: %(count)s đề nghị.") % {"count": len(made)},
        before=before,
        after=after,
    )
    return made


def _proposal(scored: Round) -> dict[str, object]:
    return proposal_as_facts(scored.awards.filter(proposed=True).select_related("unit"))


def _check_decision(decision: CouncilDecision) -> None:
    if decision.outcome == AwardOutcome.WAITING:
        raise RuleError(_("Hãy chọn Hội đồng tặng hay không."), field="outcome")
    if decision.decided_on > timezone.localdate():
        raise RuleError(_("Ngày quyết định không thể ở sau hôm nay."), field="decided_on")


def _write_decision(award: Award, decision: CouncilDecision) -> None:
    award.outcome = decision.outcome
    award.decision_number = decision.number.strip()
    award.decided_on = decision.decided_on
    award.note = decision.note.strip()


@transaction.atomic
def record_council_decision(
    *,
    actor: Person,
    round_id: int,
    award_id: int,
    decision: CouncilDecision,
    seen: str | None = None,
) -> Award:
    """Record what the Council decided about a proposal; a correction is kept in the trail.

    ``seen`` is what stood there when it was read (``decision_as_text``). Raises
    ``EditConflictError`` where somebody else has recorded something else since.
    """
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    _check_decision(decision)
    award = scored.awards.select_related("unit").get(pk=award_id)
    if seen is not None and decision_as_text(award) != seen:
        raise EditConflictError(changed_meanwhile())
    before = {"outcome": award.outcome, "number": award.decision_number}
    _write_decision(award, decision)
    award.save(update_fields=["outcome", "decision_number", "decided_on", "note"])
    _record_decision(scored, actor, award, before)
    return award


@transaction.atomic
def record_unproposed_award(
    *, actor: Person, round_id: int, unit: Unit, title_code: str, decision: CouncilDecision
) -> Award:
    """Record a title that the Council gave without the bloc's proposal."""
    scored = lock_round(round_id)
    require(can_manage_round(actor, scored))
    _check_decision(decision)
    if decision.outcome != AwardOutcome.GIVEN:
        raise RuleError(_("Chỉ ghi thêm danh hiệu được tặng."), field="outcome")
    places = {place.title.code: place for place in titles_page(scored).titles}
    if title_code not in places:
        raise RuleError(_("Bảng điểm không có danh hiệu này."), field="title")
    if not scored.season.participants.filter(unit=unit).exists():
        raise RuleError(_("Đơn vị này không tham gia mùa thi đua."), field="unit")
    if scored.awards.filter(unit=unit, title_code=title_code).exists():
        raise RuleError(_("Đơn vị này đã có trong danh sách với danh hiệu đó."), field="unit")
    place = places[title_code]
    award = Award(
        round=scored,
        unit=unit,
        title_code=title_code,
        title_name=place.title.name,
        title=place.legal,
        proposed=False,
    )
    _write_decision(award, decision)
    award.save()
    _record_decision(scored, actor, award, None)
    return award


def _record_decision(
    scored: Round, actor: Person, award: Award, before: dict[str, str] | None
) -> None:
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="record_council_decision",
        target=f"award:{award.pk}",
        summary=_("Hội đồng quyết định “%(title)s” cho %(unit)s: %(outcome)s.")
        % {
            "title": award.title_name,
            "unit": award.unit.name,
            "outcome": award.get_outcome_display().lower(),
        },
        before=before,
        after={"outcome": award.outcome, "number": award.decision_number},
    )
