"""The demo's conference: planned for the day on which the demo is loaded, most units there."""

from __future__ import annotations

import datetime

from django.utils import timezone

from compacts.models import Season
from compacts.rules import ConferenceKind, Presence
from compacts.services.attendance import Guest, Present, mark_attendance
from compacts.services.conferences import ConferenceFacts, plan_conference
from units.models import Person


def plan_demo_conference(*, secretary: Person, season: Season) -> None:
    """The signing conference of the season, ready to be opened; nothing where it has one.

    All units have come but two: one sent its excuse, one is still on its way.
    """
    if season.conferences.exists():
        return
    morning = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    made = plan_conference(
        actor=secretary,
        season=season,
        kind=ConferenceKind.SIGNING,
        facts=ConferenceFacts(
            title=f"Hội nghị ký kết giao ước thi đua năm {season.year}",
            place="Hội trường Tỉnh ủy",
            starts_at=morning.astimezone(datetime.UTC),
            chair=f"{season.leader_name}, {season.leader_position}",
            minute_taker=f"{secretary.full_name}, {secretary.position}",
        ),
    )
    *come, excused, _expected = season.participants.all()
    units = {
        one.pk: Present(Presence.PRESENT, one.signatory_name, one.signatory_position)
        for one in come
    }
    mark_attendance(
        actor=secretary,
        conference_id=made.pk,
        units={excused.pk: Present(Presence.EXCUSED, note="Đi công tác"), **units},
        guests=[Guest("Đỗ Văn Trực (mẫu)", "Thường trực", "Hội đồng Thi đua - Khen thưởng")],
        version=made.attendance_version,
    )
