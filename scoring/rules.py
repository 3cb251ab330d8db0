"""Stages, states and moves of scoring: pure facts."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units.rules import RuleError
from units.vietnamese import fold

SECRETARIAT = "secretariat"

# More points than any table has; the columns hold no more digits.
MOST_POINTS = 1_000_000


class Stage(TextChoices):
    """Who scores, in the order in which the stages follow each other (formats.md section 2)."""

    SELF = "self", gettext_lazy("Tự chấm")
    CROSS = "cross", gettext_lazy("Kiểm tra chéo")
    VERIFY = "verify", gettext_lazy("Thẩm định")
    RECHECK = "recheck", gettext_lazy("Phúc tra")
    FINAL = "final", gettext_lazy("Khối quyết định")


def stages_before(stage: Stage) -> list[Stage]:
    """The stages that a stage follows."""
    order = list(Stage)
    return order[: order.index(stage)]


class RoundState(TextChoices):
    DRAFT = "draft", gettext_lazy("Chưa mở")
    OPEN = "open", gettext_lazy("Đang chấm")
    CLOSED = "closed", gettext_lazy("Đã khóa điểm")
    PUBLISHED = "published", gettext_lazy("Đã công bố")


class RoundAction(TextChoices):
    OPEN = "open", gettext_lazy("mở")
    SCORE = "score", gettext_lazy("chấm điểm trong")
    CLOSE = "close", gettext_lazy("khóa điểm")
    REOPEN = "reopen", gettext_lazy("mở lại")
    RESCHEDULE = "reschedule", gettext_lazy("đổi thời hạn")
    PUBLISH = "publish", gettext_lazy("công bố")
    OBJECT = "object", gettext_lazy("kiến nghị về")
    CORRECT = "correct", gettext_lazy("đính chính")


ROUND_MOVES: dict[RoundAction, frozenset[RoundState]] = {
    RoundAction.OPEN: frozenset({RoundState.DRAFT}),
    RoundAction.SCORE: frozenset({RoundState.OPEN}),
    RoundAction.CLOSE: frozenset({RoundState.OPEN}),
    RoundAction.REOPEN: frozenset({RoundState.CLOSED}),
    RoundAction.RESCHEDULE: frozenset({RoundState.DRAFT, RoundState.OPEN}),
    RoundAction.PUBLISH: frozenset({RoundState.CLOSED}),
    RoundAction.OBJECT: frozenset({RoundState.PUBLISHED}),
    RoundAction.CORRECT: frozenset({RoundState.PUBLISHED}),
}


class SheetState(TextChoices):
    OPEN = "open", gettext_lazy("Đang chấm")
    SUBMITTED = "submitted", gettext_lazy("Đã gửi")
    RETURNED = "returned", gettext_lazy("Trả lại")
    LOCKED = "locked", gettext_lazy("Đã khóa")


class SheetAction(TextChoices):
    MARK = "mark", gettext_lazy("sửa điểm")
    SUBMIT = "submit", gettext_lazy("gửi")
    RETURN = "return", gettext_lazy("trả lại")


SHEET_MOVES: dict[SheetAction, frozenset[SheetState]] = {
    SheetAction.MARK: frozenset({SheetState.OPEN, SheetState.RETURNED}),
    SheetAction.SUBMIT: frozenset({SheetState.OPEN, SheetState.RETURNED}),
    SheetAction.RETURN: frozenset({SheetState.SUBMITTED}),
}


class FinalMethod(TextChoices):
    STAGE = "stage", gettext_lazy("Lấy điểm của một bước")
    WEIGHTED = "weighted", gettext_lazy("Tính theo trọng số các bước")


class CrossMethod(TextChoices):
    MEAN = "mean", gettext_lazy("Trung bình cộng")
    MEDIAN = "median", gettext_lazy("Trung vị")
    TRIMMED_MEAN = "trimmed_mean", gettext_lazy("Trung bình, bỏ cao nhất và thấp nhất")


class BallotBase(TextChoices):
    """What 100 % of a ballot is."""

    ALL = "all", gettext_lazy("Tổng số thành viên")
    PRESENT = "present", gettext_lazy("Số có mặt")
    VALID = "valid", gettext_lazy("Số phiếu hợp lệ")


class PollState(TextChoices):
    SET_UP = "set_up", gettext_lazy("Đang chuẩn bị")
    OPEN = "open", gettext_lazy("Đang bỏ phiếu")
    CLOSED = "closed", gettext_lazy("Đã kiểm phiếu")


class PollWay(TextChoices):
    ONLINE = "online", gettext_lazy("Trên máy, mỗi cử tri một phiếu")
    PAPER = "paper", gettext_lazy("Phiếu giấy, ban kiểm phiếu nhập kết quả")


class PollAction(TextChoices):
    SET_UP = "set_up", gettext_lazy("sửa")
    OPEN = "open", gettext_lazy("mở")
    VOTE = "vote", gettext_lazy("bỏ phiếu trong")
    CLOSE = "close", gettext_lazy("khóa hòm phiếu của")


POLL_MOVES: dict[PollAction, frozenset[PollState]] = {
    PollAction.SET_UP: frozenset({PollState.SET_UP}),
    PollAction.OPEN: frozenset({PollState.SET_UP}),
    PollAction.VOTE: frozenset({PollState.OPEN}),
    PollAction.CLOSE: frozenset({PollState.OPEN}),
}


class AnswerState(TextChoices):
    """The life of whatever a unit asks: an exemption, an explanation, an objection."""

    WAITING = "waiting", gettext_lazy("Chờ trả lời")
    ACCEPTED = "accepted", gettext_lazy("Chấp nhận")
    DECLINED = "declined", gettext_lazy("Không chấp nhận")


class AwardOutcome(TextChoices):
    WAITING = "waiting", gettext_lazy("Chưa có quyết định")
    GIVEN = "given", gettext_lazy("Được tặng")
    REFUSED = "refused", gettext_lazy("Không được tặng")


class RecordSource(TextChoices):
    """Records of the season that fill in a criterion by themselves."""

    AD_HOC_TASKS = "ad_hoc_tasks", gettext_lazy("Số nhiệm vụ đột xuất đã xác nhận")
    LATE_REGISTRATION = "late_registration", gettext_lazy("Ngày gửi đăng ký thi đua")
    LATE_SELF_SCORE = "late_self_score", gettext_lazy("Ngày gửi phiếu tự chấm")


def check_poll(action: PollAction, state: str) -> None:
    """Raise ``RuleError`` where a ballot in ``state`` does not allow ``action``."""
    if state not in POLL_MOVES[action]:
        raise RuleError(
            _("Không thể %(action)s cuộc bỏ phiếu khi đang ở trạng thái “%(state)s”.")
            % {"action": action.label, "state": PollState(state).label}
        )


def check_round(action: RoundAction, state: str) -> None:
    """Raise ``RuleError`` where a round in ``state`` does not allow ``action``."""
    if state not in ROUND_MOVES[action]:
        raise RuleError(
            _("Không thể %(action)s đợt chấm điểm khi đang ở trạng thái “%(state)s”.")
            % {"action": action.label, "state": RoundState(state).label}
        )


def check_sheet(action: SheetAction, state: str) -> None:
    """Raise ``RuleError`` where a sheet in ``state`` does not allow ``action``."""
    if state not in SHEET_MOVES[action]:
        raise RuleError(
            _("Không thể %(action)s phiếu chấm khi đang ở trạng thái “%(state)s”.")
            % {"action": action.label, "state": SheetState(state).label}
        )


# What a table calls a title → the code under which the law's titles are kept. The first phrase
# found in the folded name counts: every provincial flag is also a “cờ thi đua”.
_LEGAL_TITLES = (
    ("co thi dua cua chinh phu", "GOV_FLAG"),
    ("co thi dua", "PROV_FLAG"),
    ("tap the lao dong xuat sac", "TTLDXS"),
    ("tap the lao dong tien tien", "TTLDTT"),
)


def legal_title_code(name: str) -> str:
    """The code of the law's title that a table's title of this name is, or an empty text."""
    folded = fold(name)
    return next((code for phrase, code in _LEGAL_TITLES if phrase in folded), "")


class PlanStep(TextChoices):
    """The pages on which the next season is prepared, in order; values stand in addresses."""

    FRAME = "mua", gettext_lazy("Mùa thi đua")
    MILESTONES = "moc", gettext_lazy("Mốc thời gian")
    UNITS = "don-vi", gettext_lazy("Đơn vị tham gia")
    OFFICES = "luan-phien", gettext_lazy("Trưởng khối, phó khối")
    TABLE = "bang-diem", gettext_lazy("Bảng điểm")
    INVITATIONS = "loi-moi", gettext_lazy("Lời mời")
    SUMMARY = "tom-tat", gettext_lazy("Xem lại, lập mùa")


class TableChoice(TextChoices):
    """What becomes of last year's scoring table."""

    COPY = "copy", gettext_lazy("Soạn bản mới từ bảng điểm năm trước (để góp ý, sửa)")
    SAME = "same", gettext_lazy("Dùng nguyên bảng điểm năm trước")
    NONE = "none", gettext_lazy("Chưa chọn bảng điểm")
