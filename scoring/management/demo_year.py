"""What happens in the demo's running season: movements, news, progress, ad-hoc tasks, a model."""

from __future__ import annotations

import datetime
import io
from decimal import ROUND_DOWN, Decimal

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from compacts.models import KeyTask, Progress, Season
from compacts.rules import (
    AnnouncementKind,
    MovementKind,
    Period,
    RegistrationState,
    ended_period,
)
from compacts.services.ad_hoc_tasks import AdHocFacts, confirm_ad_hoc_task, enter_ad_hoc_task
from compacts.services.announcements import AnnouncementFacts, save_announcement
from compacts.services.movements import MovementFacts, launch_movement, save_movement
from compacts.services.multiplications import MultiplicationFacts, save_multiplication
from compacts.services.role_models import RoleModelFacts, save_role_model
from units.models import Person

# How far the tasks are, by turns: on the way, ahead, a little behind, at risk.
_PACE = (Decimal("1"), Decimal("1.1"), Decimal("0.9"), Decimal("0.6"))
_PARTS = (
    (Period.QUARTER_1, Decimal("0.25")),
    (Period.HALF, Decimal("0.5")),
    (Period.MONTHS_9, Decimal("0.75")),
)
_STORY = """Đầu năm, tổ tuyên truyền có năm người, mỗi tháng xuống cơ sở hai lần. Bài nói \
chuẩn bị sẵn, người nghe ít hỏi.

Từ tháng 4, tổ đổi cách làm: trước mỗi buổi, gửi phiếu ba câu hỏi về chi bộ; nội dung buổi nói \
lấy từ câu trả lời; sau buổi nói ghi lại kiến nghị, gửi đúng cơ quan và báo lại chi bộ đã hỏi \
trong mười lăm ngày.

Sau sáu tháng: 38 buổi ở 31 chi bộ, 212 kiến nghị được trả lời, trong đó 197 kiến nghị đúng hạn. \
(Chuyện mẫu để minh họa.)"""
_MULTIPLIED = """Khối giới thiệu cách làm tại hội nghị sơ kết 6 tháng và gửi mẫu phiếu ba câu hỏi \
cho các đơn vị."""
_LEARNED = (
    ("bdv", "Dùng phiếu ba câu hỏi trước bốn buổi đối thoại với dân. (Mẫu)", 9, 12, 260),
    ("duk-ccq", "Tập huấn cách làm cho tuyên truyền viên các chi bộ. (Mẫu)", 10, 3, 85),
)


def fill_demo_year(
    *, secretary: Person, representative: Person, leader: Person, season: Season
) -> None:
    """Let the season look lived in; nothing where something of the year is there already.

    No day lies in the future: what a plan sets later in the year is dated today.
    """
    if season.movements.exists() or timezone.localdate() < season.starts_on:
        return
    _movements(secretary, season)
    _board(secretary, season)
    _progress(season)
    _ad_hoc_tasks(secretary, representative, leader, season)
    unit = season.participants.get(unit__code="btg").unit
    model = save_role_model(
        actor=secretary,
        season=season,
        unit=unit,
        facts=RoleModelFacts(
            is_collective=True,
            name="Tổ tuyên truyền lưu động “Nghe trước, nói sau” (mẫu)",
            summary="Hỏi chi bộ muốn nghe gì rồi mới soạn bài; kiến nghị nào cũng có trả lời.",
            story=_STORY,
            multiplied=_MULTIPLIED,
            found_on=_day(season, 8, 19),
        ),
        picture=ContentFile(_picture()),
        picture_name="to-tuyen-truyen.png",
    )
    for code, deed, month, day, people in _LEARNED:
        save_multiplication(
            actor=secretary,
            role_model_id=model.pk,
            facts=MultiplicationFacts(
                unit=code, elsewhere="", deed=deed, done_on=_day(season, month, day), people=people
            ),
        )


def _day(season: Season, month: int, day: int) -> datetime.date:
    return min(datetime.date(season.year, month, day), timezone.localdate())


def _movements(secretary: Person, season: Season) -> None:
    units = list(season.participants.values_list("unit__code", flat=True))
    movement = save_movement(
        actor=secretary,
        season=season,
        facts=MovementFacts(
            kind=MovementKind.MOVEMENT,
            name="Đẩy mạnh cải cách hành chính trong cơ quan Đảng (mẫu)",
            theme="Đúng hẹn, rõ việc, ít giấy",
            aim="Mỗi cơ quan rút ngắn thời gian xử lý văn bản, bỏ bớt giấy tờ không cần thiết.",
            targets="100% văn bản đến được xử lý đúng hạn\n"
            "Ít nhất 01 thủ tục nội bộ được rút ngắn thời gian\n"
            "95% văn bản trao đổi hoàn toàn trên môi trường mạng",
            starts_on=datetime.date(season.year, 3, 20),
            ends_on=season.ends_on,
        ),
        units=units,
    )
    launch_movement(
        actor=secretary,
        movement_id=movement.pk,
        launched_by=f"{season.leader_name}, {season.leader_position}",
        launched_on=_day(season, 3, 20),
    )
    save_movement(
        actor=secretary,
        season=season,
        facts=MovementFacts(
            kind=MovementKind.DRIVE,
            name="Chín mươi ngày cao điểm làm sạch hồ sơ tồn (mẫu)",
            theme="",
            aim="Không còn hồ sơ quá hạn chưa có lý do.",
            targets="100% hồ sơ tồn có người nhận và ngày hẹn",
            starts_on=datetime.date(season.year, 9, 2),
            ends_on=datetime.date(season.year, 11, 30),
        ),
        units=units[:5],
        part_of=movement,
    )


def _board(secretary: Person, season: Season) -> None:
    save_announcement(
        actor=secretary,
        season=season,
        facts=AnnouncementFacts(
            kind=AnnouncementKind.NOTICE,
            title="Chuẩn bị tự chấm điểm cuối năm (mẫu)",
            text="Các đơn vị rà lại minh chứng của từng tiêu chí trước khi tự chấm. Chỗ nào chưa "
            "rõ cách tính, gửi câu hỏi về thư ký khối; câu trả lời đăng lại ở bảng tin này.",
            until=None,
        ),
    )


def _progress(season: Season) -> None:
    """What is due by today, as a file of the units would bring it.

    Nobody of the demo speaks for these units.
    """
    order = list(Period)
    ended = ended_period(season.year, timezone.localdate())
    due = order[: order.index(ended) + 1] if ended else []
    tasks = KeyTask.objects.filter(
        registration__season=season, registration__state=RegistrationState.ACCEPTED
    ).order_by("registration", "position")
    reports = []
    for turn, task in enumerate(tasks.exclude(target=None)):
        for period, part in _PARTS:
            if period not in due:
                break
            # A rate does not add up over the year.
            wanted = Decimal(1) if task.unit_of_measure == "%" else part
            share = min(wanted * _PACE[turn % len(_PACE)], Decimal(1))
            figure = ((task.target or 0) * share).quantize(Decimal(1), rounding=ROUND_DOWN)
            reports.append(Progress(task=task, period=period, achieved=figure))
    Progress.objects.bulk_create(reports)


def _ad_hoc_tasks(
    secretary: Person, representative: Person, leader: Person, season: Season
) -> None:
    units = {row.unit.code: row.unit for row in season.participants.select_related("unit")}
    done = enter_ad_hoc_task(
        actor=secretary,
        season=season,
        unit=units["btg"],
        facts=AdHocFacts(
            text="Tham mưu tổ chức tuyên truyền phòng, chống lụt bão tại các xã ven sông (mẫu)",
            assigned_by="Thường trực Tỉnh ủy",
            assigned_on=_day(season, 8, 3),
            document_number="112-CV/TU",
            due_on=datetime.date(season.year, 8, 31),
            result="36 buổi tại 12 xã, 4.200 lượt người nghe; báo cáo 25-BC/BTG.",
            done_on=_day(season, 8, 28),
        ),
    )
    confirm_ad_hoc_task(actor=leader, task_id=done.pk)
    enter_ad_hoc_task(
        actor=representative,
        season=season,
        unit=units["btc"],
        facts=AdHocFacts(
            text="Rà soát biên chế các cơ quan tham mưu sau sắp xếp (mẫu)",
            assigned_by="Ban Thường vụ Tỉnh ủy",
            assigned_on=_day(season, 9, 7),
            document_number="140-CV/TU",
            due_on=datetime.date(season.year, 10, 31),
            result="Đã trình báo cáo và phương án của 11 cơ quan.",
            done_on=_day(season, 10, 26),
        ),
    )
    enter_ad_hoc_task(
        actor=secretary,
        season=season,
        unit=units["duk-dn"],
        facts=AdHocFacts(
            text="Khảo sát tổ chức đảng trong doanh nghiệp ngoài nhà nước (mẫu)",
            assigned_by="Thường trực Tỉnh ủy",
            assigned_on=_day(season, 10, 12),
            due_on=datetime.date(season.year, 12, 10),
        ),
    )


def _picture() -> bytes:
    """Delta fields below a morning sun, and the speaker's flags: a PNG of 960 × 540 points."""
    width, height = 960, 540
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for row in range(height):
        share = row / height
        draw.line(
            [(0, row), (width, row)],
            fill=(round(255 - 30 * share), round(214 + 20 * share), round(150 + 70 * share)),
        )
    draw.ellipse((620, 90, 780, 250), fill=(250, 120, 70))
    draw.polygon([(0, 330), (260, 190), (520, 330)], fill=(96, 130, 120))
    draw.polygon([(300, 330), (640, 220), (960, 330)], fill=(116, 150, 132))
    for band, colour in enumerate(((120, 170, 90), (150, 190, 96), (182, 204, 104))):
        draw.rectangle((0, 330 + 70 * band, width, 400 + 70 * band), fill=colour)
    for pole in range(90, width, 130):
        draw.rectangle((pole, 300, pole + 6, 470), fill=(92, 74, 62))
        draw.polygon([(pole + 6, 304), (pole + 74, 326), (pole + 6, 350)], fill=(196, 30, 46))
    stored = io.BytesIO()
    image.save(stored, "PNG", optimize=True)
    return stored.getvalue()
