"""The compact as headings, tables and places to sign: what its Word file is written from."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from compacts.documents.compact import Section, printed_values
from compacts.documents.compact_tables import targets_table, titles_table
from compacts.documents.limits import check_limits
from compacts.documents.paper import (
    Block,
    Cell,
    Heading,
    Paper,
    Paragraph,
    ParagraphStyle,
    Signatures,
)
from compacts.documents.paper_language import in_vietnamese
from compacts.documents.signatures import SignatureCell
from compacts.documents.snapshot import CompactSnapshot, normalised


def compact_paper(snapshot: CompactSnapshot) -> Paper:
    """The compact with the very words of its PDF; raises ``RenderError`` as its PDF would."""
    compact: CompactSnapshot = normalised(snapshot)
    check_limits(compact)
    return _worded(compact)


@in_vietnamese
def _worded(compact: CompactSnapshot) -> Paper:
    values = printed_values(compact)
    blocks: list[Block] = [Paragraph(text=values["opening"])]
    for section in values["sections"]:
        blocks += _section(section, values)
    blocks.append(Paragraph(text=values["closing"]))
    blocks.append(
        Signatures(
            heading=_("ĐẠI DIỆN CÁC ĐƠN VỊ KÝ GIAO ƯỚC"),
            rows=tuple(
                tuple(_cell(cell) for cell in row)
                for table in values["signature_tables"]
                for row in table
            ),
        )
    )
    if compact.witness:
        witness = Cell(
            title=_("Chứng kiến"), position=compact.witness.position, name=compact.witness.name
        )
        blocks.append(Signatures(rows=((witness,),)))
    return Paper(
        letterhead=compact.letterhead,
        year=compact.year,
        name=_("Giao ước thi đua năm %(year)d") % {"year": compact.year},
        subject=values["bloc"],
        parent_body=compact.parent_body,
        issuing_body=compact.issuing_body,
        number=compact.number,
        place=compact.place,
        day=compact.signed_on,
        bases=compact.bases,
        blocks=tuple(blocks),
        recipients=tuple(values["recipients"]),
        is_draft=compact.draft,
        verify_url=compact.verify_url,
        verify_code=values["code"],
        audit_head=compact.audit_head,
    )


def _section(section: Section, values: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [Heading(mark=section.mark, text=section.heading)]
    if section.kind == "targets":
        blocks.append(targets_table(values["target_groups"]))
    elif section.kind == "titles":
        blocks.append(titles_table(values["titles"]))
    else:
        style: ParagraphStyle = "theme" if section.kind == "theme" else "body"
        blocks += [
            Paragraph(mark=p.mark.strip(), text=p.text, style=style) for p in section.paragraphs
        ]
    return blocks


def _cell(cell: SignatureCell) -> Cell:
    return Cell(
        title=cell.unit,
        role=cell.role,
        position=cell.position,
        name=cell.name,
        signed=cell.signed,
        hint="" if cell.name else _("Ký, ghi rõ họ tên"),
    )
