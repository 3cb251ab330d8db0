"""How an exemplary model was multiplied: who learned from it, told by them or for them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import Multiplication, RoleModel
from compacts.permissions import can_enter_multiplication
from compacts.services import notices
from units.access import require
from units.models import Person, Unit
from units.rules import EditConflictError, RuleError
from units.services.audit import record


@dataclass(frozen=True, slots=True)
class MultiplicationFacts:
    """What the form sends: ``unit`` is a code, empty where it was ``elsewhere``."""

    unit: str
    elsewhere: str
    deed: str
    done_on: datetime.date
    people: int | None


def _unit(model: RoleModel, facts: MultiplicationFacts) -> Unit | None:
    if bool(facts.unit) == bool(facts.elsewhere.strip()):
        raise RuleError(_("Hãy chọn đơn vị, hoặc ghi nơi khác."), field="elsewhere")
    if not facts.unit:
        return None
    row = model.season.participants.select_related("unit").filter(unit__code=facts.unit).first()
    if row is None:
        raise RuleError(_("Đơn vị này không tham gia mùa thi đua."), field="unit")
    if row.unit_id == model.unit_id:
        raise RuleError(
            _("Đây là đơn vị có gương; nơi học tập trong đơn vị thì ghi ở ô nơi khác."),
            field="unit",
        )
    return row.unit


def _check(model: RoleModel, facts: MultiplicationFacts) -> None:
    if not facts.deed.strip():
        raise RuleError(_("Hãy ghi việc đã làm."), field="deed")
    if not model.found_on <= facts.done_on <= timezone.localdate():
        raise RuleError(
            _("Ngày nhân rộng phải từ ngày phát hiện gương đến hôm nay."), field="done_on"
        )


def _plain(found: Multiplication) -> dict[str, str]:
    return {
        "where": found.where,
        "deed": found.deed,
        "done_on": str(found.done_on),
        "people": "" if found.people is None else str(found.people),
    }


def _model(pk: int) -> RoleModel:
    return RoleModel.objects.select_related("season__bloc__council", "unit").get(pk=pk)


def _locked(model: RoleModel, multiplication_id: int, version: int) -> Multiplication:
    rows = Multiplication.objects.select_for_update(of=("self",)).select_related("unit")
    found = rows.get(pk=multiplication_id, role_model=model)
    if found.version != version:
        raise EditConflictError(
            _("Người khác vừa sửa. Nội dung đồng chí nhập vẫn còn ở dưới; lưu lại sẽ thay.")
        )
    return found


@transaction.atomic
def save_multiplication(
    *,
    actor: Person,
    role_model_id: int,
    facts: MultiplicationFacts,
    multiplication_id: int | None = None,
    version: int = 0,
) -> Multiplication:
    """Enter who learned from the model, or change what was read at ``version``.

    Who changes an entry must be allowed to speak for the unit it was about and for the one it is
    about now. Raises ``RuleError`` (by field), ``EditConflictError`` where somebody else
    changed it since.
    """
    model = _model(role_model_id)
    before = None
    if multiplication_id is None:
        found = Multiplication(role_model=model, entered_by=actor)
    else:
        found = _locked(model, multiplication_id, version)
        require(can_enter_multiplication(actor, model, found.unit))
        before = _plain(found)
        found.version += 1
    unit = _unit(model, facts)
    require(can_enter_multiplication(actor, model, unit))
    _check(model, facts)
    found.unit = unit
    found.elsewhere = facts.elsewhere.strip()
    found.deed = facts.deed.strip()
    found.done_on = facts.done_on
    found.people = facts.people
    found.save()
    record(
        chain=model.season.audit_chain,
        actor=actor,
        action="save_multiplication",
        target=f"role_model:{model.pk}",
        summary=_("%(who)s ghi %(where)s đã học tập, nhân rộng gương “%(name)s”.")
        % {"who": actor.full_name, "where": found.where, "name": model.name},
        before=before,
        after=_plain(found),
    )
    if before is None:
        notices.tell_multiplied(found, actor)
    return found


@transaction.atomic
def remove_multiplication(
    *, actor: Person, role_model_id: int, multiplication_id: int, version: int
) -> None:
    """Take out an entry made by mistake, as read at ``version``; the journal keeps what it said.

    Raises ``EditConflictError`` where somebody changed it since.
    """
    model = _model(role_model_id)
    found = _locked(model, multiplication_id, version)
    require(can_enter_multiplication(actor, model, found.unit))
    record(
        chain=model.season.audit_chain,
        actor=actor,
        action="remove_multiplication",
        target=f"role_model:{model.pk}",
        summary=_("%(who)s xóa việc nhân rộng gương “%(name)s” ở %(where)s.")
        % {"who": actor.full_name, "where": found.where, "name": model.name},
        before=_plain(found),
    )
    found.delete()
