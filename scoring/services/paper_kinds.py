"""Every paper of a season's year: which there are, who may read them, how each is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from compacts.documents.paper import Paper
from compacts.models import (
    Document,
    IssuedPaper,
    Season,
    SignedFile,
)
from compacts.services.papers import worded, wording_of
from scoring.rules import Stage
from scoring.services import paper_subjects
from scoring.services.paper_subjects import Subject
from units.models import Person


def _never_kept(_season: Season) -> None:
    """Most papers are rendered when they are asked for."""


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper: ``subjects`` are those the person may read, ``make`` makes one of them.

    ``kept`` gives the file that stands for the PDF where one was made for good (the compact's
    own, with its signatures), else None. ``make`` may raise ``Http404`` for a subject that is
    gone. ``issuable`` ones the secretariat numbers and issues; the others are forms that units
    and meetings sign.
    """

    code: str
    label: str | Promise
    phase: str
    subjects: Callable[[Season, Person], list[Subject]]
    make: Callable[[Season, str, Person], Paper]
    issuable: bool = True
    kept: Callable[[Season], SignedFile | Document | None] = _never_kept

    @property
    def is_worded(self) -> bool:
        """May the secretariat word it? Not what was made for good: Word would leave the PDF."""
        return self.kept is _never_kept


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper on the season's list, with the newest edition that was issued of it."""

    kind: PaperKind
    subject: Subject
    issued: IssuedPaper | None

    @property
    def label(self) -> str:
        """Kind and subject in words."""
        return f"{self.kind.label}: {self.subject.label}" if self.subject.label else str(
            self.kind.label
        )  # fmt: skip


_START, _YEAR, _END = (
    gettext_lazy("Đầu năm"),
    gettext_lazy("Chấm điểm"),
    gettext_lazy("Bình xét, khen thưởng"),
)

KINDS: dict[str, PaperKind] = {
    kind.code: kind
    for kind in (
        PaperKind(
            "dang-ky",
            gettext_lazy("Bản đăng ký thi đua"),
            "start",
            paper_subjects.registrations,
            paper_subjects.make_registration,
            issuable=False,
        ),
        PaperKind(
            "tong-hop-dang-ky",
            gettext_lazy("Bảng tổng hợp đăng ký thi đua"),
            "start",
            paper_subjects.whole_season,
            paper_subjects.make_registrations_summary,
        ),
        PaperKind(
            "giao-uoc",
            gettext_lazy("Giao ước thi đua"),
            "start",
            paper_subjects.issued_compacts,
            paper_subjects.make_compact,
            issuable=False,
            kept=paper_subjects.kept_compact,
        ),
        PaperKind(
            "chung-nhan-ky",
            gettext_lazy("Giấy chứng nhận ký kết"),
            "start",
            paper_subjects.issued_compacts,
            paper_subjects.make_certificate,
        ),
        PaperKind(
            "bien-ban-hoi-nghi",
            gettext_lazy("Biên bản hội nghị"),
            "start",
            paper_subjects.held_conferences,
            paper_subjects.make_conference_minutes,
        ),
        PaperKind(
            "bang-diem",
            gettext_lazy("Bảng tiêu chí chấm điểm"),
            "start",
            paper_subjects.tables,
            paper_subjects.make_table,
        ),
        PaperKind(
            "tu-cham",
            gettext_lazy("Bảng tự chấm điểm"),
            "scoring",
            paper_subjects.sheets_of(Stage.SELF),
            paper_subjects.make_self_sheet,
            issuable=False,
        ),
        PaperKind(
            "kiem-tra-cheo",
            gettext_lazy("Biên bản kiểm tra chéo"),
            "scoring",
            paper_subjects.sheets_of(Stage.CROSS),
            paper_subjects.make_cross_sheet,
            issuable=False,
        ),
        PaperKind(
            "giai-trinh",
            gettext_lazy("Giải trình kết quả thẩm định"),
            "scoring",
            paper_subjects.explained_units,
            paper_subjects.make_explanation,
            issuable=False,
        ),
        PaperKind(
            "phieu-bau",
            gettext_lazy("Phiếu bầu suy tôn"),
            "deciding",
            paper_subjects.polls(closed=False),
            paper_subjects.make_ballot,
            issuable=False,
        ),
        PaperKind(
            "kiem-phieu",
            gettext_lazy("Biên bản kiểm phiếu"),
            "deciding",
            paper_subjects.polls(closed=True),
            paper_subjects.make_counting,
        ),
        PaperKind(
            "xep-hang",
            gettext_lazy("Bảng tổng hợp kết quả xếp hạng"),
            "deciding",
            paper_subjects.ranked_rounds,
            paper_subjects.make_ranking,
        ),
        PaperKind(
            "bien-ban-hop",
            gettext_lazy("Biên bản họp bình xét"),
            "deciding",
            paper_subjects.deciding_rounds,
            paper_subjects.make_meeting,
        ),
        PaperKind(
            "to-trinh",
            gettext_lazy("Tờ trình Hội đồng"),
            "deciding",
            paper_subjects.deciding_rounds,
            paper_subjects.make_submission,
        ),
    )
}
PHASES: dict[str, str | Promise] = {"start": _START, "scoring": _YEAR, "deciding": _END}


def listed_papers(season: Season, person: Person) -> list[ListedPaper]:
    """Every paper of the season that the person may read, in the order of the year.

    A number of queries for each kind, whatever the number of units.
    """
    newest: dict[tuple[str, str], IssuedPaper] = {}
    for one in IssuedPaper.objects.filter(season=season).defer("content").order_by("edition"):
        newest[one.kind, one.subject] = one
    return [
        ListedPaper(kind, subject, newest.get((kind.code, subject.key)))
        for kind in KINDS.values()
        for subject in kind.subjects(season, person)
    ]


def subject_of(season: Season, code: str, key: str, person: Person) -> tuple[PaperKind, Subject]:
    """The kind and subject that an address names; ``Http404`` where the person may not see it."""
    kind = KINDS.get(code)
    if kind is None:
        raise Http404
    found = next((one for one in kind.subjects(season, person) if one.key == key), None)
    if found is None:
        raise Http404
    return kind, found


def made_paper(season: Season, kind: PaperKind, key: str, person: Person) -> Paper:
    """The paper of this moment, in the secretariat's words."""
    made = kind.make(season, key, person)
    return worded(made, wording_of(season, kind.code, key)) if kind.is_worded else made
