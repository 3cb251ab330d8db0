"""Texts of the season: drafted in versions, commented on, compared, issued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from compacts.documents.errors import RenderError
from compacts.documents.word_differences import text_differences
from compacts.forms.compacts import SectionFormSet
from compacts.forms.texts import CommentForm, OpenForm, TextForm, TextIssueForm, TextNewForm
from compacts.models import Comment, Draft, DraftVersion, IssuedPaper, Season
from compacts.permissions import can_comment_on_text, can_write_text, is_of_unit
from compacts.queries import season_tabs
from compacts.rules import CommentOutcome, DraftKind, DraftState
from compacts.services import texts as services
from compacts.services.document_files import CONTENT_TYPES, file_of
from compacts.services.papers import issued_file
from compacts.services.text_papers import comments_paper, draft_paper, section_names, text_blocks
from compacts.views.addressed import season_of
from compacts.views.columns import CommentLine, comment_columns
from units.access import require
from units.http import PersonRequest, form_of
from units.listing import Filter, Listing
from units.models import Unit
from units.rules import EditConflictError, RuleError


def _text(request: PersonRequest, bloc: str, year: int, pk: int) -> Draft:
    drafts = Draft.objects.visible_to(request.user).select_related("season__bloc__council")
    found = get_object_or_404(drafts, pk=pk, season__bloc__code=bloc, season__year=year)
    # A text that is still being written is its authors' alone.
    if found.state == DraftState.DRAFTING and not can_write_text(request.user, found.season):
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    """An answer to the comment ``pk`` that was not taken: why, and what was typed."""

    pk: int
    why: str
    typed: str


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "papers"), **context}


def _commenting_unit(request: PersonRequest, found: Draft) -> Unit | None:
    """The unit for which the person may comment now, or None."""
    due = found.comments_due_at
    if found.state != DraftState.COMMENTING or due is None or timezone.now() >= due:
        return None
    return _spoken_for(request, found)


def _spoken_for(request: PersonRequest, found: Draft) -> Unit | None:
    """The unit for which the person comments while the text is open, or None."""
    rows = found.season.participants.select_related("unit")
    units = [row.unit for row in rows if is_of_unit(request.user, row.unit_id)]
    return next((u for u in units if can_comment_on_text(request.user, found.season, u)), None)


def _refuse(form: Any, refusal: RuleError) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def text_new(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Begin a text."""
    season = season_of(request, bloc, year)
    require(can_write_text(request.user, season))
    form = TextNewForm(
        request.POST or None, season=season, initial={"kind": request.GET.get("loai", "")}
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            made = services.start_text(
                actor=request.user,
                season=season,
                kind=DraftKind(facts["kind"]),
                title=facts["title"],
                amends=facts["amends"],
            )
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            return redirect("compacts:text_edit", bloc, year, made.pk)
    return render(request, "compacts/text_new.html", _page(season, form=form))


@require_safe
def text(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponseBase:
    """A text to read: its newest version, its history, the comments and their answers."""
    return _shown(request, _text(request, bloc, year, pk))


def _shown(
    request: PersonRequest,
    found: Draft,
    *,
    comment: Any = None,
    opening: Any = None,
    refused: RefusedAnswer | None = None,
) -> HttpResponseBase:
    versions = list(found.versions.select_related("written_by"))
    newest = versions[0]
    # What was typed is shown again, also where its time has passed meanwhile.
    unit = _spoken_for(request, found) if comment else _commenting_unit(request, found)
    comments = list(
        Comment.objects.filter(version__draft=found)
        .select_related("unit", "version", "answered_by")
        .order_by("section", "pk")
    )
    if refused is not None:
        # The first page must show it, however many there are.
        comments.sort(key=lambda one: one.pk != refused.pk)
    lines = [
        CommentLine(one, section_names(found.season, one.version)[one.section - 1])
        if one.section
        else CommentLine(one, "")
        for one in comments
    ]
    outcomes = Filter[CommentLine](
        "tiep-thu", _("Tiếp thu"), CommentOutcome.choices, lambda line: line.comment.outcome
    )
    shown = Listing(request, comment_columns(), lines, filters=[outcomes])
    file = shown.file(f"gop-y-{found.pk}")
    if file is not None:
        return file
    if comment is None and unit is not None:
        comment = CommentForm(headings=section_names(found.season, newest))
    writes = bool(can_write_text(request.user, found.season))
    is_open = found.state != DraftState.ISSUED
    context = _page(
        found.season,
        draft=found,
        newest=newest,
        blocks=text_blocks(found.season, newest),
        versions=versions,
        comments=comments,
        **shown.context(),
        open_comments=sum(1 for one in comments if one.outcome == CommentOutcome.OPEN),
        unit=unit,
        comment_form=comment,
        refused=refused,
        open_form=(opening or OpenForm(initial={"due_at": found.comments_due_at}))
        if writes and is_open
        else None,
        writes=writes and is_open,
        outcomes=[one for one in CommentOutcome if one != CommentOutcome.OPEN],
        issued=_issued(found),
        amendments=found.amendments.filter(state=DraftState.ISSUED),
    )
    return render(request, "compacts/text.html", context)


def _issued(found: Draft) -> IssuedPaper | None:
    if found.state != DraftState.ISSUED:
        return None
    return IssuedPaper.objects.filter(
        season=found.season, kind=found.kind, subject=str(found.pk)
    ).first()


def text_edit(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """The editor of the newest version beside its true preview."""
    found = _text(request, bloc, year, pk)
    require(can_write_text(request.user, found.season))
    if found.state == DraftState.ISSUED:
        messages.info(request, _("Văn bản đã ban hành, không sửa được nữa."))
        return redirect("compacts:text", bloc, year, pk)
    newest = services.newest_version(found)
    theirs: DraftVersion | None = None
    if request.method == "POST":
        form = TextForm(request.POST)
        formset = SectionFormSet(request.POST, prefix="articles")
        if form.is_valid() and formset.is_valid():
            try:
                services.save_text(
                    actor=request.user,
                    draft_id=found.pk,
                    number=form.cleaned_data["number"],
                    title=form.cleaned_data["title"],
                    note=form.cleaned_data["note"],
                    sections=[
                        row.text()
                        for row in formset.ordered_forms
                        if row.cleaned_data.get("heading")
                    ],
                )
            except EditConflictError as conflict:
                theirs = services.newest_version(found)
                form.add_error(None, str(conflict))
                form.take_number(theirs.number)
            except RuleError as refusal:
                _refuse(form, refusal)
            else:
                messages.success(request, _("Đã lưu phiên bản mới."))
                return redirect("compacts:text_edit", bloc, year, pk)
    else:
        form = TextForm(initial={"number": newest.number, "title": found.title})
        formset = SectionFormSet(
            prefix="articles",
            initial=[
                {"heading": one["heading"], "items": "\n".join(one["items"])}
                for one in newest.sections
            ],
        )
    context = _page(
        found.season, draft=found, newest=newest, form=form, formset=formset, theirs=theirs
    )
    return render(request, "compacts/text_edit.html", context)


@form_of("compacts:text")
def text_open(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponseBase:
    """Ask the units for comments until a time."""
    found = _text(request, bloc, year, pk)
    require(can_write_text(request.user, found.season))
    form = OpenForm(request.POST)
    if form.is_valid():
        try:
            services.open_text(
                actor=request.user, draft_id=found.pk, due_at=form.cleaned_data["due_at"]
            )
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Đã gửi lấy ý kiến các đơn vị."))
            return redirect("compacts:text", bloc, year, pk)
    return _shown(request, found, opening=form)


@form_of("compacts:text")
def text_comment(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponseBase:
    """Comment on the text on behalf of the own unit."""
    found = _text(request, bloc, year, pk)
    unit = _spoken_for(request, found)
    if unit is None:
        messages.error(request, _("Văn bản này không lấy ý kiến của đồng chí."))
        return redirect("compacts:text", bloc, year, pk)
    newest = services.newest_version(found)
    form = CommentForm(request.POST, headings=section_names(found.season, newest))
    if form.is_valid():
        try:
            services.comment_on_text(
                actor=request.user,
                draft_id=found.pk,
                unit=unit,
                text=form.cleaned_data["text"],
                section=form.cleaned_data["section"],
            )
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Đã gửi ý kiến."))
            return redirect("compacts:text", bloc, year, pk)
    return _shown(request, found, comment=form)


@form_of("compacts:text", but="comment")
def text_answer(
    request: PersonRequest, bloc: str, year: int, pk: int, comment: int
) -> HttpResponseBase:
    """Say what became of a comment."""
    found = _text(request, bloc, year, pk)
    one = get_object_or_404(Comment, pk=comment, version__draft=found)
    given = request.POST.get("outcome", "")
    outcome = CommentOutcome(given) if given in CommentOutcome.values else CommentOutcome.OPEN
    try:
        services.answer_comment(
            actor=request.user,
            comment_id=one.pk,
            outcome=outcome,
            answer=request.POST.get("answer", ""),
            seen=request.POST.get("seen", ""),
        )
    except RuleError as refusal:
        return _shown(
            request,
            found,
            refused=RefusedAnswer(one.pk, str(refusal), request.POST.get("answer", "")),
        )
    messages.success(request, _("Đã trả lời ý kiến."))
    return redirect(f"{reverse('compacts:text', args=[bloc, year, pk])}#y-kien-{one.pk}")


@require_safe
def text_changes(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """What changed between two versions, shown in the text itself."""
    found = _text(request, bloc, year, pk)
    versions = list(found.versions.select_related("written_by"))
    numbers = {version.number: version for version in versions}
    newest = versions[0].number
    later = _number(request.GET.get("den"), numbers, newest)
    earlier = _number(request.GET.get("tu"), numbers, max(later - 1, min(numbers)))
    lines = text_differences(numbers[earlier].sections, numbers[later].sections)
    context = _page(
        found.season,
        draft=found,
        versions=versions,
        earlier=numbers[earlier],
        later=numbers[later],
        lines=lines,
        changed=sum(1 for line in lines if line.changed),
    )
    return render(request, "compacts/text_differences.html", context)


def _number(text: str | None, numbers: dict[int, DraftVersion], default: int) -> int:
    return next((number for number in numbers if str(number) == text), default)


def text_issue(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Ask for number and date once, then freeze the text."""
    found = _text(request, bloc, year, pk)
    require(can_write_text(request.user, found.season))
    waiting = Comment.objects.filter(version__draft=found, outcome=CommentOutcome.OPEN).count()
    form = TextIssueForm(request.POST or None, open_comments=waiting)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.issue_text(
                actor=request.user,
                draft_id=found.pk,
                number=facts["number"],
                issued_on=facts["issued_on"],
                despite_open_comments=facts.get("despite_open_comments", False),
            )
        except RuleError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Đã ban hành văn bản."))
            return redirect("compacts:text", bloc, year, pk)
    context = _page(found.season, draft=found, form=form, waiting=waiting)
    return render(request, "compacts/text_issue.html", context)


def _answer(content: bytes, name: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    how = "inline" if ending == "pdf" else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{name}.{ending}"'
    return response


@require_safe
@xframe_options_sameorigin
def text_file(request: PersonRequest, bloc: str, year: int, pk: int, ending: str) -> HttpResponse:
    """The text as PDF or Word: as issued, or its newest version marked as a draft."""
    found = _text(request, bloc, year, pk)
    if ending not in CONTENT_TYPES:
        raise Http404
    issued = _issued(found)
    try:
        content = issued_file(issued, ending) if issued else file_of(draft_paper(found), ending)
    except RenderError as error:
        context = {"error": str(error)}
        return render(request, "compacts/preview_error.html", context, status=422)
    return _answer(content, f"{found.kind}-{bloc}-{year}", ending)


@require_safe
def comments_file(
    request: PersonRequest, bloc: str, year: int, pk: int, ending: str
) -> HttpResponse:
    """The table of comments and answers as PDF or Word."""
    found = _text(request, bloc, year, pk)
    if ending not in CONTENT_TYPES:
        raise Http404
    try:
        content = file_of(comments_paper(found), ending)
    except RenderError as error:
        context = {"error": str(error)}
        return render(request, "compacts/preview_error.html", context, status=422)
    return _answer(content, f"gop-y-{bloc}-{year}-{found.pk}", ending)
