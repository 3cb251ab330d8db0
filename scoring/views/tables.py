"""The editor of a season's scoring table: the tree, what stands above, adoption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from compacts.models import Season
from scoring.engine.faults import Fault
from scoring.forms.tables import (
    ClassRows,
    CommentsOpenForm,
    StartTableForm,
    TableFactsForm,
    TieBreakRows,
    TitleRows,
    class_rows_of,
    classes_of,
    step_rows_of,
    steps_of,
    title_rows_of,
    titles_of,
    typed_points,
)
from scoring.models import CriteriaTable
from scoring.permissions import can_manage_tables
from scoring.queries.tables import library, tree_of
from scoring.services import table_start
from scoring.services import tables as services
from scoring.services.table_edit import TableRefusedError
from scoring.services.table_tree import Move
from scoring.views.columns import table_columns
from scoring.views.rounds import page, refused, season_of
from units.access import require
from units.http import PersonRequest, outcome_told
from units.listing import Listing
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.templatetags.vietnamese_format import number
from units.vietnamese import whole_number


def draft_of(request: PersonRequest, bloc: str, year: int, pk: int) -> CriteriaTable:
    """The draft of the season that the person runs; 404 where there is none, or it is frozen."""
    season = season_of(request, bloc, year)
    require(can_manage_tables(request.user, season))
    drafts = CriteriaTable.objects.select_related("season__bloc__council")
    return get_object_or_404(drafts, pk=pk, season=season, frozen_at__isnull=True)


def addressed(table: CriteriaTable) -> tuple[Season, list[Any]]:
    """The draft's season, and the arguments of every address of the draft."""
    season = table.season
    if season is None:
        raise Http404
    return season, [season.bloc.code, season.year, table.pk]


def draft_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """The season's drafts; a new one, empty or copied."""
    season = season_of(request, bloc, year)
    require(can_manage_tables(request.user, season))
    form = StartTableForm(request.POST or None, groups=library(request.user, season))
    if request.method == "POST" and form.is_valid():
        try:
            made = table_start.start_table(
                actor=request.user, season_id=season.pk, copy_of=form.chosen()
            )
        except RuleError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Đã có bản thảo; hãy sửa các tiêu chí."))
            return redirect("scoring:table_edit", bloc, year, made.pk)
    drafts = CriteriaTable.objects.filter(season=season, frozen_at__isnull=True)
    shown = Listing(request, table_columns(), drafts.defer("definition").order_by("-pk"))
    file = shown.file(f"bang-diem-du-thao-{bloc}-{year}")
    if file is not None:
        return file
    context = page(season, form=form, **shown.context())
    return render(request, "scoring/table_drafts.html", context)


@require_POST
def version_new(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """A draft that continues a frozen table."""
    season = season_of(request, bloc, year)
    try:
        made = table_start.new_version(actor=request.user, season_id=season.pk, table_id=pk)
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("scoring:table_drafts", bloc, year)
    messages.success(request, _("Đã có bản thảo; hãy sửa các tiêu chí."))
    return redirect("scoring:table_edit", bloc, year, made.pk)


# --- the tree -------------------------------------------------------------------------------


def edition_of(request: PersonRequest) -> int:
    return whole_number(request.POST.get("edition", ""))


def edition_after(refusal: RuleError, table: CriteriaTable, edition: int) -> int:
    """The edition to go on from: after a conflict the newest, for the next saving is meant."""
    if isinstance(refusal, EditConflictError):
        table.refresh_from_db(fields=["edition"])
        return table.edition
    return edition


def _act_on_tree(
    actor: Person, table: CriteriaTable, edition: int, data: Mapping[str, str]
) -> str:
    """Do what the pressed button of the tree says; the words to show afterwards."""
    points = typed_points(data)
    action, _colon, code = data.get("do", "save").partition(":")
    facts: dict[str, Any] = {"actor": actor, "table_id": table.pk}
    if action in Move.values and code:
        services.move_criterion(
            **facts,
            edition=edition,
            code=code,
            move=Move(action),
            target=data.get("target", ""),
            points=points,
        )
        return str(_("Đã chuyển tiêu chí %(code)s.") % {"code": code})
    if action == "remove":
        services.remove_criterion(**facts, edition=edition, code=code, points=points)
        return str(_("Đã xóa tiêu chí %(code)s.") % {"code": code})
    if action == "renumber":
        services.renumber(**facts, edition=edition, points=points)
        return str(_("Đã đánh lại mã theo thứ tự."))
    services.save_points(**facts, edition=edition, points=points)
    return str(_("Đã ghi điểm chuẩn."))


def table_edit(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """The whole table: points typed in place, criteria moved, added, removed."""
    table = draft_of(request, bloc, year, pk)
    season, where = addressed(table)
    faults: list[str] = []
    typed: Mapping[str, str] = {}
    if request.method == "POST":
        try:
            done = _act_on_tree(request.user, table, edition_of(request), request.POST)
        except ValidationError as refusal:
            faults = list(refusal.messages)
        except EditConflictError as refusal:
            table.refresh_from_db()
            faults = [str(refusal)]
        except RuleError as refusal:
            faults = [str(refusal)]
        else:
            messages.success(request, done)
            moved = request.POST.get("do", "").partition(":")[2]
            address = redirect("scoring:table_edit", *where)
            address["Location"] += f"#c-{moved}" if moved else ""
            return address
        typed = {
            name.removeprefix("points:"): str(text)
            for name, text in request.POST.items()
            if name.startswith("points:")
        }
    tree = tree_of(table)
    context = page(
        season,
        table=table,
        tree=tree,
        rows=[(row, typed.get(row.code, number(row.points))) for row in tree.rows],
        faults=faults,
        comments_form=CommentsOpenForm(initial={"due_at": table.comments_due_at}),
    )
    return render(request, "scoring/table_edit.html", context, status=409 if faults else 200)


# --- what stands beside the criteria --------------------------------------------------------


def table_facts(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Change what stands above the criteria."""
    table = draft_of(request, bloc, year, pk)
    season, where = addressed(table)
    form = TableFactsForm(request.POST or None, table=table)
    edition = edition_of(request) or table.edition
    if request.method == "POST" and form.is_valid():
        try:
            services.save_table_facts(
                actor=request.user, table_id=table.pk, edition=edition, facts=form.facts()
            )
        except RuleError as refusal:
            refused(form, refusal)
            edition = edition_after(refusal, table, edition)
        else:
            messages.success(request, _("Đã ghi thông tin chung."))
            return redirect("scoring:table_edit", *where)
    context = page(season, table=table, form=form, edition=edition)
    return render(request, "scoring/table_facts.html", context)


_Section = tuple[
    Callable[..., forms.BaseFormSet[Any]],
    Callable[[CriteriaTable], list[dict[str, Any]]],
    Callable[[forms.BaseFormSet[Any], CriteriaTable], list[dict[str, Any]]],
]
_SECTIONS: Mapping[str, _Section] = {
    "classes": (ClassRows, class_rows_of, classes_of),
    "tie_breaks": (TieBreakRows, step_rows_of, steps_of),
    "titles": (TitleRows, title_rows_of, titles_of),
}


def table_section(
    request: PersonRequest, bloc: str, year: int, pk: int, section: str
) -> HttpResponse:
    """Change the classes, the tie breaks or the titles of the table."""
    table = draft_of(request, bloc, year, pk)
    season, where = addressed(table)
    rows, initial_of, read = _SECTIONS[section]
    options: dict[str, Any] = {}
    if section == "tie_breaks":
        found = [(row.code, row.name) for row in tree_of(table).rows if row.adds == "base"]
        options["form_kwargs"] = {"criteria": found, "stored": initial_of(table)}
    formset = rows(request.POST or None, prefix="rows", initial=initial_of(table), **options)
    edition = edition_of(request) or table.edition
    faults: list[Fault] = []
    if request.method == "POST" and formset.is_valid():
        try:
            services.save_section(
                actor=request.user,
                table_id=table.pk,
                edition=edition,
                section=section,
                rows=read(formset, table),
            )
        except TableRefusedError as refusal:
            faults = list(refusal.faults)
        except RuleError as refusal:
            faults = [Fault("", str(refusal))]
            edition = edition_after(refusal, table, edition)
        else:
            messages.success(request, _("Đã ghi."))
            return redirect("scoring:table_edit", *where)
    context = page(
        season, table=table, formset=formset, section=section, edition=edition, faults=faults
    )
    return render(request, "scoring/table_section.html", context)


# --- opened and adopted ---------------------------------------------------------------------


@require_POST
def comments_open(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Ask the units for comments until a time."""
    table = draft_of(request, bloc, year, pk)
    form = CommentsOpenForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for one in form.errors.get("due_at", [])))
        return redirect("scoring:table_edit", *addressed(table)[1])
    with outcome_told(request, _("Đã mời các đơn vị góp ý.")):
        services.open_for_comments(
            actor=request.user,
            table_id=table.pk,
            edition=edition_of(request),
            due_at=form.cleaned_data["due_at"],
        )
    return redirect("scoring:table_edit", *addressed(table)[1])


@require_POST
def draft_adopt(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Adopt the draft for its season; it is frozen by that."""
    table = draft_of(request, bloc, year, pk)
    try:
        services.adopt_draft(actor=request.user, table_id=table.pk, edition=edition_of(request))
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("scoring:table_edit", *addressed(table)[1])
    messages.success(request, _("Đã thông qua bảng điểm; bảng được khóa từ bây giờ."))
    return redirect("scoring:round_list", bloc, year)
