"""The engine's sentences in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from scoring.engine.phrases import Phrase, Series

_MANY = 2


def said(text: str) -> str:
    """A phrase or a series of the engine in the active language; any other text as it is."""
    if isinstance(text, Series):
        return text.between.join(said(part) for part in text.parts)
    if not isinstance(text, Phrase):
        return text
    values = {
        name: said(value) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    if text.number is None:
        return gettext(text.words) % values
    # Only whole numbers choose a plural; 1,5 and 0,5 points are many.
    whole = text.number == int(text.number)
    return ngettext(text.words, text.words, int(text.number) if whole else _MANY) % values
