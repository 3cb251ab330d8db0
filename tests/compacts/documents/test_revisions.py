"""What was appended to a PDF is told apart: signatures, or more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NullObject,
    Reference,
    StreamObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

from compacts.documents.compact import render_compact
from compacts.documents.paper_pdf import render_paper
from compacts.documents.revisions import only_signed, read_pdf
from tests.compacts.documents.certificates import PASSWORD, Authority
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import make_paper


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_compact(make_compact(units=10, tasks=10))


def test_every_object_is_read_as_the_library_reads_it(pdf: bytes) -> None:
    ours, theirs = read_pdf(pdf), PdfFileReader(io.BytesIO(pdf))
    numbers = sorted(ref.idnum for ref in theirs.xrefs.explicit_refs_in_revision(0))
    assert len(numbers) > 1000
    for number in numbers[:: len(numbers) // 50]:
        own = ours.get_object(Reference(number, 0, ours))
        assert repr(own) == repr(theirs.get_object(Reference(number, 0, theirs)))


def test_the_same_file_has_nothing_appended(pdf: bytes) -> None:
    assert only_signed(pdf, pdf)
    assert not only_signed(pdf, pdf.replace(b"%PDF-1.7", b"%PDF-1.6"))


def signed(content: bytes, *faults: str) -> bytes:
    """The file with a signature in a field of its own, after the updates that ``faults`` name."""
    for fault in faults:
        content = altered(content, fault)
    file = Authority().file("Người ký")
    signer = SimpleSigner.load_pkcs12_data(file, [], PASSWORD.encode())
    return bytes(
        sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(content)),
            PdfSignatureMetadata(field_name="Signature1"),
            signer=signer,
            new_field_spec=SigFieldSpec("Signature1", box=(300, 500, 500, 600)),
        ).getvalue()
    )


def altered(content: bytes, fault: str) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page: Any = writer.prev.find_page_for_modification(0)[0].get_object()
    if fault == "words covered":
        drawn = writer.add_object(StreamObject(stream_data=b"1 g 60 60 480 700 re f"))
        page["/Contents"] = ArrayObject([page.raw_get("/Contents"), drawn])
    elif fault == "words taken away":
        page["/Contents"] = NullObject()
    else:
        note = DictionaryObject({pdf_name("/Subtype"): pdf_name("/FreeText")})
        page["/Annots"] = ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("fault", ["", "words covered", "words taken away", "a note added"])
@pytest.mark.parametrize("has_form", [True, False])
def test_a_signature_is_told_from_a_change_under_it(fault: str, has_form: bool) -> None:
    given = (
        render_compact(make_compact(units=3, tasks=1)) if has_form else render_paper(make_paper())
    )
    content = signed(given, *filter(None, [fault]))
    assert content.startswith(given)
    assert only_signed(given, content) == (not fault)
