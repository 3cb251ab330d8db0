"""Pages of background work: how far it is, try again."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from units.http import PersonRequest
from units.models import Job
from units.rules import JobState
from units.services import jobs


def _shown() -> QuerySet[Job]:
    """The jobs that pages show: a letter has its own log, where its server names addresses."""
    return Job.objects.exclude(subject__startswith="letter:")


@require_safe
@never_cache
def job(request: PersonRequest, pk: int) -> HttpResponse:
    """A job that the person asked for: its progress, its result or its error."""
    found = get_object_or_404(_shown(), pk=pk, requested_by=request.user)
    return render(request, "units/job.html", {"job": found})


@require_safe
@never_cache
def job_progress(request: PersonRequest, pk: int) -> HttpResponse:
    """The progress alone, for the page that shows it to ask again.

    Shows percent, step and why it failed to everybody who is logged in and sees a page with it.
    """
    found = get_object_or_404(_shown(), pk=pk)
    response = render(request, "components/progress.html", {"job": found})
    if found.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
        response["HX-Refresh"] = "true"
    return response


@require_POST
def job_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Stop a job that the person asked for."""
    found = get_object_or_404(_shown(), pk=pk, requested_by=request.user)
    if jobs.cancel(found):
        messages.success(request, _("Đã hủy."))
    else:
        messages.info(request, _("Việc này đã kết thúc."))
    return redirect("units:job", pk)


@require_POST
def job_retry(request: PersonRequest, pk: int) -> HttpResponse:
    """Try a failed job once more."""
    found = get_object_or_404(_shown(), pk=pk, requested_by=request.user)
    jobs.retry(job=found, actor=request.user)
    messages.success(request, _("Đã xếp lại vào hàng đợi."))
    return redirect("units:job", pk)
