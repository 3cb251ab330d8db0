"""Inviting the units' people: once, again when asked, with the first login for who needs it."""

from __future__ import annotations

import datetime
import logging
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from compacts.models import Season
from compacts.queries.invitations import InvitationLine, invitation_lines
from compacts.services.invitations import invite_people, send_invitations
from tests.cast import World, give_role
from tests.postman import Postman, subject_of, with_address, words_of
from tests.races import race
from units.access import AccessDenied
from units.models import AuditEntry, Invitation, Job, Letter, MailSettings, Notification, Person
from units.rules import InvitationStanding, JobState, LetterState, RoleKind, RuleError
from units.services.letters import run_mail_job

LIST = "/khoi/hn-dang/2018/loi-moi/"
SEND = f"{LIST}gui/"
LINK = re.compile(r"https://thidua\.example\.vn(/lan-dau/\S+)")


@pytest.fixture
def world(world: World, settings: Settings) -> World:
    settings.SENDS_EMAIL = True
    newcomer(world.representative)
    return world


@pytest.fixture
def desk(world: World, client: Client) -> Client:
    client.force_login(world.secretary)
    return client


def newcomer(person: Person) -> Person:
    """The person as entered by the secretary: with an address, never logged in."""
    person.set_unusable_password()
    person.last_login = None
    person.save()
    return with_address(person)


def invite(world: World, person: Person, number: int = 1) -> list[Invitation]:
    return invite_people(
        actor=world.secretary, season_id=world.season.pk, numbers={person.pk: number}
    )


def line_of(season: Season, person: Person) -> InvitationLine:
    return next(line for line in invitation_lines(season) if line.person == person)


def standing_of(world: World, person: Person) -> InvitationStanding:
    return line_of(world.season, person).standing


def send_all() -> None:
    for job in Job.objects.filter(state=JobState.QUEUED):
        run_mail_job(job.pk)


def text(answer: Any) -> str:
    return answer.content.decode()


# --- how it stands ----------------------------------------------------------------------------


def test_every_state_of_an_invitation_is_told_apart(world: World, postman: Postman) -> None:
    person = world.representative
    assert standing_of(world, person) == InvitationStanding.NOT_INVITED
    invite(world, person)
    assert standing_of(world, person) == InvitationStanding.WAITING
    send_all()
    assert standing_of(world, person) == InvitationStanding.INVITED
    with time_machine.travel(timezone.now() + datetime.timedelta(days=15)):
        assert standing_of(world, person) == InvitationStanding.EXPIRED
    person.last_login = timezone.now()
    person.save()
    assert standing_of(world, person) == InvitationStanding.LOGGED_IN


def test_a_letter_that_was_refused_is_seen_with_the_servers_words(
    world: World, postman: Postman, desk: Client
) -> None:
    postman.refusal = "550 No such mailbox"
    invite(world, world.representative)
    send_all()
    assert standing_of(world, world.representative) == InvitationStanding.FAILED
    assert "550 No such mailbox" in text(desk.get(LIST, {"tinh-trang": "thu-loi"}))
    postman.refusal = ""
    assert len(invite(world, world.representative, number=2)) == 1
    send_all()
    assert standing_of(world, world.representative) == InvitationStanding.INVITED


def test_units_without_people_and_people_without_an_address_are_named(world: World) -> None:
    lines = invitation_lines(world.season)
    missing = {(line.unit_name, line.roles) for line in lines if line.person is None}
    assert (world.duk.name, "Đại diện đơn vị") in missing
    assert (world.duk.name, "Thủ trưởng đơn vị") in missing
    assert (world.btc.name, "Đại diện đơn vị") not in missing
    assert {line.standing for line in lines if line.person is None} == {
        InvitationStanding.NO_PERSON
    }
    head = line_of(world.season, world.head_of_btc)
    assert (head.standing, head.value) == (InvitationStanding.NO_ADDRESS, "")


# --- letters ----------------------------------------------------------------------------------


def test_the_letter_brings_the_first_login_and_says_how_long_it_is_good(
    world: World, postman: Postman, client: Client
) -> None:
    invite(world, world.representative)
    send_all()
    (mail,) = postman.letters
    words = words_of(mail)
    assert subject_of(mail) == "Mời tham gia mùa thi đua 2018: Khối các Ban Đảng"
    assert "Liên kết dùng được một lần, trong 14 ngày kể từ thư này." in words
    found = LINK.search(words)
    assert found is not None
    page = client.get(found[1], follow=True)
    assert "Hãy đặt mật khẩu" in text(page)
    secret = "mật khẩu mới của tôi 7"
    client.post(page.redirect_chain[-1][0], {"new_password1": secret, "new_password2": secret})
    assert standing_of(world, world.representative) == InvitationStanding.LOGGED_IN


def test_an_older_link_works_until_one_of_them_was_used(
    world: World, postman: Postman, client: Client
) -> None:
    invite(world, world.representative)
    send_all()
    invite(world, world.representative, number=2)
    send_all()
    first, second = (LINK.search(words_of(mail)) for mail in postman.letters)
    assert first is not None
    assert second is not None
    again = words_of(postman.letters[1])
    assert "gửi lại lần thứ 2" in again
    assert "Liên kết trong thư trước vẫn dùng được đến khi hết hạn" in again
    assert "Hãy đặt mật khẩu" in text(Client().get(second[1], follow=True))
    page = client.get(first[1], follow=True)
    secret = "mật khẩu mới của tôi 7"
    client.post(page.redirect_chain[-1][0], {"new_password1": secret, "new_password2": secret})
    assert "đã dùng hoặc đã hết hạn" in text(Client().get(second[1], follow=True))


def test_who_has_a_password_gets_the_letter_without_a_link(world: World, postman: Postman) -> None:
    invite(world, with_address(world.head_of_btc))
    send_all()
    (mail,) = postman.letters
    assert LINK.search(words_of(mail)) is None
    line = line_of(world.season, world.head_of_btc)
    assert (line.standing, line.expires_at) == (InvitationStanding.INVITED, None)


def test_quiet_hours_do_not_hold_an_invitation_back(world: World, postman: Postman) -> None:
    head = with_address(world.head_of_btc)
    MailSettings.objects.create(
        person=head, quiet_from=datetime.time(0), quiet_until=datetime.time(23, 59)
    )
    invite(world, head)
    send_all()
    assert len(postman.letters) == 1


def test_the_token_is_in_no_log_no_journal_no_list(
    world: World, postman: Postman, desk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    invite(world, world.representative)
    send_all()
    found = LINK.search(words_of(postman.letters[0]))
    assert found is not None
    token = found[1].split("/")[3]
    # The test's own mail server says everything it hears.
    ours = [one.getMessage() for one in caplog.records if one.name != "mail.log"]
    assert ours
    assert token not in " ".join(ours)
    kept = [*AuditEntry.objects.values(), *Notification.objects.values(), *Job.objects.values()]
    kept += [*Letter.objects.values(), *Invitation.objects.values()]
    assert token not in str(kept)
    for shape in ("", "csv"):
        assert token not in text(desk.get(LIST, {"dang": shape}))


# --- once -------------------------------------------------------------------------------------


def test_the_same_press_twice_sends_one_letter(world: World) -> None:
    assert len(invite(world, world.representative)) == 1
    assert invite(world, world.representative) == []
    assert Letter.objects.count() == 1
    Letter.objects.update(state=LetterState.SENT, sent_at=timezone.now())
    assert invite(world, world.representative) == []
    assert len(invite(world, world.representative, number=2)) == 1
    assert Letter.objects.count() == 2


def test_nobody_is_invited_again_while_a_letter_is_on_its_way(world: World) -> None:
    invite(world, world.representative)
    assert line_of(world.season, world.representative).value == ""
    assert invite(world, world.representative, number=2) == []


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_at_once_send_one_letter(world: World) -> None:
    race(
        lambda: invite(world, world.representative),
        lambda: invite(world, world.representative),
        meet_at='FROM "compacts_season"',
    )
    assert Invitation.objects.count() == 1
    assert Letter.objects.count() == 1


def test_who_speaks_for_two_units_gets_one_letter(world: World) -> None:
    give_role(world.representative, RoleKind.REPRESENTATIVE, unit=world.duk)
    assert len(invite(world, world.representative)) == 1


def test_only_people_of_the_seasons_units_are_invited(world: World) -> None:
    assert invite(world, newcomer(world.stranger)) == []
    assert invite(world, newcomer(world.leader)) == []


def test_only_who_runs_the_season_invites_and_the_journal_says_so(world: World) -> None:
    for person in (world.representative, world.leader, world.operator):
        with pytest.raises(AccessDenied):
            invite_people(
                actor=person, season_id=world.season.pk, numbers={world.representative.pk: 1}
            )
    invite(world, world.representative)
    entry = AuditEntry.objects.get(action="invite_people")
    assert entry.summary == "Nguyễn Thị Thư gửi lời mời cho 1 người."


def test_without_a_mail_server_nothing_is_promised(
    world: World, settings: Settings, desk: Client
) -> None:
    settings.SENDS_EMAIL = False
    with pytest.raises(RuleError, match="chưa nối máy chủ thư"):
        invite(world, world.representative)
    page = text(desk.get(LIST))
    assert "Hệ thống chưa nối máy chủ thư" in page
    assert 'name="nguoi"' not in page


# --- the page ---------------------------------------------------------------------------------


def test_who_is_ticked_is_invited(
    world: World,
    desk: Client,
    postman: Postman,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    value = f"{world.representative.pk}:1"
    page = text(desk.get(LIST))
    assert f'value="{value}"' in page
    assert "checked" not in page
    assert "checked" in text(desk.get(LIST, {"chon": "tat-ca"}))
    with django_capture_on_commit_callbacks():
        answer = desk.post(SEND, {"nguoi": [value, "rác", "1:2:3", "9" * 40]}, follow=True)
    assert "Đang gửi 1 thư mời." in text(answer)
    again = desk.post(SEND, {"nguoi": [value]}, follow=True)
    assert "1 người vừa được mời hoặc thư đang trên đường" in text(again)
    assert "Chưa chọn ai để mời." in text(desk.post(SEND, follow=True))
    assert Letter.objects.count() == 1


def test_one_button_invites_all_who_never_had_an_invitation(world: World, desk: Client) -> None:
    newcomer(world.head_of_ubkt)
    invite(world, world.representative)
    assert "Mời cả 1 người chưa có thư mời" in text(desk.get(LIST))
    desk.post(SEND, {"ai": "moi"})
    assert {one.person for one in Invitation.objects.all()} == {
        world.representative,
        world.head_of_ubkt,
    }


def test_who_was_asked_in_the_page_alone_still_gets_a_first_letter(
    world: World, desk: Client, settings: Settings, postman: Postman
) -> None:
    settings.SENDS_EMAIL = False
    send_invitations(
        actor=world.secretary, season=world.season, numbers={world.representative.pk: 1}
    )
    settings.SENDS_EMAIL = True
    line = line_of(world.season, world.representative)
    assert (line.standing, line.times) == (InvitationStanding.NOT_INVITED, 1)
    desk.post(SEND, {"ai": "moi"})
    send_all()
    assert "gửi lại" not in words_of(postman.letters[0])


def test_the_list_is_filtered_by_state_and_by_role(world: World, desk: Client) -> None:
    names = {world.representative.full_name, world.head_of_btc.full_name}

    def shown(**asked: str) -> set[str]:
        page = text(desk.get(LIST, asked))
        return {name for name in names if name in page}

    assert shown() == names
    assert shown(**{"tinh-trang": "chua-moi"}) == {world.representative.full_name}
    assert shown(**{"tinh-trang": "thieu-dia-chi"}) == {world.head_of_btc.full_name}
    assert shown(**{"vai-tro": "signatory"}) == {world.head_of_btc.full_name}
    invite(world, world.representative)
    assert shown(**{"thu-moi": "roi"}) == {world.representative.full_name}
    assert shown(q="dai-dien@example.vn") == {world.representative.full_name}
