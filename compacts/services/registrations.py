"""The life of a registration: written, approved and sent, returned or accepted."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts import rules
from compacts.documents.limits import LONGEST_NUMBER, LONGEST_TEXT, fault_of
from compacts.models import KeyTask, Milestone, RegisteredTitle, Registration, Season
from compacts.permissions import (
    can_edit_registration,
    can_judge_registration,
    can_submit_registration,
    is_unit_head,
)
from compacts.rules import RegistrationAction, RegistrationState, Step
from compacts.services import notices
from units.access import require
from units.models import Person, Unit
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.vietnamese import nfc


@dataclass(frozen=True, slots=True)
class TaskText:
    """A key task as the form sends it; a draft may leave parts of it open."""

    text: str
    measure: str
    unit_of_measure: str
    target: Decimal | None
    due_on: datetime.date | None
    ad_hoc: bool


def _locked(registration_id: int) -> Registration:
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council", "unit")
        .get(pk=registration_id)
    )


def registration_of(season: Season, unit: Unit) -> Registration:
    """The unit's registration in the season, begun where there is none."""
    registration, _made = Registration.objects.get_or_create(season=season, unit=unit)
    return registration


def _note(registration: Registration, actor: Person, action: str, summary: str) -> None:
    record(
        chain=registration.season.audit_chain,
        actor=actor,
        action=action,
        target=f"registration:{registration.pk}",
        summary=summary,
    )


@transaction.atomic
def save_draft(
    *,
    actor: Person,
    registration_id: int,
    version: int,
    titles: Collection[str],
    tasks: Sequence[TaskText],
) -> Registration:
    """Store what is written so far; what stands already is no conflict.

    A browser whose line broke before the answer came sends the same text again. Raises
    ``EditConflictError`` where somebody else saved since ``version``, and ``RuleError`` once it
    was sent.
    """
    registration = _locked(registration_id)
    require(can_edit_registration(actor, registration))
    rules.check_registration(RegistrationAction.EDIT, registration.state)
    if _stands(registration, titles, tasks):
        return registration
    if registration.version != version:
        raise EditConflictError(
            _("Người khác vừa lưu bản đăng ký này. Nội dung đồng chí nhập vẫn còn ở dưới.")
        )
    write_draft(registration, titles, tasks)
    summary = _("%(who)s lưu nháp đăng ký của %(unit)s: %(tasks)s nhiệm vụ.") % {
        "who": actor.full_name,
        "unit": registration.unit.name,
        "tasks": len(tasks),
    }
    _note(registration, actor, "save_draft", summary)
    return registration


def write_draft(
    registration: Registration, titles: Collection[str], tasks: Sequence[TaskText]
) -> None:
    """Put titles (by code) and tasks in the place of those of a registration in hand."""
    registration.titles.all().delete()
    offered = registration.season.offered_titles.filter(code__in=titles)
    RegisteredTitle.objects.bulk_create(
        RegisteredTitle(registration=registration, title=title) for title in offered
    )
    registration.tasks.all().delete()
    KeyTask.objects.bulk_create(
        KeyTask(
            registration=registration,
            position=position,
            text=task.text,
            measure=task.measure,
            unit_of_measure=task.unit_of_measure,
            target=task.target,
            due_on=task.due_on,
            ad_hoc=task.ad_hoc,
        )
        for position, task in enumerate(tasks, start=1)
    )
    registration.version += 1
    registration.save(update_fields=["version", "updated_at"])


def _stands(
    registration: Registration, titles: Collection[str], tasks: Sequence[TaskText]
) -> bool:
    offered = registration.season.offered_titles.filter(code__in=titles)
    if set(registration.titles.values_list("title", flat=True)) != {one.pk for one in offered}:
        return False
    stored = [
        TaskText(
            text=task.text,
            measure=task.measure,
            unit_of_measure=task.unit_of_measure,
            target=task.target,
            due_on=task.due_on,
            ad_hoc=task.ad_hoc,
        )
        for task in registration.tasks.order_by("position")
    ]
    return stored == [_in_nfc(task) for task in tasks]


def _in_nfc(task: TaskText) -> TaskText:
    return replace(
        task,
        text=nfc(task.text),
        measure=nfc(task.measure),
        unit_of_measure=nfc(task.unit_of_measure),
    )


def missing_parts(registration: Registration) -> list[str]:
    """What still has to be filled in before it can be sent, as sentences."""
    missing = []
    if not registration.titles.exists() and registration.season.offered_titles.exists():
        missing.append(_("Chưa đăng ký danh hiệu nào."))
    tasks = list(registration.tasks.all())
    if not tasks:
        missing.append(_("Chưa có nhiệm vụ trọng tâm nào."))
    for task in tasks:
        if parts := _lacking(task):
            missing.append(
                _("Nhiệm vụ %(number)s còn thiếu: %(parts)s.")
                % {"number": task.position, "parts": ", ".join(parts)}
            )
        missing += _unprintable(task)
    return missing


def _lacking(task: KeyTask) -> list[str]:
    """The parts of the task that nobody has filled in, as its form names them."""
    parts = {
        _("nội dung"): task.text.strip(),
        _("chỉ số đo"): task.measure.strip(),
        _("chỉ tiêu"): task.target is not None,
        _("đơn vị tính"): task.unit_of_measure.strip(),
        _("hạn"): task.due_on is not None,
    }
    return [name for name, is_there in parts.items() if not is_there]


def _unprintable(task: KeyTask) -> Iterator[str]:
    """Why the compact could not print the task; what came from a file was asked by no form."""
    parts = (
        (task.text, LONGEST_TEXT),
        (task.measure, LONGEST_TEXT),
        (task.unit_of_measure, LONGEST_NUMBER),
    )
    for text, longest in parts:
        fault = fault_of(" ".join(text.split()), longest)
        if fault:
            yield _("Nhiệm vụ %(number)s: %(fault)s.") % {"number": task.position, "fault": fault}


@transaction.atomic
def ask_approval(*, actor: Person, registration_id: int) -> Registration:
    """Put the draft before the unit's head."""
    registration = _locked(registration_id)
    require(can_edit_registration(actor, registration))
    rules.check_registration(RegistrationAction.SUBMIT, registration.state)
    _require_complete(registration)
    registration.approval_asked_at = timezone.now()
    registration.save(update_fields=["approval_asked_at"])
    summary = _("%(who)s trình thủ trưởng duyệt đăng ký.") % {"who": actor.full_name}
    _note(registration, actor, "ask_approval", summary)
    notices.tell_approval_asked(registration, actor)
    return registration


def _require_complete(registration: Registration) -> None:
    missing = missing_parts(registration)
    if missing:
        raise RuleError(" ".join(missing))


def is_late(season: Season, step: Step, moment: datetime.datetime) -> bool:
    """Is ``moment`` past the step's deadline? In time is strictly before it."""
    milestone = Milestone.objects.filter(season=season, step=step, is_on=True).first()
    deadline = milestone.deadline if milestone else None
    return deadline is not None and moment >= deadline


@transaction.atomic
def submit_registration(
    *, actor: Person, registration_id: int, approved_by_name: str = ""
) -> Registration:
    """Send the registration; by the unit's head this is the approval.

    Where the head has no account, a representative gives the approving head's name. One first sent
    late is taken and recorded as late. Sending twice changes nothing.
    """
    registration = _locked(registration_id)
    require(can_submit_registration(actor, registration))
    if registration.state == RegistrationState.SUBMITTED:
        return registration
    rules.check_registration(RegistrationAction.SUBMIT, registration.state)
    _require_complete(registration)
    if is_unit_head(actor, registration.unit_id):
        approved_by_name = actor.full_name
    if not approved_by_name.strip():
        raise RuleError(_("Hãy ghi tên thủ trưởng đã duyệt."), field="approved_by_name")
    now = timezone.now()
    registration.state = RegistrationState.SUBMITTED
    registration.submitted_at = now
    if registration.first_submitted_at is None:
        registration.first_submitted_at = now
        registration.submitted_late = is_late(registration.season, Step.REGISTRATION, now)
    registration.submitted_by = actor
    registration.approved_by_name = approved_by_name
    registration.return_reason = ""
    registration.version += 1
    registration.save()
    late = _(" (muộn)") if registration.submitted_late else ""
    summary = _("%(unit)s gửi đăng ký thi đua%(late)s, thủ trưởng duyệt: %(head)s.") % {
        "unit": registration.unit.name,
        "late": late,
        "head": approved_by_name,
    }
    _note(registration, actor, "submit_registration", summary)
    notices.tell_submitted(registration, actor)
    return registration


@transaction.atomic
def return_registration(*, actor: Person, registration_id: int, reason: str) -> Registration:
    """Give the registration back to the unit with a reason."""
    registration = _locked(registration_id)
    require(can_judge_registration(actor, registration))
    rules.check_registration(RegistrationAction.RETURN, registration.state)
    if not reason.strip():
        raise RuleError(_("Hãy ghi lý do trả lại."), field="reason")
    registration.state = RegistrationState.RETURNED
    registration.return_reason = reason
    registration.approval_asked_at = None
    registration.version += 1
    registration.save()
    summary = _("%(who)s trả lại đăng ký của %(unit)s: %(reason)s") % {
        "who": actor.full_name,
        "unit": registration.unit.name,
        "reason": reason,
    }
    _note(registration, actor, "return_registration", summary)
    notices.tell_returned(registration, actor)
    return registration


@transaction.atomic
def accept_registration(*, actor: Person, registration_id: int) -> Registration:
    """Accept the registration; its tasks and titles go into the compact."""
    registration = _locked(registration_id)
    require(can_judge_registration(actor, registration))
    if registration.state == RegistrationState.ACCEPTED:
        return registration
    rules.check_registration(RegistrationAction.ACCEPT, registration.state)
    registration.state = RegistrationState.ACCEPTED
    registration.accepted_at = timezone.now()
    registration.version += 1
    registration.save()
    summary = _("%(who)s chấp nhận đăng ký của %(unit)s.") % {
        "who": actor.full_name,
        "unit": registration.unit.name,
    }
    _note(registration, actor, "accept_registration", summary)
    notices.tell_accepted(registration, actor)
    return registration
