"""Where in a compact's file a signature made outside may show itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

# What a hand that draws the place with a mouse may be off, in points.
TOLERANCE = 6

Pages = defaultdict[generic.Reference, set[int]]


def lies_in_field(given: PdfFileReader, reader: PdfFileReader, name: str, own: str) -> bool:
    """Is the signature ``name`` in the field ``own``, or in one that shows itself only there?

    Some programs cannot fill a field and draw one of their own, whose picture could cover words.
    So could a field that is drawn besides and left empty: none that ``given`` has not may show
    itself elsewhere.
    """
    before = {reference.reference for _name, _value, reference in enumerate_sig_fields(given)}
    fields = [(one, reference) for one, _value, reference in enumerate_sig_fields(reader)]
    drawn = [(one, ref) for one, ref in fields if ref.reference not in before]
    place = next((ref for one, ref in fields if one == own and ref.reference in before), None)
    if place is None or name not in {own, *(one for one, _ref in drawn)}:
        return False
    pages = _pages_of_widgets(reader)
    return all(
        _is_inside(widget, place, pages) for _name, ref in drawn for widget in _widgets(ref)
    )


def _pages_of_widgets(reader: PdfFileReader) -> Pages:
    """On which pages each annotation is shown, whatever it says of that itself."""
    found: Pages = defaultdict(set)
    for number in range(int(reader.root["/Pages"]["/Count"])):
        page: Any = reader.find_page_for_modification(number)[0].get_object()
        for one in page.get("/Annots", ()):
            if isinstance(one, generic.IndirectObject):
                found[one.reference].add(number)
    return found


def _widgets(field: generic.IndirectObject) -> Iterator[generic.IndirectObject]:
    """The field itself, or all that it shows itself by."""
    yield from field.get_object().get("/Kids", (field,))


def _is_inside(widget: generic.IndirectObject, own: generic.IndirectObject, pages: Pages) -> bool:
    left, bottom, right, top = _corners(widget.get_object())
    if left == right or bottom == top:
        return True
    own_left, own_bottom, own_right, own_top = _corners(own.get_object())
    return (
        pages[widget.reference] <= pages[own.reference]
        and left >= own_left - TOLERANCE
        and bottom >= own_bottom - TOLERANCE
        and right <= own_right + TOLERANCE
        and top <= own_top + TOLERANCE
    )


def _corners(widget: Any) -> tuple[float, float, float, float]:
    first, second, third, fourth = (float(edge) for edge in widget["/Rect"])
    return min(first, third), min(second, fourth), max(first, third), max(second, fourth)
