"""What a leader should look at, by rules that are said with each finding.

From the domain dossier f: no targets without data (R1), no bloc without differences (R3), own
points against verified ones (R4), no compact without a table (R5), lateness (R12, R16).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.rules import CompactState, Light, RegistrationState, Step, ended_period
from scoring.queries.bloc_rows import BlocRow, Reason, UnitRow
from scoring.queries.steps import days_over, overdue
from scoring.rules import SheetState
from units.rules import last_day
from units.templatetags.vietnamese_format import number, points

FALL = 3
INFLATED = Decimal(5)
NARROW = Decimal(1)
ENOUGH_UNITS = 3
_ALL = 100
_SENT = (RegistrationState.SUBMITTED, RegistrationState.ACCEPTED)


def _season_url(name: str, row: BlocRow) -> str:
    return reverse(name, args=[row.season.bloc.code, row.season.year])


def _days_late(row: BlocRow, step: Step) -> int:
    return next((one.days for one in row.steps if one.step == step), 0)


def _overdue(text: str, row: BlocRow, step: Step) -> str:
    """The text, with how late the season is with the step where its deadline has passed."""
    found = next((one for one in row.steps if one.step == step), None)
    return overdue(text, found.days, found.last_day) if found else text


def unit_reasons(row: BlocRow, unit: UnitRow, now: datetime.datetime) -> Iterator[Reason]:
    """Why to look at a unit: late, behind its targets, fallen, with minus points."""
    yield from _late_papers(row, unit)
    yield from _targets(row, unit, now)
    if row.published is None:
        yield from _late_sheet(row, unit, now)
    yield from _result(row, unit)


def _late_papers(row: BlocRow, unit: UnitRow) -> Iterator[Reason]:
    days = _days_late(row, Step.REGISTRATION)
    url = _season_url("compacts:registration_list", row)
    if unit.registration not in _SENT and days:
        yield Reason("registration", _overdue(_("chưa gửi đăng ký"), row, Step.REGISTRATION), url)
    elif unit.registration_late:
        yield Reason("registration", _("gửi đăng ký muộn"), url)
    days = _days_late(row, Step.SIGNING)
    is_signing = row.compact is not None and row.compact.state == CompactState.SIGNING
    if is_signing and not unit.signed and days:
        text = _overdue(_("chưa ký giao ước"), row, Step.SIGNING)
        yield Reason("signature", text, _season_url("compacts:compact", row))


def progress_url(row: BlocRow, unit: UnitRow) -> str:
    """Where the unit's key tasks stand in the period by which they are judged."""
    args = [row.season.bloc.code, row.season.year, unit.code]
    return f"{reverse('compacts:progress', args=args)}?ky={row.period.value}"


def _targets(row: BlocRow, unit: UnitRow, now: datetime.datetime) -> Iterator[Reason]:
    red, silent = unit.lights[Light.RED], unit.without_data
    if red:
        text = ngettext(
            "%(count)d chỉ tiêu có nguy cơ không đạt",
            "%(count)d chỉ tiêu có nguy cơ không đạt",
            red,
        ) % {"count": red}
        yield Reason("targets", text, progress_url(row, unit))
    if silent and ended_period(row.season.year, now.date()) is not None:
        facts = {"count": silent, "period": row.period.label.lower()}
        text = ngettext(
            "%(count)d chỉ tiêu chưa có số liệu %(period)s",
            "%(count)d chỉ tiêu chưa có số liệu %(period)s",
            silent,
        )
        text %= facts
        yield Reason("no_data", text, progress_url(row, unit))


def _late_sheet(row: BlocRow, unit: UnitRow, now: datetime.datetime) -> Iterator[Reason]:
    if row.round is None or not unit.self_sheet:
        return
    args = [row.season.bloc.code, row.season.year, row.round.code]
    url = reverse("scoring:round", args=args)
    days = days_over(row.round.due_at, now)
    if unit.self_sheet in (SheetState.OPEN, SheetState.RETURNED) and days:
        due = last_day(row.round.due_at) if row.round.due_at else None
        yield Reason("sheet", overdue(_("chưa gửi phiếu tự chấm"), days, due), url)
    elif unit.self_late:
        yield Reason("sheet", _("gửi phiếu tự chấm muộn"), url)


def why_url(row: BlocRow, unit: UnitRow, part: str = "") -> str:
    """Where the unit's published place is explained, at ``part`` of that page."""
    if row.ranked_round is None:
        return ""
    args = [row.season.bloc.code, row.season.year, row.ranked_round.code, unit.code]
    return reverse("scoring:ranking_why", args=args) + part


def _result(row: BlocRow, unit: UnitRow) -> Iterator[Reason]:
    found = unit.result
    if found is None:
        return
    if found.struck:
        yield Reason("struck", _("vướng điều kiện loại"), why_url(row, unit, "#hang"))
    if (unit.movement.moved or 0) <= -FALL:
        facts = {"places": unit.movement.places, "before": unit.movement.before}
        text = _("tụt %(places)d bậc, năm trước hạng %(before)d") % facts
        yield Reason("fall", text, why_url(row, unit, "#hang"))
    if found.minus:
        text = _("bị trừ %(points)s điểm") % {"points": number(found.minus)}
        yield Reason("minus", text, why_url(row, unit, "#tong"))


def bloc_warnings(row: BlocRow, now: datetime.datetime) -> Iterator[Reason]:
    """What a leader would ask about a bloc, in words."""
    yield from _registration_warning(row)
    yield from _compact_warnings(row)
    yield from _late_steps(row)
    yield from _no_differences(row)
    yield from _inflated(row)
    if row.without_data and ended_period(row.season.year, now.date()) is not None:
        facts = {"count": row.without_data, "all": row.targets, "period": row.period.label.lower()}
        text = _("%(count)d/%(all)d chỉ tiêu chưa có số liệu %(period)s") % facts
        url = f"{_season_url('compacts:progress_list', row)}?ky={row.period.value}"
        yield Reason("no_data", text, url)


def _registration_warning(row: BlocRow) -> Iterator[Reason]:
    open_ = len(row.units) - row.accepted
    days = _days_late(row, Step.REGISTRATION)
    if open_ and days:
        text = ngettext(
            "%(count)d đơn vị chưa được chấp nhận đăng ký",
            "%(count)d đơn vị chưa được chấp nhận đăng ký",
            open_,
        ) % {"count": open_}
        url = _season_url("compacts:registration_list", row)
        yield Reason("registration", _overdue(text, row, Step.REGISTRATION), url)


def _compact_warnings(row: BlocRow) -> Iterator[Reason]:
    days = _days_late(row, Step.SIGNING)
    url = _season_url("compacts:compact", row)
    if row.compact is None:
        text = _overdue(_("chưa soạn giao ước"), row, Step.SIGNING)
        yield Reason("compact", text, url)
    elif not row.is_issued:
        if days:
            text = _overdue(_("chưa ban hành giao ước"), row, Step.SIGNING)
            yield Reason("compact", text, url)
    elif row.signed < len(row.units):
        text = ngettext(
            "%(count)d đơn vị chưa ký giao ước",
            "%(count)d đơn vị chưa ký giao ước",
            len(row.units) - row.signed,
        ) % {"count": len(row.units) - row.signed}
        yield Reason("compact", _overdue(text, row, Step.SIGNING), url)
    elif row.signed_late:
        text = ngettext(
            "ký xong giao ước muộn %(days)d ngày",
            "ký xong giao ước muộn %(days)d ngày",
            row.signed_late,
        ) % {"days": row.signed_late}
        yield Reason("compact", text, url)
    if row.is_issued and not row.has_table:
        text = _("giao ước đã ban hành khi chưa thông qua bảng điểm")
        yield Reason("table", text, _season_url("scoring:round_list", row))


def _late_steps(row: BlocRow) -> Iterator[Reason]:
    for step in row.late:
        if step.step in (Step.REGISTRATION, Step.SIGNING):
            continue
        text = _("bước %(step)s chưa xong") % {"step": step.label.lower()}
        late = overdue(text, step.days, step.last_day)
        yield Reason("step", late, _season_url("compacts:season", row))


def _no_differences(row: BlocRow) -> Iterator[Reason]:
    spread = row.spread
    if spread is None:
        return
    url = _season_url("scoring:ranking", row)
    if spread.everyone_excellent:
        facts = {"share": spread.excellent, "name": spread.top_class}
        text = _("không phân hóa: tất cả xếp loại “%(name)s”") % facts
        if spread.excellent < _ALL:
            text = _("gần như không phân hóa: %(share)d%% xếp loại “%(name)s”") % facts
        yield Reason("flat", text, url)
    if len(row.units) >= ENOUGH_UNITS and spread.gap < NARROW:
        text = _("điểm sát nhau: đầu và cuối chỉ cách %(gap)s điểm phần trăm")
        yield Reason("flat", text % {"gap": points(spread.gap)}, url)


def _inflated(row: BlocRow) -> Iterator[Reason]:
    found = row.inflation
    if found is None or row.round is None or found.share < INFLATED:
        return
    args = [row.season.bloc.code, row.season.year, row.round.code]
    text = _("tự chấm cao hơn thẩm định %(share)s%% điểm tối đa")
    facts = {"share": number(found.share)}
    yield Reason("inflated", text % facts, reverse("scoring:fairness", args=args))
