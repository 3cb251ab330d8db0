"""Digital signing, the board for the hall, and one scan for many signatures."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from compacts.forms.signing import (
    CertificateFileForm,
    ManyScanForm,
    RemoteSignatureForm,
    SignedFileForm,
    TokenForm,
)
from compacts.models import Compact, Season, SigningRequest
from compacts.permissions import can_manage_season, can_sign_digitally
from compacts.queries import season_tabs, signing_board
from compacts.rules import CompactState
from compacts.services import newest_file, signing, signing_requests
from compacts.services.signatures import attach_scan_to_many
from compacts.views.addressed import participant_of
from units.access import require
from units.http import PersonRequest
from units.rules import EditConflictError, RuleError

WAYS = {form.way: form for form in (CertificateFileForm, TokenForm, SignedFileForm)}


def _compact(request: PersonRequest, bloc: str, year: int) -> Compact:
    compacts = Compact.objects.visible_to(request.user).select_related("season__bloc__council")
    return get_object_or_404(compacts, season__bloc__code=bloc, season__year=year)


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "compact"), **context}


@require_safe
@never_cache
def board(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Who has signed, large enough for a screen in the hall; asks again by itself."""
    found = _compact(request, bloc, year)
    if found.issued_at is None:
        raise Http404
    rows = signing_board(found)
    context = {
        "season": found.season,
        "compact": found,
        "board": rows,
        "signed": sum(1 for row in rows if row.signature),
        "running": found.state == CompactState.SIGNING,
    }
    part = "compacts/_signing_screen.html" if request.htmx else "compacts/signing_board.html"
    return render(request, part, context)


@require_safe
def signed_file(request: PersonRequest, bloc: str, year: int) -> FileResponse:
    """The newest file with digital signatures, or the issued one to be signed."""
    found = _compact(request, bloc, year)
    newest = found.signed_files.first()
    document = newest or found.documents.order_by("-version").first()
    if document is None or found.issued_at is None:
        raise Http404
    return FileResponse(
        document.file.open("rb"),
        content_type="application/pdf",
        filename=f"giao-uoc-{bloc}-{year}-ky-{newest.number if newest else 0}.pdf",
        as_attachment=True,
    )


@sensitive_post_parameters("password")
@never_cache
def sign_digitally(request: PersonRequest, bloc: str, year: int, unit: str) -> HttpResponse:
    """Sign for the own unit: with a certificate file, a token, or a file signed elsewhere."""
    found = _compact(request, bloc, year)
    participant = participant_of(found.season, unit)
    require(can_sign_digitally(request.user, found, participant.unit))
    if found.state != CompactState.SIGNING:
        messages.info(request, _("Giao ước không ở giai đoạn ký."))
        return redirect("compacts:compact", bloc, year)
    if request.method != "POST" and found.signatures.filter(unit=participant.unit).exists():
        messages.info(request, _("Đơn vị này đã ký, không ký lần nữa."))
        return redirect("compacts:compact", bloc, year)
    way = request.POST.get("cach", "")
    forms = {
        name: kind(request.POST, request.FILES) if name == way else kind(participant=participant)
        for name, kind in WAYS.items()
    }
    if way in WAYS and forms[way].is_valid():
        try:
            answer = _signed(request, found, participant.unit, way, forms[way])
        except (RuleError, EditConflictError) as refusal:
            fields = forms[way].fields
            forms[way].add_error(refusal.field if refusal.field in fields else None, str(refusal))
        else:
            return answer
    context = _page(
        found.season,
        compact=found,
        participant=participant,
        forms=forms,
        way=way,
        trusts=bool(newest_file.trust().roots),
    )
    return render(request, "compacts/sign_digitally.html", context)


def _signed(
    request: PersonRequest, found: Compact, unit: Any, way: str, form: Any
) -> HttpResponse:
    content = form.cleaned_data["file"].read()
    facts = {
        "actor": request.user,
        "compact_id": found.pk,
        "unit": unit,
        "signatory": form.signatory(),
    }
    if way == "thiet_bi":
        made = signing_requests.begin_signing(certificate=content, **facts)
        return redirect("compacts:remote_signing", made.token)
    if way == "tep":
        password = form.cleaned_data["password"]
        signing.sign_with_file(certificate_file=content, password=password, **facts)
    else:
        signing.take_signed_file(content=content, **facts)
    messages.success(request, _("Đã ký số thay mặt đơn vị."))
    return redirect("compacts:compact", found.season.bloc.code, found.season.year)


def _closed(request: HttpRequest, why: str = "") -> HttpResponse:
    """What is said at an address that is used up, has run out, or never was one; all alike.

    ``why``: an open one may have been overtaken by another unit.
    """
    status = 409 if why else 404
    if _wants_json(request):
        errors = {"__all__": [{"message": why or _closed_words(), "code": ""}]}
        return JsonResponse({"errors": errors}, status=status)
    return render(request, "compacts/remote_closed.html", {"why": why}, status=status)


def _opened(request: HttpRequest, token: str) -> SigningRequest | HttpResponse:
    """The signing request, or the answer that there is none to be signed."""
    found = signing_requests.open_request(token)
    if found is None:
        return _closed(request)
    why = signing_requests.why_overtaken(found) if request.method != "POST" else ""
    return _closed(request, why) if why else found


def _closed_words() -> str:
    return _("Địa chỉ ký này đã dùng hoặc đã hết hạn; hãy bắt đầu ký lại.")


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt
@login_not_required
@never_cache
def remote(request: HttpRequest, token: str) -> HttpResponse:
    """What a token or remote service is to sign, and the place its signature goes to.

    The random token in the address is the right; it is good once. As a page for people, as JSON
    for programs (``Accept: application/json``).
    """
    found = _opened(request, token)
    if isinstance(found, HttpResponse):
        return found
    wants_json = _wants_json(request)
    attributes = bytes(found.attributes)
    facts = {
        "unit": found.unit.name,
        "document": _("Giao ước thi đua số %(number)s") % {"number": found.compact.number},
        "digest_algorithm": "sha256",
        "attributes": base64.b64encode(attributes).decode(),
        "attributes_sha256": hashlib.sha256(attributes).hexdigest(),
        "expires_at": found.expires_at.isoformat(),
        "file": request.build_absolute_uri(reverse("compacts:remote_signing_file", args=[token])),
    }
    form = RemoteSignatureForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                signing_requests.finish_signing(
                    token=token, signature=form.cleaned_data["signature"]
                )
            except RuleError as refusal:
                status = 409 if isinstance(refusal, EditConflictError) else 422
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, str(refusal)
                )
            else:
                return JsonResponse({"signed": True}) if wants_json else _back(request, found)
    if wants_json:
        if request.method == "POST":
            return JsonResponse({"errors": form.errors.get_json_data()}, status=status)
        return JsonResponse(facts)
    context = {
        "request_facts": facts,
        "form": form,
        "signing": found,
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "compacts/remote_signing.html", context, status=status)


def _back(request: HttpRequest, found: SigningRequest) -> HttpResponse:
    season = found.compact.season
    messages.success(request, _("Đã ký số thay mặt đơn vị."))
    return redirect("compacts:compact", season.bloc.code, season.year)


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt
@login_not_required
@never_cache
def remote_file(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """The file for a program on the signer's machine: downloaded here, sent back signed here."""
    found = _opened(request, token)
    if isinstance(found, HttpResponse) and request.method == "POST":
        return JsonResponse({"Status": 1, "Message": _closed_words()}, status=404)
    if isinstance(found, HttpResponse):
        return found
    if request.method != "POST":
        given = newest_file.current_file(found.compact)
        return HttpResponse(given.content, content_type="application/pdf")
    upload = next(iter(request.FILES.values()), None)
    if not isinstance(upload, UploadedFile):
        return JsonResponse({"Status": 1, "Message": _("Không có tệp.")}, status=400)
    try:
        signing_requests.take_file_of_request(token=token, content=upload.read())
    except RuleError as refusal:
        status = 409 if isinstance(refusal, EditConflictError) else 422
        return JsonResponse({"Status": 1, "Message": str(refusal)}, status=status)
    return JsonResponse({"Status": 0, "Message": "", "FileServer": ""})


def scan_for_many(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """One upload for the pages that several units signed on paper."""
    found = _compact(request, bloc, year)
    require(can_manage_season(request.user, found.season))
    form = ManyScanForm(request.POST or None, request.FILES or None, compact=found)
    if request.method == "POST" and form.is_valid():
        try:
            count = attach_scan_to_many(
                actor=request.user,
                compact_id=found.pk,
                signature_ids=[int(pk) for pk in form.cleaned_data["units"]],
                scan=form.cleaned_data["file"],
                scan_name=form.cleaned_data["file"].name,
            )
        except RuleError as refusal:
            form.add_error("file", str(refusal))
        else:
            text = ngettext(
                "Đã lưu bản chụp cho %(count)d chữ ký.",
                "Đã lưu bản chụp cho %(count)d chữ ký.",
                count,
            ) % {"count": count}
            messages.success(request, text)
            return redirect("compacts:compact", bloc, year)
    context = _page(found.season, compact=found, form=form)
    return render(request, "compacts/scan_for_many.html", context)
