"""States of registrations and compacts and the moves between them: pure facts."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from units.rules import RuleError


class OfficeKind(TextChoices):
    HEAD = "head", gettext_lazy("Trưởng khối")
    DEPUTY = "deputy", gettext_lazy("Phó trưởng khối")


class SelectionWay(TextChoices):
    """How the head and deputies of a season were chosen (domain dossier a.2)."""

    ROTATING_ELECTION = "rotating_election", gettext_lazy("Bầu luân phiên")
    ROTATION = "rotation", gettext_lazy("Giới thiệu luân phiên")
    ELECTION = "election", gettext_lazy("Bầu cử")
    ACCLAMATION = "acclamation", gettext_lazy("Suy tôn")
    APPOINTMENT = "appointment", gettext_lazy("Cấp trên chỉ định")


class Step(TextChoices):
    """The steps of a season, in their usual order; a bloc switches off what it skips."""

    REGISTRATION = "registration", gettext_lazy("Đăng ký thi đua")
    SIGNING = "signing", gettext_lazy("Ký kết giao ước")
    MIDYEAR = "midyear", gettext_lazy("Sơ kết 6 tháng")
    SELF_SCORE = "self_score", gettext_lazy("Tự chấm điểm")
    CROSS_CHECK = "cross_check", gettext_lazy("Kiểm tra chéo")
    VERIFICATION = "verification", gettext_lazy("Thẩm định")
    YEAREND = "yearend", gettext_lazy("Tổng kết, xếp hạng")
    HANDOVER = "handover", gettext_lazy("Bàn giao trưởng khối")


MAX_DEPUTIES = 2
# Usual due days of the steps (domain dossier b.1), as month and day of the season's year.
_USUAL_DUE = {
    Step.REGISTRATION: (3, 1),
    Step.SIGNING: (3, 20),
    Step.MIDYEAR: (7, 15),
    Step.SELF_SCORE: (12, 10),
    Step.CROSS_CHECK: (12, 17),
    Step.VERIFICATION: (12, 24),
    Step.YEAREND: (12, 31),
    Step.HANDOVER: (12, 31),
}


def usual_due_day(step: Step, year: int) -> datetime.date:
    """The last day on which the step is usually done in the season of ``year``."""
    month, day = _USUAL_DUE[step]
    return datetime.date(year, month, day)


class RegistrationState(TextChoices):
    DRAFT = "draft", gettext_lazy("Đang soạn")
    SUBMITTED = "submitted", gettext_lazy("Đã gửi")
    RETURNED = "returned", gettext_lazy("Trả lại")
    ACCEPTED = "accepted", gettext_lazy("Đã chấp nhận")


class RegistrationAction(TextChoices):
    EDIT = "edit", gettext_lazy("sửa")
    SUBMIT = "submit", gettext_lazy("gửi")
    RETURN = "return", gettext_lazy("trả lại")
    ACCEPT = "accept", gettext_lazy("chấp nhận")


REGISTRATION_MOVES: dict[RegistrationAction, frozenset[RegistrationState]] = {
    RegistrationAction.EDIT: frozenset({RegistrationState.DRAFT, RegistrationState.RETURNED}),
    RegistrationAction.SUBMIT: frozenset({RegistrationState.DRAFT, RegistrationState.RETURNED}),
    RegistrationAction.RETURN: frozenset({RegistrationState.SUBMITTED}),
    RegistrationAction.ACCEPT: frozenset({RegistrationState.SUBMITTED}),
}


class CompactState(TextChoices):
    DRAFTING = "drafting", gettext_lazy("Đang soạn")
    SIGNING = "signing", gettext_lazy("Đã ban hành, đang ký")
    IN_FORCE = "in_force", gettext_lazy("Có hiệu lực")


class CompactAction(TextChoices):
    EDIT = "edit", gettext_lazy("sửa nội dung")
    ISSUE = "issue", gettext_lazy("ban hành")
    SIGN = "sign", gettext_lazy("ghi nhận chữ ký")
    PRINT = "print", gettext_lazy("tạo tệp PDF chính thức của")


COMPACT_MOVES: dict[CompactAction, frozenset[CompactState]] = {
    CompactAction.EDIT: frozenset({CompactState.DRAFTING}),
    CompactAction.ISSUE: frozenset({CompactState.DRAFTING}),
    CompactAction.SIGN: frozenset({CompactState.SIGNING}),
    CompactAction.PRINT: frozenset({CompactState.SIGNING, CompactState.IN_FORCE}),
}


class SignatureMethod(TextChoices):
    WET = "wet", gettext_lazy("Ký tay, đóng dấu")
    DIGITAL = "digital", gettext_lazy("Ký số")


class DraftKind(TextChoices):
    """Texts that a bloc agrees on besides its scoring table and its compact."""

    PROGRAMME = "programme", gettext_lazy("Chương trình công tác")
    REGULATION = "regulation", gettext_lazy("Quy chế hoạt động")
    AMENDMENT = "amendment", gettext_lazy("Phụ lục giao ước (điều chỉnh)")


class DraftState(TextChoices):
    DRAFTING = "drafting", gettext_lazy("Đang soạn")
    COMMENTING = "commenting", gettext_lazy("Đang lấy ý kiến")
    ISSUED = "issued", gettext_lazy("Đã ban hành")


class DraftAction(TextChoices):
    EDIT = "edit", gettext_lazy("sửa")
    OPEN = "open", gettext_lazy("lấy ý kiến")
    ISSUE = "issue", gettext_lazy("ban hành")


DRAFT_MOVES: dict[DraftAction, frozenset[DraftState]] = {
    DraftAction.EDIT: frozenset({DraftState.DRAFTING, DraftState.COMMENTING}),
    DraftAction.OPEN: frozenset({DraftState.DRAFTING, DraftState.COMMENTING}),
    DraftAction.ISSUE: frozenset({DraftState.DRAFTING, DraftState.COMMENTING}),
}


class CommentOutcome(TextChoices):
    OPEN = "open", gettext_lazy("Chưa trả lời")
    ACCEPTED = "accepted", gettext_lazy("Tiếp thu")
    PARTLY = "partly", gettext_lazy("Tiếp thu một phần")
    DECLINED = "declined", gettext_lazy("Giải trình, không tiếp thu")


class Period(TextChoices):
    """The periods of reporting within a season, in their order."""

    QUARTER_1 = "quarter1", gettext_lazy("Quý I")
    HALF = "half", gettext_lazy("6 tháng")
    MONTHS_9 = "months9", gettext_lazy("9 tháng")
    YEAR = "year", gettext_lazy("Cả năm")


class AdHocState(TextChoices):
    ENTERED = "entered", gettext_lazy("Đang thực hiện")
    DONE = "done", gettext_lazy("Đã báo hoàn thành")
    CONFIRMED = "confirmed", gettext_lazy("Đã xác nhận")
    REFUSED = "refused", gettext_lazy("Không xác nhận")


class AdHocAction(TextChoices):
    EDIT = "edit", gettext_lazy("sửa")
    CONFIRM = "confirm", gettext_lazy("xác nhận")
    REFUSE = "refuse", gettext_lazy("từ chối xác nhận")


AD_HOC_MOVES: dict[AdHocAction, frozenset[AdHocState]] = {
    AdHocAction.EDIT: frozenset({AdHocState.ENTERED, AdHocState.DONE, AdHocState.REFUSED}),
    AdHocAction.CONFIRM: frozenset({AdHocState.DONE}),
    AdHocAction.REFUSE: frozenset({AdHocState.DONE}),
}


def check_ad_hoc(action: AdHocAction, state: str) -> None:
    """Raise ``RuleError`` where an ad-hoc task in ``state`` does not allow ``action``."""
    if state not in AD_HOC_MOVES[action]:
        raise RuleError(
            _("Không thể %(action)s nhiệm vụ đột xuất khi đang ở trạng thái “%(state)s”.")
            % {"action": action.label, "state": AdHocState(state).label}
        )


def check_registration(action: RegistrationAction, state: str) -> None:
    """Raise ``RuleError`` where a registration in ``state`` does not allow ``action``."""
    if state not in REGISTRATION_MOVES[action]:
        raise RuleError(
            _("Không thể %(action)s bản đăng ký khi đang ở trạng thái “%(state)s”.")
            % {"action": action.label, "state": RegistrationState(state).label}
        )


def check_draft(action: DraftAction, state: str) -> None:
    """Raise ``RuleError`` where a text in ``state`` does not allow ``action``."""
    if state not in DRAFT_MOVES[action]:
        raise RuleError(
            _("Không thể %(action)s văn bản khi đang ở trạng thái “%(state)s”.")
            % {"action": action.label, "state": DraftState(state).label}
        )


def check_compact(action: CompactAction, state: str) -> None:
    """Raise ``RuleError`` where a compact in ``state`` does not allow ``action``."""
    if state not in COMPACT_MOVES[action]:
        raise RuleError(
            _("Không thể %(action)s giao ước khi đang ở trạng thái “%(state)s”.")
            % {"action": action.label, "state": CompactState(state).label}
        )


class Light(TextChoices):
    """How a key task stands against its target at the end of a period."""

    GREEN = "green", gettext_lazy("đạt tiến độ")
    AMBER = "amber", gettext_lazy("chậm tiến độ")
    RED = "red", gettext_lazy("có nguy cơ không đạt")
    NONE = "none", gettext_lazy("chưa báo cáo")


# The last month of each period within the year.
_LAST_MONTHS = {Period.QUARTER_1: 3, Period.HALF: 6, Period.MONTHS_9: 9}


def current_period(year: int, today: datetime.date) -> Period:
    """The period of the season of ``year`` in which ``today`` lies.

    Before that year it is the first one, afterwards the whole year.
    """
    if today.year != year:
        return Period.YEAR if today.year > year else Period.QUARTER_1
    found = (one for one, month in _LAST_MONTHS.items() if today.month <= month)
    return next(found, Period.YEAR)


def ended_period(year: int, today: datetime.date) -> Period | None:
    """The last period of the season of ``year`` that is over, whose reports are due."""
    if today.year > year:
        return Period.YEAR
    over = [one for one, month in _LAST_MONTHS.items() if today.month > month]
    return over[-1] if over and today.year == year else None


# The share of the year's target that a period should have reached.
EXPECTED_SHARES: dict[Period, Decimal] = {
    Period.QUARTER_1: Decimal("0.25"),
    Period.HALF: Decimal("0.5"),
    Period.MONTHS_9: Decimal("0.75"),
    Period.YEAR: Decimal(1),
}
AMBER_FROM = Decimal("0.8")


def light_of(
    achieved: Decimal | None, target: Decimal | None, period: Period, unit_of_measure: str
) -> Light:
    """Green from the period's share of the target up, amber from 80 % of that share, else red.

    Without a figure, or without a target above 0, there is no light. A target in percent is
    asked for in full at every period: a rate does not add up over the year.
    """
    if achieved is None or not target:
        return Light.NONE
    is_rate = unit_of_measure.strip() == "%"
    wanted = target if is_rate else target * EXPECTED_SHARES[period]
    if achieved >= wanted:
        return Light.GREEN
    return Light.AMBER if achieved >= wanted * AMBER_FROM else Light.RED


class MovementKind(TextChoices):
    MOVEMENT = "movement", pgettext_lazy("một", "Phong trào thi đua")
    DRIVE = "drive", gettext_lazy("Đợt thi đua, thi đua chuyên đề")


class AnnouncementKind(TextChoices):
    """What the secretariat puts up for the whole bloc."""

    NOTICE = "notice", pgettext_lazy("một", "Thông báo")
    DOCUMENT = "document", gettext_lazy("Tài liệu dùng chung")


class MovementPhase(TextChoices):
    """Where a movement is on a day, told by its dates and reviews."""

    PLANNED = "planned", gettext_lazy("Chưa phát động")
    RUNNING = "running", gettext_lazy("Đang diễn ra")
    ENDED = "ended", gettext_lazy("Hết thời gian, chờ tổng kết")
    REVIEWED = "reviewed", gettext_lazy("Đã tổng kết")


class ReviewKind(TextChoices):
    MIDTERM = "midterm", gettext_lazy("Sơ kết")
    FINAL = "final", gettext_lazy("Tổng kết")


# Words that every movement's name holds say nothing about likeness.
_COMMON_WORDS = frozenset(
    [
        "phong",
        "trao",
        "thi",
        "dua",
        "dot",
        "chuyen",
        "de",
        "nam",
        "va",
        "cac",
        "cua",
        "trong",
        "cho",
    ]
)
ALIKE_FROM = Fraction(1, 2)


def are_alike(first: str, second: str) -> bool:
    """Do two names, in folded letters, share half of their telling words or more?"""
    one, other = (set(text.split()) - _COMMON_WORDS for text in (first, second))
    every = one | other
    return bool(every) and Fraction(len(one & other), len(every)) >= ALIKE_FROM


class ConferenceKind(TextChoices):
    SIGNING = "signing", gettext_lazy("Hội nghị ký kết giao ước")
    MIDYEAR = "midyear", gettext_lazy("Hội nghị sơ kết")
    YEAREND = "yearend", gettext_lazy("Hội nghị tổng kết")


class ConferenceState(TextChoices):
    PLANNED = "planned", gettext_lazy("Chuẩn bị")
    RUNNING = "running", gettext_lazy("Đang họp")
    CLOSED = "closed", gettext_lazy("Đã bế mạc")


class ConferenceAction(TextChoices):
    EDIT = "edit", gettext_lazy("sửa chương trình")
    OPEN = "open", gettext_lazy("khai mạc")
    SHOW = "show", gettext_lazy("trình chiếu")
    CONCLUDE = "conclude", gettext_lazy("ghi kết luận")
    CLOSE = "close", gettext_lazy("bế mạc")


# The minutes are written after the closing, so conclusions may still be; who is there is counted
# from the time of arrival, so attendance may be entered in every state.
CONFERENCE_MOVES: dict[ConferenceAction, frozenset[ConferenceState]] = {
    ConferenceAction.EDIT: frozenset({ConferenceState.PLANNED, ConferenceState.RUNNING}),
    ConferenceAction.OPEN: frozenset({ConferenceState.PLANNED}),
    ConferenceAction.SHOW: frozenset({ConferenceState.RUNNING}),
    ConferenceAction.CONCLUDE: frozenset({ConferenceState.RUNNING, ConferenceState.CLOSED}),
    ConferenceAction.CLOSE: frozenset({ConferenceState.RUNNING}),
}


def check_conference(action: ConferenceAction, state: str) -> None:
    """Raise ``RuleError`` where a conference in ``state`` does not allow ``action``."""
    if state not in CONFERENCE_MOVES[action]:
        raise RuleError(
            _("Không thể %(action)s khi hội nghị đang ở trạng thái “%(state)s”.")
            % {"action": action.label, "state": ConferenceState(state).label}
        )


class ScreenKind(TextChoices):
    """What the hall sees while an item of the agenda is on."""

    WELCOME = "welcome", gettext_lazy("Chào mừng")
    AGENDA = "agenda", gettext_lazy("Chương trình")
    ATTENDANCE = "attendance", gettext_lazy("Thành phần có mặt")
    TEXT = "text", gettext_lazy("Nội dung, người trình bày")
    REGISTRATIONS = "registrations", gettext_lazy("Đăng ký của từng đơn vị")
    LAUNCH = "launch", gettext_lazy("Phát động phong trào")
    SIGNING = "signing", gettext_lazy("Ký kết giao ước")
    RESULT = "result", gettext_lazy("Kết quả đã công bố")


class Presence(TextChoices):
    PRESENT = "present", gettext_lazy("Có mặt")
    REPRESENTED = "represented", gettext_lazy("Cử người dự thay")
    EXCUSED = "excused", gettext_lazy("Vắng có lý do")
    ABSENT = "absent", gettext_lazy("Vắng không lý do")


ATTENDING = (Presence.PRESENT, Presence.REPRESENTED)
# Nghị định 152/2025 art. 45 asks this share of a Council's meetings; blocs follow it.
QUORUM = Fraction(2, 3)


def has_quorum(attending: int, total: int) -> bool:
    """Are at least two thirds of ``total`` units there, in person or represented?"""
    return total > 0 and Fraction(attending, total) >= QUORUM
