from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compacts.queries.desk import desk_of
from scoring.models import Explanation, Mark, Round, Sheet
from scoring.permissions import can_mark_sheet, can_see_explanations, can_see_provisional
from scoring.queries.sheets import markable_by
from scoring.queries.waiting import open_tasks
from scoring.rules import RoundState, SheetAction, SheetState, Stage, check_sheet
from scoring.services.assignments import assign
from scoring.services.rounds import open_round
from scoring.services.sheets import (
    IncompleteSheetError,
    follow_earlier,
    return_sheet,
    submit_sheet,
)
from tests.cast import (
    World,
    adopt,
    give_role,
    make_bloc,
    make_council,
    make_person,
    make_round,
    make_season,
    make_table,
    make_unit,
    table_definition,
)
from tests.scoring.casting import (
    draft_round,
    fill,
    leaf,
    make_scoring,
    opened_round,
    put,
    sent_self_sheet,
    sheet_address,
    sheet_of,
)
from units.models import AuditEntry, Person
from units.rules import RoleKind, RuleError

pytestmark = pytest.mark.django_db

ALLOWED = {
    ("mark", "open"), ("mark", "returned"), ("submit", "open"), ("submit", "returned"),
    ("return", "submitted"),
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return make_scoring()


@pytest.mark.parametrize("state", SheetState.values)
@pytest.mark.parametrize("action", list(SheetAction))
def test_a_sheet_allows_exactly_what_the_regulation_says(action: SheetAction, state: str) -> None:
    if (action.value, state) in ALLOWED:
        check_sheet(action, state)
    else:
        with pytest.raises(RuleError, match="Không thể"):
            check_sheet(action, state)


def test_what_lacks_is_named_leaf_by_leaf(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    put(world.representative, sheet, "I.2", {"points": "0"})
    with pytest.raises(IncompleteSheetError) as refusal:
        submit_sheet(actor=world.representative, sheet_id=sheet.pk)
    assert [(lack.code, lack.what) for lack in refusal.value.lacks] == [
        ("I.1", "chưa chấm"),
        ("I.2", "chưa có minh chứng"),
        ("I.3", "chưa chấm"),
    ]


def test_a_complete_sheet_is_sent_without_bonus(world: World) -> None:
    sheet = sent_self_sheet(world, opened_round(world))
    assert sheet.state == "submitted"
    assert not sheet.submitted_late


def test_sending_twice_is_one_sending(world: World) -> None:
    sheet = sent_self_sheet(world, opened_round(world))
    submit_sheet(actor=world.representative, sheet_id=sheet.pk)
    assert AuditEntry.objects.filter(action="submit_sheet").count() == 1


def test_a_deadline_passing_while_one_writes_marks_the_sheet_late(world: World) -> None:
    scored = opened_round(world, due_at=timezone.now() + datetime.timedelta(hours=1))
    sheet = sheet_of(scored, world.btc)
    fill(world.representative, sheet)
    Round.objects.update(due_at=timezone.now())
    put(world.representative, sheet, "T.1", {"count": "1"})
    assert submit_sheet(actor=world.representative, sheet_id=sheet.pk).submitted_late


def test_a_sheet_sent_in_time_and_returned_after_the_deadline_does_not_become_late(
    world: World,
) -> None:
    scored = opened_round(world, due_at=timezone.now() + datetime.timedelta(hours=1))
    sheet = sent_self_sheet(world, scored)
    first = sheet.submitted_at
    Round.objects.update(due_at=timezone.now())
    return_sheet(actor=world.secretary, sheet_id=sheet.pk, reason="Thiếu số văn bản")
    again = submit_sheet(actor=world.representative, sheet_id=sheet.pk)
    assert not again.submitted_late
    assert again.first_submitted_at == first
    assert again.submitted_at != first


def test_a_returned_sheet_says_why_and_can_be_sent_again(world: World) -> None:
    sheet = sent_self_sheet(world, opened_round(world))
    with pytest.raises(RuleError, match="lý do trả lại"):
        return_sheet(actor=world.secretary, sheet_id=sheet.pk, reason=" ")
    return_sheet(actor=world.secretary, sheet_id=sheet.pk, reason="Thiếu số văn bản")
    tasks = [(task.label, task.detail) for task in open_tasks(desk_of(world.representative))]
    assert tasks == [("Tự chấm: Ban Tổ chức Tỉnh ủy", "Trả lại: Thiếu số văn bản")]
    again = submit_sheet(actor=world.representative, sheet_id=sheet.pk)
    assert (again.state, again.return_reason) == ("submitted", "")


def test_only_who_runs_the_season_returns_a_sheet(world: World) -> None:
    sheet = sent_self_sheet(world, opened_round(world))
    for person in (world.representative, world.scorer_of_duk, world.leader, world.operator):
        with pytest.raises(PermissionDenied):
            return_sheet(actor=person, sheet_id=sheet.pk, reason="x")


def test_all_remaining_rows_with_evidence_follow_the_proposal(world: World) -> None:
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    verify = sheet_of(scored, world.btc, "verify")
    assert follow_earlier(actor=world.secretary, sheet_id=verify.pk) == 1
    assert Mark.objects.get(sheet=verify).criterion.code == "I.2"


def test_nothing_is_followed_before_the_unit_sends_its_sheet(world: World) -> None:
    scored = opened_round(world)
    fill(world.representative, sheet_of(scored, world.btc))
    verify = sheet_of(scored, world.btc, "verify")
    with pytest.raises(RuleError, match="chưa gửi phiếu tự chấm"):
        follow_earlier(actor=world.secretary, sheet_id=verify.pk)


def test_a_self_mark_changed_after_its_return_asks_the_verifier_for_a_reason(
    world: World,
) -> None:
    scored = opened_round(world)
    own = sent_self_sheet(world, scored)
    verify = sheet_of(scored, world.btc, "verify")
    for code in ("I.1", "I.2", "I.3"):
        follow_earlier(actor=world.secretary, sheet_id=verify.pk, criterion=code)
    return_sheet(actor=world.secretary, sheet_id=own.pk, reason="Sửa số liệu")
    put(world.representative, own, "I.1", {"achieved": "91"})
    submit_sheet(actor=world.representative, sheet_id=own.pk)
    with pytest.raises(IncompleteSheetError) as refusal:
        submit_sheet(actor=world.secretary, sheet_id=verify.pk)
    assert [lack.code for lack in refusal.value.lacks] == ["I.1"]


def labels_of(person: Person) -> list[str]:
    return [task.label for task in open_tasks(desk_of(person))]


def test_open_tasks_are_the_sheets_that_wait_for_the_person(world: World) -> None:
    scored = opened_round(world)
    assert [t.label for t in open_tasks(desk_of(world.representative))] == [
        "Tự chấm: Ban Tổ chức Tỉnh ủy"
    ]
    assert labels_of(world.secretary) == []
    sent_self_sheet(world, scored)
    assert labels_of(world.representative) == []
    assert [t.label for t in open_tasks(desk_of(world.secretary))] == [
        "Thẩm định: Ban Tổ chức Tỉnh ủy"
    ]
    assert labels_of(world.leader) == []
    assert labels_of(world.operator) == []


def test_the_condition_on_sheets_agrees_with_the_permission(world: World) -> None:
    scored = opened_round(world)
    for person in world.people.values():
        found = set(Sheet.objects.filter(markable_by(person)))
        may = {s for s in Sheet.objects.filter(round=scored) if can_mark_sheet(person, s)}
        assert found == may, person


def _sent_round(units: int, leaves: int) -> tuple[Client, Sheet]:
    """A round of so many units and leaves in which every unit has sent its sheet."""
    council = make_council(f"Hội đồng {units}")
    bloc = make_bloc(council, f"khoi-{units}")
    members = [make_unit(council, f"dv{n}", f"Đơn vị {n:02d}") for n in range(units)]
    season = make_season(bloc, members)
    definition = table_definition(f"bang-{units}")
    definition["criteria"][0]["children"] = [
        {"code": f"I.{n}", "name": f"Mục {n}", "max": "1", "rule": {"kind": "judged", "step": "1"}}
        for n in range(leaves)
    ]
    definition["criteria"][0]["max"] = definition["max_total"] = str(leaves)
    table = make_table(definition)
    adopt(season, table)
    secretary = make_person(f"thu-ky-{units}", "Nguyễn Thị Thư")
    give_role(secretary, RoleKind.SECRETARY, unit=members[0], bloc=bloc)
    scored = make_round(season)
    scored.assignments.create(stage="verify", unit=members[0], scorer=members[1])
    open_round(actor=secretary, round_id=scored.pk)
    Mark.objects.bulk_create(
        Mark(sheet=sheet, criterion=criterion, entry={"points": "1"}, points=1)
        for sheet in Sheet.objects.filter(round=scored, stage="self")
        for criterion in table.criteria.filter(rule__isnull=False, adds="base")
    )
    sheets = Sheet.objects.filter(round=scored)
    sheets.filter(stage="self").update(state="submitted", submitted_at=timezone.now())
    client = Client()
    client.force_login(secretary)
    return client, sheets.select_related("round__season__bloc").get(
        unit=members[2], stage="verify"
    )


def _queries(client: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(where).status_code == 200
    return len(queries)


def test_board_and_sheet_ask_as_often_for_20_units_and_40_leaves_as_for_3_and_10() -> None:
    figures = []
    for units, leaves in ((3, 10), (20, 40)):
        client, sheet = _sent_round(units, leaves)
        season = sheet.round.season
        board = reverse("scoring:round", args=[season.bloc.code, season.year, "nam"])
        page = reverse("scoring:sheet", args=sheet_address(sheet))
        for where in (board, page, "/"):
            client.get(where)
        figures.append([_queries(client, where) for where in (board, page, "/")])
    assert figures[0] == figures[1]
    assert max(figures[0]) < 40


def test_a_secretary_reads_nothing_of_another_bloc_in_which_the_unit_holds_an_office(
    world: World,
) -> None:
    other = make_season(make_bloc(world.council, "khac", "Khối khác"), [world.ubkt, world.btc])
    scored = Round.objects.create(season=other, code="nam", name="Năm")
    theirs = Sheet.objects.create(
        round=scored, unit=world.btc, stage=Stage.SELF, scorer=world.btc, scorer_code="btc",
        state=SheetState.SUBMITTED, submitted_at=timezone.now(),
    )  # fmt: skip
    said = Explanation.objects.create(
        round=scored, unit=world.btc, criterion=leaf("I.2"), text="Đã nộp"
    )
    assert not can_see_provisional(world.secretary, scored)
    assert not Sheet.objects.visible_to(world.secretary).filter(pk=theirs.pk).exists()
    assert not Explanation.objects.visible_to(world.secretary).filter(pk=said.pk).exists()
    assert Sheet.objects.visible_to(world.officer).filter(pk=theirs.pk).exists()


def test_a_cross_checker_sees_no_other_scorers_points_before_publication(world: World) -> None:
    draft = draft_round(world)
    for scorer in (world.duk, world.ubkt):
        assign(
            actor=world.secretary, round_id=draft.pk, stage=Stage.CROSS, unit=world.btc,
            scorer=scorer,
        )  # fmt: skip
    scored = open_round(actor=world.secretary, round_id=draft.pk)
    sheets = Sheet.objects.filter(round=scored, unit=world.btc)
    sheets.update(state=SheetState.SUBMITTED, submitted_at=timezone.now())
    seen = Sheet.objects.visible_to(world.scorer_of_duk).filter(round=scored, unit=world.btc)
    mine = {(Stage.SELF, "btc"), (Stage.CROSS, "duk")}
    assert set(seen.values_list("stage", "scorer_code")) == mine
    assert not can_see_explanations(world.scorer_of_duk, scored, world.btc)
    Round.objects.filter(pk=scored.pk).update(state=RoundState.PUBLISHED)
    scored.refresh_from_db()
    assert seen.count() == sheets.count() == 4
    assert can_see_explanations(world.scorer_of_duk, scored, world.btc)
