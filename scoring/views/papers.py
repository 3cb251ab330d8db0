"""The papers of a season: list, preview, files, words, issue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from compacts.documents.errors import RenderError
from compacts.documents.paper import Paper
from compacts.models import Draft, IssuedPaper, Season
from compacts.permissions import can_write_text
from compacts.queries import season_tabs
from compacts.rules import DraftState
from compacts.services.document_files import CONTENT_TYPES, file_of
from compacts.services.papers import (
    issue_paper,
    issued_file,
    save_wording,
    worded,
    wording_of,
)
from scoring.forms.papers import PaperIssueForm, WordingForm
from scoring.permissions import can_print_dossier
from scoring.services.paper_kinds import (
    KINDS,
    PaperKind,
    listed_papers,
    made_paper,
    subject_of,
)
from scoring.services.paper_subjects import Subject
from scoring.views.columns import PaperLine, paper_columns
from scoring.views.rounds import season_of
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.vietnamese import whole_number

ON_A_PAGE = 40
# The button that shows the words before they are stored.
_PREVIEW = "xem-truoc"
# The choice of texts among the kinds of papers.
_TEXTS = "van-ban-chung"


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "papers"), **context}


@require_safe
def paper_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """Every paper of the year that the person may read, and the texts being agreed on."""
    season = season_of(request, bloc, year)
    writes = bool(can_write_text(request.user, season))
    drafts = Draft.objects.filter(season=season).select_related("amends")
    if not writes:
        drafts = drafts.exclude(state=DraftState.DRAFTING)
    lines = [PaperLine(draft=one) for one in drafts]
    lines += [PaperLine(paper=one) for one in listed_papers(season, request.user)]
    kinds: list[tuple[str, str | Promise]] = [(_TEXTS, _("Chương trình, quy chế, phụ lục"))]
    kinds += [(one.code, one.label) for one in KINDS.values()]
    chosen = Filter[PaperLine](
        "loai",
        _("Loại văn bản"),
        kinds,
        lambda line: line.paper.kind.code if line.paper else _TEXTS,
    )
    shown = Listing(request, paper_columns(), lines, filters=[chosen], on_a_page=ON_A_PAGE)
    file = shown.file(f"van-ban-{bloc}-{year}")
    if file is not None:
        return file
    context = _page(
        season,
        **shown.context([line.paper for line in shown.rows if line.paper]),
        drafts=[line.draft for line in shown.rows if line.draft],
        writes=writes,
        prints=bool(can_print_dossier(request.user, season)),
    )
    return render(request, "scoring/paper_list.html", context)


def _named(
    request: PersonRequest, bloc: str, year: int, kind: str, key: str
) -> tuple[Season, PaperKind, Subject]:
    season = season_of(request, bloc, year)
    return season, *subject_of(season, kind, key, request.user)


@require_safe
def paper(request: PersonRequest, bloc: str, year: int, kind: str, key: str) -> HttpResponse:
    """A paper: its preview, its files, its issued editions."""
    season, found, subject = _named(request, bloc, year, kind, key)
    editions = IssuedPaper.objects.filter(season=season, kind=found.code, subject=key)
    context = _page(
        season,
        kind=found,
        subject=subject,
        editions=editions.select_related("issued_by", "job").defer("content").order_by("-edition"),
        writes=bool(can_write_text(request.user, season)),
    )
    return render(request, "scoring/paper.html", context)


@require_safe
@xframe_options_sameorigin
def paper_file(
    request: PersonRequest, bloc: str, year: int, kind: str, key: str, ending: str
) -> HttpResponse:
    """The paper as PDF or Word; ``?lan=`` names an issued edition, else as it stands now."""
    season, found, _subject = _named(request, bloc, year, kind, key)
    if ending not in CONTENT_TYPES:
        raise Http404
    edition = request.GET.get("lan", "")
    try:
        if edition.isdecimal():
            issued = get_object_or_404(
                IssuedPaper,
                season=season,
                kind=found.code,
                subject=key,
                edition=whole_number(edition),
            )
            content = issued_file(issued, ending)
        else:
            content = _content(season, found, key, request.user, ending)
    except (RenderError, RuleError) as error:
        context = {"error": str(error)}
        return render(request, "compacts/preview_error.html", context, status=422)
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    how = "inline" if ending == "pdf" else "attachment"
    name = f"{found.code}-{bloc}-{year}-{key}.{ending}"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    return response


def _content(season: Season, found: PaperKind, key: str, person: Person, ending: str) -> bytes:
    kept = found.kept(season) if ending == "pdf" else None
    if kept is None:
        return file_of(made_paper(season, found, key, person), ending)
    with kept.file.open("rb") as stored:
        content: bytes = stored.read()
    return content


@xframe_options_sameorigin
def paper_wording(
    request: PersonRequest, bloc: str, year: int, kind: str, key: str
) -> HttpResponse:
    """Change the words of a paper: headings, place, number, recipients, added paragraphs."""
    season, found, subject = _named(request, bloc, year, kind, key)
    require(can_write_text(request.user, season))
    if not found.is_worded:
        raise Http404
    wording = wording_of(season, found.code, key)
    plain: Paper = found.make(season, key, request.user)
    form = WordingForm(request.POST or None, wording=wording, paper=plain)
    if _PREVIEW in request.POST:
        return _wording_preview(request, form, plain)
    if request.method == "POST" and form.is_valid():
        try:
            save_wording(
                actor=request.user,
                season=season,
                kind=found.code,
                subject=key,
                version=form.cleaned_data["version"],
                facts=form.facts(),
                paper=plain,
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_version(wording_of(season, found.code, key).version)
        except RuleError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu thể thức văn bản."))
            return redirect("scoring:paper", bloc, year, kind, key)
    context = _page(season, kind=found, subject=subject, form=form)
    return render(request, "scoring/paper_wording.html", context)


def _wording_preview(request: PersonRequest, form: WordingForm, plain: Paper) -> HttpResponse:
    """The PDF in the words as typed, before anything is stored."""
    if form.is_valid():
        try:
            content = file_of(worded(plain, form.facts()), "pdf")
        except RenderError as error:
            form.add_error(None, str(error))
        else:
            response = HttpResponse(content, content_type=CONTENT_TYPES["pdf"])
            response["Content-Disposition"] = 'inline; filename="xem-truoc.pdf"'
            return response
    faults = " ".join(str(text) for texts in form.errors.values() for text in texts)
    return render(request, "compacts/preview_error.html", {"error": faults}, status=422)


def paper_issue(request: PersonRequest, bloc: str, year: int, kind: str, key: str) -> HttpResponse:
    """Number and date a paper and freeze it as it stands."""
    season, found, subject = _named(request, bloc, year, kind, key)
    require(can_write_text(request.user, season))
    if not found.issuable:
        raise Http404
    made = made_paper(season, found, key, request.user)
    form = PaperIssueForm(request.POST or None, paper=made)
    if request.method == "POST" and form.is_valid():
        try:
            issue_paper(
                actor=request.user,
                season=season,
                kind=found.code,
                subject=key,
                paper=made,
                number=form.cleaned_data["number"],
                issued_on=form.cleaned_data["issued_on"],
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã ban hành văn bản; tệp PDF đang được tạo."))
            return redirect("scoring:paper", bloc, year, kind, key)
    context = _page(season, kind=found, subject=subject, form=form)
    return render(request, "scoring/paper_issue.html", context)
