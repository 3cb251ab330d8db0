"""Pages of conferences: the list, one to read, its facts and agenda, who is there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compacts.forms.conferences import (
    AgendaFormSet,
    AttendanceFormSet,
    ConclusionForm,
    ConferenceForm,
    GuestFormSet,
    NewConferenceForm,
    agenda_items,
)
from compacts.models import Conference, Season
from compacts.permissions import can_edit_conference, can_run_conference
from compacts.queries import season_tabs
from compacts.queries.conferences import agenda_of, attendance_of
from compacts.rules import ConferenceKind, ConferenceState
from compacts.services import attendance as attendance_services
from compacts.services import conferences as services
from compacts.views.addressed import season_of
from compacts.views.columns import conference_columns
from units.access import require
from units.http import PersonRequest, outcome_told
from units.listing import Filter, Listing
from units.rules import EditConflictError, RuleError
from units.vietnamese import whole_number

_FACTS = ("title", "place", "starts_at", "chair", "minute_taker", "version")


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "year"), **context}


def conference_of(request: PersonRequest, bloc: str, year: int, pk: int) -> Conference:
    """The conference that an address names; 404 where the person does not see its season."""
    found = Conference.objects.visible_to(request.user).select_related("season__bloc__council")
    return get_object_or_404(found, season__bloc__code=bloc, season__year=year, pk=pk)


def _led(request: PersonRequest, bloc: str, year: int, pk: int) -> Conference:
    found = conference_of(request, bloc, year, pk)
    require(can_run_conference(request.user, found.season))
    return found


def _edited(request: PersonRequest, bloc: str, year: int, pk: int) -> Conference:
    """The conference to be edited; what is sent after its closing the service refuses.

    A page that was opened before the closing keeps what was typed there.
    """
    found = _led(request, bloc, year, pk)
    if request.method != "POST":
        require(can_edit_conference(request.user, found))
    return found


@require_safe
def conference_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The season's conferences."""
    season = season_of(request, bloc, year)
    filters: list[Filter[Conference]] = [
        Filter("loai", _("Loại"), ConferenceKind.choices, lookup="kind"),
        Filter("trang-thai", _("Trạng thái"), ConferenceState.choices, lookup="state"),
    ]
    found = Conference.objects.visible_to(request.user).filter(season=season)
    shown = Listing(request, conference_columns(), found, filters=filters)
    file = shown.file(f"hoi-nghi-{bloc}-{year}")
    if file is not None:
        return file
    may_run = bool(can_run_conference(request.user, season))
    context = _page(season, may_run=may_run, **shown.context())
    return render(request, "compacts/conference_list.html", context)


@require_safe
def conference(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """One conference: when and where, the agenda with its conclusions, who is there."""
    found = conference_of(request, bloc, year, pk)
    context = _page(
        found.season,
        conference=found,
        agenda=agenda_of(found),
        attendance=attendance_of(found),
        may_run=bool(can_run_conference(request.user, found.season)),
        may_edit=bool(can_edit_conference(request.user, found)),
    )
    return render(request, "compacts/conference.html", context)


def conference_new(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Plan a conference; its agenda begins with what its kind usually has."""
    season = season_of(request, bloc, year)
    require(can_run_conference(request.user, season))
    leader = ", ".join(filter(None, [season.leader_name, season.leader_position]))
    initial = {"chair": leader, "minute_taker": request.user.full_name}
    form = NewConferenceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.plan_conference(
                actor=request.user,
                season=season,
                kind=ConferenceKind(form.cleaned_data["kind"]),
                facts=form.facts(),
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã lập hội nghị; hãy xem lại chương trình."))
            return redirect("compacts:conference_agenda", bloc, year, made.pk)
    return render(request, "compacts/conference_form.html", _page(season, form=form))


def conference_edit(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Change what, where, when, who leads it."""
    found = _edited(request, bloc, year, pk)
    initial = {name: getattr(found, name) for name in _FACTS}
    form = ConferenceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_conference(
                actor=request.user,
                conference_id=found.pk,
                facts=form.facts(),
                version=form.cleaned_data["version"],
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_version(found.version)
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã lưu hội nghị."))
            return redirect("compacts:conference", bloc, year, pk)
    context = _page(found.season, form=form, conference=found)
    return render(request, "compacts/conference_form.html", context)


def _version(request: PersonRequest, stored: int) -> int:
    return whole_number(request.POST.get("version", ""), stored)


def conference_agenda(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Edit the agenda: order, items, minutes, what the screen shows."""
    found = _edited(request, bloc, year, pk)
    rows = [
        {
            "pk": one.pk,
            "position": one.position,
            "what": one.what,
            "presenter": one.presenter,
            "minutes": one.minutes,
            "screen": one.screen,
            "text": one.text,
            "movement": one.movement_id,
        }
        for one in found.items.all()
    ]
    movements = [(one.pk, one.name) for one in found.season.movements.all()]
    formset = AgendaFormSet(
        request.POST or None, initial=rows, form_kwargs={"movements": movements}
    )
    fault, version = "", found.version
    if request.method == "POST" and formset.is_valid():
        try:
            services.save_agenda(
                actor=request.user,
                conference_id=found.pk,
                items=agenda_items(formset),
                version=_version(request, 0),
            )
        except RuleError as refusal:
            fault = str(refusal)
        else:
            messages.success(request, _("Đã lưu chương trình."))
            return redirect("compacts:conference", bloc, year, pk)
    context = _page(found.season, conference=found, formset=formset, fault=fault, version=version)
    return render(request, "compacts/conference_agenda.html", context)


def conference_attendance(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Mark who is there, all units on one page, and the guests."""
    found = _led(request, bloc, year, pk)
    count = attendance_of(found)
    rows = []
    for line in count.units:
        row = line.row
        rows.append(
            {
                "participant": line.participant.pk,
                "presence": row.presence if row else "",
                "name": row.name if row else line.participant.signatory_name,
                "title": row.title if row else line.participant.signatory_position,
                "note": row.note if row else "",
            }
        )
    data = request.POST or None
    units = AttendanceFormSet(data, initial=rows, prefix="units")
    guests = GuestFormSet(
        data,
        initial=[
            {"name": one.name, "title": one.title, "organisation": one.organisation}
            for one in count.guests
        ],
        prefix="guests",
    )
    fault = ""
    if request.method == "POST" and units.is_valid() and guests.is_valid():
        everybody = request.POST.get("action") == "everybody"
        given = [form.guest() for form in guests]
        try:
            attendance_services.mark_attendance(
                actor=request.user,
                conference_id=found.pk,
                units={
                    form.cleaned_data["participant"]: form.present(unknown_are_present=everybody)
                    for form in units
                },
                guests=[one for one in given if one is not None],
                version=_version(request, 0),
            )
        except RuleError as refusal:
            fault = str(refusal)
        else:
            messages.success(request, _("Đã điểm danh."))
            return redirect("compacts:conference_attendance", bloc, year, pk)
    context = _page(
        found.season,
        conference=found,
        rows=list(zip(count.units, units, strict=False)),
        attendance=count,
        units=units,
        guests=guests,
        fault=fault,
    )
    return render(request, "compacts/conference_attendance.html", context)


def conference_conclude(
    request: PersonRequest, bloc: str, year: int, pk: int, item: int
) -> HttpResponse:
    """Note what was said and concluded on an item."""
    found = _led(request, bloc, year, pk)
    one = get_object_or_404(found.items, pk=item)
    initial = {"text": one.conclusion, "version": one.conclusion_version}
    form = ConclusionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_conclusion(actor=request.user, item_id=one.pk, **form.cleaned_data)
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_version(one.conclusion_version)
        except RuleError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã ghi kết luận."))
            running = found.state == ConferenceState.RUNNING
            page = "compacts:conference_remote" if running else "compacts:conference"
            return redirect(page, bloc, year, pk)
    context = _page(found.season, conference=found, item=one, form=form)
    return render(request, "compacts/conference_conclude.html", context)


@require_POST
def conference_open(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Open the conference."""
    found = _led(request, bloc, year, pk)
    try:
        services.open_conference(actor=request.user, conference_id=found.pk)
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("compacts:conference", bloc, year, pk)
    return redirect("compacts:conference_remote", bloc, year, pk)


@require_POST
def conference_close(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Close the conference."""
    found = _led(request, bloc, year, pk)
    with outcome_told(request, _("Đã bế mạc hội nghị.")):
        services.close_conference(actor=request.user, conference_id=found.pk)
    return redirect("compacts:conference", bloc, year, pk)
