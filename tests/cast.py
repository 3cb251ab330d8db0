"""The named cast of the tests: one bloc, its people, its season, made by plain functions."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from compacts.models import (
    Compact,
    KeyTask,
    Milestone,
    OfferedTitle,
    Office,
    Participant,
    Registration,
    RoleModel,
    Season,
)
from compacts.rules import OfficeKind, Step
from scoring.models import Adoption, CriteriaTable, Criterion, Round
from units.models import Bloc, Council, Membership, Person, Role, Unit
from units.rules import Letterhead, RoleKind, UnitSystem
from units.vietnamese import fold, sort_key

LONG_AGO = datetime.date(2015, 1, 1)
PASSWORD = "mật khẩu của thử nghiệm"


def make_council(name: str = "Hội đồng Thi đua - Khen thưởng tỉnh Hà Nam") -> Council:
    return Council.objects.create(name=name, place="Hà Nam")


def make_unit(council: Council, code: str, name: str, short_name: str = "") -> Unit:
    return Unit.objects.create(
        council=council,
        code=code,
        name=name,
        short_name=short_name or code.upper(),
        system=UnitSystem.PARTY,
        sort_key=sort_key(name),
        search_key=fold(f"{name} {short_name} {code}"),
    )


def make_bloc(council: Council, code: str = "hn-dang", name: str = "Khối các Ban Đảng") -> Bloc:
    return Bloc.objects.create(
        council=council,
        code=code,
        name=name,
        letterhead=Letterhead.PARTY,
        sort_key=sort_key(name),
        search_key=fold(f"{name} {code}"),
    )


def make_member(bloc: Bloc, unit: Unit, position: int = 0) -> Membership:
    return Membership.objects.create(bloc=bloc, unit=unit, position=position, starts_on=LONG_AGO)


def make_person(username: str, full_name: str) -> Person:
    return Person.objects.create_user(username, PASSWORD, full_name=full_name)


def give_role(person: Person, kind: RoleKind, **scope: Any) -> Role:
    """A role since long ago; ``scope`` is unit=, bloc= or council=."""
    return Role.objects.create(person=person, kind=kind, starts_on=LONG_AGO, **scope)


def make_season(bloc: Bloc, units: list[Unit], year: int = 2018) -> Season:
    """A season whose head is the first unit and whose deputy is the second."""
    season = Season.objects.create(
        bloc=bloc,
        year=year,
        starts_on=datetime.date(year, 1, 1),
        ends_on=datetime.date(year, 12, 31),
        theme="Kỷ cương, liêm chính, hành động, sáng tạo, hiệu quả",
    )
    for position, unit in enumerate(units, start=1):
        Participant.objects.create(
            season=season,
            unit=unit,
            position=position,
            name=unit.name,
            short_name=unit.short_name,
            signatory_name=f"Thủ trưởng {unit.short_name}",
            signatory_position="Chủ nhiệm",
            sort_key=unit.sort_key,
        )
    Office.objects.create(season=season, unit=units[0], kind=OfficeKind.HEAD)
    if len(units) > 1:
        Office.objects.create(season=season, unit=units[1], kind=OfficeKind.DEPUTY)
    OfferedTitle.objects.create(
        season=season, code="co-tinh", name="Cờ thi đua của UBND tỉnh", position=1
    )
    return season


def make_milestone(season: Season, step: Step, due_in: datetime.timedelta) -> Milestone:
    """A milestone due ``due_in`` from now (negative: past)."""
    return Milestone.objects.create(season=season, step=step, due_at=timezone.now() + due_in)


def make_registration(season: Season, unit: Unit, tasks: int = 2) -> Registration:
    """A draft with complete key tasks and the season's first title."""
    registration = Registration.objects.create(season=season, unit=unit)
    for position in range(1, tasks + 1):
        KeyTask.objects.create(
            registration=registration,
            position=position,
            text=f"Nhiệm vụ trọng tâm {position} của {unit.short_name}",
            measure="Tỷ lệ hoàn thành",
            unit_of_measure="%",
            target=Decimal("98.5"),
            due_on=season.ends_on,
        )
    title = season.offered_titles.first()
    if title is not None:
        registration.titles.create(title=title)
    return registration


def make_role_model(season: Season, unit: Unit) -> RoleModel:
    """An exemplary model of the unit, found in the season's May."""
    return RoleModel.objects.create(
        season=season,
        unit=unit,
        name="Nguyễn Thị Gương",
        summary="Số hóa hồ sơ cán bộ",
        story="Trong ba tháng đã số hóa 1.200 hồ sơ.",
        found_on=datetime.date(season.year, 5, 19),
    )


def make_compact(season: Season) -> Compact:
    """A compact still being drafted, with two articles."""
    compact = Compact.objects.create(season=season, place="Hà Nam")
    compact.articles.create(position=1, heading="Mục tiêu, chủ đề", items=[season.theme])
    compact.articles.create(
        position=2, heading="Nội dung thi đua", items=["Hoàn thành nhiệm vụ chính trị."]
    )
    return compact


def table_definition(code: str = "thu") -> dict[str, Any]:
    """A small scoring table of 100 points with three base leaves, a bonus and a minus."""
    return {
        "format": "giao-uoc/criteria/1",
        "code": code,
        "title": "Bảng điểm thử",
        "year": 2018,
        "max_total": "100",
        "precision": "0.01",
        "criteria": [
            {
                "code": "I",
                "name": "Nhiệm vụ chính trị",
                "max": "100",
                "children": [
                    {
                        "code": "I.1",
                        "name": "Tỷ lệ hoàn thành",
                        "max": "60",
                        "rule": {"kind": "proportional", "target": "100"},
                    },
                    {
                        "code": "I.2",
                        "name": "Chất lượng tham mưu",
                        "max": "30",
                        "rule": {"kind": "judged", "step": "0.5"},
                        "evidence": True,
                    },
                    {
                        "code": "I.3",
                        "name": "Báo cáo đúng hạn",
                        "max": "10",
                        "rule": {"kind": "per_day", "due_on": "2018-12-15", "loses": "2"},
                    },
                ],
            },
            {
                "code": "T",
                "name": "Nhiệm vụ đột xuất",
                "max": "20",
                "adds": "bonus",
                "children": [
                    {
                        "code": "T.1",
                        "name": "Nhiệm vụ đột xuất hoàn thành",
                        "max": "20",
                        "rule": {"kind": "count", "each": "5"},
                    }
                ],
            },
        ],
        "classes": [{"name": "Xuất sắc", "min": "90"}, {"name": "Tốt", "min": "80"}],
        "tie_breaks": [{"by": "criterion", "code": "I"}],
        "titles": [
            {
                "code": "co-tinh",
                "name": "Cờ thi đua của UBND tỉnh",
                "quota": 1,
                "scope": "bloc",
                "requires": {"registered": True, "rank_max": 1},
            }
        ],
    }


def make_table(definition: dict[str, Any]) -> CriteriaTable:
    """The table of a definition that is known to be valid, with its criteria as rows."""
    table = CriteriaTable.objects.create(
        code=definition["code"],
        title=definition["title"],
        year=definition["year"],
        max_total=Decimal(definition["max_total"]),
        definition=definition,
    )
    position = 0

    def add(nodes: list[dict[str, Any]], parent: Criterion | None, adds: str, depth: int) -> None:
        nonlocal position
        for node in nodes:
            position += 1
            row = Criterion.objects.create(
                table=table,
                parent=parent,
                code=node["code"],
                name=node["name"],
                position=position,
                depth=depth,
                max_points=Decimal(node["max"]),
                adds=node.get("adds", adds),
                rule=node.get("rule"),
                note=node.get("note", ""),
                evidence_required=node.get("evidence", False),
            )
            add(node.get("children", []), row, row.adds, depth + 1)

    add(definition["criteria"], None, "base", 0)
    return table


def adopt(season: Season, table: CriteriaTable) -> Adoption:
    """The season uses the table, which is frozen from now on."""
    CriteriaTable.objects.filter(pk=table.pk).update(frozen_at=timezone.now())
    return Adoption.objects.create(season=season, table=table)


def make_round(season: Season, code: str = "nam") -> Round:
    """A round not yet opened that takes the verified points."""
    return Round.objects.create(season=season, code=code, name="Chấm điểm năm 2018")


@dataclass
class World:
    """A bloc of three units in 2018 and everybody who matters to it.

    ``ubkt`` is head, ``duk`` deputy, ``btc`` a member; ``stranger`` belongs to another bloc.
    """

    council: Council
    bloc: Bloc
    season: Season
    ubkt: Unit
    duk: Unit
    btc: Unit
    secretary: Person
    deputy_secretary: Person
    representative: Person
    head_of_btc: Person
    head_of_ubkt: Person
    scorer_of_duk: Person
    leader: Person
    officer: Person
    operator: Person
    stranger: Person
    other_season: Season
    people: dict[str, Person] = field(default_factory=dict)


def make_world() -> World:
    """The cast, ready in the database."""
    council = make_council()
    ubkt = make_unit(council, "ubkt", "Ủy ban Kiểm tra Tỉnh ủy", "UBKT")
    duk = make_unit(council, "duk", "Đảng ủy Khối các cơ quan tỉnh", "ĐUK")
    btc = make_unit(council, "btc", "Ban Tổ chức Tỉnh ủy", "BTC")
    bloc = make_bloc(council)
    for position, unit in enumerate([ubkt, duk, btc], start=1):
        make_member(bloc, unit, position)
    other_council = make_council("Hội đồng Thi đua - Khen thưởng tỉnh Nam Định")
    far = make_unit(other_council, "xa", "Sở Nội vụ", "SNV")
    other_bloc = make_bloc(other_council, "nd-so", "Khối các sở")
    make_member(other_bloc, far)
    people = {
        "secretary": make_person("thu-ky", "Nguyễn Thị Thư"),
        "deputy_secretary": make_person("thu-ky-pho", "Lê Văn Phó"),
        "representative": make_person("dai-dien", "Trần Thị Đại"),
        "head_of_btc": make_person("thu-truong", "Phạm Văn Trưởng"),
        "head_of_ubkt": make_person("chu-nhiem", "Trần Quốc Hùng"),
        "scorer_of_duk": make_person("cham-diem", "Vũ Thị Chấm"),
        "leader": make_person("lanh-dao", "Phạm Sỹ Lợi"),
        "officer": make_person("thuong-truc", "Đỗ Văn Thường"),
        "operator": make_person("ky-thuat", "Bùi Kỹ Thuật"),
        "stranger": make_person("nguoi-la", "Hoàng Xa Lạ"),
    }
    give_role(people["secretary"], RoleKind.SECRETARY, unit=ubkt, bloc=bloc)
    give_role(people["deputy_secretary"], RoleKind.SECRETARY, unit=duk, bloc=bloc)
    give_role(people["representative"], RoleKind.REPRESENTATIVE, unit=btc)
    give_role(people["head_of_btc"], RoleKind.SIGNATORY, unit=btc)
    give_role(people["head_of_ubkt"], RoleKind.SIGNATORY, unit=ubkt)
    give_role(people["scorer_of_duk"], RoleKind.SCORER, unit=duk)
    give_role(people["leader"], RoleKind.LEADER, council=council)
    give_role(people["officer"], RoleKind.OFFICER, council=council)
    give_role(people["operator"], RoleKind.OPERATOR)
    give_role(people["stranger"], RoleKind.REPRESENTATIVE, unit=far)
    return World(
        council=council,
        bloc=bloc,
        season=make_season(bloc, [ubkt, duk, btc]),
        ubkt=ubkt,
        duk=duk,
        btc=btc,
        other_season=make_season(other_bloc, [far]),
        people=people,
        **people,
    )
