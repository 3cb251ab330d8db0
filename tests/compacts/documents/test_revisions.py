"""What was appended to a PDF is told apart: signatures, or more."""

from __future__ import annotations

import io
import time

import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader

from compacts.documents.compact import render_compact
from compacts.documents.revisions import only_signed, read_pdf
from tests.compacts.documents.examples import make_compact


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


def test_all_objects_of_a_large_file_are_read_in_seconds(pdf: bytes) -> None:
    begun = time.process_time()
    found = read_pdf(pdf)
    for ref in found.xrefs.explicit_refs_in_revision(0):
        found.get_object(ref)
    assert time.process_time() - begun < 5
