"""Refusals of papers and signatures are in the reader's language; papers stay Vietnamese."""

from __future__ import annotations

import io

import pytest
from django.utils import translation
from pyhanko.pdf_utils.reader import PdfFileReader

from compacts.documents.certificates import SigningRefusedError, open_certificate_file
from compacts.documents.compact_paper import compact_paper
from compacts.documents.errors import RenderError
from compacts.documents.paper import Paragraph
from compacts.documents.paper_word import word_file
from compacts.models import Compact
from compacts.services.document_files import file_of
from compacts.services.newest_file import current_file
from tests.cast import World
from tests.compacts.documents.certificates import Authority
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.papers import make_paper
from tests.compacts.signing import sign_digitally


def test_a_reader_of_english_is_told_in_english_what_is_wrong_with_a_certificate() -> None:
    with translation.override("en"), pytest.raises(SigningRefusedError) as refusal:
        open_certificate_file(b"no certificate", "password")
    assert str(refusal.value) == "This file is not a certificate file (.p12, .pfx)."


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_a_reader_of_english_is_told_in_english_what_cannot_be_printed(ending: str) -> None:
    with translation.override("en"), pytest.raises(RenderError) as refusal:
        file_of(make_paper(blocks=(Paragraph(text="漢"),)), ending)
    assert "holds characters that cannot be printed (U+6F22 “漢”)" in str(refusal.value)


def test_a_compact_s_word_file_is_the_same_for_a_reader_of_english() -> None:
    vietnamese = word_file(compact_paper(make_compact(units=2)))
    with translation.override("en"):
        assert word_file(compact_paper(make_compact(units=2))) == vietnamese


def test_a_signature_s_reason_is_vietnamese_whoever_signs(
    world: World, printed: Compact, authority: Authority
) -> None:
    with translation.override("en"):
        sign_digitally(authority, printed, world.representative, world.btc)
    reader = PdfFileReader(io.BytesIO(current_file(printed).content))
    (made,) = reader.embedded_regular_signatures
    assert made.sig_object["/Reason"].startswith("Ký kết giao ước thi đua số")
