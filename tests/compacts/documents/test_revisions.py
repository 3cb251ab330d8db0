"""What was appended to a PDF is told apart: signatures, or more."""

from __future__ import annotations

import io
from functools import partial

import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader

from compacts.documents.appended import pages_drawn_on
from compacts.documents.compact import render_compact
from compacts.documents.paper_pdf import render_paper
from compacts.documents.revisions import UNREADABLE, only_signed, read_pdf
from compacts.documents.signature_fields import field_name
from tests.compacts.documents.certificates import Authority
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import make_paper
from tests.compacts.documents.updates import (
    CHANGES,
    HARMLESS,
    OVER_WORDS,
    empty_field,
    replace_an_object,
    sign_an_empty_field_s_picture,
    signed_in_field,
    signed_in_own_field,
    updated,
)


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


@pytest.fixture(scope="module")
def file() -> bytes:
    return Authority().file("Người ký")


@pytest.fixture(scope="module", params=["compact", "signed compact", "paper"])
def given(request: pytest.FixtureRequest, file: bytes) -> bytes:
    """Our file: with a form, one in which somebody has signed already, without a form."""
    if request.param == "paper":
        return render_paper(make_paper())
    compact = render_compact(make_compact(units=3, tasks=1))
    if request.param == "compact":
        return compact
    return signed_in_field(compact, file, field_name("u1"))


@pytest.mark.parametrize("what", ["", *HARMLESS])
def test_a_signature_and_what_is_noted_with_it_is_no_change(
    given: bytes, file: bytes, what: str
) -> None:
    content = signed_in_own_field(updated(given, *filter(None, [HARMLESS.get(what)])), file)
    assert content.startswith(given)
    assert only_signed(given, content)
    assert pages_drawn_on(given, content) == ()


@pytest.mark.parametrize("what", CHANGES)
def test_a_signature_is_told_from_a_change_under_it(given: bytes, file: bytes, what: str) -> None:
    content = signed_in_own_field(updated(given, CHANGES[what]), file)
    assert content.startswith(given)
    assert not is_only_signed(given, content)


def test_a_picture_in_a_field_that_nobody_signed_is_a_change(file: bytes) -> None:
    given = render_compact(make_compact(units=3, tasks=1))
    content = signed_in_own_field(updated(given, sign_an_empty_field_s_picture), file)
    assert not only_signed(given, content)


def test_no_object_of_a_paper_may_be_replaced() -> None:
    given = render_paper(make_paper())
    reader = read_pdf(given)
    # Its own upkeep: the writer of the update writes these anew.
    left_alone = {reader.root_ref.idnum} | {
        holder.raw_get(key).idnum
        for holder, key in ((reader.root, "/Metadata"), (reader.trailer_view, "/Info"))
    }
    numbers = {one.idnum for one in reader.xrefs.explicit_refs_in_revision(0)} - left_alone
    assert len(numbers) > 100
    taken = [
        number
        for number in numbers
        if is_only_signed(given, updated(given, partial(replace_an_object, number=number)))
    ]
    assert taken == []


def is_only_signed(given: bytes, content: bytes) -> bool:
    """As those ask who take a file: what cannot be read is not taken either."""
    try:
        return only_signed(given, content)
    except UNREADABLE:
        return False


@pytest.mark.parametrize("draw", [{"box": OVER_WORDS}, {"box": (300, 700, 500, 800)}, {}])
def test_a_page_that_was_drawn_on_is_named(
    given: bytes, file: bytes, draw: dict[str, tuple[int, ...]]
) -> None:
    content = signed_in_own_field(given, file, **draw)
    assert only_signed(given, content)
    assert pages_drawn_on(given, content) == ((1,) if draw else ())
    twice = updated(content, empty_field())
    assert pages_drawn_on(given, twice) == (1,)
    assert pages_drawn_on(given, given) == ()
