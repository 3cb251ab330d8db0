"""Each kind of paper in each letterhead: PDF and Word say the same, the PDF is for the archive."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from docx import Document
from docx.shared import Pt

from compacts.documents.compact import render_compact
from compacts.documents.paper import Heading, Paper, Paragraph, Table
from compacts.documents.paper_pdf import render_paper
from compacts.documents.paper_word import word_file
from compacts.models import Comment, Compact, Draft, DraftVersion, Season
from compacts.rules import CommentOutcome, DraftKind
from compacts.services.snapshots import printed_snapshot
from compacts.services.text_papers import comments_paper, draft_paper
from scoring.models import Criterion, Explanation, Round
from scoring.rules import Stage
from scoring.services import round_papers
from scoring.services.imports import import_season
from scoring.services.paper_kinds import KINDS, made_paper
from tests.compacts import conferences
from tests.compacts.documents.archive import archive_faults
from tests.compacts.documents.papers import (
    W,
    word_words,
    words_apart,
    words_parted,
    words_too_wide,
)
from tests.compacts.documents.reading import fonts_left_out, raw_text, reader
from tests.generated import season_of_size
from tests.scoring.year_end import (
    hold_secret_ballot,
    make_officer,
    propose_what_the_ranking_gives,
)
from units.models import Person, Unit

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
LONG_NAME = (
    "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh, bao gồm các Ban của Hội đồng"
    " nhân dân tỉnh và Thường trực Hội đồng nhân dân tỉnh khóa XVIII, nhiệm kỳ 2016 - 2021"
)
TITLE = {
    "code": "ttldxs",
    "name": "Tập thể lao động xuất sắc",
    "quota": 2,
    "scope": "bloc",
    "requires": {"class": "Hoàn thành xuất sắc"},
}
SECTIONS = [
    {"heading": "Mục đích, yêu cầu", "items": ["Hoàn thành 100 % nhiệm vụ.", "Đúng ngày 30/11."]},
    {"heading": "Tổ chức thực hiện", "items": ["Trưởng khối chủ trì, các đơn vị phối hợp."]},
]


@pytest.fixture(params=["state", "party"])
def season(request: pytest.FixtureRequest) -> Season:
    """A year with everything in it, once in each letterhead."""
    data = season_of_size("nho", units=3, leaves=6, stages=(Stage.SELF, Stage.CROSS, Stage.VERIFY))
    data["bloc"]["style"] = request.param
    data["units"][1]["name"] = LONG_NAME
    data["criteria"]["titles"] = [TITLE]
    enlarge(data)
    made = import_season(actor=None, data=data)
    unit = made.participants.all()[1].unit
    scored = Round.objects.get(season=made)
    leaf = Criterion.objects.filter(table__adoptions__season=made, rule__isnull=False).first()
    assert leaf is not None
    Explanation.objects.create(round=scored, unit=unit, criterion=leaf, text="Có văn bản số 12.")
    texts_with_comments(made, unit)
    conferences.hold(made)
    end_the_year(made)
    return made


def enlarge(data: dict[str, Any]) -> None:
    """Points in thousands with quarters, targets in millions: as long as figures get."""
    for group in data["criteria"]["criteria"]:
        for leaf in group["children"]:
            leaf["max"], leaf["rule"]["step"] = "1000", "0.25"
        group["max"] = str(1000 * len(group["children"]))
    data["criteria"]["max_total"] = "6000"
    for sheet in data["rounds"][0]["sheets"]:
        for mark in sheet["marks"]:
            mark["points"] = str(Decimal(mark["points"]) * 100 + Decimal("88.25"))
    for registration in data["registrations"]:
        for task in registration["tasks"]:
            task["target"] = "1250000.5"


def texts_with_comments(season: Season, unit: Unit) -> None:
    for kind in DraftKind:
        draft = Draft.objects.create(season=season, kind=kind, title=f"{kind.label} năm 2018")
        version = DraftVersion.objects.create(draft=draft, number=1, sections=SECTIONS)
        Comment.objects.create(
            version=version,
            unit=unit,
            section=1,
            text="Đề nghị bổ sung chỉ tiêu.",
            outcome=CommentOutcome.ACCEPTED,
            answer="Đã bổ sung.",
            answered_at=timezone.now(),
        )


def end_the_year(season: Season) -> None:
    """A secret ballot is held, the ranking published and each title proposed that it gives."""
    officer = make_officer(season)
    assert hold_secret_ballot(season, officer).is_secret
    assert propose_what_the_ranking_gives(season, officer)


@pytest.fixture
def officer(season: Season) -> Person:
    return Person.objects.get(username="thuong-truc")


def _listed(kind: str) -> Callable[[Season, Person], Paper]:
    def made(season: Season, person: Person) -> Paper:
        found = KINDS[kind].subjects(season, person)
        return made_paper(season, KINDS[kind], found[0].key, person)

    return made


def _text(kind: DraftKind) -> Callable[[Season, Person], Paper]:
    return lambda season, _person: draft_paper(Draft.objects.get(season=season, kind=kind))


def _comments(season: Season, _person: Person) -> Paper:
    return comments_paper(Draft.objects.get(season=season, kind=DraftKind.PROGRAMME))


MAKERS: dict[str, Callable[[Season, Person], Paper]] = {
    **{kind: _listed(kind) for kind in KINDS},
    **{kind.value: _text(kind) for kind in DraftKind},
    "comments": _comments,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_paper_is_the_same_as_pdf_and_word_and_fit_for_the_archive(
    season: Season, officer: Person, kind: str
) -> None:
    paper = MAKERS[kind](season, officer)
    assert paper.letterhead == season.bloc.letterhead
    pdf, word = render_paper(paper), word_file(paper)
    printed, written = raw_text(pdf), " ".join(word_words(word))

    assert words_apart(paper, printed, written, len(reader(pdf).pages)) == ""
    assert archive_faults(pdf) == []
    assert fonts_left_out(pdf) == []
    assert reader(pdf).attachments["du-lieu.json"] == [paper.canonical_json().encode()]
    assert outline(reader(pdf).outline) == [
        paper.name.upper(),
        *(" ".join(f"{one.mark} {one.text}".split()) for one in headings(paper)),
    ]
    for text in (printed, written):
        assert unicodedata.is_normalized("NFC", text)


def test_the_compact_s_own_pdf_says_what_its_word_file_says(
    season: Season, officer: Person
) -> None:
    paper = MAKERS["giao-uoc"](season, officer)
    compact = Compact.objects.get(season=season)
    compact.season = season
    pdf = render_compact(printed_snapshot(compact))
    written = " ".join(word_words(word_file(paper)))
    assert words_apart(paper, raw_text(pdf), written, len(reader(pdf).pages)) == ""
    assert archive_faults(pdf) == []


@pytest.mark.parametrize("letterhead", ["state", "party"])
def test_the_founding_year_s_papers_say_the_same_in_both_files(letterhead: str) -> None:
    data = json.loads(DEMO.read_text(encoding="utf-8"))
    data["bloc"]["style"] = letterhead
    year = import_season(actor=None, data=data)
    texts_with_comments(year, year.participants.all()[1].unit)
    conferences.hold(year)
    end_the_year(year)
    papers = {
        kind: make(year, Person.objects.get(username="thuong-truc"))
        for kind, make in MAKERS.items()
        # Its units did not check one another, and nobody explained.
        if kind not in ("kiem-tra-cheo", "giai-trinh")
    }
    apart = {}
    for kind, paper in papers.items():
        pdf = render_paper(paper)
        written = " ".join(word_words(word_file(paper)))
        apart[kind] = words_apart(paper, raw_text(pdf), written, len(reader(pdf).pages))
    assert apart == dict.fromkeys(papers, "")
    sealed = " ".join(word_words(word_file(papers["kiem-phieu"])))
    assert "bỏ phiếu kín" in sealed
    assert "Mã niêm phong hòm phiếu" in sealed
    asked = [
        row.cells[2]
        for block in papers["to-trinh"].blocks
        if isinstance(block, Table) and block.columns[-1].label == "Căn cứ pháp lý"
        for row in block.rows
    ]
    assert "Cờ thi đua của UBND tỉnh" in asked


def test_no_figure_or_syllable_is_parted_in_any_table(season: Season, officer: Person) -> None:
    parted = {}
    for kind, make in MAKERS.items():
        paper = make(season, officer)
        parted[kind] = (words_parted(paper, render_paper(paper)), words_too_wide(word_file(paper)))
    assert parted == dict.fromkeys(MAKERS, ([], []))


def headings(paper: Paper) -> list[Heading]:
    return [block for block in paper.blocks if isinstance(block, Heading)]


def outline(entries: Any) -> list[str]:
    """The bookmarks in the order of the text, signing's own left out."""
    titles: list[str] = []
    for one in entries:
        titles += outline(one) if isinstance(one, list) else [" ".join(one.title.split())]
    return [title for title in titles if not title.startswith("ĐẠI DIỆN CÁC ĐƠN VỊ")]


def test_units_of_equal_points_are_parted_in_words() -> None:
    made = import_season(actor=None, data=season_of_size("hoa", units=4, leaves=30))
    paper = round_papers.ranking_paper(Round.objects.get(season=made), provisional=True)
    words = " ".join(word_words(word_file(paper)))
    assert "Bằng điểm, xét điểm tiêu chí G1" in words
    assert "criterion" not in words


def test_the_minutes_name_each_unit_once_and_say_what_was_concluded(
    season: Season, officer: Person
) -> None:
    paper = MAKERS["bien-ban-hop"](season, officer)
    lines = [one.text for one in paper.blocks if isinstance(one, Paragraph)]
    assert "Kết luận: Nhất trí 100%." in lines
    for unit in season.participants.all():
        assert sum(unit.name in line for line in lines) == 1
    assert not [line for line in lines if "……" in line]


def test_a_word_file_that_ends_with_signatures_begins_no_empty_page(
    season: Season, officer: Person
) -> None:
    made = Document(io.BytesIO(word_file(MAKERS["to-trinh"](season, officer))))
    *_, table, last = made.element.body.iterchildren(f"{W}tbl", f"{W}p")
    assert (table.tag, last.tag) == (f"{W}tbl", f"{W}p")
    assert made.paragraphs[-1].paragraph_format.line_spacing == Pt(1)


def test_who_signs_for_the_bloc_does_so_in_the_manner_of_its_letterhead(
    season: Season, officer: Person
) -> None:
    words = " ".join(word_words(word_file(MAKERS["to-trinh"](season, officer))))
    manner = {"state": "TM. KHỐI", "party": "T/M KHỐI"}
    assert manner[season.bloc.letterhead] in words
