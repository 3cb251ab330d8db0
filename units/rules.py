"""Kinds and facts of the units app that need no database."""

from __future__ import annotations

import datetime

from django.conf import settings
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


# Who speaks for a unit, by the word that stands in addresses.
SPEAKERS = {"dai-dien": RoleKind.REPRESENTATIVE, "thu-truong": RoleKind.SIGNATORY}

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


# How many places after the comma points may have, as their columns hold them.
POINT_PLACES = 4

# From so many days on nobody counts how long something is late: the date it was due says more.
LONG_LATE = 31


def end_of_day(day: datetime.date) -> datetime.datetime:
    """The deadline "by the end of ``day``" in Hà Nội: the first moment of the next day."""
    following = day + datetime.timedelta(days=1)
    return datetime.datetime.combine(
        following, datetime.time(), tzinfo=timezone.get_default_timezone()
    )


class Occasion(TextChoices):
    """Why a person is told something: for each they choose how they get it by e-mail."""

    ACCOUNT = "account", _("Tài khoản và mật khẩu")
    DEADLINE = "deadline", _("Sắp đến hạn, quá hạn và lời nhắc")
    RETURNED = "returned", _("Bị trả lại, phải sửa")
    WORK = "work", _("Việc mới: mời góp ý, ký, chấm điểm, bỏ phiếu")
    RESULT = "result", _("Công bố, đính chính kết quả")
    ANSWER = "answer", _("Được chấp nhận, được trả lời")
    RECEIVED = "received", _("Đơn vị gửi đến: đăng ký, giải trình")
    ISSUED = "issued", _("Ban hành, phát động, có hiệu lực")


class MailChoice(TextChoices):
    """How a message comes by e-mail; in the page it is always there."""

    AT_ONCE = "at_once", _("Gửi thư ngay")
    DIGEST = "digest", _("Gộp vào thư hằng ngày")
    NONE = "none", _("Không gửi thư, chỉ xem trên trang")


# Told at once whatever the person chose, and at night, too: without it they cannot work at all.
ALWAYS_AT_ONCE = frozenset({Occasion.ACCOUNT})
CHOSEN_OCCASIONS = tuple(one for one in Occasion if one not in ALWAYS_AT_ONCE)
# What has no deadline of its own can wait for the next morning.
_IN_THE_DIGEST = frozenset({Occasion.ANSWER, Occasion.RECEIVED, Occasion.ISSUED})
MAIL_DEFAULTS = {
    one: MailChoice.DIGEST if one in _IN_THE_DIGEST else MailChoice.AT_ONCE
    for one in CHOSEN_OCCASIONS
}
DIGEST_HOUR = 7
DIGEST_HOURS = range(5, 22)
QUIET_FROM = datetime.time(21)
QUIET_UNTIL = datetime.time(6)


def quiet_until(
    moment: datetime.datetime, begins: datetime.time | None, ends: datetime.time | None
) -> datetime.datetime | None:
    """When the quiet hours in which ``moment`` falls are over; None outside them.

    The hours are those of Hà Nội, ``begins`` is within them and ``ends`` is not; from 21:00 to
    06:00 they go over midnight. Without both there are none.
    """
    if begins is None or ends is None or begins == ends:
        return None
    local = timezone.localtime(moment)
    clock = local.time()
    over_midnight = begins > ends
    after, before = clock >= begins, clock < ends
    if not (after or before if over_midnight else after and before):
        return None
    day = local.date() if clock < ends else local.date() + datetime.timedelta(days=1)
    return timezone.make_aware(datetime.datetime.combine(day, ends))


# How long the first login in a letter can be used.
LOGIN_DAYS = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)


class LetterState(TextChoices):
    """How far an e-mail is; ``SENDING`` is only while the server is being talked to.

    ``UNKNOWN``: the attempt broke off while the server may have taken the letter already.
    """

    WAITING = "waiting", _("Đang chờ")
    SENDING = "sending", _("Đang gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Không gửi được")
    UNKNOWN = "unknown", _("Không rõ đã tới chưa")
    DROPPED = "dropped", _("Bỏ, không còn địa chỉ")
    READ = "read", _("Không cần gửi, đã đọc trên trang")


# What somebody may ask to be sent once more.
RESENDABLE = frozenset({LetterState.FAILED, LetterState.UNKNOWN})


class InvitationStanding(TextChoices):
    """Where the invitation of somebody who speaks for a unit stands; values stand in addresses."""

    NO_PERSON = "chua-co-nguoi", _("Chưa có người")
    NO_ADDRESS = "thieu-dia-chi", _("Thiếu địa chỉ thư")
    NOT_INVITED = "chua-moi", _("Chưa mời")
    WAITING = "dang-gui", _("Đang gửi")
    FAILED = "thu-loi", _("Không gửi được thư")
    INVITED = "da-moi", _("Đã mời, chưa đăng nhập")
    EXPIRED = "het-han", _("Liên kết hết hạn")
    LOGGED_IN = "da-dang-nhap", _("Đã đăng nhập")


# How an invitation stands by its letter alone, where that decides.
STANDING_OF_LETTER = {
    LetterState.WAITING: InvitationStanding.WAITING,
    LetterState.SENDING: InvitationStanding.WAITING,
    LetterState.FAILED: InvitationStanding.FAILED,
    LetterState.UNKNOWN: InvitationStanding.FAILED,
    LetterState.DROPPED: InvitationStanding.FAILED,
}
