"""Two people at one draft of a scoring table, and who of others may read or take it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from scoring.models import CriteriaTable
from scoring.queries.tables import tree_of
from scoring.services import table_start, tables
from scoring.services.rounds import adopt_table
from tests.cast import World, make_bloc, make_season
from tests.scoring.drafting import page_of
from units.rules import RuleError

pytestmark = pytest.mark.django_db


def edition_on(html: str) -> int:
    found = re.search(r'name="edition" value="(\d+)"', html)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize(
    ("rest", "typed"),
    [
        (
            "thong-tin/",
            {
                "title": "Bảng điểm của tôi", "year": "2018", "max_total": "1000",
                "precision": "0.01", "not_applicable": "drop", "class_by": "total",
            },
        ),
        (
            "tieu-chi/I.1/",
            {"code": "I.1", "name": "Tên của tôi", "points": "500", "kind": "judged",
             "judged_step": "0,5"},
        ),
    ],
)  # fmt: skip
def test_after_a_conflict_what_was_typed_can_be_saved(
    world: World, draft: CriteriaTable, client: Client, rest: str, typed: dict[str, str]
) -> None:
    client.force_login(world.secretary)
    tables.save_points(
        actor=world.deputy_secretary, table_id=draft.pk, edition=1, points={"II.1": "200"}
    )
    page = page_of(world, draft, rest)
    html = client.post(page, {**typed, "edition": "1"}).content.decode()
    assert "Người khác vừa sửa" in html
    assert client.post(page, {**typed, "edition": edition_on(html)}).status_code == 302


def test_a_criterion_that_cannot_be_removed_leaves_the_points_for_the_next_press(
    world: World, draft: CriteriaTable, client: Client
) -> None:
    client.force_login(world.secretary)
    page = page_of(world, draft)
    typed = {"points:I": "500", "points:I.1": "500"}
    html = client.post(page, {**typed, "edition": "1", "do": "remove:I.1"}).content.decode()
    assert "cần ít nhất một tiêu chí" in html
    answer = client.post(page, {**typed, "edition": edition_on(html), "do": "renumber"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert tree_of(draft).rows[0].points == 500


def test_a_draft_is_read_by_nobody_of_another_bloc(world: World, client: Client) -> None:
    other = make_season(make_bloc(world.council, "khac", "Khối khác"), [world.btc, world.duk])
    theirs = table_start.start_table(actor=world.officer, season_id=other.pk)
    client.force_login(world.secretary)
    for page in (f"/bang-diem/{theirs.pk}/", f"/bang-diem/{theirs.pk}/bang.xlsx"):
        assert client.get(page).status_code == 404
    assert theirs.code not in client.get("/bang-diem/").content.decode()
    client.force_login(world.officer)
    assert client.get(f"/bang-diem/{theirs.pk}/").status_code == 200


def test_a_draft_of_another_bloc_is_neither_offered_nor_frozen(
    world: World, client: Client
) -> None:
    other = make_season(make_bloc(world.council, "khac", "Khối khác"), [world.btc, world.duk])
    draft = table_start.start_table(actor=world.officer, season_id=other.pk)
    page = reverse("scoring:table_adopt", args=["hn-dang", 2018])
    client.force_login(world.secretary)
    assert f'value="{draft.pk}"' not in client.get(page).content.decode()
    assert client.post(page, {"table": str(draft.pk)}).status_code == 404
    with pytest.raises(RuleError, match="bản thảo của mùa khác"):
        adopt_table(actor=world.officer, season_id=world.season.pk, table_id=draft.pk)
    draft.refresh_from_db()
    assert draft.frozen_at is None
