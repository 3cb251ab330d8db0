"""The one way in which a document is refused."""

from __future__ import annotations


class RenderError(Exception):
    """The document cannot be made; the text is fit to be shown to its author.

    ``words`` with ``values`` in them make the text. The process that lays documents out speaks
    Vietnamese alone and answers with both, so that they can be said in the reader's language.
    """

    def __init__(self, words: str, **values: str) -> None:
        super().__init__(words % values if values else words)
        self.words = words
        self.values = values
