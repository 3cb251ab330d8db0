"""Where a signature made outside shows itself on the pages, and where it may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from compacts.documents.revisions import entries

# What a hand that draws the place with a mouse may be off, in points.
TOLERANCE = 6

Pages = defaultdict[generic.Reference, set[int]]
Corners = tuple[float, float, float, float]


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


def drawn_pages(given: PdfFileReader, reader: PdfFileReader) -> list[int]:
    """On which pages, counted from 1, ``reader`` shows something that ``given`` has not.

    What lies in a place that ``given`` keeps for a signature was meant to be there.
    """
    places = {ref.reference: ref for _name, _value, ref in enumerate_sig_fields(given)}
    drawn = []
    for number in range(_page_count(reader)):
        before = {one.reference for one in _annotations(given, number)}
        here = [_corners(ref.get_object()) for known, ref in places.items() if known in before]
        added = [one for one in _annotations(reader, number) if one.reference not in before]
        if not all(_lies_in(one.get_object(), here) for one in added):
            drawn.append(number + 1)
    return drawn


def _page_count(reader: PdfFileReader) -> int:
    return int(reader.root["/Pages"]["/Count"])


def _annotations(reader: PdfFileReader, number: int) -> Any:
    return entries(reader.find_page_for_modification(number)[0].get_object(), "/Annots")


def _pages_of_widgets(reader: PdfFileReader) -> Pages:
    """On which pages each annotation is shown, whatever it says of that itself."""
    found: Pages = defaultdict(set)
    for number in range(_page_count(reader)):
        for one in _annotations(reader, number):
            if isinstance(one, generic.IndirectObject):
                found[one.reference].add(number)
    return found


def _widgets(field: generic.IndirectObject) -> Iterator[generic.IndirectObject]:
    """The field itself, or all that it shows itself by."""
    yield from entries(field.get_object(), "/Kids") or (field,)


def _is_inside(widget: generic.IndirectObject, own: generic.IndirectObject, pages: Pages) -> bool:
    is_on_its_page = pages[widget.reference] <= pages[own.reference]
    places = [_corners(own.get_object())] if is_on_its_page else []
    return _lies_in(widget.get_object(), places)


def _lies_in(widget: Any, places: list[Corners]) -> bool:
    """Does the widget show itself in one of the places alone, or not at all?"""
    left, bottom, right, top = _corners(widget)
    return (
        left == right
        or bottom == top
        or any(
            left >= place[0] - TOLERANCE
            and bottom >= place[1] - TOLERANCE
            and right <= place[2] + TOLERANCE
            and top <= place[3] + TOLERANCE
            for place in places
        )
    )


def _corners(widget: Any) -> Corners:
    first, second, third, fourth = (float(edge) for edge in widget["/Rect"])
    return min(first, third), min(second, fourth), max(first, third), max(second, fourth)
