"""Conferences: planned with a usual agenda, opened, led from item to item, closed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import AgendaItem, Conference, Movement, Season
from compacts.permissions import can_run_conference
from compacts.queries import conferences as queries
from compacts.rules import (
    ConferenceAction,
    ConferenceKind,
    ConferenceState,
    ScreenKind,
    check_conference,
)
from compacts.services.usual_agenda import usual_agenda
from units.access import require
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.services.audit import record


@dataclass(frozen=True, slots=True)
class ConferenceFacts:
    """What, where, when, and who leads it, as the form sends it."""

    title: str
    place: str
    starts_at: datetime.datetime
    chair: str
    minute_taker: str


@dataclass(frozen=True, slots=True)
class AgendaText:
    """An item as the editor sends it; ``pk`` is None for a new one."""

    pk: int | None
    what: str
    presenter: str
    minutes: int
    screen: ScreenKind
    text: str
    movement: Movement | None


def locked(actor: Person, conference_id: int) -> Conference:
    """The conference, held until the end of the transaction; only for who may run it."""
    found = (
        Conference.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=conference_id)
    )
    require(can_run_conference(actor, found.season))
    return found


def _check(facts: ConferenceFacts) -> None:
    for field, text, message in (
        ("title", facts.title, _("Hãy ghi tên hội nghị.")),
        ("place", facts.place, _("Hãy ghi địa điểm.")),
    ):
        if not text.strip():
            raise RuleError(message, field=field)


def _plain(conference: Conference) -> dict[str, str]:
    return {name: str(getattr(conference, name)) for name in asdict(_facts_of(conference))}


def _facts_of(conference: Conference) -> ConferenceFacts:
    return ConferenceFacts(
        conference.title,
        conference.place,
        conference.starts_at,
        conference.chair,
        conference.minute_taker,
    )


def _take(conference: Conference, facts: ConferenceFacts) -> None:
    for name, value in asdict(facts).items():
        setattr(conference, name, value.strip() if isinstance(value, str) else value)


def _record(
    actor: Person,
    conference: Conference,
    action: str,
    summary: str,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(
        chain=conference.season.audit_chain,
        actor=actor,
        action=action,
        target=f"conference:{conference.pk}",
        summary=summary % {"who": actor.full_name, "title": conference.title},
        before=before,
        after=after,
    )


def _same_version(conference: Conference, version: int) -> None:
    if conference.version != version:
        raise EditConflictError(
            _("Người khác vừa sửa. Nội dung đồng chí nhập vẫn còn ở dưới; lưu lại sẽ thay.")
        )


@transaction.atomic
def plan_conference(
    *, actor: Person, season: Season, kind: ConferenceKind, facts: ConferenceFacts
) -> Conference:
    """Plan a conference with the agenda that its kind usually has.

    Raises ``RuleError`` (by field) where a part is missing.
    """
    require(can_run_conference(actor, season))
    _check(facts)
    made = Conference(season=season, kind=kind)
    _take(made, facts)
    made.save()
    movement = season.movements.filter(launched_on__isnull=True).first()
    for position, usual in enumerate(usual_agenda(kind), start=1):
        AgendaItem.objects.create(
            conference=made,
            position=position,
            what=usual.what,
            minutes=usual.minutes,
            screen=usual.screen,
            movement=movement if usual.screen == ScreenKind.LAUNCH else None,
        )
    _record(
        actor,
        made,
        "plan_conference",
        _("%(who)s chuẩn bị “%(title)s”."),
        after={**_plain(made), "kind": kind.value},
    )
    return made


@transaction.atomic
def save_conference(
    *, actor: Person, conference_id: int, facts: ConferenceFacts, version: int
) -> Conference:
    """Change what, where, when, who leads it; read at ``version``.

    Raises ``RuleError`` (by field, or after the closing) and ``EditConflictError``.
    """
    found = locked(actor, conference_id)
    check_conference(ConferenceAction.EDIT, found.state)
    _same_version(found, version)
    _check(facts)
    before = _plain(found)
    _take(found, facts)
    found.version += 1
    found.save()
    _record(
        actor,
        found,
        "save_conference",
        _("%(who)s sửa “%(title)s”."),
        before={**before},
        after={**_plain(found)},
    )
    return found


def _listed(conference: Conference) -> list[str]:
    return [f"{one.position}. {one.what} ({one.minutes})" for one in conference.items.all()]


@transaction.atomic
def save_agenda(
    *, actor: Person, conference_id: int, items: Sequence[AgendaText], version: int
) -> Conference:
    """Replace the agenda by ``items`` in their order; those left out go.

    An item keeps its conclusion. Raises ``RuleError`` for an empty agenda, for an item without
    words, where one that is on or has a conclusion would go, and after the closing.
    """
    found = locked(actor, conference_id)
    check_conference(ConferenceAction.EDIT, found.state)
    _same_version(found, version)
    if not items:
        raise RuleError(_("Chương trình cần ít nhất một mục."))
    stored = {one.pk: one for one in found.items.all()}
    before = _listed(found)
    for pk in stored.keys() - {one.pk for one in items}:
        gone = stored[pk]
        if gone.is_current or gone.conclusion:
            raise RuleError(
                _("Không bỏ được “%(what)s”: mục đang diễn ra hoặc đã có kết luận.")
                % {"what": gone.what}
            )
        gone.delete()
    for position, one in enumerate(items, start=1):
        item = stored.get(one.pk) if one.pk else None
        _write_item(item or AgendaItem(conference=found), one, position, found.season)
    found.version += 1
    found.save(update_fields=["version"])
    _record(
        actor,
        found,
        "save_agenda",
        _("%(who)s sửa chương trình “%(title)s”."),
        before={"items": before},
        after={"items": _listed(found)},
    )
    return found


def _write_item(item: AgendaItem, given: AgendaText, position: int, season: Season) -> None:
    if not given.what.strip():
        raise RuleError(_("Mỗi mục chương trình cần nội dung."))
    launches = given.screen == ScreenKind.LAUNCH
    if given.movement is not None and given.movement.season_id != season.pk:
        raise RuleError(_("Hãy chọn một phong trào của mùa thi đua này."))
    if item.screen != given.screen:
        item.page = 0
    item.position = position
    item.what = given.what.strip()
    item.presenter = given.presenter.strip()
    item.minutes = given.minutes
    item.screen = given.screen
    item.text = given.text.strip()
    item.movement = given.movement if launches else None
    item.save()


@transaction.atomic
def open_conference(*, actor: Person, conference_id: int) -> Conference:
    """Open the conference at the first item of its agenda."""
    found = locked(actor, conference_id)
    check_conference(ConferenceAction.OPEN, found.state)
    first = found.items.first()
    if first is None:
        raise RuleError(_("Chương trình cần ít nhất một mục."))
    found.state = ConferenceState.RUNNING
    found.opened_at = timezone.now()
    found.save(update_fields=["state", "opened_at"])
    _put_on(found, first, 0)
    _record(actor, found, "open_conference", _("%(who)s khai mạc “%(title)s”."))
    return found


def _put_on(conference: Conference, item: AgendaItem, page: int) -> None:
    conference.items.filter(is_current=True).exclude(pk=item.pk).update(is_current=False)
    item.is_current = True
    item.page = page
    item.began_at = item.began_at or timezone.now()
    item.save(update_fields=["is_current", "page", "began_at"])


@transaction.atomic
def show_item(*, actor: Person, conference_id: int, item_id: int, page: int) -> AgendaItem:
    """Put an item of the agenda, at its ``page``, on the screen of the hall.

    The item is named, not "the next": two remotes pressed together do not skip one. A page beyond
    the item's last shows the last. Raises ``RuleError`` where the item is gone.
    """
    found = locked(actor, conference_id)
    check_conference(ConferenceAction.SHOW, found.state)
    item = found.items.filter(pk=item_id).first()
    if item is None:
        raise RuleError(_("Mục này không còn trong chương trình."))
    is_new = not item.is_current
    _put_on(found, item, max(0, min(page, queries.pages_of(found, item) - 1)))
    if is_new:
        _record(
            actor,
            found,
            "show_item",
            _("%(who)s chuyển “%(title)s” sang mục mới."),
            after={"item": item.what},
        )
    return item


@transaction.atomic
def record_conclusion(*, actor: Person, item_id: int, text: str, version: int) -> AgendaItem:
    """Note what the conference concluded on an item, for its minutes; read at ``version``.

    Raises ``RuleError`` before the opening and ``EditConflictError``.
    """
    conference_id = AgendaItem.objects.values_list("conference", flat=True).get(pk=item_id)
    found = locked(actor, conference_id)
    check_conference(ConferenceAction.CONCLUDE, found.state)
    item = found.items.get(pk=item_id)
    if item.conclusion_version != version:
        raise EditConflictError(
            _("Người khác vừa ghi kết luận mục này; lưu lại sẽ thay bằng nội dung ở dưới.")
        )
    before = item.conclusion
    item.conclusion = text.strip()
    item.conclusion_version += 1
    item.save(update_fields=["conclusion", "conclusion_version"])
    _record(
        actor,
        found,
        "record_conclusion",
        _("%(who)s ghi kết luận của “%(title)s”."),
        before={"item": item.what, "conclusion": before},
        after={"item": item.what, "conclusion": item.conclusion},
    )
    return item


@transaction.atomic
def close_conference(*, actor: Person, conference_id: int) -> Conference:
    """Close the conference; its screen says so, its agenda stays as it was."""
    found = locked(actor, conference_id)
    check_conference(ConferenceAction.CLOSE, found.state)
    found.items.filter(is_current=True).update(is_current=False)
    found.state = ConferenceState.CLOSED
    found.closed_at = timezone.now()
    found.save(update_fields=["state", "closed_at"])
    _record(actor, found, "close_conference", _("%(who)s bế mạc “%(title)s”."))
    return found
