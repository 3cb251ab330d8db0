"""Conferences as the tests plan them."""

from __future__ import annotations

import datetime

from django.utils import timezone

from compacts.models import Conference
from compacts.rules import ConferenceKind
from compacts.services.conferences import ConferenceFacts, plan_conference
from tests.cast import World

CHAIR = "Phạm Sỹ Lợi, Phó Bí thư Thường trực"


def facts(**changes: object) -> ConferenceFacts:
    """A conference at 8:00 on the day of the founding case, with ``changes``."""
    given = {
        "title": "Hội nghị ký kết giao ước thi đua năm 2018",
        "place": "Hội trường Tỉnh ủy",
        "starts_at": datetime.datetime(2018, 3, 20, 8, 0, tzinfo=timezone.get_default_timezone()),
        "chair": CHAIR,
        "minute_taker": "Nguyễn Thị Thư",
    }
    return ConferenceFacts(**{**given, **changes})


def plan(
    world: World, kind: ConferenceKind = ConferenceKind.SIGNING, **changes: object
) -> Conference:
    """A conference that the secretary planned, with its usual agenda."""
    return plan_conference(
        actor=world.secretary, season=world.season, kind=kind, facts=facts(**changes)
    )
