"""Is this file ours, unchanged and validly signed? Asked by anybody; the file is not kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from compacts.documents.appended import adds_only_signatures, pages_drawn_on
from compacts.documents.certificates import SigningRefusedError, certificate_facts
from compacts.documents.paper import Cell, Signatures, read_paper
from compacts.documents.signing import (
    FoundSignature,
    attached_texts,
    found_signatures,
)
from compacts.models import Compact, Document, Draft, IssuedPaper, SignedFile
from compacts.rules import DraftKind, DraftState, SignatureMethod
from compacts.services.documents import newest_document
from compacts.services.newest_file import trust
from units.attempts import count_attempt

END_OF_FILE = b"%%EOF\n"
# What a check code may be: whatever else a stranger's file holds is not asked of the database.
_CODE = re.compile(r"[0-9a-z]{1,16}")


class Finding(TextChoices):
    """What a dropped file turned out to be."""

    OURS = "ours", _("Đúng là tệp do hệ thống phát hành, không bị thay đổi.")
    APPENDED = "appended", _("Tệp do hệ thống phát hành, được ký số thêm bên ngoài.")
    DRAWN = (
        "drawn",
        _("Tệp do hệ thống phát hành, nhưng sau đó có hình được vẽ thêm lên trang."),
    )
    DOUBTFUL = "doubtful", _("Tệp do hệ thống phát hành, nhưng chữ ký số thêm vào không hợp lệ.")
    ALTERED = "altered", _("Tệp mang mã của hệ thống nhưng nội dung khác bản đã phát hành.")
    UNKNOWN = "unknown", _("Không phải tệp do hệ thống phát hành.")
    UNREADABLE = "unreadable", _("Không đọc được tệp này như một tệp PDF.")


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One digital signature in the file, in words for the page."""

    holder: str
    issuer: str
    signed_at: object
    stamped: bool
    holds: bool
    trusted: bool
    intact: bool
    untold: bool


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What is said of a file: the finding, which paper it is, its signatures.

    ``drawn_on`` are the pages on which something was drawn after issue.
    """

    finding: Finding
    sha256: str
    compact: Compact | None = None
    paper: IssuedPaper | None = None
    newest: bool = True
    signatures: tuple[SignatureFinding, ...] = ()
    drawn_on: tuple[int, ...] = ()

    @property
    def amendments(self) -> QuerySet[Draft]:
        """The texts that were issued later and amend the paper that it is."""
        judged = self.compact or self.paper
        return Draft.objects.none() if judged is None else amendments_of(judged)

    @property
    def code(self) -> str:
        """The check code of the paper that it is."""
        if self.compact is not None:
            return self.compact.verify_code
        return self.paper.verify_code if self.paper is not None else ""

    @property
    def good(self) -> bool:
        """Ours, unchanged, and every signature in it holds?"""
        return self.finding in (Finding.OURS, Finding.APPENDED) and all(
            one.holds for one in self.signatures
        )


def amendments_of(paper: Compact | IssuedPaper) -> QuerySet[Draft]:
    """The issued texts that amend the paper, the first one first: it is not in force as it stands.

    The compact is amended by the annexes (phụ lục) of its season, a text by those begun from it.
    """
    issued = Draft.objects.filter(season=paper.season_id, state=DraftState.ISSUED)
    if isinstance(paper, Compact):
        found = issued.filter(kind=DraftKind.AMENDMENT)
    elif paper.kind in DraftKind.values:
        found = issued.filter(amends=int(paper.subject))
    else:
        found = issued.none()
    return found.order_by("issued_on", "pk")


def signers_named(paper: IssuedPaper) -> list[Cell]:
    """Who signs the paper, as its places to sign name them; by hand, which nobody records."""
    return [
        cell
        for block in read_paper(paper.content).blocks
        if isinstance(block, Signatures)
        for row in block.rows
        for cell in row
        if cell.name
    ]


def may_check_file(address: str) -> bool:
    """May the network address have one more file checked in this minute? Counts the asking."""
    return count_attempt("file-checks", address, seconds=60) <= settings.FILE_CHECKS_A_MINUTE


def check_file(content: bytes) -> FileCheck:
    """Judge a file by its bytes: known as a whole, begun by a known one, or bearing a code."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        claimed = _claimed_code_at_first(content)
    except SigningRefusedError:
        return FileCheck(Finding.UNREADABLE, digest)
    compact = Compact.objects.filter(verify_code=claimed).first() if claimed else None
    paper = IssuedPaper.objects.filter(verify_code=claimed).first() if claimed else None
    if compact is None and paper is None:
        return FileCheck(Finding.UNKNOWN, digest)
    try:
        signatures = _signatures(content, compact)
    except SigningRefusedError:
        # Our own files can be read: somebody appended what is no signature.
        return FileCheck(Finding.ALTERED, digest, compact, paper, False)
    for known_digest, known in _known_files(compact, paper):
        drawn_on: tuple[int, ...] = ()
        if known_digest == digest:
            finding = Finding.OURS
        elif content.startswith(known) and _is_signed_only(known, content, signatures):
            drawn_on = pages_drawn_on(known, content)
            finding = _appended(signatures, drawn_on)
        else:
            continue
        newest = known_digest in _newest_digests(compact, paper)
        return FileCheck(finding, digest, compact, paper, newest, signatures, drawn_on)
    return FileCheck(Finding.ALTERED, digest, compact, paper, False, signatures)


def _appended(signatures: tuple[SignatureFinding, ...], drawn_on: tuple[int, ...]) -> Finding:
    if not all(one.holds for one in signatures):
        return Finding.DOUBTFUL
    return Finding.DRAWN if drawn_on else Finding.APPENDED


def _is_signed_only(
    known: bytes, content: bytes, signatures: tuple[SignatureFinding, ...]
) -> bool:
    """Was nothing appended to our file but signatures, whosever they are?"""
    if not signatures or not all(one.intact for one in signatures):
        return False
    try:
        return adds_only_signatures(known, content)
    except SigningRefusedError:
        return False


def _claimed_code_at_first(content: bytes) -> str:
    """The code that the file claims; where what was appended cannot be read, that of the rest."""
    try:
        return _claimed_code(content)
    except SigningRefusedError:
        end = content.find(END_OF_FILE) + len(END_OF_FILE)
        if not len(END_OF_FILE) <= end < len(content):
            raise
        return _claimed_code(content[:end])


def _claimed_code(content: bytes) -> str:
    """The check code in the data attached to the PDF; empty where there is none."""
    for text in attached_texts(content):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            continue
        address = values.get("verify_url", "") if isinstance(values, dict) else ""
        code = address.rstrip("/").rpartition("/")[2] if isinstance(address, str) else ""
        if _CODE.fullmatch(code):
            return code
    return ""


def _known_files(
    compact: Compact | None, paper: IssuedPaper | None
) -> Iterator[tuple[str, bytes]]:
    """Hash and bytes of our files of this paper, the longest chain of signatures first."""
    if paper is not None and paper.pdf:
        with paper.pdf.open("rb") as stored:
            yield paper.pdf_sha256, stored.read()
    if compact is None:
        return
    rows: list[SignedFile | Document] = [
        *compact.signed_files.order_by("-number"),
        *compact.documents.order_by("-version"),
    ]
    for row in rows:
        with row.file.open("rb") as stored:
            yield row.sha256, stored.read()


def _newest_digests(compact: Compact | None, paper: IssuedPaper | None) -> set[str]:
    """The hashes of the files that none of ours has followed.

    A compact may have two: the one with the digital signatures, and a PDF that was made since of
    what was signed on paper.
    """
    if paper is not None:
        newest = IssuedPaper.objects.filter(
            season=paper.season_id, kind=paper.kind, subject=paper.subject
        ).order_by("-edition")
        return set(newest.values_list("pdf_sha256", flat=True)[:1])
    if compact is None:
        return set()
    signed, document = compact.signed_files.first(), newest_document(compact)
    files: set[str] = set() if signed is None else {signed.sha256}
    if document is not None and (signed is None or signed.document_id != document.pk):
        files.add(document.sha256)
    return files


def _signatures(content: bytes, compact: Compact | None) -> tuple[SignatureFinding, ...]:
    moments = {}
    if compact is not None:
        taken = compact.signatures.filter(method=SignatureMethod.DIGITAL)
        moments = {row.certificate["field"]: row.recorded_at for row in taken if row.certificate}
    return tuple(_in_words(one) for one in found_signatures(content, trust(), moments))


def _in_words(one: FoundSignature) -> SignatureFinding:
    facts = certificate_facts(one.certificate)
    holder = ", ".join(part for part in (facts["name"], facts["organization"]) if part)
    return SignatureFinding(
        holder=holder or facts["subject"],
        issuer=facts["issuer"],
        signed_at=one.signed_at,
        stamped=one.stamped,
        holds=one.holds,
        trusted=one.trusted,
        intact=one.intact,
        untold=one.untold,
    )
