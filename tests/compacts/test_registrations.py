from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from compacts.forms.registrations import TaskForm
from compacts.models import Registration
from compacts.rules import REGISTRATION_MOVES, RegistrationAction, RegistrationState, Step
from compacts.services.registrations import (
    TaskText,
    accept_registration,
    ask_approval,
    return_registration,
    save_draft,
    submit_registration,
)
from compacts.services.season_papers import registration_paper
from tests.cast import (
    PASSWORD,
    World,
    give_role,
    make_milestone,
    make_person,
    make_registration,
)
from units.access import AccessDenied
from units.models import AuditEntry, Notification, Role
from units.rules import EditConflictError, RoleKind, RuleError

pytestmark = pytest.mark.django_db
PAGE = "/khoi/hn-dang/2018/dang-ky/"
TASK = TaskText(
    text="Thẩm định hồ sơ cán bộ",
    measure="Tỷ lệ đúng hạn",
    unit_of_measure="%",
    target=Decimal("98.5"),
    due_on=datetime.date(2018, 12, 15),
    ad_hoc=False,
)


@pytest.fixture
def draft(world: World) -> Registration:
    return make_registration(world.season, world.btc)


@pytest.fixture
def sent(world: World, draft: Registration) -> Registration:
    return submit_registration(actor=world.head_of_btc, registration_id=draft.pk)


def posted(registration: Registration, **changes: str) -> dict[str, str]:
    form = {
        "version": str(registration.version),
        "titles": "co-tinh",
        "tasks-TOTAL_FORMS": "1",
        "tasks-INITIAL_FORMS": "0",
        "tasks-0-text": TASK.text,
        "tasks-0-measure": TASK.measure,
        "tasks-0-unit_of_measure": "%",
        "tasks-0-target": "98,5",
        "tasks-0-due_on": "15/12/2018",
    }
    return form | changes


def test_the_head_of_the_unit_approves_by_sending(world, draft):
    registration = submit_registration(actor=world.head_of_btc, registration_id=draft.pk)
    assert registration.state == RegistrationState.SUBMITTED
    assert registration.approved_by_name == world.head_of_btc.full_name
    assert not registration.submitted_late


def test_a_representative_cannot_send_past_a_head_who_has_an_account(world, draft):
    with pytest.raises(AccessDenied, match="Thủ trưởng đơn vị duyệt"):
        submit_registration(actor=world.representative, registration_id=draft.pk)
    draft.refresh_from_db()
    assert draft.state == RegistrationState.DRAFT


def test_a_representative_sends_with_the_name_of_a_head_who_has_no_account(world, draft):
    Role.objects.filter(person=world.head_of_btc).delete()
    with pytest.raises(RuleError, match="tên thủ trưởng"):
        submit_registration(actor=world.representative, registration_id=draft.pk)
    registration = submit_registration(
        actor=world.representative, registration_id=draft.pk, approved_by_name="Ông Phạm Văn B"
    )
    assert registration.approved_by_name == "Ông Phạm Văn B"


def test_what_comes_after_the_deadline_is_taken_and_recorded_as_late(world, draft):
    make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(seconds=-1))
    registration = submit_registration(actor=world.head_of_btc, registration_id=draft.pk)
    assert registration.submitted_late
    assert AuditEntry.objects.filter(action="submit_registration", summary__contains="muộn")


def test_what_came_in_time_and_was_returned_after_the_deadline_does_not_become_late(world, draft):
    milestone = make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(hours=1))
    submit_registration(actor=world.head_of_btc, registration_id=draft.pk)
    milestone.due_at = timezone.now()
    milestone.save()
    return_registration(actor=world.secretary, registration_id=draft.pk, reason="Thiếu số liệu")
    assert not submit_registration(
        actor=world.head_of_btc, registration_id=draft.pk
    ).submitted_late


def test_an_extended_deadline_is_the_one_that_counts(world, draft):
    milestone = make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(days=-1))
    milestone.extended_to = timezone.now() + datetime.timedelta(days=1)
    milestone.extension_reason = "Chờ kế hoạch của tỉnh"
    milestone.save()
    registration = submit_registration(actor=world.head_of_btc, registration_id=draft.pk)
    assert not registration.submitted_late


def test_an_incomplete_task_is_named_with_what_it_lacks_before_it_is_sent(world, draft):
    draft.tasks.filter(position=2).update(measure="", target=None)
    with pytest.raises(RuleError, match=r"Nhiệm vụ 2 còn thiếu: chỉ số đo, chỉ tiêu\."):
        submit_registration(actor=world.head_of_btc, registration_id=draft.pk)


def test_a_second_writer_is_told_and_the_first_text_stands(world, draft):
    save_draft(
        actor=world.head_of_btc,
        registration_id=draft.pk,
        version=draft.version,
        titles=["co-tinh"],
        tasks=[TASK],
    )
    with pytest.raises(EditConflictError):
        save_draft(
            actor=world.representative,
            registration_id=draft.pk,
            version=draft.version,
            titles=[],
            tasks=[],
        )
    assert [task.text for task in draft.tasks.all()] == [TASK.text]


def test_it_is_returned_with_a_reason_and_sent_again(world, sent):
    with pytest.raises(RuleError, match="lý do"):
        return_registration(actor=world.secretary, registration_id=sent.pk, reason=" ")
    return_registration(actor=world.secretary, registration_id=sent.pk, reason="Thiếu chỉ số")
    again = submit_registration(actor=world.head_of_btc, registration_id=sent.pk)
    accepted = accept_registration(actor=world.deputy_secretary, registration_id=again.pk)
    assert accepted.state == RegistrationState.ACCEPTED


# The second, independent copy of the regulation: what is possible in which state.
POSSIBLE = {
    "edit": {"draft", "returned"},
    "submit": {"draft", "returned"},
    "return": {"submitted"},
    "accept": {"submitted"},
}


@pytest.mark.parametrize("action", RegistrationAction)
@pytest.mark.parametrize("state", RegistrationState)
def test_each_action_is_possible_just_in_its_states(action, state):
    assert (state in REGISTRATION_MOVES[action]) == (state.value in POSSIBLE[action.value])


def test_a_draft_is_seen_by_its_unit_and_the_secretariat_alone(world, draft):
    seen = {
        name: Registration.objects.visible_to(person).filter(pk=draft.pk).exists()
        for name, person in world.people.items()
    }
    assert {name for name, sees in seen.items() if sees} == {
        "representative",
        "head_of_btc",
        "secretary",
        "deputy_secretary",
        "head_of_ubkt",
        "scorer_of_duk",
    }


def test_bad_input_is_told_at_its_field_and_what_was_typed_is_kept(client, world, draft):
    client.force_login(world.representative)
    answer = client.post(f"{PAGE}btc/", posted(draft, **{"tasks-0-target": "1.234"}))
    page = answer.content.decode()
    assert "1234 hoặc 1,234" in page
    assert 'value="1.234"' in page
    assert TASK.measure in page


def test_two_people_editing_one_form_both_see_what_the_other_wrote(client, world, draft):
    client.force_login(world.representative)
    stale = posted(draft, **{"tasks-0-text": "Nội dung của người thứ hai"})
    client.post(f"{PAGE}btc/", posted(draft))
    page = client.post(f"{PAGE}btc/", stale).content.decode()
    assert "Người khác vừa lưu" in page
    assert "Nội dung của người thứ hai" in page
    assert TASK.text in page


def test_an_autosave_answers_with_the_new_version_and_409_to_a_stale_one(client, world, draft):
    client.force_login(world.representative)
    first = client.post(f"{PAGE}btc/", posted(draft, autosave="1"))
    assert first.json()["version"] == draft.version + 1
    stale = posted(draft, autosave="1", **{"tasks-0-text": "Việc khác"})
    assert client.post(f"{PAGE}btc/", stale).status_code == 409


def test_a_form_that_was_open_over_the_deadline_is_saved_and_late(client, world, draft):
    client.force_login(world.head_of_btc)
    client.get(f"{PAGE}btc/")
    make_milestone(world.season, Step.REGISTRATION, datetime.timedelta(seconds=-1))
    client.post(f"{PAGE}btc/", posted(draft, action="submit"))
    draft.refresh_from_db()
    assert draft.state == RegistrationState.SUBMITTED
    assert draft.submitted_late


def test_asking_for_approval_leaves_a_task_for_the_head(client, world, draft):
    ask_approval(actor=world.representative, registration_id=draft.pk)
    world.season.ends_on = timezone.localdate() + datetime.timedelta(days=9)
    world.season.save()
    client.force_login(world.head_of_btc)
    assert "Duyệt và gửi bản đăng ký: Ban Tổ chức" in client.get("/").content.decode()


def test_the_head_is_told_of_a_registration_to_approve_and_nobody_else(world, draft):
    ask_approval(actor=world.representative, registration_id=draft.pk)
    told = Notification.objects.get()
    assert told.person == world.head_of_btc
    assert told.path == f"{PAGE}btc/"
    assert world.representative.full_name in told.text


def test_a_person_of_two_units_registers_for_each(world):
    person = make_person("hai-noi", "Hai Nơi")
    for unit in (world.btc, world.duk):
        give_role(person, RoleKind.REPRESENTATIVE, unit=unit)
        make_registration(world.season, unit)
    own = Registration.objects.visible_to(person)
    assert own.count() == 2
    assert person.check_password(PASSWORD)


def test_the_same_text_sent_again_after_a_broken_line_is_no_conflict(
    world: World, draft: Registration
) -> None:
    for _again in range(2):
        saved = save_draft(
            actor=world.representative,
            registration_id=draft.pk,
            version=draft.version,
            titles=["co-tinh"],
            tasks=[TASK],
        )
    assert saved.version == draft.version + 1
    with pytest.raises(EditConflictError):
        save_draft(
            actor=world.representative,
            registration_id=draft.pk,
            version=draft.version,
            titles=[],
            tasks=[TASK],
        )


def test_empty_rows_lie_under_a_fold_and_what_is_written_does_not(client, world, draft):
    client.force_login(world.representative)
    shown = client.get(f"{PAGE}btc/").context
    assert ([number for number, _row in shown["rows"]], len(shown["spare"])) == ([1, 2, 3], 7)
    save_draft(
        actor=world.representative,
        registration_id=draft.pk,
        version=draft.version,
        titles=[],
        tasks=[TASK] * 6,
    )
    shown = client.get(f"{PAGE}btc/").context
    assert (len(shown["rows"]), len(shown["spare"])) == (7, 3)


def test_the_head_approves_with_a_button_and_is_asked_for_no_name(client, world, draft):
    client.force_login(world.head_of_btc)
    page = client.get(f"{PAGE}btc/").content.decode()
    assert "approved_by_name" not in page
    assert "là đồng chí duyệt bản đăng ký này" in page
    Role.objects.filter(person=world.head_of_btc).delete()
    client.force_login(world.representative)
    assert "Họ và tên thủ trưởng đã duyệt" in client.get(f"{PAGE}btc/").content.decode()


def test_what_lies_with_the_head_is_not_offered_to_be_put_before_the_head_again(
    client, world, draft
):
    client.force_login(world.representative)
    assert 'value="ask"' in client.get(f"{PAGE}btc/").content.decode()
    client.post(f"{PAGE}btc/", posted(draft, action="ask"))
    page = client.get(f"{PAGE}btc/").content.decode()
    assert "Đã trình thủ trưởng lúc" in page
    assert 'value="save"' in page
    assert 'value="ask"' not in page


def test_the_head_s_name_is_kept_when_sending_is_refused(client, world, draft):
    Role.objects.filter(person=world.head_of_btc).delete()
    client.force_login(world.representative)
    incomplete = {"action": "submit", "tasks-0-measure": "", "approved_by_name": "Ông Phạm Văn B"}
    page = client.post(f"{PAGE}btc/", posted(draft, **incomplete)).content.decode()
    assert "Nhiệm vụ 1 còn thiếu: chỉ số đo." in page
    assert 'value="Ông Phạm Văn B"' in page
    draft.refresh_from_db()
    assert draft.state == RegistrationState.DRAFT
    again = posted(draft, action="submit", approved_by_name="Ông Phạm Văn B")
    client.post(f"{PAGE}btc/", again)
    draft.refresh_from_db()
    assert draft.state == RegistrationState.SUBMITTED


def test_after_asking_the_unit_is_told_what_comes_next(client, world, draft):
    client.force_login(world.representative)
    assert "hãy trình thủ trưởng duyệt" in client.get(f"{PAGE}btc/").content.decode()
    ask_approval(actor=world.representative, registration_id=draft.pk)
    page = client.get(f"{PAGE}btc/").content.decode()
    assert "Thủ trưởng duyệt thì bản đăng ký được gửi" in page
    assert "hãy trình thủ trưởng duyệt" not in page


def test_accepting_one_leads_to_the_next_that_waits(client, world, sent):
    other = make_registration(world.season, world.duk)
    Registration.objects.filter(pk=other.pk).update(
        state=RegistrationState.SUBMITTED, submitted_at=timezone.now()
    )
    client.force_login(world.secretary)
    waiting = f"{PAGE}?trang-thai=submitted"
    assert f'href="{waiting}"' in client.get("/").content.decode()
    answer = client.post(f"{PAGE}btc/chap-nhan/", follow=True)
    assert answer.redirect_chain[-1][0] == waiting
    assert "Đã chấp nhận bản đăng ký. Còn 1 bản chờ xem." in answer.content.decode()
    answer = client.post(f"{PAGE}duk/chap-nhan/", follow=True)
    assert answer.redirect_chain[-1][0] == PAGE
    assert "bản chờ xem" not in answer.content.decode()


@pytest.mark.parametrize("autosave", [True, False])
def test_who_still_types_when_it_was_sent_is_told_that_nothing_was_written(
    world: World, draft: Registration, client: Client, autosave: bool
) -> None:
    submit_registration(actor=world.head_of_btc, registration_id=draft.pk)
    client.force_login(world.representative)
    answer = client.post(f"{PAGE}btc/", {"autosave": "1"} if autosave else {}, follow=True)
    assert answer.status_code == (422 if autosave else 200)
    told = answer.json()["error"] if autosave else answer.content.decode()
    assert "Bản đăng ký này đã gửi; điều nhập sau đó không được ghi." in told


@pytest.mark.parametrize("typed", [{"target": "0"}, {"due_on": "1/2/2018"}])
def test_a_row_in_which_only_one_thing_stands_is_not_dropped(typed: dict[str, str]) -> None:
    row = TaskForm(typed)
    assert row.is_valid()
    assert row.task() is not None


def test_the_paper_bears_the_day_in_ha_noi_on_which_it_was_sent(
    world: World, draft: Registration
) -> None:
    """Half past one at night is still the day before in Greenwich."""
    with time_machine.travel("2018-02-27T18:30:00Z"):
        submit_registration(actor=world.head_of_btc, registration_id=draft.pk)
    draft.refresh_from_db()
    participant = world.season.participants.get(unit=world.btc)
    assert registration_paper(draft, participant).day == datetime.date(2018, 2, 28)
