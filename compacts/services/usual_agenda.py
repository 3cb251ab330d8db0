"""What conferences usually go through: the agenda that planning one begins with."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from compacts.documents.paper_language import in_vietnamese
from compacts.rules import ConferenceKind, ScreenKind


@dataclass(frozen=True, slots=True)
class UsualItem:
    """An item that conferences of a kind usually have; ``minutes`` is how long it takes."""

    what: str
    screen: ScreenKind
    minutes: int


@in_vietnamese
def usual_agenda(kind: ConferenceKind) -> list[UsualItem]:
    """What a conference of the kind usually goes through (domain dossier b.3).

    In Vietnamese: it is stored, shown in the hall and printed in the minutes.
    """
    welcome = [
        UsualItem(_("Đón tiếp đại biểu"), ScreenKind.WELCOME, 15),
        UsualItem(_("Tuyên bố lý do, giới thiệu đại biểu"), ScreenKind.ATTENDANCE, 10),
        UsualItem(_("Thông qua chương trình"), ScreenKind.AGENDA, 5),
    ]
    middle = {
        ConferenceKind.SIGNING: [
            UsualItem(_("Thông qua kế hoạch, quy chế, bảng điểm"), ScreenKind.TEXT, 20),
            UsualItem(_("Đăng ký thi đua của các đơn vị"), ScreenKind.REGISTRATIONS, 30),
            UsualItem(_("Thảo luận"), ScreenKind.TEXT, 20),
            UsualItem(_("Phát động phong trào thi đua"), ScreenKind.LAUNCH, 10),
            UsualItem(_("Ký kết giao ước thi đua"), ScreenKind.SIGNING, 20),
        ],
        ConferenceKind.MIDYEAR: [
            UsualItem(_("Báo cáo sơ kết 6 tháng"), ScreenKind.TEXT, 20),
            UsualItem(_("Tham luận, thảo luận"), ScreenKind.TEXT, 40),
            UsualItem(_("Phương hướng 6 tháng cuối năm"), ScreenKind.TEXT, 15),
        ],
        ConferenceKind.YEAREND: [
            UsualItem(_("Báo cáo tổng kết phong trào thi đua"), ScreenKind.TEXT, 20),
            UsualItem(_("Tham luận, thảo luận"), ScreenKind.TEXT, 40),
            UsualItem(_("Bình xét, bỏ phiếu suy tôn"), ScreenKind.TEXT, 30),
            UsualItem(_("Công bố kết quả xếp hạng"), ScreenKind.RESULT, 10),
            UsualItem(_("Bàn giao trưởng khối, phát động thi đua"), ScreenKind.LAUNCH, 15),
        ],
    }
    end = [
        UsualItem(_("Phát biểu của lãnh đạo"), ScreenKind.TEXT, 15),
        UsualItem(_("Kết luận, bế mạc"), ScreenKind.TEXT, 10),
    ]
    return [*welcome, *middle[kind], *end]
