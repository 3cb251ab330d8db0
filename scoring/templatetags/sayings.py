"""The engine's sentences on pages, in the reader's language."""

from __future__ import annotations

from django import template

from scoring import sayings
from scoring.engine.table import read_table
from scoring.models import CriteriaTable
from scoring.services.table_edit import warnings_of

register = template.Library()


@register.filter
def said(text: str) -> str:
    return sayings.said(text)


@register.filter
def warnings_said(table: CriteriaTable) -> list[str]:
    """The table's warnings anew: those stored are in the language of whoever stored them."""
    return warnings_of(table.definition, read_table(table.definition))
