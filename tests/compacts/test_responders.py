"""Certificates whose revocation a responder tells (OCSP): it is asked where it may be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPResponseBuilder, OCSPResponseStatus
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import CertificateValidator
from pypdf.generic import IndirectObject
from pytest_django import Settings

from compacts.documents import responders
from compacts.documents.asynchronous import run_now
from compacts.documents.certificates import open_certificate_file
from compacts.documents.responders import Inquiry, Question, SilentError
from compacts.models import Compact, Signature
from compacts.rules import CompactState, SignatureMethod
from compacts.services.archiving import keep_signatures
from compacts.services.newest_file import current_file
from compacts.services.signed_files import Signatory
from compacts.services.signing import sign_with_file
from compacts.services.signing_requests import (
    finish_signing,
    take_file_of_request,
)
from compacts.services.verification import Finding, check_file
from tests.cast import World
from tests.compacts.documents.certificates import PASSWORD, Authority, pkcs12_file
from tests.compacts.documents.reading import reader
from tests.compacts.documents.responder import Responder, running_responder
from tests.compacts.moves import keep_for_years
from tests.compacts.signing import (
    NAME,
    bring,
    by_token,
    people,
    requested,
    sign_digitally,
    signed_with,
)
from units.models import Person, Unit
from units.rules import RuleError


@pytest.fixture
def responder(authority: Authority, settings: Settings) -> Iterator[Responder]:
    with running_responder(authority) as server:
        settings.SIGNING_OCSP_URLS = [server.url]
        yield server


def key_file(authority: Authority, url: str, *, revoked: bool = False) -> bytes:
    certificate, key = authority.issue(NAME, "Tỉnh ủy Hà Nam", responder=url)
    if revoked:
        authority.revoke(certificate)
    return pkcs12_file(certificate, key)


def sign(printed: Compact, file: bytes, actor: Person, unit: Unit) -> Signature:
    return sign_with_file(
        actor=actor,
        compact_id=printed.pk,
        unit=unit,
        certificate_file=file,
        password=PASSWORD,
        signatory=Signatory(NAME, "Trưởng ban"),
    )


def test_a_certificate_of_which_the_responder_says_that_all_is_well_signs(
    world: World, printed: Compact, authority: Authority, responder: Responder
) -> None:
    for actor, unit in people(world).values():
        made = sign(printed, key_file(authority, responder.url), actor, unit)
        assert made.method == SignatureMethod.DIGITAL
    keep_for_years(printed)
    content = current_file(printed).content
    kept = reader(content).trailer["/Root"]["/DSS"]["/OCSPs"]
    assert len(kept) == 3
    assert all(isinstance(one, IndirectObject) for one in kept)
    assert check_file(content).good


def test_a_certificate_of_which_the_responder_says_that_it_was_revoked_is_refused(
    world: World, printed: Compact, authority: Authority, responder: Responder
) -> None:
    file = key_file(authority, responder.url, revoked=True)
    with pytest.raises(RuleError, match="đã bị thu hồi"):
        sign(printed, file, world.representative, world.btc)
    outside = signed_with(
        open_certificate_file(file, PASSWORD), current_file(printed).content, world.btc
    )
    found = check_file(outside)
    assert (found.finding, found.good) == (Finding.DOUBTFUL, False)
    assert not printed.signatures.exists()


def unsuccessful(status: OCSPResponseStatus) -> bytes:
    return OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


SAID = {
    "no answer at all": b"<html>",
    "broken": bytes.fromhex("30030a0163"),
    "not for you": unsuccessful(OCSPResponseStatus.UNAUTHORIZED),
    "later": unsuccessful(OCSPResponseStatus.TRY_LATER),
}


def put_out_of_order(responder: Responder, fault: str) -> None:
    responder.says = SAID.get(fault)
    if fault == "foreign":
        responder.signer = Authority("Kẻ khác")
    elif fault == "elsewhere":
        responder.elsewhere = responder.url + "/nua"
    elif fault == "busy":
        responder.status = 503
    elif fault == "mute":
        responder.may_speak.clear()
    elif fault == "away":
        responder.shutdown()
        responder.server_close()


@pytest.mark.parametrize("fault", ["away", "mute", "busy", "later"])
def test_while_the_responder_is_silent_nobody_signs_and_is_told_to_try_again(
    world: World, printed: Compact, authority: Authority, responder: Responder, fault: str,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(responders, "SECONDS", 0.3)
    file = key_file(authority, responder.url)
    put_out_of_order(responder, fault)
    with pytest.raises(RuleError, match=r"chưa trả lời .* hãy ký lại sau ít phút"):
        sign(printed, file, world.representative, world.btc)
    assert f"responder {responder.url} is silent" in caplog.text


@pytest.mark.parametrize(
    "fault", ["foreign", "elsewhere", "no answer at all", "broken", "not for you"]
)
def test_where_the_answer_cannot_be_relied_on_nobody_signs_and_the_operator_is_to_be_told(
    world: World, printed: Compact, authority: Authority, responder: Responder, fault: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    file = key_file(authority, responder.url)
    put_out_of_order(responder, fault)
    with pytest.raises(RuleError, match=r"không xác nhận được .* báo quản trị kỹ thuật"):
        sign(printed, file, world.representative, world.btc)
    assert f"responder {responder.url} cannot be relied on" in caplog.text


def test_a_responder_is_asked_once_about_a_signature_whichever_way_it_comes(
    world: World, printed: Compact, authority: Authority, responder: Responder
) -> None:
    cast = people(world)
    sign(printed, key_file(authority, responder.url), *cast["duk"])
    assert responder.asked == 1
    key = open_certificate_file(key_file(authority, responder.url), PASSWORD)
    bring(world, printed, signed_with(key, current_file(printed).content, world.btc))
    assert responder.asked == 2
    certificate, other = authority.issue(NAME, "Tỉnh ủy Hà Nam", responder=responder.url)
    actor, unit = cast["ubkt"]
    request = requested(printed, actor, unit, certificate)
    assert responder.asked == 3
    finish_signing(token=request.token, signature=by_token(request, other))
    assert responder.asked == 4, "it may have been revoked while the device was at work"
    keep_for_years(printed)
    assert responder.asked == 7


@pytest.mark.django_db(transaction=True)
def test_while_other_servers_are_asked_the_compact_is_not_held(
    world: World, printed: Compact, authority: Authority, responder: Responder,
    monkeypatch: pytest.MonkeyPatch, settings: Settings, stamp_url: str,
) -> None:  # fmt: skip
    held = []
    ask = responders.Inquiry._all_said
    stamp = HTTPTimeStamper.async_request_tsa_response

    async def watched(self: responders.Inquiry, *facts: Any) -> Any:
        held.append(connection.in_atomic_block)
        return await ask(self, *facts)

    async def stamped(self: HTTPTimeStamper, *facts: Any) -> Any:
        held.append(connection.in_atomic_block)
        return await stamp(self, *facts)

    monkeypatch.setattr(responders.Inquiry, "_all_said", watched)
    monkeypatch.setattr(HTTPTimeStamper, "async_request_tsa_response", stamped)
    settings.SIGNING_TSA_URL = stamp_url
    cast = people(world)
    for (actor, unit), file in zip(
        (cast["duk"], cast["ubkt"]),
        (key_file(authority, responder.url) for _unit in cast),
        strict=False,
    ):
        sign(printed, file, actor, unit)
    assert set(held) == {False}
    certificate, key = authority.issue(NAME, "Tỉnh ủy Hà Nam", responder=responder.url)
    begun = requested(printed, world.representative, world.btc, certificate)
    with pytest.raises(RuleError):
        finish_signing(token=begun.token, signature="AAAA")
    own = open_certificate_file(pkcs12_file(certificate, key), PASSWORD)
    content = signed_with(own, current_file(printed).content, world.btc)
    held.clear()
    take_file_of_request(token=begun.token, content=content)
    keep_for_years(printed)
    assert keep_signatures(compact_id=printed.pk) is not None
    assert set(held) == {False}


def test_the_last_signer_does_not_wait_for_the_responders_of_the_others(
    world: World, printed: Compact, authority: Authority, responder: Responder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(responders, "SECONDS", 0.3)
    cast = people(world)
    sign(printed, key_file(authority, responder.url), *cast["duk"])
    sign(printed, key_file(authority, responder.url), *cast["ubkt"])
    responder.may_speak.clear()
    sign_digitally(authority, printed, *cast["btc"])
    assert responder.asked == 2
    printed.refresh_from_db()
    assert printed.state == CompactState.IN_FORCE
    keep_for_years(printed)
    root = reader(current_file(printed).content).trailer["/Root"]
    assert "/OCSPs" not in root["/DSS"]
    assert root["/DSS"]["/Certs"]
    assert check_file(current_file(printed).content).good


def questions(authority: Authority, url: str, count: int) -> list[Question]:
    trust = authority.trust()
    found = []
    for _number in range(count):
        made, _key = authority.issue(NAME, "", responder=url)
        certificate = x509.Certificate.load(made.public_bytes(Encoding.DER))
        validator = CertificateValidator(certificate, validation_context=trust.context())
        path = run_now(validator.async_validate_path())
        found.append(Question(certificate, path, url))
    return found


def test_a_responder_that_was_silent_is_not_asked_again(
    authority: Authority, responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responders, "SECONDS", 0.3)
    monkeypatch.setattr(responders, "AT_ONCE", 2)
    first, *more = questions(authority, responder.url, 6)
    responder.may_speak.clear()
    inquiry = Inquiry()
    inquiry.ask(more)
    assert responder.asked == 2, "those that were under way when it was found silent"
    for one in (first, *more):
        with pytest.raises(SilentError):
            inquiry.answer(one)
    assert responder.asked == 2


def test_all_questions_of_a_request_end_together(
    authority: Authority, responder: Responder
) -> None:
    first, second = questions(authority, responder.url, 2)
    inquiry = Inquiry(seconds=0.3)
    inquiry.ask([first])
    assert inquiry.answer(first)["response_status"].native == "successful"
    responder.may_speak.clear()
    with pytest.raises(SilentError):
        inquiry.answer(second)
    (other,) = questions(authority, "http://127.0.0.1:9/ocsp", 1)
    with pytest.raises(SilentError, match="not asked"):
        inquiry.answer(other)


def test_a_name_server_that_is_silent_holds_nobody_longer_than_the_responder(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()

    def nothing(*_facts: object, **_more: object) -> list[object]:
        may_end.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    (question,) = questions(authority, "http://ocsp.example.vn/", 1)
    with pytest.raises(SilentError):
        Inquiry(seconds=0.3).answer(question)
    assert not may_end.is_set()
    may_end.set()


def test_the_public_page_says_where_nobody_tells_whether_a_certificate_was_revoked(
    world: World, printed: Compact, authority: Authority, responder: Responder, client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(responders, "SECONDS", 0.3)
    key = open_certificate_file(key_file(authority, responder.url), PASSWORD)
    content = signed_with(key, current_file(printed).content, world.btc)

    def page() -> str:
        file = SimpleUploadedFile("gu.pdf", content)
        return client.post("/xac-thuc/", {"file": file}).content.decode()

    untold = "chưa biết chứng thư đã bị thu hồi hay chưa"
    assert untold not in page()
    responder.may_speak.clear()
    assert untold in page()


def test_a_responder_that_is_not_configured_is_never_asked(
    world: World,
    printed: Compact,
    authority: Authority,
    responder: Responder,
    settings: Settings,
) -> None:
    settings.SIGNING_OCSP_URLS = ["http://127.0.0.1:9/ocsp"]
    sign(printed, key_file(authority, responder.url), world.representative, world.btc)
    assert responder.asked == 0
