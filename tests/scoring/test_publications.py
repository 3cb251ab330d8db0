from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from compacts.models import Season
from scoring.engine.standings import compute
from scoring.models import Mark, Objection, Publication, Round
from scoring.queries.publications import changes, published_basis
from scoring.queries.titles import receipt_day
from scoring.rules import AnswerState, RoundState
from scoring.services.imports import import_season
from scoring.services.objections import answer_objection, object_to
from scoring.services.publications import publish_round, send_to_council, start_correction
from tests.cast import give_role, make_person
from units.access import AccessDenied
from units.models import AuditEntry, Person, Unit
from units.rules import RoleKind, RuleError
from units.vietnamese import date_text

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
PAGE = "/khoi/hn-dang/2018/xep-hang/"
VERSIONS = f"{PAGE}nam/ban-cong-bo/"


@pytest.fixture
def season() -> Season:
    return import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))


@pytest.fixture
def scored(season: Season) -> Round:
    return Round.objects.select_related("season__bloc__council").get(season=season)


@pytest.fixture
def secretary(season: Season) -> Person:
    person = make_person("thu-ky", "Nguyễn Thị Thư")
    give_role(person, RoleKind.SECRETARY, unit=unit("ubkt"), bloc=season.bloc)
    return person


@pytest.fixture
def representative(season: Season) -> Person:
    person = make_person("dai-dien", "Trần Thị Đại")
    give_role(person, RoleKind.REPRESENTATIVE, unit=unit("btc"))
    return person


@pytest.fixture
def other_representative(season: Season) -> Person:
    person = make_person("dai-dien-khac", "Lê Thị Khác")
    give_role(person, RoleKind.REPRESENTATIVE, unit=unit("bdv"))
    return person


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def in_five_days() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=5)


def publish(secretary: Person, scored: Round) -> Publication:
    return publish_round(actor=secretary, round_id=scored.pk, objections_due_at=in_five_days())


def objected(scored: Round, representative: Person, text: str = "Xin xem lại I.1.1") -> Objection:
    return object_to(actor=representative, round_id=scored.pk, unit=unit("btc"), text=text)


def without_csrf(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", text)


def change_a_mark(scored: Round) -> None:
    """BTC's first verified mark with points gets none."""
    mark = Mark.objects.filter(
        sheet__round=scored,
        sheet__unit__code="btc",
        sheet__stage="verify",
        entry__has_key="points",
    ).first()
    assert mark is not None
    Mark.objects.filter(pk=mark.pk).update(entry={"points": "0"}, points=0)


def corrected(secretary: Person, scored: Round) -> Publication:
    start_correction(actor=secretary, round_id=scored.pk, reason="Cộng nhầm điểm BTC")
    change_a_mark(scored)
    return publish_round(actor=secretary, round_id=scored.pk, reason="Cộng nhầm điểm BTC")


def test_what_was_published_can_be_worked_out_again_from_what_was_kept(
    secretary: Person, scored: Round
) -> None:
    publication = publish(secretary, scored)
    change_a_mark(scored)
    again = compute(*published_basis(Publication.objects.get(pk=publication.pk)))
    document = again.as_json("hn-dang", 2018, "nam", "dbsh-2018")
    assert json.loads(json.dumps(document)) == publication.standings


def test_a_published_page_does_not_follow_later_changes(
    client: Client, secretary: Person, representative: Person, scored: Round
) -> None:
    publish(secretary, scored)
    client.force_login(representative)
    why = without_csrf(client.get(f"{PAGE}nam/btc/").content.decode())
    change_a_mark(scored)
    assert without_csrf(client.get(f"{PAGE}nam/btc/").content.decode()) == why


def test_a_unit_objects_within_the_window_and_is_answered(
    secretary: Person, representative: Person, scored: Round
) -> None:
    publish(secretary, scored)
    objection = objected(scored, representative)
    answered = answer_objection(
        actor=secretary, objection_id=objection.pk, accepted=True, answer="Đúng, sẽ đính chính."
    )
    assert answered.state == AnswerState.ACCEPTED
    with pytest.raises(RuleError, match="đã được trả lời"):
        answer_objection(
            actor=secretary, objection_id=objection.pk, accepted=False, answer="Thôi."
        )


def test_after_the_window_nobody_objects(
    secretary: Person, representative: Person, scored: Round
) -> None:
    publish(secretary, scored)
    with (
        time_machine.travel(timezone.now() + datetime.timedelta(days=6)),
        pytest.raises(RuleError, match="hết thời hạn"),
    ):
        objected(scored, representative)


def test_before_publication_nobody_objects(representative: Person, scored: Round) -> None:
    with pytest.raises(RuleError, match="Đã khóa điểm"):
        objected(scored, representative)


def test_an_empty_objection_is_refused_at_its_field(
    secretary: Person, representative: Person, scored: Round
) -> None:
    publish(secretary, scored)
    with pytest.raises(RuleError) as refusal:
        objected(scored, representative, "  ")
    assert refusal.value.field == "text"


def test_nobody_objects_for_another_unit(
    secretary: Person, other_representative: Person, scored: Round
) -> None:
    publish(secretary, scored)
    with pytest.raises(AccessDenied):
        objected(scored, other_representative)


def test_other_units_do_not_read_an_objection(
    client: Client,
    secretary: Person,
    representative: Person,
    other_representative: Person,
    scored: Round,
) -> None:
    publish(secretary, scored)
    objected(scored, representative, "Chuyện riêng của BTC")
    for person, sees in ((representative, True), (secretary, True), (other_representative, False)):
        client.force_login(person)
        text = client.get(VERSIONS).content.decode()
        assert ("Chuyện riêng của BTC" in text) == sees


def test_a_correction_is_a_new_version_that_says_what_changed(
    secretary: Person, scored: Round
) -> None:
    first = publish(secretary, scored)
    second = corrected(secretary, scored)
    assert (first.version, second.version) == (1, 2)
    assert second.reason == "Cộng nhầm điểm BTC"
    found = changes(first, second)
    assert {change.what for change in found if change.unit.startswith("Ban Tổ chức")} >= {"total"}
    assert Publication.objects.get(pk=first.pk).standings == first.standings


def test_a_correction_without_a_reason_or_a_change_is_refused(
    secretary: Person, scored: Round
) -> None:
    publish(secretary, scored)
    with pytest.raises(RuleError, match="lý do"):
        start_correction(actor=secretary, round_id=scored.pk, reason=" ")
    start_correction(actor=secretary, round_id=scored.pk, reason="Xem lại")
    with pytest.raises(RuleError, match="lý do đính chính"):
        publish_round(actor=secretary, round_id=scored.pk)
    with pytest.raises(RuleError, match="Không có gì thay đổi"):
        publish_round(actor=secretary, round_id=scored.pk, reason="Xem lại")


def test_while_a_correction_is_under_way_units_see_the_old_ranking_only(
    client: Client, secretary: Person, representative: Person, scored: Round
) -> None:
    publish(secretary, scored)
    client.force_login(representative)
    before = client.get(f"{PAGE}?dang=csv").content
    start_correction(actor=secretary, round_id=scored.pk, reason="Xem lại")
    change_a_mark(scored)
    assert client.get(f"{PAGE}?dang=csv").content == before
    client.force_login(secretary)
    assert client.get(f"{PAGE}?dang=csv").content != before


def test_a_result_goes_to_the_council_after_the_objections_are_settled(
    secretary: Person, representative: Person, scored: Round
) -> None:
    with pytest.raises(RuleError, match="công bố trong khối"):
        send_to_council(actor=secretary, round_id=scored.pk)
    publish(secretary, scored)
    objection = objected(scored, representative)
    with pytest.raises(RuleError, match="thời hạn kiến nghị"):
        send_to_council(actor=secretary, round_id=scored.pk)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6)):
        with pytest.raises(RuleError, match="chưa trả lời"):
            send_to_council(actor=secretary, round_id=scored.pk)
        answer_objection(
            actor=secretary, objection_id=objection.pk, accepted=False, answer="Đã xem."
        )
        sent = send_to_council(actor=secretary, round_id=scored.pk)
    assert sent.sent_to_council_at is not None
    assert send_to_council(actor=secretary, round_id=scored.pk).pk == sent.pk


def test_the_whole_way_in_the_pages(
    client: Client, secretary: Person, representative: Person, scored: Round
) -> None:
    client.force_login(secretary)
    assert "Nhận kiến nghị đến" in client.get(f"{PAGE}nam/cong-bo/").content.decode()
    due = timezone.localtime(in_five_days())
    client.post(
        f"{PAGE}nam/cong-bo/",
        {"objections_due_at": f"{due:%H:%M} {due.day}/{due.month}/{due.year}"},
    )
    client.force_login(representative)
    client.post(f"{PAGE}nam/btc/kien-nghi/", {"text": "Xin xem lại"})
    objection = Objection.objects.get()
    client.force_login(secretary)
    client.post(
        f"{PAGE}nam/kien-nghi/{objection.pk}/", {"accepted": "yes", "answer": "Sẽ đính chính."}
    )
    client.post(f"{PAGE}nam/dinh-chinh/", {"reason": "Theo kiến nghị của BTC"})
    scored.refresh_from_db()
    assert scored.state == RoundState.CLOSED
    change_a_mark(scored)
    client.post(f"{PAGE}nam/cong-bo/", {"reason": "Theo kiến nghị của BTC"})
    client.force_login(representative)
    text = client.get(VERSIONS).content.decode()
    assert "Bản 2" in text
    assert "Sẽ đính chính." in text
    assert "Theo kiến nghị của BTC" in text


def test_a_corrected_ranking_is_sent_to_the_council_again(
    client: Client, secretary: Person, scored: Round
) -> None:
    publish_round(actor=secretary, round_id=scored.pk)
    first = send_to_council(actor=secretary, round_id=scored.pk).sent_to_council_at
    corrected(secretary, scored)
    client.force_login(secretary)
    assert "Trình lại Hội đồng" in client.get(VERSIONS).content.decode()
    again = send_to_council(actor=secretary, round_id=scored.pk).sent_to_council_at
    assert first is not None
    assert again is not None
    assert again > first
    assert AuditEntry.objects.filter(action="send_to_council").count() == 2
    assert send_to_council(actor=secretary, round_id=scored.pk).sent_to_council_at == again


def test_a_correction_sent_to_the_council_later_does_not_move_the_day_whose_law_counts(
    client: Client, secretary: Person, scored: Round
) -> None:
    publish_round(actor=secretary, round_id=scored.pk)
    first = receipt_day(send_to_council(actor=secretary, round_id=scored.pk))
    with time_machine.travel(timezone.now() + datetime.timedelta(days=40)):
        corrected(secretary, scored)
        again = send_to_council(actor=secretary, round_id=scored.pk)
        client.force_login(secretary)
        text = client.get(VERSIONS).content.decode()
        later = timezone.localdate()
    assert receipt_day(again) == first
    assert date_text(first) in text
    assert "Bản đính chính trình lại" in text
    assert date_text(later) in text


def test_answering_is_not_offered_to_a_manager_of_the_own_unit(
    client: Client, secretary: Person, representative: Person, scored: Round
) -> None:
    publish(secretary, scored)
    objection = objected(scored, representative)
    answering = f"/kien-nghi/{objection.pk}/"
    client.force_login(secretary)
    assert answering in client.get(VERSIONS).content.decode()
    give_role(secretary, RoleKind.REPRESENTATIVE, unit=unit("btc"))
    assert answering not in client.get(VERSIONS).content.decode()
