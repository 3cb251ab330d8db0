"""What units are told about their registrations and the compact, and who is reminded."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from compacts.models import (
    AdHocTask,
    Comment,
    Compact,
    Draft,
    Milestone,
    Multiplication,
    Registration,
    Season,
)
from compacts.rules import AdHocState, Step
from units.models import Person, Role
from units.models.bloc import on_date
from units.queries import people_of_units
from units.rules import Occasion, RoleKind, last_day
from units.services.notifications import Message, notify
from units.vietnamese import date_text

# Who speaks for a unit.
SPEAKERS = (RoleKind.REPRESENTATIVE, RoleKind.SIGNATORY)


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many people were told, and the units that are behind but have nobody to tell."""

    people: int
    without_people: tuple[str, ...]


def speakers_of(units: Collection[int]) -> list[Person]:
    """Everybody who speaks for one of the units today."""
    found = people_of_units(units, SPEAKERS)
    return [person for people in found.values() for person in people]


def secretaries_of(season: Season) -> list[Person]:
    """The secretaries of the season's head and deputies, today."""
    roles = Role.objects.filter(
        on_date(timezone.localdate()),
        kind=RoleKind.SECRETARY,
        bloc=season.bloc_id,
        unit__in=season.offices.values("unit"),
    )
    return list(Person.objects.filter(is_active=True, pk__in=roles.values("person")))


def _of_registration(
    registration: Registration,
    told: str,
    occasion: Occasion,
    subject: Promise,
    text: Promise | str = "",
    **facts: object,
) -> Message:
    """A message about a registration, which leads to it; once for each of its versions."""
    season, unit = registration.season, registration.unit
    return Message(
        key=f"registration:{registration.pk}:{told}:{registration.version}",
        occasion=occasion,
        about=str(season),
        subject=subject,
        text=text,
        facts={"bloc": season.bloc.name, "year": season.year, "unit": unit.name, **facts},
        path=reverse("compacts:registration", args=[season.bloc.code, season.year, unit.code]),
    )


def tell_returned(registration: Registration, actor: Person) -> None:
    """Tell the unit that its registration came back, with the reason."""
    subject = gettext_lazy("Đăng ký thi đua bị trả lại: %(bloc)s, năm %(year)s")
    reason = registration.return_reason.replace("%", "%%")
    message = _of_registration(registration, "returned", Occasion.RETURNED, subject, reason)
    notify(persons=speakers_of([registration.unit_id]), message=message, sent_by=actor)


def tell_accepted(registration: Registration, actor: Person) -> None:
    """Tell the unit that its registration was accepted."""
    subject = gettext_lazy("Đăng ký thi đua được chấp nhận: %(bloc)s, năm %(year)s")
    message = _of_registration(registration, "accepted", Occasion.ANSWER, subject)
    notify(persons=speakers_of([registration.unit_id]), message=message, sent_by=actor)


def tell_imported(registration: Registration, tasks: int, actor: Person) -> None:
    """Tell the unit that its draft was filled in from a list, to be looked at and sent."""
    message = _of_registration(
        registration,
        "imported",
        Occasion.WORK,
        gettext_lazy("Đã nhập hộ đăng ký thi đua của đơn vị: %(bloc)s, năm %(year)s"),
        ngettext_lazy(
            "%(who)s nhập %(tasks)s nhiệm vụ từ danh sách của khối vào bản nháp. "
            "Mời đơn vị xem lại, sửa nếu cần; thủ trưởng duyệt và gửi.",
            "%(who)s nhập %(tasks)s nhiệm vụ từ danh sách của khối vào bản nháp. "
            "Mời đơn vị xem lại, sửa nếu cần; thủ trưởng duyệt và gửi.",
            tasks,
        ),
        who=actor.full_name,
        tasks=tasks,
    )
    persons = _others(speakers_of([registration.unit_id]), actor)
    notify(persons=persons, message=message, sent_by=actor)


def tell_approval_asked(registration: Registration, actor: Person) -> None:
    """Tell the unit's head that a registration waits for their approval."""
    message = _of_registration(
        registration,
        "asked",
        Occasion.WORK,
        gettext_lazy("Trình duyệt đăng ký thi đua của đơn vị: %(bloc)s, năm %(year)s"),
        gettext_lazy(
            "%(who)s đã soạn xong bản đăng ký. Mời đồng chí xem, duyệt và gửi cho thư ký khối."
        ),
        who=actor.full_name,
    )
    unit = registration.unit_id
    heads = people_of_units([unit], [RoleKind.SIGNATORY]).get(unit, [])
    notify(persons=_others(heads, actor), message=message, sent_by=actor)


def tell_submitted(registration: Registration, actor: Person) -> None:
    """Tell the secretaries that a unit's registration waits for them."""
    subject = gettext_lazy("%(unit)s gửi đăng ký thi đua năm %(year)s")
    message = _of_registration(registration, "submitted", Occasion.RECEIVED, subject)
    persons = _others(secretaries_of(registration.season), actor)
    notify(persons=persons, message=message, sent_by=actor)


def _others(persons: list[Person], actor: Person) -> list[Person]:
    """All but who did it."""
    return [person for person in persons if person != actor]


def tell_issued(compact: Compact, actor: Person) -> None:
    """Tell every unit of the season that the compact waits for its signature."""
    season = compact.season
    message = Message(
        key=f"compact:{compact.pk}:issued:{compact.version}",
        occasion=Occasion.WORK,
        about=str(season),
        subject=gettext_lazy("Giao ước thi đua số %(number)s chờ ký: %(bloc)s"),
        facts={"number": compact.number, "bloc": season.bloc.name},
        path=reverse("compacts:compact", args=[season.bloc.code, season.year]),
    )
    units = list(season.participants.values_list("unit", flat=True))
    notify(persons=speakers_of(units), message=message, sent_by=actor)


def tell_in_force(compact: Compact, actor: Person) -> None:
    """Tell every unit of the season that all have signed and the compact is in force."""
    season = compact.season
    message = Message(
        key=f"compact:{compact.pk}:in_force",
        occasion=Occasion.ISSUED,
        about=str(season),
        subject=gettext_lazy("Giao ước thi đua số %(number)s có hiệu lực: %(bloc)s"),
        text=gettext_lazy("Tất cả đơn vị đã ký. Bản giao ước có đủ chữ ký tải về ở trang này."),
        facts={"number": compact.number, "bloc": season.bloc.name},
        path=reverse("compacts:compact", args=[season.bloc.code, season.year]),
    )
    notify(persons=_season_speakers(season), message=message, sent_by=actor)


def _tell_ad_hoc(
    task: AdHocTask,
    told: str,
    occasion: Occasion,
    subject: Promise,
    persons: list[Person],
    actor: Person,
) -> None:
    season = task.season
    message = Message(
        key=f"ad_hoc_task:{task.pk}:{told}:{task.version}",
        occasion=occasion,
        about=str(season),
        subject=subject,
        text=task.refusal_reason.replace("%", "%%"),
        facts={"unit": task.unit.name, "text": task.text},
        path=reverse("compacts:ad_hoc", args=[season.bloc.code, season.year, task.pk]),
    )
    notify(persons=_others(persons, actor), message=message, sent_by=actor)


def tell_ad_hoc_done(task: AdHocTask, actor: Person) -> None:
    """Tell the secretaries that a unit reports an ad hoc task as done."""
    subject = gettext_lazy("%(unit)s báo đã xong nhiệm vụ đột xuất: %(text)s")
    persons = secretaries_of(task.season)
    _tell_ad_hoc(task, "done", Occasion.RECEIVED, subject, persons, actor)


def tell_ad_hoc_judged(task: AdHocTask, actor: Person) -> None:
    """Tell the unit whether its ad hoc task was confirmed."""
    persons = speakers_of([task.unit_id])
    if task.state == AdHocState.CONFIRMED:
        subject = gettext_lazy("Nhiệm vụ đột xuất được xác nhận: %(text)s")
        _tell_ad_hoc(task, "confirmed", Occasion.ANSWER, subject, persons, actor)
    else:
        subject = gettext_lazy("Nhiệm vụ đột xuất không được xác nhận: %(text)s")
        _tell_ad_hoc(task, "refused", Occasion.RETURNED, subject, persons, actor)


def tell_multiplied(found: Multiplication, actor: Person) -> None:
    """Tell the unit of an exemplary model that somebody learned from it, unless it says so."""
    model = found.role_model
    season = model.season
    persons = speakers_of([model.unit_id])
    if actor in persons:
        return
    message = Message(
        key=f"multiplication:{found.pk}",
        occasion=Occasion.RECEIVED,
        about=str(season),
        subject=gettext_lazy("%(where)s học tập, nhân rộng gương “%(name)s” của đơn vị"),
        text=found.deed.replace("%", "%%"),
        facts={"where": found.where, "name": model.name},
        path=reverse("compacts:role_model", args=[season.bloc.code, season.year, model.pk]),
    )
    notify(persons=persons, message=message, sent_by=actor)


def tell_extended(milestone: Milestone, actor: Person) -> None:
    """Tell every unit of the season, and the other secretaries, of a deadline put off."""
    season, until = milestone.season, milestone.extended_to
    if until is None:
        return
    message = Message(
        key=f"milestone:{milestone.pk}:extended:{until.isoformat()}",
        occasion=Occasion.DEADLINE,
        about=str(season),
        subject=gettext_lazy("Gia hạn: %(step)s đến %(day)s, %(bloc)s năm %(year)s"),
        text=milestone.extension_reason.replace("%", "%%"),
        facts={
            "step": Step(milestone.step).label,
            "day": date_text(last_day(until)),
            "bloc": season.bloc.name,
            "year": season.year,
        },
        path=reverse("compacts:season", args=[season.bloc.code, season.year]),
    )
    persons = _season_speakers(season) + secretaries_of(season)
    notify(persons=_others(persons, actor), message=message, sent_by=actor)


def _tell_text(
    draft: Draft,
    told: str,
    occasion: Occasion,
    subject: Promise,
    persons: list[Person],
    actor: Person,
    text: str = "",
) -> None:
    season = draft.season
    message = Message(
        key=f"draft:{draft.pk}:{told}",
        occasion=occasion,
        about=str(season),
        subject=subject,
        text=text.replace("%", "%%"),
        facts={"title": draft.title, "bloc": season.bloc.name},
        path=reverse("compacts:text", args=[season.bloc.code, season.year, draft.pk]),
    )
    notify(persons=persons, message=message, sent_by=actor)


def _season_speakers(season: Season) -> list[Person]:
    return speakers_of(list(season.participants.values_list("unit", flat=True)))


def tell_text_opened(draft: Draft, actor: Person, again: datetime.datetime | None = None) -> None:
    """Ask every unit of the season for its comments; ``again`` after a round that ended then."""
    told = f"opened:{again.isoformat()}" if again else "opened"
    subject = gettext_lazy("Mời góp ý: %(title)s")
    _tell_text(draft, told, Occasion.WORK, subject, _season_speakers(draft.season), actor)


def tell_text_issued(draft: Draft, actor: Person) -> None:
    """Tell every unit of the season that a text was issued."""
    subject = gettext_lazy("Đã ban hành: %(title)s")
    _tell_text(draft, "issued", Occasion.ISSUED, subject, _season_speakers(draft.season), actor)


def tell_text_answered(comment: Comment, actor: Person) -> None:
    """Tell the unit what became of its comment."""
    subject = gettext_lazy("Đã trả lời góp ý của đơn vị: %(title)s")
    persons = speakers_of([comment.unit_id])
    draft = comment.version.draft
    told = f"comment:{comment.pk}:{comment.outcome}"
    _tell_text(draft, told, Occasion.ANSWER, subject, persons, actor, comment.answer)
