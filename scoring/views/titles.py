"""Titles: the checklist of each unit, the bloc's proposal, the Council's decision beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from compacts.models import Season
from compacts.permissions import is_of_unit
from compacts.queries import season_tabs
from scoring.forms.titles import (
    CouncilDecisionForm,
    UnproposedAwardForm,
    after_conflict,
    check_lines,
)
from scoring.models import Award, Round
from scoring.permissions import can_manage_round, can_see_provisional, can_see_ranking
from scoring.queries.titles import (
    TitlesPage,
    UnitTitles,
    decision_as_text,
    proposal_as_facts,
    titles_page,
)
from scoring.rules import AwardOutcome, RoundState
from scoring.services.awards import (
    propose_awards,
    record_council_decision,
    record_unproposed_award,
    save_condition_checks,
)
from scoring.views.columns import award_columns
from scoring.views.rounds import refused, round_of
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.models import Unit
from units.rules import EditConflictError, RuleError
from units.seen import mark_of

_SEPARATOR = ":"


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "ranking"), **context}


def _titles_url(scored: Round) -> str:
    season = scored.season
    return reverse("scoring:titles", args=[season.bloc.code, season.year, scored.code])


def _back(scored: Round) -> HttpResponse:
    return redirect(_titles_url(scored))


@require_safe
def titles(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponseBase:
    """Which unit meets what for which title; proposals and decisions beside each other."""
    return _titles(request, round_of(request, bloc, year, round))


def _titles(
    request: PersonRequest,
    scored: Round,
    ticked: list[str] | None = None,
    seen: str | None = None,
) -> HttpResponseBase:
    """The page; ``ticked`` is what was chosen for a proposal that was refused.

    ``seen`` is the mark of the list that this was chosen from, where that is still to be asked.
    """
    bloc, year = scored.season.bloc.code, scored.season.year
    require(can_see_ranking(request.user, scored))
    provisional = bool(can_see_provisional(request.user, scored))
    found = titles_page(scored, provisional=provisional)
    manages = bool(can_manage_round(request.user, scored))
    shown = Listing(request, award_columns(), found.awards, filters=_award_filters(found))
    file = shown.file(f"danh-hieu-{bloc}-{year}-{scored.code}")
    if file is not None:
        return file
    context = _page(
        scored.season,
        round=scored,
        found=found,
        ticked=ticked,
        seen=seen or mark_of(proposal_as_facts(found.awards)),
        **shown.context(),
        manages=manages,
        sees_checks=provisional,
        own={
            row.unit.code
            for row in scored.season.participants.select_related("unit")
            if is_of_unit(request.user, row.unit_id)
        },
        proposes=manages and scored.state == RoundState.PUBLISHED,
    )
    return render(request, "scoring/titles.html", context)


def _award_filters(found: TitlesPage) -> list[Filter[Award]]:
    names = [(one.title.code, one.title.name) for one in found.titles]
    return [
        Filter("danh-hieu", _("Danh hiệu"), names, lambda award: award.title_code),
        Filter("ket-qua", _("Hội đồng"), AwardOutcome.choices, lambda award: award.outcome),
    ]


def _unit_of(scored: Round, unit: str) -> Unit:
    rows = scored.season.participants.select_related("unit")
    return get_object_or_404(rows, unit__code=unit).unit


def _titles_of(scored: Round, unit: str) -> UnitTitles:
    found = next((one for one in titles_page(scored).units if one.code == unit), None)
    if found is None:
        raise Http404
    return found


def title_checks(
    request: PersonRequest, bloc: str, year: int, round: str, unit: str
) -> HttpResponse:
    """Enter what no figure tells about the unit: met, not met, not known yet."""
    scored = round_of(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    checked = _unit_of(scored, unit)
    found = _titles_of(scored, unit)
    posted = request.POST if request.method == "POST" else None
    titles = check_lines(found, posted)
    lines = [one for _name, lines in titles for one in lines]
    if posted is not None and not any(one.error for one in lines):
        try:
            save_condition_checks(
                actor=request.user,
                round_id=scored.pk,
                unit=checked,
                checks=[one.facts() for one in lines],
            )
        except EditConflictError as conflict:
            messages.error(request, str(conflict))
            after_conflict(_titles_of(scored, unit), titles)
        except RuleError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("Đã ghi kiểm tra điều kiện của %(unit)s.") % {"unit": checked.name}
            )
            return _back(scored)
    context = _page(scored.season, round=scored, unit=checked, titles=titles)
    return render(request, "scoring/title_checks.html", context)


def awards_propose(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponseBase:
    """Make the ticked ones the bloc's proposal."""
    scored = round_of(request, bloc, year, round)
    if request.method != "POST":
        # The list below a refused proposal turns its pages by addresses relative to this one.
        return redirect(f"{_titles_url(scored)}?{request.GET.urlencode()}")
    ticked = request.POST.getlist("award")
    parts = (text.partition(_SEPARATOR) for text in ticked)
    chosen = {(unit, title) for unit, _sep, title in parts}
    try:
        made = propose_awards(
            actor=request.user, round_id=scored.pk, chosen=chosen, seen=request.POST.get("seen")
        )
    except EditConflictError:
        text = _(
            "Người khác vừa lập danh sách này nên chưa lưu. Ô đồng chí chọn vẫn còn ở dưới, ★ là "
            "đề nghị đang có; bấm “Lập lại danh sách đề nghị” lần nữa là thay bản của người đó."
        )
        messages.error(request, text)
        return _titles(request, scored, ticked)
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return _titles(request, scored, ticked, request.POST.get("seen"))
    text = ngettext(
        "Đã lập danh sách: %(count)s đề nghị.", "Đã lập danh sách: %(count)s đề nghị.", len(made)
    ) % {"count": len(made)}
    messages.success(request, text)
    return _back(scored)


def award_decide(
    request: PersonRequest, bloc: str, year: int, round: str, pk: int
) -> HttpResponse:
    """Record what the Council decided about a proposal."""
    scored = round_of(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    award = get_object_or_404(scored.awards.select_related("unit"), pk=pk)
    initial = {
        "outcome": award.outcome,
        "number": award.decision_number,
        "decided_on": award.decided_on,
        "note": award.note,
        "seen": decision_as_text(award),
    }
    form = CouncilDecisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record_council_decision(
                actor=request.user,
                round_id=scored.pk,
                award_id=award.pk,
                decision=form.decision(),
                seen=request.POST.get("seen"),
            )
        except EditConflictError as conflict:
            refused(form, conflict)
            award.refresh_from_db()
            form.take_seen(decision_as_text(award))
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã ghi quyết định của Hội đồng."))
            return _back(scored)
    context = _page(scored.season, round=scored, award=award, form=form)
    return render(request, "scoring/award_form.html", context)


def award_add(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Record a title that the Council gave without the bloc's proposal."""
    scored = round_of(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    offered = [(one.title.code, one.title.name) for one in titles_page(scored).titles]
    form = UnproposedAwardForm(request.POST or None, season=scored.season, titles=offered)
    if request.method == "POST" and form.is_valid():
        try:
            record_unproposed_award(
                actor=request.user,
                round_id=scored.pk,
                unit=form.cleaned_data["unit"],
                title_code=form.cleaned_data["title"],
                decision=form.decision(),
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã ghi quyết định của Hội đồng."))
            return _back(scored)
    context = _page(scored.season, round=scored, form=form)
    return render(request, "scoring/award_form.html", context)
