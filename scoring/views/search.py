"""The one search."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scoring.queries.search import SHORTEST, words_of
from scoring.queries.search import search as find
from scoring.queries.search_kinds import KINDS
from units.http import PersonRequest

LONGEST = 200


@require_safe
def search(request: PersonRequest) -> HttpResponse:
    """Everything the person may see that has the words of ``?q=`` in it.

    ``loai`` shows one kind by pages (``trang``), ``khoi`` and ``nam`` narrow to seasons.
    """
    get = request.GET
    text = get.get("q", "").replace("\0", "").strip()[:LONGEST]
    asked = {name: get.get(name, "") for name in ("loai", "khoi", "nam")}
    if asked["loai"] not in {kind.code for kind in KINDS}:
        asked["loai"] = ""
    found = find(
        request.user,
        text,
        kind=asked["loai"],
        bloc=asked["khoi"],
        year=asked["nam"],
        page=get.get("trang", "1"),
    )
    kinds = [(one.code, one.label) for one in KINDS]
    choices = (
        ("loai", _("Loại"), kinds),
        ("khoi", _("Khối, cụm"), found.blocs),
        ("nam", _("Năm"), found.years),
    )
    context = {
        "q": text,
        "found": found,
        "page": found.page,
        "filters": [
            {"name": name, "label": label, "choices": offered, "value": asked[name]}
            for name, label, offered in choices
        ],
        "searching": any(asked.values()),
        "chosen": asked["loai"],
        "too_short": bool(text) and not words_of(text),
        "shortest": SHORTEST,
    }
    return render(request, "scoring/search.html", context)
