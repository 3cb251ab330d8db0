"""Putting up announcements and shared documents, and telling the units."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import Announcement, Season
from compacts.permissions import can_post_announcement
from compacts.rules import AnnouncementKind
from compacts.services.notices import speakers_of
from units.access import require
from units.models import Person
from units.rules import EditConflictError, Occasion, RuleError
from units.services.audit import record
from units.services.notifications import Message, notify
from units.services.uploads import store_upload


@dataclass(frozen=True, slots=True)
class AnnouncementFacts:
    """What the form sends; ``until`` is the last day on which it counts."""

    kind: AnnouncementKind
    title: str
    text: str
    until: datetime.date | None


def _check(facts: AnnouncementFacts, *, has_file: bool, is_new: bool) -> None:
    if not facts.title.strip():
        raise RuleError(_("Hãy ghi tiêu đề."), field="title")
    if facts.kind == AnnouncementKind.NOTICE and not facts.text.strip():
        raise RuleError(_("Hãy ghi nội dung thông báo."), field="text")
    if facts.kind == AnnouncementKind.DOCUMENT and not has_file:
        raise RuleError(_("Hãy chọn tệp của tài liệu."), field="file")
    if is_new and facts.until is not None and facts.until < timezone.localdate():
        raise RuleError(_("Ngày hết hiệu lực phải từ hôm nay trở đi."), field="until")


def _plain(found: Announcement) -> dict[str, str]:
    return {
        "kind": found.kind,
        "title": found.title,
        "text": found.text,
        "until": str(found.until or ""),
        "file": found.file.sha256 if found.file else "",
    }


@transaction.atomic
def save_announcement(
    *,
    actor: Person,
    season: Season,
    facts: AnnouncementFacts,
    announcement_id: int | None = None,
    version: int = 0,
    upload: File[bytes] | None = None,
    upload_name: str = "",
) -> Announcement:
    """Put up something new and tell the units, or change what was read at ``version``.

    An ``upload`` takes the place of the file that is there; without one, that stays. To take
    something down, let it run out: what was said stays in the list. Raises ``RuleError`` (by
    field) for what is missing, ``EditConflictError`` where somebody else changed it since.
    """
    require(can_post_announcement(actor, season))
    before = None
    if announcement_id is None:
        found = Announcement(season=season, posted_by=actor)
    else:
        found = Announcement.objects.select_for_update().get(pk=announcement_id, season=season)
        if found.version != version:
            raise EditConflictError(
                _("Người khác vừa sửa. Nội dung đồng chí nhập vẫn còn ở dưới; lưu lại sẽ thay.")
            )
        before = _plain(found)
        found.version += 1
    has_file = upload is not None or found.file is not None
    _check(facts, has_file=has_file, is_new=announcement_id is None)
    found.kind = facts.kind
    found.title = facts.title.strip()
    found.text = facts.text.strip()
    found.until = facts.until
    if upload is not None:
        found.file = store_upload(actor=actor, upload=upload, name=upload_name)
    found.save()
    record(
        chain=season.audit_chain,
        actor=actor,
        action="save_announcement",
        target=f"announcement:{found.pk}",
        summary=_("%(who)s đăng “%(title)s” lên bảng tin.")
        % {"who": actor.full_name, "title": found.title},
        before=before,
        after=_plain(found),
    )
    if announcement_id is None:
        _tell(found, actor)
    return found


def _tell(found: Announcement, actor: Person) -> None:
    season = found.season
    message = Message(
        key=f"announcement:{found.pk}",
        occasion=Occasion.ISSUED,
        about=str(season),
        subject=gettext_lazy("Bảng tin: %(title)s"),
        facts={"title": found.title},
        path=reverse("compacts:announcement", args=[season.bloc.code, season.year, found.pk]),
    )
    units = list(season.participants.values_list("unit", flat=True))
    notify(persons=speakers_of(units), message=message, sent_by=actor)
