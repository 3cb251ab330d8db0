"""Asking for rights in templates."""

from __future__ import annotations

from typing import Any

from django import template

from units.access import Verdict, ask

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: template.Context, name: str, *objects: Any) -> Verdict:
    """``{% can "compacts.sign_for" compact unit as verdict %}``: true, or falsy with a reason."""
    return ask(name, context["request"].user, *objects)
