"""Entries of the audit trail on pages, in the reader's language."""

from __future__ import annotations

from django import template

from config import journal

register = template.Library()


@register.filter
def retold(text: str) -> str:
    return journal.retold(text)
