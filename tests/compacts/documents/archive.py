"""Whether a PDF keeps to PDF/A-3a, rule by rule (ISO 19005-3), as far as its objects tell.

No validator can be had from Debian, PyPI or npm (veraPDF is in none), so the rules that our files
could break are read from the file itself: identification, colours, fonts, structure, data, and
what signing adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from tests.compacts.documents.reading import reader

INVISIBLE = 1 | 2 | 32 | 256
PRINT = 4
FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData"}
ALLOWED_ANNOTATIONS = {"/Widget", "/Link"}


def archive_faults(pdf: bytes) -> list[str]:
    """Each rule that the file breaks, in words; none for a file that is as it should be."""
    file = reader(pdf)
    root: Any = file.trailer["/Root"]
    objects = list(_objects(file.trailer))
    return [
        *_identification(file, root),
        *_structure(root),
        *_attachments(root),
        *(fault for one in objects for fault in _object_faults(one)),
        *_fields(root),
    ]


def _objects(start: Any) -> Iterator[Any]:
    """Every dictionary and stream of the file, once."""
    seen: set[tuple[int, int]] = set()
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += list(one)


def _identification(file: Any, root: Any) -> Iterator[str]:
    metadata = root["/Metadata"].get_object().get_data().decode()
    # As attributes or as elements: both are XMP.
    if not any(form in metadata for form in ('pdfaid:part="3"', "<pdfaid:part>3<")):
        yield "XMP does not say part 3"
    if not any(form in metadata for form in ('conformance="A"', "conformance>A<")):
        yield "XMP does not say conformance A"
    if "/Encrypt" in file.trailer:
        yield "encrypted"
    if "/ID" not in file.trailer:
        yield "no /ID in the trailer"
    intents = [one.get_object() for one in root.get("/OutputIntents", [])]
    if not any(one["/S"] == "/GTS_PDFA1" and "/DestOutputProfile" in one for one in intents):
        yield "no output intent"
    for name in ("/AA", "/OpenAction", "/Requirements"):
        if name in root:
            yield f"{name} in the catalog"


def _structure(root: Any) -> Iterator[str]:
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "not marked as tagged"
    if root.get("/Lang") != "vi":
        yield "language is not vi"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "the title is not shown"
    tree = root.get("/StructTreeRoot")
    if tree is None or not tree["/K"]:
        yield "no structure"


def _attachments(root: Any) -> Iterator[str]:
    attached = [one.get_object() for one in root.get("/AF", [])]
    if not attached:
        yield "no associated file"
    for one in attached:
        if one.get("/AFRelationship") != "/Data" or "/UF" not in one or "/Desc" not in one:
            yield "an associated file without relationship, name or description"
        if "/Subtype" not in one["/EF"]["/F"]:
            yield "an associated file without its type"


def _object_faults(one: Any) -> list[str]:
    broken = {
        "a stream outside of the file": isinstance(one, StreamObject) and "/F" in one,
        "LZW": "/LZWDecode" in str(one.get("/Filter")),
        "PostScript or OPI": one.get("/Subtype") == "/PS" or "/OPI" in one,
        f"forbidden action {one.get('/S')}": one.get("/S") in FORBIDDEN_ACTIONS or "/JS" in one,
        "an interpolated image": bool(one.get("/Interpolate")),
        "a transfer function": one.get("/Type") == "/ExtGState" and "/TR" in one,
        "a picture without words": one.get("/S") == "/Figure" and not one.get("/Alt"),
    }
    faults = list(_font_faults(one)) if one.get("/Type") == "/Font" else []
    return faults + [fault for fault, is_so in broken.items() if is_so]


def _font_faults(font: Any) -> Iterator[str]:
    name = font.get("/BaseFont")
    if font["/Subtype"] == "/Type0":
        if "/ToUnicode" not in font:
            yield f"{name} does not say which letters it draws"
        return
    described = font.get("/FontDescriptor", {})
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
        yield f"{name} is not embedded"


def _fields(root: Any) -> Iterator[str]:
    form = root.get("/AcroForm")
    if form is not None and (form.get("/NeedAppearances") or "/XFA" in form):
        yield "NeedAppearances or XFA"
    parents = _parents(root)
    for page in _pages(root["/Pages"]):
        for found in page.get("/Annots", []):
            yield from _annotation_faults(found.get_object(), parents)


def _annotation_faults(one: Any, parents: set[int]) -> list[str]:
    name = one.get("/T")
    left, bottom, right, top = one["/Rect"]
    is_seen = left != right or bottom != top
    flags = one.get("/F", 0)
    broken = {
        f"annotation {one['/Subtype']}": one["/Subtype"] not in ALLOWED_ANNOTATIONS,
        f"{name} has an action": "/A" in one or "/AA" in one,
        f"{name} is not printed": is_seen and (not flags & PRINT or bool(flags & INVISIBLE)),
        f"{name} has no look of its own": is_seen and set(one.get("/AP", {})) != {"/N"},
        f"{name} is not in the structure": is_seen and one.get("/StructParent") not in parents,
    }
    return [fault for fault, is_so in broken.items() if is_so]


def _parents(root: Any) -> set[int]:
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    return {int(numbers[place]) for place in range(0, len(numbers), 2)}


def _pages(node: Any) -> Iterator[Any]:
    for kid in node["/Kids"]:
        one = kid.get_object()
        if one["/Type"] == "/Pages":
            yield from _pages(one)
        else:
            yield one
