"""A file signed by a program on the own machine and brought back; the stamp over the whole."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NumberObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, pdf_byterange, sign_pdf
from pytest_django import Settings

from compacts.documents.revisions import read_pdf
from compacts.documents.signature_fields import field_name
from compacts.models import Compact
from compacts.rules import SignatureMethod
from compacts.services.archiving import (
    RENEW_BEFORE,
    due_for_stamp,
    keep_signatures,
)
from compacts.services.newest_file import current_file
from compacts.services.verification import Finding, check_file
from tests.cast import World
from tests.compacts.documents.certificates import PASSWORD, Authority
from tests.compacts.documents.updates import (
    OVER_WORDS,
    cover_the_text,
    empty_field,
    signed_in_own_field,
    updated,
)
from tests.compacts.signing import NAME, bring, people, sign_digitally, signed_outside
from units.models import Unit
from units.rules import EditConflictError, RuleError
from units.services.audit import verify


def test_a_file_signed_outside_is_taken(
    world: World, printed: Compact, authority: Authority
) -> None:
    content = signed_outside(authority, current_file(printed).content, world.btc)
    assert bring(world, printed, content).method == SignatureMethod.DIGITAL
    assert current_file(printed).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("written", ["D:20050101070000+07'00'", "D:20990101070000", "hôm qua"])
def test_a_clock_that_cannot_be_right_does_not_date_the_signature(
    world: World, printed: Compact, authority: Authority, client: Client,
    monkeypatch: pytest.MonkeyPatch, written: str,
) -> None:  # fmt: skip
    with monkeypatch.context() as patched:
        patched.setattr(pdf_byterange, "pdf_date", lambda _moment: pdf_string(written))
        content = signed_outside(authority, current_file(printed).content, world.btc)
    file = SimpleUploadedFile("gu.pdf", content)
    page = client.post("/xac-thuc/", {"file": file}).content.decode()
    assert "được ký số thêm bên ngoài" in page
    assert bring(world, printed, content).signed_on == timezone.localdate()


def test_a_changed_unsigned_or_foreign_file_is_refused(
    world: World, printed: Compact, authority: Authority
) -> None:
    given = current_file(printed).content
    good = signed_outside(authority, given, world.btc)
    changed = bytearray(good)
    changed[len(given) // 2] ^= 1
    with pytest.raises(RuleError, match="nội dung đã bị thay đổi"):
        bring(world, printed, bytes(changed))
    with pytest.raises(RuleError, match="chưa có chữ ký số mới"):
        bring(world, printed, given)
    with pytest.raises(RuleError, match="không phải bản giao ước đã tải"):
        bring(world, printed, b"%PDF-1.7 another")
    twice = signed_outside(authority, good, world.duk)
    with pytest.raises(RuleError, match="đây có thêm 2"):
        bring(world, printed, twice)
    with pytest.raises(RuleError, match="ghi thêm vào tệp không đọc được"):
        bring(world, printed, good[:-100])
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


def signed_by_a_program(authority: Authority, content: bytes, unit: Unit) -> bytes:
    """As poppler's pdfsig does it: no PAdES, and the time is noted in the field as well."""
    file = authority.file(NAME, "Tỉnh ủy Hà Nam")
    signer = SimpleSigner.load_pkcs12_data(file, [], PASSWORD.encode())
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    for name, _value, reference in enumerate_sig_fields(writer.prev):
        if name == field_name(unit.code):
            field = reference.get_object()
            field["/M"] = pdf_string("D:20180320090000+07'00'")
            writer.update_container(field)
    metadata = PdfSignatureMetadata(field_name=field_name(unit.code))
    made = sign_pdf(writer, metadata, signer=signer, existing_fields_only=True)
    return bytes(made.getvalue())


def test_words_that_were_covered_before_signing_are_seen(
    world: World, printed: Compact, authority: Authority
) -> None:
    covered = updated(current_file(printed).content, cover_the_text)
    content = signed_outside(authority, covered, world.btc)
    with pytest.raises(RuleError, match="bị thay đổi trước khi ký"):
        bring(world, printed, content)
    found = check_file(content)
    assert (found.finding, found.good) == (Finding.ALTERED, False)
    assert found.signatures[0].holds, "its own signature vouches for what is under it"


def test_what_signing_programs_note_beside_the_signature_is_no_change(
    world: World, printed: Compact, authority: Authority
) -> None:
    others = people(world)
    sign_digitally(authority, printed, *others["duk"])
    content = signed_by_a_program(authority, current_file(printed).content, world.btc)
    assert check_file(content).finding == Finding.APPENDED
    assert bring(world, printed, content).method == SignatureMethod.DIGITAL
    sign_digitally(authority, printed, *others["ubkt"])
    found = check_file(current_file(printed).content)
    assert (found.finding, found.good, len(found.signatures)) == (Finding.OURS, True, 3)


def test_a_signature_in_the_field_of_another_unit_is_refused(
    world: World, printed: Compact, authority: Authority
) -> None:
    content = signed_outside(authority, current_file(printed).content, world.duk)
    with pytest.raises(RuleError, match=f"ngoài ô ký .*{field_name(world.btc.code)}"):
        bring(world, printed, content)


@pytest.mark.parametrize(
    ("shift", "is_taken"), [((2, 2, -2, -2), True), ((0, 200, 0, 200), False), (None, True)]
)
def test_a_program_that_draws_a_field_of_its_own_must_draw_it_in_the_unit_s(
    world: World,
    printed: Compact,
    authority: Authority,
    shift: tuple[int, ...] | None,
    is_taken: bool,
) -> None:
    given = current_file(printed).content
    pdf = read_pdf(given)
    fields = {name: one.get_object() for name, _value, one in enumerate_sig_fields(pdf)}
    place = fields[field_name(world.btc.code)]
    page = next(
        number
        for number in range(int(pdf.root["/Pages"]["/Count"]))
        if pdf.find_page_for_modification(number)[0] == place.raw_get("/P")
    )
    edges = [float(edge) for edge in place["/Rect"]]
    left, bottom, right, top = (
        round(edge + by) for edge, by in zip(edges, shift or (0, 0, 0, 0), strict=True)
    )
    box = (left, bottom, right, top) if shift else None
    file = authority.file(NAME, "Tỉnh ủy Hà Nam")
    content = signed_in_own_field(given, file, box=box, page=page)
    found = check_file(content).finding
    assert found == (Finding.APPENDED if is_taken else Finding.DRAWN)
    if is_taken:
        assert bring(world, printed, content).method == SignatureMethod.DIGITAL
        return
    with pytest.raises(RuleError, match="ngoài ô ký"):
        bring(world, printed, content)


def draw_one_that_shows_itself_twice(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("Signature9", combine_annotation=False))
    fields = {name: one.get_object() for name, _value, one in enumerate_sig_fields(writer)}
    kids = fields["Signature9"]["/Kids"]
    second = DictionaryObject({key: kids[0].raw_get(key) for key in kids[0]})
    second[pdf_name("/Rect")] = ArrayObject(map(NumberObject, OVER_WORDS))
    kids.append(writer.add_object(second))
    writer.register_annotation(writer.prev.find_page_for_modification(0)[0], kids.raw_get(1))


@pytest.mark.parametrize("draw", [empty_field(), draw_one_that_shows_itself_twice])
def test_no_other_field_may_be_drawn_over_words(
    world: World,
    printed: Compact,
    authority: Authority,
    draw: Callable[[IncrementalPdfFileWriter], None],
) -> None:
    content = signed_outside(authority, updated(current_file(printed).content, draw), world.btc)
    with pytest.raises(RuleError, match="ngoài ô ký"):
        bring(world, printed, content)
