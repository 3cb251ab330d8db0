"""Letters for the tests: people told of something, the letter, the job, a clock of Hà Nội."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from units.models import Job, Letter, Notification, Person
from units.rules import Occasion
from units.services.letters import SEND_TASK
from units.services.notifications import Message, notify

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def told(
    *people: Person, key: str = "thu:1", occasion: Occasion = Occasion.WORK, **more: Any
) -> list[Notification]:
    facts: dict[str, Any] = {
        "about": "Khối các Ban Đảng 2018",
        "subject": gettext_lazy("Đăng ký thi đua"),
        "text": "Đơn vị Ban Tổ chức chưa gửi.",
        "path": "/mua-thi-dua/",
        **more,
    }
    return notify(
        persons=people, message=Message(key=key, occasion=occasion, **facts), sent_by=None
    )


def mail_job() -> Job:
    return Job.objects.get(task=SEND_TASK)


def letter() -> Letter:
    return Letter.objects.get()


def at(hour: int, minute: int = 0, day: int = 1) -> datetime.datetime:
    return datetime.datetime(2018, 3, day, hour, minute, tzinfo=HANOI)
