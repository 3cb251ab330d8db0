"""A scoring table's pages: a criterion's form with its live example, the tree, the lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from scoring.forms.criteria import CriterionForm
from scoring.models import CriteriaTable
from scoring.queries.tables import node_of
from tests.cast import (
    World,
)
from tests.scoring.drafting import page_of, written

pytestmark = pytest.mark.django_db


BANDS = {
    "code": "I.2", "name": "Văn bản đúng hạn", "points": "40", "kind": "bands",
    "bands_of": "ratio", "bands_better": "higher",
    "bands-TOTAL_FORMS": "3", "bands-INITIAL_FORMS": "0",
    "bands-0-start": "80", "bands-0-points": "20",
    "bands-1-start": "97,5", "bands-1-points": "40", "bands-1-open": "on",
    "bands-2-start": "", "bands-2-points": "",
}  # fmt: skip


def test_the_form_of_a_criterion_writes_what_the_format_asks_for(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    page = client.post(page_of(world, draft, "them/?nhom=I"), BANDS)
    assert page.status_code == 302
    draft.refresh_from_db()
    assert written(draft, "I.2")["rule"] == {
        "kind": "bands",
        "bands": [
            {"from": "0.975", "points": "40", "open": True},
            {"from": "0.8", "points": "20"},
        ],
    }


def test_a_criterion_of_several_lines_is_kept(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    lines = {"name": "Văn bản\r\nđúng hạn", "note": "Cách chấm:\r\n- đủ hồ sơ"}
    assert client.post(page_of(world, draft, "them/?nhom=I"), BANDS | lines).status_code == 302
    draft.refresh_from_db()
    assert written(draft, "I.2")["note"] == "Cách chấm:\n- đủ hồ sơ"


def test_an_incomplete_line_is_refused_where_it_is_and_keeps_what_was_typed(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    wrong = {**BANDS, "bands-0-points": "hai mươi", "bands-2-start": "50"}
    page = client.post(page_of(world, draft, "them/?nhom=I"), wrong)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="hai mươi"' in text
    assert "Hãy nhập một số" in text
    assert "Hãy điền ô này." in text
    draft.refresh_from_db()
    assert node_of(draft, "I.2") is None


def test_a_live_example_is_worked_out_from_what_is_typed(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    typed = {"code": "I.2", "name": "Mục", "points": "10", "kind": "proportional"}
    text = client.post(page_of(world, draft, "vi-du/"), typed).content.decode()
    assert "Đạt 95/100" in text
    assert "<strong>9,5</strong>" in text
    text = client.post(page_of(world, draft, "vi-du/"), BANDS).content.decode()
    assert "Từ 80% đến 97,5%: 20 điểm" in text
    assert "Trên 97,5%: 40 điểm" in text
    assert "Dưới 80%: 0 điểm" in text


def test_more_decimals_than_points_are_kept_with_are_refused_where_they_are_typed(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    reason = "Nhiều nhất 4 chữ số sau dấu phẩy."
    exact = {"code": "I.2", "name": "Mục", "points": "39,1250", "kind": "judged"}
    exact["judged_step"] = "0,125"
    page = client.post(page_of(world, draft, "them/?nhom=I"), exact | {"points": "39,12345"})
    assert page.context["form"].errors == {"points": [reason]}
    assert 'value="39,12345"' in page.content.decode()
    assert client.post(page_of(world, draft, "them/?nhom=I"), exact).status_code == 302
    typed = {"edition": "2", "points:I.1": "599,12345", "do": "save"}
    assert f"I.1: {reason}" in client.post(page_of(world, draft), typed).content.decode()


def test_the_tree_saves_points_as_typed_and_shows_a_faulty_one_again(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    address = page_of(world, draft)
    typed = {"edition": draft.edition, "points:I.1": "599,5", "do": "save"}
    assert client.post(address, typed).status_code == 302
    draft.refresh_from_db()
    assert written(draft, "I.1")["max"] == "599.5"
    wrong = client.post(address, {**typed, "edition": draft.edition, "points:I.1": "sáu"})
    assert wrong.status_code == 409
    assert 'value="sáu"' in wrong.content.decode()


def test_a_table_changed_meanwhile_keeps_what_the_second_one_typed(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    address = page_of(world, draft)
    client.post(address, {"edition": draft.edition, "points:I.1": "500", "do": "save"})
    second = client.post(address, {"edition": draft.edition, "points:I.1": "400", "do": "save"})
    assert second.status_code == 409
    assert 'value="400"' in second.content.decode()
    assert "Người khác vừa sửa" in second.content.decode()


def test_classes_tie_breaks_and_titles_are_edited_as_lists(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    lines = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0"}
    client.post(
        page_of(world, draft, "xep-loai/"),
        {**lines, "rows-0-name": "Tốt", "rows-0-min": "800", "rows-1-name": "Xuất sắc",
         "rows-1-min": "900"},
    )  # fmt: skip
    client.post(
        page_of(world, draft, "danh-hieu/"),
        {**lines, "rows-0-name": "Cờ thi đua của UBND tỉnh", "rows-0-quota": "1",
         "rows-0-registered": "on", "rows-0-rank_max": "1", "rows-0-class_name": "Xuất sắc"},
    )  # fmt: skip
    client.post(
        page_of(world, draft, "bang-diem-nhau/"),
        {**lines, "rows-INITIAL_FORMS": "2", "rows-0-step": "least_minus",
         "rows-1-step": "decision"},
    )  # fmt: skip
    draft.refresh_from_db()
    assert [one["name"] for one in draft.definition["classes"]] == ["Xuất sắc", "Tốt"]
    assert draft.definition["tie_breaks"] == [{"by": "least_minus"}, {"by": "decision"}]
    (title,) = draft.definition["titles"]
    assert title["requires"] == {"registered": True, "rank_max": 1, "class": "Xuất sắc"}


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "judged", "step": "0.5"},
        {"kind": "proportional", "better": "lower", "target": "12.5", "floor": "0.7"},
        {"kind": "steps", "at_target": "8", "gains": "0.1", "loses": "0.2"},
        {"kind": "relative", "share": "0.6"},
        {"kind": "relative", "targets": False},
        {"kind": "count", "each": "2"},
        {"kind": "choice", "options": [{"key": "x", "name": "Có", "points": "10"}]},
        {"kind": "checklist", "items": [{"key": "x", "name": "Có", "points": "10"}]},
        {"kind": "ladder", "steps": [{"days_late": 0, "points": "10"}], "due_on": "2018-12-01"},
        {"kind": "per_day", "loses": "1", "due_on": "2018-12-01"},
        {"kind": "gate", "effect": "untitled"},
        {"kind": "bands", "of": "value", "better": "lower",
         "bands": [{"from": "2", "points": "10"}, {"from": "5", "points": "4", "open": True}]},
    ],
)  # fmt: skip
def test_a_stored_criterion_shown_in_its_form_and_sent_again_is_the_same(
    rule: dict[str, Any],
) -> None:
    node = {"code": "I.1", "name": "Mục", "max": "10", "rule": rule}
    shown = CriterionForm(node=node, top=False, group=False)
    lines = [
        form for rows in shown.row_sets.values() for form in (rows.management_form, *rows.forms)
    ]
    sent = {
        field.html_name: "on" if field.value() is True else str(field.value())
        for form in (shown, *lines)
        for field in form
        if field.value() is not None and field.value() is not False
    }
    again = CriterionForm(sent, node=node, top=False, group=False)
    assert again.is_valid(), again.errors
    assert {"share": "0.5", **again.rule()} == {"share": "0.5", **rule}
    assert again.facts().max == str(Decimal("10"))


@pytest.mark.parametrize("rest", ["", "thong-tin/"])
def test_more_points_than_any_table_has_are_refused(
    world: World, draft: CriteriaTable, client: Client, rest: str
) -> None:
    client.force_login(world.secretary)
    typed = {"points:I.1": "9" * 15, "max_total": "9" * 15, "edition": "1"}
    html = client.post(page_of(world, draft, rest), typed).content.decode()
    assert "Số lớn nhất là 1.000.000." in html
    draft.refresh_from_db()
    assert draft.edition == 1
