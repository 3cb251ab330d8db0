"""What happens in the scene's season: a movement, a conference, a document on the board."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.base import ContentFile

from compacts.rules import AnnouncementKind, ConferenceKind, MovementKind, ReviewKind
from compacts.services.announcements import AnnouncementFacts, save_announcement
from compacts.services.conferences import open_conference
from compacts.services.movements import (
    MovementFacts,
    launch_movement,
    review_movement,
    save_movement,
)
from tests.cast import World
from tests.compacts.conferences import plan
from tests.compacts.moves import PDF


def make_events(world: World) -> dict[str, Any]:
    """The arguments of the addresses of movements, conferences and announcements."""
    return {**_movement(world), **_conference(world), "announcement": _announcement(world)}


def _conference(world: World) -> dict[str, Any]:
    """A signing conference that has been opened."""
    conference = plan(world, ConferenceKind.SIGNING)
    open_conference(actor=world.secretary, conference_id=conference.pk)
    item = conference.items.first()
    assert item is not None
    return {"conference": conference.pk, "agenda_item": item.pk}


def _movement(world: World) -> dict[str, Any]:
    """A launched movement with a mid-term review and its report."""
    movement = save_movement(
        actor=world.secretary,
        season=world.season,
        facts=MovementFacts(
            kind=MovementKind.MOVEMENT,
            name="Thi đua cải cách hành chính",
            theme="Kỷ cương, liêm chính",
            aim="Nâng chất lượng tham mưu.",
            targets="100% văn bản đúng hạn",
            starts_on=datetime.date(2018, 3, 1),
            ends_on=datetime.date(2018, 12, 31),
        ),
        units=["ubkt", "duk", "btc"],
    )
    launch_movement(
        actor=world.secretary,
        movement_id=movement.pk,
        launched_by="Chủ tịch UBND tỉnh",
        launched_on=datetime.date(2018, 3, 20),
    )
    review = review_movement(
        actor=world.secretary,
        movement_id=movement.pk,
        kind=ReviewKind.MIDTERM,
        held_on=datetime.date(2018, 7, 1),
        text="Đạt 60%.",
        file=ContentFile(PDF),
        file_name="so-ket.pdf",
    )
    return {"movement": movement.pk, "review": review.pk}


def _announcement(world: World) -> int:
    """A document with its file on the bloc's board."""
    return save_announcement(
        actor=world.secretary,
        season=world.season,
        facts=AnnouncementFacts(AnnouncementKind.DOCUMENT, "Kế hoạch năm", "", None),
        upload=ContentFile(PDF),
        upload_name="ke-hoach.pdf",
    ).pk
