"""Where in a compact's file a signature made outside may show itself."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

# What a hand that draws the place with a mouse may be off, in points.
TOLERANCE = 6


def lies_in_field(reader: PdfFileReader, name: str, own: str) -> bool:
    """Is the signature field ``name`` the field ``own``, or one that shows itself only in it?

    Some programs cannot fill a field and draw one of their own, whose picture could cover words.
    """
    if name == own:
        return True
    widgets = {
        found: _widget(reference.get_object())
        for found, _value, reference in enumerate_sig_fields(reader)
    }
    shown, place = widgets.get(name), widgets.get(own)
    if shown is None or place is None:
        return False
    left, bottom, right, top = _corners(shown)
    if left == right or bottom == top:
        return True
    is_same_page = shown.raw_get("/P") == place.raw_get("/P") if "/P" in shown else False
    own_left, own_bottom, own_right, own_top = _corners(place)
    return (
        is_same_page
        and left >= own_left - TOLERANCE
        and bottom >= own_bottom - TOLERANCE
        and right <= own_right + TOLERANCE
        and top <= own_top + TOLERANCE
    )


def _widget(field: Any) -> Any:
    return field["/Kids"][0] if "/Kids" in field else field


def _corners(widget: Any) -> tuple[float, float, float, float]:
    first, second, third, fourth = (float(edge) for edge in widget["/Rect"])
    return min(first, third), min(second, fourth), max(first, third), max(second, fourth)
