"""Updates that somebody may append to a PDF before or beside a signature."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NullObject,
    NumberObject,
    Reference,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

from compacts.documents.revisions import entries as entries_of
from tests.compacts.documents.certificates import PASSWORD

OVER_WORDS = (60, 60, 540, 760)
Change = Callable[[IncrementalPdfFileWriter], None]


def updated(content: bytes, *changes: Change) -> bytes:
    """The file with an update appended to it for each of the changes."""
    for change in changes:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        change(writer)
        output = io.BytesIO()
        writer.write(output)
        content = output.getvalue()
    return content


def signed_in_own_field(
    content: bytes, file: bytes, *, box: tuple[int, ...] | None = None, page: int = 0
) -> bytes:
    """The file with a signature in a field of its own, as many programs make it."""
    drawn = SigFieldSpec("Signature1", on_page=page, box=box)
    return _signed(content, file, "Signature1", new_field_spec=drawn)


def signed_in_field(content: bytes, file: bytes, name: str) -> bytes:
    """The file with a signature in a field that it has."""
    return _signed(content, file, name, existing_fields_only=True)


def _signed(content: bytes, file: bytes, name: str, **more: Any) -> bytes:
    signer = SimpleSigner.load_pkcs12_data(file, [], PASSWORD.encode())
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    metadata = PdfSignatureMetadata(field_name=name)
    return bytes(sign_pdf(writer, metadata, signer=signer, **more).getvalue())


def _dictionary(**entries: Any) -> DictionaryObject:
    return DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def _script() -> DictionaryObject:
    return _dictionary(S=pdf_name("/JavaScript"), JS=pdf_string("app.alert(1)"))


def _page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.prev.find_page_for_modification(0)[0].get_object()


def _form(writer: IncrementalPdfFileWriter) -> Any:
    if "/AcroForm" not in writer.root:
        writer.root["/AcroForm"] = _dictionary(Fields=ArrayObject())
        writer.update_root()
    return writer.root["/AcroForm"]


def in_catalog(key: str, value: Any) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[key] = value
        writer.update_root()

    return change


def in_form(key: str, value: Any) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        form = _form(writer)
        form[key] = value
        writer.update_container(form)

    return change


def in_page(key: str, value: Any) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        page[key] = value
        writer.update_container(page)

    return change


def annotation(**entries: Any) -> Change:
    """Something drawn on the first page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        box = ArrayObject(map(NumberObject, OVER_WORDS))
        drawn = writer.add_object(_dictionary(Type=pdf_name("/Annot"), Rect=box, **entries))
        known = entries_of(page, "/Annots")
        page["/Annots"] = ArrayObject([*known, drawn])
        writer.update_container(page)

    return change


def empty_field(**entries: Any) -> Change:
    """A place for a signature over the words of the first page, left empty."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Signature9", box=OVER_WORDS))
        fields = {name: one.get_object() for name, _value, one in enumerate_sig_fields(writer)}
        fields["Signature9"].update({pdf_name(f"/{key}"): one for key, one in entries.items()})
        writer.update_container(fields["Signature9"])

    return change


def cover_the_text(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    drawn = writer.add_object(StreamObject(stream_data=b"1 g 60 60 480 700 re f"))
    page["/Contents"] = ArrayObject([page.raw_get("/Contents"), drawn])
    writer.update_container(page)


def replace_the_text(writer: IncrementalPdfFileWriter) -> None:
    """Other words of the same length: the stream's dictionary stays as it was."""
    held: IndirectObject = _page(writer).raw_get("/Contents")
    old: Any = held.get_object()
    drawn = zlib.compress(b"1 0 0 rg 60 60 400 400 re f")
    writer.objects[0, held.idnum] = StreamObject(
        {key: old.raw_get(key) for key in old},
        encoded_data=drawn.ljust(len(old.encoded_data), b"\0"),
    )


def add_a_text_field(writer: IncrementalPdfFileWriter) -> None:
    field = _dictionary(FT=pdf_name("/Tx"), T=pdf_string("diem"), V=pdf_string("10"))
    form = _form(writer)
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form)
    writer.update_root()


def run_a_script(writer: IncrementalPdfFileWriter) -> None:
    names = writer.root["/Names"]
    scripts = ArrayObject([pdf_string("a"), writer.add_object(_script())])
    names["/JavaScript"] = _dictionary(Names=scripts)
    writer.update_container(names)
    writer.update_root()


def attach_other_data(writer: IncrementalPdfFileWriter) -> None:
    kept = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]
    kept["/F"] = writer.add_object(StreamObject(stream_data=b"{}"))
    writer.update_container(kept)


def call_it_something_else(writer: IncrementalPdfFileWriter) -> None:
    facts = writer.prev.trailer_view["/Info"]
    facts["/Title"] = pdf_string("Quyết định khen thưởng")
    writer.update_container(facts)


def sign_an_empty_field_s_picture(writer: IncrementalPdfFileWriter) -> None:
    """The picture of a signature in a field that nobody has signed."""
    *_others, (_name, _value, last) = enumerate_sig_fields(writer.prev, filled_status=False)
    field = last.get_object()
    box = ArrayObject(map(NumberObject, (0, 0, 100, 50)))
    drawn = StreamObject(
        {pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form"),
         pdf_name("/BBox"): box},
        stream_data=b"1 0 0 rg 0 0 100 50 re f",
    )  # fmt: skip
    field["/AP"] = _dictionary(N=writer.add_object(drawn))
    writer.update_container(field)


def replace_an_object(writer: IncrementalPdfFileWriter, number: int) -> None:
    """By one that differs as little as it can: an entry more, or one byte of a stream."""
    old: Any = writer.prev.get_object(Reference(number, 0, writer.prev))
    new: Any = NumberObject(0)
    if isinstance(old, StreamObject):
        held = bytearray(old.encoded_data)
        held[-1] ^= 1
        new = StreamObject({key: old.raw_get(key) for key in old}, encoded_data=bytes(held))
    elif isinstance(old, DictionaryObject):
        new = DictionaryObject({key: old.raw_get(key) for key in old})
        new["/More"] = NumberObject(0)
    elif isinstance(old, ArrayObject):
        new = ArrayObject([*old, NumberObject(0)])
    writer.objects[0, number] = new


_EMPTY = DictionaryObject()
CHANGES: dict[str, Change] = {
    "words covered": cover_the_text,
    "words replaced": replace_the_text,
    "words taken away": in_page("/Contents", NullObject()),
    "a page turned": in_page("/Rotate", NumberObject(90)),
    "a page cut": in_page("/CropBox", ArrayObject(map(NumberObject, (0, 0, 90, 90)))),
    "a script when a page is seen": in_page("/AA", _dictionary(O=_script())),
    "a note": annotation(Subtype=pdf_name("/FreeText"), Contents=pdf_string("10 điểm")),
    "a note that calls itself a signature": annotation(
        Subtype=pdf_name("/FreeText"), FT=pdf_name("/Sig"), Contents=pdf_string("10 điểm")
    ),
    "a place outside the form": annotation(Subtype=pdf_name("/Widget"), FT=pdf_name("/Sig")),
    "a link": annotation(Subtype=pdf_name("/Link"), A=_dictionary(S=pdf_name("/URI"))),
    "a field that is a note": empty_field(Subtype=pdf_name("/FreeText")),
    "a field that runs a script": empty_field(AA=_dictionary(PV=_script())),
    "a field that is a link": empty_field(A=_dictionary(S=pdf_name("/URI"))),
    "a field to write in": add_a_text_field,
    "a form of its own pages": in_form("/XFA", pdf_string("<xdp/>")),
    "a form that computes": in_form("/CO", ArrayObject()),
    "a script in the form": in_form("/JavaScript", _script()),
    "a script when opened": in_catalog("/OpenAction", _script()),
    "another page when opened": in_catalog(
        "/OpenAction", ArrayObject([NumberObject(0), pdf_name("/Fit")])
    ),
    "a script when closed": in_catalog("/AA", _dictionary(WC=_script())),
    "a script by name": run_a_script,
    "layers": in_catalog("/OCProperties", _dictionary(OCGs=ArrayObject(), D=_EMPTY)),
    "other page numbers": in_catalog("/PageLabels", _dictionary(Nums=ArrayObject())),
    "another way to be shown": in_catalog("/ViewerPreferences", _EMPTY),
    "other data attached": attach_other_data,
    "another title": call_it_something_else,
}
# What signing programs note in passing, and nobody sees.
HARMLESS: dict[str, Change] = {
    "readers may draw fields": in_form("/NeedAppearances", BooleanObject(True)),
    "a form's fonts": in_form("/DR", _EMPTY),
    "a newer version": in_catalog("/Version", pdf_name("/2.0")),
}
