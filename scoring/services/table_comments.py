"""What units say about a drafted scoring table, and what they are answered."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.rules import CommentOutcome
from compacts.services.comments import said_just_now, write_answer
from scoring.models import CriteriaTable, TableComment
from scoring.permissions import can_comment_on_table, can_manage_tables
from scoring.services.notices import tell_comment_answered
from units.access import require
from units.models import Person, Unit
from units.rules import RuleError
from units.services.audit import record


@transaction.atomic
def comment_on_table(
    *, actor: Person, table_id: int, unit: Unit, text: str, criterion: str = ""
) -> TableComment:
    """Say, on behalf of the unit, what should be otherwise; ``criterion`` is a code or empty.

    The same words again within a minute are the second press of the button: the first stands.
    Raises ``RuleError`` where the table is not open for comments, or has no such criterion.
    """
    table = (
        CriteriaTable.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=table_id)
    )
    season = table.season
    if season is None:
        raise RuleError(_("Bảng điểm này không lấy ý kiến."))
    require(can_comment_on_table(actor, season, unit))
    if table.frozen_at is not None or table.comments_due_at is None:
        raise RuleError(_("Bảng điểm này không lấy ý kiến."))
    if timezone.now() >= table.comments_due_at:
        raise RuleError(_("Đã hết hạn góp ý."))
    if criterion and not table.criteria.filter(code=criterion).exists():
        raise RuleError(_("Không có tiêu chí này trong bảng."), field="criterion")
    if not text.strip():
        raise RuleError(_("Hãy ghi ý kiến."), field="text")
    of_unit = TableComment.objects.filter(table=table, unit=unit, criterion_code=criterion)
    pressed_twice = said_just_now(of_unit, text)
    if pressed_twice is not None:
        return pressed_twice
    made = TableComment.objects.create(
        table=table, unit=unit, criterion_code=criterion, text=text.strip(), written_by=actor
    )
    record(
        chain=season.audit_chain,
        actor=actor,
        action="comment_on_table",
        target=f"table_comment:{made.pk}",
        summary=_("%(unit)s góp ý bảng điểm “%(title)s”.")
        % {"unit": unit.name, "title": table.title},
        after={"criterion": criterion, "text": made.text},
    )
    return made


@transaction.atomic
def answer_table_comment(
    *,
    actor: Person,
    comment_id: int,
    outcome: CommentOutcome,
    answer: str,
    seen: str | None = None,
) -> TableComment:
    """Say what became of a comment; an answer may be given anew until the table is adopted.

    The same answer again is none. Raises ``EditConflictError`` where somebody else has answered
    since ``seen``, the ``answer_mark`` that the page showed.
    """
    found = (
        TableComment.objects.select_for_update(of=("self",))
        .select_related("table__season__bloc__council", "unit")
        .get(pk=comment_id)
    )
    season = found.table.season
    if season is None or found.table.frozen_at is not None:
        raise RuleError(_("Bảng điểm đã khóa, không trả lời góp ý được nữa."))
    require(can_manage_tables(actor, season))
    before = {"outcome": found.outcome, "answer": found.answer}
    if not write_answer(found, actor, outcome, answer, seen):
        return found
    record(
        chain=season.audit_chain,
        actor=actor,
        action="answer_table_comment",
        target=f"table_comment:{found.pk}",
        summary=_("Trả lời góp ý của %(unit)s: %(outcome)s.")
        % {"unit": found.unit.name, "outcome": found.get_outcome_display()},
        before=before,
        after={"outcome": found.outcome, "answer": found.answer},
    )
    tell_comment_answered(found, actor)
    return found
