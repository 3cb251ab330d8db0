"""The ranking, why it is so, what the meeting decided, publication."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.models import Season
from compacts.queries import season_tabs
from scoring.forms.meetings import BallotForm, DecisionForm
from scoring.models import Round
from scoring.permissions import can_manage_round, can_see_provisional, can_see_ranking
from scoring.queries.proofs import proofs_of
from scoring.queries.ranking import Ranking, RankingRow, equal_groups
from scoring.queries.ranking import ranking as find_ranking
from scoring.queries.ranking import why as find_why
from scoring.rules import BallotBase, RoundState
from scoring.services.decisions import record_ballot, record_decision
from units.access import require
from units.exports import Column
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.rules import RuleError


def _season(request: PersonRequest, bloc: str, year: int) -> Season:
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    return get_object_or_404(seasons, bloc__code=bloc, year=year)


def _round(request: PersonRequest, bloc: str, year: int, code: str) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("season__bloc__council")
    return get_object_or_404(rounds, season__bloc__code=bloc, season__year=year, code=code)


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "ranking"), **context}


@require_safe
def ranking(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The ranking of the season's newest round, or of the one that ``?dot=`` names."""
    season = _season(request, bloc, year)
    rounds = list(Round.objects.filter(season=season))
    wanted = request.GET.get("dot")
    shown = next((r for r in rounds if r.code == wanted), rounds[-1] if rounds else None)
    context = _page(season, rounds=rounds, round=shown)
    context["before"] = (
        Season.objects.visible_to(request.user)
        .filter(bloc=season.bloc_id, year__lt=year)
        .select_related("bloc")
        .order_by("-year")
        .first()
    )
    if shown is None:
        return render(request, "scoring/ranking.html", context)
    shown.season = season
    verdict = can_see_ranking(request.user, shown)
    context["verdict"] = verdict
    if verdict and shown.state != RoundState.DRAFT:
        provisional = bool(can_see_provisional(request.user, shown))
        found = find_ranking(shown, provisional=provisional)
        name = f"xep-hang-{bloc}-{year}-{shown.code}"
        divisions = Filter[RankingRow](
            "bang",
            _("Bảng"),
            [(one, one) for one in sorted({row.division for row in found.rows} - {""})],
            lambda row: row.division,
        )
        shown_rows = Listing(
            request, _columns(found), found.rows, filters=[divisions], kept=["dot"]
        )
        file = shown_rows.file(name)
        if file is not None:
            return file
        context |= shown_rows.context()
        context |= {"see_provisional": provisional}
        context |= {"ranking": found, "may_manage": can_manage_round(request.user, shown)}
        if context["may_manage"] and found.publication is None:
            context["equals"] = equal_groups(shown)
    return render(request, "scoring/ranking.html", context)


def _columns(found: Ranking) -> list[Column[RankingRow]]:
    """The ranking's columns: rank, unit, each group's points, total, class, titles."""
    columns: list[Column[RankingRow]] = [
        Column(_("Hạng"), lambda row: row.rank),
        Column(_("Đơn vị"), lambda row: row.name),
        Column(_("Bảng"), lambda row: row.division),
    ]
    columns += [
        Column(f"{group.code}. {group.name}", partial(_group_points, place))
        for place, group in enumerate(found.groups)
    ]
    columns += [
        Column(_("Tổng điểm"), lambda row: row.total),
        Column(_("Xếp loại"), lambda row: row.class_name),
        Column(_("Danh hiệu"), lambda row: "; ".join(row.titles)),
    ]
    return columns


def _group_points(place: int, row: RankingRow) -> Decimal | None:
    return row.groups[place].points


@require_safe
def ranking_why(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str
) -> HttpResponse:
    """How one unit's rank, total, titles and each of its points came about."""
    scored = _round(request, bloc, year, round)
    require(can_see_ranking(request.user, scored))
    try:
        found = find_why(scored, unit, provisional=bool(can_see_provisional(request.user, scored)))
    except KeyError as error:
        raise Http404 from error
    proofs = proofs_of(request.user, scored, unit)
    leaves = [(leaf, proofs.evidence.get(leaf.code, ())) for leaf in found.leaves]
    context = _page(scored.season, round=scored, why=found, leaves=leaves, sheets=proofs.sheets)
    return render(request, "scoring/ranking_why.html", context)


def ballot_new(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Enter the counted result of a ballot."""
    scored = _round(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    participants = scored.season.participants.select_related("unit")
    units = [(row.unit.code, row.name) for row in participants]
    initial = {"voters": len(units), "base": BallotBase.ALL}
    form = BallotForm(request.POST or None, units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            record_ballot(
                actor=request.user,
                round_id=scored.pk,
                code=facts["code"],
                name=facts["name"],
                voters=facts["voters"],
                present=facts["present"],
                valid=facts["valid"],
                base=BallotBase(facts["base"]),
                yes=form.yes(),
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã ghi kết quả bỏ phiếu."))
            return redirect("scoring:ranking", bloc, year)
    title = _("Kết quả bỏ phiếu")
    context = _page(scored.season, round=scored, form=form, title=title)
    return render(request, "scoring/meeting_form.html", context)


def decision_new(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str
) -> HttpResponse:
    """Enter the decided order of the units that share a rank with ``unit``."""
    scored = _round(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    groups = equal_groups(scored)
    equals = next((group for group in groups if unit in {code for code, _name in group}), None)
    if equals is None:
        messages.error(request, _("Đơn vị này không đồng hạng với đơn vị nào."))
        return redirect("scoring:ranking", bloc, year)
    form = DecisionForm(request.POST or None, units=equals)
    if request.method == "POST" and form.is_valid():
        try:
            record_decision(
                actor=request.user,
                round_id=scored.pk,
                order=form.order(),
                reason=form.cleaned_data["reason"],
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã ghi quyết định."))
            return redirect("scoring:ranking", bloc, year)
    title = _("Quyết định thứ tự các đơn vị bằng điểm")
    context = _page(scored.season, round=scored, form=form, title=title)
    return render(request, "scoring/meeting_form.html", context)
