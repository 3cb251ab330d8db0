"""Empty signature fields of the PDF, at the places that the layout left for them.

One for each unit, so that units sign in any order: a signature fills its own field and is
appended to the file, and every earlier one stays valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pydyf

PREFIX = "ky-"
MARK = "data-field"
POINTS_PER_PIXEL = 0.75
POINTS_PER_MILLIMETRE = 72 / 25.4
# The free space above a name, and what the cell leaves at either side, as in compact.css.
HEIGHT = 21 * POINTS_PER_MILLIMETRE
MARGIN = 2.5 * POINTS_PER_MILLIMETRE
PRINT, LOCKED = 4, 128


def field_name(code: str) -> str:
    """The name of a unit's field; letters it cannot carry are written as numbers."""
    return PREFIX + re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}_", code)


def add_signature_fields(document: Any, pdf: Any) -> None:
    """Give every cell marked with a field's name an empty signature field (engine's finisher)."""
    fields = pydyf.Array()
    boxes = _boxes(document)
    blank = _blank(pdf) if boxes else None
    for name, page, box in boxes:
        widget = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(name),
                "TU": pydyf.String(_title(name)),
                "Rect": pydyf.Array(box),
                "F": PRINT | LOCKED,
                "P": pdf.page_references[page],
                "AP": blank,
            }
        )
        pdf.add_object(widget)
        fields.append(widget.reference)
        holder = _referred(pdf, pdf.page_references[page])
        holder.setdefault("Annots", pydyf.Array()).append(widget.reference)
        _tag(pdf, widget, page, name)
    if fields:
        form = pdf.catalog.setdefault("AcroForm", pydyf.Dictionary({"Fields": pydyf.Array()}))
        form["Fields"].extend(fields)
        form["SigFlags"] = 1


def _tag(pdf: Any, widget: Any, page: int, name: str) -> None:
    """Put the field into the document's structure, as its last element."""
    root = _referred(pdf, pdf.catalog["StructTreeRoot"])
    parent_reference = root["K"][0]
    mention = pydyf.Dictionary(
        {"Type": "/OBJR", "Obj": widget.reference, "Pg": pdf.page_references[page]}
    )
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "Alt": pydyf.String(_title(name)),
            "P": parent_reference,
            "Pg": pdf.page_references[page],
            # Not in a list: so checkers of signatures know the way from the tree to the field.
            "K": mention,
        }
    )
    pdf.add_object(element)
    _referred(pdf, parent_reference)["K"].append(element.reference)
    numbers = _referred(pdf, root["ParentTree"])["Nums"]
    widget["StructParent"] = numbers[-2] + 1
    numbers.extend([widget["StructParent"], element.reference])


def _referred(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _title(name: str) -> str:
    return f"Chữ ký số {name.removeprefix(PREFIX)}"


def _boxes(document: Any) -> list[tuple[str, int, list[float]]]:
    """Name, page from 0, and box in points from the lower left, in the order of the names.

    The mark stands on the cell of the signatory's name; the field is the free space at its top.
    An id would do too, but gives every cell a style of its own: a tenth of the engine's work.
    """
    found = []
    for number, page in enumerate(document.pages):
        # The engine offers the places of ids and links alone; a page's boxes are its own.
        for name, cell in _marked_cells(page._page_box):
            upper = (page.height - cell.border_box_y()) * POINTS_PER_PIXEL
            left = cell.border_box_x() * POINTS_PER_PIXEL
            right = left + cell.border_width() * POINTS_PER_PIXEL
            corners = (left + MARGIN, upper - HEIGHT, right - MARGIN, upper)
            found.append((name, number, [round(x, 2) for x in corners]))
    return sorted(found)


def _marked_cells(box: Any) -> Iterator[tuple[str, Any]]:
    from weasyprint.formatting_structure.boxes import TableCellBox

    if isinstance(box, TableCellBox):
        if name := box.element.get(MARK):
            yield name, box
        return
    for child in box.children:
        yield from _marked_cells(child)


def _blank(pdf: Any) -> Any:
    """An empty appearance, which fits any box: PDF/A asks for one on every visible widget.

    All fields share it. Of one that is a field's alone, poppler's ``pdfsig`` frees the number and
    uses it again in the same update, against the rules: what is signed so cannot be read.
    """
    appearance = pydyf.Stream(
        [],
        {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": pydyf.Array([0, 0, 1, 1]),
            "Resources": pydyf.Dictionary(),
        },
    )
    pdf.add_object(appearance)
    return pydyf.Dictionary({"N": appearance.reference})
