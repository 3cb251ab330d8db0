"""The titles that the law knows, each with its basis and the days between which it holds.

Only provisions that were read or are cited by a named source are here (Luật Thi đua, khen thưởng
2003 and 2022, Nghị định 91/2017 and 152/2025); a table's title that is not among them has no
conditions to check by hand.
"""

from __future__ import annotations

import datetime

from django.db import migrations

OLD_LAW = "Luật Thi đua, khen thưởng số 15/2003/QH11, sửa đổi, bổ sung năm 2005 và 2013"
NEW_LAW = "Luật Thi đua, khen thưởng số 06/2022/QH15"
OLD_DECREE = "Nghị định số 91/2017/NĐ-CP, Điều 12"
OLD = (datetime.date(2017, 10, 1), datetime.date(2023, 12, 31))
NEW = (datetime.date(2024, 1, 1), None)
BEFORE_152 = (datetime.date(2024, 1, 1), datetime.date(2025, 6, 30))
SINCE_152 = (datetime.date(2025, 7, 1), None)
PRIME_MINISTER = "Thủ tướng Chính phủ"
PROVINCE = "Bộ trưởng, thủ trưởng ban, ngành; Chủ tịch Ủy ban nhân dân cấp tỉnh"

_GOVERNMENT = [
    "Hoàn thành vượt mức các chỉ tiêu thi đua và nhiệm vụ được giao; tiêu biểu xuất sắc trong số các đơn vị dẫn đầu khối, cụm thi đua",
    "Nội bộ đoàn kết; tổ chức đảng, đoàn thể trong sạch, vững mạnh",
    "Đi đầu trong thực hành tiết kiệm, chống lãng phí, phòng, chống tham nhũng, tiêu cực",
]
_BALLOT = "Được ít nhất 80% tổng số thành viên Hội đồng cấp trình đồng ý"
_PROVINCIAL = [
    "Là tập thể dẫn đầu khối, cụm thi đua, được khối, cụm bình xét, so sánh",
    "Hoàn thành vượt mức các chỉ tiêu thi đua và nhiệm vụ được giao trong năm",
    "Nội bộ đoàn kết; thực hành tiết kiệm, chống lãng phí, phòng, chống tham nhũng, tiêu cực",
]
_EXCELLENT = [
    "Hoàn thành xuất sắc nhiệm vụ, thực hiện tốt các nghĩa vụ đối với Nhà nước",
    "Có phong trào thi đua thường xuyên, thiết thực, hiệu quả",
    "100% cá nhân hoàn thành nhiệm vụ, ít nhất 70% đạt danh hiệu “Lao động tiên tiến”",
    "Có cá nhân đạt danh hiệu “Chiến sĩ thi đua cơ sở”",
    "Nội bộ đoàn kết, gương mẫu chấp hành chủ trương của Đảng, pháp luật của Nhà nước",
]
_ADVANCED = [
    "Hoàn thành tốt nhiệm vụ được giao",
    "Có phong trào thi đua thường xuyên, thiết thực, hiệu quả",
    "Trên 50% cá nhân đạt danh hiệu “Lao động tiên tiến”, không có cá nhân bị kỷ luật từ cảnh cáo trở lên",
    "Nội bộ đoàn kết, chấp hành tốt chủ trương của Đảng, pháp luật của Nhà nước",
]

# code, name, authority, basis, (from, to), conditions
TITLES = [
    ("GOV_FLAG", "Cờ thi đua của Chính phủ", PRIME_MINISTER, f"{OLD_LAW}; {OLD_DECREE}", OLD, _GOVERNMENT),
    ("GOV_FLAG", "Cờ thi đua của Chính phủ", PRIME_MINISTER, f"{NEW_LAW}, Điều 25", BEFORE_152, _GOVERNMENT),
    ("GOV_FLAG", "Cờ thi đua của Chính phủ", PRIME_MINISTER,
     f"{NEW_LAW}, Điều 25; Nghị định số 152/2025/NĐ-CP, Điều 7 và Điều 33 khoản 5", SINCE_152, [*_GOVERNMENT, _BALLOT]),
    ("PROV_FLAG", "Cờ thi đua của bộ, ban, ngành, tỉnh", PROVINCE, f"{OLD_LAW}; {OLD_DECREE}", OLD, _PROVINCIAL),
    ("PROV_FLAG", "Cờ thi đua của bộ, ban, ngành, tỉnh", PROVINCE, f"{NEW_LAW}, Điều 26", NEW, _PROVINCIAL),
    ("TTLDXS", "Tập thể lao động xuất sắc", PROVINCE, OLD_LAW, OLD, _EXCELLENT),
    ("TTLDXS", "Tập thể lao động xuất sắc", PROVINCE, f"{NEW_LAW}, Điều 27", NEW, _EXCELLENT),
    ("TTLDTT", "Tập thể lao động tiên tiến", "Thủ trưởng cơ quan, đơn vị", OLD_LAW, OLD, _ADVANCED),
    ("TTLDTT", "Tập thể lao động tiên tiến", "Thủ trưởng cơ quan, đơn vị", f"{NEW_LAW}, Điều 28", NEW, _ADVANCED),
]  # fmt: skip


def add_titles(apps, schema_editor):
    """Enter the titles with their conditions."""
    title_model = apps.get_model("scoring", "Title")
    condition_model = apps.get_model("scoring", "TitleCondition")
    for code, name, authority, basis, (valid_from, valid_to), conditions in TITLES:
        title = title_model.objects.create(
            code=code,
            name=name,
            authority=authority,
            legal_basis=basis,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        condition_model.objects.bulk_create(
            condition_model(title=title, position=position, text=text)
            for position, text in enumerate(conditions, start=1)
        )


def remove_titles(apps, schema_editor):
    """Take the titles out again."""
    codes = {title[0] for title in TITLES}
    apps.get_model("scoring", "Title").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("scoring", "0005_ballot_guards")]

    operations = [migrations.RunPython(add_titles, remove_titles)]
