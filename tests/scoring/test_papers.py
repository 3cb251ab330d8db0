"""Every paper of the year as PDF and Word: the same words, only what one may see, for good."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real
from django.utils.translation.trans_real import DjangoTranslation

from compacts.documents.paper import Table
from compacts.documents.paper_pdf import render_paper
from compacts.documents.paper_word import word_file
from compacts.models import IssuedPaper, PaperWording, RenderedFile, Season
from compacts.services.document_files import file_of
from compacts.services.papers import (
    WordingFacts,
    issue_paper,
    issued_file,
    save_wording,
    wording_of,
)
from scoring.models import Round
from scoring.queries.ranking import ranking
from scoring.rules import Stage
from scoring.services.imports import import_season
from scoring.services.paper_kinds import KINDS, listed_papers, made_paper
from tests.cast import World, make_registration, make_world
from tests.compacts.documents.papers import word_words
from tests.compacts.documents.reading import raw_text
from tests.generated import season_of_size
from tests.scoring.casting import make_scoring, opened_round, sent_self_sheet, sheet_of
from tests.scoring.year_end import finished_year, make_officer, paper_of
from units.access import AccessDenied
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.vietnamese import number

pytestmark = pytest.mark.django_db
PAPERS = "/khoi/hn-dang/2018/van-ban/"


@pytest.fixture
def season() -> Season:
    return finished_year()


@pytest.fixture
def officer(season: Season) -> Person:
    return Person.objects.get(username="thuong-truc")


def test_every_kind_of_paper_of_a_finished_year_is_there(season: Season, officer: Person) -> None:
    listed = Counter(one.kind.code for one in listed_papers(season, officer))
    assert set(listed) == set(KINDS) - {"kiem-tra-cheo"}
    assert listed["dang-ky"] == listed["tu-cham"] == season.participants.count()


class EveryWordForeign(DjangoTranslation):
    """English in which no word stays as it was."""

    def gettext(self, message: str) -> str:
        return f"[en] {message}"


def test_papers_are_in_vietnamese_whatever_the_reader_s_language(
    season: Season, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(trans_real._translations, "en", EveryWordForeign("en"))
    listed = [(one.kind, one.subject.key) for one in listed_papers(season, officer)]

    def papers() -> list[tuple[str, bytes]]:
        made = [made_paper(season, kind, key, officer) for kind, key in listed]
        return [(paper.canonical_json(), file_of(paper, "docx")) for paper in made]

    with translation.override("en"):
        assert translation.gettext("Nơi nhận") == "[en] Nơi nhận"
        for_a_foreigner = papers()
    RenderedFile.objects.all().delete()
    assert for_a_foreigner == papers()


def test_the_ranking_paper_carries_the_ranking_s_own_figures(
    season: Season, officer: Person
) -> None:
    standings = season_standings(season)
    words = " ".join(word_words(word_file(paper_of(season, "xep-hang", officer))))
    for row in standings:
        assert row in words


def season_standings(season: Season) -> list[str]:
    found = ranking(Round.objects.get(season=season))
    return [number(row.total) for row in found.rows]


def test_a_cross_check_s_minutes_show_both_scores_and_the_difference(db: None) -> None:
    data = season_of_size("nho", units=3, leaves=6, stages=(Stage.SELF, Stage.CROSS))
    made = import_season(actor=None, data=data)
    paper = paper_of(made, "kiem-tra-cheo", make_officer(made))
    table = next(block for block in paper.blocks if isinstance(block, Table))
    marked = [row.cells for row in table.rows if row.cells[3] and row.cells[4]]
    assert marked
    for cells in marked:
        own, given, gap = (
            Decimal(text.replace(",", ".").replace("−", "-").replace("+", ""))
            for text in cells[3:6]
        )
        assert given - own == gap


def test_the_secret_ballot_paper_tells_nothing_of_who_votes(
    season: Season, officer: Person
) -> None:
    words = raw_text(render_paper(paper_of(season, "phieu-bau", officer)))
    assert "Phiếu không ghi tên" in words
    assert "Họ và tên" not in words
    assert "Số:" not in words


def wording(season: Season, officer: Person, **facts: Any) -> PaperWording:
    paper = KINDS["xep-hang"].make(season, "nam", officer)
    return save_wording(
        actor=officer,
        season=season,
        kind="xep-hang",
        subject="nam",
        version=wording_of(season, "xep-hang", "nam").version,
        facts=WordingFacts(**facts),
        paper=paper,
    )


def test_the_secretariat_changes_words_and_never_figures(season: Season, officer: Person) -> None:
    before = paper_of(season, "xep-hang", officer)
    wording(
        season,
        officer,
        place="Phủ Lý",
        number="15-BC/KTĐ",
        about="Kết quả năm 2018",
        opening=("Kính báo cáo.",),
        closing=("Trân trọng.",),
        recipients=("Tỉnh ủy;",),
    )
    after = paper_of(season, "xep-hang", officer)
    assert (after.place, after.number, after.subject) == (
        "Phủ Lý",
        "15-BC/KTĐ",
        "Kết quả năm 2018",
    )
    assert after.recipients == ("Tỉnh ủy;",)
    tables = [
        [block for block in paper.blocks if isinstance(block, Table)] for paper in (before, after)
    ]
    assert tables[0] == tables[1]
    words = raw_text(render_paper(after))
    assert words.index("Kính báo cáo.") < words.index("Trân trọng.")


def test_two_who_word_one_paper_do_not_overwrite_each_other(
    season: Season, officer: Person
) -> None:
    first = wording(season, officer, place="Phủ Lý")
    wording(season, officer, place="Duy Tiên")
    with pytest.raises(EditConflictError):
        save_wording(
            actor=officer,
            season=season,
            kind="xep-hang",
            subject="nam",
            version=first.version,
            facts=WordingFacts(place="Kim Bảng"),
            paper=paper_of(season, "xep-hang", officer),
        )


def test_words_that_cannot_be_printed_are_refused_at_once(season: Season, officer: Person) -> None:
    with pytest.raises(RuleError, match="không in được"):
        wording(season, officer, place="漢")
    assert not PaperWording.objects.exists()


def issue(season: Season, officer: Person, number: str = "20-BC/KTĐ") -> IssuedPaper:
    return issue_paper(
        actor=officer,
        season=season,
        kind="xep-hang",
        subject="nam",
        paper=paper_of(season, "xep-hang", officer),
        number=number,
        issued_on=datetime.date(2018, 12, 20),
    )


def test_what_was_issued_stays_when_the_figures_change(season: Season, officer: Person) -> None:
    issued = issue(season, officer)
    before = issued_file(issued, "pdf")
    season.participants.update(name="Tên khác")
    assert issued_file(issued, "pdf") == before
    assert issue(season, officer, "21-BC/KTĐ").edition == 2
    assert "Tên khác" not in raw_text(before)


def test_the_same_paper_is_rendered_once(season: Season, officer: Person) -> None:
    paper = paper_of(season, "to-trinh", officer)
    first = file_of(paper, "pdf")
    kept = RenderedFile.objects.get()
    assert file_of(paper, "pdf") == first
    assert RenderedFile.objects.get().pk == kept.pk
    changed = dataclasses.replace(paper, place="Nơi khác")
    assert file_of(changed, "pdf") != first
    assert RenderedFile.objects.count() == 2


def test_a_kept_file_that_was_damaged_is_made_anew(season: Season, officer: Person) -> None:
    paper = paper_of(season, "to-trinh", officer)
    first = file_of(paper, "pdf")
    kept = RenderedFile.objects.get()
    Path(kept.file.path).write_bytes(b"hong")
    assert file_of(paper, "pdf") == first
    assert file_of(paper, "pdf") == first


@pytest.mark.parametrize("who", ["representative", "leader", "head_of_ubkt"])
def test_only_who_runs_the_season_words_and_issues_papers(db: None, who: str) -> None:
    world: World = make_world()
    make_registration(world.season, world.btc)
    paper = paper_of(world.season, "tong-hop-dang-ky", world.secretary)
    with pytest.raises(AccessDenied):
        issue_paper(
            actor=world.people[who],
            season=world.season,
            kind="tong-hop-dang-ky",
            subject="chung",
            paper=paper,
            number="1",
            issued_on=datetime.date(2018, 3, 1),
        )


def test_a_unit_finds_no_unpublished_scores_among_the_papers(db: None, client: Client) -> None:
    world = make_scoring()
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    client.force_login(world.head_of_ubkt)
    sheet = sheet_of(scored, world.btc)
    mine = {one.subject.key for one in listed_papers(world.season, world.people["scorer_of_duk"])}
    assert str(sheet.pk) not in mine
    assert scored.code not in mine
    client.force_login(world.people["scorer_of_duk"])
    assert client.get(f"{PAPERS}tu-cham/{sheet.pk}/tep.pdf").status_code == 404
    assert client.get(f"{PAPERS}to-trinh/{scored.code}/tep.docx").status_code == 404
    client.force_login(world.representative)
    assert client.get(f"{PAPERS}tu-cham/{sheet.pk}/tep.pdf").status_code == 200


def test_the_pages_word_and_issue_a_paper(season: Season, officer: Person, client: Client) -> None:
    client.force_login(officer)
    page = client.get(PAPERS).content.decode()
    assert "Bảng tổng hợp kết quả xếp hạng" in page
    address = f"{PAPERS}xep-hang/nam/"
    assert client.get(address).status_code == 200
    form = client.get(f"{address}the-thuc/").content.decode()
    assert 'placeholder="Hà Nam"' in form
    saved = client.post(f"{address}the-thuc/", {"version": "1", "place": "Phủ Lý"})
    assert saved.status_code == 302
    issued = client.post(f"{address}ban-hanh/", {"number": "20-BC/KTĐ", "issued_on": "20/12/2018"})
    assert issued.status_code == 302
    pdf = client.get(f"{address}tep.pdf?lan=1")
    assert "Phủ Lý, ngày 20 tháng 12 năm 2018" in raw_text(pdf.content)
    assert client.get(f"{address}tep.exe").status_code == 404


def test_as_many_headings_as_the_paper_has_or_the_field_says_so(
    season: Season, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    page = client.post(
        f"{PAPERS}to-trinh/nam/the-thuc/",
        {"version": "1", "headings": "Chỉ một mục", "place": "Phủ Lý"},
    ).content.decode()
    assert "Văn bản có 4 mục, đã ghi 1 dòng." in page
    assert 'value="Phủ Lý"' in page


def test_the_list_is_searched_without_diacritics_and_exported(
    season: Season, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    page = client.get(PAPERS, {"q": "to trinh"}).content.decode()
    assert "Tờ trình Hội đồng" in page
    assert "Biên bản kiểm phiếu</a>" not in page
    exported = client.get(PAPERS, {"loai": "tu-cham", "dang": "csv"}).content.decode("utf-8-sig")
    assert len(exported.splitlines()) == season.participants.count() + 1
