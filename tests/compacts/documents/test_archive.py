"""Files for the archive stay such files when they are signed, and the check sees what breaks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from compacts.documents.archive_stamp import archive_stamped
from compacts.documents.compact import render_compact
from compacts.documents.signing import with_validation_data
from tests.compacts.documents.archive import archive_faults
from tests.compacts.documents.certificates import Authority
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.reading import fonts_left_out, reader
from tests.compacts.documents.test_signing import key_of, signed
from tests.compacts.documents.timestamps import timestamp_server


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_compact(make_compact(units=3, tasks=1))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def stamp_url(authority: Authority) -> Iterator[str]:
    with timestamp_server(authority) as url:
        yield url


def outline(pdf: bytes) -> list[str]:
    return [one.title for one in reader(pdf).outline if not isinstance(one, list)]


def test_a_compact_with_fields_to_sign_is_an_archive_file(pdf: bytes) -> None:
    assert archive_faults(pdf) == []


def test_a_signed_compact_is_still_an_archive_file(
    pdf: bytes, authority: Authority, stamp_url: str
) -> None:
    trust = authority.trust(stamp_url)
    made = signed(pdf, "u2", key_of(authority, "Lê Văn A"), trust)
    made = signed(made, "u0", key_of(authority, "Trần Thị B"), trust)
    for stage in (made, with_validation_data(made, trust), archive_stamped(made, trust, 1)[0]):
        assert archive_faults(stage) == []
        assert fonts_left_out(stage) == []
        assert outline(stage) == outline(pdf)
        assert reader(stage).attachments == reader(pdf).attachments


def _widget(file: PdfWriter) -> Any:
    for page in file.pages:
        for one in page.get("/Annots", []):
            return one.get_object()
    raise AssertionError


def _root(file: PdfWriter) -> Any:
    return file._root_object


def _without_language(file: PdfWriter) -> None:
    del _root(file)["/Lang"]


def _without_look(file: PdfWriter) -> None:
    del _widget(file)["/AP"]


def _hidden(file: PdfWriter) -> None:
    _widget(file)[NameObject("/F")] = NumberObject(2)


def _outside_the_structure(file: PdfWriter) -> None:
    del _widget(file)["/StructParent"]


def _with_a_script(file: PdfWriter) -> None:
    _root(file)[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('x')"),
        }
    )


def _without_data(file: PdfWriter) -> None:
    del _root(file)["/AF"]


def _without_colours(file: PdfWriter) -> None:
    del _root(file)["/OutputIntents"]


def _with_a_note(file: PdfWriter) -> None:
    note = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Text"),
            NameObject("/Contents"): TextStringObject("ghi chú"),
            NameObject("/Rect"): file.pages[0].mediabox.__class__(
                [FloatObject(0), FloatObject(0), FloatObject(9), FloatObject(9)]
            ),
        }
    )
    file.add_annotation(0, note)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_without_language, "language"),
        (_without_look, "no look"),
        (_hidden, "not printed"),
        (_outside_the_structure, "not in the structure"),
        (_with_a_script, "JavaScript"),
        (_without_data, "associated file"),
        (_without_colours, "output intent"),
        (_with_a_note, "annotation /Text"),
    ],
)
def test_the_check_sees_what_is_no_archive_file(
    pdf: bytes, spoil: Callable[[PdfWriter], None], fault: str
) -> None:
    file = PdfWriter(clone_from=io.BytesIO(pdf))
    spoil(file)
    output = io.BytesIO()
    file.write(output)
    assert any(fault in one for one in archive_faults(output.getvalue()))
