"""Uploaded files handed out; whoever calls has found them among what the person may see."""

from __future__ import annotations

from django.http import FileResponse

from units.models import StoredFile


def download(stored: StoredFile) -> FileResponse:
    """The file as a download, never shown inside our pages and never kept on the way."""
    response = FileResponse(
        stored.file.open("rb"),
        content_type=stored.content_type,
        filename=stored.name,
        as_attachment=True,
    )
    response["Cache-Control"] = "private, no-store"
    return response
