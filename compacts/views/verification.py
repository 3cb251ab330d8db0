"""The public check: by the code or QR code of a paper, or by dropping a PDF."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from compacts.forms.signing import CheckForm
from compacts.models import Compact, IssuedPaper
from compacts.queries import signing_board
from compacts.queries.compact_days import compact_days
from compacts.services.documents import newest_document
from compacts.services.verification import (
    FileCheck,
    amendments_of,
    check_file,
    may_check_file,
    signers_named,
)
from units.http import client_address

# The code of the error of who asks too often.
TOO_OFTEN = "too-often"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file, and say what the file is."""
    form = CheckForm(request.POST or None, request.FILES or None)
    found: FileCheck | None = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file:
            found = _checked(request, form)
        else:
            code = form.cleaned_data["code"].strip().lower()
            if _context(code) is not None:
                return redirect("compacts:verify", code)
            form.add_error("code", _("Không có văn bản nào mang mã này."))
    context = {"form": form, "found": found}
    return render(request, "compacts/check.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a paper is: its hash, who signed when, whether it is in force; and the file check."""
    # Codes are printed in small letters, and typed in whichever the keyboard gives.
    code = code.lower()
    context = _context(code)
    if context is None:
        raise Http404
    form = CheckForm(request.POST or None, request.FILES or None)
    found: FileCheck | None = None
    if request.method == "POST" and form.is_valid() and form.cleaned_data["file"]:
        found = _checked(request, form)
    context |= {"form": form, "found": found, "here": found is None or found.code == code}
    return render(request, "compacts/verify.html", context, status=_status(form))


def _checked(request: HttpRequest, form: CheckForm) -> FileCheck | None:
    """What the form's file is; None, and an error at the field, where an address asks too often.

    Reading a PDF and its signatures costs seconds at worst, and anybody may ask for it.
    """
    if not may_check_file(client_address(request)):
        form.add_error(
            "file", ValidationError(_("Kiểm tra quá nhiều tệp; hãy đợi một phút."), code=TOO_OFTEN)
        )
        return None
    return check_file(form.cleaned_data["file"].read())


def _status(form: CheckForm) -> int:
    return 429 if form.has_error("file", TOO_OFTEN) else 200


def _context(code: str) -> dict[str, Any] | None:
    compact = (
        Compact.objects.select_related("season__bloc")
        .filter(verify_code=code, issued_at__isnull=False)
        .first()
    )
    if compact is not None and code:
        board = signing_board(compact)
        return {
            "compact": compact,
            "season": compact.season,
            "board": board,
            "days": compact_days(compact, board),
            "document": newest_document(compact),
            "signed_file": compact.signed_files.first(),
            "amendments": amendments_of(compact),
        }
    paper = IssuedPaper.objects.select_related("season__bloc").filter(verify_code=code).first()
    if paper is None or not code:
        return None
    newest = (
        IssuedPaper.objects.defer("content")
        .filter(season=paper.season, kind=paper.kind, subject=paper.subject)
        .order_by("-edition")[0]
    )
    return {
        "paper": paper,
        "season": paper.season,
        "newest": newest,
        "signers": signers_named(paper),
        "amendments": amendments_of(paper),
    }
