"""What people are told about rounds and sheets, and who is reminded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from compacts.rules import CommentOutcome
from compacts.services.notices import SPEAKERS, Reminded, secretaries_of, speakers_of
from scoring import rules
from scoring.models import (
    CriteriaTable,
    Exemption,
    Explanation,
    Objection,
    Poll,
    Publication,
    Round,
    Sheet,
    TableComment,
)
from scoring.permissions import can_manage_round
from scoring.queries.explanations import verified_criteria, verified_sheet
from scoring.queries.polls import poll_url
from scoring.queries.season_cells import sheets_to_send
from scoring.queries.sheets import sheet_url
from scoring.rules import AnswerState, RoundAction, Stage
from scoring.services.step_reminders import SCORERS
from units.access import require
from units.models import Person, Unit
from units.queries import people_of_units
from units.rules import Occasion, last_day
from units.services.audit import record
from units.services.notifications import Message, notify
from units.vietnamese import date_text

# A label within a sentence, in whatever language the sentence is read.
_lowered: Callable[[str | Promise], str] = lazy(lambda label: str(label).lower(), str)


def _round_path(scored: Round, name: str = "scoring:round") -> str:
    season = scored.season
    return reverse(name, args=[season.bloc.code, season.year, scored.code])


def _units_of(scored: Round) -> list[int]:
    return list(scored.season.participants.values_list("unit", flat=True))


def tell_opened(scored: Round, actor: Person) -> None:
    """Tell every unit that its self sheet waits, and until when."""
    text = gettext_lazy("Hạn gửi phiếu tự chấm: %(day)s.") if scored.due_at else ""
    day = date_text(last_day(scored.due_at)) if scored.due_at else ""
    for sheet in Sheet.objects.filter(round=scored, stage=Stage.SELF).select_related("unit"):
        sheet.round = scored
        message = Message(
            key=f"round:{scored.pk}:opened:{sheet.unit_id}",
            occasion=Occasion.WORK,
            about=str(scored.season),
            subject=gettext_lazy("Mở %(round)s: mời đơn vị tự chấm điểm"),
            text=text,
            facts={"round": scored.name, "day": day},
            path=sheet_url(sheet),
        )
        notify(persons=speakers_of([sheet.unit_id]), message=message, sent_by=actor)


def tell_published(publication: Publication, actor: Person) -> None:
    """Tell every unit that the ranking was published, or corrected."""
    scored = publication.round
    subject = gettext_lazy("Công bố xếp hạng: %(round)s")
    if publication.version > 1:
        subject = gettext_lazy("Đính chính xếp hạng: %(round)s")
    season = scored.season
    path = reverse("scoring:ranking", args=[season.bloc.code, season.year])
    message = Message(
        key=f"publication:{publication.pk}",
        occasion=Occasion.RESULT,
        about=str(season),
        subject=subject,
        text=publication.reason.replace("%", "%%"),
        facts={"round": scored.name},
        path=f"{path}?dot={scored.code}",
    )
    notify(persons=speakers_of(_units_of(scored)), message=message, sent_by=actor)


def _scorers(scored: Round, sheets: Iterable[Sheet]) -> dict[int, list[Person]]:
    """Who can do each sheet, by its id: the scoring unit's people, or the secretariat."""
    rows = list(sheets)
    of_units = people_of_units({row.scorer_id for row in rows if row.scorer_id}, SCORERS)
    of_own = people_of_units({row.unit_id for row in rows if row.stage == Stage.SELF}, SPEAKERS)
    secretaries = (
        secretaries_of(scored.season) if any(row.scorer_id is None for row in rows) else []
    )
    found: dict[int, list[Person]] = {}
    for row in rows:
        if row.stage == Stage.SELF:
            found[row.pk] = of_own.get(row.unit_id, [])
        elif row.scorer_id is None:
            found[row.pk] = secretaries
        else:
            found[row.pk] = of_units.get(row.scorer_id, [])
    return found


def tell_sheet_returned(sheet: Sheet, actor: Person) -> None:
    """Tell the sheet's scorers that it came back, with the reason."""
    message = Message(
        key=f"sheet:{sheet.pk}:returned:{sheet.version}",
        occasion=Occasion.RETURNED,
        about=str(sheet.round.season),
        subject=gettext_lazy("Phiếu %(stage)s của %(unit)s bị trả lại"),
        text=sheet.return_reason.replace("%", "%%"),
        facts={"stage": _lowered(Stage(sheet.stage).label), "unit": sheet.unit.name},
        path=sheet_url(sheet),
    )
    persons = _scorers(sheet.round, [sheet])[sheet.pk]
    notify(persons=persons, message=message, sent_by=actor)


def _explanations_path(scored: Round, unit: Unit, *, differing: bool = True) -> str:
    season = scored.season
    where = [season.bloc.code, season.year, scored.code, unit.code]
    return reverse("scoring:explanations", args=where) + ("?chi=khac" if differing else "")


def tell_verified(sheet: Sheet, actor: Person) -> None:
    """Tell the unit that its verification was sent, and until when it may explain."""
    scored, unit = sheet.round, sheet.unit
    due = scored.explanations_due_at
    differing = any(one.differs for one in verified_criteria(scored, unit))
    message = Message(
        key=f"sheet:{sheet.pk}:verified:{sheet.version}",
        occasion=Occasion.WORK,
        about=str(scored.season),
        subject=gettext_lazy("Đã thẩm định %(unit)s: mời xem, giải trình nếu cần"),
        text=gettext_lazy("%(round)s. Hạn giải trình: %(day)s.") if due else "%(round)s",
        facts={
            "unit": unit.name,
            "round": scored.name,
            "day": date_text(last_day(due)) if due else "",
        },
        path=_explanations_path(scored, unit, differing=differing),
    )
    notify(persons=speakers_of([unit.pk]), message=message, sent_by=actor)


def tell_explained(found: Explanation, actor: Person) -> None:
    """Tell who verified the criterion, a body or the secretariat, that the unit explained it."""
    scored = found.round
    verified = verified_sheet(scored, found.unit, found.criterion.code)
    scorers = _scorers(scored, [verified] if verified else [])
    message = Message(
        key=f"explanation:{found.pk}",
        occasion=Occasion.RECEIVED,
        about=str(scored.season),
        subject=gettext_lazy("%(unit)s giải trình tiêu chí %(code)s"),
        facts={"unit": found.unit.name, "code": found.criterion.code},
        path=_explanations_path(found.round, found.unit),
    )
    persons = [person for people in scorers.values() for person in people]
    notify(persons=persons, message=message, sent_by=actor)


def tell_answered(found: Explanation, actor: Person) -> None:
    """Tell the unit how its explanation was answered."""
    message = Message(
        key=f"explanation:{found.pk}:answered",
        occasion=Occasion.ANSWER,
        about=str(found.round.season),
        subject=gettext_lazy("Trả lời giải trình tiêu chí %(code)s: %(state)s"),
        text=found.answer.replace("%", "%%"),
        facts={"code": found.criterion.code, "state": AnswerState(found.state).label},
        path=_explanations_path(found.round, found.unit),
    )
    notify(persons=speakers_of([found.unit_id]), message=message, sent_by=actor)


def tell_exemption_answered(found: Exemption, actor: Person) -> None:
    """Tell the unit whether a criterion applies to it."""
    season = found.season
    message = Message(
        key=f"exemption:{found.pk}:answered",
        occasion=Occasion.ANSWER,
        about=str(season),
        subject=gettext_lazy("Đề nghị không áp dụng tiêu chí %(code)s: %(state)s"),
        text=found.answer.replace("%", "%%"),
        facts={"code": found.criterion.code, "state": AnswerState(found.state).label},
        path=reverse("scoring:exemptions", args=[season.bloc.code, season.year]),
    )
    notify(persons=speakers_of([found.unit_id]), message=message, sent_by=actor)


def tell_exemption_asked(found: Exemption, actor: Person) -> None:
    """Tell the secretaries that a unit asks for a criterion not to apply to it."""
    season = found.season
    message = Message(
        key=f"exemption:{found.pk}",
        occasion=Occasion.RECEIVED,
        about=str(season),
        subject=gettext_lazy("%(unit)s đề nghị không áp dụng tiêu chí %(code)s"),
        facts={"unit": found.unit.name, "code": found.criterion.code},
        path=reverse("scoring:exemptions", args=[season.bloc.code, season.year]),
    )
    notify(persons=secretaries_of(season), message=message, sent_by=actor)


def tell_objected(found: Objection, actor: Person) -> None:
    """Tell the secretaries that a unit objects to the published ranking."""
    scored = found.round
    message = Message(
        key=f"objection:{found.pk}",
        occasion=Occasion.RECEIVED,
        about=str(scored.season),
        subject=gettext_lazy("%(unit)s kiến nghị về kết quả: %(round)s"),
        facts={"unit": found.unit.name, "round": scored.name},
        path=_round_path(scored, "scoring:publications"),
    )
    notify(persons=secretaries_of(scored.season), message=message, sent_by=actor)


def tell_objection_answered(found: Objection, actor: Person) -> None:
    """Tell the unit how its objection was answered."""
    scored = found.round
    message = Message(
        key=f"objection:{found.pk}:answered",
        occasion=Occasion.ANSWER,
        about=str(scored.season),
        subject=gettext_lazy("Trả lời kiến nghị về kết quả, %(round)s: %(state)s"),
        text=found.answer.replace("%", "%%"),
        facts={"round": scored.name, "state": AnswerState(found.state).label},
        path=_round_path(scored, "scoring:publications"),
    )
    notify(persons=speakers_of([found.unit_id]), message=message, sent_by=actor)


def tell_comments_open(table: CriteriaTable, actor: Person) -> None:
    """Tell every unit of the season that the drafted table can be commented on."""
    season = table.season
    if season is None:
        return
    message = Message(
        key=f"criteria_table:{table.pk}:comments:{table.edition}",
        occasion=Occasion.WORK,
        about=str(season),
        subject=gettext_lazy("Mời góp ý bảng điểm: %(title)s"),
        facts={"title": table.title},
        path=reverse("scoring:table", args=[table.pk]),
    )
    units = list(season.participants.values_list("unit", flat=True))
    notify(persons=speakers_of(units), message=message, sent_by=actor)


def tell_comment_answered(found: TableComment, actor: Person) -> None:
    """Tell the unit what became of its comment on a drafted table."""
    message = Message(
        key=f"table_comment:{found.pk}:{found.answered_at:%Y%m%d%H%M%S}",
        occasion=Occasion.ANSWER,
        about=str(found.table.season or ""),
        subject=gettext_lazy("Trả lời góp ý bảng điểm: %(outcome)s"),
        text=found.answer.replace("%", "%%"),
        facts={"outcome": CommentOutcome(found.outcome).label},
        path=reverse("scoring:table", args=[found.table_id]),
    )
    notify(persons=speakers_of([found.unit_id]), message=message, sent_by=actor)


def _poll_message(poll: Poll, told: str, occasion: Occasion, subject: Promise) -> Message:
    return Message(
        key=f"poll:{poll.pk}:{told}",
        occasion=occasion,
        about=str(poll.round.season),
        subject=subject,
        facts={"name": poll.name},
        path=poll_url(poll),
    )


def tell_poll_opened(poll: Poll, voters: Iterable[Person], actor: Person) -> None:
    """Tell everybody on the roll that the box is open."""
    message = _poll_message(poll, "opened", Occasion.WORK, gettext_lazy("Mời bỏ phiếu: %(name)s"))
    notify(persons=voters, message=message, sent_by=actor)


def tell_poll_closed(poll: Poll, voters: Iterable[Person], actor: Person) -> None:
    """Tell everybody on the roll that the papers are counted."""
    message = _poll_message(
        poll, "closed", Occasion.RESULT, gettext_lazy("Đã kiểm phiếu: %(name)s")
    )
    notify(persons=voters, message=message, sent_by=actor)


@transaction.atomic
def remind_scorers(*, actor: Person, round_id: int) -> Reminded:
    """Remind exactly those whose sheets of an open round are not sent, once a day and person.

    One message a person, that leads to the sheet, or to the round where there are several.
    """
    scored = Round.objects.select_related("season__bloc__council").get(pk=round_id)
    require(can_manage_round(actor, scored))
    rules.check_round(RoundAction.SCORE, scored.state)
    rows = Sheet.objects.filter(round=scored).select_related("unit", "scorer")
    behind = sheets_to_send(list(rows.order_by("pk")))
    for sheet in behind:
        sheet.round = scored
    scorers = _scorers(scored, behind)
    waiting: dict[Person, list[Sheet]] = defaultdict(list)
    for sheet in behind:
        for person in scorers[sheet.pk]:
            waiting[person].append(sheet)
    told = 0
    for person, sheets in waiting.items():
        names = [f"{one.get_stage_display()}: {one.unit.name}" for one in sheets]
        message = Message(
            key=f"round:{scored.pk}:remind:{timezone.localdate()}",
            occasion=Occasion.DEADLINE,
            about=str(scored.season),
            subject=ngettext_lazy(
                "Nhắc: còn %(count)s phiếu chưa gửi, %(round)s",
                "Nhắc: còn %(count)s phiếu chưa gửi, %(round)s",
                len(sheets),
            ),
            text="\n".join(names).replace("%", "%%"),
            facts={"count": len(sheets), "round": scored.name},
            path=sheet_url(sheets[0]) if len(sheets) == 1 else _round_path(scored),
        )
        told += len(notify(persons=[person], message=message, sent_by=actor))
    without = {sheet.unit.name for sheet in behind if not scorers[sheet.pk]}
    record(
        chain=scored.season.audit_chain,
        actor=actor,
        action="remind_scorers",
        target=f"round:{scored.pk}",
        summary=_("%(who)s nhắc những nơi chưa gửi phiếu: %(count)s phiếu.")
        % {"who": actor.full_name, "count": len(behind)},
        after={"sheets": len(behind), "told": told},
    )
    return Reminded(told, tuple(sorted(without)))
