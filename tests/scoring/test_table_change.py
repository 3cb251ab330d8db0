"""What a season said of its table's criteria: another table, and what applies to whom."""

from __future__ import annotations

import pytest

from compacts.models import OfferedTitle, RegisteredTitle
from scoring.engine.standings import check_round
from scoring.exchange.export import export_season
from scoring.exchange.season import read_season
from scoring.models import Assignment, CriteriaTable, Exemption
from scoring.queries.ranking import ranking
from scoring.queries.standings import standings_input
from scoring.rules import RecordSource, Stage
from scoring.services.assignments import assign, exempt
from scoring.services.exemptions import ask_exemption
from scoring.services.records import choose_source, fill_from_records
from scoring.services.rounds import adopt_table, open_round
from tests.cast import World, make_registration, make_table, table_definition
from tests.scoring.casting import draft_round, leaf, make_scoring, sheet_of
from units.models import AuditEntry, Notification
from units.rules import RuleError

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_scoring()


def another_table(world: World, **renamed: str) -> CriteriaTable:
    """A table like the first with some criteria under other codes, taken by the season."""
    definition = table_definition("khac")
    for group in definition["criteria"]:
        for node in group["children"]:
            node["code"] = renamed.get(node["code"], node["code"])
    table = make_table(definition)
    adopt_table(actor=world.secretary, season_id=world.season.pk, table_id=table.pk)
    return table


def test_what_was_said_of_a_criterion_goes_over_to_the_same_one_of_another_table(
    world: World,
) -> None:
    scored = draft_round(world)
    exempt(
        actor=world.secretary, season_id=world.season.pk, unit=world.btc, criterion=leaf("I.3"),
        reason="Không có nhiệm vụ này",
    )  # fmt: skip
    choose_source(
        actor=world.secretary, season_id=world.season.pk, criterion="T.1",
        source=RecordSource.AD_HOC_TASKS,
    )  # fmt: skip
    assign(
        actor=world.secretary, round_id=scored.pk, stage=Stage.VERIFY, unit=world.btc,
        scorer=world.duk, criteria=[leaf("I.2")],
    )  # fmt: skip
    table = another_table(world)
    assert Exemption.objects.get().criterion.table == table
    assigned = Assignment.objects.get(unit=world.btc, scorer=world.duk)
    assert [one.table for one in assigned.criteria.all()] == [table]
    sheet = sheet_of(open_round(actor=world.secretary, round_id=scored.pk), world.btc)
    assert len(fill_from_records(actor=world.representative, sheet_id=sheet.pk)) == 1
    assert fill_from_records(actor=world.representative, sheet_id=sheet.pk) == []


def test_what_another_table_does_not_have_is_taken_back_and_named_in_the_trail(
    world: World,
) -> None:
    scored = draft_round(world)
    exempt(
        actor=world.secretary, season_id=world.season.pk, unit=world.btc, criterion=leaf("I.3"),
        reason="Không có nhiệm vụ này",
    )  # fmt: skip
    assign(
        actor=world.secretary, round_id=scored.pk, stage=Stage.VERIFY, unit=world.btc,
        scorer=world.duk, criteria=[leaf("I.3")],
    )  # fmt: skip
    another_table(world, **{"I.3": "I.9"})
    assert not Exemption.objects.exists()
    assert not Assignment.objects.filter(unit=world.btc).exists()
    assert len(ranking(open_round(actor=world.secretary, round_id=scored.pk)).rows) == 3
    told = AuditEntry.objects.filter(action="adopt_table").latest("pk").canonical
    assert "exemption btc: I.3" in told
    assert "assignment verify btc: I.3" in told


def test_titles_that_another_table_does_not_give_are_neither_offered_nor_in_the_way(
    world: World,
) -> None:
    scored = draft_round(world)
    registration = make_registration(world.season, world.btc)
    kept, dropped = (
        OfferedTitle.objects.create(season=world.season, code=code, name=code, position=place)
        for place, code in enumerate(("cu", "bo"), start=8)
    )
    RegisteredTitle.objects.create(registration=registration, title=kept)
    another_table(world)
    assert set(world.season.offered_titles.values_list("code", flat=True)) == {"cu", "co-tinh"}
    assert not OfferedTitle.objects.filter(pk=dropped.pk).exists()
    table, given = standings_input(scored)
    assert check_round(table, given) == []
    assert read_season(export_season(world.season)).faults == []
    assert "title bo" in AuditEntry.objects.filter(action="adopt_table").latest("pk").canonical


def test_a_secretary_lets_no_criterion_be_left_out_for_the_own_unit(world: World) -> None:
    for actor, text in ((world.secretary, "chính đơn vị mình"), (world.deputy_secretary, "")):
        given = {
            "actor": actor, "season_id": world.season.pk, "unit": world.ubkt,
            "criterion": leaf("I.3"), "reason": "Không có nhiệm vụ này",
        }  # fmt: skip
        if text:
            with pytest.raises(RuleError, match=text):
                exempt(**given)
        else:
            assert exempt(**given).answered_by == actor


def test_a_unit_is_told_when_what_it_asked_for_is_entered_by_the_secretariat(
    world: World,
) -> None:
    asked = {
        "season_id": world.season.pk, "unit": world.btc, "criterion": leaf("I.3"),
        "reason": "Không có nhiệm vụ này",
    }  # fmt: skip
    ask_exemption(actor=world.representative, **asked)
    exempt(actor=world.secretary, **asked)
    told = Notification.objects.filter(person=world.representative)
    assert [one.subject for one in told] == ["Đề nghị không áp dụng tiêu chí I.3: Chấp nhận"]
