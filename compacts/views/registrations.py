"""Pages of registrations."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from compacts.forms.registrations import (
    USUAL_TASKS,
    ReasonForm,
    RegistrationForm,
    TaskFormSet,
    rows_of,
)
from compacts.models import KeyTask, Participant, Registration, Season
from compacts.permissions import (
    can_edit_registration,
    can_judge_registration,
    can_manage_season,
    can_submit_registration,
    is_unit_head,
)
from compacts.queries import season_tabs
from compacts.rules import REGISTRATION_MOVES, RegistrationAction, RegistrationState
from compacts.services import registrations as services
from compacts.services.notices import Reminded
from compacts.views.columns import RegistrationLine, registration_columns
from units.access import Verdict
from units.http import PersonRequest, outcome_told
from units.listing import Filter, Listing
from units.rules import EditConflictError, RuleError


def _season(request: PersonRequest, bloc: str, year: int) -> Season:
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    return get_object_or_404(seasons, bloc__code=bloc, year=year)


def _registration(request: PersonRequest, bloc: str, year: int, unit: str) -> Registration:
    """The unit's registration; begun for who may write it, 404 where it may not be seen."""
    season = _season(request, bloc, year)
    participants = season.participants.select_related("unit")
    participant = get_object_or_404(participants, unit__code=unit)
    missing = not Registration.objects.filter(season=season, unit=participant.unit).exists()
    if missing and can_edit_registration(
        request.user, Registration(season=season, unit=participant.unit)
    ):
        services.registration_of(season, participant.unit)
    visible = Registration.objects.visible_to(request.user).select_related(
        "season__bloc__council", "unit", "submitted_by"
    )
    return get_object_or_404(visible, season=season, unit=participant.unit)


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "registrations"), **context}


@require_safe
def registration_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """Who has registered and how far, with the states as filters."""
    season = _season(request, bloc, year)
    visible = Registration.objects.visible_to(request.user).filter(season=season)
    found = {row.unit_id: row for row in visible.prefetch_related("tasks", "titles__title")}
    participants = list(season.participants.select_related("unit"))
    counts = Counter(found[p.unit_id].state if p.unit_id in found else "" for p in participants)
    lines = _task_lines([(row, found.get(row.unit_id)) for row in participants])
    states: list[tuple[str, str | Promise, int]] = [("none", _("Chưa bắt đầu"), counts[""])]
    states += [(value, label, counts[value]) for value, label in RegistrationState.choices]
    chosen = Filter[RegistrationLine](
        "trang-thai",
        _("Trạng thái"),
        [(value, f"{label} ({count})") for value, label, count in states],
        lambda line: line.registration.state if line.registration else "none",
    )
    shown = Listing(request, registration_columns(), lines, filters=[chosen])
    file = shown.file(f"dang-ky-{bloc}-{year}")
    if file is not None:
        return file
    units = {line.participant.pk: (line.participant, line.registration) for line in shown.rows}
    context = _page(
        season,
        **shown.context(list(units.values())),
        may_manage=can_manage_season(request.user, season),
        unbegun=[
            row.unit_id
            for row in participants
            if row.unit_id not in found
            and can_edit_registration(request.user, Registration(season=season, unit=row.unit))
        ],
        behind=len(participants)
        - counts[RegistrationState.SUBMITTED]
        - counts[RegistrationState.ACCEPTED],
    )
    return render(request, "compacts/registration_list.html", context)


def show_reminded(request: PersonRequest, reminded: Reminded) -> None:
    """Say how many were told, and which units have nobody to tell."""
    text = ngettext("Đã nhắc %(count)s người.", "Đã nhắc %(count)s người.", reminded.people) % {
        "count": reminded.people
    }
    nobody = _("Không có ai mới cần nhắc hôm nay.")
    messages.success(request, text if reminded.people else nobody)
    if reminded.without_people:
        units = "; ".join(reminded.without_people)
        messages.warning(request, _("Chưa có tài khoản để nhắc: %(units)s.") % {"units": units})


def _task_lines(
    rows: list[tuple[Participant, Registration | None]],
) -> list[RegistrationLine]:
    """A line for each key task, or one for a unit without any."""
    lines = []
    for participant, found in rows:
        tasks: list[KeyTask | None] = [*found.tasks.all()] if found else []
        lines += [RegistrationLine(participant, found, task) for task in tasks or [None]]
    return lines


def registration(request: PersonRequest, bloc: str, year: int, unit: str) -> HttpResponse:
    """A unit's registration: the form while it is written, else the text."""
    found = _registration(request, bloc, year, unit)
    may_edit = can_edit_registration(request.user, found)
    if not may_edit or found.state not in REGISTRATION_MOVES[RegistrationAction.EDIT]:
        if request.method == "POST":
            return _not_written(request, found, may_edit)
        return _show(request, found)
    offered = list(found.season.offered_titles.all())
    if request.method == "POST":
        form = RegistrationForm(request.POST, offered=offered)
        formset = TaskFormSet(request.POST, prefix="tasks")
        if form.is_valid() and formset.is_valid():
            return _save(request, found, form, formset)
        if "autosave" in request.POST:
            return _refused_fields(form, formset)
    else:
        form = RegistrationForm(
            offered=offered,
            initial={
                "version": found.version,
                "titles": list(found.titles.values_list("title__code", flat=True)),
            },
        )
        formset = TaskFormSet(prefix="tasks", initial=_initial_tasks(found))
    return _edit_page(request, found, form, formset)


def _not_written(request: PersonRequest, found: Registration, may_edit: Verdict) -> HttpResponse:
    """Say that what was sent came too late: an editor still open would take silence for saved."""
    why = str(may_edit.reason) or _("Bản đăng ký này đã gửi; điều nhập sau đó không được ghi.")
    if "autosave" in request.POST:
        return JsonResponse({"error": why}, status=422)
    messages.warning(request, why)
    season = found.season
    return redirect("compacts:registration", season.bloc.code, season.year, found.unit.code)


def _refused_fields(form: RegistrationForm, formset: Any) -> JsonResponse:
    """Say which fields kept the draft from being saved while it is typed."""
    forms = [form, *formset]
    errors = {one.add_prefix(name): texts for one in forms for name, texts in one.errors.items()}
    return JsonResponse({"error": _("Có ô chưa đúng, chưa lưu."), "errors": errors}, status=422)


def _initial_tasks(found: Registration) -> list[dict[str, Any]]:
    names = ("text", "measure", "unit_of_measure", "target", "due_on", "ad_hoc")
    tasks: list[dict[str, Any]] = [
        {name: getattr(task, name) for name in names} for task in found.tasks.all()
    ]
    return tasks + [{} for _empty in range(max(1, USUAL_TASKS - len(tasks)))]


def _edit_page(
    request: PersonRequest, found: Registration, form: Any, formset: Any, theirs: Any = None
) -> HttpResponse:
    rows, spare = rows_of(formset)
    context = _page(
        found.season,
        registration=found,
        form=form,
        formset=formset,
        rows=rows,
        spare=spare,
        theirs=theirs,
        may_submit=can_submit_registration(request.user, found),
        is_head=is_unit_head(request.user, found.unit_id),
        missing=services.missing_parts(found),
        approved_by_name=request.POST.get("approved_by_name", found.approved_by_name),
    )
    return render(request, "compacts/registration_edit.html", context)


def _save(request: PersonRequest, found: Registration, form: Any, formset: Any) -> HttpResponse:
    autosave = "autosave" in request.POST
    tasks = [task for row in formset if (task := row.task()) is not None]
    facts = form.cleaned_data
    try:
        saved = services.save_draft(
            actor=request.user,
            registration_id=found.pk,
            version=facts["version"],
            titles=facts["titles"],
            tasks=tasks,
        )
    except EditConflictError as conflict:
        if autosave:
            return JsonResponse({"error": str(conflict)}, status=409)
        current = Registration.objects.get(pk=found.pk)
        _take_version(form, current.version)
        form.add_error(None, str(conflict))
        return _edit_page(request, found, form, formset, theirs=current.tasks.all())
    except RuleError as refusal:
        if autosave:
            return JsonResponse({"error": str(refusal)}, status=422)
        form.add_error(None, str(refusal))
        return _edit_page(request, found, form, formset)
    if autosave:
        at = timezone.localtime()
        return JsonResponse({"version": saved.version, "saved_at": f"{at:%H:%M:%S}"})
    try:
        return _after_save(request, found)
    except RuleError as refusal:
        # What was typed for the sending alone is stored nowhere yet: the page keeps it.
        _take_version(form, saved.version)
        form.add_error(None, str(refusal))
        return _edit_page(request, saved, form, formset)


def _take_version(form: Any, version: int) -> None:
    """Let the form, sent again, be one over the stored ``version``."""
    form.data = form.data.copy()
    form.data["version"] = str(version)


def _after_save(request: PersonRequest, found: Registration) -> HttpResponse:
    """What the pressed button asks for beyond saving: approval or sending."""
    season = found.season
    here = redirect("compacts:registration", season.bloc.code, season.year, found.unit.code)
    action = request.POST.get("action", "save")
    if action == "ask":
        services.ask_approval(actor=request.user, registration_id=found.pk)
        messages.success(
            request,
            _(
                "Đã trình thủ trưởng duyệt. Khi thủ trưởng duyệt, bản đăng ký được gửi đến thư"
                " ký khối."
            ),
        )
    elif action == "submit":
        sent = services.submit_registration(
            actor=request.user,
            registration_id=found.pk,
            approved_by_name=request.POST.get("approved_by_name", ""),
        )
        late = _(" Bản đăng ký được ghi nhận là gửi muộn.") if sent.submitted_late else ""
        done = _(
            "Đã gửi bản đăng ký. Thư ký khối được báo ngay; đơn vị nhận thông báo khi bản đăng"
            " ký được chấp nhận hoặc trả lại."
        )
        messages.success(request, done + late)
    else:
        messages.success(request, _("Đã lưu nháp."))
    return here


def _show(request: PersonRequest, found: Registration) -> HttpResponse:
    context = _page(
        found.season,
        registration=found,
        tasks=found.tasks.all(),
        titles=found.titles.select_related("title"),
        may_judge=can_judge_registration(request.user, found),
        reason_form=ReasonForm(),
    )
    return render(request, "compacts/registration.html", context)


@require_POST
def registration_return(request: PersonRequest, bloc: str, year: int, unit: str) -> HttpResponse:
    """Give it back with a reason."""
    found = _registration(request, bloc, year, unit)
    with outcome_told(request, _("Đã trả lại bản đăng ký.")):
        services.return_registration(
            actor=request.user,
            registration_id=found.pk,
            reason=request.POST.get("reason", "")[:2000],
        )
    return redirect("compacts:registration", bloc, year, unit)


@require_POST
def registration_accept(request: PersonRequest, bloc: str, year: int, unit: str) -> HttpResponse:
    """Accept it, and lead on to those that wait as well."""
    found = _registration(request, bloc, year, unit)
    try:
        services.accept_registration(actor=request.user, registration_id=found.pk)
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("compacts:registration_list", bloc, year)
    waiting = Registration.objects.filter(
        season=found.season, state=RegistrationState.SUBMITTED
    ).count()
    text = _("Đã chấp nhận bản đăng ký.")
    address = reverse("compacts:registration_list", args=[bloc, year])
    if waiting:
        more = ngettext("Còn %(count)s bản chờ xem.", "Còn %(count)s bản chờ xem.", waiting)
        text = f"{text} {more % {'count': waiting}}"
        address = f"{address}?trang-thai={RegistrationState.SUBMITTED.value}"
    messages.success(request, text)
    return redirect(address)
