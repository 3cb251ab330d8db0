"""The list of a season's registrations."""

from __future__ import annotations

import pytest

from tests.cast import (
    make_member,
    make_registration,
    make_season,
    make_unit,
)

pytestmark = pytest.mark.django_db
PAGE = "/khoi/hn-dang/2018/dang-ky/"


@pytest.mark.parametrize("path", ["/mua-thi-dua/", PAGE, "/khoi/hn-dang/2018/"])
def test_a_page_takes_as_many_queries_for_twenty_units_as_for_three(
    client, world, path, django_assert_max_num_queries
):
    make_registration(world.season, world.btc)
    client.force_login(world.secretary)
    client.get(path)
    with django_assert_max_num_queries(30) as few:
        client.get(path)
    for number in range(17):
        unit = make_unit(world.council, f"u{number}", f"Đơn vị {number}")
        make_member(world.bloc, unit)
        season = make_season(world.bloc, [unit], year=1950 + number)
        make_registration(season, unit)
        world.season.participants.create(
            unit=unit, position=10 + number, name=unit.name, short_name=unit.short_name
        )
        make_registration(world.season, unit)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(path).status_code == 200


def test_a_unit_that_has_not_begun_finds_the_way_to_its_own_registration(client, world):
    own = f'href="{PAGE}btc/"'
    client.force_login(world.representative)
    page = client.get(PAGE).content.decode()
    assert own in page
    assert "Viết bản đăng ký" in page
    assert f'href="{PAGE}duk/"' not in page
    client.force_login(world.secretary)
    assert own not in client.get(PAGE).content.decode()
