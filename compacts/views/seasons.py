"""Pages of seasons: list, opening, overview, dates, journal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.forms.seasons import (
    MilestoneForm,
    NewSeasonForm,
    SeasonForm,
)
from compacts.forms.signatories import SignatoryForm, SignatoryFormSet
from compacts.models import Announcement, Participant, Season
from compacts.permissions import can_create_season, can_manage_season, can_read_journal
from compacts.queries import season_overview, season_tabs
from compacts.rules import OfficeKind, SelectionWay, Step
from compacts.services import seasons as services
from compacts.views.columns import acted_by, journal_columns, season_columns
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.models import AuditEntry, Bloc, Unit
from units.queries import journal as find_journal
from units.rules import EditConflictError, RuleError

# Of what is on the board, how much the overview shows.
ANNOUNCED = 3


def _season(request: PersonRequest, bloc: str, year: int) -> Season:
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    return get_object_or_404(seasons, bloc__code=bloc, year=year)


def _page(season: Season, active: str, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, active), **context}


@require_safe
def season_list(request: PersonRequest) -> HttpResponseBase:
    """The seasons that the person sees, newest first."""
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    years = seasons.order_by("-year").values_list("year", flat=True).distinct()
    blocs = Bloc.objects.visible_to(request.user).values_list("code", "name")
    filters: list[Filter[Season]] = [
        Filter("nam", _("Năm"), [(str(one), str(one)) for one in years], lookup="year"),
        Filter("khoi", _("Khối"), list(blocs), lookup="bloc__code"),
    ]
    shown = Listing(request, season_columns(), seasons, filters=filters)
    file = shown.file("mua-thi-dua")
    if file is not None:
        return file
    return render(request, "compacts/season_list.html", shown.context())


def season_new(request: PersonRequest, bloc: str) -> HttpResponse:
    """Open a new season of a bloc."""
    found = get_object_or_404(Bloc.objects.visible_to(request.user), code=bloc)
    require(can_create_season(request.user, found))
    units = Unit.objects.filter(memberships__bloc=found).distinct()
    form = NewSeasonForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            season = services.create_season(
                actor=request.user,
                bloc=found,
                year=facts["year"],
                starts_on=facts["starts_on"],
                ends_on=facts["ends_on"],
                theme=facts["theme"],
                head=facts["head"],
                deputies=list(facts["deputies"]),
                chosen_by=SelectionWay(facts["chosen_by"]),
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã mở mùa thi đua."))
            return redirect("compacts:season", found.code, season.year)
    return render(request, "compacts/season_new.html", {"form": form, "bloc": found})


@require_safe
def season(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """The overview: who runs it, where it stands, what is due."""
    found = _season(request, bloc, year)
    context = _page(
        found,
        "overview",
        overview=season_overview(found),
        announcements=Announcement.objects.filter(season=found).current(timezone.localdate())[
            :ANNOUNCED
        ],
        may_manage=can_manage_season(request.user, found),
    )
    return render(request, "compacts/season.html", context)


def season_edit(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Theme, leader in charge and offices."""
    found = _season(request, bloc, year)
    require(can_manage_season(request.user, found))
    offices = list(found.offices.all())
    form = SeasonForm(
        request.POST or None,
        season=found,
        initial={
            "theme": found.theme,
            "leader_name": found.leader_name,
            "leader_position": found.leader_position,
            "head": next((o.unit_id for o in offices if o.kind == OfficeKind.HEAD), None),
            "deputies": [o.unit_id for o in offices if o.kind == OfficeKind.DEPUTY],
            "chosen_by": offices[0].chosen_by if offices else SelectionWay.ROTATION,
            "seen": services.season_seen(found),
        },
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.update_season(
                actor=request.user,
                season_id=found.pk,
                theme=facts["theme"],
                leader_name=facts["leader_name"],
                leader_position=facts["leader_position"],
                head=facts["head"],
                deputies=list(facts["deputies"]),
                chosen_by=SelectionWay(facts["chosen_by"]),
                seen=facts["seen"],
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_seen(services.season_seen(found))
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã lưu thiết lập."))
            return redirect("compacts:season", bloc, year)
    context = _page(found, "overview", form=form, title=_("Thiết lập mùa thi đua"))
    return render(request, "compacts/season_edit.html", context)


def signatories(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Who signs for each unit of the season."""
    found = _season(request, bloc, year)
    require(can_manage_season(request.user, found))
    participants, formset = _signatories(request, found)
    refusal = ""
    if request.method == "POST" and formset.is_valid():
        changed = [form for form in formset if form.is_changed()]
        try:
            services.update_participants(
                actor=request.user,
                season_id=found.pk,
                signatories={
                    form.cleaned_data["participant"]: form.signatory() for form in changed
                },
                seen={
                    form.cleaned_data["participant"]: form.cleaned_data["seen"] for form in changed
                },
            )
        except EditConflictError as conflict:
            refusal = str(conflict)
            participants, formset = _signatories(request, found)
            _show_stored(formset)
        else:
            messages.success(request, _("Đã lưu người ký."))
            return redirect("compacts:season", bloc, year)
    rows = list(zip(participants, formset, strict=False))
    context = _page(found, "overview", formset=formset, rows=rows, refusal=refusal)
    return render(request, "compacts/season_signatories.html", context)


def _signatories(
    request: PersonRequest, season: Season
) -> tuple[list[Participant], BaseFormSet[SignatoryForm]]:
    """The units of the season, and the form of each over what stands there now."""
    participants = list(season.participants.all())
    initial = [
        {
            "participant": row.pk,
            "seen": services.signatory_of(row).mark,
            "signatory_name": row.signatory_name,
            "signatory_position": row.signatory_position,
        }
        for row in participants
    ]
    return participants, SignatoryFormSet(request.POST or None, initial=initial)


def _show_stored(formset: BaseFormSet[SignatoryForm]) -> None:
    """Show beside what was typed what somebody else has stored since."""
    if formset.is_valid():
        for form in formset:
            if form.is_changed() and form.cleaned_data["seen"] != form.initial["seen"]:
                form.take_seen(form.initial["seen"])


def milestone(request: PersonRequest, bloc: str, year: int, step: str) -> HttpResponse:
    """The dates of one step."""
    found = _season(request, bloc, year)
    require(can_manage_season(request.user, found))
    known = Step(step)
    stored = found.milestones.filter(step=known).first()
    names = ("is_on", "opens_at", "due_at", "extended_to", "extension_reason")
    initial = {name: getattr(stored, name) for name in names} if stored else {"is_on": True}
    shown = services.milestone_seen(stored)
    form = MilestoneForm(request.POST or None, initial=initial | {"seen": shown})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        seen = facts.pop("seen")
        try:
            services.save_milestone(
                actor=request.user,
                season_id=found.pk,
                step=known,
                facts=services.MilestoneFacts(**facts),
                seen=seen,
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_seen(shown)
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã lưu mốc thời gian."))
            return redirect("compacts:season", bloc, year)
    context = _page(found, "overview", form=form, step=known, title=_("Mốc thời gian"))
    return render(request, "compacts/season_edit.html", context)


@require_safe
def journal(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The season's audit trail as sentences."""
    found = _season(request, bloc, year)
    require(can_read_journal(request.user, found))
    entries = find_journal(found.audit_chain)
    names = entries.order_by("actor_name").values_list("actor_name", flat=True).distinct()
    people = Filter[AuditEntry](
        "nguoi",
        _("Người thực hiện"),
        [(name, acted_by(name)) for name in names if name],
        lookup="actor_name",
    )
    # Who reads it in English finds an entry by its own words, too: names of what it tells of.
    written = None if get_language() == settings.LANGUAGE_CODE else _written
    shown = Listing(request, journal_columns(), entries, filters=[people], also=written)
    file = shown.file(f"nhat-ky-{bloc}-{year}")
    if file is not None:
        return file
    return render(request, "compacts/journal.html", _page(found, "journal", **shown.context()))


def _written(entry: AuditEntry) -> str:
    return entry.summary
