from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compacts.models import Office
from scoring.models import Adoption, Assignment, CriteriaTable, Exemption, Round, Sheet
from scoring.rules import FinalMethod, RoundAction, RoundState, Stage, check_round
from scoring.services.assignments import assign, exempt, unassign, unexempt
from scoring.services.rounds import adopt_table, close_round, open_round, reopen_round
from tests.cast import World, make_table, make_world, table_definition
from tests.scoring.casting import (
    draft_round,
    leaf,
    make_scoring,
    opened_round,
    put,
    sent_self_sheet,
    sheet_of,
)
from units.models import AuditEntry, Person
from units.rules import RuleError

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_scoring()


def log_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_adopting_a_table_freezes_it_and_offers_its_titles() -> None:
    world = make_world()
    world.season.offered_titles.all().delete()
    table = make_table(table_definition())
    adopt_table(actor=world.secretary, season_id=world.season.pk, table_id=table.pk)
    table.refresh_from_db()
    assert table.frozen_at is not None
    assert [t.code for t in world.season.offered_titles.all()] == ["co-tinh"]
    assert AuditEntry.objects.filter(action="adopt_table").count() == 1


def test_another_table_is_taken_only_before_a_round_opens(world: World) -> None:
    other = make_table(table_definition("khac"))
    adopt_table(actor=world.secretary, season_id=world.season.pk, table_id=other.pk)
    assert Adoption.objects.get().table == other
    opened_round(world)
    first = CriteriaTable.objects.get(code="thu")
    with pytest.raises(RuleError, match="không đổi bảng điểm"):
        adopt_table(actor=world.secretary, season_id=world.season.pk, table_id=first.pk)


def test_a_representative_adopts_no_table(world: World) -> None:
    other = make_table(table_definition("khac"))
    with pytest.raises(PermissionDenied, match="Chỉ thư ký"):
        adopt_table(actor=world.representative, season_id=world.season.pk, table_id=other.pk)


def test_a_round_needs_an_adopted_table() -> None:
    with pytest.raises(RuleError, match="chọn bảng điểm"):
        draft_round(make_world())


def test_a_new_round_proposes_the_deputy_to_verify_the_head(world: World) -> None:
    scored = draft_round(world)
    assert [(a.unit, a.scorer, a.stage) for a in scored.assignments.all()] == [
        (world.ubkt, world.duk, "verify")
    ]


def test_weights_that_do_not_add_up_to_one_are_refused(world: World) -> None:
    weights = {Stage.SELF: Decimal("0.2"), Stage.VERIFY: Decimal("0.7")}
    with pytest.raises(RuleError, match="cộng lại bằng 1"):
        draft_round(world, final_method=FinalMethod.WEIGHTED, weights=weights)


def test_weights_are_kept_as_decimal_strings(world: World) -> None:
    weights = {Stage.SELF: Decimal("0.3"), Stage.VERIFY: Decimal("0.7")}
    scored = draft_round(world, final_method=FinalMethod.WEIGHTED, weights=weights)
    assert scored.weights == {"self": "0.3", "verify": "0.7"}
    assert scored.final_stage == ""


def test_a_code_is_used_once_in_a_season(world: World) -> None:
    draft_round(world)
    with pytest.raises(RuleError, match="mang mã đó"):
        draft_round(world)


def test_opening_gives_every_unit_its_sheets(world: World) -> None:
    scored = opened_round(world)
    rows = Sheet.objects.filter(round=scored).values_list("unit__code", "stage", "scorer_code")
    assert sorted(rows) == [
        ("btc", "self", "btc"),
        ("btc", "verify", "secretariat"),
        ("duk", "self", "duk"),
        ("duk", "verify", "secretariat"),
        ("ubkt", "self", "ubkt"),
        ("ubkt", "verify", "duk"),
    ]


def test_opening_twice_changes_nothing(world: World) -> None:
    scored = opened_round(world)
    open_round(actor=world.secretary, round_id=scored.pk)
    assert Sheet.objects.count() == 6
    assert AuditEntry.objects.filter(action="open_round").count() == 1


def test_without_an_assignment_the_deputy_verifies_the_head(world: World) -> None:
    scored = draft_round(world)
    scored.assignments.all().delete()
    open_round(actor=world.secretary, round_id=scored.pk)
    assert sheet_of(scored, world.ubkt, "verify").scorer == world.duk


def test_the_head_without_a_verifier_keeps_the_round_closed(world: World) -> None:
    Office.objects.filter(kind="deputy").delete()
    scored = draft_round(world)
    with pytest.raises(RuleError, match="phân công đơn vị thẩm định cho trưởng khối"):
        open_round(actor=world.secretary, round_id=scored.pk)
    assert not Sheet.objects.exists()
    assert not Assignment.objects.exists()


def test_a_season_without_deputy_proposes_nobody(world: World) -> None:
    Office.objects.filter(kind="deputy").delete()
    assert not draft_round(world).assignments.exists()


def test_a_round_of_self_scores_only_needs_no_verifiers(world: World) -> None:
    scored = opened_round(world, final_stage=Stage.SELF)
    stages = Sheet.objects.filter(round=scored).exclude(unit=world.ubkt)
    assert set(stages.values_list("stage", flat=True)) == {"self"}


def test_a_part_of_the_head_left_over_keeps_the_round_closed(world: World) -> None:
    scored = draft_round(world)
    scored.assignments.all().delete()
    assign(
        actor=world.secretary, round_id=scored.pk, stage=Stage.VERIFY, unit=world.ubkt,
        scorer=world.btc, criteria=[leaf("I.1")],
    )  # fmt: skip
    with pytest.raises(RuleError, match=r"còn: I\.2, I\.3, T\.1"):
        open_round(actor=world.secretary, round_id=scored.pk)


def test_specialist_bodies_share_the_criteria_and_the_rest_is_the_secretariats(
    world: World,
) -> None:
    scored = draft_round(world)
    assign(
        actor=world.secretary, round_id=scored.pk, stage=Stage.VERIFY, unit=world.btc,
        scorer=world.duk, criteria=[leaf("I.1")],
    )  # fmt: skip
    open_round(actor=world.secretary, round_id=scored.pk)
    rest = Assignment.objects.get(unit=world.btc, scorer=None)
    assert sorted(c.code for c in rest.criteria.all()) == ["I.2", "I.3", "T.1"]
    specialist = Sheet.objects.get(unit=world.btc, scorer=world.duk)
    with pytest.raises(RuleError, match="không thuộc phiếu"):
        put(world.scorer_of_duk, specialist, "I.2", {"points": "3"})
    assert put(world.scorer_of_duk, specialist, "I.1", {"achieved": "90"})


def test_two_bodies_never_verify_the_same_leaf(world: World) -> None:
    scored = draft_round(world)
    assign(
        actor=world.secretary, round_id=scored.pk, stage=Stage.VERIFY, unit=world.btc,
        scorer=world.duk, criteria=[leaf("I")],
    )  # fmt: skip
    with pytest.raises(RuleError, match=r"Đã giao cho Đảng ủy.*I\.3"):
        assign(
            actor=world.secretary, round_id=scored.pk, stage=Stage.VERIFY, unit=world.btc,
            scorer=None, criteria=[leaf("I.3"), leaf("T.1")],
        )  # fmt: skip


def test_nobody_of_the_secretariat_is_assigned_the_head(world: World) -> None:
    scored = draft_round(world)
    scored.assignments.all().delete()
    with pytest.raises(RuleError, match="không thẩm định trưởng khối"):
        assign(
            actor=world.secretary, round_id=scored.pk, stage=Stage.VERIFY, unit=world.ubkt,
            scorer=None,
        )  # fmt: skip


@pytest.mark.parametrize("stage", [Stage.CROSS, Stage.VERIFY])
def test_no_unit_scores_itself(world: World, stage: Stage) -> None:
    scored = draft_round(world)
    with pytest.raises(RuleError, match="chính mình"):
        assign(
            actor=world.secretary, round_id=scored.pk, stage=stage, unit=world.btc,
            scorer=world.btc,
        )  # fmt: skip


def test_an_assignment_is_taken_back_before_opening_only(world: World) -> None:
    scored = draft_round(world)
    made = assign(
        actor=world.secretary, round_id=scored.pk, stage=Stage.CROSS, unit=world.btc,
        scorer=world.duk,
    )  # fmt: skip
    unassign(actor=world.secretary, round_id=scored.pk, assignment_id=made.pk)
    assert not Assignment.objects.filter(stage="cross").exists()
    open_round(actor=world.secretary, round_id=scored.pk)
    with pytest.raises(RuleError, match="trước khi mở"):
        unassign(actor=world.secretary, round_id=scored.pk, assignment_id=made.pk)


def test_an_exempted_leaf_is_neither_asked_for_nor_markable(world: World) -> None:
    exempt(
        actor=world.secretary, season_id=world.season.pk, unit=world.btc, criterion=leaf("I.3"),
        reason="Không có nhiệm vụ này",
    )  # fmt: skip
    scored = opened_round(world)
    with pytest.raises(RuleError, match="không áp dụng"):
        put(world.representative, sheet_of(scored, world.btc), "I.3", {"days_late": 0})


@pytest.mark.parametrize("code", ["I", "T.1"])
def test_only_base_leaves_are_exempted(world: World, code: str) -> None:
    with pytest.raises(RuleError, match="phần điểm chính"):
        exempt(
            actor=world.secretary, season_id=world.season.pk, unit=world.btc,
            criterion=leaf(code), reason="x",
        )  # fmt: skip


def test_after_opening_nothing_is_exempted_or_unexempted(world: World) -> None:
    row = exempt(
        actor=world.secretary, season_id=world.season.pk, unit=world.btc, criterion=leaf("I.3"),
        reason="Không có nhiệm vụ này",
    )  # fmt: skip
    opened_round(world)
    with pytest.raises(RuleError, match="bắt đầu chấm"):
        unexempt(actor=world.secretary, season_id=world.season.pk, exemption_id=row.pk)
    assert Exemption.objects.exists()


# The regulation's own table, by hand: in which states a round allows what.
ALLOWED = {
    ("open", "draft"), ("score", "open"), ("close", "open"), ("reopen", "closed"),
    ("publish", "closed"), ("object", "published"), ("correct", "published"),
    ("reschedule", "draft"), ("reschedule", "open"),
}  # fmt: skip


@pytest.mark.parametrize("state", RoundState.values)
@pytest.mark.parametrize("action", list(RoundAction))
def test_a_round_allows_exactly_what_the_regulation_says(action: RoundAction, state: str) -> None:
    if (action.value, state) in ALLOWED:
        check_round(action, state)
    else:
        with pytest.raises(RuleError, match="Không thể"):
            check_round(action, state)


def test_closing_locks_sent_sheets_and_stops_all_marks(world: World) -> None:
    scored = opened_round(world)
    sent = sent_self_sheet(world, scored)
    close_round(actor=world.secretary, round_id=scored.pk)
    sent.refresh_from_db()
    assert sent.state == "locked"
    with pytest.raises(RuleError, match="Không thể chấm điểm"):
        put(world.head_of_ubkt, sheet_of(scored, world.ubkt), "I.2", {"points": "3"})


def test_reopening_needs_a_reason_and_gives_the_sheets_back(world: World) -> None:
    scored = opened_round(world)
    sent = sent_self_sheet(world, scored)
    close_round(actor=world.secretary, round_id=scored.pk)
    with pytest.raises(RuleError, match="lý do mở lại"):
        reopen_round(actor=world.secretary, round_id=scored.pk, reason=" ")
    reopen_round(actor=world.secretary, round_id=scored.pk, reason="Bổ sung số liệu")
    sent.refresh_from_db()
    assert sent.state == "submitted"
    assert Round.objects.get().state == "open"
    assert "Bổ sung số liệu" in AuditEntry.objects.get(action="reopen_round").summary


def test_a_representative_neither_opens_nor_closes(world: World) -> None:
    scored = draft_round(world)
    for move in (open_round, close_round):
        with pytest.raises(PermissionDenied):
            move(actor=world.representative, round_id=scored.pk)


def test_a_round_is_made_and_opened_through_the_pages(world: World) -> None:
    client = log_in(world.secretary)
    due = timezone.localtime() + datetime.timedelta(days=3)
    data = {
        "code": "nam", "name": "Chấm điểm năm", "opens_at": "", "due_at": f"{due:%d/%m/%Y %H:%M}",
        "final_method": "stage", "final_stage": "verify", "cross_method": "mean",
    }  # fmt: skip
    answer = client.post(reverse("scoring:round_new", args=["hn-dang", 2018]), data)
    assert answer.status_code == 302, answer.content.decode()
    client.post(reverse("scoring:round_open", args=["hn-dang", 2018, "nam"]))
    assert Round.objects.get().state == "open"
    assert Round.objects.get().due_at is not None


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("round_list", []),
        ("round_new", []),
        ("table_adopt", []),
        ("exemptions", []),
        ("round", ["nam"]),
        ("assignments", ["nam"]),
    ],
)
def test_the_secretary_opens_every_page_of_a_round(
    world: World, name: str, args: list[str]
) -> None:
    draft_round(world)
    where = reverse(f"scoring:{name}", args=["hn-dang", 2018, *args])
    assert log_in(world.secretary).get(where).status_code == 200
    assert log_in(world.stranger).get(where).status_code == 404


@pytest.mark.parametrize("name", ["round_new", "table_adopt", "sources"])
def test_a_representative_is_told_why_a_page_is_not_theirs(world: World, name: str) -> None:
    where = reverse(f"scoring:{name}", args=["hn-dang", 2018])
    answer = log_in(world.representative).get(where)
    assert answer.status_code == 403
    assert "Chỉ thư ký" in answer.content.decode()
