"""Units sign the compact digitally, in three ways, in any order, beside those on paper."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import pem
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from compacts.documents.certificates import open_certificate_file
from compacts.documents.signature_fields import field_name
from compacts.documents.signing import embed, found_signatures, prepare
from compacts.models import Compact, RenderedFile, Signature, SignedFile, SigningRequest
from compacts.rules import CompactState, SignatureMethod
from compacts.services.archiving import (
    RENEW_BEFORE,
    due_for_stamp,
    forget_requests,
    keep_signatures,
)
from compacts.services.document_files import file_of
from compacts.services.documents import run_render_job
from compacts.services.season_papers import certificate_paper
from compacts.services.signed_files import Signatory, current_file, trust
from compacts.services.signing import sign_with_file, take_signed_file
from compacts.services.signing_requests import begin_signing, finish_signing
from compacts.services.verification import Finding, check_file
from tests.cast import World, give_role, make_person
from tests.compacts.documents.certificates import PASSWORD, Authority, pkcs12_file
from tests.compacts.documents.examples import drawn_stamp
from tests.compacts.documents.reading import raw_text
from tests.compacts.documents.timestamps import timestamp_server
from tests.compacts.moves import PDF, sign
from tests.races import race
from units.access import AccessDenied
from units.models import Job, Person, StoredFile, Unit
from units.rules import EditConflictError, RoleKind, RuleError
from units.services.audit import verify

NAME = "Phạm Văn Trưởng"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def stamp_url(authority: Authority) -> Iterator[str]:
    with timestamp_server(authority) as url:
        yield url


@pytest.fixture
def trusted(settings: Settings, tmp_path: Path, authority: Authority) -> Path:
    """A folder with the authority's root and its list, as an operator sets it up."""
    return set_up_trust(settings, tmp_path / "trust", authority)


def set_up_trust(settings: Settings, folder: Path, authority: Authority) -> Path:
    folder.mkdir(exist_ok=True)
    known = authority.trust()
    root = pem.armor("CERTIFICATE", known.roots[0].dump())
    (folder / "root.pem").write_bytes(root)
    (folder / "list.crl").write_bytes(known.revoked[0].dump())
    settings.SIGNING_TRUST_DIR = folder
    return folder


@pytest.fixture
def printed(issued: Compact, trusted: Path) -> Compact:
    """The issued compact with its PDF made by the job."""
    job = Job.objects.get(subject=f"compact:{issued.pk}")
    run_render_job(job.pk)
    return issued


def people(world: World) -> dict[str, tuple[Person, Unit]]:
    """Somebody of each unit."""
    duk = make_person("dai-dien-duk", "Lê Văn Khối")
    give_role(duk, RoleKind.REPRESENTATIVE, unit=world.duk)
    return {
        "btc": (world.representative, world.btc),
        "ubkt": (world.head_of_ubkt, world.ubkt),
        "duk": (duk, world.duk),
    }


def sign_digitally(
    authority: Authority, compact: Compact, actor: Person, unit: Unit, name: str = NAME
) -> Signature:
    return sign_with_file(
        actor=actor,
        compact_id=compact.pk,
        unit=unit,
        certificate_file=authority.file(name, "Tỉnh ủy Hà Nam"),
        password=PASSWORD,
        signatory=Signatory(name, "Trưởng ban"),
    )


def test_a_unit_signs_with_its_certificate_file(
    world: World, printed: Compact, authority: Authority
) -> None:
    before = current_file(printed)
    signature = sign_digitally(authority, printed, world.representative, world.btc)
    assert signature.method == SignatureMethod.DIGITAL
    assert signature.certificate is not None
    assert signature.certificate["name"] == NAME
    after = current_file(printed)
    assert after.content.startswith(before.content)
    (found,) = found_signatures(after.content, trust())
    assert found.holds
    assert verify(world.season.audit_chain) is None


def test_all_sign_in_any_order_beside_one_on_paper_and_it_comes_into_force(
    world: World, printed: Compact, authority: Authority
) -> None:
    cast = people(world)
    sign_digitally(authority, printed, *cast["duk"])
    sign(world, printed, world.ubkt)
    sign_digitally(authority, printed, *cast["btc"])
    printed.refresh_from_db()
    assert printed.state == CompactState.IN_FORCE
    content = current_file(printed).content
    assert b"/DSS" in content
    found = found_signatures(content, trust())
    assert len(found) == 2
    assert all(one.holds for one in found)
    words = raw_text(file_of(certificate_paper(printed), "pdf"))
    assert words.count("Ký số") == 2
    assert words.count("Ký tay, đóng dấu") == 1


def test_nobody_signs_for_another_unit_not_even_the_secretary(
    world: World, printed: Compact, authority: Authority
) -> None:
    for actor in (world.secretary, world.head_of_ubkt, world.officer):
        with pytest.raises(AccessDenied, match="chính đơn vị"):
            sign_digitally(authority, printed, actor, world.btc)


def test_a_unit_that_signed_on_paper_does_not_sign_again(
    world: World, printed: Compact, authority: Authority
) -> None:
    sign(world, printed, world.btc)
    with pytest.raises(RuleError, match="đã ký, không ký lần nữa"):
        sign_digitally(authority, printed, world.representative, world.btc)


def test_a_certificate_of_somebody_else_is_refused(
    world: World, printed: Compact, authority: Authority
) -> None:
    with pytest.raises(RuleError, match="không phải cho"):
        sign_with_file(
            actor=world.representative,
            compact_id=printed.pk,
            unit=world.btc,
            certificate_file=authority.file("Người Lạ", "Cơ quan khác"),
            password=PASSWORD,
            signatory=Signatory(NAME, "Trưởng ban"),
        )


def test_the_unit_s_own_seal_is_as_good_as_its_head_s_certificate(
    world: World, printed: Compact, authority: Authority
) -> None:
    made = sign_with_file(
        actor=world.representative,
        compact_id=printed.pk,
        unit=world.btc,
        certificate_file=authority.file(world.btc.name),
        password=PASSWORD,
        signatory=Signatory(NAME, "Trưởng ban"),
    )
    assert made.method == SignatureMethod.DIGITAL


@pytest.mark.parametrize(
    ("what", "why", "field"),
    [
        ("password", "Mật khẩu của tệp không đúng", "password"),
        ("expired", "đã hết hạn", "file"),
        ("stranger", "không do tổ chức được tin cậy cấp", "file"),
        ("no file", "không phải tệp chứng thư số", "file"),
        ("revoked", "đã bị thu hồi", "file"),
    ],
)
def test_each_fault_of_a_certificate_is_said_at_its_field(
    world: World, printed: Compact, settings: Settings, tmp_path: Path,
    what: str, why: str, field: str,
) -> None:  # fmt: skip
    authority = Authority("Ban Cơ yếu khác")
    certificate, key = authority.issue(NAME, "Tỉnh ủy")
    if what == "revoked":
        authority.revoke(certificate)
    set_up_trust(settings, tmp_path / "other", authority)
    ended = datetime.timedelta(days=-1)
    started = datetime.timedelta(days=-60)
    files = {
        "password": pkcs12_file(certificate, key),
        "expired": authority.file(NAME, "", starts=started, ends=ended),
        "stranger": Authority("Tự phong").file(NAME),
        "no file": b"%PDF-1.7",
        "revoked": pkcs12_file(certificate, key),
    }
    with pytest.raises(RuleError, match=why) as refusal:
        sign_with_file(
            actor=world.representative,
            compact_id=printed.pk,
            unit=world.btc,
            certificate_file=files[what],
            password="sai" if what == "password" else PASSWORD,
            signatory=Signatory(NAME, "Trưởng ban"),
        )
    assert refusal.value.field == field
    assert not printed.signatures.exists()
    assert not SignedFile.objects.exists()


def begun(
    authority: Authority, printed: Compact, actor: Person, unit: Unit
) -> tuple[SigningRequest, rsa.RSAPrivateKey]:
    certificate, key = authority.issue(NAME, "Tỉnh ủy Hà Nam")
    assert isinstance(key, rsa.RSAPrivateKey)
    made = begin_signing(
        actor=actor,
        compact_id=printed.pk,
        unit=unit,
        certificate=certificate.public_bytes(Encoding.PEM),
        signatory=Signatory(NAME, "Trưởng ban"),
    )
    return made, key


def by_token(request: SigningRequest, key: rsa.RSAPrivateKey) -> str:
    """What the signer's device answers."""
    made = key.sign(bytes(request.attributes), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(made).decode()


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
    world: World, printed: Compact, authority: Authority
) -> None:
    cast = people(world)
    request, key = begun(authority, printed, *cast["btc"])
    sign_digitally(authority, printed, *cast["duk"])
    with pytest.raises(EditConflictError, match="bắt đầu ký lại"):
        finish_signing(token=request.token, signature=by_token(request, key))
    request, key = begun(authority, printed, *cast["btc"])
    assert finish_signing(token=request.token, signature=by_token(request, key)).unit == world.btc


def test_another_key_s_signature_is_refused_and_nothing_is_kept(
    world: World, printed: Compact, authority: Authority
) -> None:
    request, _key = begun(authority, printed, world.representative, world.btc)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(RuleError, match="không còn nguyên vẹn"):
        finish_signing(token=request.token, signature=by_token(request, other))
    with pytest.raises(RuleError, match="base64"):
        finish_signing(token=request.token, signature="không phải base64!")
    assert not printed.signatures.exists()


def signed_outside(authority: Authority, content: bytes, unit: Unit, name: str = NAME) -> bytes:
    """What a program on the unit's own machine makes of the file."""
    key = open_certificate_file(authority.file(name, "Tỉnh ủy"), PASSWORD)
    prepared = prepare(
        content,
        field_name=field_name(unit.code),
        certificate=key.certificate,
        name=name,
        reason="",
        location="",
        stamp=drawn_stamp,
    )
    return embed(
        prepared,
        certificate=key.certificate,
        chain=[],
        signature=key.sign(prepared.attributes),
        trust=authority.trust(),
    )


def bring(world: World, printed: Compact, content: bytes) -> Signature:
    return take_signed_file(
        actor=world.representative,
        compact_id=printed.pk,
        unit=world.btc,
        content=content,
        signatory=Signatory(NAME, "Trưởng ban"),
    )


def test_a_file_signed_outside_is_taken(
    world: World, printed: Compact, authority: Authority
) -> None:
    content = signed_outside(authority, current_file(printed).content, world.btc)
    assert bring(world, printed, content).method == SignatureMethod.DIGITAL
    assert current_file(printed).sha256 == hashlib.sha256(content).hexdigest()


def test_a_changed_unsigned_or_foreign_file_is_refused(
    world: World, printed: Compact, authority: Authority
) -> None:
    given = current_file(printed).content
    good = signed_outside(authority, given, world.btc)
    changed = bytearray(good)
    changed[len(given) // 2] ^= 1
    with pytest.raises(RuleError, match="nội dung đã bị thay đổi"):
        bring(world, printed, bytes(changed))
    with pytest.raises(RuleError, match="thêm đúng một chữ ký số; đây có thêm 0"):
        bring(world, printed, given)
    with pytest.raises(RuleError, match="không phải bản giao ước đã tải"):
        bring(world, printed, b"%PDF-1.7 another")
    twice = signed_outside(authority, good, world.duk)
    with pytest.raises(RuleError, match="đây có thêm 2"):
        bring(world, printed, twice)
    broken = bytearray(good)
    broken[len(given) + 200] ^= 1
    with pytest.raises(RuleError):
        bring(world, printed, bytes(broken))
    assert not printed.signatures.exists()


def test_a_file_signed_on_an_older_one_is_told_apart_from_a_foreign_one(
    world: World, printed: Compact, authority: Authority
) -> None:
    older = signed_outside(authority, current_file(printed).content, world.btc)
    sign_digitally(authority, printed, *people(world)["duk"])
    with pytest.raises(EditConflictError, match="tải tệp mới nhất"):
        bring(world, printed, older)


def test_a_program_sends_the_whole_file_back_to_its_request(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    certificate, key = authority.issue(NAME, "Tỉnh ủy Hà Nam")
    request = begin_signing(
        actor=world.representative,
        compact_id=printed.pk,
        unit=world.btc,
        certificate=certificate.public_bytes(Encoding.DER),
        signatory=Signatory(NAME, "Trưởng ban"),
    )
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
    assert client.get(address).status_code == 404


def test_what_was_signed_never_changes(
    world: World, printed: Compact, authority: Authority
) -> None:
    sign_digitally(authority, printed, world.representative, world.btc)
    for refused in (
        lambda: SignedFile.objects.update(sha256="0" * 64),
        lambda: SignedFile.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()


@pytest.mark.django_db(transaction=True)
def test_two_units_that_sign_at_once_both_sign(
    world: World, printed: Compact, authority: Authority
) -> None:
    cast = people(world)
    race(
        lambda: sign_digitally(authority, printed, *cast["btc"]),
        lambda: sign_digitally(authority, printed, *cast["duk"]),
        meet_at='INSERT INTO "compacts_signature"',
    )
    found = found_signatures(current_file(printed).content, trust())
    assert len(found) == printed.signatures.count() == 2
    assert all(one.holds for one in found)


def test_the_page_signs_with_a_file_and_says_what_is_wrong(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    client.force_login(world.representative)
    address = "/khoi/hn-dang/2018/giao-uoc/ky-so/btc/"
    page = client.get(address).content.decode()
    assert "Bằng tệp chứng thư số" in page
    facts = {"cach": "tep", "signatory_name": NAME, "signatory_position": "Trưởng ban"}
    upload = SimpleUploadedFile("ky.p12", authority.file(NAME))
    wrong = client.post(address, {**facts, "file": upload, "password": "sai"})
    assert "Mật khẩu của tệp không đúng." in wrong.content.decode()
    assert 'value="sai"' not in wrong.content.decode()
    upload = SimpleUploadedFile("ky.p12", authority.file(NAME))
    done = client.post(address, {**facts, "file": upload, "password": PASSWORD})
    assert done.status_code == 302
    newest = client.get("/khoi/hn-dang/2018/giao-uoc/da-ky.pdf")
    assert b"".join(newest) == current_file(printed).content
    # What was signed digitally has no page to scan.
    assert "Tải bản chụp" not in client.get("/khoi/hn-dang/2018/giao-uoc/").content.decode()


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


def test_the_board_for_the_hall_asks_again_by_itself(
    world: World, printed: Compact, client: Client
) -> None:
    client.force_login(world.representative)
    address = "/khoi/hn-dang/2018/giao-uoc/bang-ky/"
    page = client.get(address).content.decode()
    assert 'hx-trigger="every 3s"' in page
    sign(world, printed, world.btc)
    part = client.get(address, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "<strong>1</strong> / 3" in part


def test_one_scan_waits_for_a_signature_and_says_so(
    world: World, printed: Compact, client: Client
) -> None:
    client.force_login(world.secretary)
    page = client.get("/khoi/hn-dang/2018/giao-uoc/ban-chup/").content.decode()
    assert "Chưa có đơn vị nào được ghi nhận ký trên giấy" in page
    assert 'type="file"' not in page


def test_who_has_signed_is_not_asked_to_sign_again(
    world: World, printed: Compact, client: Client
) -> None:
    address = f"/khoi/hn-dang/2018/giao-uoc/ky-so/{world.btc.code}/"
    client.force_login(world.head_of_btc)
    assert client.get(address).status_code == 200
    sign(world, printed, world.btc)
    assert "đã ký, không ký lần nữa" in client.get(address, follow=True).content.decode()


def test_one_scan_serves_several_units(world: World, printed: Compact, client: Client) -> None:
    first, second = sign(world, printed, world.btc), sign(world, printed, world.duk)
    client.force_login(world.secretary)
    address = "/khoi/hn-dang/2018/giao-uoc/ban-chup/"
    none = client.post(address, {"file": SimpleUploadedFile("ky.pdf", PDF)})
    assert none.status_code == 200
    upload = SimpleUploadedFile("trang ký.pdf", PDF)
    done = client.post(address, {"file": upload, "units": [first.pk, second.pk]})
    assert done.status_code == 302
    scans = {one.scan_id for one in printed.signatures.all()}
    assert len(scans) == 1
    assert None not in scans


def test_a_dropped_file_is_known_by_its_bytes(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    issued_pdf = current_file(printed).content
    assert check_file(issued_pdf).finding == Finding.OURS
    sign_digitally(authority, printed, world.representative, world.btc)
    signed = current_file(printed).content
    found = check_file(signed)
    assert (found.finding, found.newest, found.good) == (Finding.OURS, True, True)
    assert found.signatures[0].holder.startswith(NAME)
    older = check_file(issued_pdf)
    assert (older.finding, older.newest) == (Finding.OURS, False)
    changed = bytearray(signed)
    changed[changed.index(b"/Producer") + 12] ^= 1
    altered = check_file(bytes(changed))
    assert altered.finding == Finding.ALTERED
    assert not altered.good
    outside = signed_outside(authority, signed, world.duk)
    assert check_file(outside).finding == Finding.APPENDED
    assert check_file(issued_pdf + b"\n% more").finding == Finding.ALTERED
    assert check_file(b"not a pdf").finding == Finding.UNREADABLE


def test_the_public_page_checks_a_file_and_keeps_nothing(
    world: World, printed: Compact, client: Client
) -> None:
    before = (StoredFile.objects.count(), RenderedFile.objects.count())
    upload = SimpleUploadedFile("gu.pdf", current_file(printed).content)
    page = client.post("/xac-thuc/", {"file": upload}).content.decode()
    assert "Đúng là tệp do hệ thống phát hành" in page
    assert (StoredFile.objects.count(), RenderedFile.objects.count()) == before
    wrong = client.post("/xac-thuc/", {"code": "khongco"}).content.decode()
    assert "Không có văn bản nào mang mã này." in wrong
    right = client.post("/xac-thuc/", {"code": printed.verify_code.upper()})
    assert right["Location"] == f"/xac-thuc/{printed.verify_code}/"
    other = SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")
    unknown = client.post(f"/xac-thuc/{printed.verify_code}/", {"file": other}).content.decode()
    assert "Không đọc được tệp này như một tệp PDF." in unknown
    assert "Tệp này không phải văn bản của trang này." in unknown


def test_one_address_cannot_keep_the_server_busy_with_checks(
    world: World, printed: Compact, client: Client, settings: Settings
) -> None:
    settings.FILE_CHECKS_A_MINUTE = 2
    pages = [f"/xac-thuc/{printed.verify_code}/", "/xac-thuc/"]

    def answer(page: str, address: str) -> tuple[int, str]:
        file = SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")
        given = client.post(page, {"file": file}, REMOTE_ADDR=address)
        return given.status_code, given.content.decode()

    assert [answer(page, "203.0.113.7")[0] for page in pages] == [200, 200]
    for page in pages:
        status, text = answer(page, "203.0.113.7")
        assert status == 429
        assert "Kiểm tra quá nhiều tệp; hãy đợi một phút." in text
        assert "Không đọc được tệp này" not in text
    assert answer(pages[0], "203.0.113.8")[0] == 200
    by_code = client.post("/xac-thuc/", {"code": printed.verify_code}, REMOTE_ADDR="203.0.113.7")
    assert by_code.status_code == 302


def test_without_a_trusted_authority_the_page_says_so(
    world: World, issued: Compact, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.SIGNING_TRUST_DIR = tmp_path / "nothing"
    client.force_login(world.representative)
    page = client.get("/khoi/hn-dang/2018/giao-uoc/ky-so/btc/").content.decode()
    assert "chưa được cấu hình tổ chức chứng thực" in page


def test_a_signed_compact_is_covered_by_a_timestamp_once_and_again_before_it_lapses(
    world: World, printed: Compact, authority: Authority, settings: Settings, stamp_url: str
) -> None:
    for actor, unit in people(world).values():
        sign_digitally(authority, printed, actor, unit)
    assert due_for_stamp(timezone.now()) == [printed.pk]
    assert keep_signatures(compact_id=printed.pk) is None, "there is no server yet"
    settings.SIGNING_TSA_URL = stamp_url
    before = current_file(printed)
    made = keep_signatures(compact_id=printed.pk)
    assert made is not None
    assert made.protected_until is not None
    assert current_file(printed).content.startswith(before.content)
    assert keep_signatures(compact_id=printed.pk) is None
    assert due_for_stamp(made.protected_until - RENEW_BEFORE) == [printed.pk]
    found = check_file(current_file(printed).content)
    assert found.finding == Finding.OURS
    assert found.good
    assert found.newest
    assert verify(world.season.audit_chain) is None


def test_requests_that_ran_out_are_forgotten_with_their_files(
    world: World, printed: Compact, authority: Authority
) -> None:
    certificate, _key = authority.issue(NAME, "Tỉnh ủy")
    request = begin_signing(
        actor=world.representative,
        compact_id=printed.pk,
        unit=world.btc,
        certificate=certificate.public_bytes(Encoding.DER),
        signatory=Signatory(NAME, "Trưởng ban"),
    )
    path = Path(request.prepared.path)
    assert forget_requests() == 0
    long_ago = timezone.now() - datetime.timedelta(days=2)
    SigningRequest.objects.update(expires_at=long_ago)
    assert forget_requests() == 1
    assert not path.exists()
