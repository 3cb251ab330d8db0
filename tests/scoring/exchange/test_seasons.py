from __future__ import annotations

import copy
import json
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from compacts.models import KeyTask, Season
from scoring.exchange.export import export_season
from scoring.exchange.files import load
from scoring.exchange.season import read_season
from scoring.models import Mark, Round
from scoring.queries.standings import compute_standings, standings_input
from scoring.services.imports import ImportRefusedError, import_criteria, import_season
from tests.cast import make_registration, make_world
from tests.scoring.casting import make_scoring
from tests.scoring.exchange.samples import CRITERIA, DEMO, SEASONS, read, rows_everywhere

NAMES = ["nho", "hoa", "ccb-cum3", "quang-tri", "dong-thap"]
FAULTS = json.loads((SEASONS / "faults.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.django_db


def season_file(name: str) -> Path:
    return DEMO if name == "ha-nam-2018" else SEASONS / f"{name}.json"


def changed(document: Any, change: dict[str, Any]) -> Any:
    result = copy.deepcopy(document)
    *way, last = change["at"].split("/")[1:]
    place = result
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    key: Any = int(last) if isinstance(place, list) else last
    if change["op"] == "delete":
        del place[key]
    elif change["op"] == "add" and isinstance(place, list):
        place.insert(key, change["value"])
    else:
        place[key] = change["value"]
    return result


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["name"] for fault in FAULTS])
def test_a_season_with_a_single_fault_is_refused_where_it_is_and_nothing_is_written(fault):
    before = rows_everywhere()
    with pytest.raises(ImportRefusedError) as refusal:
        import_season(actor=None, data=changed(read(SEASONS / "nho.json"), fault["change"]))
    paths = [one.path for one in refusal.value.faults]
    assert any(path.startswith(fault["path"]) for path in paths), paths
    assert all(one.message for one in refusal.value.faults)
    assert rows_everywhere() == before


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("/registrations", None),
        ("/registrations/0/titles", None),
        ("/registrations/0/titles", [["co-tinh"], {}]),
        ("/exemptions", None),
        ("/exemptions", [{"unit": [], "criterion": {}, "reason": "X"}]),
        ("/units/0/code", []),
        ("/units/0", None),
        ("/head", []),
    ],
)
def test_a_value_of_another_type_beside_a_sound_round_is_a_fault_and_no_failure(at, value):
    with pytest.raises(ImportRefusedError) as refusal:
        import_season(
            actor=None,
            data=changed(read(SEASONS / "nho.json"), {"at": at, "op": "put", "value": value}),
        )
    assert any(one.path.startswith(place_of(at)) for one in refusal.value.faults)


# Where a text of a season's file stands, and how much of it can be kept.
TEXTS = {
    "/bloc/code": 60,
    "/bloc/name": 300,
    "/council/name": 300,
    "/council/place": 100,
    "/units/1/name": 300,
    "/units/1/short_name": 100,
    "/units/1/signatory": {"name": 150, "position": 200},
    "/registrations/0/tasks/0/measure": 300,
    "/registrations/0/tasks/0/unit_of_measure": 60,
    "/compact/number": 60,
    "/compact/articles/0/heading": 300,
    "/rounds/0/code": 60,
    "/rounds/0/name": 200,
    "/rounds/0/ballots/0/name": 300,
    "/criteria/code": 60,
    "/criteria/titles/0/name": 300,
}


def text_of(length: int) -> str:
    return ("chữ " * length)[: length - 1].strip().ljust(length, "x")


def with_texts(more: int) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for at, most in TEXTS.items():
        if isinstance(most, dict):
            found.append((at, {name: text_of(length + more) for name, length in most.items()}))
        else:
            is_code = at.endswith("/code")
            found.append((at, "x" * (most + more) if is_code else text_of(most + more)))
    return found


def put(document: Any, values: list[tuple[str, Any]]) -> Any:
    for at, value in values:
        document = changed(document, {"at": at, "op": "put", "value": value})
    return document


def test_texts_as_long_as_can_be_kept_are_kept() -> None:
    season = import_season(actor=None, data=put(read(SEASONS / "nho.json"), with_texts(0)))
    assert len(season.bloc.name) == 300


@pytest.mark.parametrize(("at", "value"), with_texts(1))
def test_a_text_that_cannot_be_kept_is_a_fault_at_its_place(at: str, value: Any) -> None:
    faults = read_season(put(read(SEASONS / "nho.json"), [(at, value)])).faults
    assert any(one.path.startswith(place_of(at)) and "quá dài" in one.message for one in faults)


def place_of(at: str) -> str:
    return re.sub(r"/(\d+)", r"[\1]", at).replace("/", ".").lstrip(".")


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [
        ("/criteria/criteria/0/max", "1000001", "quá lớn"),
        ("/criteria/max_total", "999999999999999", "quá lớn"),
        ("/criteria/max_total", "1000.00001", "chữ số sau dấu phẩy"),
        ("/criteria/precision", "0.00001", "chữ số sau dấu phẩy"),
        ("/criteria/criteria/0/max", "600.12345", "chữ số sau dấu phẩy"),
        ("/registrations/0/submitted_at", "0001-01-01T00:00:00+14:00", "ngoài khoảng"),
        ("/registrations/0/submitted_at", "9999-12-31T23:00:00-14:00", "ngoài khoảng"),
        ("/registrations/0/tasks/0/due_on", "9999-12-31", "ngoài khoảng"),
    ],
)
def test_figures_and_moments_that_cannot_be_kept_are_faults(
    at: str, value: str, words: str
) -> None:
    document = put(read(SEASONS / "nho.json"), [(at, value)])
    criteria = document["criteria"]
    base = [one["max"] for one in criteria["criteria"] if one.get("adds", "base") == "base"]
    if at.endswith("max"):
        criteria["max_total"] = str(sum(map(Decimal, base)))
    elif at.endswith("max_total"):
        rest = sum(map(Decimal, base[1:]))
        criteria["criteria"][0]["max"] = str(Decimal(value) - rest)
    faults = read_season(document).faults
    assert any(one.path == place_of(at) and words in one.message for one in faults)


@pytest.mark.parametrize("name", [*NAMES, "ha-nam-2018"])
def test_an_export_of_an_imported_season_is_equal_to_the_file(name):
    data = read(season_file(name))
    season = import_season(actor=None, data=data)
    season.refresh_from_db()
    assert export_season(season) == data


def test_a_file_that_spells_out_what_is_empty_or_default_comes_back_as_it_was():
    data = read(SEASONS / "nho.json")
    data["exemptions"] = []
    data["theme"] = ""
    data["registrations"][0]["tasks"][0].pop("ad_hoc", None)
    data["registrations"][1]["tasks"][0]["target"] = "98.50"
    data["rounds"][0].pop("cross", None)
    data["rounds"][0]["sheets"][0]["submitted_at"] = "2024-12-10T03:00:00+00:00"
    season = import_season(actor=None, data=data)
    season.refresh_from_db()
    assert export_season(season) == data


def test_what_changed_since_the_import_is_what_is_exported():
    data = read(SEASONS / "nho.json")
    data["theme"] = ""
    season = import_season(actor=None, data=data)
    season.theme = "Chủ đề mới"
    season.save()
    assert export_season(season)["theme"] == "Chủ đề mới"


@pytest.mark.parametrize("name", [*NAMES, "ha-nam-2018"])
def test_the_standings_are_those_worked_out_independently(name):
    data = read(season_file(name))
    season = import_season(actor=None, data=data)
    for scored in Round.objects.filter(season=season):
        own = SEASONS / "expected" / f"{name}.{scored.code}.json"
        expected = read(own if own.exists() else SEASONS / "expected" / f"{name}.json")
        found = compute_standings(scored).as_json(
            season.bloc.code, season.year, scored.code, data["criteria"]["code"]
        )
        for document in (found, expected):
            for title in document["open_titles"]:
                title.pop("why", None)
        assert found == expected


def test_reading_a_round_takes_the_same_number_of_queries_for_three_and_ten_units(
    django_assert_num_queries,
):
    small = import_season(actor=None, data=read(SEASONS / "nho.json"))
    large = import_season(actor=None, data=read(DEMO))
    queries = 11
    for season in (small, large):
        scored = Round.objects.select_related("season__bloc").get(season=season)
        with django_assert_num_queries(queries):
            standings_input(scored)


def test_a_season_of_the_same_bloc_and_year_is_refused():
    data = read(SEASONS / "nho.json")
    import_season(actor=None, data=data)
    before = rows_everywhere()
    with pytest.raises(ImportRefusedError) as refusal:
        import_season(actor=None, data=data)
    assert refusal.value.faults[0].path == "year"
    assert rows_everywhere() == before


def test_points_of_marks_are_stored_as_the_engine_makes_them():
    season = import_season(actor=None, data=read(SEASONS / "nho.json"))
    mark = Mark.objects.get(
        sheet__round__season=season,
        sheet__stage="self",
        sheet__unit__code="a",
        criterion__code="I.2",
    )
    assert mark.points is not None
    assert f"{mark.points:.2f}" == "19.50"


def test_a_table_that_does_not_add_up_is_kept_and_warned_of():
    data = read(CRITERIA / "hung-yen-2026.json")
    table = import_criteria(actor=None, data=data)
    assert any("IV" in warning or "criteria[3]" in warning for warning in table.warnings)
    assert table.criteria.get(code="IV").max_points == 210
    assert table.definition == data


def test_the_same_table_again_is_the_same_version_and_another_one_is_the_next():
    data = read(CRITERIA / "hung-yen-2026.json")
    first = import_criteria(actor=None, data=data)
    assert import_criteria(actor=None, data=data).pk == first.pk
    data["title"] = "Bảng sửa"
    assert import_criteria(actor=None, data=data).version == first.version + 1


@pytest.mark.parametrize("path", sorted(CRITERIA.glob("*.json")), ids=lambda path: path.stem)
def test_a_scoring_table_comes_back_equal_through_the_commands(path, tmp_path, capsys):
    call_command("import_criteria", str(path))
    code = read(path)["code"]
    out = tmp_path / "out.json"
    call_command("export_criteria", code, output=str(out))
    assert read(out) == read(path)


def test_a_season_comes_back_equal_through_the_commands(tmp_path):
    call_command("import_season", str(SEASONS / "hoa.json"))
    data = read(SEASONS / "hoa.json")
    out = tmp_path / "out.json"
    call_command("export_season", data["bloc"]["code"], str(data["year"]), output=str(out))
    assert read(out) == data


def test_a_season_that_the_rules_refuse_is_refused_without_a_traceback(tmp_path):
    data = read(DEMO)
    data["compact"]["number"] = " "
    out = tmp_path / "khong-so.json"
    out.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CommandError, match="số, ký hiệu"):
        call_command("import_season", str(out))


def test_the_rank_command_prints_the_third_format(capsys):
    call_command("import_season", str(SEASONS / "nho.json"))
    capsys.readouterr()
    call_command("rank", "nho", "2024", "nam", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["format"] == "giao-uoc/standings/1"
    assert [row["rank"] for row in printed["standings"]]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import_season", "/khong/co/tep.json"),
        ("import_criteria", "/khong/co/tep.json"),
        ("export_season", "khong-co", "2018"),
        ("export_criteria", "khong-co"),
        ("rank", "khong-co", "2018", "nam"),
        ("make_compact", "khong-co", "2018"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_that_cannot_do_it_says_why(arguments):
    with pytest.raises(CommandError, match="Không"):
        call_command(*arguments)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbf{}", "BOM"),
        (b"\xff\xfe", "UTF-8"),
        (b"{", "JSON"),
        (b'{"a": 1, "a": 2}', "hai lần"),
        (b'{"a": NaN}', "NaN"),
        (b"[" * 100_000, "không đọc được"),
    ],
    ids=["bom", "utf-16", "cut", "duplicate key", "NaN", "nesting"],
)
def test_a_damaged_file_is_named_for_what_it_is(content, words):
    _data, faults = load(content)
    assert words in faults[0].message


def test_text_that_is_not_composed_is_composed_when_it_is_read():
    data = read(SEASONS / "nho.json")
    data["units"][0]["name"] = unicodedata.normalize("NFD", "Sở An Bình")
    season = import_season(actor=None, data=data)
    assert season.participants.first().name == "Sở An Bình"


def test_what_is_still_open_in_a_season_never_keeps_its_file_from_being_read() -> None:
    world = make_scoring()
    registration = make_registration(world.season, world.btc, tasks=3)
    first, second, _third = registration.tasks.all()
    KeyTask.objects.filter(pk=first.pk).update(measure="")
    KeyTask.objects.filter(pk=second.pk).update(text="Hai\r\ndòng")
    world.season.participants.update(signatory_name="", signatory_position="")
    Season.objects.filter(pk=world.season.pk).update(theme="Đoàn kết,\r\nkỷ cương")
    document = export_season(Season.objects.get(pk=world.season.pk))
    assert read_season(document).faults == []
    assert document["theme"] == "Đoàn kết,\nkỷ cương"
    texts = [task["text"] for task in document["registrations"][0]["tasks"]]
    assert texts[0] == "Hai\ndòng"
    assert len(texts) == 2


def test_a_season_without_a_scoring_table_is_not_exported(tmp_path: Path) -> None:
    season = make_world().season
    with pytest.raises(CommandError, match="chưa có bảng điểm"):
        call_command("export_season", season.bloc.code, str(season.year))
