"""Signatures that a token or a remote service makes over what the server prepared."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from compacts.documents.certificates import open_certificate_file
from compacts.documents.signature_fields import field_name
from compacts.documents.signing import embed, found_signatures, prepare
from compacts.models import Compact, SigningRequest
from compacts.services.archiving import (
    forget_requests,
)
from compacts.services.newest_file import current_file, trust
from compacts.services.signing_requests import finish_signing
from tests.cast import World
from tests.compacts.documents.certificates import PASSWORD, Authority, pkcs12_file
from tests.compacts.documents.examples import drawn_stamp
from tests.compacts.signing import (
    NAME,
    begun,
    by_token,
    people,
    requested,
    sign_digitally,
    signed_outside,
)
from units.rules import EditConflictError, RuleError


def test_a_token_signs_what_the_server_prepared(
    world: World, printed: Compact, authority: Authority
) -> None:
    request, key = begun(authority, printed, world.representative, world.btc)
    signature = finish_signing(token=request.token, signature=by_token(request, key))
    assert signature.unit == world.btc
    (found,) = found_signatures(current_file(printed).content, trust())
    assert found.holds
    with pytest.raises(RuleError, match="đã dùng hoặc đã hết hạn"):
        finish_signing(token=request.token, signature=by_token(request, key))


def test_a_request_is_good_for_a_quarter_of_an_hour(
    world: World, printed: Compact, authority: Authority
) -> None:
    request, key = begun(authority, printed, world.representative, world.btc)
    SigningRequest.objects.filter(pk=request.pk).update(expires_at=timezone.now())
    with pytest.raises(RuleError, match="hết hạn"):
        finish_signing(token=request.token, signature=by_token(request, key))


def test_who_signs_while_another_was_faster_is_told_to_begin_again(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    cast = people(world)
    request, key = begun(authority, printed, *cast["btc"])
    address = f"/ky-so/{request.token}/"
    assert client.get(address).status_code == 200
    sign_digitally(authority, printed, *cast["duk"])
    for page in (address, f"{address}tep.pdf"):
        told = client.get(page)
        assert told.status_code == 409
        assert "Đơn vị khác vừa ký trước" in told.content.decode()
    with pytest.raises(EditConflictError, match="bắt đầu ký lại"):
        finish_signing(token=request.token, signature=by_token(request, key))
    request, key = begun(authority, printed, *cast["btc"])
    assert finish_signing(token=request.token, signature=by_token(request, key)).unit == world.btc


def test_another_key_s_signature_is_refused_and_nothing_is_kept(
    world: World, printed: Compact, authority: Authority
) -> None:
    request, _key = begun(authority, printed, world.representative, world.btc)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(RuleError, match="bằng thiết bị giữ chứng thư số đã chọn"):
        finish_signing(token=request.token, signature=by_token(request, other))
    with pytest.raises(RuleError, match="base64"):
        finish_signing(token=request.token, signature="không phải base64!")
    assert not printed.signatures.exists()


def test_a_program_sends_the_whole_file_back_to_its_request(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    certificate, key = authority.issue(NAME, "Tỉnh ủy Hà Nam")
    request = requested(printed, world.representative, world.btc, certificate)
    address = f"/ky-so/{request.token}/tep.pdf"
    given = client.get(address).content
    assert given == current_file(printed).content
    other = signed_outside(authority, given, world.btc)
    refused = client.post(address, {"file": SimpleUploadedFile("ky.pdf", other)})
    assert refused.status_code == 422
    assert "chứng thư số khác" in refused.json()["Message"]
    key_file = open_certificate_file(pkcs12_file(certificate, key), PASSWORD)
    prepared = prepare(
        given, field_name=field_name("btc"), certificate=key_file.certificate,
        name="", reason="", location="", stamp=drawn_stamp,
    )  # fmt: skip
    own = embed(
        prepared, certificate=key_file.certificate, chain=[],
        signature=key_file.sign(prepared.attributes), trust=authority.trust(),
    )  # fmt: skip
    taken = client.post(address, {"file": SimpleUploadedFile("ky.pdf", own)})
    assert taken.json() == {"Status": 0, "Message": "", "FileServer": ""}
    closed = client.get(address)
    assert closed.status_code == 404
    assert "đã dùng hoặc đã hết hạn" in closed.content.decode()


def test_a_program_reads_what_to_sign_as_json_and_sends_the_signature(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    client.force_login(world.representative)
    certificate, key = authority.issue(NAME, "Tỉnh ủy Hà Nam")
    assert isinstance(key, rsa.RSAPrivateKey)
    begin = client.post(
        "/khoi/hn-dang/2018/giao-uoc/ky-so/btc/",
        {
            "cach": "thiet_bi",
            "signatory_name": NAME,
            "signatory_position": "Trưởng ban",
            "file": SimpleUploadedFile("ky.cer", certificate.public_bytes(Encoding.DER)),
        },
    )
    program = Client()
    address = begin["Location"]
    facts = program.get(address, headers={"accept": "application/json"}).json()
    attributes = base64.b64decode(facts["attributes"])
    assert hashlib.sha256(attributes).hexdigest() == facts["attributes_sha256"]
    made = key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    answer = program.post(
        address,
        {"signature": base64.b64encode(made).decode()},
        headers={"accept": "application/json"},
    )
    assert json.loads(answer.content) == {"signed": True}
    assert printed.signatures.get().unit == world.btc


def test_requests_that_ran_out_are_forgotten_with_their_files(
    world: World, printed: Compact, authority: Authority
) -> None:
    request, _key = begun(authority, printed, world.representative, world.btc)
    path = Path(request.prepared.path)
    assert forget_requests() == 0
    long_ago = timezone.now() - datetime.timedelta(days=2)
    SigningRequest.objects.update(expires_at=long_ago)
    assert forget_requests() == 1
    assert not path.exists()


def test_an_address_that_is_used_up_says_so_to_people_and_programs(
    world: World, printed: Compact, authority: Authority
) -> None:
    request, key = begun(authority, printed, world.representative, world.btc)
    address = f"/ky-so/{request.token}/"
    page = Client().get(address).content.decode()
    assert f"http://testserver{address}</code>" in page
    assert "Phần mềm ký chỉ ký được tệp PDF" in page
    finish_signing(token=request.token, signature=by_token(request, key))
    for used in (address, f"{address}tep.pdf", "/ky-so/chua-tung-co/"):
        closed = Client().get(used)
        assert closed.status_code == 404
        assert "đã dùng hoặc đã hết hạn" in closed.content.decode()
    told = Client().post(address, {"signature": "x"}, headers={"accept": "application/json"})
    assert told.status_code == 404
    assert "bắt đầu ký lại" in told.json()["errors"]["__all__"][0]["message"]
    told = Client().post(f"{address}tep.pdf", {"file": SimpleUploadedFile("ky.pdf", b"%PDF")})
    assert told.status_code == 404
    assert told.json()["Status"] == 1
    assert "bắt đầu ký lại" in told.json()["Message"]
