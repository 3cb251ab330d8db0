"""Signatures in the compact's PDF: real certificates, in any order, and every fault is seen."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
)
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import pdf_byterange
from pypdf import PdfWriter
from pypdf.generic import NameObject, TextStringObject

from compacts.documents.archive_stamp import archive_stamped
from compacts.documents.certificates import (
    CertificateFile,
    SigningRefusedError,
    Trust,
    certificate_facts,
    check_certificate,
    open_certificate_file,
)
from compacts.documents.compact import render_compact
from compacts.documents.signature_fields import field_name
from compacts.documents.signature_stamp import StampText, render_stamp
from compacts.documents.signing import embed, found_signatures, prepare, with_validation_data
from tests.compacts.documents.certificates import PASSWORD, Authority, pkcs12_file
from tests.compacts.documents.examples import drawn_stamp, make_compact, make_long_compact
from tests.compacts.documents.reading import fonts_left_out, page_image, raw_text, reader, text_in
from tests.compacts.documents.timestamps import timestamp_server

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_compact(make_compact(units=4, tasks=1))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def stamp_url(authority: Authority) -> Iterator[str]:
    with timestamp_server(authority) as url:
        yield url


def key_of(authority: Authority, name: str, **more: object) -> CertificateFile:
    return open_certificate_file(authority.file(name, "Cơ quan", **more), PASSWORD)


def signed(content: bytes, code: str, key: CertificateFile, trust: Trust) -> bytes:
    prepared = prepare(
        content,
        field_name=field_name(code),
        certificate=key.certificate,
        name="Người ký",
        reason="Ký kết giao ước thi đua",
        location="Hà Nam",
        stamp=drawn_stamp,
    )
    return embed(
        prepared,
        certificate=key.certificate,
        chain=key.chain,
        signature=key.sign(prepared.attributes),
        trust=trust,
    )


def annotations(content: bytes) -> list[Any]:
    return [one for page in reader(content).pages for one in page.get("/Annots", ())]


def test_an_issued_compact_has_an_empty_field_for_every_unit(pdf: bytes) -> None:
    fields = reader(pdf).get_fields() or {}
    assert sorted(fields) == sorted(field_name(f"u{index}") for index in range(4))
    assert not reader(render_compact(make_compact(draft=True))).get_fields()
    looks = [one.get_object()["/AP"].raw_get("/N") for one in annotations(pdf)]
    assert len(looks) == 4
    assert len(set(looks)) == 1, "a program that signs may free what is one field's alone"


@pytest.mark.parametrize("units", [3, 12])
def test_each_field_lies_on_empty_paper_right_above_its_signatory(units: int) -> None:
    compact = make_long_compact(units)
    content = render_compact(compact)
    names = {field_name(unit.code): unit.signatory_name for unit in compact.units}
    for number, page in enumerate(reader(content).pages, start=1):
        image = page_image(content, number, 72)
        for annotation in page.get("/Annots", ()):
            field = annotation.get_object()
            left, bottom, right, top = (float(edge) for edge in field["/Rect"])
            box = (
                round(left),
                image.height - int(top),
                round(right),
                image.height - round(bottom),
            )
            assert right - left > 130
            assert top - bottom == pytest.approx(21 / 25.4 * 72, abs=0.02)
            assert image.crop(box).getextrema() == (255, 255)
            below = text_in(content, number, left, image.height - bottom, right, 16)
            assert below == names.pop(field["/T"])
    assert not names


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("D:20261129173228Z'", "2026-11-29T17:32:28+00:00"),
        ("D:20261129173228Z00'00'", "2026-11-29T17:32:28+00:00"),
        # Without a zone, as ISO 32000 allows: one of our clock on the wall.
        ("D:20261129173228", "2026-11-29T17:32:28+07:00"),
        ("D:00010101000000+14'00'", None),
        ("D:99991231235959-12'00'", None),
        ("hôm qua", None),
    ],
)
def test_a_time_that_a_program_wrote_badly_is_no_fault_of_its_signature(
    pdf: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch, written: str,
    said: str | None,
) -> None:  # fmt: skip
    key = key_of(authority, "A")
    with monkeypatch.context() as patched:
        # LibreOffice writes the first one.
        patched.setattr(pdf_byterange, "pdf_date", lambda _moment: pdf_string(written))
        content = signed(pdf, "u1", key, authority.trust())
    content = signed(content, "u2", key_of(authority, "B"), authority.trust())
    found = {one.field_name: one for one in found_signatures(content, authority.trust())}
    first = found[field_name("u1")]
    assert first.holds
    assert first.signed_at == (dt.datetime.fromisoformat(said) if said else None)


@pytest.mark.parametrize("elliptic", [False, True])
def test_a_signature_holds(pdf: bytes, authority: Authority, elliptic: bool) -> None:
    content = signed(pdf, "u1", key_of(authority, "A", elliptic=elliptic), authority.trust())
    assert content.startswith(pdf)
    (found,) = found_signatures(content, authority.trust())
    assert found.holds
    assert found.field_name == field_name("u1")


def test_units_sign_in_any_order_and_all_signatures_hold(pdf: bytes, authority: Authority) -> None:
    content = pdf
    for code in ("u2", "u0", "u3", "u1"):
        content = signed(content, code, key_of(authority, code), authority.trust())
    found = found_signatures(content, authority.trust())
    assert len(found) == 4
    assert all(one.holds for one in found)


def test_the_signature_is_seen_in_its_place_with_name_body_and_time(
    pdf: bytes, authority: Authority
) -> None:
    content = signed(pdf, "u1", key_of(authority, "A"), authority.trust())
    words = raw_text(content)
    assert "Đã ký số bởi: Phạm Văn Trưởng" in words
    assert "Cơ quan: Ban Tổ chức Tỉnh ủy" in words
    assert "Thời gian ký: 14:05:33 20/3/2018 +07:00" in words
    assert fonts_left_out(content) == []


def test_a_very_long_name_stays_inside_its_place() -> None:
    text = StampText("Nguyễn " * 200, "Cơ quan " * 200, "08:00:00 1/1/2026 +07:00")
    page = render_stamp(text, 141, 59)
    assert len(reader(page).pages) == 1


def test_nobody_signs_a_field_twice(pdf: bytes, authority: Authority) -> None:
    content = signed(pdf, "u1", key_of(authority, "A"), authority.trust())
    with pytest.raises(SigningRefusedError, match="không còn trống"):
        signed(content, "u1", key_of(authority, "A"), authority.trust())


def test_one_changed_byte_breaks_the_signature(pdf: bytes, authority: Authority) -> None:
    content = bytearray(signed(pdf, "u1", key_of(authority, "A"), authority.trust()))
    place = content.index(b"/Title")
    content[place + 1] ^= 1
    found = found_signatures(bytes(content), authority.trust())
    assert not any(one.holds for one in found)


def test_a_page_changed_after_signing_is_noticed(pdf: bytes, authority: Authority) -> None:
    content = signed(pdf, "u1", key_of(authority, "A"), authority.trust())
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    writer.pages[0][NameObject("/Lời")] = TextStringObject("thêm sau khi ký")
    output = io.BytesIO()
    writer.write(output)
    (found,) = found_signatures(output.getvalue(), authority.trust())
    assert not found.holds


def test_a_stranger_s_certificate_is_not_trusted(pdf: bytes, authority: Authority) -> None:
    stranger = Authority("Tự phong")
    key = key_of(stranger, "A")
    with pytest.raises(SigningRefusedError, match="không do tổ chức được tin cậy cấp"):
        check_certificate(key.certificate, key.chain, authority.trust())
    (found,) = found_signatures(signed(pdf, "u1", key, stranger.trust()), authority.trust())
    assert found.intact
    assert not found.trusted


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [(-60 * DAY, -DAY, "đã hết hạn"), (DAY, 60 * DAY, "chưa có hiệu lực")],
)
def test_a_certificate_out_of_its_time_is_refused(
    authority: Authority, starts: dt.timedelta, ends: dt.timedelta, why: str
) -> None:
    key = key_of(authority, "A", starts=starts, ends=ends)
    with pytest.raises(SigningRefusedError, match=why):
        check_certificate(key.certificate, key.chain, authority.trust())


def test_a_revoked_certificate_is_refused(pdf: bytes) -> None:
    authority = Authority()
    certificate, key = authority.issue("A", "Cơ quan")
    signer = open_certificate_file(pkcs12_file(certificate, key), PASSWORD)
    check_certificate(signer.certificate, signer.chain, authority.trust())
    authority.revoke(certificate)
    with pytest.raises(SigningRefusedError, match="thu hồi"):
        check_certificate(signer.certificate, signer.chain, authority.trust())
    (found,) = found_signatures(signed(pdf, "u1", signer, authority.trust()), authority.trust())
    assert not found.holds


def test_without_a_trusted_authority_nobody_signs(authority: Authority) -> None:
    key = key_of(authority, "A")
    with pytest.raises(SigningRefusedError, match="chưa được cấu hình"):
        check_certificate(key.certificate, key.chain, Trust())


@pytest.mark.parametrize(("password", "what"), [("sai", "password"), ("", "password")])
def test_a_wrong_password_is_said_to_be_one(
    authority: Authority, password: str, what: str
) -> None:
    with pytest.raises(SigningRefusedError) as refusal:
        open_certificate_file(authority.file("A"), password)
    assert refusal.value.what == what


def test_what_is_no_certificate_file_is_refused() -> None:
    with pytest.raises(SigningRefusedError, match="không phải tệp chứng thư số"):
        open_certificate_file(b"%PDF-1.7 nothing", PASSWORD)


def test_a_signature_by_another_key_does_not_hold(pdf: bytes, authority: Authority) -> None:
    key, other = key_of(authority, "A"), key_of(authority, "B")
    prepared = prepare(
        pdf,
        field_name=field_name("u1"),
        certificate=key.certificate,
        name="",
        reason="",
        location="",
        stamp=drawn_stamp,
    )
    content = embed(
        prepared,
        certificate=key.certificate,
        chain=[],
        signature=other.sign(prepared.attributes),
        trust=authority.trust(),
    )
    (found,) = found_signatures(content, authority.trust())
    assert not found.intact


def test_validation_data_is_appended_and_breaks_nothing(pdf: bytes, authority: Authority) -> None:
    content = signed(pdf, "u1", key_of(authority, "A"), authority.trust())
    content = signed(content, "u2", key_of(authority, "B"), authority.trust())
    kept = with_validation_data(content, authority.trust())
    assert kept.startswith(content)
    assert b"/DSS" in kept
    assert all(one.holds for one in found_signatures(kept, authority.trust()))


def test_the_certificate_s_facts_are_kept_as_text(authority: Authority) -> None:
    certificate, _key = authority.issue("Trần Quốc Hùng", "Ủy ban Kiểm tra Tỉnh ủy")
    facts = certificate_facts(x509.Certificate.load(certificate.public_bytes(Encoding.DER)))
    assert facts["name"] == "Trần Quốc Hùng"
    assert facts["organization"] == "Ủy ban Kiểm tra Tỉnh ủy"
    assert facts["subject"] == "Trần Quốc Hùng, Ủy ban Kiểm tra Tỉnh ủy"
    assert facts["issuer"] == "Ban Cơ yếu thử nghiệm"
    assert facts["serial"] == format(certificate.serial_number, "x")


def test_with_a_timestamp_server_the_time_is_not_the_signer_s_own(
    pdf: bytes, authority: Authority, stamp_url: str
) -> None:
    trust = authority.trust(stamp_url)
    content = signed(pdf, "u1", key_of(authority, "A"), trust)
    (found,) = found_signatures(content, trust)
    assert found.holds
    assert found.stamped
    assert found.signed_at is not None


def test_a_timestamp_server_that_does_not_answer_is_said_so(
    pdf: bytes, authority: Authority
) -> None:
    with pytest.raises(SigningRefusedError, match="dấu thời gian không trả lời"):
        signed(pdf, "u1", key_of(authority, "A"), authority.trust("http://127.0.0.1:9/"))


def test_a_timestamp_over_the_whole_file_covers_all_signatures_and_is_renewed(
    pdf: bytes, authority: Authority, stamp_url: str
) -> None:
    trust = authority.trust(stamp_url)
    content = signed(pdf, "u1", key_of(authority, "A"), trust)
    kept, until = archive_stamped(content, trust, 2)
    assert kept.startswith(content)
    assert until > dt.datetime.now(dt.UTC)
    again, _until = archive_stamped(kept, trust, 3)
    assert again.startswith(kept)
    stamps = PdfFileReader(io.BytesIO(again)).embedded_timestamp_signatures
    assert [one.field_name for one in stamps] == ["dau-thoi-gian-2", "dau-thoi-gian-3"]
    assert all(one.holds for one in found_signatures(again, trust))


def test_no_timestamp_over_the_file_where_the_server_does_not_answer(
    pdf: bytes, authority: Authority
) -> None:
    content = signed(pdf, "u1", key_of(authority, "A"), authority.trust())
    with pytest.raises(SigningRefusedError, match="dấu thời gian không trả lời"):
        archive_stamped(content, authority.trust("http://127.0.0.1:9/"), 2)
