"""The user guides of ``docs/``: their text as pages, and which part speaks of which page.

Each is there in both languages, part by part. The addresses in a guide are those of the Vietnamese
headings in both, so that a link leads to the same part whoever follows it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from config.guide_topics import TOPICS
from units.models import Person
from units.rules import RoleKind
from units.vietnamese import fold

FOLDER = Path(settings.BASE_DIR) / "docs"
_FILES = {"vi": "huong-dan-{}.md", "en": "guide-{}.md"}
GUIDES: dict[str, str | Promise] = {
    "thu-ky": _("Thư ký khối"),
    "don-vi": _("Đơn vị"),
    "lanh-dao": _("Lãnh đạo"),
}


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide as HTML, its headings by their addresses in it, and those of its parts alone."""

    text: SafeString
    headings: Mapping[str, str]
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a guide: where it is, and its heading."""

    url: str
    heading: str


def readers_guide(name: str) -> Guide:
    """The guide in the reader's language."""
    return read_guide(name, get_language() or settings.LANGUAGE_CODE)


@functools.cache
def read_guide(name: str, language: str) -> Guide:
    """The guide as HTML, each heading with an address; markup inside the text stays text."""
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = _tokens(reader, name, language)
    vietnamese = _tokens(reader, name, settings.LANGUAGE_CODE)
    anchors = [slugify(fold(words.content)) for _opening, words in _headings(vietnamese)]
    headings, parts = {}, {}
    for anchor, (opening, words) in zip(anchors, _headings(tokens), strict=True):
        opening.attrSet("id", anchor)
        headings[anchor] = words.content
        if opening.tag == "h2":
            parts[anchor] = words.content
    # Our own file, and what is in it was escaped by the reader.
    return Guide(SafeString(reader.renderer.render(tokens, reader.options, {})), headings, parts)


def _tokens(reader: MarkdownIt, name: str, language: str) -> list[Token]:
    return reader.parse((FOLDER / _FILES[language].format(name)).read_text())


def _headings(tokens: list[Token]) -> list[tuple[Token, Token]]:
    """The beginning of each heading with its words."""
    return [pair for pair in itertools.pairwise(tokens) if pair[0].type == "heading_open"]


def own_guide(person: Person) -> str:
    """The name of the guide of the person's role."""
    kinds = {role.kind for role in person.roles_on(timezone.localdate()).roles}
    if RoleKind.SECRETARY in kinds:
        return "thu-ky"
    return "lanh-dao" if kinds & {RoleKind.LEADER, RoleKind.OFFICER} else "don-vi"


def topic_of(view_name: str) -> Mapping[str, str]:
    """The part of each guide that speaks of a page, the page named most exactly first."""
    found = [begin for begin in TOPICS if view_name.startswith(begin)]
    return TOPICS[max(found, key=len)] if found else {}


def place_of(view_name: str, own: str) -> Place | None:
    """Where to read about a page: in one's own guide, else in the first that speaks of it."""
    topic = topic_of(view_name)
    name = own if own in topic else next(iter(topic), "")
    if not name:
        return None
    anchor = topic[name]
    return Place(f"{reverse('guide', args=[name])}#{anchor}", readers_guide(name).headings[anchor])


def help_in_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``help_place`` is the part of a guide that speaks of this page."""
    match = request.resolver_match
    person = getattr(request, "user", None)
    if match is None or not isinstance(person, Person):
        return {"help_place": None}
    return {"help_place": lambda: place_of(match.view_name, own_guide(person))}
