"""After verification: explanations, the second round, the bloc's decision."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from compacts.documents.paper import Table
from scoring.engine.standings import compute
from scoring.models import Exemption, Explanation, Mark, Round, Sheet
from scoring.queries.sheets import sheet_page
from scoring.queries.standings import standings_input
from scoring.rules import AnswerState, RoundState, SheetState, Stage
from scoring.services.exemptions import answer_exemption, ask_exemption
from scoring.services.explanations import ExplanationText, answer_explanation, explain
from scoring.services.final_stage import open_final_stage
from scoring.services.marks import MarkRefusedError
from scoring.services.rounds import open_round
from scoring.services.sheet_papers import self_score_paper
from scoring.services.sheets import IncompleteSheetError, follow_earlier, submit_sheet
from tests.cast import World
from tests.scoring.casting import (
    draft_round,
    leaf,
    make_scoring,
    opened_round,
    put,
    sent_self_sheet,
    sheet_of,
)
from units.access import AccessDenied
from units.models import Notification
from units.rules import RuleError

pytestmark = pytest.mark.django_db
ROUND = "/khoi/hn-dang/2018/cham-diem/nam/"


@pytest.fixture
def world() -> World:
    return make_scoring()


def verified(world: World, scored: Round, points: str = "20") -> Sheet:
    """The verification of ``btc``, sent, with I.2 cut to ``points``."""
    sent_self_sheet(world, scored)
    sheet = sheet_of(scored, world.btc, "verify")
    put(world.secretary, sheet, "I.2", {"points": points}, "Báo cáo số 12 chưa đủ")
    for code in ("I.1", "I.3"):
        follow_earlier(actor=world.secretary, sheet_id=sheet.pk, criterion=code)
    return submit_sheet(actor=world.secretary, sheet_id=sheet.pk)


def explained(world: World, scored: Round, text: str = "Đã nộp bổ sung") -> Explanation:
    return explain(
        actor=world.representative,
        round_id=scored.pk,
        unit=world.btc,
        criterion=leaf("I.2"),
        given=ExplanationText(text, link="https://hanam.gov.vn/bao-cao-12"),
    )


def final_points(scored: Round, code: str = "I.2") -> Decimal:
    scored.refresh_from_db()
    table, given = standings_input(scored)
    return compute(table, given).scores["btc"].points[code]


def test_an_accepted_explanation_is_scored_again_and_counts(world: World) -> None:
    scored = opened_round(world, final_stage=Stage.FINAL)
    verified(world, scored)
    found = explained(world, scored)
    answer_explanation(
        actor=world.secretary, explanation_id=found.pk, accepted=True, answer="Đủ căn cứ"
    )
    again = sheet_of(scored, world.btc, "recheck")
    assert again.state == SheetState.OPEN
    put(world.secretary, again, "I.2", {"points": "27"}, "Theo báo cáo bổ sung")
    submit_sheet(actor=world.secretary, sheet_id=again.pk)
    assert final_points(scored) == Decimal(27)
    assert (
        final_points(scored, "I.1")
        == Mark.objects.get(
            sheet=sheet_of(scored, world.btc, "verify"), criterion__code="I.1"
        ).points
    )


def test_the_second_round_marks_only_what_was_accepted(world: World) -> None:
    scored = opened_round(world, final_stage=Stage.RECHECK)
    verified(world, scored)
    found = explained(world, scored)
    answer_explanation(
        actor=world.secretary, explanation_id=found.pk, accepted=True, answer="Đủ căn cứ"
    )
    again = sheet_of(scored, world.btc, "recheck")
    with pytest.raises(RuleError, match="không thuộc phiếu"):
        put(world.secretary, again, "I.1", {"achieved": "100"}, "x")
    with pytest.raises(IncompleteSheetError) as lacking:
        submit_sheet(actor=world.secretary, sheet_id=again.pk)
    assert [lack.code for lack in lacking.value.lacks] == ["I.2"]


def test_the_second_round_gives_a_reason_where_it_differs_from_the_verification(
    world: World,
) -> None:
    scored = opened_round(world, final_stage=Stage.RECHECK)
    verified(world, scored)
    found = explained(world, scored)
    answer_explanation(
        actor=world.secretary, explanation_id=found.pk, accepted=True, answer="Đủ căn cứ"
    )
    again = sheet_of(scored, world.btc, "recheck")
    with pytest.raises(MarkRefusedError, match="bước trước"):
        put(world.secretary, again, "I.2", {"points": "28.5"})
    assert put(world.secretary, again, "I.2", {"points": "20"}) is not None


def test_without_a_second_round_an_accepted_explanation_gives_the_verification_back(
    world: World,
) -> None:
    scored = opened_round(world)
    sheet = verified(world, scored)
    found = explained(world, scored)
    answer_explanation(
        actor=world.secretary, explanation_id=found.pk, accepted=True, answer="Đủ căn cứ"
    )
    sheet.refresh_from_db()
    assert sheet.state == SheetState.RETURNED
    assert not Sheet.objects.filter(stage=Stage.RECHECK).exists()


def test_a_declined_explanation_changes_nothing_and_the_unit_reads_why(world: World) -> None:
    scored = opened_round(world, final_stage=Stage.FINAL)
    verified(world, scored)
    found = explained(world, scored)
    answer_explanation(
        actor=world.secretary, explanation_id=found.pk, accepted=False, answer="Thiếu xác nhận"
    )
    assert not Sheet.objects.filter(stage=Stage.RECHECK).exists()
    assert final_points(scored) == Decimal(20)
    message = Notification.objects.filter(person=world.representative).latest("pk")
    assert message.text == "Thiếu xác nhận"
    with pytest.raises(RuleError, match="đã được trả lời"):
        answer_explanation(
            actor=world.secretary, explanation_id=found.pk, accepted=True, answer="Đổi ý"
        )


def test_only_what_was_verified_can_be_explained_and_only_once(world: World) -> None:
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    with pytest.raises(RuleError, match="chưa được thẩm định"):
        explained(world, scored)
    sheet = sheet_of(scored, world.btc, "verify")
    for code in ("I.1", "I.2", "I.3"):
        follow_earlier(actor=world.secretary, sheet_id=sheet.pk, criterion=code)
    submit_sheet(actor=world.secretary, sheet_id=sheet.pk)
    explained(world, scored)
    with pytest.raises(RuleError, match="Đã giải trình"):
        explained(world, scored)


def test_nobody_explains_after_the_time_or_for_another_unit(world: World) -> None:
    scored = opened_round(world)
    verified(world, scored)
    with pytest.raises(AccessDenied):
        explain(
            actor=world.head_of_ubkt,
            round_id=scored.pk,
            unit=world.btc,
            criterion=leaf("I.2"),
            given=ExplanationText("Thay mặt"),
        )
    Round.objects.update(explanations_due_at=timezone.now() - datetime.timedelta(seconds=1))
    with pytest.raises(RuleError, match="hết thời hạn"):
        explained(world, scored)


def test_the_blocs_decision_changes_single_points_and_leaves_the_rest(world: World) -> None:
    scored = opened_round(world, final_stage=Stage.FINAL)
    verified(world, scored)
    assert open_final_stage(actor=world.secretary, round_id=scored.pk) == 3
    assert open_final_stage(actor=world.secretary, round_id=scored.pk) == 0
    decided = sheet_of(scored, world.btc, "final")
    put(world.secretary, decided, "I.2", {"points": "25"}, "Hội nghị khối thống nhất")
    assert submit_sheet(actor=world.secretary, sheet_id=decided.pk).state == SheetState.SUBMITTED
    assert final_points(scored) == Decimal(25)
    # The head unit's decisions are noted by the deputy's unit.
    assert sheet_of(scored, world.ubkt, "final").scorer == world.duk


def test_a_round_that_takes_the_verified_points_has_no_decision_stage(world: World) -> None:
    scored = opened_round(world)
    with pytest.raises(RuleError, match="không lấy điểm"):
        open_final_stage(actor=world.secretary, round_id=scored.pk)


def test_a_round_opens_only_once_every_request_is_answered(world: World) -> None:
    asked = ask_exemption(
        actor=world.representative,
        season_id=world.season.pk,
        unit=world.btc,
        criterion=leaf("I.3"),
        reason="Không có nhiệm vụ này",
    )
    scored = draft_round(world)
    with pytest.raises(RuleError, match="chưa được trả lời"):
        open_round(actor=world.secretary, round_id=scored.pk)
    with pytest.raises(RuleError, match="lý do không chấp nhận"):
        answer_exemption(actor=world.secretary, exemption_id=asked.pk, accepted=False)
    answered = answer_exemption(actor=world.secretary, exemption_id=asked.pk, accepted=True)
    assert answered.state == AnswerState.ACCEPTED
    open_round(actor=world.secretary, round_id=scored.pk)
    with pytest.raises(RuleError, match="không áp dụng"):
        put(world.representative, sheet_of(scored, world.btc), "I.3", {"days_late": 0})


def test_a_declined_request_leaves_the_criterion_in_force(world: World) -> None:
    asked = ask_exemption(
        actor=world.representative,
        season_id=world.season.pk,
        unit=world.btc,
        criterion=leaf("I.3"),
        reason="Không có nhiệm vụ này",
    )
    answer_exemption(
        actor=world.secretary, exemption_id=asked.pk, accepted=False, answer="Có giao từ tháng 3"
    )
    scored = opened_round(world)
    assert put(world.representative, sheet_of(scored, world.btc), "I.3", {"days_late": 0})


def test_a_unit_asks_and_the_secretary_answers_in_the_browser(
    client: Client, world: World
) -> None:
    page = "/khoi/hn-dang/2018/cham-diem/khong-ap-dung/"
    client.force_login(world.representative)
    client.post(page, {"criterion": leaf("I.3").pk, "reason": "Không có nhiệm vụ này"})
    asked = Exemption.objects.get()
    assert asked.state == AnswerState.WAITING
    client.force_login(world.secretary)
    assert "Không có nhiệm vụ này" in client.get(page).content.decode()
    client.post(f"{page}{asked.pk}/tra-loi/", {"accepted": "yes"})
    client.force_login(world.representative)
    assert str(AnswerState.ACCEPTED.label) in client.get(page).content.decode()


def test_a_refused_answer_to_a_request_keeps_what_was_typed(client: Client, world: World) -> None:
    asked = ask_exemption(
        actor=world.representative,
        season_id=world.season.pk,
        unit=world.btc,
        criterion=leaf("I.3"),
        reason="Không có nhiệm vụ này",
    )
    page = "/khoi/hn-dang/2018/cham-diem/khong-ap-dung/"
    client.force_login(world.secretary)
    empty = client.post(f"{page}{asked.pk}/tra-loi/", {"accepted": "no", "answer": " "})
    assert "Hãy ghi lý do không chấp nhận." in empty.content.decode()
    Round.objects.filter(pk=draft_round(world).pk).update(state=RoundState.OPEN)
    typed = {"accepted": "no", "answer": "Có giao từ tháng 3"}
    refused = client.post(f"{page}{asked.pk}/tra-loi/", typed).content.decode()
    assert "Đã bắt đầu chấm" in refused
    assert 'value="Có giao từ tháng 3"' in refused
    asked.refresh_from_db()
    assert asked.state == AnswerState.WAITING


def test_the_unit_sees_what_differs_explains_it_and_reads_the_answer(
    client: Client, world: World
) -> None:
    scored = opened_round(world, final_stage=Stage.FINAL)
    verified(world, scored)
    address = f"{ROUND}btc/giai-trinh/"
    client.force_login(world.representative)
    listed = client.get(f"{address}?chi=khac").content.decode()
    assert "I.2." in listed
    assert "I.1." not in listed
    wanted = f"{address}{leaf('I.2').pk}/"
    kept = client.post(wanted, {"text": "", "link": "hanam.gov.vn/x"}).content.decode()
    assert "hanam.gov.vn/x" in kept
    client.post(wanted, {"text": "Đã nộp bổ sung"})
    client.force_login(world.secretary)
    assert "Trả lời" in client.get(address).content.decode()
    client.post(f"{wanted}tra-loi/", {"accepted": "yes", "answer": "Đủ căn cứ"})
    client.force_login(world.representative)
    assert "Đủ căn cứ" in client.get(address).content.decode()


def test_the_verification_page_shows_only_differences_when_asked(
    client: Client, world: World
) -> None:
    scored = opened_round(world, final_stage=Stage.FINAL)
    verified(world, scored)
    client.force_login(world.secretary)
    page = f"{ROUND}btc/verify/secretariat/"
    assert f'id="tc-{leaf("I.1").pk}"' in client.get(page).content.decode()
    different = client.get(f"{page}?chi=khac").content.decode()
    assert f'id="tc-{leaf("I.2").pk}"' in different
    assert f'id="tc-{leaf("I.1").pk}"' not in different


def test_all_stages_stand_beside_each_other_on_a_sheet(client: Client, world: World) -> None:
    scored = opened_round(world, final_stage=Stage.FINAL)
    verified(world, scored)
    found = explained(world, scored)
    answer_explanation(
        actor=world.secretary, explanation_id=found.pk, accepted=True, answer="Đủ căn cứ"
    )
    open_final_stage(actor=world.secretary, round_id=scored.pk)
    client.force_login(world.secretary)
    page = client.get(f"{ROUND}btc/final/secretariat/").content.decode()
    for stage in (Stage.SELF, Stage.VERIFY, Stage.RECHECK, Stage.FINAL):
        assert f'<th scope="col">{stage.label}</th>' in page


def rechecked(world: World, scored: Round) -> Sheet:
    """The second round of ``btc``, sent, with I.2 at 27 again; the rest stays as verified."""
    verified(world, scored)
    found = explained(world, scored)
    answer_explanation(
        actor=world.secretary, explanation_id=found.pk, accepted=True, answer="Đủ căn cứ"
    )
    again = sheet_of(scored, world.btc, "recheck")
    put(world.secretary, again, "I.2", {"points": "27"}, "Theo báo cáo bổ sung")
    return submit_sheet(actor=world.secretary, sheet_id=again.pk)


def test_a_group_is_compared_with_all_its_checked_points_after_a_second_round_of_one_leaf(
    world: World,
) -> None:
    scored = opened_round(world, final_stage=Stage.RECHECK)
    page = sheet_page(rechecked(world, scored), world.secretary)
    group = next(row for row in page.rows if row.leaf.code == "I")
    # Self 57 + 28,5 + 10; checked 57 + 27 + 10.
    assert group.points[Stage.SELF] == Decimal("95.5")
    assert group.checked == page.checked_total == Decimal(94)
    assert group.difference == Decimal("-1.5")


def test_the_printed_self_scoring_adds_up_what_was_verified_and_what_was_scored_again(
    world: World,
) -> None:
    scored = opened_round(world, final_stage=Stage.RECHECK)
    rechecked(world, scored)
    paper = self_score_paper(sheet_of(scored, world.btc), world.secretary)
    table = next(block for block in paper.blocks if isinstance(block, Table))
    assert table.rows[0].cells[5] == table.rows[-1].cells[5] == "94"
