"""Pages of the compact: the editor, the issue, the signing board, the public check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from compacts.documents.compact_paper import compact_paper
from compacts.documents.errors import RenderError
from compacts.forms.compacts import (
    ArticleFormSet,
    CompactTextForm,
    IssueForm,
    ScanForm,
    SignatureForm,
)
from compacts.models import Compact, Document, Draft, Season, Signature
from compacts.permissions import (
    can_edit_compact,
    can_manage_season,
    can_sign_digitally,
    can_sign_for,
)
from compacts.queries import season_tabs, signing_board
from compacts.queries.compact_days import compact_days
from compacts.rules import CompactState, DraftKind, DraftState
from compacts.services import compacts as services
from compacts.services.compact_template import proposed_number
from compacts.services.document_files import CONTENT_TYPES, file_of
from compacts.services.documents import job_subject, newest_document, request_pdf
from compacts.services.signatures import attach_scan, record_signature
from compacts.services.snapshots import draft_snapshot, printed_snapshot
from units.access import require
from units.http import PersonRequest, outcome_told
from units.models import Unit
from units.queries import latest_job
from units.rules import EditConflictError, RuleError


def _season(request: PersonRequest, bloc: str, year: int) -> Season:
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    return get_object_or_404(seasons, bloc__code=bloc, year=year)


def _compact(request: PersonRequest, bloc: str, year: int) -> Compact:
    compacts = Compact.objects.visible_to(request.user).select_related("season__bloc__council")
    return get_object_or_404(compacts, season__bloc__code=bloc, season__year=year)


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "compact"), **context}


@require_safe
def compact(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """The compact as it stands: text, documents, and who has signed."""
    season = _season(request, bloc, year)
    found = Compact.objects.filter(season=season).select_related("season__bloc__council").first()
    may_manage = can_manage_season(request.user, season)
    context = _page(season, compact=found, may_manage=may_manage)
    if found is not None:
        board = signing_board(found)
        context |= {
            "articles": found.articles.all(),
            "board": board,
            "days": compact_days(found, board),
            "signable": {
                row.code
                for row in board
                if may_manage or can_sign_for(request.user, found, row.unit)
            },
            "digital": {
                row.code for row in board if can_sign_digitally(request.user, found, row.unit)
            },
            "signed_file": found.signed_files.first(),
            "amendments": _amendments(season),
            "document": newest_document(found),
            "job": latest_job(job_subject(found)),
            "missing": services.units_without_accepted_registration(season),
        }
    return render(request, "compacts/compact.html", context)


def _amendments(season: Season) -> QuerySet[Draft]:
    return Draft.objects.filter(season=season, kind=DraftKind.AMENDMENT, state=DraftState.ISSUED)


@require_POST
def start(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Begin the compact from the template."""
    season = _season(request, bloc, year)
    services.start_compact(actor=request.user, season=season)
    return redirect("compacts:compact_edit", bloc, year)


def edit(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """The editor of the articles beside the true preview."""
    found = _compact(request, bloc, year)
    require(can_edit_compact(request.user, found))
    if found.state != CompactState.DRAFTING:
        messages.info(request, _("Giao ước đã ban hành, không sửa được nữa."))
        return redirect("compacts:compact", bloc, year)
    if request.method == "POST":
        form = CompactTextForm(request.POST)
        formset = ArticleFormSet(request.POST, prefix="articles")
        if form.is_valid() and formset.is_valid() and _save_text(request, found, form, formset):
            messages.success(request, _("Đã lưu nội dung giao ước."))
            return redirect("compacts:compact_edit", bloc, year)
    else:
        form = CompactTextForm(
            initial={
                "version": found.version,
                "place": found.place,
                "signed_on": found.signed_on,
                "bases": "\n".join(found.bases),
                "recipients": "\n".join(found.recipients),
            }
        )
        formset = ArticleFormSet(
            prefix="articles",
            initial=[
                {"heading": a.heading, "items": "\n".join(a.items)} for a in found.articles.all()
            ],
        )
    context = _page(found.season, compact=found, form=form, formset=formset)
    return render(request, "compacts/compact_edit.html", context)


def _save_text(
    request: PersonRequest, found: Compact, form: CompactTextForm, formset: Any
) -> bool:
    """Store a valid editor; a refusal is put on the form, which keeps what was typed."""
    rows = [row for row in formset.ordered_forms if row.cleaned_data.get("heading")]
    facts = form.cleaned_data
    try:
        services.save_articles(
            actor=request.user,
            compact_id=found.pk,
            version=facts["version"],
            place=facts["place"],
            signed_on=facts["signed_on"],
            articles=[row.text() for row in rows],
            bases=form.lines("bases"),
            recipients=form.lines("recipients"),
        )
    except EditConflictError as conflict:
        current = Compact.objects.get(pk=found.pk)
        form.add_error(None, str(conflict))
        form.take_version(current.version)
        form.theirs = list(current.articles.all())
        return False
    except RuleError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_safe
@xframe_options_sameorigin
def preview(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """The draft as the true PDF, marked DỰ THẢO."""
    found = _compact(request, bloc, year)
    require(can_edit_compact(request.user, found))
    try:
        content = file_of(draft_snapshot(found), "pdf")
    except RenderError as error:
        return render(request, "compacts/preview_error.html", {"error": str(error)}, status=422)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="du-thao-giao-uoc.pdf"'
    return response


def issue(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Ask for number and date once, then freeze the text."""
    found = _compact(request, bloc, year)
    require(can_edit_compact(request.user, found))
    missing = services.units_without_accepted_registration(found.season)
    form = IssueForm(
        request.POST or None,
        missing=bool(missing),
        initial={
            "number": proposed_number(found.season),
            "signed_on": found.signed_on or timezone.localdate(),
        },
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.issue_compact(
                actor=request.user,
                compact_id=found.pk,
                number=facts["number"],
                signed_on=facts["signed_on"],
                despite_missing=facts.get("despite_missing", False),
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã ban hành giao ước; tệp PDF đang được tạo."))
            return redirect("compacts:compact", bloc, year)
    context = _page(found.season, compact=found, form=form, missing=missing)
    return render(request, "compacts/compact_issue.html", context)


@require_POST
def make_pdf(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Order the PDF of the issued compact and show the job's progress."""
    found = _compact(request, bloc, year)
    require(can_manage_season(request.user, found.season))
    with outcome_told(request):
        request_pdf(compact=found, requested_by=request.user)
    return redirect("compacts:compact", bloc, year)


@require_safe
@xframe_options_sameorigin
def document(request: PersonRequest, bloc: str, year: int, version: int) -> FileResponse:
    """A stored PDF of the compact."""
    found = _compact(request, bloc, year)
    stored = get_object_or_404(Document, compact=found, kind="compact", version=version)
    return FileResponse(
        stored.file.open("rb"),
        content_type="application/pdf",
        filename=f"giao-uoc-{found.season.bloc.code}-{found.season.year}-ban-{version}.pdf",
    )


def sign(request: PersonRequest, bloc: str, year: int, unit: str) -> HttpResponse:
    """Record the signature of one unit."""
    found = _compact(request, bloc, year)
    participant = get_object_or_404(
        found.season.participants.select_related("unit"), unit__code=unit
    )
    require(can_sign_for(request.user, found, participant.unit))
    form = SignatureForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "signatory_name": participant.signatory_name,
            "signatory_position": participant.signatory_position,
            "signed_on": found.signed_on or timezone.localdate(),
        },
    )
    if found.signatures.filter(unit=participant.unit).exists():
        text = _("Chữ ký của %(unit)s đã được ghi nhận từ trước, không ghi lại.")
        messages.warning(request, text % {"unit": participant.name})
        return redirect("compacts:compact", bloc, year)
    sent = request.method == "POST" and form.is_valid()
    if sent and _record_signature(request, found, participant.unit, form):
        text = _("Đã ghi nhận chữ ký của %(unit)s.") % {"unit": participant.name}
        messages.success(request, text)
        return redirect("compacts:compact", bloc, year)
    context = _page(found.season, compact=found, form=form, participant=participant)
    return render(request, "compacts/signature_form.html", context)


def _record_signature(
    request: PersonRequest, found: Compact, unit: Unit, form: SignatureForm
) -> bool:
    facts = form.cleaned_data
    upload = facts["file"]
    try:
        record_signature(
            actor=request.user,
            compact_id=found.pk,
            unit=unit,
            signatory_name=facts["signatory_name"],
            signatory_position=facts["signatory_position"],
            signed_on=facts["signed_on"],
            scan=upload,
            scan_name=upload.name if upload else "",
        )
    except RuleError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def scan(request: PersonRequest, bloc: str, year: int, unit: str) -> HttpResponse:
    """Show the scan of a signed page (GET without form) or add one (POST)."""
    found = _compact(request, bloc, year)
    signature = get_object_or_404(
        Signature.objects.select_related("unit", "scan"), compact=found, unit__code=unit
    )
    require(can_sign_for(request.user, found, signature.unit))
    form = ScanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            attach_scan(
                actor=request.user, signature_id=signature.pk, scan=upload, scan_name=upload.name
            )
        except RuleError as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Đã lưu bản chụp trang ký."))
            return redirect("compacts:compact", bloc, year)
    context = _page(found.season, compact=found, form=form, signature=signature)
    return render(request, "compacts/scan_form.html", context)


@require_safe
def scan_file(request: PersonRequest, bloc: str, year: int, unit: str) -> FileResponse:
    """The stored scan of a unit's signed page."""
    found = _compact(request, bloc, year)
    signature = get_object_or_404(
        Signature.objects.select_related("scan"), compact=found, unit__code=unit
    )
    if signature.scan is None:
        raise Http404
    return FileResponse(
        signature.scan.file.open("rb"),
        content_type=signature.scan.content_type,
        filename=signature.scan.name,
        as_attachment=True,
    )


@require_safe
def word(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """The compact as a Word file, with the words of its PDF."""
    found = _compact(request, bloc, year)
    if found.issued_at is None:
        require(can_edit_compact(request.user, found))
    try:
        content = file_of(compact_paper(printed_snapshot(found)), "docx")
    except RenderError as error:
        return render(request, "compacts/preview_error.html", {"error": str(error)}, status=422)
    response = HttpResponse(content, content_type=CONTENT_TYPES["docx"])
    response["Content-Disposition"] = f'attachment; filename="giao-uoc-{bloc}-{year}.docx"'
    return response
