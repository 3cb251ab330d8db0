"""What comments on texts and on scoring tables share: none twice, no answer over another."""

from __future__ import annotations

import datetime
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models.draft import CommentOnText
from compacts.rules import CommentOutcome
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.vietnamese import written

# Within so long the same words of a unit come from one press too many, not from a second thought.
PRESSED_TWICE = datetime.timedelta(minutes=1)
Said = TypeVar("Said", bound=CommentOnText)


def said_just_now(of_unit: QuerySet[Said], text: str) -> Said | None:
    """The comment among the unit's own on the same place that says this, if it is that new."""
    since = timezone.now() - PRESSED_TWICE
    return of_unit.filter(text=written(text.strip()), written_at__gte=since).first()


def write_answer(
    found: CommentOnText, actor: Person, outcome: CommentOutcome, answer: str, seen: str | None
) -> bool:
    """Store what became of a comment whose row is locked; False where that stood there already.

    Raises ``RuleError`` where a part is missing, and ``EditConflictError`` where somebody else
    has answered since ``seen``, the ``answer_mark`` that the page showed.
    """
    if outcome == CommentOutcome.OPEN:
        raise RuleError(_("Hãy chọn tiếp thu hay không."), field="outcome")
    if not answer.strip():
        raise RuleError(_("Hãy ghi trả lời cho ý kiến."), field="answer")
    if (found.outcome, found.answer) == (outcome, written(answer.strip())):
        return False
    if seen is not None and seen != found.answer_mark:
        raise EditConflictError(
            _("Người khác vừa trả lời ý kiến này. Nội dung đồng chí nhập vẫn còn ở dưới.")
        )
    found.outcome = outcome
    found.answer = answer.strip()
    found.answered_by = actor
    found.answered_at = timezone.now()
    found.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    return True
