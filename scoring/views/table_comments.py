"""A scoring table to read, what units say about a drafted one, and the answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.permissions import is_of_unit
from compacts.rules import CommentOutcome
from scoring.forms.tables import TableCommentForm
from scoring.models import CriteriaTable, TableComment
from scoring.permissions import can_manage_tables
from scoring.queries.tables import Tree, comments_on, readable_tables, tree_of
from scoring.services.table_comments import answer_table_comment, comment_on_table
from units.http import PersonRequest, form_of
from units.models import Unit
from units.rules import RuleError


def _table(request: PersonRequest, pk: int) -> CriteriaTable:
    tables = readable_tables(request.user).select_related("season__bloc__council")
    return get_object_or_404(tables, pk=pk)


def _commenting_unit(request: PersonRequest, table: CriteriaTable) -> Unit | None:
    """The unit for which the person may comment now, or None."""
    season, due = table.season, table.comments_due_at
    if season is None or due is None or table.frozen_at or timezone.now() >= due:
        return None
    rows = season.participants.select_related("unit")
    return next((row.unit for row in rows if is_of_unit(request.user, row.unit_id)), None)


def _form(request: PersonRequest, tree: Tree) -> TableCommentForm:
    criteria = [(row.code, row.name) for row in tree.rows]
    return TableCommentForm(request.POST or None, criteria=criteria)


def _page(
    request: PersonRequest,
    table: CriteriaTable,
    tree: Tree,
    form: TableCommentForm | None,
    unit: Unit | None,
    typed: tuple[int, str] | None = None,
) -> HttpResponse:
    """The page; ``typed`` is the comment whose answer was refused, and what was typed."""
    season = table.season
    comments = comments_on(table)
    manages = season is not None and bool(can_manage_tables(request.user, season))
    context = {
        "table": table,
        "tree": tree,
        "comments": comments,
        "typed": typed,
        "open_comments": sum(1 for one in comments if one.outcome == CommentOutcome.OPEN),
        "form": form,
        "unit": unit,
        "manages": manages and table.frozen_at is None,
        "outcomes": [one for one in CommentOutcome if one != CommentOutcome.OPEN],
    }
    return render(request, "scoring/table.html", context)


@require_safe
def table(request: PersonRequest, pk: int) -> HttpResponse:
    """A scoring table to read: its criteria, rules in words, warnings, comments."""
    found = _table(request, pk)
    tree = tree_of(found)
    unit = _commenting_unit(request, found)
    return _page(request, found, tree, _form(request, tree) if unit else None, unit)


@form_of("scoring:table")
def comment_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Comment on the table on behalf of the own unit."""
    found = _table(request, pk)
    tree = tree_of(found)
    unit = _commenting_unit(request, found)
    form = _form(request, tree)
    if unit is None:
        messages.error(request, _("Bảng điểm này không lấy ý kiến của đồng chí."))
        return redirect("scoring:table", pk)
    if form.is_valid():
        try:
            comment_on_table(
                actor=request.user,
                table_id=found.pk,
                unit=unit,
                text=form.cleaned_data["text"],
                criterion=form.cleaned_data["criterion"],
            )
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã gửi ý kiến."))
            return redirect("scoring:table", pk)
    return _page(request, found, tree, form, unit)


@form_of("scoring:table", but="comment")
def comment_answer(request: PersonRequest, pk: int, comment: int) -> HttpResponse:
    """Say what became of a comment."""
    answered = _table(request, pk)
    found = get_object_or_404(TableComment, pk=comment, table=answered)
    given = request.POST.get("outcome", "")
    outcome = CommentOutcome(given) if given in CommentOutcome.values else CommentOutcome.OPEN
    try:
        answer_table_comment(
            actor=request.user,
            comment_id=found.pk,
            outcome=outcome,
            answer=request.POST.get("answer", ""),
            seen=request.POST.get("seen", ""),
        )
    except RuleError as refusal:
        messages.error(request, str(refusal))
        tree, unit = tree_of(answered), _commenting_unit(request, answered)
        criteria = [(row.code, row.name) for row in tree.rows]
        form = TableCommentForm(criteria=criteria) if unit else None
        typed = (found.pk, request.POST.get("answer", ""))
        return _page(request, answered, tree, form, unit, typed)
    messages.success(request, _("Đã trả lời ý kiến."))
    return redirect("scoring:table", pk)
