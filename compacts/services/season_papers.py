"""The season's own papers: registrations, texts and comments on them, who signed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.compact import bloc_title
from compacts.documents.letterheads import LetterheadRules, rules_on
from compacts.documents.paper import (
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
from compacts.documents.snapshot import Letterhead, shortest
from compacts.documents.typography import roman
from compacts.models import Compact, Office, Participant, Registration, Season
from compacts.queries import signing_board
from compacts.rules import OfficeKind, RegistrationState, SignatureMethod
from units.vietnamese import date_text, number

SIGN_HERE = "Ký, ghi rõ họ tên"
TASK_COLUMNS = (
    Column(label="STT", share=7, align="centre"),
    Column(label="Nhiệm vụ trọng tâm", share=36),
    Column(label="Chỉ số đánh giá", share=21),
    Column(label="Đơn vị tính", share=11, align="centre"),
    Column(label="Chỉ tiêu", share=11, align="right"),
    Column(label="Thời hạn", share=14, align="centre"),
)


def amount(value: Decimal | None) -> str:
    """A figure as printed: decimal comma, no zeros the database appended; empty for none."""
    return "" if value is None else number(shortest(value))


def heading_marks(rules: LetterheadRules, texts: Sequence[str]) -> list[Heading]:
    """Headings numbered I, II, III as the letterhead marks them."""
    return [
        Heading(mark=rules.section_mark.format(roman(place)), text=text.upper())
        for place, text in enumerate(texts, start=1)
    ]


def letterhead_rules(season: Season) -> LetterheadRules:
    """The layout rules on the season's last day, for papers without a date."""
    return rules_on(season.bloc.letterhead, datetime.date(season.year, 12, 31))


def head_of_season(season: Season) -> Participant | None:
    """The season's head unit as a participant, or None."""
    return season.participants.filter(
        unit__in=Office.objects.filter(season=season, kind=OfficeKind.HEAD).values("unit")
    ).first()


def bloc_facts(season: Season) -> dict[str, Any]:
    """Letterhead, issuing body and place of the papers that the bloc itself issues."""
    head = head_of_season(season)
    return {
        "letterhead": cast(Letterhead, season.bloc.letterhead),
        "year": season.year,
        "parent_body": head.name if head else "",
        "issuing_body": season.bloc.name,
        "place": season.bloc.council.place,
        "recipients": (
            f"{season.bloc.council.name};",
            _("Các đơn vị thành viên;"),
            _("Lưu: Hồ sơ thi đua."),
        ),
    }


def unit_facts(season: Season, unit_name: str) -> dict[str, Any]:
    """Letterhead, issuing body and place of the papers that a unit sends to the bloc."""
    return {
        "letterhead": cast(Letterhead, season.bloc.letterhead),
        "year": season.year,
        "issuing_body": unit_name,
        "place": season.bloc.council.place,
        "addressees": (_("Trưởng %(bloc)s") % {"bloc": bloc_name(season)},),
        "recipients": (_("Như trên;"), _("Lưu: VT.")),
    }


def head_signs(season: Season) -> Signatures:
    """The place where the head of the bloc signs."""
    head = head_of_season(season)
    cell = Cell(
        title=f"{letterhead_rules(season).on_behalf} {bloc_name(season)}",
        role=_("Cụm trưởng") if season.bloc.kind == "cum" else _("Trưởng khối"),
        position=head.signatory_position if head else "",
        name=head.signatory_name if head else "",
        hint="" if head and head.signatory_name else SIGN_HERE,
    )
    empty = Cell(title="")
    return Signatures(rows=((empty, cell),))


def bloc_name(season: Season) -> str:
    """The bloc's name with its kind in front, as in "Khối thi đua các Ban Đảng"."""
    return bloc_title(season.bloc.name, season.bloc.kind)


def about_season(season: Season) -> str:
    """The year and the bloc as a subject line names them: "năm 2018, Khối thi đua …"."""
    return _("năm %(year)d, %(bloc)s") % {"year": season.year, "bloc": bloc_name(season)}


def about_round(name: str, season: Season) -> str:
    """``name`` with the bloc, and with the year where it does not say it itself."""
    if str(season.year) in name:
        return f"{name}, {bloc_name(season)}"
    return f"{name}, {about_season(season)}"


def unit_signs(participant: Participant) -> Signatures:
    """The place where the unit's head signs."""
    cell = Cell(
        title=_("Thủ trưởng đơn vị"),
        position=participant.signatory_position,
        name=participant.signatory_name,
        hint="" if participant.signatory_name else SIGN_HERE,
    )
    return Signatures(rows=((Cell(title=""), cell),))


@in_vietnamese
def registration_paper(registration: Registration, participant: Participant) -> Paper:
    """Bản đăng ký thi đua of one unit (domain dossier c.4)."""
    season = registration.season
    rules = letterhead_rules(season)
    marks = heading_marks(rules, [_("Nhiệm vụ trọng tâm và chỉ tiêu"), _("Danh hiệu đăng ký")])
    titles = [row.title.name for row in registration.titles.all()]
    sent = registration.submitted_at
    return Paper(
        name=_("Bản đăng ký thi đua"),
        subject=_("Năm %(year)d, %(bloc)s") % {"year": season.year, "bloc": bloc_name(season)},
        day=timezone.localdate(sent) if sent else None,
        blocks=(
            marks[0],
            Table(columns=TASK_COLUMNS, rows=tuple(_task_rows(registration))),
            marks[1],
            *(
                Paragraph(mark=rules.item_mark.format(place), text=title)
                for place, title in enumerate(titles, start=1)
            ),
            *([] if titles else [Paragraph(text=_("Không đăng ký danh hiệu."))]),
            *(
                [
                    Paragraph(
                        text=_("Thủ trưởng duyệt: %(name)s.")
                        % {"name": registration.approved_by_name}
                    )
                ]
                if registration.approved_by_name
                else []
            ),
            unit_signs(participant),
        ),
        **unit_facts(season, participant.name),
    )


def _task_rows(registration: Registration) -> list[Row]:
    return [
        Row(
            cells=(
                str(place),
                task.text,
                task.measure,
                task.unit_of_measure,
                amount(task.target),
                date_text(task.due_on) if task.due_on else "",
            )
        )
        for place, task in enumerate(registration.tasks.all(), start=1)
    ]


@in_vietnamese
def registrations_paper(season: Season) -> Paper:
    """Bảng tổng hợp đăng ký thi đua of all units, accepted registrations only."""
    found = {
        one.unit_id: one
        for one in Registration.objects.filter(
            season=season, state=RegistrationState.ACCEPTED
        ).prefetch_related("tasks", "titles__title")
    }
    participants = list(season.participants.all())
    rules = letterhead_rules(season)
    marks = heading_marks(rules, [_("Danh hiệu đăng ký"), _("Nhiệm vụ trọng tâm và chỉ tiêu")])
    titles = []
    tasks: list[Row] = []
    for place, one in enumerate(participants, start=1):
        registration = found.get(one.unit_id)
        names = [row.title.name for row in registration.titles.all()] if registration else []
        shown = "\n".join(f"- {name}" for name in names)
        missing = _("Không đăng ký") if registration else _("Chưa có đăng ký được chấp nhận")
        titles.append(Row(cells=(str(place), one.name, shown or missing)))
        if registration is not None:
            tasks.append(Row(cells=(one.name,), style="group"))
            tasks += _task_rows(registration)
    columns = (
        Column(label="STT", share=7, align="centre"),
        Column(label="Đơn vị", share=38),
        Column(label="Danh hiệu, hình thức khen thưởng", share=55),
    )
    return Paper(
        name=_("Bảng tổng hợp đăng ký thi đua"),
        subject=_("Năm %(year)d, %(bloc)s") % {"year": season.year, "bloc": bloc_name(season)},
        is_wide=True,
        blocks=(
            Paragraph(
                text=_("Có %(count)d trên %(all)d đơn vị đã đăng ký và được chấp nhận.")
                % {"count": len(found), "all": len(participants)}
            ),
            marks[0],
            Table(columns=columns, rows=tuple(titles)),
            marks[1],
            Table(columns=TASK_COLUMNS, rows=tuple(tasks)),
            head_signs(season),
        ),
        **bloc_facts(season),
    )


@in_vietnamese
def certificate_paper(compact: Compact) -> Paper:
    """Giấy chứng nhận ký kết: who signed the compact when and how, and what was signed."""
    season = compact.season
    rows = []
    for place, row in enumerate(signing_board(compact), start=1):
        signature = row.signature
        if signature is None:
            rows.append(Row(cells=(str(place), row.name, _("Chưa ký"), "", "", "")))
            continue
        certificate = signature.certificate or {}
        how = str(signature.get_method_display())
        if signature.method == SignatureMethod.DIGITAL:
            words = _("%(how)s: %(subject)s, cấp bởi %(issuer)s, số %(serial)s")
            how = words % {"how": how, **certificate}
        rows.append(
            Row(
                cells=(
                    str(place),
                    row.name,
                    signature.signatory_name,
                    signature.signatory_position,
                    date_text(signature.signed_on),
                    how,
                )
            )
        )
    columns = (
        Column(label="STT", share=6, align="centre"),
        Column(label="Đơn vị", share=26),
        Column(label="Người ký", share=16),
        Column(label="Chức vụ", share=16),
        Column(label="Ngày ký", share=11, align="centre"),
        Column(label="Cách ký", share=25),
    )
    signed = sum(1 for row in rows if row.cells[4])
    facts = [
        _("Giao ước số %(number)s, ký ngày %(day)s.")
        % {
            "number": compact.number,
            "day": date_text(compact.signed_on) if compact.signed_on else "……",
        },
        _("Mã kiểm tra: %(code)s.") % {"code": compact.verify_code},
        _("Mã băm nội dung (SHA-256): %(hash)s.") % {"hash": compact.snapshot_hash},
        _("Tình trạng: %(state)s; %(signed)d trên %(all)d đơn vị đã ký.")
        % {"state": compact.get_state_display(), "signed": signed, "all": len(rows)},
    ]
    return Paper(
        name=_("Giấy chứng nhận ký kết"),
        subject=_("Giao ước thi đua năm %(year)d, %(bloc)s")
        % {"year": season.year, "bloc": bloc_name(season)},
        is_wide=True,
        blocks=(
            *(Paragraph(text=text) for text in facts),
            Table(columns=columns, rows=tuple(rows)),
            head_signs(season),
        ),
        **bloc_facts(season),
    )
