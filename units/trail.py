"""How an entry of the audit trail is told to a reader of another language.

The trail knows the sentences of all apps only as text; who knows them says how they are told.
"""

from __future__ import annotations

from collections.abc import Callable

_tellers: list[Callable[[str], str]] = []


def tell_by(teller: Callable[[str], str]) -> None:
    """From now on entries are told by ``teller``."""
    _tellers[:] = [teller]


def told(summary: str) -> str:
    """The sentence of an entry in the reader's language."""
    return _tellers[0](summary) if _tellers else summary
