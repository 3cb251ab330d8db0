"""Progress of key tasks: all units of a period, and a unit's own report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from compacts.forms.progress import ProgressForm
from compacts.models import KeyTask, Participant, Progress, Registration, Season
from compacts.permissions import can_report_progress
from compacts.queries import season_tabs
from compacts.rules import Light, Period, RegistrationState, current_period, light_of
from compacts.services.progress import report_progress
from compacts.views.addressed import participant_of, season_of
from compacts.views.columns import ProgressLine, progress_columns
from compacts.views.files import download
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.rules import EditConflictError, RuleError


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """A key task, its report of the period, and how it stands."""

    task: KeyTask
    report: Progress | None
    light: Light


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """A unit's tasks; ``lights`` counts them by how they stand."""

    participant: Participant
    tasks: tuple[TaskProgress, ...]

    @property
    def lights(self) -> list[tuple[Light, int]]:
        """How many tasks stand how, the lights that occur only."""
        counted = Counter(one.light for one in self.tasks)
        return [(light, counted[light]) for light in Light if counted[light]]


def _period(request: PersonRequest, season: Season) -> Period:
    """The period of ``?ky=``, else the one that today lies in."""
    wanted = request.GET.get("ky", "")
    if wanted in Period.values:
        return Period(wanted)
    return current_period(season.year, timezone.localdate())


def _page(season: Season, period: Period, **context: Any) -> dict[str, Any]:
    return {
        "season": season,
        "season_tabs": season_tabs(season, "year"),
        "period": period,
        "periods": list(Period),
        **context,
    }


def _accepted(request: PersonRequest, season: Season) -> dict[int, Registration]:
    found = Registration.objects.visible_to(request.user).filter(
        season=season, state=RegistrationState.ACCEPTED
    )
    return {one.unit_id: one for one in found.prefetch_related("tasks__progress__file")}


def _rows(registration: Registration | None, period: Period) -> tuple[TaskProgress, ...]:
    rows = []
    for task in registration.tasks.all() if registration else ():
        report = next((one for one in task.progress.all() if one.period == period), None)
        achieved = report.achieved if report else None
        light = light_of(achieved, task.target, period, task.unit_of_measure)
        rows.append(TaskProgress(task, report, light))
    return tuple(rows)


@require_safe
def progress_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """How the key tasks of all units stand in a period."""
    season = season_of(request, bloc, year)
    period = _period(request, season)
    accepted = _accepted(request, season)
    participants = list(season.participants.select_related("unit"))
    lines = [
        ProgressLine(one, row.task, row.report, row.light)
        for one in participants
        for row in _rows(accepted.get(one.unit_id), period)
    ]
    filters: list[Filter[ProgressLine]] = [
        Filter(
            "don-vi",
            _("Đơn vị"),
            [(one.unit.code, one.name) for one in participants],
            lambda line: line.participant.unit.code,
        ),
        Filter("tien-do", _("Tiến độ"), Light.choices, lambda line: line.light),
    ]
    shown = Listing(request, progress_columns(), lines, filters=filters, kept=["ky"])
    file = shown.file(f"tien-do-{bloc}-{year}-{period}")
    if file is not None:
        return file
    found = shown.context()
    units = _units(participants, shown.rows, everybody=not found["searching"])
    context = _page(season, period, **shown.context(units))
    return render(request, "compacts/progress_list.html", context)


def _units(
    participants: list[Participant], lines: Iterable[ProgressLine], *, everybody: bool
) -> list[UnitProgress]:
    tasks: dict[int, list[TaskProgress]] = {}
    for line in lines:
        row = TaskProgress(line.task, line.report, line.light)
        tasks.setdefault(line.participant.pk, []).append(row)
    return [
        UnitProgress(one, tuple(tasks.get(one.pk, ())))
        for one in participants
        if everybody or one.pk in tasks
    ]


def progress(request: PersonRequest, bloc: str, year: int, unit: str) -> HttpResponse:
    """A unit's key tasks in a period; who speaks for it reports here."""
    season = season_of(request, bloc, year)
    participant = participant_of(season, unit)
    period = _period(request, season)
    registration = _accepted(request, season).get(participant.unit_id)
    if registration is None:
        raise Http404
    may_report = bool(can_report_progress(request.user, registration))
    rows = [(one, _form(request, one)) for one in _rows(registration, period)]
    if request.method == "POST":
        require(can_report_progress(request.user, registration))
        if _report(request, period, rows):
            return redirect(f"{request.path}?ky={period.value}")
        stored = _rows(_accepted(request, season).get(participant.unit_id), period)
        rows = [(row, form) for row, (_before, form) in zip(stored, rows, strict=True)]
    context = _page(season, period, participant=participant, rows=rows, may_report=may_report)
    return render(request, "compacts/progress.html", context)


def _form(request: PersonRequest, row: TaskProgress) -> ProgressForm:
    report = row.report
    initial: dict[str, Any] = {"version": 0}
    if report is not None:
        initial = {
            "achieved": report.achieved,
            "note": report.note,
            "link": report.link,
            "version": report.version,
        }
    return ProgressForm(
        request.POST or None,
        request.FILES or None,
        prefix=f"t{row.task.pk}",
        initial=initial,
        is_reported=report is not None,
    )


def _go_on_from(request: PersonRequest, form: ProgressForm, stored: Progress) -> None:
    """Shown again, the line is sent upon what is stored now, with what was typed kept."""
    typed = request.POST.copy()
    typed[form.add_prefix("version")] = str(stored.version)
    form.data = typed


def _report(
    request: PersonRequest, period: Period, rows: list[tuple[TaskProgress, ProgressForm]]
) -> bool:
    """Store every line that can be; False where one could not, its fault shown at it."""
    saved = 0
    fine = True
    for row, form in rows:
        if not form.is_valid():
            fine = False
            continue
        facts = form.facts()
        if facts is None:
            continue
        upload = form.cleaned_data["file"]
        try:
            found = report_progress(
                actor=request.user,
                task_id=row.task.pk,
                period=period,
                facts=facts,
                version=form.cleaned_data["version"] or 0,
                upload=upload,
                upload_name=upload.name if upload else "",
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            _go_on_from(request, form, Progress.objects.get(task=row.task, period=period))
            fine = False
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            fine = False
        else:
            saved += 1
            _go_on_from(request, form, found)
    _tell(request, saved, fine=fine)
    return fine


def _tell(request: PersonRequest, saved: int, *, fine: bool) -> None:
    text = ngettext(
        "Đã ghi báo cáo của %(count)s nhiệm vụ.", "Đã ghi báo cáo của %(count)s nhiệm vụ.", saved
    ) % {"count": saved}
    if fine and saved:
        messages.success(request, text)
    elif fine:
        messages.info(request, _("Chưa điền số nào, nên chưa có gì được ghi."))
    elif saved:
        messages.warning(
            request, _("%(saved)s Nhiệm vụ còn ô báo lỗi thì chưa ghi.") % {"saved": text}
        )
    else:
        messages.warning(request, _("Chưa ghi báo cáo nào, xin sửa ô báo lỗi rồi lưu lại."))


@require_safe
def progress_file(
    request: PersonRequest, bloc: str, year: int, unit: str, pk: int
) -> FileResponse:
    """The evidence of a report, always as a download."""
    season = season_of(request, bloc, year)
    registration = _accepted(request, season).get(participant_of(season, unit).unit_id)
    if registration is None:
        raise Http404
    reports = Progress.objects.filter(task__registration=registration).select_related("file")
    found = get_object_or_404(reports, pk=pk)
    if found.file is None:
        raise Http404
    return download(found.file)
