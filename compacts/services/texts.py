"""The life of a text that the bloc agrees on: versions, comments, issue."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts import rules
from compacts.models import Comment, Compact, Draft, DraftVersion, IssuedPaper, Season
from compacts.permissions import can_comment_on_text, can_write_text
from compacts.rules import CommentOutcome, CompactState, DraftAction, DraftKind, DraftState
from compacts.services.comments import said_just_now, write_answer
from compacts.services.compact_template import ArticleText
from compacts.services.notices import tell_text_answered, tell_text_issued, tell_text_opened
from compacts.services.papers import issue_paper
from compacts.services.text_papers import draft_paper
from units.access import require
from units.models import Person, Unit
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.vietnamese import date_text, nfc

Template = tuple[tuple[str, tuple[str, ...]], ...]
_PROGRAMME: Template = (
    (
        "Mục đích, yêu cầu",
        ("Đẩy mạnh phong trào thi đua với chỉ tiêu cụ thể, tiêu chí rõ ràng.",),
    ),
    (
        "Nội dung hoạt động",
        (
            "Tổ chức ký kết giao ước thi đua, phát động phong trào thi đua.",
            "Sơ kết 6 tháng, tổng kết năm; tự chấm điểm, kiểm tra chéo, thẩm định, bình xét.",
            "Theo dõi, ghi nhận nhiệm vụ đột xuất; phát hiện, nhân rộng điển hình tiên tiến.",
        ),
    ),
    (
        "Tổ chức thực hiện",
        ("Trưởng khối chủ trì; các đơn vị thực hiện và báo cáo đúng hạn.",),
    ),
)
_REGULATION: Template = (
    (
        "Nguyên tắc hoạt động",
        ("Tự nguyện, đoàn kết, công khai, minh bạch, quyết định tập thể.",),
    ),
    (
        "Trưởng khối, phó trưởng khối",
        (
            "Trưởng khối luân phiên hằng năm; phó trưởng khối phối hợp và thay khi vắng mặt.",
            "Đơn vị trưởng khối không thẩm định điểm của chính mình.",
        ),
    ),
    (
        "Chấm điểm, bình xét",
        (
            "Các đơn vị tự chấm điểm có minh chứng; tổ thư ký thẩm định, nêu lý do khi đổi điểm.",
            "Đơn vị được giải trình trước khi chốt điểm; bình xét bằng bỏ phiếu kín.",
        ),
    ),
    ("Điều khoản thi hành", ("Quy chế có hiệu lực từ ngày ban hành.",)),
)
_AMENDMENT: Template = (
    ("Nội dung điều chỉnh", ("Điều chỉnh …",)),
    ("Hiệu lực", ("Các nội dung khác của giao ước giữ nguyên.",)),
)
_TEMPLATES: dict[DraftKind, Template] = {
    DraftKind.PROGRAMME: _PROGRAMME,
    DraftKind.REGULATION: _REGULATION,
    DraftKind.AMENDMENT: _AMENDMENT,
}


def _locked(draft_id: int) -> Draft:
    return (
        Draft.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=draft_id)
    )


def _note(actor: Person, draft: Draft, action: str, summary: str, **facts: object) -> None:
    record(
        chain=draft.season.audit_chain,
        actor=actor,
        action=action,
        target=f"draft:{draft.pk}",
        summary=summary % {"who": actor.full_name, "title": draft.title},
        after=facts,
    )


def newest_version(draft: Draft) -> DraftVersion:
    """The version in hand."""
    found = draft.versions.order_by("-number").first()
    if found is None:
        raise RuleError(_("Văn bản chưa có nội dung."))
    return found


@transaction.atomic
def start_text(
    *, actor: Person, season: Season, kind: DraftKind, title: str, amends: Draft | None = None
) -> Draft:
    """A new text of the season, begun from the template or from the issued text it amends.

    Raises ``RuleError`` for an amendment of a compact that is not yet in force, or of a text that
    was not issued.
    """
    require(can_write_text(actor, season))
    if not title.strip():
        raise RuleError(_("Hãy ghi tên văn bản."), field="title")
    in_force = Compact.objects.filter(season=season, state=CompactState.IN_FORCE)
    if kind == DraftKind.AMENDMENT and not in_force.exists():
        raise RuleError(_("Chỉ điều chỉnh được giao ước đã có hiệu lực."), field="kind")
    if amends is not None and (amends.state != DraftState.ISSUED or amends.season_id != season.pk):
        raise RuleError(_("Chỉ sửa đổi được văn bản đã ban hành của mùa này."))
    draft = Draft.objects.create(season=season, kind=kind, title=title, amends=amends)
    if amends is not None:
        sections = newest_version(amends).sections
    else:
        sections = [{"heading": h, "items": list(items)} for h, items in _TEMPLATES[kind]]
    DraftVersion.objects.create(draft=draft, number=1, sections=sections, written_by=actor)
    _note(actor, draft, "start_text", _("%(who)s bắt đầu soạn “%(title)s”."))
    return draft


@transaction.atomic
def save_text(
    *,
    actor: Person,
    draft_id: int,
    number: int,
    title: str,
    sections: Sequence[ArticleText],
    note: str = "",
) -> DraftVersion:
    """Store a new version written over version ``number``; the same text again is no version.

    Raises ``EditConflictError`` where a newer version stands, ``RuleError`` once it is issued.
    """
    draft = _locked(draft_id)
    require(can_write_text(actor, draft.season))
    rules.check_draft(DraftAction.EDIT, draft.state)
    newest = newest_version(draft)
    wanted = [{"heading": nfc(one.heading), "items": list(one.items)} for one in sections]
    if not wanted:
        raise RuleError(_("Văn bản cần ít nhất một mục."))
    if not title.strip():
        raise RuleError(_("Hãy ghi tên văn bản."), field="title")
    if draft.title == nfc(title) and newest.sections == wanted:
        return newest
    if newest.number != number:
        raise EditConflictError(
            _("Người khác vừa lưu phiên bản %(number)s. Nội dung đồng chí nhập vẫn còn ở dưới.")
            % {"number": newest.number}
        )
    draft.title = title
    draft.save(update_fields=["title", "search_key"])
    made = DraftVersion.objects.create(
        draft=draft, number=number + 1, sections=wanted, note=note, written_by=actor
    )
    _note(
        actor,
        draft,
        "save_text",
        _("%(who)s lưu phiên bản mới của “%(title)s”."),
        number=made.number,
        note=note,
    )
    return made


@transaction.atomic
def open_text(*, actor: Person, draft_id: int, due_at: datetime.datetime) -> Draft:
    """Ask the units for comments until ``due_at``, or move that time.

    A round that had ended begins anew, and the units are told again.
    """
    draft = _locked(draft_id)
    require(can_write_text(actor, draft.season))
    rules.check_draft(DraftAction.OPEN, draft.state)
    if due_at <= timezone.now():
        raise RuleError(_("Hạn góp ý phải ở tương lai."), field="due_at")
    ended_at = draft.comments_due_at
    was_open = ended_at is not None and ended_at > timezone.now()
    draft.state = DraftState.COMMENTING
    draft.comments_due_at = due_at
    draft.save(update_fields=["state", "comments_due_at"])
    _note(
        actor,
        draft,
        "open_text",
        _("%(who)s lấy ý kiến về “%(title)s”."),
        due_at=due_at.isoformat(),
    )
    if not was_open:
        tell_text_opened(draft, actor, again=ended_at)
    return draft


@transaction.atomic
def comment_on_text(
    *, actor: Person, draft_id: int, unit: Unit, text: str, section: int = 0
) -> Comment:
    """Say for the unit what should be otherwise in a section (from 1), or in the whole (0).

    The same words again within a minute are the second press of the button: the first stands.
    Raises ``RuleError`` where the text is not open for comments or has no such section.
    """
    draft = _locked(draft_id)
    require(can_comment_on_text(actor, draft.season, unit))
    due = draft.comments_due_at
    if draft.state != DraftState.COMMENTING or due is None:
        raise RuleError(_("Văn bản này không lấy ý kiến."))
    if timezone.now() >= due:
        raise RuleError(_("Đã hết hạn góp ý."))
    version = newest_version(draft)
    if not 0 <= section <= len(version.sections):
        raise RuleError(_("Không có mục này trong văn bản."), field="section")
    if not text.strip():
        raise RuleError(_("Hãy ghi ý kiến."), field="text")
    of_unit = Comment.objects.filter(version__draft=draft, unit=unit, section=section)
    pressed_twice = said_just_now(of_unit, text)
    if pressed_twice is not None:
        return pressed_twice
    made = Comment.objects.create(
        version=version, unit=unit, section=section, text=text.strip(), written_by=actor
    )
    _note(
        actor,
        draft,
        "comment_on_text",
        _("%(who)s góp ý “%(title)s”."),
        unit=unit.code,
        section=section,
        text=made.text,
    )
    return made


@transaction.atomic
def answer_comment(
    *,
    actor: Person,
    comment_id: int,
    outcome: CommentOutcome,
    answer: str,
    seen: str | None = None,
) -> Comment:
    """Say what became of a comment; may be said anew until the text is issued.

    The same answer again is none. Raises ``EditConflictError`` where somebody else has answered
    since ``seen``, the ``answer_mark`` that the page showed.
    """
    found = (
        Comment.objects.select_for_update(of=("self",))
        .select_related("version__draft__season__bloc__council", "unit", "written_by")
        .get(pk=comment_id)
    )
    draft = found.version.draft
    require(can_write_text(actor, draft.season))
    rules.check_draft(DraftAction.EDIT, draft.state)
    if not write_answer(found, actor, outcome, answer, seen):
        return found
    _note(
        actor,
        draft,
        "answer_comment",
        _("%(who)s trả lời góp ý về “%(title)s”."),
        unit=found.unit.code,
        outcome=found.outcome,
        answer=found.answer,
    )
    tell_text_answered(found, actor)
    return found


@transaction.atomic
def issue_text(
    *,
    actor: Person,
    draft_id: int,
    number: str,
    issued_on: datetime.date,
    despite_open_comments: bool = False,
) -> IssuedPaper:
    """Number and date the newest version and freeze it as a paper; its PDF is ordered.

    Raises ``RuleError`` where it was issued before, cannot be printed, or comments are still
    without an answer and ``despite_open_comments`` is not set.
    """
    draft = _locked(draft_id)
    require(can_write_text(actor, draft.season))
    rules.check_draft(DraftAction.ISSUE, draft.state)
    open_comments = Comment.objects.filter(version__draft=draft, outcome=CommentOutcome.OPEN)
    waiting = open_comments.count()
    if waiting and not despite_open_comments:
        raise RuleError(
            ngettext(
                "Còn %(count)s ý kiến chưa trả lời.",
                "Còn %(count)s ý kiến chưa trả lời.",
                waiting,
            )
            % {"count": waiting},
            field="despite_open_comments",
        )
    paper = draft_paper(draft)
    issued = issue_paper(
        actor=actor,
        season=draft.season,
        kind=draft.kind,
        subject=str(draft.pk),
        paper=paper,
        number=number,
        issued_on=issued_on,
    )
    draft.number = number
    draft.issued_on = issued_on
    draft.issued_at = issued.issued_at
    draft.state = DraftState.ISSUED
    draft.save(update_fields=["number", "issued_on", "issued_at", "state", "search_key"])
    _note(
        actor,
        draft,
        "issue_text",
        _("%(who)s ban hành “%(title)s”."),
        number=number,
        issued_on=date_text(issued_on),
    )
    tell_text_issued(draft, actor)
    return issued
