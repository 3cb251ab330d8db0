"""What a page says to a reader of English that is still Vietnamese and nobody's data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import lxml.html
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client

from compacts.documents.fonts import VIETNAMESE
from units.models import AuditEntry

ACCENTED = "".join(letter for letter in VIETNAMESE + VIETNAMESE.upper() if not letter.isascii())
LETTER = re.compile(f"[{ACCENTED}]")
# The language's own name; columns of files, which are the same for everybody; an example.
OWN_WORDS = (
    "tiếng việt",
    "stt, tiêu chí, điểm chuẩn, cách tính, ghi chú",
    "the column kết quả (result)",
    "công tác thi đua, khen thưởng năm 2026 của khối",
)
APPS = ("units", "compacts", "scoring")
SPOKEN_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title", "content")
TEXT_FIELDS = (models.CharField, models.TextField, models.JSONField)


def read_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def data_of_everybody() -> list[str]:
    """Every text with Vietnamese letters that stands in the database, the longest first."""
    found: set[str] = set()
    for model in (one for app in APPS for one in apps.get_app_config(app).get_models()):
        if model is AuditEntry:
            # Its sentences are ours, and told in the reader's language.
            continue
        names = [one.name for one in model._meta.fields if isinstance(one, TEXT_FIELDS)]
        for row in model._default_manager.values_list(*names) if names else ():
            for value in row:
                found.update(_texts(value))
    known = {one.casefold() for one in found if LETTER.search(one)}
    return sorted(known, key=len, reverse=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (" ".join(line.split()) for line in [value, *value.splitlines()])
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def vietnamese_in(content: bytes, data: Iterable[str]) -> set[str]:
    """The texts of the page with Vietnamese words that are not data."""
    page = lxml.html.fromstring(content.decode())
    # What is marked as Vietnamese is so on purpose: the words of a paper.
    for marked in page.xpath('//body//*[@lang="vi"] | //script | //style'):
        marked.drop_tree()
    pieces = [*page.xpath("//text()")]
    pieces += [one for name in SPOKEN_ATTRIBUTES for one in page.xpath(f"//@{name}")]
    found = set()
    for piece in {" ".join(piece.split()) for piece in pieces}:
        # Without regard to case: a data text at the start of a line has its first letter raised.
        left = piece.casefold()
        for known in (*OWN_WORDS, *data):
            if not LETTER.search(left):
                break
            left = _without(known, left)
        if LETTER.search(left):
            found.add(piece)
    return found


def _without(known: str, text: str) -> str:
    """The text without the data; a single word counts only where it stands alone or in quotes.

    Else somebody's “Việc” would hide every sentence about work.
    """
    if known not in text:
        return text
    if " " in known or any(sign.isdigit() for sign in known):
        return text.replace(known, "·")
    alone = rf"(?<![^\W\d_])(?<![^\W\d_] ){re.escape(known)}(?! ?[^\W\d_])"
    return re.sub(alone, "·", text)
