from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from compacts.rules import Step
from scoring.models import Mark, Round, Sheet
from tests.cast import World, make_milestone
from tests.scoring.casting import (
    fill,
    leaf,
    make_scoring,
    opened_round,
    put,
    sent_self_sheet,
    sheet_address,
    sheet_of,
)
from units.models import Person
from units.rules import end_of_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_scoring()


def log_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(sheet: Sheet, name: str = "sheet", *more: object) -> str:
    return reverse(f"scoring:{name}", args=[*sheet_address(sheet), *more])


def typed(sheet: Sheet, code: str, version: int = 0, **fields: str) -> dict[str, str]:
    prefix = f"m{leaf(code).pk}"
    base = '{"comment": "", "entry": null, "version": 0}'
    given = {f"{prefix}-{key}": value for key, value in fields.items()}
    return {f"{prefix}-base": base, f"{prefix}-version": str(version), **given}


def test_a_unit_sees_its_sheet_with_every_rule_in_words(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    html = log_in(world.representative).get(page_of(sheet)).content.decode()
    assert "Tỷ lệ hoàn thành" in html
    assert "theo tỷ lệ thực hiện so với chỉ tiêu 100" in html
    assert "mỗi ngày chậm trừ 2 điểm" in html
    assert "Gửi phiếu" in html


def test_the_whole_form_is_saved_without_javascript(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    data = {
        **typed(sheet, "I.1", achieved="88,25"),
        **typed(sheet, "I.2", points="28,5"),
        **typed(sheet, "I.3", done_on="17/12/2018"),
    }
    answer = log_in(world.representative).post(page_of(sheet), data, follow=True)
    assert "Đã lưu 3 dòng." in answer.content.decode()
    entries = {m.criterion.code: m.entry for m in Mark.objects.select_related("criterion")}
    assert entries == {
        "I.1": {"achieved": "88.25"},
        "I.2": {"points": "28.5"},
        "I.3": {"done_on": "2018-12-17"},
    }


def test_bad_input_is_told_at_its_field_and_what_was_typed_is_kept(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    data = {**typed(sheet, "I.1", achieved="chín mươi"), **typed(sheet, "I.2", points="28,5")}
    html = log_in(world.representative).post(page_of(sheet), data).content.decode()
    assert "“chín mươi” không phải là số" in html
    assert 'value="chín mươi"' in html
    assert [m.criterion.code for m in Mark.objects.all()] == ["I.2"]


def test_who_changes_the_language_on_a_refused_sheet_comes_back_to_the_sheet(
    world: World,
) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    client = log_in(world.representative)
    there = page_of(sheet, "sheet_submit")
    data = typed(sheet, "I.1", achieved="chín mươi")
    assert f'name="next" value="{there}"' in client.post(there, data).content.decode()
    assert client.get(there)["Location"] == page_of(sheet)


def test_autosave_answers_with_the_points_and_how_they_came_about(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    line = leaf("I.1").pk
    client = log_in(world.representative)
    answer = client.post(page_of(sheet, "mark", line), typed(sheet, "I.1", achieved="95"))
    facts = answer.json()
    assert answer.status_code == 200
    assert facts["points"] == "57"
    assert facts["live"][f"why{line}"] == "đạt 95/100 = 95% → 60 × 0,95 = 57"
    assert facts["live"]["total"] == "57,00"
    assert facts["live"]["done"] == "1"


def test_autosave_refuses_points_above_the_maximum_at_the_field(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    client = log_in(world.representative)
    where = page_of(sheet, "mark", leaf("I.2").pk)
    answer = client.post(where, typed(sheet, "I.2", points="31"))
    assert answer.status_code == 422
    assert "Điểm cao hơn điểm tối đa" in answer.json()["errors"]["points"]
    assert not Mark.objects.exists()


def test_two_people_on_the_same_line_the_second_is_shown_both_values(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    first = log_in(world.representative)
    second = log_in(world.head_of_btc)
    where = page_of(sheet, "mark", leaf("I.1").pk)
    assert first.post(where, typed(sheet, "I.1", achieved="95")).status_code == 200
    answer = second.post(where, typed(sheet, "I.1", achieved="90"))
    assert answer.status_code == 409
    assert "Trần Thị Đại vừa sửa dòng này" in answer.json()["message"]
    assert answer.json()["theirs"][f"m{leaf('I.1').pk}-achieved"] == "95"
    assert Mark.objects.get().entry == {"achieved": "95"}
    again = typed(sheet, "I.1", version=answer.json()["version"], achieved="90")
    assert second.post(where, again).status_code == 200
    assert Mark.objects.get().entry == {"achieved": "90"}


def test_two_people_on_different_lines_of_one_form_lose_nothing(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    put(world.head_of_btc, sheet, "I.1", {"achieved": "95"})
    data = {**typed(sheet, "I.1", achieved=""), **typed(sheet, "I.2", points="20")}
    log_in(world.representative).post(page_of(sheet), data)
    assert {m.criterion.code for m in Mark.objects.all()} == {"I.1", "I.2"}


def test_a_conflict_in_the_whole_form_shows_both_and_a_second_saving_is_meant(
    world: World,
) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    mark = put(world.head_of_btc, sheet, "I.1", {"achieved": "95"})
    assert mark is not None
    client = log_in(world.representative)
    html = client.post(page_of(sheet), typed(sheet, "I.1", achieved="90")).content.decode()
    assert "Phạm Văn Trưởng vừa sửa dòng này" in html
    assert "đạt 95/100" in html
    assert 'value="90"' in html
    assert f'-version" value="{mark.version}"' in html


def test_an_incomplete_sheet_is_not_sent_and_every_gap_is_linked(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    put(world.representative, sheet, "I.2", {"points": "0"})
    html = log_in(world.representative).post(page_of(sheet, "sheet_submit")).content.decode()
    assert "còn 3 chỗ thiếu" in html
    assert f'href="#tc-{leaf("I.1").pk}"' in html
    assert "chưa có minh chứng" in html


def test_a_sheet_with_a_wrong_line_is_said_not_to_be_sent_and_the_line_is_linked(
    world: World,
) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    fill(world.representative, sheet)
    wrong = typed(sheet, "T.1", count="hai")
    html = log_in(world.representative).post(page_of(sheet, "sheet_submit"), wrong)
    assert "Chưa gửi phiếu." in html.content.decode()
    assert f'href="#tc-{leaf("T.1").pk}"' in html.content.decode()
    sheet.refresh_from_db()
    assert sheet.state == "open"


def test_sending_saves_what_was_typed_first(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    fill(world.representative, sheet)
    client = log_in(world.representative)
    client.post(page_of(sheet, "sheet_submit"), typed(sheet, "T.1", count="2"))
    sheet.refresh_from_db()
    assert sheet.state == "submitted"
    assert Mark.objects.get(criterion__code="T.1").entry == {"count": "2"}


def test_the_secretary_follows_the_proposal_of_one_row(world: World) -> None:
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    verify = sheet_of(scored, world.btc, "verify")
    client = log_in(world.secretary)
    html = client.get(page_of(verify)).content.decode()
    assert "Chấm theo đề xuất" in html
    client.post(page_of(verify, "sheet_follow"), {"criterion": leaf("I.1").pk})
    assert Mark.objects.get(sheet=verify).entry == {"achieved": "95"}


def test_a_verified_difference_without_a_reason_is_refused_at_the_field(world: World) -> None:
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    verify = sheet_of(scored, world.btc, "verify")
    where = page_of(verify, "mark", leaf("I.1").pk)
    client = log_in(world.secretary)
    refused = client.post(where, typed(verify, "I.1", achieved="90"))
    assert refused.status_code == 422
    assert "hãy ghi lý do" in refused.json()["errors"]["comment"]
    given = typed(verify, "I.1", achieved="90", comment="Báo cáo số 12 ghi 90%")
    answer = client.post(where, given)
    assert answer.status_code == 200
    assert answer.json()["live"][f"d{leaf('I.1').pk}"] == "−3"


def test_another_unit_finds_neither_page_nor_board_row_of_a_sheet(world: World) -> None:
    scored = opened_round(world)
    sent = sent_self_sheet(world, scored)
    other = log_in(world.scorer_of_duk)
    assert other.get(page_of(sent)).status_code == 404
    where = page_of(sent, "mark", leaf("I.1").pk)
    assert other.post(where, typed(sent, "I.1", achieved="1")).status_code == 404
    board = other.get(reverse("scoring:round", args=["hn-dang", 2018, "nam"])).content.decode()
    assert "Đảng ủy Khối các cơ quan tỉnh" in board
    assert "Ban Tổ chức" not in board


def test_the_board_shows_the_secretary_every_unit(world: World) -> None:
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    where = reverse("scoring:round", args=["hn-dang", 2018, "nam"])
    html = log_in(world.secretary).get(where).content.decode()
    assert "3/3 mục" in html
    assert html.count("0/3 mục") == 5


def test_a_sent_sheet_is_shown_but_no_longer_edited(world: World) -> None:
    scored = opened_round(world)
    sent = sent_self_sheet(world, scored)
    html = log_in(world.representative).get(page_of(sent)).content.decode()
    assert "Đã gửi" in html
    assert "Lưu tất cả" not in html


def test_a_sheet_says_by_when_it_is_due_by_the_round_or_else_by_the_step(world: World) -> None:
    for step, days in ((Step.SELF_SCORE, 20), (Step.VERIFICATION, 30)):
        made = make_milestone(world.season, step, datetime.timedelta(0))
        made.due_at = end_of_day(datetime.date(2018, 12, days))
        made.save()
    scored = opened_round(world)
    own = page_of(sheet_of(scored, world.btc))
    assert "20/12/2018" in log_in(world.representative).get(own).content.decode()
    verified = page_of(sheet_of(scored, world.btc, "verify"))
    assert "30/12/2018" in log_in(world.secretary).get(verified).content.decode()
    Round.objects.update(due_at=end_of_day(datetime.date(2018, 12, 10)))
    page = log_in(world.representative).get(own).content.decode()
    assert "10/12/2018" in page
    assert "20/12/2018" not in page


def test_taking_the_figures_of_the_records_keeps_what_was_typed(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    data = {**typed(sheet, "I.1", achieved="88,25"), **typed(sheet, "I.2", points="hai mươi")}
    html = log_in(world.representative).post(page_of(sheet, "sheet_fill"), data).content.decode()
    assert Mark.objects.get().entry == {"achieved": "88.25"}
    assert "hai mươi" in html


@pytest.mark.parametrize(
    ("base", "version"), [("[" * 100_000, "0"), ("{}", "9" * 5000)], ids=["nested", "long"]
)
def test_a_line_that_was_tampered_with_is_no_fault_of_the_server(
    world: World, base: str, version: str
) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    line = typed(sheet, "I.1", achieved="88,25")
    prefix = f"m{leaf('I.1').pk}"
    line |= {f"{prefix}-base": base, f"{prefix}-version": version}
    assert log_in(world.representative).post(page_of(sheet), line).status_code == 302


def test_a_refused_return_keeps_the_reason_that_was_typed(world: World) -> None:
    sheet = sent_self_sheet(world, opened_round(world))
    secretary = log_in(world.secretary)
    reason = "Thiếu minh chứng mục I.2. " * 50
    html = secretary.post(page_of(sheet, "sheet_return"), {"reason": reason}).content.decode()
    assert reason.strip() in html
    assert 'id="reason-error"' in html
    Sheet.objects.filter(pk=sheet.pk).update(state="returned", return_reason="Đã trả")
    html = secretary.post(page_of(sheet, "sheet_return"), {"reason": "Thiếu ảnh"}).content.decode()
    assert ">Thiếu ảnh</textarea>" in html
