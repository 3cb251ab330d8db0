"""What was promised: seasons, registrations, compacts, signatures, documents."""

from __future__ import annotations

from compacts.models.announcement import Announcement
from compacts.models.calendar import CalendarFeed
from compacts.models.compact import Article, Compact, Document, Signature
from compacts.models.conference import AgendaItem, Attendance, Conference
from compacts.models.draft import Comment, Draft, DraftVersion
from compacts.models.movement import Movement, MovementReview
from compacts.models.paper import IssuedPaper, PaperWording, RenderedFile
from compacts.models.registration import KeyTask, RegisteredTitle, Registration
from compacts.models.season import Milestone, OfferedTitle, Office, Participant, Season
from compacts.models.signing import SignedFile, SigningRequest
from compacts.models.year import AdHocTask, Multiplication, Progress, RoleModel

__all__ = [
    "AdHocTask",
    "AgendaItem",
    "Announcement",
    "Article",
    "Attendance",
    "CalendarFeed",
    "Comment",
    "Compact",
    "Conference",
    "Document",
    "Draft",
    "DraftVersion",
    "IssuedPaper",
    "KeyTask",
    "Milestone",
    "Movement",
    "MovementReview",
    "Multiplication",
    "OfferedTitle",
    "Office",
    "PaperWording",
    "Participant",
    "Progress",
    "RegisteredTitle",
    "Registration",
    "RenderedFile",
    "RoleModel",
    "Season",
    "Signature",
    "SignedFile",
    "SigningRequest",
]
