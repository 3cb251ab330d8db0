"""The register of ad-hoc tasks: entered by units, confirmed by those who gave them."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts import rules
from compacts.models import AdHocTask, Season
from compacts.permissions import can_enter_ad_hoc, can_judge_ad_hoc
from compacts.rules import AdHocAction, AdHocState
from compacts.services.notices import tell_ad_hoc_done, tell_ad_hoc_judged
from units.access import require
from units.models import Person, StoredFile, Unit
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.services.uploads import store_upload


@dataclass(frozen=True, slots=True)
class AdHocFacts:
    """An ad-hoc task as the form sends it; with a result and its date it is reported as done."""

    text: str
    assigned_by: str
    assigned_on: datetime.date
    document_number: str = ""
    due_on: datetime.date | None = None
    result: str = ""
    done_on: datetime.date | None = None
    link: str = ""


def _check(season: Season, facts: AdHocFacts) -> None:
    today = timezone.localdate()
    if not facts.text.strip():
        raise RuleError(_("Hãy ghi nhiệm vụ."), field="text")
    if not facts.assigned_by.strip():
        raise RuleError(_("Hãy ghi ai giao nhiệm vụ."), field="assigned_by")
    if not season.starts_on <= facts.assigned_on <= season.ends_on:
        raise RuleError(_("Ngày giao phải trong mùa thi đua."), field="assigned_on")
    if facts.due_on and facts.due_on < facts.assigned_on:
        raise RuleError(_("Hạn phải từ ngày giao trở đi."), field="due_on")
    if bool(facts.result.strip()) != bool(facts.done_on):
        missing = "done_on" if facts.result.strip() else "result"
        text = _("Ghi cả kết quả và ngày hoàn thành, hoặc bỏ trống cả hai.")
        raise RuleError(text, field=missing)
    if facts.done_on and not facts.assigned_on <= facts.done_on <= today:
        raise RuleError(
            _("Ngày hoàn thành phải từ ngày giao đến hôm nay."),
            field="done_on",
        )


def _locked(task_id: int) -> AdHocTask:
    return (
        AdHocTask.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council", "unit", "file")
        .get(pk=task_id)
    )


def _plain(task: AdHocTask) -> dict[str, Any]:
    return {
        "text": task.text,
        "assigned_by": task.assigned_by,
        "assigned_on": task.assigned_on.isoformat(),
        "result": task.result,
        "done_on": task.done_on.isoformat() if task.done_on else None,
        "state": task.state,
        "file": task.file.sha256 if task.file else None,
        "link": task.link,
    }


def _note(
    task: AdHocTask, actor: Person, action: str, summary: str, before: dict[str, Any] | None
) -> None:
    record(
        chain=task.season.audit_chain,
        actor=actor,
        action=action,
        target=f"ad_hoc_task:{task.pk}",
        summary=summary,
        before=before,
        after=_plain(task),
    )


def _write(task: AdHocTask, facts: AdHocFacts, stored: StoredFile | None) -> None:
    for name, value in asdict(facts).items():
        setattr(task, name, value.strip() if isinstance(value, str) else value)
    task.state = AdHocState.DONE if facts.done_on else AdHocState.ENTERED
    task.refusal_reason = ""
    task.judged_at = None
    task.judged_by = None
    if stored is not None:
        task.file = stored


@transaction.atomic
def enter_ad_hoc_task(
    *,
    actor: Person,
    season: Season,
    unit: Unit,
    facts: AdHocFacts,
    upload: File[bytes] | None = None,
    upload_name: str = "",
) -> AdHocTask:
    """Put a task that a unit was given during the year on the register.

    Raises ``RuleError`` (by field) where the dates do not fit the season or each other, or only
    one of result and date of completion is given.
    """
    require(can_enter_ad_hoc(actor, season, unit))
    if not season.participants.filter(unit=unit).exists():
        raise RuleError(_("Đơn vị này không tham gia mùa thi đua."))
    _check(season, facts)
    stored = store_upload(actor=actor, upload=upload, name=upload_name) if upload else None
    task = AdHocTask(season=season, unit=unit, entered_by=actor)
    _write(task, facts, stored)
    task.save()
    summary = _("Ghi nhiệm vụ đột xuất của %(unit)s: %(text)s") % {
        "unit": unit.name,
        "text": task.text,
    }
    _note(task, actor, "enter_ad_hoc_task", summary, None)
    if task.state == AdHocState.DONE:
        tell_ad_hoc_done(task, actor)
    return task


@transaction.atomic
def change_ad_hoc_task(
    *,
    actor: Person,
    task_id: int,
    version: int,
    facts: AdHocFacts,
    upload: File[bytes] | None = None,
    upload_name: str = "",
) -> AdHocTask:
    """Change a task that is not confirmed, or report its result; it then waits to be confirmed.

    Raises ``EditConflictError`` where somebody else changed it since ``version``.
    """
    task = _locked(task_id)
    require(can_enter_ad_hoc(actor, task.season, task.unit))
    rules.check_ad_hoc(AdHocAction.EDIT, task.state)
    if task.version != version:
        raise EditConflictError(_("Người khác vừa sửa nhiệm vụ này. Nội dung nhập vẫn còn."))
    _check(task.season, facts)
    stored = store_upload(actor=actor, upload=upload, name=upload_name) if upload else None
    before = _plain(task)
    _write(task, facts, stored)
    task.version += 1
    task.save()
    summary = _("Sửa nhiệm vụ đột xuất của %(unit)s: %(text)s") % {
        "unit": task.unit.name,
        "text": task.text,
    }
    _note(task, actor, "change_ad_hoc_task", summary, before)
    if task.state == AdHocState.DONE:
        tell_ad_hoc_done(task, actor)
    return task


def _check_read(task: AdHocTask, version: int | None) -> None:
    """Raise ``EditConflictError`` where the unit changed the task since it was read."""
    if version is not None and task.version != version:
        raise EditConflictError(
            _("Nhiệm vụ vừa được sửa; hãy đọc lại rồi mới xác nhận hay từ chối.")
        )


@transaction.atomic
def confirm_ad_hoc_task(*, actor: Person, task_id: int, version: int | None = None) -> AdHocTask:
    """Confirm that the task was done, as read at ``version`` (None: as it stands); it counts now.

    Twice is no fault. Raises ``EditConflictError`` where the unit, which may change its task until
    then, has changed it since.
    """
    task = _locked(task_id)
    require(can_judge_ad_hoc(actor, task.season, task.unit))
    if task.state == AdHocState.CONFIRMED:
        return task
    _check_read(task, version)
    rules.check_ad_hoc(AdHocAction.CONFIRM, task.state)
    return _judge(task, actor, AdHocState.CONFIRMED, "", _("Xác nhận nhiệm vụ đột xuất: %(text)s"))


@transaction.atomic
def refuse_ad_hoc_task(
    *, actor: Person, task_id: int, reason: str, version: int | None = None
) -> AdHocTask:
    """Do not confirm the task, with the reason; the unit may change it and report again.

    ``version`` as for ``confirm_ad_hoc_task``.
    """
    task = _locked(task_id)
    require(can_judge_ad_hoc(actor, task.season, task.unit))
    _check_read(task, version)
    rules.check_ad_hoc(AdHocAction.REFUSE, task.state)
    if not reason.strip():
        raise RuleError(_("Hãy ghi lý do không xác nhận."), field="reason")
    summary = _("Không xác nhận nhiệm vụ đột xuất: %(text)s")
    return _judge(task, actor, AdHocState.REFUSED, reason.strip(), summary)


def _judge(
    task: AdHocTask, actor: Person, state: AdHocState, reason: str, summary: str
) -> AdHocTask:
    before = _plain(task)
    task.state = state
    task.refusal_reason = reason
    task.judged_by = actor
    task.judged_at = timezone.now()
    task.version += 1
    fields = ["state", "refusal_reason", "judged_by", "judged_at", "version"]
    task.save(update_fields=fields)
    _note(task, actor, f"{state.value}_ad_hoc_task", summary % {"text": task.text}, before)
    tell_ad_hoc_judged(task, actor)
    return task
