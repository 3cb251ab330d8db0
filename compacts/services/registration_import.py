"""Filling in the registrations that units sent on paper: many at once, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from compacts import rules
from compacts.models import Registration, Season
from compacts.permissions import can_import_registrations
from compacts.rules import RegistrationAction
from compacts.services import notices
from compacts.services.registrations import TaskText, registration_of, write_draft
from units.access import require
from units.models import Person, Unit
from units.rules import RuleError
from units.services.audit import record
from units.workbooks import ImportColumn

# A filled file is read by these, in whatever language the page is.
COLUMNS = (
    ImportColumn("unit", "Mã đơn vị", needed=True),
    ImportColumn("unit_name", "Đơn vị"),
    ImportColumn("titles", "Danh hiệu đăng ký"),
    ImportColumn("text", "Nhiệm vụ", needed=True),
    ImportColumn("measure", "Chỉ số đo"),
    ImportColumn("unit_of_measure", "Đơn vị tính"),
    ImportColumn("target", "Chỉ tiêu"),
    ImportColumn("due_on", "Hạn"),
    ImportColumn("ad_hoc", "Đột xuất"),
)
YES, NO = "Có", "Không"


@dataclass(frozen=True, slots=True)
class GivenRegistration:
    """What a unit registered on paper: titles (by code) and key tasks."""

    unit: Unit
    titles: tuple[str, ...]
    tasks: tuple[TaskText, ...]


def is_untouched(registration: Registration | None) -> bool:
    """Has nobody written the registration yet, so that it can be filled in for the unit?"""
    return registration is None or (
        registration.state in rules.REGISTRATION_MOVES[RegistrationAction.EDIT]
        and not registration.titles.all()
        and not registration.tasks.all()
    )


@transaction.atomic
def import_registrations(
    *, actor: Person, season: Season, given: Sequence[GivenRegistration]
) -> int:
    """Fill in the drafts of units, all or none; how many there were.

    They stay drafts: each unit looks at its own, its head approves and sends it. Raises
    ``RuleError`` for a unit outside the season and one that began to write its registration.
    """
    require(can_import_registrations(actor, season))
    parties = set(season.participants.values_list("unit", flat=True))
    for one in given:
        if one.unit.pk not in parties:
            raise RuleError(_("Đơn vị này không tham gia mùa thi đua."))
        begun = registration_of(season, one.unit)
        registration = Registration.objects.select_for_update(of=("self",)).get(pk=begun.pk)
        registration.season, registration.unit = season, one.unit
        if not is_untouched(registration):
            raise RuleError(
                _("%(unit)s đã ghi bản đăng ký; chỉ đơn vị được sửa.") % {"unit": one.unit.name}
            )
        write_draft(registration, one.titles, one.tasks)
        summary = _("%(who)s nhập đăng ký của %(unit)s từ tệp: %(tasks)s nhiệm vụ.") % {
            "who": actor.full_name,
            "unit": one.unit.name,
            "tasks": len(one.tasks),
        }
        record(
            chain=season.audit_chain,
            actor=actor,
            action="import_registration",
            target=f"registration:{registration.pk}",
            summary=summary,
        )
        notices.tell_imported(registration, len(one.tasks), actor)
    return len(given)
