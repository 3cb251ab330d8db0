"""What was promised: seasons, registrations, compacts, signatures, documents."""

from __future__ import annotations

from compacts.models.compact import Article, Compact, Document, Signature
from compacts.models.registration import KeyTask, RegisteredTitle, Registration
from compacts.models.season import Milestone, OfferedTitle, Office, Participant, Season

__all__ = [
    "Article",
    "Compact",
    "Document",
    "KeyTask",
    "Milestone",
    "OfferedTitle",
    "Office",
    "Participant",
    "RegisteredTitle",
    "Registration",
    "Season",
    "Signature",
]
