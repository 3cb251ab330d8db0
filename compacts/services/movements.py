"""Movements and drives: planned, launched, reviewed at mid-term and at their end."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import Movement, MovementReview, Participant, Season
from compacts.permissions import can_lead_movements
from compacts.rules import MovementKind, ReviewKind
from compacts.services.notices import speakers_of
from units.access import require
from units.models import Person
from units.rules import EditConflictError, Occasion, RuleError
from units.services.audit import record
from units.services.notifications import Message, notify
from units.services.uploads import store_upload
from units.vietnamese import date_text


@dataclass(frozen=True, slots=True)
class MovementFacts:
    """A movement as the form sends it; ``targets`` holds one on each line."""

    kind: MovementKind
    name: str
    theme: str
    aim: str
    targets: str
    starts_on: datetime.date
    ends_on: datetime.date


def _check(facts: MovementFacts, part_of: Movement | None, season: Season) -> None:
    for field, text, message in (
        ("name", facts.name, _("Hãy ghi tên.")),
        ("aim", facts.aim, _("Hãy ghi mục tiêu.")),
    ):
        if not text.strip():
            raise RuleError(message, field=field)
    if facts.ends_on < facts.starts_on:
        raise RuleError(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="ends_on")
    if part_of is None:
        return
    if facts.kind != MovementKind.DRIVE:
        raise RuleError(_("Chỉ đợt thi đua nằm trong một phong trào khác."), field="part_of")
    if part_of.season_id != season.pk or part_of.kind != MovementKind.MOVEMENT:
        raise RuleError(_("Hãy chọn một phong trào của mùa thi đua này."), field="part_of")


def _taking_part(season: Season, units: Collection[str]) -> list[Participant]:
    found = list(season.participants.filter(unit__code__in=units))
    if not found:
        raise RuleError(_("Hãy chọn ít nhất một đơn vị tham gia."), field="units")
    return found


def _plain(movement: Movement) -> dict[str, str]:
    names = ("kind", "name", "theme", "aim", "targets", "starts_on", "ends_on")
    return {name: str(getattr(movement, name)) for name in names}


def _locked(season: Season, movement_id: int, version: int) -> Movement:
    found = Movement.objects.select_for_update().get(pk=movement_id, season=season)
    if found.version != version:
        raise EditConflictError(
            _("Người khác vừa sửa. Nội dung đồng chí nhập vẫn còn ở dưới; lưu lại sẽ thay.")
        )
    return found


@transaction.atomic
def save_movement(
    *,
    actor: Person,
    season: Season,
    facts: MovementFacts,
    units: Collection[str],
    part_of: Movement | None = None,
    movement_id: int | None = None,
    version: int = 0,
) -> Movement:
    """Enter a movement or a drive, or change one read at ``version``; ``units`` are unit codes.

    Raises ``RuleError`` (by field) and ``EditConflictError`` where somebody else changed it.
    """
    require(can_lead_movements(actor, season))
    _check(facts, part_of, season)
    participants = _taking_part(season, units)
    before = None
    if movement_id is None:
        found = Movement(season=season, entered_by=actor)
    else:
        found = _locked(season, movement_id, version)
        if found.drives.exists() and facts.kind != MovementKind.MOVEMENT:
            raise RuleError(_("Phong trào này đang có các đợt thi đua."), field="kind")
        before = _plain(found)
        found.version += 1
    for name, value in asdict(facts).items():
        setattr(found, name, value.strip() if isinstance(value, str) else value)
    found.kind = facts.kind
    found.part_of = part_of
    found.save()
    found.participants.set(participants)
    record(
        chain=season.audit_chain,
        actor=actor,
        action="save_movement",
        target=f"movement:{found.pk}",
        summary=_("%(who)s ghi phong trào “%(name)s”.")
        % {"who": actor.full_name, "name": found.name},
        before=before,
        after={**_plain(found), "units": sorted(units)},
    )
    return found


@transaction.atomic
def launch_movement(
    *, actor: Person, movement_id: int, launched_by: str, launched_on: datetime.date
) -> Movement:
    """Record who launched the movement and when, and tell the units that take part.

    Raises ``RuleError`` where it is launched already, or on a day that is still to come.
    """
    found = (
        Movement.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=movement_id)
    )
    require(can_lead_movements(actor, found.season))
    if found.launched_on is not None:
        raise RuleError(_("Phong trào này đã được phát động."))
    if not launched_by.strip():
        raise RuleError(_("Hãy ghi người phát động."), field="launched_by")
    if launched_on > timezone.localdate():
        raise RuleError(_("Ngày phát động không sau hôm nay."), field="launched_on")
    found.launched_on = launched_on
    found.launched_by = launched_by.strip()
    found.version += 1
    found.save(update_fields=["launched_on", "launched_by", "version"])
    record(
        chain=found.season.audit_chain,
        actor=actor,
        action="launch_movement",
        target=f"movement:{found.pk}",
        summary=_("%(by)s phát động phong trào “%(name)s” ngày %(day)s.")
        % {"by": found.launched_by, "name": found.name, "day": date_text(launched_on)},
        after={"launched_on": str(launched_on), "launched_by": found.launched_by},
    )
    message = Message(
        key=f"movement:{found.pk}:launched",
        occasion=Occasion.ISSUED,
        about=str(found.season),
        subject=gettext_lazy("Phát động: %(name)s"),
        facts={"name": found.name},
        path=reverse(
            "compacts:movement", args=[found.season.bloc.code, found.season.year, found.pk]
        ),
    )
    units = list(found.participants.values_list("unit", flat=True))
    notify(persons=speakers_of(units), message=message, sent_by=actor)
    return found


@transaction.atomic
def review_movement(
    *,
    actor: Person,
    movement_id: int,
    kind: ReviewKind,
    held_on: datetime.date,
    text: str,
    file: File[bytes] | None = None,
    file_name: str = "",
) -> MovementReview:
    """Record a mid-term or the final review of a launched movement, with its report as a file.

    Raises ``RuleError`` before the launch, and for a second final review.
    """
    movement = (
        Movement.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=movement_id)
    )
    require(can_lead_movements(actor, movement.season))
    if movement.launched_on is None:
        raise RuleError(_("Phong trào được phát động rồi mới sơ kết, tổng kết."))
    if movement.reviews.filter(kind=ReviewKind.FINAL).exists():
        raise RuleError(_("Phong trào này đã tổng kết."))
    if not text.strip():
        raise RuleError(_("Hãy ghi kết quả."), field="text")
    if not movement.launched_on <= held_on <= timezone.localdate():
        raise RuleError(_("Ngày phải từ ngày phát động đến hôm nay."), field="held_on")
    made = MovementReview.objects.create(
        movement=movement,
        kind=kind,
        held_on=held_on,
        text=text.strip(),
        file=store_upload(actor=actor, upload=file, name=file_name) if file else None,
        entered_by=actor,
    )
    record(
        chain=movement.season.audit_chain,
        actor=actor,
        action="review_movement",
        target=f"movement:{movement.pk}",
        summary=_("%(who)s ghi %(kind)s phong trào “%(name)s”.")
        % {"who": actor.full_name, "kind": kind.label.lower(), "name": movement.name},
        after={"kind": kind.value, "held_on": str(held_on), "text": made.text},
    )
    return made
