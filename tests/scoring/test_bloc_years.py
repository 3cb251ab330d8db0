"""Years beside each other: a council's blocs, and the units of one bloc."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import World, make_bloc, make_round, make_season, make_unit
from tests.compacts.documents.papers import word_words
from tests.compacts.documents.reading import raw_text
from tests.scoring.totals import publish_totals

PAGE = "/cac-khoi/qua-cac-nam/"


@pytest.fixture
def three_years(world: World) -> World:
    units = [world.ubkt, world.duk, world.btc]
    publish_totals(
        make_round(make_season(world.bloc, units, 2016)), ubkt="190", duk="180", btc="170"
    )
    publish_totals(
        make_round(make_season(world.bloc, units, 2017)), duk="196", btc="184", ubkt="176"
    )
    publish_totals(make_round(world.season), btc="198", duk="190", ubkt="181")
    return world


def test_the_units_of_a_bloc_stand_beside_each_other_over_the_years(
    client: Client, three_years: World
) -> None:
    client.force_login(three_years.leader)
    answer = client.get(PAGE, {"khoi": "hn-dang"})
    assert answer.context["years"] == (2016, 2017, 2018)
    rows = {row.unit: row for row in answer.context["page"]}
    btc = rows[three_years.btc.pk]
    assert [cell.result.rank for cell in btc.cells] == [3, 2, 1]
    assert [cell.movement and cell.movement.moved for cell in btc.cells] == [None, 1, 1]
    assert btc.movement.moved == 2
    page = answer.content.decode()
    assert "BTC" in page
    assert "Ban Tổ chức Tỉnh ủy: 2016 hạng 3, 2017 hạng 2, 2018 hạng 1" in page
    assert 'href="/khoi/hn-dang/2017/xep-hang/nam/btc/' in page


def test_the_years_of_the_address_are_compared_whichever_is_given_first(
    client: Client, three_years: World
) -> None:
    client.force_login(three_years.leader)
    for first, last in (("2017", "2018"), ("2018", "2017")):
        answer = client.get(PAGE, {"khoi": "hn-dang", "tu": first, "den": last})
        assert answer.context["years"] == (2017, 2018)
    assert client.get(PAGE, {"khoi": "hn-dang", "tu": "x"}).context["years"] == (2016, 2017, 2018)


def test_any_years_are_put_beside_each_other_and_movement_is_between_them(
    client: Client, three_years: World
) -> None:
    client.force_login(three_years.leader)
    answer = client.get(f"{PAGE}?khoi=hn-dang&nam=2018&nam=2016&nam=1999")
    assert answer.context["years"] == (2016, 2018)
    row = next(one for one in answer.context["page"] if one.unit == three_years.btc.pk)
    assert [cell.movement and cell.movement.moved for cell in row.cells] == [None, 2]
    page = answer.content.decode()
    assert "Khối các Ban Đảng năm 2016, 2018" in page
    assert page.count(" checked") == 3
    csv = client.get(f"{PAGE}?khoi=hn-dang&nam=2016&nam=2018&dang=csv")
    assert "2017" not in csv.content.decode("utf-8-sig")
    assert "cac-nam-hn-dang-2016-2018" in csv["Content-Disposition"]


def test_some_blocs_are_put_beside_each_other_and_their_links_keep_the_years(
    client: Client, three_years: World
) -> None:
    council = three_years.council
    for at in range(3):
        bloc = make_bloc(council, f"khoi-{at}", f"Khối thứ {at}")
        make_season(bloc, [make_unit(council, f"dv-{at}", f"Đơn vị {at}")], 2017)
    client.force_login(three_years.leader)
    address = f"{PAGE}?khoi=hn-dang&khoi=khoi-1&nam=2016&nam=2017"
    answer = client.get(address)
    assert [row.code for row in answer.context["page"]] == ["hn-dang", "khoi-1"]
    assert answer.context["years"] == (2016, 2017)
    page = answer.content.decode()
    kept = f"?hoi-dong={council.pk}&amp;khoi=khoi-1&amp;nam=2016&amp;nam=2017"
    assert f'href="{kept}"' in page
    # Looking for a name and giving it up again keeps what was chosen.
    searched = client.get(f"{address}&q=thu").content.decode()
    both = f"?hoi-dong={council.pk}&amp;khoi=hn-dang&amp;khoi=khoi-1&amp;nam=2016&amp;nam=2017"
    assert f'href="{both}"' in searched
    csv = client.get(f"{address}&dang=csv").content.decode("utf-8-sig")
    assert [line.partition(";")[0] for line in csv.splitlines()] == [
        "Khối", "Khối các Ban Đảng", "Khối thứ 1",
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["pdf", "docx"])
@pytest.mark.parametrize(
    ("chosen", "there", "missing"),
    [
        ("khoi=hn-dang&nam=2016&nam=2018", ["Ban Tổ chức Tỉnh ủy", "1 (99,00)"], "2017"),
        ("nam=2016&nam=2018", ["Khối các Ban Đảng", "94,83", "85,00 – 95,00"], "2017"),
        ("", ["từ năm 2016 đến năm 2018"], "2015"),
    ],
)
def test_the_printed_comparison_holds_what_the_page_compares(
    client: Client, three_years: World, ending: str, chosen: str, there: list[str], missing: str
) -> None:
    client.force_login(three_years.leader)
    answer = client.get(f"{PAGE}?{chosen}").context
    content = client.get(f"{PAGE}tom-tat.{ending}?{answer['address']}").content
    words = raw_text(content) if ending == "pdf" else " ".join(word_words(content))
    words = " ".join(words.split())
    for one in there:
        assert one in words
    assert missing not in words
    assert client.get(f"{PAGE}tom-tat.exe").status_code == 404


def test_a_councils_blocs_stand_beside_each_other_and_lead_to_their_years(
    client: Client, three_years: World
) -> None:
    client.force_login(three_years.leader)
    page = client.get(PAGE).content.decode()
    assert "trung bình 92,67%" in page
    assert "2017 · Khối các Ban Đảng" in page
    csv = client.get(PAGE, {"dang": "csv"}).content.decode("utf-8-sig")
    assert "Trung bình năm 2017 (%)" in csv.splitlines()[0]
    assert "92,67" in csv.splitlines()[1]


def test_the_file_of_a_bloc_holds_ranks_and_points_of_each_year(
    client: Client, three_years: World
) -> None:
    client.force_login(three_years.leader)
    csv = client.get(PAGE, {"khoi": "hn-dang", "tu": "2017", "dang": "csv"})
    head, first = csv.content.decode("utf-8-sig").splitlines()[:2]
    assert head == (
        "Đơn vị;Hạng năm 2017;Điểm năm 2017 (%);Hạng năm 2018;Điểm năm 2018 (%);Lên, xuống hạng"
    )
    assert first == "Ban Tổ chức Tỉnh ủy;2;92,00;1;99,00;1"


def test_the_bloc_list_and_a_units_profile_lead_there_for_who_oversees_the_bloc(
    client: Client, three_years: World
) -> None:
    profile = f"/don-vi/{three_years.btc.pk}/"
    client.force_login(three_years.leader)
    assert PAGE in client.get("/cac-khoi/").content.decode()
    assert f"{PAGE}?hoi-dong={three_years.council.pk}&amp;khoi=hn-dang" in (
        client.get(profile).content.decode()
    )
    client.force_login(three_years.representative)
    assert PAGE not in client.get(profile).content.decode()
