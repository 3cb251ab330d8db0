"""Kinds and facts of the units app that need no database."""

from __future__ import annotations

import datetime

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RuleError(Exception):
    """A move the rules refuse; the message is Vietnamese and fit to be shown.

    ``field`` names the form field it belongs to, empty where it concerns the whole.
    """

    def __init__(self, message: str | Promise, *, field: str = "") -> None:
        super().__init__(str(message))
        self.field = field


class EditConflictError(RuleError):
    """Somebody else changed the same thing since it was read; nothing was written."""


class UnitSystem(TextChoices):
    """Which system of bodies a unit belongs to."""

    PARTY = "party", _("Cơ quan Đảng")
    STATE = "state", _("Cơ quan nhà nước")
    FRONT = "front", _("Mặt trận, đoàn thể")
    ENTERPRISE = "enterprise", _("Doanh nghiệp")
    OTHER = "other", _("Khác")


class BlocKind(TextChoices):
    KHOI = "khoi", _("Khối thi đua")
    CUM = "cum", _("Cụm thi đua")


class Letterhead(TextChoices):
    """Whose layout rules a document follows."""

    STATE = "state", _("Thể thức nhà nước (Nghị định 30/2020)")
    PARTY = "party", _("Thể thức văn bản Đảng")


class UnitEventKind(TextChoices):
    MERGE = "merge", _("Sáp nhập")
    SPLIT = "split", _("Chia tách")
    RENAME = "rename", _("Đổi tên")
    DISSOLVE = "dissolve", _("Giải thể")


class RoleKind(TextChoices):
    """What a person may be, always for a time and within a unit, bloc or council."""

    REPRESENTATIVE = "representative", _("Đại diện đơn vị")
    SIGNATORY = "signatory", _("Thủ trưởng đơn vị")
    SECRETARY = "secretary", _("Thư ký khối")
    SCORER = "scorer", _("Người chấm điểm")
    LEADER = "leader", _("Lãnh đạo")
    OFFICER = "officer", _("Thường trực Hội đồng")
    OPERATOR = "operator", _("Quản trị kỹ thuật")


class Capacity(TextChoices):
    """As what something waits for a person on the first page."""

    UNIT = "don-vi", _("Đơn vị của tôi")
    SCORER = "cham-diem", _("Chấm điểm đơn vị khác")
    VOTER = "cu-tri", _("Bỏ phiếu")
    SECRETARY = "thu-ky", _("Thư ký khối")
    READER = "lanh-dao", _("Lãnh đạo, thường trực Hội đồng")


UNIT_ROLES = (RoleKind.REPRESENTATIVE, RoleKind.SIGNATORY, RoleKind.SCORER)


class JobState(TextChoices):
    QUEUED = "queued", _("Đang chờ")
    RUNNING = "running", _("Đang chạy")
    DONE = "done", _("Xong")
    FAILED = "failed", _("Không thành")
    CANCELLED = "cancelled", _("Đã hủy")


MAX_JOB_ATTEMPTS = 5


def last_day(deadline: datetime.datetime) -> datetime.date:
    """The last day, in Hà Nội, on which a deadline can be met.

    "By the end of the day" is kept as the first moment of the next one.
    """
    return timezone.localtime(deadline - datetime.timedelta(microseconds=1)).date()


def end_of_day(day: datetime.date) -> datetime.datetime:
    """The deadline "by the end of ``day``" in Hà Nội: the first moment of the next day."""
    following = day + datetime.timedelta(days=1)
    return datetime.datetime.combine(
        following, datetime.time(), tzinfo=timezone.get_default_timezone()
    )
