"""Who is at a conference: units in person, represented or absent, and guests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from compacts.models import Attendance, Conference
from compacts.queries.conferences import attendance_of
from compacts.rules import Presence
from compacts.services.conferences import locked
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.services.audit import record


@dataclass(frozen=True, slots=True)
class Present:
    """How a unit is there: ``name`` and ``title`` of who came, ``note`` says why it is absent."""

    presence: Presence
    name: str = ""
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is there for no unit of the season."""

    name: str
    title: str = ""
    organisation: str = ""


def _check(unit_name: str, given: Present) -> None:
    if given.presence == Presence.REPRESENTED and not given.name.strip():
        raise RuleError(_("%(unit)s: hãy ghi người dự thay.") % {"unit": unit_name})
    if given.presence == Presence.EXCUSED and not given.note.strip():
        raise RuleError(_("%(unit)s: hãy ghi lý do vắng.") % {"unit": unit_name})


def _plain(conference: Conference) -> dict[str, object]:
    rows = conference.attendance.select_related("participant")
    return {
        "units": {
            row.participant.short_name: row.presence for row in rows if row.participant is not None
        },
        "guests": [row.name for row in rows if row.participant is None],
    }


@transaction.atomic
def mark_attendance(
    *,
    actor: Person,
    conference_id: int,
    units: Mapping[int, Present | None],
    guests: Sequence[Guest],
    version: int,
) -> Conference:
    """Write who is there, by participant id (None: not known yet), read at ``version``.

    Units that are not in ``units`` stay as they are; ``guests`` replace all guests. Allowed in
    every state. Raises ``RuleError`` where a substitute has no name or an excuse no reason, and
    ``EditConflictError`` where somebody else marked in between.
    """
    found = locked(actor, conference_id)
    if found.attendance_version != version:
        raise EditConflictError(
            _("Người khác vừa điểm danh. Nội dung đồng chí nhập vẫn còn; lưu lại sẽ thay.")
        )
    before = _plain(found)
    for participant in found.season.participants.filter(pk__in=units):
        given = units[participant.pk]
        if given is None:
            found.attendance.filter(participant=participant).delete()
            continue
        _check(participant.name, given)
        Attendance.objects.update_or_create(
            conference=found,
            participant=participant,
            defaults={
                "presence": given.presence,
                "name": given.name.strip(),
                "title": given.title.strip(),
                "note": given.note.strip(),
            },
        )
    found.attendance.filter(participant__isnull=True).delete()
    for guest in guests:
        if not guest.name.strip():
            raise RuleError(_("Hãy ghi họ tên của khách mời."))
        found.attendance.create(
            presence=Presence.PRESENT,
            name=guest.name.strip(),
            title=guest.title.strip(),
            organisation=guest.organisation.strip(),
        )
    found.attendance_version += 1
    found.save(update_fields=["attendance_version"])
    count = attendance_of(found)
    record(
        chain=found.season.audit_chain,
        actor=actor,
        action="mark_attendance",
        target=f"conference:{found.pk}",
        summary=_("%(who)s điểm danh “%(title)s”: có mặt %(there)d/%(total)d đơn vị.")
        % {
            "who": actor.full_name,
            "title": found.title,
            "there": count.attending,
            "total": count.total,
        },
        before=before,
        after=_plain(found),
    )
    return found
