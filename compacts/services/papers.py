"""Papers: worded by the secretariat, rendered once for each content, issued for good."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from compacts.documents.errors import RenderError
from compacts.documents.paper import Block, Heading, Paper, Paragraph, Signatures, as_plain
from compacts.documents.paper import read_paper as stored_paper
from compacts.documents.paper_limits import check_paper
from compacts.models import IssuedPaper, PaperWording, Season
from compacts.permissions import can_write_text
from compacts.services.check_codes import check_url, new_check_code
from compacts.services.document_files import file_of
from units.access import require
from units.models import Job, Person
from units.rules import EditConflictError, RuleError
from units.services import jobs
from units.services.audit import head_of, record

PAPER_TASK = "compacts.render_paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingFacts:
    """What a secretariat may word otherwise; empty means: as the form has it."""

    number: str = ""
    place: str = ""
    day: datetime.date | None = None
    about: str = ""
    parent_body: str = ""
    issuing_body: str = ""
    addressees: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()


def wording_of(season: Season, kind: str, subject: str) -> PaperWording:
    """The stored wording of the paper, or an unsaved one (version 0) that changes nothing."""
    found = PaperWording.objects.filter(season=season, kind=kind, subject=subject).first()
    return found or PaperWording(season=season, kind=kind, subject=subject, version=0)


def worded(paper: Paper, wording: PaperWording | WordingFacts) -> Paper:
    """``paper`` with the secretariat's words; tables and places to sign stay as they are."""
    return replace(
        paper,
        number=wording.number or paper.number,
        place=wording.place or paper.place,
        day=wording.day or paper.day,
        subject=wording.about or paper.subject,
        parent_body=wording.parent_body or paper.parent_body,
        issuing_body=wording.issuing_body or paper.issuing_body,
        addressees=tuple(wording.addressees) or paper.addressees,
        bases=tuple(wording.bases) or paper.bases,
        blocks=_worded_blocks(paper.blocks, wording),
        recipients=tuple(wording.recipients) or paper.recipients,
    )


def _worded_blocks(
    blocks: Sequence[Block], wording: PaperWording | WordingFacts
) -> tuple[Block, ...]:
    headings = iter(wording.headings)
    content: list[Block] = [
        replace(block, text=next(headings, "") or block.text)
        if isinstance(block, Heading)
        else block
        for block in blocks
    ]
    signing = next(
        (place for place, block in enumerate(content) if isinstance(block, Signatures)),
        len(content),
    )
    content[signing:signing] = [Paragraph(text=text) for text in wording.closing]
    return (*(Paragraph(text=text) for text in wording.opening), *content)


@transaction.atomic
def save_wording(
    *,
    actor: Person,
    season: Season,
    kind: str,
    subject: str,
    version: int,
    facts: WordingFacts,
    paper: Paper,
) -> PaperWording:
    """Store how the secretariat words ``paper``; raises ``EditConflictError`` over a newer one.

    Raises ``RuleError`` where the paper could not be printed so.
    """
    require(can_write_text(actor, season))
    Season.objects.select_for_update().get(pk=season.pk)
    wording = wording_of(season, kind, subject)
    if wording.pk is not None and wording.version != version:
        raise EditConflictError(
            _("Người khác vừa sửa thể thức văn bản này. Nội dung đồng chí nhập vẫn còn ở dưới.")
        )
    before = _wording_facts(wording) if wording.pk else None
    for name in facts.__slots__:
        value = getattr(facts, name)
        setattr(wording, name, list(value) if isinstance(value, tuple) else value)
    _check_printable(worded(paper, wording))
    wording.version += 1
    wording.save()
    record(
        chain=season.audit_chain,
        actor=actor,
        action="save_wording",
        target=f"paper:{kind}:{subject}",
        summary=_("%(who)s sửa thể thức văn bản “%(paper)s”.")
        % {"who": actor.full_name, "paper": paper.name},
        before=before,
        after=_wording_facts(wording),
    )
    return wording


def _wording_facts(wording: PaperWording) -> dict[str, Any]:
    values = {name: getattr(wording, name) for name in WordingFacts.__slots__}
    values["day"] = values["day"].isoformat() if values["day"] else None
    return values


def _check_printable(paper: Paper) -> None:
    try:
        check_paper(paper)
    except RenderError as error:
        raise RuleError(_("Chưa in được: %(why)s") % {"why": error}) from error


@transaction.atomic
def issue_paper(
    *,
    actor: Person,
    season: Season,
    kind: str,
    subject: str,
    paper: Paper,
    number: str,
    issued_on: datetime.date,
) -> IssuedPaper:
    """Freeze ``paper`` under ``number`` and order its PDF; a new edition of one issued before.

    The head of the season's audit trail is printed in it. Raises ``RuleError`` where it has no
    number, cannot be printed, or bears a day years away from the season.
    """
    require(can_write_text(actor, season))
    if not number.strip():
        raise RuleError(_("Hãy ghi số, ký hiệu của văn bản."), field="number")
    if not season.has_near(issued_on):
        raise RuleError(
            _("Ngày văn bản cách mùa thi đua hơn một năm; hãy xem lại năm."), field="issued_on"
        )
    Season.objects.select_for_update().get(pk=season.pk)
    earlier = IssuedPaper.objects.filter(season=season, kind=kind, subject=subject)
    edition = (earlier.aggregate(newest=Max("edition"))["newest"] or 0) + 1
    code = new_check_code()
    frozen = replace(
        paper,
        number=number,
        day=issued_on,
        is_draft=False,
        verify_code=code,
        verify_url=check_url(code),
        audit_head=head_of(season.audit_chain),
    )
    _check_printable(frozen)
    issued = IssuedPaper.objects.create(
        season=season,
        kind=kind,
        subject=subject,
        edition=edition,
        title=f"{paper.name}: {paper.subject}" if paper.subject else paper.name,
        number=number,
        issued_on=issued_on,
        issued_by=actor,
        content=as_plain(frozen),
        content_hash=hashlib.sha256(frozen.canonical_json().encode()).hexdigest(),
        verify_code=code,
    )
    record(
        chain=season.audit_chain,
        actor=actor,
        action="issue_paper",
        target=f"paper:{kind}:{subject}",
        summary=_("%(who)s ban hành “%(title)s” số %(number)s.")
        % {"who": actor.full_name, "title": issued.title, "number": number},
        after={"number": number, "edition": edition, "sha256": issued.content_hash},
    )
    issued.job = jobs.enqueue(
        task=PAPER_TASK,
        key=f"paper:{issued.pk}",
        subject=f"paper:{issued.pk}",
        requested_by=actor,
    )
    issued.save(update_fields=["job"])
    return issued


def issued_file(issued: IssuedPaper, ending: str) -> bytes:
    """The issued paper's file: the PDF made at issue, the Word file with the same content."""
    if ending == "pdf" and issued.pdf:
        with issued.pdf.open("rb") as stored:
            content: bytes = stored.read()
        return content
    return file_of(stored_paper(issued.content), ending)


def run_paper_job(job_id: int) -> None:
    """Make the PDF of an issued paper and keep it; safe to run twice."""
    job = jobs.claim(job_id)
    if job is None:
        return
    issued = IssuedPaper.objects.filter(pk=int(job.subject.partition(":")[2])).first()
    if issued is None:
        jobs.fail(job, _("Văn bản không còn."))
        return
    try:
        _make_pdf(issued, job)
    except RenderError as error:
        jobs.fail(job, str(error))
    else:
        jobs.finish(job)


def _make_pdf(issued: IssuedPaper, job: Job) -> None:
    if issued.pdf:
        return
    jobs.report_progress(job, 10, _("Dàn trang"))
    content = file_of(stored_paper(issued.content), "pdf")
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        current = IssuedPaper.objects.select_for_update(of=("self",)).get(pk=issued.pk)
        if current.pdf:
            return
        current.pdf.save(
            f"{current.kind}-{current.pk}-{digest[:8]}.pdf", ContentFile(content), save=False
        )
        current.pdf_sha256 = digest
        current.save(update_fields=["pdf", "pdf_sha256"])
