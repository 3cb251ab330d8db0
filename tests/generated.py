"""Seasons of any size in the exchange format, for what must not grow with them."""

from __future__ import annotations

from typing import Any

from scoring.rules import Stage

# As many leaves in each group, so that 60 leaves are a table of ordinary depth.
IN_A_GROUP = 5


def season_of_size(
    code: str, *, units: int, leaves: int, stages: tuple[Stage, ...] = (Stage.SELF, Stage.VERIFY)
) -> dict[str, Any]:
    """A whole season: registered, signed and scored at every stage; ``code`` names its bloc."""
    codes = [f"{code}-{number}" for number in range(1, units + 1)]
    return {
        "format": "giao-uoc/season/1",
        "bloc": {"code": code, "name": f"Khối {code}", "kind": "khoi", "style": "state"},
        "year": 2018,
        "starts_on": "2018-01-01",
        "ends_on": "2018-12-31",
        "theme": "Đoàn kết, sáng tạo",
        "council": {"name": f"Hội đồng {code}", "place": "Hà Nam"},
        "units": [
            {
                "code": unit,
                "name": f"Sở {unit}",
                "short_name": unit,
                "division": None,
                "signatory": {"name": f"Nguyễn Văn {unit}", "position": "Giám đốc"},
            }
            for unit in codes
        ],
        "head": codes[0],
        "deputy": codes[1],
        "criteria": table_of_size(code, leaves),
        "registrations": [_registration(unit) for unit in codes],
        "compact": {
            "number": "01/GƯ-KTĐ",
            "place": "Hà Nam",
            "signed_on": "2018-03-20",
            "articles": [{"heading": "Nội dung", "items": ["Thi đua hoàn thành nhiệm vụ"]}],
            "signed_by": codes,
        },
        "exemptions": [],
        "rounds": [_round(codes, leaves, stages)],
    }


def table_of_size(code: str, leaves: int) -> dict[str, Any]:
    """A table of ``leaves`` judged leaves in groups, worth 10 points each."""
    groups = [
        list(range(first, min(first + IN_A_GROUP, leaves)))
        for first in range(0, leaves, IN_A_GROUP)
    ]
    return {
        "format": "giao-uoc/criteria/1",
        "code": f"{code}-2018",
        "title": f"Bảng điểm {code}",
        "issuer": "",
        "document_no": "",
        "year": 2018,
        "source_url": "",
        "max_total": str(10 * leaves),
        "precision": "0.01",
        "not_applicable": "drop",
        "class_by": "total",
        "criteria": [
            {
                "code": f"G{number}",
                "name": f"Nhóm {number}",
                "max": str(10 * len(group)),
                "children": [
                    {
                        "code": leaf_code(leaf),
                        "name": f"Tiêu chí {leaf}",
                        "max": "10",
                        "rule": {"kind": "judged", "step": "0.5"},
                    }
                    for leaf in group
                ],
            }
            for number, group in enumerate(groups, start=1)
        ],
        "classes": [{"name": "Hoàn thành xuất sắc", "min": "0"}],
        "tie_breaks": [{"by": "criterion", "code": "G1"}, {"by": "decision"}],
        "titles": [],
    }


def leaf_code(leaf: int) -> str:
    """The code of the leaf with this index, counted from 0."""
    return f"G{leaf // IN_A_GROUP + 1}.{leaf % IN_A_GROUP + 1}"


def _registration(unit: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "submitted_at": "2018-03-01T09:15:00+07:00",
        "titles": [],
        "tasks": [
            {
                "text": f"Nhiệm vụ {number}",
                "measure": "Tỷ lệ",
                "unit_of_measure": "%",
                "target": "95",
                "due_on": "2018-12-01",
                "ad_hoc": False,
            }
            for number in range(3)
        ],
    }


def _round(codes: list[str], leaves: int, stages: tuple[Stage, ...]) -> dict[str, Any]:
    sheets = []
    for index, unit in enumerate(codes):
        for stage in stages:
            other = codes[(index + 1) % len(codes)]
            head = index == 0
            scorer = {
                Stage.SELF: unit,
                Stage.CROSS: other,
                Stage.VERIFY: other if head else "secretariat",
                Stage.RECHECK: other if head else "secretariat",
                Stage.FINAL: other if head else "secretariat",
            }[stage]
            marks = [
                {"criterion": leaf_code(leaf), "points": str(9 - (leaf + index) % 3)}
                for leaf in range(leaves)
            ]
            sheets.append(
                {
                    "unit": unit,
                    "stage": stage.value,
                    "scorer": scorer,
                    "submitted_at": "2018-12-10T16:00:00+07:00",
                    "marks": marks,
                }
            )
    return {
        "code": "nam",
        "name": "Chấm điểm năm 2018",
        "final": {"method": "stage", "stage": "verify"},
        "cross": "mean",
        "sheets": sheets,
        "ballots": [],
        "decisions": [],
    }
