"""Evidence of a mark: shown, added, downloaded, withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from scoring.forms.sheets import EvidenceForm
from scoring.models import Adoption, Criterion, Evidence, Mark
from scoring.queries.sheets import reusable_evidence, sheet_url
from scoring.services.evidence import add_evidence, reuse_evidence, withdraw_evidence
from scoring.views.rounds import page, refused
from scoring.views.sheets import is_editable, sheet_of
from units.http import PersonRequest, outcome_told
from units.rules import RuleError
from units.vietnamese import whole_number

SHOWN_IN_PAGE = ("application/pdf", "image/png", "image/jpeg")


def evidence(
    request: PersonRequest,
    bloc: str,
    year: int,
    round: str,
    unit: str,
    stage: str,
    scorer: str,
    criterion: int,
) -> HttpResponse:
    """The evidence of one line; a form that adds a file or a link."""
    sheet = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    adopted = Adoption.objects.filter(season=sheet.round.season_id)
    leaf = get_object_or_404(
        Criterion, table__in=adopted.values("table"), pk=criterion, rule__isnull=False
    )
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        upload = given["file"]
        try:
            add_evidence(
                actor=request.user,
                sheet_id=sheet.pk,
                criterion=leaf.code,
                description=given["description"],
                upload=upload,
                upload_name=upload.name if upload else "",
                link=given["link"],
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã thêm minh chứng."))
            return redirect(request.path)
    mark = Mark.objects.filter(sheet=sheet, criterion=leaf).first()
    rows = list(mark.evidence.select_related("file", "added_by")) if mark else []
    context = page(
        sheet.round.season,
        round=sheet.round,
        sheet=sheet,
        criterion=leaf,
        mark=mark,
        rows=rows,
        shown_in_page=SHOWN_IN_PAGE,
        reusable=reusable_evidence(sheet, rows),
        form=form,
        editable=is_editable(request, sheet),
        sheet_url=sheet_url(sheet),
    )
    return render(request, "scoring/evidence.html", context)


@require_POST
def evidence_reuse(
    request: PersonRequest,
    bloc: str,
    year: int,
    round: str,
    unit: str,
    stage: str,
    scorer: str,
    criterion: int,
) -> HttpResponse:
    """Let evidence of another line prove this one, too."""
    sheet = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    adopted = Adoption.objects.filter(season=sheet.round.season_id)
    leaf = get_object_or_404(Criterion, table__in=adopted.values("table"), pk=criterion)
    with outcome_told(request, _("Đã thêm minh chứng.")):
        reuse_evidence(
            actor=request.user,
            sheet_id=sheet.pk,
            criterion=leaf.code,
            evidence_id=whole_number(request.POST.get("evidence", "")),
        )
    return redirect("scoring:evidence", bloc, year, round, unit, stage, scorer, criterion)


@require_safe
@xframe_options_sameorigin
def evidence_file(
    request: PersonRequest,
    bloc: str,
    year: int,
    round: str,
    unit: str,
    stage: str,
    scorer: str,
    pk: int,
) -> FileResponse:
    """A file of the sheet's evidence as a download, never guessed at by the browser.

    With ``?xem=1`` a PDF or a picture is shown in the page instead.
    """
    sheet = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    found = get_object_or_404(Evidence.objects.select_related("file"), mark__sheet=sheet, pk=pk)
    if found.file is None:
        raise Http404
    response = FileResponse(
        found.file.file.open("rb"),
        content_type=found.file.content_type,
        filename=found.file.name,
        as_attachment=not (
            request.GET.get("xem") == "1" and found.file.content_type in SHOWN_IN_PAGE
        ),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def evidence_withdraw(
    request: PersonRequest,
    bloc: str,
    year: int,
    round: str,
    unit: str,
    stage: str,
    scorer: str,
    pk: int,
) -> HttpResponse:
    """Withdraw a piece of evidence; it stays listed as withdrawn."""
    sheet = sheet_of(request, (bloc, year, round, unit, stage, scorer))
    with outcome_told(request, _("Đã rút minh chứng; bản đã gửi vẫn được lưu.")):
        withdraw_evidence(actor=request.user, sheet_id=sheet.pk, evidence_id=pk)
    found = get_object_or_404(Evidence.objects.select_related("mark"), mark__sheet=sheet, pk=pk)
    return redirect(
        "scoring:evidence", bloc, year, round, unit, stage, scorer, found.mark.criterion_id
    )
