"""Snapshots to print: the founding case of Hà Nam 2018, and larger and stranger ones."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

from compacts.documents.signature_stamp import StampText, render_stamp
from compacts.documents.snapshot import (
    Article,
    CompactSnapshot,
    SignatoryUnit,
    TargetRow,
    TitleRow,
    UnitRole,
    Witness,
)

drawn_stamp = partial(
    render_stamp,
    StampText("Phạm Văn Trưởng", "Ban Tổ chức Tỉnh ủy", "14:05:33 20/3/2018 +07:00"),
)
SIGNED_ON = dt.date(2018, 3, 20)
PARTIES = (
    ("Văn phòng Tỉnh ủy", "Nguyễn Văn Khoa", "Chánh Văn phòng"),
    ("Ủy ban Kiểm tra Tỉnh ủy", "Trần Quốc Hùng", "Ủy viên Ban Thường vụ, Chủ nhiệm"),
    ("Ban Tổ chức Tỉnh ủy", "Lê Thị Hằng", "Trưởng ban"),
    ("Ban Tuyên giáo Tỉnh ủy", "Phạm Đức Ưởng", "Trưởng ban"),
    ("Ban Dân vận Tỉnh ủy", "Đỗ Thị Thủy", "Trưởng ban"),
    ("Ban Nội chính Tỉnh ủy", "Vũ Mạnh Kỳ", "Trưởng ban"),
    ("Đảng ủy Khối các cơ quan tỉnh", "Hoàng Văn Ẩn", "Bí thư"),
    ("Đảng ủy Khối doanh nghiệp tỉnh", "Bùi Quang Huỳnh", "Bí thư"),
    ("Trường Chính trị tỉnh", "Ngô Thị Quỹ", "Hiệu trưởng"),
    ("Báo Hà Nam", "Đặng Hữu Nghĩa", "Tổng Biên tập"),
)
TASKS = (
    ("Hoàn thành xuất sắc nhiệm vụ chính trị được giao", "Tỷ lệ nhiệm vụ hoàn thành", "%", "100"),
    ("Tham mưu ban hành văn bản đúng tiến độ", "Văn bản đúng hạn", "%", "98.5"),
    ("Kiểm tra tổ chức đảng khi có dấu hiệu vi phạm", "Cuộc kiểm tra", "cuộc", "6.00"),
    ("Nhân rộng điển hình tiên tiến", "Điển hình được công nhận", "điển hình", "3"),
    ("Giữ vững giải Nhất phong trào thi đua của tỉnh", "Kết quả bình xét", "", None),
)
ARTICLES = (
    Article(
        heading="Nội dung thi đua",
        items=(
            (
                "Quán triệt và thực hiện Chỉ thị số 34-CT/TW của Bộ Chính trị về tiếp tục đổi mới"
                " công tác thi đua, khen thưởng; Luật Thi đua, khen thưởng và các quy định của"
                " tỉnh."
            ),
            (
                "Tổ chức phong trào thi đua yêu nước ở từng cơ quan, đơn vị với biện pháp cụ thể,"
                " thiết thực, tiêu chí rõ ràng, bình xét công khai, minh bạch."
            ),
            (
                "Nâng cao chất lượng tham mưu, giải quyết thủ tục hành chính; tạo chuyển biến đột"
                " phá trong cải cách hành chính, phối hợp và lề lối làm việc."
            ),
            (
                "Đề cao vai trò, trách nhiệm của người đứng đầu; thực hiện đạo đức, văn hóa công"
                " vụ; thực hành tiết kiệm, chống lãng phí."
            ),
            (
                "100% đơn vị hoàn thành xuất sắc nhiệm vụ; giữ vững giải Nhất phong trào thi đua"
                " của tỉnh năm 2018."
            ),
        ),
    ),
    Article(
        heading="Tổ chức thực hiện",
        items=(
            (
                "Trưởng khối chủ trì, phối hợp với Phó trưởng khối theo dõi, đôn đốc; tổ chức sơ"
                " kết trước ngày 30 tháng 6 và tổng kết trước ngày 30 tháng 11 năm 2018."
            ),
            "Các đơn vị tự chấm điểm, gửi hồ sơ về Trưởng khối để thẩm định, bình xét.",
        ),
        closing=True,
    ),
)


def make_units(count: int) -> tuple[SignatoryUnit, ...]:
    """The ten of Hà Nam, repeated with a number where more are wanted."""
    units = []
    for index in range(count):
        name, signatory, position = PARTIES[index % len(PARTIES)]
        again = index // len(PARTIES)
        roles: dict[int, UnitRole] = {1: "head", 6 if count > 6 else 2: "deputy"}
        units.append(
            SignatoryUnit(
                code=f"u{index}",
                name=f"{name} {again + 1}" if again else name,
                signatory_name=signatory,
                position=position,
                role=roles.get(index, "member"),
            )
        )
    return tuple(units)


def make_compact(*, units: int = 10, tasks: int = 5, **changes: Any) -> CompactSnapshot:
    """The compact of Hà Nam 2018 with ``units`` units of ``tasks`` key tasks each."""
    signatories = changes.pop("signatories", make_units(units))
    targets = tuple(
        TargetRow(
            unit_name=unit.name,
            text=text,
            indicator=indicator,
            unit_of_measure=measure,
            target=None if target is None else Decimal(target),
            due_on=dt.date(2018, 11, 30),
        )
        for unit in signatories
        for text, indicator, measure, target in [TASKS[i % len(TASKS)] for i in range(tasks)]
    )
    titles = tuple(
        TitleRow(
            unit_name=unit.name,
            titles=("Tập thể lao động xuất sắc", "Bằng khen của Chủ tịch UBND tỉnh"),
        )
        for unit in signatories
    )
    compact = CompactSnapshot(
        letterhead="party",
        council_name="Hội đồng Thi đua - Khen thưởng tỉnh Hà Nam",
        issuing_body="Ủy ban Kiểm tra",
        parent_body="Tỉnh ủy Hà Nam",
        bloc_name="Khối thi đua các Ban xây dựng Đảng và các cơ quan trực thuộc Tỉnh ủy",
        bloc_kind="khoi",
        year=2018,
        number="01-GƯ/KTĐ",
        place="Hà Nam",
        signed_on=SIGNED_ON,
        theme="Kỷ cương, liêm chính, hành động, sáng tạo, hiệu quả",
        units=signatories,
        articles=ARTICLES,
        targets=targets,
        titles=titles,
        bases=(
            (
                "Căn cứ Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003 và các Luật sửa đổi,"
                " bổ sung một số điều của Luật Thi đua, khen thưởng"
            ),
            "Căn cứ Chỉ thị số 34-CT/TW ngày 07 tháng 4 năm 2014 của Bộ Chính trị",
        ),
        verify_url="https://thidua.example.vn/kiem-tra/2018/hn-dang/7f3a9c2e51",
        audit_head="9f2c1e7ab04d6635c8e1aa0b7d2f4c9158e6b3d07a91fc24ee50b8d3617c2a4f",
        witness=Witness(
            name="Phạm Sỹ Lợi",
            position="Phó Bí thư Thường trực Tỉnh ủy, Chủ tịch HĐND tỉnh",
        ),
    )
    return dataclasses.replace(compact, **changes)


def make_draft() -> CompactSnapshot:
    """Nothing is certain yet: no number, no day, no signatories."""
    units = tuple(
        dataclasses.replace(unit, signatory_name="", position="") for unit in make_units(10)
    )
    return make_compact(
        signatories=units,
        number="",
        signed_on=None,
        draft=True,
        verify_url="",
        audit_head="",
        witness=None,
    )


def make_long_compact(count: int) -> CompactSnapshot:
    """A cluster of ``count`` units whose names and posts take several lines."""
    units = tuple(
        dataclasses.replace(
            unit,
            name=f"{unit.name} và các cơ quan chuyên trách tham mưu, giúp việc cấp ủy trực thuộc",
            position=f"{unit.position}, Ủy viên Ban Chấp hành Đảng bộ tỉnh khóa XX",
        )
        for unit in make_units(count)
    )
    return make_compact(
        letterhead="state",
        signatories=units,
        bloc_kind="cum",
        bloc_name="Cụm thi đua các huyện, thị xã, thành phố khu vực đồng bằng sông Hồng",
        parent_body="Ủy ban nhân dân tỉnh Hà Nam",
        issuing_body="Hội đồng Thi đua - Khen thưởng tỉnh Hà Nam",
    )
