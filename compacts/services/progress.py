"""Progress reports on key tasks: quarter, half year, nine months, year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from compacts.models import KeyTask, Progress
from compacts.permissions import can_report_progress
from compacts.rules import Period, RegistrationState
from units.access import require
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.services.uploads import digest_of, store_upload


@dataclass(frozen=True, slots=True)
class ProgressFacts:
    """How far a task is: ``achieved`` in the task's unit of measure, and what proves it."""

    achieved: Decimal
    note: str = ""
    link: str = ""


def _plain(found: Progress | None) -> dict[str, str] | None:
    if found is None:
        return None
    return {
        "achieved": f"{found.achieved:f}",
        "note": found.note,
        "link": found.link,
        "file": found.file.sha256 if found.file else "",
    }


def _wanted(
    facts: ProgressFacts, standing: Progress | None, upload: File[bytes] | None
) -> dict[str, str]:
    kept = standing.file.sha256 if standing and standing.file else ""
    return {
        "achieved": f"{facts.achieved:f}",
        "note": facts.note.strip(),
        "link": facts.link,
        "file": digest_of(upload) if upload else kept,
    }


@transaction.atomic
def report_progress(
    *,
    actor: Person,
    task_id: int,
    period: Period,
    facts: ProgressFacts,
    version: int,
    upload: File[bytes] | None = None,
    upload_name: str = "",
) -> Progress:
    """Report a key task's figure for a period; a later report replaces it, the trail keeps both.

    ``version`` is the one the person saw, 0 for none. An ``upload`` takes the place of the file
    that is there; without one, that stays. Raises ``EditConflictError`` where somebody else has
    reported meanwhile, ``RuleError`` while the registration is not accepted or (field ``file``)
    where the file is not taken in. The same report sent again changes nothing.
    """
    task = (
        KeyTask.objects.select_for_update(of=("self",))
        .select_related("registration__season__bloc__council", "registration__unit")
        .get(pk=task_id)
    )
    registration = task.registration
    require(can_report_progress(actor, registration))
    if registration.state != RegistrationState.ACCEPTED:
        raise RuleError(_("Bản đăng ký được chấp nhận rồi mới báo cáo tiến độ."))
    standing = Progress.objects.filter(task=task, period=period).select_related("file").first()
    before = _plain(standing)
    wanted = _wanted(facts, standing, upload)
    if standing is not None and before == wanted:
        return standing
    if (standing.version if standing else 0) != version:
        raise EditConflictError(_("Người khác vừa báo cáo nhiệm vụ này."))
    found = standing or Progress(task=task, period=period, version=0)
    found.achieved = facts.achieved
    found.note = facts.note.strip()
    found.link = facts.link
    if upload:
        found.file = store_upload(actor=actor, upload=upload, name=upload_name)
    found.reported_by = actor
    found.version += 1
    found.save()
    record(
        chain=registration.season.audit_chain,
        actor=actor,
        action="report_progress",
        target=f"key_task:{task.pk}",
        summary=_("%(unit)s báo cáo %(period)s nhiệm vụ %(position)s.")
        % {
            "unit": registration.unit.name,
            "period": period.label.lower(),
            "position": task.position,
        },
        before=before,
        after=wanted,
    )
    return found
