"""The user guides of ``docs/`` as pages, the reader's own first."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from units.http import PersonRequest
from units.models import Person
from units.rules import RoleKind
from units.vietnamese import fold

FOLDER = Path(settings.BASE_DIR) / "docs"
GUIDES: dict[str, str | Promise] = {
    "thu-ky": _("Thư ký khối"),
    "don-vi": _("Đơn vị"),
    "lanh-dao": _("Lãnh đạo"),
}


def _own_guide(person: Person) -> str:
    kinds = {role.kind for role in person.roles_on(timezone.localdate()).roles}
    if RoleKind.SECRETARY in kinds:
        return "thu-ky"
    return "lanh-dao" if kinds & {RoleKind.LEADER, RoleKind.OFFICER} else "don-vi"


@functools.cache
def _guide(name: str) -> SafeString:
    """The guide as HTML, each heading with an address; markup inside the text stays text."""
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse((FOLDER / f"huong-dan-{name}.md").read_text())
    for opening, words in itertools.pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", slugify(fold(words.content)))
    # Our own file, and what is in it was escaped by the reader.
    return SafeString(reader.renderer.render(tokens, reader.options, {}))


@require_safe
def guide(request: PersonRequest, name: str = "") -> HttpResponse:
    """A guide; without a name that of the reader's role."""
    chosen = name or _own_guide(request.user)
    if chosen not in GUIDES:
        raise Http404
    context = {"guides": GUIDES.items(), "chosen": chosen, "guide": _guide(chosen)}
    return render(request, "guide.html", context)


@require_safe
def picture(request: PersonRequest, name: str, picture: str) -> FileResponse:
    """A picture of a guide."""
    path = FOLDER / "pictures" / f"{picture}.png"
    if name not in GUIDES or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png")
