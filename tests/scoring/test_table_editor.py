"""The season's scoring table is drafted in the browser, commented on, and adopted."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from scoring.engine.table import read_table
from scoring.models import Adoption, CriteriaTable
from scoring.queries.tables import library, node_of, tree_of
from scoring.services import table_start, tables
from scoring.services.table_edit import TableRefusedError
from scoring.services.table_tree import Move
from tests.cast import (
    World,
    adopt,
    make_bloc,
    make_season,
    make_table,
    table_definition,
)
from tests.scoring.casting import criterion_facts
from tests.scoring.drafting import written
from units.models import AuditEntry, Bloc
from units.rules import EditConflictError, Letterhead, RuleError

pytestmark = pytest.mark.django_db


def codes(table: CriteriaTable) -> list[str]:
    return [row.code for row in tree_of(table).rows]


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
    table = tables.add_criterion(**do, edition=draft.edition, group="I", facts=criterion_facts())
    assert codes(table)[:3] == ["I", "I.1", "I.2"]
    table = tables.save_criterion(
        **do, edition=table.edition, code="I.2", facts=criterion_facts(code="I.9", max="50")
    )
    assert written(table, "I.9")["max"] == "50"
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
    assert written(draft, "I.1")["max"] == "500"


def test_a_rule_that_cannot_hold_is_refused_at_its_own_place(
    world: World, draft: CriteriaTable
) -> None:
    rule = {"kind": "choice", "options": [{"key": "a", "name": "Tốt", "points": "41"}]}
    with pytest.raises(TableRefusedError) as refusal:
        tables.add_criterion(
            actor=world.secretary, table_id=draft.pk, edition=draft.edition, group="I",
            facts=criterion_facts(rule=rule),
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
