"""Empty signature fields of the PDF, at the places that the layout left for them.

One for each unit, so that units sign in any order: a signature fills its own field and is
appended to the file, and every earlier one stays valid.
"""

from __future__ import annotations

import re
from typing import Any

import pydyf

PREFIX = "ky-"
POINTS_PER_PIXEL = 0.75
PRINT, LOCKED = 4, 128


def field_name(code: str) -> str:
    """The name of a unit's field; letters it cannot carry are written as numbers."""
    return PREFIX + re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}_", code)


def add_signature_fields(document: Any, pdf: Any) -> None:
    """Give every element whose id is a field name an empty signature field (engine's finisher)."""
    blanks: dict[tuple[float, float], Any] = {}
    fields = pydyf.Array()
    for name, page, box in _boxes(document):
        widget = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(name),
                "TU": pydyf.String(f"Chữ ký số {name.removeprefix(PREFIX)}"),
                "Rect": pydyf.Array(box),
                "F": PRINT | LOCKED,
                "P": pdf.page_references[page],
                "AP": _blank(pdf, blanks, box),
            }
        )
        pdf.add_object(widget)
        fields.append(widget.reference)
        holder = pdf.objects[int(pdf.page_references[page].split()[0])]
        holder.setdefault("Annots", pydyf.Array()).append(widget.reference)
    if fields:
        form = pdf.catalog.setdefault("AcroForm", pydyf.Dictionary({"Fields": pydyf.Array()}))
        form["Fields"].extend(fields)
        form["SigFlags"] = 1


def _boxes(document: Any) -> list[tuple[str, int, list[float]]]:
    """Name, page from 0, and box in points from the lower left, in the order of the names."""
    found = []
    for number, page in enumerate(document.pages):
        for name, (left, top, right, bottom) in page.anchors.items():
            if name.startswith(PREFIX):
                corners = (left, page.height - bottom, right, page.height - top)
                found.append((name, number, [round(x * POINTS_PER_PIXEL, 2) for x in corners]))
    return sorted(found)


def _blank(pdf: Any, blanks: dict[tuple[float, float], Any], box: list[float]) -> Any:
    """An empty appearance of the box's size: PDF/A asks for one on every visible widget."""
    size = (round(box[2] - box[0], 2), round(box[3] - box[1], 2))
    if size not in blanks:
        appearance = pydyf.Stream(
            [],
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, *size]),
                "Resources": pydyf.Dictionary(),
            },
        )
        pdf.add_object(appearance)
        blanks[size] = pydyf.Dictionary({"N": appearance.reference})
    return blanks[size]
