"""What was appended to a PDF after it was given out: signatures and nothing else, or more.

A PDF grows by updates, and whoever appends one may replace any object by another. A signature
vouches for all that stands before it, so what was put between our file and the first signature
must be looked at too, not only what comes after one.
"""

from __future__ import annotations

import io
import zlib
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.metadata.xmp_xml import meta_from_xmp, parse_xmp
from pyhanko.pdf_utils.misc import PdfError, PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.constants import (
    ACROFORM_EXEMPT_STRICT_COMPARISON,
    VALUE_UPDATE_KEYS,
)
from pyhanko.sign.fields import MDPPerm

_UPKEEP = (DocInfoRule, XrefStreamRule, ObjectStreamRule, DSSCompareRule, MetadataUpdateRule)
# pyHanko's own policy without fields that are no signatures, of which our files have none; and
# what signing programs do is let pass: they draw a field of their own (whoever takes the file
# looks where), note in a field when it was filled (/M) and in the form that there are signatures.
SIGNING_ONLY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        *(one().as_qualified(ModificationLevel.LTA_UPDATES) for one in _UPKEEP),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(allow_new_visible_after_certify=True),
            SigFieldModificationRule(value_update_keys=VALUE_UPDATE_KEYS | {"/M"}),
        ],
        ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"},
    ),
)
# Where a form hangs, and what is noted with it.
_ROOT_KEYS = frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"})
_PAGE_KEYS = frozenset({"/Annots"})
# A form beside these could hold pages of its own (/XFA) or compute (/CO).
_FORM_KEYS = ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"}
# What a signature's field and its picture are; not what they do when seen or clicked (/A, /AA).
_FIELD_KEYS = (
    VALUE_UPDATE_KEYS
    | {"/FT", "/DV", "/T", "/TU", "/TM", "/Parent", "/Kids", "/Lock", "/SV"}
    | {"/Subtype", "/Rect", "/P", "/M", "/NM", "/StructParent"}
    | {"/H", "/MK", "/Border", "/BS", "/C"}
)


# What reading a file that is no PDF, or a broken one, may end in.
UNREADABLE = (
    PdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    zlib.error,
)


class Reader(PdfFileReader):
    """A reader that goes through the index of an object stream once, not for each object in it.

    Our files keep thousands of objects in one stream, and comparing two revisions asks for all of
    them: 14 seconds for the founding case's compact instead of half a second.
    """

    _found: dict[int, tuple[bytes, list[tuple[int, int]]]]

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        kept = self.__dict__.setdefault("_found", {})
        if stmnum not in kept:
            kept[stmnum] = self._indexed(stmnum)
        data, index = kept[stmnum]
        if not 0 <= idx < len(index) or index[idx][0] != idnum:
            raise PdfStrictReadError("Object is not where the file says.")
        stream = io.BytesIO(data)
        stream.seek(index[idx][1])
        found = generic.read_object(stream, generic.Reference(idnum, 0, self))
        if isinstance(found, generic.StreamObject | generic.IndirectObject):
            raise PdfStrictReadError("Encountered forbidden object type in object stream")
        return found

    def _indexed(self, stmnum: int) -> tuple[bytes, list[tuple[int, int]]]:
        stream = generic.Reference(stmnum, 0, self).get_object()
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            raise PdfStrictReadError("There is no object stream where the file says.")
        data = stream.read_data(DecodePurpose.OBJECT_STREAM)
        first = int(stream["/First"])
        numbers = [int(number) for number in data[:first].split()]
        if len(numbers) < 2 * int(stream["/N"]):
            raise PdfStrictReadError("Object stream header possibly corrupted")
        pairs = zip(numbers[::2], numbers[1::2], strict=False)
        return data, [(number, first + offset) for number, offset in pairs][: int(stream["/N"])]


def read_pdf(content: bytes) -> PdfFileReader:
    """The PDF, to be read; raises what pyHanko raises for a file that is none."""
    return Reader(io.BytesIO(content))


def only_signed(given: bytes, content: bytes) -> bool:
    """Was nothing appended to ``given`` but signatures, and what is needed to check them?

    Raises what pyHanko raises for files that cannot be read.
    """
    if content == given:
        return True
    if not content.startswith(given):
        return False
    earlier, reader = read_pdf(given), read_pdf(content)
    return (
        _changes_nothing_else(earlier, reader)
        and _adds_only_plain_fields(earlier, reader)
        and _titles(reader) <= _titles(earlier)
    )


def _changes_nothing_else(earlier: PdfFileReader, reader: PdfFileReader) -> bool:
    base = earlier.xrefs.total_revisions - 1
    if "/AcroForm" not in earlier.root:
        # The policy compares a form with the one before, and our papers have none.
        return _adds_only_a_form(reader, base, earlier.root_ref)
    found = SIGNING_ONLY.review_file(reader, base, field_mdp_spec=None, doc_mdp=MDPPerm.FILL_FORMS)
    return isinstance(found, DiffResult)


def entries(holder: Any, key: str) -> Any:
    """What is under ``key``, wherever in the file it is kept; empty for nothing."""
    if key not in holder:
        return ()
    # Not by ``get``, which does not follow a reference.
    return holder[key]


def form_fields(reader: PdfFileReader) -> set[generic.Reference]:
    """Every field of the form, and every place that one shows itself in."""
    waiting = list(entries(entries(reader.root, "/AcroForm"), "/Fields"))
    found: set[generic.Reference] = set()
    while waiting:
        reference = waiting.pop().reference
        if reference not in found:
            found.add(reference)
            waiting += entries(reader.get_object(reference), "/Kids")
    return found


def _adds_only_plain_fields(earlier: PdfFileReader, reader: PdfFileReader) -> bool:
    """Are all fields that were added places of signatures that do nothing when seen or clicked?"""
    new = [reader.get_object(one) for one in form_fields(reader) - form_fields(earlier)]
    return all(
        set(field) <= _FIELD_KEYS
        and field.get("/FT", "/Sig") == "/Sig"
        and field.get("/Subtype", "/Widget") == "/Widget"
        for field in new
    )


def _titles(reader: PdfFileReader) -> set[str]:
    """What a reader's window may be called, by the two places that say it."""
    titles = {str(entries(entries(reader.trailer_view, "/Info"), "/Title") or "")}
    if "/Metadata" in reader.root:
        facts = meta_from_xmp(parse_xmp(io.BytesIO(reader.root["/Metadata"].data)))
        titles.add(str(facts.title or ""))
    return titles - {""}


def _adds_only_a_form(reader: PdfFileReader, base: int, root: generic.Reference) -> bool:
    """Does every object of the revision ``base`` stand as it was, but for where a form hangs?"""
    if reader.root_ref != root or not set(entries(reader.root, "/AcroForm")) <= _FORM_KEYS:
        return False
    places = form_fields(reader)
    before = reader.get_historical_resolver(base)
    touched = {
        ref
        for revision in range(base + 1, reader.xrefs.total_revisions)
        for ref in (
            *reader.xrefs.explicit_refs_in_revision(revision),
            *reader.xrefs.refs_freed_in_revision(revision),
        )
        if not before.is_ref_unassignable(ref)
    }
    facts = {
        entry.reference
        for entry in (_raw(before.trailer_view, "/Info"), _raw(before.root, "/Metadata"))
        if isinstance(entry, generic.IndirectObject)
    }
    return all(
        ref in facts or _is_as_before(before(ref), reader.get_object(ref), places, ref == root)
        for ref in touched
    )


def _is_as_before(old: Any, new: Any, places: set[generic.Reference], is_root: bool) -> bool:
    if not isinstance(old, generic.DictionaryObject) or type(old) is not type(new):
        return False
    # What a stream holds is not in its dictionary: other words may be as long.
    if isinstance(old, generic.StreamObject) and _held(old) != _held(new):
        return False
    is_page = old.get("/Type") == "/Page"
    free = _ROOT_KEYS if is_root else _PAGE_KEYS if is_page else frozenset()
    if any(_raw(old, key) != _raw(new, key) for key in {*old, *new} - free):
        return False
    return not is_page or _adds_only_places(old, new, places)


def _adds_only_places(old: Any, new: Any, places: set[generic.Reference]) -> bool:
    """Are the page's annotations those before, and besides them places of the form alone?"""
    before, after = list(entries(old, "/Annots")), list(entries(new, "/Annots"))
    return after[: len(before)] == before and all(
        one.reference in places for one in after[len(before) :]
    )


def _held(stream: Any) -> bytes:
    return bytes(stream.encoded_data)


def _raw(holder: Any, key: str) -> Any:
    return holder.raw_get(key) if key in holder else None
