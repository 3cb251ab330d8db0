"""One criterion in the table editor: added, changed, tried on examples."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from scoring.engine.examples import examples_of, stretches_of
from scoring.engine.kinds import Bands, read_rule
from scoring.engine.reader import Reader
from scoring.engine.table import Criterion
from scoring.engine.words import rule_in_words
from scoring.forms.criteria import CriterionForm
from scoring.models import CriteriaTable
from scoring.queries.tables import node_of
from scoring.services import tables as services
from scoring.services.table_edit import TableRefusedError
from scoring.services.table_tree import next_code
from scoring.views.rounds import page
from scoring.views.tables import addressed, draft_of, edition_after, edition_of
from units.http import PersonRequest
from units.rules import RuleError


def _criterion_page(
    request: PersonRequest, table: CriteriaTable, form: CriterionForm, edition: int, **more: Any
) -> HttpResponse:
    season, _where = addressed(table)
    context = page(season, table=table, form=form, edition=edition, **more)
    context.update(_live(form, table) if request.method == "POST" else _stored(more, table))
    return render(request, "scoring/criterion_form.html", context)


def _refused(form: CriterionForm, refusal: RuleError) -> None:
    if isinstance(refusal, TableRefusedError):
        form.show(refusal.faults)
    else:
        form.add_error(None, str(refusal))


def criterion_new(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Add a criterion or a group (``?loai=nhom``) to a group (``?nhom=I``) or at the top."""
    table = draft_of(request, bloc, year, pk)
    group = request.GET.get("nhom", "")
    is_group = request.GET.get("loai") == "nhom"
    if group and node_of(table, group) is None:
        raise Http404
    form = CriterionForm(
        request.POST or None,
        top=not group,
        group=is_group,
        initial={"code": next_code(table.definition, group), "kind": "judged"},
    )
    edition = edition_of(request) or table.edition
    if request.method == "POST" and form.is_valid():
        try:
            services.add_criterion(
                actor=request.user,
                table_id=table.pk,
                edition=edition,
                group=group,
                facts=form.facts(),
            )
        except RuleError as refusal:
            _refused(form, refusal)
            edition = edition_after(refusal, table, edition)
        else:
            return _back_to_tree(request, table, form.cleaned_data["code"])
    return _criterion_page(request, table, form, edition, group=group, is_group=is_group)


def _back_to_tree(request: PersonRequest, table: CriteriaTable, code: str) -> HttpResponse:
    messages.success(request, _("Đã ghi tiêu chí %(code)s.") % {"code": code})
    address = redirect("scoring:table_edit", *addressed(table)[1])
    address["Location"] += f"#c-{code}"
    return address


def criterion_edit(
    request: PersonRequest, bloc: str, year: int, pk: int, code: str
) -> HttpResponse:
    """Change a criterion: its words, its points, its rule."""
    table = draft_of(request, bloc, year, pk)
    node = node_of(table, code)
    if node is None:
        raise Http404
    top = any(one["code"] == code for one in table.definition["criteria"])
    form = CriterionForm(request.POST or None, node=node, top=top, group="children" in node)
    edition = edition_of(request) or table.edition
    if request.method == "POST" and form.is_valid():
        try:
            services.save_criterion(
                actor=request.user,
                table_id=table.pk,
                edition=edition,
                code=code,
                facts=form.facts(),
            )
        except RuleError as refusal:
            _refused(form, refusal)
            edition = edition_after(refusal, table, edition)
        else:
            return _back_to_tree(request, table, form.cleaned_data["code"])
    return _criterion_page(
        request, table, form, edition, node=node, code=code, is_group="children" in node
    )


def _shown(criterion: Criterion, precision: Decimal) -> dict[str, Any]:
    rule = criterion.rule
    if rule is None:
        return {}
    return {
        "words": rule_in_words(rule),
        "examples": examples_of(criterion, precision),
        "stretches": stretches_of(rule) if isinstance(rule, Bands) else (),
    }


def _live(form: CriterionForm, table: CriteriaTable) -> dict[str, Any]:
    """What the form as typed would mean: words and examples, or what is missing yet."""
    if form.group or not form.is_valid():
        return {}
    points: Decimal = form.cleaned_data["points"]
    reader = Reader()
    rule = read_rule(reader, form.rule(), "rule", points)
    if rule is None or reader.faults:
        return {"live_faults": reader.faults}
    criterion = Criterion("x", form.cleaned_data["name"], points, rule=rule)
    shown = _shown(criterion, Decimal(table.definition["precision"]))
    return {**shown, "live_warnings": reader.warnings}


def _stored(more: Mapping[str, Any], table: CriteriaTable) -> dict[str, Any]:
    node = more.get("node")
    if not node or "rule" not in node:
        return {}
    rule = read_rule(Reader(), node["rule"], "rule", Decimal(node["max"]))
    criterion = Criterion(node["code"], node["name"], Decimal(node["max"]), rule=rule)
    return _shown(criterion, Decimal(table.definition["precision"]))


@require_POST
def criterion_example(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """The fragment beside the form: the rule as typed in words, with worked examples."""
    table = draft_of(request, bloc, year, pk)
    form = CriterionForm(request.POST, top=False, group=False)
    context = _live(form, table)
    return render(request, "scoring/_criterion_example.html", context)
