"""Every paper of a season's year: which there are, who may read them, how each is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.documents.compact_paper import compact_paper
from compacts.documents.paper import Paper
from compacts.models import (
    Compact,
    Document,
    IssuedPaper,
    Registration,
    Season,
    SignedFile,
)
from compacts.services.documents import official_file
from compacts.services.papers import worded, wording_of
from compacts.services.season_papers import (
    certificate_paper,
    registration_paper,
    registrations_paper,
)
from compacts.services.snapshots import printed_snapshot
from scoring.models import Adoption, CriteriaTable, Explanation, Poll, Round, Sheet
from scoring.permissions import can_see_provisional, can_see_ranking
from scoring.rules import PollState, SheetState, Stage
from scoring.services import poll_papers, round_papers, sheet_papers
from units.models import Person

WHOLE_SEASON = "chung"


@dataclass(frozen=True, slots=True)
class Subject:
    """What one paper is about; ``key`` stands in its address."""

    key: str
    label: str


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


def _once(_season: Season, _person: Person) -> list[Subject]:
    return [Subject(WHOLE_SEASON, "")]


def _registrations(season: Season, person: Person) -> list[Subject]:
    names = dict(season.participants.values_list("unit", "name"))
    found = Registration.objects.visible_to(person).filter(season=season).select_related("unit")
    return [
        Subject(one.unit.code, names[one.unit_id])
        for one in sorted(found, key=lambda one: one.unit.sort_key)
        if one.unit_id in names
    ]


def _registration(season: Season, key: str, _person: Person) -> Paper:
    registration = (
        Registration.objects.filter(season=season, unit__code=key)
        .select_related("unit")
        .prefetch_related("tasks", "titles__title")
        .first()
    )
    participant = season.participants.filter(unit__code=key).first()
    if registration is None or participant is None:
        raise Http404
    registration.season = season
    return registration_paper(registration, participant)


def _compacts(season: Season, person: Person) -> list[Subject]:
    found = Compact.objects.visible_to(person).filter(season=season, issued_at__isnull=False)
    return [Subject(WHOLE_SEASON, "") for _one in found]


def _issued_compact(season: Season) -> Compact:
    found = Compact.objects.filter(season=season, issued_at__isnull=False).first()
    if found is None:
        raise Http404
    found.season = season
    return found


def _compact(season: Season, _key: str, _person: Person) -> Paper:
    return compact_paper(printed_snapshot(_issued_compact(season)))


def _compact_file(season: Season) -> SignedFile | Document | None:
    return official_file(_issued_compact(season))


def _certificate(season: Season, _key: str, _person: Person) -> Paper:
    return certificate_paper(_issued_compact(season))


def _tables(season: Season, person: Person) -> list[Subject]:
    adopted = CriteriaTable.objects.visible_to(person).filter(adoptions__season=season)
    drafted = CriteriaTable.objects.visible_to(person).filter(season=season)
    found = {one.pk: one for one in [*adopted, *drafted]}
    return [Subject(str(pk), _("bản %d") % one.version) for pk, one in sorted(found.items())]


def _table(season: Season, key: str, _person: Person) -> Paper:
    stored = CriteriaTable.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    if stored is None:
        raise Http404
    return sheet_papers.table_paper(stored, season)


def _sheets_of(stage: Stage) -> Callable[[Season, Person], list[Subject]]:
    def found(season: Season, person: Person) -> list[Subject]:
        names = dict(season.participants.values_list("unit", "name"))
        sheets = (
            Sheet.objects.visible_to(person)
            .filter(round__season=season, stage=stage)
            .exclude(state=SheetState.OPEN)
            .select_related("round", "unit", "scorer")
            .order_by("round", "unit__sort_key", "pk")
        )
        return [Subject(str(one.pk), _sheet_label(one, names)) for one in sheets]

    return found


def _sheet_label(sheet: Sheet, names: dict[int, str]) -> str:
    label = f"{names.get(sheet.unit_id, sheet.unit.name)}, {sheet.round.name}"
    if sheet.stage == Stage.CROSS and sheet.scorer is not None:
        label += _(" (đoàn của %s)") % sheet.scorer.short_name
    return label


def _sheet(season: Season, key: str, person: Person) -> Sheet:
    found = (
        Sheet.objects.visible_to(person)
        .filter(round__season=season, pk=int(key) if key.isdecimal() else 0)
        .select_related("round__season__bloc__council", "unit", "scorer")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _self_sheet(season: Season, key: str, person: Person) -> Paper:
    return sheet_papers.self_score_paper(_sheet(season, key, person), person)


def _cross_sheet(season: Season, key: str, person: Person) -> Paper:
    return sheet_papers.cross_check_paper(_sheet(season, key, person), person)


def _explained(season: Season, person: Person) -> list[Subject]:
    names = dict(season.participants.values_list("unit", "name"))
    rows = Explanation.objects.visible_to(person).filter(round__season=season)
    found = rows.order_by("round", "unit__sort_key").values_list(
        "round__code", "round__name", "unit", "unit__code"
    )
    return [
        Subject(f"{code}.{unit_code}", f"{names.get(unit, unit_code)}, {name}")
        for code, name, unit, unit_code in dict.fromkeys(found)
    ]


def _explanation(season: Season, key: str, _person: Person) -> Paper:
    code, _dot, unit_code = key.partition(".")
    participant = season.participants.filter(unit__code=unit_code).select_related("unit").first()
    if participant is None:
        raise Http404
    return sheet_papers.explanation_paper(_round(season, code), participant.unit)


def _polls(closed: bool) -> Callable[[Season, Person], list[Subject]]:
    def found(season: Season, person: Person) -> list[Subject]:
        polls = Poll.objects.visible_to(person).filter(round__season=season)
        if closed:
            polls = polls.filter(state=PollState.CLOSED)
        return [Subject(str(one.pk), one.name) for one in polls]

    return found


def _poll(season: Season, key: str) -> Poll:
    found = (
        Poll.objects.filter(round__season=season, pk=int(key) if key.isdecimal() else 0)
        .select_related("round__season__bloc__council", "ballot")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _ballot(season: Season, key: str, _person: Person) -> Paper:
    return poll_papers.ballot_paper(_poll(season, key))


def _counting(season: Season, key: str, _person: Person) -> Paper:
    return poll_papers.counting_paper(_poll(season, key))


def _ranked_rounds(season: Season, person: Person) -> list[Subject]:
    if not Adoption.objects.filter(season=season).exists():
        return []
    rounds = []
    for one in Round.objects.filter(season=season):
        one.season = season
        if can_see_ranking(person, one):
            rounds.append(one)
    return [Subject(one.code, one.name) for one in rounds]


def _deciding_rounds(season: Season, person: Person) -> list[Subject]:
    """Rounds whose minutes the person may read: they hold what is not published yet."""
    rounds = []
    for one in Round.objects.filter(season=season):
        one.season = season
        if can_see_provisional(person, one):
            rounds.append(one)
    if not Adoption.objects.filter(season=season).exists():
        return []
    return [Subject(one.code, one.name) for one in rounds]


def _round(season: Season, code: str) -> Round:
    found = Round.objects.filter(season=season, code=code).first()
    if found is None:
        raise Http404
    found.season = season
    return found


def _ranking(season: Season, key: str, person: Person) -> Paper:
    scored = _round(season, key)
    provisional = bool(can_see_provisional(person, scored))
    return round_papers.ranking_paper(scored, provisional=provisional)


def _meeting(season: Season, key: str, _person: Person) -> Paper:
    return round_papers.meeting_paper(_round(season, key))


def _submission(season: Season, key: str, _person: Person) -> Paper:
    return round_papers.submission_paper(_round(season, key))


def _registrations_summary(season: Season, _key: str, _person: Person) -> Paper:
    return registrations_paper(season)


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
            _registrations,
            _registration,
            issuable=False,
        ),
        PaperKind(
            "tong-hop-dang-ky",
            gettext_lazy("Bảng tổng hợp đăng ký thi đua"),
            "start",
            _once,
            _registrations_summary,
        ),
        PaperKind(
            "giao-uoc",
            gettext_lazy("Giao ước thi đua"),
            "start",
            _compacts,
            _compact,
            issuable=False,
            kept=_compact_file,
        ),
        PaperKind(
            "chung-nhan-ky",
            gettext_lazy("Giấy chứng nhận ký kết"),
            "start",
            _compacts,
            _certificate,
        ),
        PaperKind("bang-diem", gettext_lazy("Bảng tiêu chí chấm điểm"), "start", _tables, _table),
        PaperKind(
            "tu-cham",
            gettext_lazy("Bảng tự chấm điểm"),
            "scoring",
            _sheets_of(Stage.SELF),
            _self_sheet,
            issuable=False,
        ),
        PaperKind(
            "kiem-tra-cheo",
            gettext_lazy("Biên bản kiểm tra chéo"),
            "scoring",
            _sheets_of(Stage.CROSS),
            _cross_sheet,
            issuable=False,
        ),
        PaperKind(
            "giai-trinh",
            gettext_lazy("Giải trình kết quả thẩm định"),
            "scoring",
            _explained,
            _explanation,
            issuable=False,
        ),
        PaperKind(
            "phieu-bau",
            gettext_lazy("Phiếu bầu suy tôn"),
            "deciding",
            _polls(closed=False),
            _ballot,
            issuable=False,
        ),
        PaperKind(
            "kiem-phieu",
            gettext_lazy("Biên bản kiểm phiếu"),
            "deciding",
            _polls(closed=True),
            _counting,
        ),
        PaperKind(
            "xep-hang",
            gettext_lazy("Bảng tổng hợp kết quả xếp hạng"),
            "deciding",
            _ranked_rounds,
            _ranking,
        ),
        PaperKind(
            "bien-ban-hop",
            gettext_lazy("Biên bản họp bình xét"),
            "deciding",
            _deciding_rounds,
            _meeting,
        ),
        PaperKind(
            "to-trinh",
            gettext_lazy("Tờ trình Hội đồng"),
            "deciding",
            _deciding_rounds,
            _submission,
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
    return worded(kind.make(season, key, person), wording_of(season, kind.code, key))
