"""The minutes of a conference: when and where, who was there, what was said and concluded."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.paper import Block, Cell, Paper, Paragraph, Signatures, paragraphs
from compacts.documents.paper_language import in_vietnamese
from compacts.models import Attendance, Conference, Participant, Season
from compacts.queries.conferences import AttendanceLine, attendance_of
from compacts.rules import ConferenceKind, ConferenceState
from compacts.services.season_papers import (
    SIGN_HERE,
    bloc_facts,
    bloc_name,
    heading_marks,
    letterhead_rules,
)
from units.vietnamese import date_text

_DOTS = "…" * 24
_SUBJECTS = {
    ConferenceKind.SIGNING: "Ký kết giao ước thi đua năm %(year)d, %(bloc)s",
    ConferenceKind.MIDYEAR: "Sơ kết công tác thi đua năm %(year)d, %(bloc)s",
    ConferenceKind.YEAREND: "Tổng kết công tác thi đua năm %(year)d, %(bloc)s",
}


def _moment(conference: Conference) -> str:
    start = timezone.localtime(conference.starts_at)
    words = _("%(hour)02d giờ %(minute)02d, ngày %(day)s") % {
        "hour": start.hour,
        "minute": start.minute,
        "day": date_text(start.date()),
    }
    if conference.closed_at is None:
        return words
    end = timezone.localtime(conference.closed_at)
    # Whoever closes it in the records on a later day did not sit there until then.
    if end.date() != start.date() or end < start:
        return words
    return _("%(start)s; bế mạc lúc %(hour)02d giờ %(minute)02d") % {
        "start": words,
        "hour": end.hour,
        "minute": end.minute,
    }


def _somebody(name: str, *more: str) -> str:
    return ", ".join(filter(None, (name, *more)))


def _there(line: AttendanceLine) -> str:
    row = line.row
    who = _somebody(row.name, row.title) if row else ""
    return f"{line.participant.name} ({who})" if who else line.participant.name


def _away(line: AttendanceLine) -> str:
    why = line.row.note if line.row else ""
    if line.row and not why:
        why = line.row.get_presence_display().lower()
    return f"{line.participant.name} ({why})" if why else line.participant.name


def _named(units: Iterable[Participant]) -> str:
    return ", ".join(one.name for one in units)


def _guest(row: Attendance) -> str:
    return _somebody(row.name, row.title, row.organisation)


def conference_told_of(
    kind: ConferenceKind, conferences: Iterable[Conference]
) -> Conference | None:
    """The conference whose minutes are written: the last of its kind that was opened.

    Before one was, the last one planned: what the plan knows need not be filled in by hand.
    """
    of_kind = [one for one in conferences if one.kind == kind]
    held = [one for one in of_kind if one.state != ConferenceState.PLANNED]
    known = held or of_kind
    return known[-1] if known else None


def meeting_facts(season: Season, conference: Conference | None) -> list[Block]:
    """When, where, who led, who was there and who not; dots where nothing is known.

    The units are named once: with who came of them, or alone while nobody was counted.
    """
    units = Paragraph(text=_("Các đơn vị trong khối: %s.") % _named(season.participants.all()))
    if conference is None:
        labels = (
            _("Thời gian"),
            _("Địa điểm"),
            _("Chủ trì"),
            _("Thư ký"),
            _("Có mặt"),
            _("Vắng mặt"),
        )
        return [units, *(Paragraph(text=f"{label}: {_DOTS}") for label in labels)]
    count = attendance_of(conference)
    unknown = [line.participant for line in count.units if line.row is None]
    facts = [
        (_("Thời gian"), _moment(conference)),
        (_("Địa điểm"), conference.place),
        (_("Chủ trì"), conference.chair or _DOTS),
        (_("Thư ký"), conference.minute_taker or _DOTS),
    ]
    blocks: list[Block] = [Paragraph(text=f"{label}: {text}.") for label, text in facts]
    if len(unknown) == count.total:
        open_facts = (_("Có mặt"), _("Vắng mặt"))
        return [units, *blocks, *(Paragraph(text=f"{label}: {_DOTS}") for label in open_facts)]
    there = "; ".join(_there(line) for line in count.there) or _("không có")
    away = "; ".join(_away(line) for line in count.absent)
    blocks += [
        Paragraph(
            text=_("Có mặt %(there)d/%(total)d đơn vị: %(who)s.")
            % {"there": count.attending, "total": count.total, "who": there}
        ),
        Paragraph(
            text=_("Vắng mặt %(away)d đơn vị: %(who)s.") % {"away": len(count.absent), "who": away}
            if away
            else _("Vắng mặt: không có.")
        ),
    ]
    if unknown:
        blocks.append(Paragraph(text=_("Chưa điểm danh: %s.") % _named(unknown)))
    if count.guests:
        guests = "; ".join(_guest(row) for row in count.guests)
        blocks.append(Paragraph(text=_("Khách mời: %s.") % guests))
    return blocks


def discussion(conference: Conference | None, item_mark: str) -> list[Block]:
    """The agenda with what was concluded on each item; dots to write on before it was held."""
    line_to_write_on = Paragraph(text=_DOTS)
    if conference is None:
        return [line_to_write_on, line_to_write_on]
    blocks: list[Block] = []
    for place, item in enumerate(conference.items.all(), start=1):
        what = _somebody(item.what, item.presenter)
        blocks.append(Paragraph(mark=item_mark.format(place), text=f"{what}."))
        if item.conclusion.strip():
            blocks += paragraphs(_("Kết luận: %s") % item.conclusion.strip())
        elif conference.state == ConferenceState.PLANNED:
            blocks.append(line_to_write_on)
    return blocks


def minutes_signed(conference: Conference | None) -> Signatures:
    """Who took the minutes signs left, who chaired right."""
    taker = conference.minute_taker if conference else ""
    chair = conference.chair if conference else ""
    return Signatures(
        rows=(
            (
                Cell(
                    title=_("Người ghi biên bản"),
                    name=taker.partition(",")[0].strip(),
                    hint=SIGN_HERE,
                ),
                Cell(
                    title=_("Chủ trì hội nghị"),
                    name=chair.partition(",")[0].strip(),
                    hint=SIGN_HERE,
                ),
            ),
        )
    )


@in_vietnamese
def conference_paper(conference: Conference) -> Paper:
    """Biên bản hội nghị of a conference that was opened (domain dossier c.4)."""
    season = conference.season
    rules = letterhead_rules(season)
    marks = heading_marks(rules, [_("Thời gian, địa điểm, thành phần"), _("Nội dung, kết luận")])
    return Paper(
        name=_("Biên bản hội nghị"),
        subject=_SUBJECTS[ConferenceKind(conference.kind)]
        % {"year": season.year, "bloc": bloc_name(season)},
        day=timezone.localdate(conference.starts_at),
        blocks=(
            marks[0],
            *meeting_facts(season, conference),
            marks[1],
            *discussion(conference, rules.item_mark),
            minutes_signed(conference),
        ),
        **bloc_facts(season),
    )
