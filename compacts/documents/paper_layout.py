"""What the PDF and the Word file of a paper share: lines, marks, and what stands where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from compacts.documents.compact import BLANK, TITLE_LENGTH
from compacts.documents.letterheads import LetterheadRules
from compacts.documents.paper import Cell, Paper, Signatures
from compacts.documents.typography import named, tied, title_lines

# A page on its side takes more letters in a line than one that stands.
WIDER = 1.6


@dataclass(frozen=True, slots=True)
class TitleLines:
    """Letterhead, name and subject in the lines in which they are printed."""

    name: tuple[str, ...]
    parent: tuple[str, ...]
    issuer: tuple[str, ...]
    subject: tuple[str, ...]


def lines_of_titles(paper: Paper, rules: LetterheadRules) -> TitleLines:
    """Bodies and name in capitals, and the subject; long ones in lines of about equal length.

    A name that ends with its year has the year in a line of its own.
    """
    wider = WIDER if paper.is_wide else 1
    year = f"NĂM {paper.year}"
    name = paper.name.upper()
    return TitleLines(
        name=(name.removesuffix(year).strip(), year) if name.endswith(f" {year}") else (name,),
        parent=title_lines(paper.parent_body.upper(), round(rules.parent_length * wider)),
        issuer=title_lines(paper.issuing_body.upper(), round(rules.issuer_length * wider)),
        subject=title_lines(paper.subject, round(TITLE_LENGTH * wider)),
    )


def number_line(paper: Paper, rules: LetterheadRules) -> str:
    """Số, ký hiệu as printed: with dots while open, empty for a paper that has none."""
    return rules.number_prefix + (paper.number or BLANK) if paper.is_numbered else ""


def signed_cell(cell: Cell, rules: LetterheadRules) -> Cell:
    """The cell in the letters the letterhead asks for."""
    position = cell.position.upper() if rules.capital_position else cell.position
    title = tied(cell.title.upper())
    return replace(cell, title=title, position=tied(position), name=named(cell.name))


def has_recipients_beside(paper: Paper) -> bool:
    """Whether nơi nhận stands level with the one signature, in the empty place on its left."""
    last = paper.blocks[-1] if paper.blocks else None
    return (
        bool(paper.recipients)
        and isinstance(last, Signatures)
        and len(last.rows[-1]) == 2
        and last.rows[-1][0] == Cell(title="")
    )


def has_foot(paper: Paper) -> bool:
    """Whether something stands below the signatures: nơi nhận, or where the paper is checked."""
    has_list = bool(paper.recipients) and not has_recipients_beside(paper)
    return has_list or bool(paper.verify_url)
