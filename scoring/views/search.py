"""The one search."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scoring.queries.search import SHORTEST
from scoring.queries.search import search as find
from units.http import PersonRequest

LONGEST = 200


@require_safe
def search(request: PersonRequest) -> HttpResponse:
    """Everything the person may see that has the words of ``?q=`` in it."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    context = {"q": text, "groups": find(request.user, text), "shortest": SHORTEST}
    return render(request, "scoring/search.html", context)
