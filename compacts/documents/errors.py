"""The one way in which a document is refused."""

from __future__ import annotations


class RenderError(Exception):
    """The document cannot be made; the text is Vietnamese and fit to be shown to its author."""
