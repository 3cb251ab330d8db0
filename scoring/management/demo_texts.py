"""The demo's texts: a programme and an amendment of the founding year, a regulation under way.

Their words, the units' comments and the answers are sample data in ``demo/texts.json``.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.conf import settings
from django.utils import timezone

from compacts.models import Comment, Draft, Season
from compacts.rules import CommentOutcome, DraftKind
from compacts.services.compact_template import ArticleText
from compacts.services.texts import (
    answer_comment,
    comment_on_text,
    issue_text,
    newest_version,
    open_text,
    save_text,
    start_text,
)
from units.models import Notification, Person
from units.rules import end_of_day

# The unit whose representative can log in; the others' comments come as from a file.
_SPEAKING = "btc"


def write_founding_texts(*, secretary: Person, representative: Person, season: Season) -> None:
    """The programme that the bloc agreed on and the amendment of its compact, both issued.

    Nothing where the season has a text. Versions keep the time of loading, for a stored version
    never changes; their notes tell the sample days.
    """
    if season.drafts.exists():
        return
    texts = _texts()
    programme = texts["programme"]
    draft = _begun(secretary, season, DraftKind.PROGRAMME, programme)
    open_text(
        actor=secretary, draft_id=draft.pk, due_at=timezone.now() + datetime.timedelta(hours=1)
    )
    _discussed(secretary, representative, draft, programme)
    _date_comments(draft)
    _issued(secretary, draft, programme)
    amendment = texts["amendment"]
    _issued(secretary, _begun(secretary, season, DraftKind.AMENDMENT, amendment), amendment)


def draft_demo_regulation(*, secretary: Person, season: Season) -> None:
    """A regulation on which the units may comment for a week; nothing where there is a text."""
    if season.drafts.exists():
        return
    text = _texts()["regulation"]
    draft = _begun(secretary, season, DraftKind.REGULATION, text)
    until = end_of_day(timezone.localdate() + datetime.timedelta(days=7))
    open_text(actor=secretary, draft_id=draft.pk, due_at=until)
    _discussed(secretary, None, draft, text)


def _texts() -> dict[str, Any]:
    path = settings.BASE_DIR / "demo" / "texts.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _begun(secretary: Person, season: Season, kind: DraftKind, text: dict[str, Any]) -> Draft:
    draft = start_text(actor=secretary, season=season, kind=kind, title=text["title"])
    _write(secretary, draft, text["versions"][0])
    return draft


def _write(secretary: Person, draft: Draft, version: dict[str, Any]) -> None:
    save_text(
        actor=secretary,
        draft_id=draft.pk,
        number=newest_version(draft).number,
        title=draft.title,
        sections=[ArticleText(one["heading"], tuple(one["items"])) for one in version["sections"]],
        note=version["note"],
    )


def _discussed(
    secretary: Person, representative: Person | None, draft: Draft, text: dict[str, Any]
) -> None:
    """Let the units comment, answer where there is an answer, and write what came of it."""
    participants = draft.season.participants.select_related("unit")
    units = {row.unit.code: row.unit for row in participants}
    version = newest_version(draft)
    for one in text["comments"]:
        unit = units[one["unit"]]
        if representative is not None and one["unit"] == _SPEAKING:
            made = comment_on_text(
                actor=representative,
                draft_id=draft.pk,
                unit=unit,
                text=one["text"],
                section=one["section"],
            )
        else:
            made = Comment.objects.create(
                version=version, unit=unit, section=one["section"], text=one["text"]
            )
        if "answer" in one:
            answer_comment(
                actor=secretary,
                comment_id=made.pk,
                outcome=CommentOutcome(one["outcome"]),
                answer=one["answer"],
            )
    _write(secretary, draft, text["versions"][1])


def _date_comments(draft: Draft) -> None:
    """The round was before the signing conference, whenever the demo is loaded."""
    zone = timezone.get_default_timezone()
    asked_until = datetime.datetime(draft.season.year, 3, 17, tzinfo=zone)
    Draft.objects.filter(pk=draft.pk).update(comments_due_at=asked_until)
    comments = Comment.objects.filter(version__draft=draft)
    for turn, one in enumerate(comments.order_by("pk")):
        comments.filter(pk=one.pk).update(
            written_at=asked_until - datetime.timedelta(days=5 - turn, hours=14),
            answered_at=asked_until + datetime.timedelta(days=1, hours=9),
        )


def _issued(secretary: Person, draft: Draft, text: dict[str, Any]) -> None:
    issue_text(
        actor=secretary,
        draft_id=draft.pk,
        number=text["number"],
        issued_on=datetime.date.fromisoformat(text["issued_on"]),
    )
    # Nobody is asked today for what was over in that year.
    told = Notification.objects.filter(key__startswith=f"draft:{draft.pk}:", read_at=None)
    told.update(read_at=timezone.now())
