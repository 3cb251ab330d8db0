"""Blocs beside each other, for who answers for several of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.rules import Step
from compacts.services.document_files import CONTENT_TYPES, file_of
from scoring.permissions import can_compare_blocs
from scoring.queries.bloc_charts import (
    lights_chart,
    spread_chart,
    spread_line,
    steps_strip,
)
from scoring.queries.bloc_rows import BlocRow, UnitRow, headline
from scoring.queries.blocs import Overseen, blocs_of_year, overseen
from scoring.services.brief import brief_paper
from scoring.views.leader_columns import bloc_columns, unit_columns
from units.access import require
from units.charts import Strip
from units.exports import Column
from units.http import PersonRequest
from units.listing import Filter, Listing

BLOCS_A_PAGE = 20
UNITS_A_PAGE = 50
KEPT = ("xep",)
_NOTHING = Decimal(-1)

Row = TypeVar("Row")
BlocKey = Callable[[BlocRow], Any]
UnitKey = Callable[[UnitRow], Any]

_BLOC_ORDERS: dict[str, BlocKey] = {
    "khoi": lambda row: row.season.bloc.sort_key,
    "buoc": lambda row: sum(one.days for one in row.late),
    "ky": lambda row: (row.signed_share, row.registration_share),
    "cham": lambda row: row.sent_share,
    "diem": lambda row: row.spread.mean if row.spread else _NOTHING,
    "lech": lambda row: row.spread.deviation if row.spread else _NOTHING,
    "tu-cham": lambda row: row.inflation.share if row.inflation else Decimal("-Infinity"),
    "chi-tieu": lambda row: (row.reached_share, -row.without_data),
    "chu-y": lambda row: (len(row.watched), len(row.warnings)),
}
_BLOC_STATES: dict[str, Callable[[BlocRow], bool]] = {
    "luu-y": lambda row: bool(row.warnings),
    "cham-buoc": lambda row: bool(row.late),
    "co-hieu-luc": lambda row: row.in_force_on is not None,
    "chua-ky": lambda row: row.in_force_on is None,
    "da-cong-bo": lambda row: row.published is not None,
    "chua-cong-bo": lambda row: row.published is None,
}
_UNIT_ORDERS: dict[str, UnitKey] = {
    "don-vi": lambda unit: unit.participant.sort_key,
    "khoi": lambda unit: (unit.season.bloc.sort_key, unit.participant.position),
    "diem": lambda unit: unit.result.share if unit.result else _NOTHING,
    "chi-tieu": lambda unit: (unit.reached_share, -unit.without_data),
    "tu-cham": lambda unit: unit.inflation.share if unit.inflation else Decimal("-Infinity"),
    "chu-y": lambda unit: len(unit.reasons),
}
_UNIT_STATES: dict[str, Callable[[UnitRow], bool]] = {
    "chu-y": lambda unit: bool(unit.reasons),
    "khong-so-lieu": lambda unit: bool(unit.without_data),
    "chua-ky": lambda unit: not unit.signed,
    "len-hang": lambda unit: (unit.movement.moved or 0) > 0,
    "xuong-hang": lambda unit: (unit.movement.moved or 0) < 0,
}


def _bloc_states() -> list[tuple[str, str]]:
    return [
        ("luu-y", _("có điều cần lưu ý")),
        ("cham-buoc", _("chậm bước")),
        ("co-hieu-luc", _("giao ước có hiệu lực")),
        ("chua-ky", _("giao ước chưa có hiệu lực")),
        ("da-cong-bo", _("đã công bố")),
        ("chua-cong-bo", _("chưa công bố")),
    ]


def _unit_states() -> list[tuple[str, str]]:
    return [
        ("chu-y", _("cần chú ý")),
        ("khong-so-lieu", _("có chỉ tiêu chưa có số liệu")),
        ("chua-ky", _("chưa ký giao ước")),
        ("len-hang", _("lên hạng")),
        ("xuong-hang", _("xuống hạng")),
    ]


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by; ``backwards`` from the most to the least."""

    key: str
    backwards: bool


def order_of(request: PersonRequest, keys: Sequence[str], default: str) -> Order:
    """The order that ``?xep=`` asks for, a minus in front turning it round."""
    wanted = request.GET.get("xep", "")
    key = wanted.removeprefix("-")
    if key in keys:
        return Order(key, wanted.startswith("-"))
    return Order(default.removeprefix("-"), default.startswith("-"))


def chosen(request: PersonRequest) -> tuple[Overseen, int]:
    """The council of ``?hoi-dong=`` and the year of ``?nam=`` among those the person oversees."""
    found = overseen(request.user, request.GET.get("hoi-dong", ""))
    return found, found.year(_wanted_year(request))


def _wanted_year(request: PersonRequest) -> str:
    return request.GET.get("nam", "").strip()


def _refuse_file_of_another_year(request: PersonRequest, found: Overseen) -> None:
    """A page can say that it shows another year than was asked for; a file would be passed on."""
    if found.lacks(_wanted_year(request)):
        raise Http404(_("Không có mùa thi đua nào của năm này."))


def choices(found: Overseen, year: int) -> list[dict[str, Any]]:
    """The council and the year as fields of the filter."""
    fields = []
    if len(found.councils) > 1 and found.council:
        councils = [(str(one.pk), one.name) for one in found.councils]
        fields.append(
            {
                "name": "hoi-dong",
                "label": _("Hội đồng"),
                "value": str(found.council.pk),
                "choices": councils,
                "needed": True,
            }
        )
    years = [(str(one), str(one)) for one in found.years]
    fields.append(
        {
            "name": "nam",
            "label": _("Năm"),
            "value": str(year),
            "choices": years,
            "needed": True,
        }
    )
    return fields


def _state_filter(
    label: str, states: list[tuple[str, str]], rules: dict[str, Callable[[Any], bool]], wanted: str
) -> Filter[Any]:
    """A choice whose values need not exclude each other: a row has the wanted one or none."""
    rule = rules.get(wanted)
    return Filter(
        "tinh-trang", label, states, lambda row: wanted if rule is not None and rule(row) else ""
    )


def _of_unit(rule: Callable[[UnitRow], Any]) -> Callable[[tuple[BlocRow, UnitRow]], Any]:
    return lambda pair: rule(pair[1])


def _listed(
    request: PersonRequest,
    found: Overseen,
    year: int,
    shown: Listing[Row],
    *,
    orders: Collection[str],
    name: str,
) -> HttpResponseBase | dict[str, Any]:
    """The list as its file, or what its page shows."""
    file = shown.file(f"{name}-{year}")
    if file is not None:
        _refuse_file_of_another_year(request, found)
        return file
    context = _with_choices(request, shown.context(), found, year)
    order = order_of(request, list(orders), "khoi")
    return context | {"found": found, "year": year, "order": order}


def _list(
    request: PersonRequest,
    rows: Iterable[Row],
    *,
    columns: list[Column[Row]],
    orders: Mapping[str, Callable[[Row], Any]],
    states: Filter[Row],
    on_a_page: int,
) -> Listing[Row]:
    """The rows in the order and state of the address."""
    order = order_of(request, list(orders), "khoi")
    return Listing(
        request,
        columns,
        sorted(rows, key=orders[order.key], reverse=order.backwards),
        filters=[states],
        kept=KEPT,
        on_a_page=on_a_page,
    )


def _address(request: PersonRequest, found: Overseen, year: int) -> str:
    """The parameters that ask for the list as it is shown, from its first page on."""
    asked = request.GET.copy()
    asked["nam"] = str(year)
    if found.council:
        asked["hoi-dong"] = str(found.council.pk)
    asked.pop("trang", None)
    return asked.urlencode()


def _list_of_blocs(request: PersonRequest, rows: Iterable[BlocRow]) -> Listing[BlocRow]:
    wanted = request.GET.get("tinh-trang", "")
    return _list(
        request,
        rows,
        columns=bloc_columns(),
        orders=_BLOC_ORDERS,
        states=_state_filter(_("Tình trạng"), _bloc_states(), _BLOC_STATES, wanted),
        on_a_page=BLOCS_A_PAGE,
    )


def _with_choices(
    request: PersonRequest, context: dict[str, Any], found: Overseen, year: int
) -> dict[str, Any]:
    wanted = _wanted_year(request)
    return context | {
        "filters": [*choices(found, year), *context["filters"]],
        "missing_year": wanted if found.lacks(wanted) else "",
    }


@dataclass(frozen=True)
class ShownBloc:
    """A bloc with the drawing of its steps."""

    row: BlocRow
    strip: Strip | None


def _shown(row: BlocRow) -> ShownBloc:
    key = f"buoc-{row.season.pk}"
    return ShownBloc(row, steps_strip(key, row.season, row.steps, timezone.localdate()))


@require_safe
def blocs(request: PersonRequest) -> HttpResponseBase:
    """All blocs of a council that the person answers for, in a year."""
    require(can_compare_blocs(request.user))
    found, year = chosen(request)
    rows = blocs_of_year(request.user, year, found.council)
    shown = _list_of_blocs(request, rows)
    context = _listed(request, found, year, shown, orders=_BLOC_ORDERS, name="cac-khoi")
    if isinstance(context, HttpResponseBase):
        return context
    page = context["page"].object_list
    named = [(row.season.bloc.name, row) for row in page]
    context |= {
        "headline": headline(rows),
        "shown_address": _address(request, found, year),
        "blocs": [_shown(row) for row in page],
        "steps": list(Step),
        "spread": spread_chart("diem", [spread_line(name, row) for name, row in named]),
        "targets": lights_chart(
            "chi-tieu",
            _("Chỉ tiêu của các khối đang ở mức nào"),
            [(name, row.units) for name, row in named if row.targets],
        ),
    }
    return render(request, "scoring/blocs.html", context)


@require_safe
def units(request: PersonRequest) -> HttpResponseBase:
    """All units of a council's blocs in a year, each figure with the way to what it is made of."""
    require(can_compare_blocs(request.user))
    found, year = chosen(request)
    rows = blocs_of_year(request.user, year, found.council)
    wanted = request.GET.get("tinh-trang", "")
    rules = {name: _of_unit(rule) for name, rule in _UNIT_STATES.items()}
    shown = _list(
        request,
        [(row, unit) for row in rows for unit in row.units],
        columns=unit_columns(),
        orders={name: _of_unit(key) for name, key in _UNIT_ORDERS.items()},
        states=_state_filter(_("Tình trạng"), _unit_states(), rules, wanted),
        on_a_page=UNITS_A_PAGE,
    )
    context = _listed(request, found, year, shown, orders=_UNIT_ORDERS, name="cac-don-vi")
    if isinstance(context, HttpResponseBase):
        return context
    return render(request, "scoring/bloc_units.html", context)


@require_safe
def brief(request: PersonRequest, ending: str) -> HttpResponse:
    """The blocs that the page of the same address shows, on one page, as PDF or Word."""
    require(can_compare_blocs(request.user))
    found, year = chosen(request)
    _refuse_file_of_another_year(request, found)
    shown = _list_of_blocs(request, blocs_of_year(request.user, year, found.council))
    rows = list(shown.rows)
    if ending not in CONTENT_TYPES or not rows or found.council is None:
        raise Http404
    state = dict(_bloc_states()).get(request.GET.get("tinh-trang", ""), "")
    narrowed = ", ".join(filter(None, (state, shown.searched and f"“{shown.searched}”")))
    content = file_of(brief_paper(rows, year, found.council, narrowed), ending)
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    how = "inline" if ending == "pdf" else "attachment"
    response["Content-Disposition"] = f'{how}; filename="tom-tat-{year}.{ending}"'
    return response
