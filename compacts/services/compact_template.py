"""What a new compact begins with: its usual number and articles."""

from __future__ import annotations

from dataclasses import dataclass

from compacts.models import Season
from units.rules import Letterhead
from units.vietnamese import date_text


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as the editor sends it: heading and paragraphs."""

    heading: str
    items: tuple[str, ...]


def proposed_number(season: Season) -> str:
    """The number that the first compact of a season usually carries, by its letterhead."""
    return "01-GƯ/KTĐ" if season.bloc.letterhead == Letterhead.PARTY else "01/GƯ-KTĐ"


def template_articles(season: Season) -> list[ArticleText]:
    """The articles a new compact begins with, filled from the season (domain dossier c.4).

    Theme, targets, titles and signatures are added by the printed form itself.
    """
    period = f"{date_text(season.starts_on)} – {date_text(season.ends_on)}"
    return [
        ArticleText(
            "Mục tiêu",
            (
                "100% đơn vị trong khối hoàn thành nhiệm vụ được giao.",
                f"Thời gian thực hiện: {period}.",
            ),
        ),
        ArticleText(
            "Nội dung thi đua",
            (
                (
                    "Thực hiện thắng lợi nhiệm vụ chính trị của từng đơn vị và của khối, theo các "
                    "chỉ tiêu cụ thể đã đăng ký."
                ),
                (
                    "Xây dựng Đảng, xây dựng hệ thống chính trị trong sạch, vững mạnh; thực hành "
                    "tiết kiệm, chống lãng phí."
                ),
                (
                    "Tổ chức phong trào thi đua thiết thực; tiêu chí rõ ràng, bình xét công khai, "
                    "minh bạch; phát hiện, nhân rộng điển hình tiên tiến."
                ),
            ),
        ),
        ArticleText(
            "Tổ chức thực hiện",
            (
                "Trưởng khối theo dõi, đôn đốc, tổng hợp kết quả; phó trưởng khối phối hợp.",
                "Các đơn vị báo cáo và tự chấm điểm đúng thời hạn.",
            ),
        ),
    ]
