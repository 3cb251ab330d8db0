"""Pages of the register of ad-hoc tasks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compacts.forms.ad_hoc_tasks import AdHocTaskForm
from compacts.forms.registrations import ReasonForm
from compacts.models import AdHocTask, Season
from compacts.permissions import can_enter_ad_hoc, can_judge_ad_hoc, can_manage_season, is_of_unit
from compacts.queries import season_tabs
from compacts.rules import AD_HOC_MOVES, AdHocAction, AdHocState
from compacts.services import ad_hoc_tasks as services
from compacts.views.addressed import participant_of, season_of
from compacts.views.columns import ad_hoc_columns
from compacts.views.files import download
from units.access import require
from units.http import PersonRequest, outcome_told
from units.listing import Filter, Listing
from units.rules import EditConflictError, RuleError
from units.vietnamese import whole_number

_FACTS = (
    "text",
    "assigned_by",
    "document_number",
    "assigned_on",
    "due_on",
    "result",
    "done_on",
    "link",
)


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "year"), **context}


def _task(request: PersonRequest, bloc: str, year: int, pk: int) -> AdHocTask:
    visible = AdHocTask.objects.visible_to(request.user).select_related(
        "season__bloc__council", "unit", "file", "entered_by", "judged_by"
    )
    return get_object_or_404(visible, season__bloc__code=bloc, season__year=year, pk=pk)


def _writable(request: PersonRequest, season: Season) -> list[tuple[str, str]]:
    """The units whose tasks the person may enter, as choices."""
    rows = list(season.participants.select_related("unit"))
    if can_manage_season(request.user, season):
        return [(row.unit.code, row.name) for row in rows]
    return [(row.unit.code, row.name) for row in rows if is_of_unit(request.user, row.unit_id)]


@require_safe
def ad_hoc_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The register, filtered by unit and state, searched with and without diacritics."""
    season = season_of(request, bloc, year)
    tasks = AdHocTask.objects.visible_to(request.user).filter(season=season)
    tasks = tasks.select_related("unit", "file")
    units = [(row.unit.code, row.short_name) for row in season.participants.select_related("unit")]
    filters: list[Filter[AdHocTask]] = [
        Filter("don-vi", _("Đơn vị"), units, lookup="unit__code"),
        Filter("trang-thai", _("Trạng thái"), AdHocState.choices, lookup="state"),
    ]
    shown = Listing(request, ad_hoc_columns(), tasks, filters=filters)
    file = shown.file(f"nhiem-vu-dot-xuat-{bloc}-{year}")
    if file is not None:
        return file
    may_enter = bool(_writable(request, season))
    context = _page(season, may_enter=may_enter, **shown.context())
    return render(request, "compacts/ad_hoc_list.html", context)


def ad_hoc_new(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Enter a task on the register."""
    season = season_of(request, bloc, year)
    units = _writable(request, season)
    if not units:
        participant = season.participants.select_related("unit").first()
        if participant is None:
            raise Http404
        require(can_enter_ad_hoc(request.user, season, participant.unit))
    form = AdHocTaskForm(request.POST or None, request.FILES or None, units=units)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            task = services.enter_ad_hoc_task(
                actor=request.user,
                season=season,
                unit=participant_of(season, form.cleaned_data["unit"]).unit,
                facts=form.facts(),
                upload=upload,
                upload_name=upload.name if upload else "",
            )
        except RuleError as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("Đã ghi nhiệm vụ đột xuất."))
            return redirect("compacts:ad_hoc", bloc, year, task.pk)
    context = _page(season, form=form, task=None)
    return render(request, "compacts/ad_hoc_form.html", context)


def _refused(form: AdHocTaskForm, refusal: RuleError) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


@require_safe
def ad_hoc(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """One task: who gave it, what came of it, who confirmed it."""
    task = _task(request, bloc, year, pk)
    context = _page(
        task.season,
        task=task,
        may_edit=_is_open(task) and bool(can_enter_ad_hoc(request.user, task.season, task.unit)),
        judging=can_judge_ad_hoc(request.user, task.season, task.unit),
        waits=task.state == AdHocState.DONE,
        reason_form=ReasonForm(),
    )
    return render(request, "compacts/ad_hoc.html", context)


def _is_open(task: AdHocTask) -> bool:
    return task.state in AD_HOC_MOVES[AdHocAction.EDIT]


def ad_hoc_edit(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Change a task or report its result."""
    task = _task(request, bloc, year, pk)
    require(can_enter_ad_hoc(request.user, task.season, task.unit))
    if not _is_open(task):
        messages.info(request, _("Nhiệm vụ đã được xác nhận nên không sửa được nữa."))
        return redirect("compacts:ad_hoc", bloc, year, pk)
    initial = {name: getattr(task, name) for name in _FACTS}
    form = AdHocTaskForm(
        request.POST or None,
        request.FILES or None,
        units=[(task.unit.code, task.unit.name)],
        initial={**initial, "unit": task.unit.code, "version": task.version},
    )
    if request.method == "POST" and form.is_valid() and _change(request, task, form):
        messages.success(request, _("Đã lưu."))
        return redirect("compacts:ad_hoc", bloc, year, pk)
    context = _page(task.season, form=form, task=task)
    return render(request, "compacts/ad_hoc_form.html", context)


def _change(request: PersonRequest, task: AdHocTask, form: AdHocTaskForm) -> bool:
    upload = form.cleaned_data["file"]
    try:
        services.change_ad_hoc_task(
            actor=request.user,
            task_id=task.pk,
            version=form.cleaned_data["version"] or 0,
            facts=form.facts(),
            upload=upload,
            upload_name=upload.name if upload else "",
        )
    except EditConflictError as conflict:
        newest = AdHocTask.objects.get(pk=task.pk).version
        typed = request.POST.copy()
        typed["version"] = str(newest)
        form.data = typed
        form.add_error(None, str(conflict))
        return False
    except RuleError as refusal:
        _refused(form, refusal)
        return False
    return True


def _version_read(request: PersonRequest) -> int | None:
    """The version that the page showed; None where the form does not say."""
    given = request.POST.get("version", "")
    return whole_number(given) if given else None


@require_POST
def ad_hoc_confirm(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Confirm a task that was reported as done."""
    task = _task(request, bloc, year, pk)
    with outcome_told(request, _("Đã xác nhận.")):
        services.confirm_ad_hoc_task(
            actor=request.user, task_id=task.pk, version=_version_read(request)
        )
    return redirect("compacts:ad_hoc", bloc, year, pk)


@require_POST
def ad_hoc_refuse(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Do not confirm a task, with the reason."""
    task = _task(request, bloc, year, pk)
    with outcome_told(request, _("Đã ghi lý do không xác nhận.")):
        services.refuse_ad_hoc_task(
            actor=request.user,
            task_id=task.pk,
            reason=request.POST.get("reason", ""),
            version=_version_read(request),
        )
    return redirect("compacts:ad_hoc", bloc, year, pk)


@require_safe
def ad_hoc_file(request: PersonRequest, bloc: str, year: int, pk: int) -> FileResponse:
    """The evidence of a task, always as a download."""
    task = _task(request, bloc, year, pk)
    if task.file is None:
        raise Http404
    return download(task.file)
