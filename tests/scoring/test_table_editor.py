"""The season's scoring table is drafted in the browser, commented on, and adopted."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from compacts.rules import CommentOutcome
from scoring.engine.table import read_table
from scoring.forms.criteria import CriterionForm
from scoring.models import Adoption, CriteriaTable, TableComment
from scoring.queries.tables import library, node_of, tree_of
from scoring.services import table_start, tables
from scoring.services.table_comments import answer_table_comment, comment_on_table
from scoring.services.table_edit import TableRefusedError
from scoring.services.table_tree import Move
from tests.cast import (
    World,
    adopt,
    make_bloc,
    make_season,
    make_table,
    make_world,
    table_definition,
)
from units.models import AuditEntry, Bloc, Notification
from units.rules import EditConflictError, Letterhead, RuleError

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def draft(world: World) -> CriteriaTable:
    return table_start.start_table(actor=world.secretary, season_id=world.season.pk)


def facts(**given: Any) -> tables.CriterionFacts:
    usual = {
        "code": "I.2",
        "name": "Tỷ lệ văn bản đúng hạn",
        "max": "40",
        "rule": {"kind": "bands", "bands": [{"from": "1", "points": "40"}]},
    }
    return tables.CriterionFacts(**{**usual, **given})


def codes(table: CriteriaTable) -> list[str]:
    return [row.code for row in tree_of(table).rows]


def page_of(world: World, table: CriteriaTable, rest: str = "") -> str:
    return f"/khoi/{world.bloc.code}/{world.season.year}/cham-diem/soan-bang/{table.pk}/{rest}"


# --- drafting -------------------------------------------------------------------------------


def test_a_new_draft_has_the_usual_groups_and_can_be_read(draft: CriteriaTable) -> None:
    assert codes(draft) == [
        "I", "I.1", "II", "II.1", "III", "III.1", "T", "T.1", "P", "P.1",
    ]  # fmt: skip
    assert read_table(draft.definition).faults == []


def test_a_copy_moves_its_year_and_its_due_days_on(world: World) -> None:
    old = make_table({**table_definition(), "year": 2016})
    made = table_start.start_table(
        actor=world.secretary, season_id=world.season.pk, copy_of=old.pk
    )
    node = node_of(made, "I.3")
    assert node is not None
    assert (made.year, node["rule"]["due_on"]) == (2018, "2020-12-15")


def test_the_library_is_sorted_by_type_of_bloc_the_own_first(world: World) -> None:
    own, alike, other, unused = (
        make_table(table_definition(code)) for code in ("rieng", "cung-loai", "khac-loai", "moi")
    )
    adopt(world.season, own)
    party = make_bloc(world.council, "khoi-dang-2", "Khối Đảng thứ hai")
    state = make_bloc(world.council, "khoi-so", "Khối các sở")
    Bloc.objects.filter(pk=state.pk).update(letterhead=Letterhead.STATE)
    adopt(make_season(party, [world.btc]), alike)
    adopt(make_season(state, [world.duk]), other)
    found = dict(library(world.secretary, world.season))
    assert list(found.values()) == [[own], [alike], [other], [unused]]
    assert list(found)[1:] == ["Khối cùng loại", "Khối khác loại", "Thư viện"]


def test_only_the_secretariat_starts_a_draft(world: World) -> None:
    with pytest.raises(PermissionDenied):
        table_start.start_table(actor=world.representative, season_id=world.season.pk)


def test_a_criterion_is_added_changed_moved_and_removed_and_each_change_is_in_the_trail(
    world: World, draft: CriteriaTable
) -> None:
    do: dict[str, Any] = {"actor": world.secretary, "table_id": draft.pk}
    table = tables.add_criterion(**do, edition=draft.edition, group="I", facts=facts())
    assert codes(table)[:3] == ["I", "I.1", "I.2"]
    table = tables.save_criterion(
        **do, edition=table.edition, code="I.2", facts=facts(code="I.9", max="50")
    )
    assert node_of(table, "I.9")["max"] == "50"  # type: ignore[index]
    table = tables.move_criterion(
        **do, edition=table.edition, code="I.9", move=Move.BEFORE, target="I.1"
    )
    assert codes(table)[:3] == ["I", "I.9", "I.1"]
    table = tables.renumber(**do, edition=table.edition)
    assert codes(table)[:3] == ["I", "I.1", "I.2"]
    table = tables.remove_criterion(**do, edition=table.edition, code="I.1")
    assert codes(table)[:3] == ["I", "I.2", "II"]
    done = AuditEntry.objects.filter(target=f"criteria_table:{draft.pk}")
    assert list(done.order_by("pk").values_list("action", flat=True)) == [
        "start_table", "add_criterion", "save_criterion", "move_criterion", "renumber",
        "remove_criterion",
    ]  # fmt: skip


def test_sums_that_differ_are_warned_of_and_never_forced(
    world: World, draft: CriteriaTable
) -> None:
    table = tables.save_points(
        actor=world.secretary, table_id=draft.pk, edition=draft.edition, points={"I.1": "599.5"}
    )
    (group,) = [row for row in tree_of(table).rows if row.code == "I"]
    assert group.differs
    assert group.points == 600
    assert any("599,5" in str(warning) for warning in table.warnings)


def test_who_saves_upon_an_older_state_is_told_and_nothing_is_lost(
    world: World, draft: CriteriaTable
) -> None:
    save: dict[str, Any] = {"actor": world.secretary, "table_id": draft.pk}
    tables.save_points(**save, edition=draft.edition, points={"I.1": "500"})
    with pytest.raises(EditConflictError):
        tables.save_points(**save, edition=draft.edition, points={"I.1": "400"})
    draft.refresh_from_db()
    assert node_of(draft, "I.1")["max"] == "500"  # type: ignore[index]


def test_a_rule_that_cannot_hold_is_refused_at_its_own_place(
    world: World, draft: CriteriaTable
) -> None:
    rule = {"kind": "choice", "options": [{"key": "a", "name": "Tốt", "points": "41"}]}
    with pytest.raises(TableRefusedError) as refusal:
        tables.add_criterion(
            actor=world.secretary, table_id=draft.pk, edition=draft.edition, group="I",
            facts=facts(rule=rule),
        )  # fmt: skip
    assert refusal.value.faults[0].path == "rule.options[0].points"


def test_a_group_is_never_moved_into_itself_nor_left_empty(
    world: World, draft: CriteriaTable
) -> None:
    move: dict[str, Any] = {
        "actor": world.secretary, "table_id": draft.pk, "edition": draft.edition,
    }  # fmt: skip
    with pytest.raises(RuleError, match="trong chính nó"):
        tables.move_criterion(**move, code="I", move=Move.INSIDE, target="I")
    with pytest.raises(RuleError, match="ít nhất một tiêu chí"):
        tables.move_criterion(**move, code="I.1", move=Move.INSIDE, target="II")


def test_adopting_a_draft_freezes_it_and_a_new_version_goes_on_from_it(
    world: World, draft: CriteriaTable
) -> None:
    tables.adopt_draft(actor=world.secretary, table_id=draft.pk, edition=draft.edition)
    assert Adoption.objects.get(season=world.season).table_id == draft.pk
    with pytest.raises(RuleError, match="đã khóa"):
        tables.save_points(
            actor=world.secretary, table_id=draft.pk, edition=draft.edition, points={"I.1": "1"}
        )
    second = table_start.new_version(
        actor=world.secretary, season_id=world.season.pk, table_id=draft.pk
    )
    assert (second.code, second.version, second.frozen_at) == (draft.code, 2, None)


# --- comments -------------------------------------------------------------------------------


def opened(world: World, draft: CriteriaTable) -> CriteriaTable:
    return tables.open_for_comments(
        actor=world.secretary,
        table_id=draft.pk,
        edition=draft.edition,
        due_at=timezone.now() + datetime.timedelta(days=7),
    )


def test_units_comment_on_a_criterion_and_are_told_the_answer(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    opened(world, draft)
    assert Notification.objects.filter(person=world.representative).exists()
    client.force_login(world.representative)
    address = f"/bang-diem/{draft.pk}/"
    assert "Ý kiến của" in client.get(address).content.decode()
    client.post(f"{address}gop-y/", {"criterion": "I.1", "text": "Nên chia nhỏ mục này."})
    comment = TableComment.objects.get()
    assert (comment.unit, comment.criterion_code) == (world.btc, "I.1")
    answer_table_comment(
        actor=world.secretary,
        comment_id=comment.pk,
        outcome=CommentOutcome.ACCEPTED,
        answer="Sẽ chia thành hai mục.",
    )
    assert "Sẽ chia thành hai mục." in client.get(address).content.decode()
    assert Notification.objects.filter(
        person=world.representative, key__startswith=f"table_comment:{comment.pk}"
    ).exists()


def test_a_draft_not_opened_for_comments_is_not_seen_by_units(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.representative)
    assert client.get(f"/bang-diem/{draft.pk}/").status_code == 404


def test_no_comment_is_taken_after_the_time_or_for_another_unit(
    world: World, draft: CriteriaTable
) -> None:
    table = opened(world, draft)
    with pytest.raises(PermissionDenied):
        comment_on_table(actor=world.representative, table_id=table.pk, unit=world.duk, text="X")
    CriteriaTable.objects.filter(pk=table.pk).update(comments_due_at=timezone.now())
    with pytest.raises(RuleError, match="hết hạn"):
        comment_on_table(actor=world.representative, table_id=table.pk, unit=world.btc, text="X")


def test_a_comment_follows_its_criterion_to_the_new_code(
    world: World, draft: CriteriaTable
) -> None:
    table = opened(world, draft)
    comment_on_table(
        actor=world.representative, table_id=table.pk, unit=world.btc, text="X", criterion="I.1"
    )
    tables.save_criterion(
        actor=world.secretary, table_id=table.pk, edition=table.edition, code="I.1",
        facts=facts(code="I.5", max="600", rule={"kind": "judged", "step": "0.5"}),
    )  # fmt: skip
    assert TableComment.objects.get().criterion_code == "I.5"


# --- in the browser -------------------------------------------------------------------------

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
    assert node_of(draft, "I.2")["rule"] == {  # type: ignore[index]
        "kind": "bands",
        "bands": [
            {"from": "0.975", "points": "40", "open": True},
            {"from": "0.8", "points": "20"},
        ],
    }


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


def test_the_tree_saves_points_as_typed_and_shows_a_faulty_one_again(
    client: Client, world: World, draft: CriteriaTable
) -> None:
    client.force_login(world.secretary)
    address = page_of(world, draft)
    typed = {"edition": draft.edition, "points:I.1": "599,5", "do": "save"}
    assert client.post(address, typed).status_code == 302
    draft.refresh_from_db()
    assert node_of(draft, "I.1")["max"] == "599.5"  # type: ignore[index]
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
