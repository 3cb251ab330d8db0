"""Certificates whose revocation a responder tells (OCSP): it is asked where it may be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pypdf.generic import IndirectObject
from pytest_django import Settings

from compacts.documents.certificates import open_certificate_file
from compacts.models import Compact, Signature
from compacts.rules import SignatureMethod
from compacts.services.newest_file import current_file
from compacts.services.signed_files import Signatory
from compacts.services.signing import sign_with_file
from compacts.services.verification import Finding, check_file
from tests.cast import World
from tests.compacts.documents.certificates import PASSWORD, Authority, pkcs12_file
from tests.compacts.documents.reading import reader
from tests.compacts.documents.responder import Responder, running_responder
from tests.compacts.signing import NAME, people, signed_with
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
    assert responder.asked >= 3
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


@pytest.mark.parametrize("fault", ["foreign", "elsewhere", "silent"])
def test_without_an_answer_to_rely_on_nobody_signs_and_is_told_to_try_again(
    world: World, printed: Compact, authority: Authority, responder: Responder, fault: str
) -> None:
    file = key_file(authority, responder.url)
    if fault == "foreign":
        responder.signer = Authority("Kẻ khác")
    elif fault == "elsewhere":
        responder.elsewhere = responder.url + "/nua"
    else:
        responder.shutdown()
        responder.server_close()
    with pytest.raises(RuleError, match="hãy ký lại sau ít phút"):
        sign(printed, file, world.representative, world.btc)


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
