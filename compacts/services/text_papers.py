"""The papers of texts: programme, regulation, amendment, and the table of comments."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compacts.documents.paper import (
    Block,
    Cell,
    Column,
    Heading,
    Paper,
    Paragraph,
    Row,
    Signatures,
    Table,
)
from compacts.documents.paper_language import in_vietnamese
from compacts.documents.signatures import FEW_UNITS, balanced
from compacts.documents.typography import roman, unmarked
from compacts.models import Comment, Compact, Draft, DraftVersion, Season
from compacts.rules import DraftKind, OfficeKind
from compacts.services.season_papers import (
    SIGN_HERE,
    bloc_facts,
    head_signs,
    heading_marks,
    letterhead_rules,
)
from units.vietnamese import date_text


def section_names(season: Season, version: DraftVersion) -> list[str]:
    """The sections of the version by the number and words that its paper gives them."""
    mark = letterhead_rules(season).section_mark
    return [
        f"{mark.format(roman(place))} {unmarked(str(section['heading']))}"
        for place, section in enumerate(version.sections, start=1)
    ]


def text_blocks(season: Season, version: DraftVersion) -> list[Heading | Paragraph]:
    """The words of the version, numbered as the letterhead does; the page shows them, too."""
    rules = letterhead_rules(season)
    texts = [unmarked(str(section["heading"])) for section in version.sections]
    blocks: list[Heading | Paragraph] = []
    for heading, section in zip(heading_marks(rules, texts), version.sections, strict=True):
        blocks.append(heading)
        items = section["items"]
        blocks += [
            Paragraph(mark=rules.item_mark.format(n) if len(items) > 1 else "", text=text)
            for n, text in enumerate(items, start=1)
        ]
    return blocks


@in_vietnamese
def draft_paper(draft: Draft) -> Paper:
    """A programme, regulation or amendment in its newest version."""
    season = draft.season
    version = draft.versions.order_by("-number").first()
    blocks = text_blocks(season, version) if version else []
    is_amendment = draft.kind == DraftKind.AMENDMENT
    return Paper(
        name=_paper_name(draft),
        subject=draft.title,
        is_draft=draft.issued_at is None,
        number=draft.number,
        day=draft.issued_on,
        bases=_bases(draft),
        blocks=(*blocks, all_sign(season) if is_amendment else head_signs(season)),
        **bloc_facts(season),
    )


def _paper_name(draft: Draft) -> str:
    names = {
        DraftKind.PROGRAMME: _("Chương trình công tác"),
        DraftKind.REGULATION: _("Quy chế hoạt động"),
        DraftKind.AMENDMENT: _("Phụ lục giao ước thi đua"),
    }
    return names[DraftKind(draft.kind)]


def _bases(draft: Draft) -> tuple[str, ...]:
    season = draft.season
    if draft.kind == DraftKind.AMENDMENT:
        compact = Compact.objects.filter(season=season, issued_at__isnull=False).first()
        if compact is not None and compact.signed_on is not None:
            words = _("Căn cứ Giao ước thi đua số %(number)s ký ngày %(day)s")
            return (words % {"number": compact.number, "day": date_text(compact.signed_on)},)
    if draft.amends is not None and draft.amends.issued_on is not None:
        words = _("Sửa đổi, thay thế văn bản số %(number)s ngày %(day)s")
        facts = {"number": draft.amends.number, "day": date_text(draft.amends.issued_on)}
        return (words % facts,)
    return ()


def all_sign(season: Season) -> Signatures:
    """A place for each unit, head and deputies first."""
    offices = {office.unit_id: office for office in season.offices.all()}
    rank = {OfficeKind.HEAD: 0, OfficeKind.DEPUTY: 1}
    participants = sorted(
        season.participants.all(),
        key=lambda one: (
            rank[OfficeKind(offices[one.unit_id].kind)] if one.unit_id in offices else 2
        ),
    )
    cells = [
        Cell(
            title=one.name,
            role=str(offices[one.unit_id].get_kind_display()) if one.unit_id in offices else "",
            position=one.signatory_position,
            name=one.signatory_name,
            hint="" if one.signatory_name else SIGN_HERE,
        )
        for one in participants
    ]
    rows = balanced(cells, 2 if len(cells) <= FEW_UNITS else 3)
    return Signatures(heading=_("ĐẠI DIỆN CÁC ĐƠN VỊ"), rows=tuple(tuple(row) for row in rows))


@in_vietnamese
def comments_paper(draft: Draft) -> Paper:
    """Bảng tổng hợp ý kiến góp ý with what became of each."""
    season = draft.season
    comments = (
        Comment.objects.filter(version__draft=draft)
        .select_related("unit", "version")
        .order_by("unit__sort_key", "version__number", "section", "pk")
    )
    names = dict(season.participants.values_list("unit", "name"))
    rows = [
        Row(
            cells=(
                str(place),
                names.get(one.unit_id, one.unit.name),
                _section_name(one, season),
                one.text,
                str(one.get_outcome_display()),
                one.answer,
            )
        )
        for place, one in enumerate(comments, start=1)
    ]
    columns = (
        Column(label="STT", share=6, align="centre"),
        Column(label="Đơn vị góp ý", share=17),
        Column(label="Về nội dung", share=17),
        Column(label="Ý kiến", share=27),
        Column(label="Tiếp thu", share=11),
        Column(label="Trả lời, giải trình", share=22),
    )
    blocks: tuple[Block, ...] = (
        Paragraph(
            text=_("Có %(count)d ý kiến của %(units)d đơn vị.")
            % {"count": len(rows), "units": len({one.unit_id for one in comments})}
        ),
    )
    if rows:
        blocks = (*blocks, Table(columns=columns, rows=tuple(rows)))
    return Paper(
        name=_("Bảng tổng hợp, tiếp thu ý kiến góp ý"),
        subject=_("Dự thảo %(kind)s “%(title)s”")
        % {"kind": _paper_name(draft), "title": draft.title},
        is_wide=True,
        blocks=(*blocks, head_signs(season)),
        **bloc_facts(season),
    )


def _section_name(comment: Comment, season: Season) -> str:
    if comment.section == 0:
        return _("Cả văn bản (bản %(number)d)") % {"number": comment.version.number}
    return _("%(heading)s (bản %(number)d)") % {
        "heading": section_names(season, comment.version)[comment.section - 1],
        "number": comment.version.number,
    }
