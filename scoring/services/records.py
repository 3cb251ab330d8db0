"""Marks that the season's own records fill in: confirmed ad-hoc tasks and days late."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import AdHocTask, Milestone, Registration, Season
from compacts.rules import AdHocState, Step
from scoring.engine.kinds import Count, Ladder, PerDay, Rule
from scoring.engine.table import Criterion as Leaf
from scoring.models import Adoption, Criterion, CriterionSource, Mark, Round, Sheet
from scoring.permissions import can_manage_tables
from scoring.queries.standings import table_of
from scoring.rules import RecordSource, RoundState, Stage
from scoring.services.marks import Desk, plain, take, write_mark
from units.access import require
from units.models import Person
from units.rules import RuleError, last_day
from units.services.audit import record


def fits(source: RecordSource, rule: Rule | None) -> bool:
    """Can the source fill in a criterion with this rule? Tasks are counted, lateness is days."""
    if source == RecordSource.AD_HOC_TASKS:
        return isinstance(rule, Count)
    return isinstance(rule, Ladder | PerDay)


def fitting_sources(leaf: Leaf) -> list[RecordSource]:
    """The sources that can fill in this leaf, in their usual order."""
    return [source for source in RecordSource if fits(source, leaf.rule)]


@transaction.atomic
def choose_source(
    *, actor: Person, season_id: int, criterion: str, source: RecordSource | None
) -> CriterionSource | None:
    """Let the season's records fill in the leaf ``criterion``; None lets people mark it again.

    Only before a round is opened. Raises ``RuleError`` where the rule of the leaf does not take
    what the source gives.
    """
    season = (
        Season.objects.select_for_update(of=("self",))
        .select_related("bloc__council")
        .get(pk=season_id)
    )
    require(can_manage_tables(actor, season))
    standing = CriterionSource.objects.filter(season=season, criterion__code=criterion).first()
    before = standing.source if standing else None
    if before == source:
        return standing
    if Round.objects.filter(season=season).exclude(state=RoundState.DRAFT).exists():
        raise RuleError(_("Đã bắt đầu chấm, không đổi cách lấy số liệu được nữa."))
    leaf = table_of(Round(season=season)).criterion(criterion)
    if source is not None and not fits(source, leaf.rule):
        raise RuleError(
            _("Cách chấm của tiêu chí %(code)s không dùng được số liệu này.")
            % {"code": criterion},
            field="source",
        )
    if standing is not None:
        standing.delete()
    made = None
    if source is not None:
        adopted = Adoption.objects.filter(season=season)
        row = Criterion.objects.get(table__in=adopted.values("table"), code=criterion)
        made = CriterionSource.objects.create(season=season, criterion=row, source=source)
    record(
        chain=season.audit_chain,
        actor=actor,
        action="choose_source",
        target=f"season:{season.pk}",
        summary=_("Tiêu chí %(code)s: %(source)s.")
        % {
            "code": criterion,
            "source": source.label if source else _("người chấm tự điền"),
        },
        before={"source": before},
        after={"source": source.value if source else None},
    )
    return made


def _days_late(due: datetime.datetime | None, done: datetime.datetime | None) -> int:
    """Days in Hà Nội from the deadline's last to what was sent, to today where nothing was."""
    if due is None:
        return 0
    sent = timezone.localtime(done or timezone.now()).date()
    return max(0, (sent - last_day(due)).days)


def _deadline(season: Season, step: Step) -> datetime.datetime | None:
    milestone = Milestone.objects.filter(season=season, step=step, is_on=True).first()
    return milestone.deadline if milestone else None


def _ad_hoc(sheet: Sheet) -> tuple[dict[str, Any], str]:
    confirmed = AdHocTask.objects.filter(
        season=sheet.round.season_id, unit=sheet.unit_id, state=AdHocState.CONFIRMED
    ).count()
    text = ngettext(
        "Sổ nhiệm vụ đột xuất: %(count)s việc đã xác nhận.",
        "Sổ nhiệm vụ đột xuất: %(count)s việc đã xác nhận.",
        confirmed,
    ) % {"count": confirmed}
    return {"count": str(confirmed)}, text


def _late_registration(sheet: Sheet) -> tuple[dict[str, Any], str]:
    season = sheet.round.season
    sent = Registration.objects.filter(season=season, unit=sheet.unit_id).first()
    days = _days_late(
        _deadline(season, Step.REGISTRATION), sent.first_submitted_at if sent else None
    )
    return {"days_late": days}, ngettext(
        "Đăng ký thi đua gửi chậm %(days)s ngày.", "Đăng ký thi đua gửi chậm %(days)s ngày.", days
    ) % {"days": days}


def _late_self_score(sheet: Sheet) -> tuple[dict[str, Any], str]:
    own = Sheet.objects.filter(round=sheet.round_id, unit=sheet.unit_id, stage=Stage.SELF).first()
    due = sheet.round.due_at or _deadline(sheet.round.season, Step.SELF_SCORE)
    days = _days_late(due, own.first_submitted_at if own else None)
    return {"days_late": days}, ngettext(
        "Phiếu tự chấm gửi chậm %(days)s ngày.", "Phiếu tự chấm gửi chậm %(days)s ngày.", days
    ) % {"days": days}


_FIGURES = {
    RecordSource.AD_HOC_TASKS: _ad_hoc,
    RecordSource.LATE_REGISTRATION: _late_registration,
    RecordSource.LATE_SELF_SCORE: _late_self_score,
}


def write_from_records(desk: Desk) -> list[Mark]:
    """Write the marks that the records give for a sheet in hand; what people verified stays."""
    sources = CriterionSource.objects.filter(season=desk.sheet.round.season_id)
    written = []
    for source in sources.select_related("criterion"):
        code = source.criterion.code
        if code not in desk.scope or code in desk.exempt:
            continue
        standing = (
            Mark.objects.select_related("marked_by", "criterion")
            .filter(sheet=desk.sheet, criterion=source.criterion)
            .first()
        )
        entry, text = _FIGURES[RecordSource(source.source)](desk.sheet)
        if standing is not None and not _to_replace(desk, standing, entry):
            continue
        leaf = desk.table.criterion(code)
        written.append(write_mark(desk, leaf, entry, text, standing, from_records=True))
    return written


def _to_replace(desk: Desk, standing: Mark, entry: dict[str, Any]) -> bool:
    if standing.from_records:
        return plain(standing.entry) != plain(entry)
    return desk.sheet.stage == Stage.SELF


@transaction.atomic
def fill_from_records(*, actor: Person, sheet_id: int) -> list[Mark]:
    """Take the figures of the season's records into an open sheet; the marks that changed.

    On a unit's own sheet they replace what was typed; a verifier's own mark stays.
    """
    return write_from_records(take(actor, sheet_id))
