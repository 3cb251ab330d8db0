"""Who takes part, who speaks for whom, and the record of what was done."""

from __future__ import annotations

from units.models.audit import AuditEntry
from units.models.bloc import Bloc, Council, Membership
from units.models.invitation import Invitation
from units.models.job import Job
from units.models.letter import Letter, MailRule, MailSettings
from units.models.notification import Notification
from units.models.person import Person, Role
from units.models.stored_file import StoredFile
from units.models.unit import Unit, UnitEvent
from units.models.visit import Visit

__all__ = [
    "AuditEntry",
    "Bloc",
    "Council",
    "Invitation",
    "Job",
    "Letter",
    "MailRule",
    "MailSettings",
    "Membership",
    "Notification",
    "Person",
    "Role",
    "StoredFile",
    "Unit",
    "UnitEvent",
    "Visit",
]
