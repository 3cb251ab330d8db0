"""Ballots in the browser: set up, voted in on the phone, closed, and the result."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from scoring.forms.polls import PollForm, TallyForm
from scoring.models import Poll
from scoring.permissions import can_manage_poll, can_manage_round, can_vote
from scoring.queries.polls import (
    base_of,
    has_voted,
    open_votes,
    receipt_counted,
    results_of,
)
from scoring.rules import PollState, PollWay
from scoring.services.polls import cast_vote, close_poll, enrol, open_poll, set_up_poll
from scoring.views.columns import poll_columns
from scoring.views.rounds import page, refused, round_of, season_of
from units.access import require
from units.http import PersonRequest, form_of, outcome_told
from units.listing import Filter, Listing
from units.models import Person, Unit
from units.queries import people_of_units
from units.rules import UNIT_ROLES, RuleError


def _poll(request: PersonRequest, bloc: str, year: int, pk: int) -> Poll:
    polls = Poll.objects.visible_to(request.user).select_related(
        "round__season__bloc__council", "ballot"
    )
    return get_object_or_404(
        polls, pk=pk, round__season__bloc__code=bloc, round__season__year=year
    )


@require_safe
def poll_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """All ballots of a season."""
    season = season_of(request, bloc, year)
    polls = Poll.objects.filter(round__season=season).select_related("round", "ballot")
    states = Filter[Poll]("trang-thai", _("Trạng thái"), PollState.choices, lookup="state")
    shown = Listing(request, poll_columns(), polls, filters=[states])
    file = shown.file(f"bo-phieu-{bloc}-{year}")
    if file is not None:
        return file
    return render(request, "scoring/poll_list.html", page(season, **shown.context()))


def poll_new(request: PersonRequest, bloc: str, year: int, round: str) -> HttpResponse:
    """Set up a ballot about the units of a round."""
    scored = round_of(request, bloc, year, round)
    require(can_manage_round(request.user, scored))
    units = Unit.objects.filter(pk__in=scored.season.participants.values("unit"))
    form = PollForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            made = set_up_poll(
                actor=request.user,
                round_id=scored.pk,
                facts=form.facts(),
                candidates=list(form.cleaned_data["candidates"]),
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã chuẩn bị cuộc bỏ phiếu; xem danh sách cử tri rồi mở."))
            return redirect("scoring:poll", bloc, year, made.pk)
    context = page(scored.season, round=scored, form=form)
    return render(request, "scoring/poll_form.html", context)


@require_safe
@never_cache
def poll(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """A ballot: its roll while it is set up, the paper while it is open, the result afterwards."""
    return _shown(request, _poll(request, bloc, year, pk))


def _shown(request: PersonRequest, found: Poll, receipt: str = "") -> HttpResponse:
    manages = bool(can_manage_poll(request.user, found))
    votes = found.state == PollState.OPEN and found.way == PollWay.ONLINE
    tally = None
    candidates = [row.unit for row in found.candidates.select_related("unit")]
    if manages and found.state == PollState.OPEN and found.way == PollWay.PAPER:
        tally = TallyForm(units=candidates)
    asked = request.GET.get("bien-nhan", "")
    context = page(
        found.round.season,
        poll=found,
        candidates=candidates,
        roll=found.roll.select_related("person", "unit").order_by("unit__sort_key"),
        seats=_seats(found) if manages and found.state == PollState.SET_UP else [],
        manages=manages,
        may_vote=votes and bool(can_vote(request.user, found)),
        voted=votes and has_voted(found, request.user),
        receipt=receipt,
        tally=tally,
        results=results_of(found),
        base=base_of(found.ballot) if found.ballot else 0,
        percent_wanted=100 * found.min_share if found.min_share else None,
        open_votes=open_votes(found),
        asked=asked,
        counted=bool(asked) and receipt_counted(found, asked),
    )
    return render(request, "scoring/poll.html", context)


def _seats(found: Poll) -> list[tuple[Unit, list[Person], int | None]]:
    """Each unit, who could vote for it, and who does."""
    rows = list(found.round.season.participants.select_related("unit"))
    people = people_of_units([row.unit_id for row in rows], UNIT_ROLES)
    chosen = dict(found.roll.values_list("unit", "person"))
    return [(row.unit, people.get(row.unit_id, []), chosen.get(row.unit_id)) for row in rows]


def _act(
    request: PersonRequest, found: Poll, done: str, action: Callable[[], object]
) -> HttpResponse:
    with outcome_told(request, done):
        action()
    season = found.round.season
    return redirect("scoring:poll", season.bloc.code, season.year, found.pk)


@require_POST
def poll_enrol(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Choose who votes for a unit."""
    found = _poll(request, bloc, year, pk)
    unit = get_object_or_404(
        found.round.season.participants.select_related("unit"),
        unit__code=request.POST.get("unit", ""),
    ).unit
    offered = people_of_units([unit.pk], UNIT_ROLES).get(unit.pk, [])
    wanted = request.POST.get("person", "")
    person = next((one for one in offered if str(one.pk) == wanted), None)
    return _act(
        request,
        found,
        _("Đã ghi danh sách cử tri."),
        lambda: enrol(actor=request.user, poll_id=found.pk, unit=unit, person=person),
    )


@require_POST
def poll_open(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Open the box."""
    found = _poll(request, bloc, year, pk)
    return _act(
        request,
        found,
        _("Đã mở hòm phiếu."),
        lambda: open_poll(actor=request.user, poll_id=found.pk),
    )


@form_of("scoring:poll")
@never_cache
@sensitive_post_parameters()
def poll_vote(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Put one's paper into the box; the receipt is shown once, on this very answer."""
    found = _poll(request, bloc, year, pk)
    try:
        receipt = cast_vote(
            actor=request.user, poll_id=found.pk, choices=request.POST.getlist("choice")
        )
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("scoring:poll", bloc, year, pk)
    return _shown(request, found, receipt)


@form_of("scoring:poll")
def poll_close(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Close the box and count; of a paper ballot, take the tellers' count."""
    found = _poll(request, bloc, year, pk)
    tally = None
    if found.way == PollWay.PAPER and can_manage_poll(request.user, found):
        candidates = [row.unit for row in found.candidates.select_related("unit")]
        form = TallyForm(request.POST, units=candidates)
        if not form.is_valid():
            context = page(found.round.season, poll=found, tally=form, candidates=candidates)
            return render(request, "scoring/poll_tally.html", context)
        tally = form.tally()
    return _act(
        request,
        found,
        _("Đã khóa hòm phiếu và ghi kết quả."),
        lambda: close_poll(actor=request.user, poll_id=found.pk, tally=tally),
    )


@require_safe
def poll_minutes(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """The minutes of the count (biên bản kiểm phiếu), to be printed and signed."""
    found = _poll(request, bloc, year, pk)
    context = page(
        found.round.season,
        poll=found,
        results=results_of(found),
        base=base_of(found.ballot) if found.ballot else 0,
    )
    return render(request, "scoring/poll_minutes.html", context)
