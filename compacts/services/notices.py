"""What units are told about their registrations and the compact, and who is reminded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from compacts.models import Comment, Compact, Draft, Registration, Season
from units.models import Person, Role
from units.models.bloc import on_date
from units.queries import people_of_units
from units.rules import Occasion, RoleKind
from units.services.notifications import Message, notify

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


def _tell_unit(
    registration: Registration, occasion: Occasion, subject: Promise, text: str, actor: Person
) -> None:
    season, unit = registration.season, registration.unit
    told = "returned" if occasion == Occasion.RETURNED else "accepted"
    message = Message(
        key=f"registration:{registration.pk}:{told}:{registration.version}",
        occasion=occasion,
        about=str(season),
        subject=subject,
        text=text.replace("%", "%%"),
        facts={"bloc": season.bloc.name, "year": season.year},
        path=reverse("compacts:registration", args=[season.bloc.code, season.year, unit.code]),
    )
    notify(persons=speakers_of([unit.pk]), message=message, sent_by=actor)


def tell_returned(registration: Registration, actor: Person) -> None:
    """Tell the unit that its registration came back, with the reason."""
    subject = gettext_lazy("Đăng ký thi đua bị trả lại: %(bloc)s, năm %(year)s")
    _tell_unit(registration, Occasion.RETURNED, subject, registration.return_reason, actor)


def tell_accepted(registration: Registration, actor: Person) -> None:
    """Tell the unit that its registration was accepted."""
    subject = gettext_lazy("Đăng ký thi đua được chấp nhận: %(bloc)s, năm %(year)s")
    _tell_unit(registration, Occasion.ANSWER, subject, "", actor)


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


def tell_text_opened(draft: Draft, actor: Person) -> None:
    """Ask every unit of the season for its comments."""
    subject = gettext_lazy("Mời góp ý: %(title)s")
    _tell_text(draft, "opened", Occasion.WORK, subject, _season_speakers(draft.season), actor)


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
