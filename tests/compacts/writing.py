"""Moves of the life of a text that its tests make again and again."""

from __future__ import annotations

import datetime

from django.utils import timezone

from compacts.models import Draft, DraftVersion, IssuedPaper
from compacts.rules import DraftKind
from compacts.services.compact_template import ArticleText
from compacts.services.texts import (
    issue_text,
    newest_version,
    open_text,
    save_text,
    start_text,
)
from tests.cast import World

ISSUED_ON = datetime.date(2018, 2, 5)


def make_text(world: World, kind: DraftKind = DraftKind.PROGRAMME) -> Draft:
    return start_text(
        actor=world.secretary, season=world.season, kind=kind, title="Chương trình năm 2018"
    )


def write(world: World, draft: Draft, *items: str, number: int | None = None) -> DraftVersion:
    return save_text(
        actor=world.secretary,
        draft_id=draft.pk,
        number=number or newest_version(draft).number,
        title=draft.title,
        sections=[ArticleText("Nội dung", items)],
    )


def opened(world: World) -> Draft:
    draft = make_text(world)
    due = timezone.now() + datetime.timedelta(days=4)
    return open_text(actor=world.secretary, draft_id=draft.pk, due_at=due)


def issue(world: World, draft: Draft, **more: bool) -> IssuedPaper:
    return issue_text(
        actor=world.secretary,
        draft_id=draft.pk,
        number="02-CTr/KTĐ",
        issued_on=ISSUED_ON,
        **more,
    )
