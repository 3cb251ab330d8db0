"""What waits for the secretaries around a conference."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import AgendaItem, Conference
from compacts.queries.desk import Desk
from compacts.rules import ConferenceState
from units.queries import OpenTask
from units.rules import Capacity, end_of_day

# A conference is prepared, and its minutes are written, within this time.
AROUND = datetime.timedelta(days=30)


def conference_tasks(desk: Desk) -> Iterator[OpenTask]:
    """Conferences to prepare, to run, and to conclude; one query."""
    concluded = AgendaItem.objects.filter(conference=OuterRef("pk")).exclude(conclusion="")
    wanted = (
        Q(state=ConferenceState.PLANNED, starts_at__lte=desk.now + AROUND)
        | Q(state=ConferenceState.RUNNING)
        | Q(state=ConferenceState.CLOSED, closed_at__gte=desk.now - AROUND) & ~Exists(concluded)
    )
    for found in Conference.objects.filter(wanted, season__in=desk.served):
        page, label, action = {
            ConferenceState.PLANNED: ("conference", _("Chuẩn bị: %(title)s"), _("Chuẩn bị")),
            ConferenceState.RUNNING: (
                "conference_remote",
                _("Đang họp: %(title)s"),
                _("Điều khiển"),
            ),
            ConferenceState.CLOSED: (
                "conference",
                _("Ghi kết luận cho biên bản: %(title)s"),
                _("Ghi"),
            ),
        }[ConferenceState(found.state)]
        yield OpenTask(
            label=label % {"title": found.title},
            url=desk.address(f"compacts:{page}", found.season_id, found.pk),
            season=str(desk.seasons[found.season_id]),
            capacity=Capacity.SECRETARY,
            action=action,
            due_at=_day_of(found) if found.state == ConferenceState.PLANNED else None,
            detail=found.place,
        )


def _day_of(conference: Conference) -> datetime.datetime:
    """The end of its day: on the morning of a conference nobody is late."""
    return end_of_day(timezone.localdate(conference.starts_at))
