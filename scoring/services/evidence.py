"""Evidence of marks: files and links, added and withdrawn, never lost."""

from __future__ import annotations

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.models import Evidence, Mark
from scoring.services.marks import Desk, take
from units.models import Person
from units.rules import RuleError
from units.services.audit import record
from units.services.uploads import store_upload

MOST_EVIDENCE = 20
_SCHEMES = ("http://", "https://")


@transaction.atomic
def add_evidence(
    *,
    actor: Person,
    sheet_id: int,
    criterion: str,
    description: str = "",
    upload: File[bytes] | None = None,
    upload_name: str = "",
    link: str = "",
) -> Evidence:
    """Add a file or a link to a mark of the sheet.

    Raises ``RuleError`` where there is neither or both, the line has no mark yet, the file is
    not accepted, or the sheet is not open.
    """
    desk = take(actor, sheet_id)
    mark = _mark_to_prove(desk, criterion)
    if (upload is None) == (link == ""):
        raise RuleError(_("Hãy chọn một tệp, hoặc ghi một đường dẫn."), field="file")
    if link and not link.lower().startswith(_SCHEMES):
        raise RuleError(_("Đường dẫn phải bắt đầu bằng https:// hoặc http://."), field="link")
    stored = None
    if upload is not None:
        stored = store_upload(actor=actor, upload=upload, name=upload_name)
    made = Evidence.objects.create(
        mark=mark, file=stored, link=link, description=description.strip(), added_by=actor
    )
    _audit(desk, made, criterion, "add_evidence", _("Thêm minh chứng tiêu chí %(code)s: %(what)s"))
    return made


def _mark_to_prove(desk: Desk, criterion: str) -> Mark:
    desk.leaf(criterion)
    mark = Mark.objects.filter(sheet=desk.sheet, criterion__code=criterion).first()
    if mark is None:
        raise RuleError(_("Hãy chấm mục này trước, rồi thêm minh chứng."))
    if mark.evidence.filter(withdrawn_at__isnull=True).count() >= MOST_EVIDENCE:
        raise RuleError(_("Mỗi mục nhiều nhất %(most)s minh chứng.") % {"most": MOST_EVIDENCE})
    return mark


@transaction.atomic
def reuse_evidence(*, actor: Person, sheet_id: int, criterion: str, evidence_id: int) -> Evidence:
    """Let a file or link that already proves another line of the sheet prove this one, too.

    The file is stored once. Twice for one line is no fault; withdrawn evidence is not used again.
    """
    desk = take(actor, sheet_id)
    mark = _mark_to_prove(desk, criterion)
    source = (
        Evidence.objects.select_related("file")
        .filter(mark__sheet=desk.sheet, pk=evidence_id, withdrawn_at__isnull=True)
        .first()
    )
    if source is None:
        raise RuleError(_("Không có minh chứng này trong phiếu."))
    standing = mark.evidence.filter(
        file=source.file, link=source.link, withdrawn_at__isnull=True
    ).first()
    if standing is not None:
        return standing
    made = Evidence.objects.create(
        mark=mark,
        file=source.file,
        link=source.link,
        description=source.description,
        added_by=actor,
    )
    _audit(desk, made, criterion, "add_evidence", _("Thêm minh chứng tiêu chí %(code)s: %(what)s"))
    return made


@transaction.atomic
def withdraw_evidence(*, actor: Person, sheet_id: int, evidence_id: int) -> Evidence:
    """Mark a piece of evidence as withdrawn; it stays stored and shown so. Twice is no fault."""
    desk = take(actor, sheet_id)
    found = (
        Evidence.objects.select_related("mark__criterion", "file")
        .filter(mark__sheet=desk.sheet, pk=evidence_id)
        .first()
    )
    if found is None:
        raise RuleError(_("Không có minh chứng này trong phiếu."))
    if found.withdrawn_at is not None:
        return found
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    text = _("Rút minh chứng tiêu chí %(code)s: %(what)s")
    _audit(desk, found, found.mark.criterion.code, "withdraw_evidence", text)
    return found


def _audit(desk: Desk, evidence: Evidence, code: str, action: str, text: str) -> None:
    name = evidence.file.name if evidence.file else evidence.link
    record(
        chain=desk.sheet.round.season.audit_chain,
        actor=desk.actor,
        action=action,
        target=f"sheet:{desk.sheet.pk}",
        summary=text % {"code": code, "what": name},
        after={
            "evidence": evidence.pk,
            "name": name,
            "description": evidence.description,
            "sha256": evidence.file.sha256 if evidence.file else None,
        },
    )
