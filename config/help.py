"""Pages of the user guides, the reader's own first."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from config.guides import FOLDER, GUIDES, own_guide, readers_guide
from units.http import PersonRequest


@require_safe
def guide(request: PersonRequest, name: str = "") -> HttpResponse:
    """A guide; without a name on to that of the reader's role, beside which its pictures are."""
    if not name:
        return redirect("guide", own_guide(request.user))
    if name not in GUIDES:
        raise Http404
    context = {"guides": GUIDES.items(), "chosen": name, "guide": readers_guide(name)}
    return render(request, "guide.html", context)


@require_safe
def picture(request: PersonRequest, name: str, picture: str) -> FileResponse:
    """A picture of a guide."""
    path = FOLDER / "pictures" / f"{picture}.png"
    if name not in GUIDES or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png")
