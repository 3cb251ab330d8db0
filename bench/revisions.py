"""Every object of a signed paper's file, read as pyHanko reads it and as we do.

Whether anything but signatures was appended to a file is told by reading all of it.
"""

from __future__ import annotations

import functools
import io

from pyhanko.pdf_utils.reader import PdfFileReader

from bench.case import Case
from compacts.documents.compact import render_compact
from compacts.documents.revisions import read_pdf
from tests.compacts.documents.examples import make_compact


def cases() -> list[Case]:
    """A compact of ten units with three targets each."""
    return [
        Case(
            name="all objects of a compact's file, 10 units of 3 targets",
            plain=lambda _index: _all_objects(PdfFileReader(io.BytesIO(_file()))),
            ours=lambda _index: _all_objects(read_pdf(_file())),
            goal=5,
            rounds=3,
        )
    ]


@functools.cache
def _file() -> bytes:
    return render_compact(make_compact(units=10, tasks=3))


def _all_objects(reader: PdfFileReader) -> int:
    numbers = list(reader.xrefs.explicit_refs_in_revision(0))
    for number in numbers:
        reader.get_object(number)
    return len(numbers)
