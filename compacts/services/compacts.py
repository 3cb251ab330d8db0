"""A compact until it is signed: begun from a template, drafted, issued."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts import rules
from compacts.documents.errors import RenderError
from compacts.documents.limits import check_limits
from compacts.models import Article, Compact, Registration, Season
from compacts.permissions import can_edit_compact, can_manage_season
from compacts.rules import CompactAction, CompactState, RegistrationState
from compacts.services.check_codes import new_check_code
from compacts.services.compact_template import ArticleText, template_articles
from compacts.services.documents import request_pdf
from compacts.services.notices import tell_issued
from compacts.services.snapshots import issue_snapshot
from units.access import require
from units.models import Person
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.vietnamese import nfc


@transaction.atomic
def start_compact(*, actor: Person, season: Season) -> Compact:
    """The season's compact, begun from the template; the one already there where there is one."""
    season = Season.objects.select_for_update().get(pk=season.pk)
    require(can_manage_season(actor, season))
    existing = Compact.objects.filter(season=season).first()
    if existing is not None:
        return existing
    compact = Compact.objects.create(season=season, place=season.bloc.council.place)
    _write_articles(compact, template_articles(season))
    record(
        chain=season.audit_chain,
        actor=actor,
        action="start_compact",
        target=f"compact:{compact.pk}",
        summary=_("%(who)s bắt đầu soạn giao ước từ mẫu.") % {"who": actor.full_name},
    )
    return compact


def _write_articles(compact: Compact, articles: Sequence[ArticleText]) -> None:
    compact.articles.all().delete()
    Article.objects.bulk_create(
        Article(compact=compact, position=place, heading=text.heading, items=list(text.items))
        for place, text in enumerate(articles, start=1)
    )


def locked_compact(compact_id: int) -> Compact:
    """The compact, held until the end of the transaction."""
    return (
        Compact.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=compact_id)
    )


def _plain_articles(compact: Compact) -> list[dict[str, object]]:
    return [{"heading": a.heading, "items": a.items} for a in compact.articles.all()]


@transaction.atomic
def save_articles(
    *,
    actor: Person,
    compact_id: int,
    version: int,
    place: str,
    signed_on: datetime.date | None,
    articles: Sequence[ArticleText],
    bases: Sequence[str] = (),
    recipients: Sequence[str] = (),
) -> Compact:
    """Store the drafted text; what stands already is no conflict.

    Raises ``EditConflictError`` where somebody else saved since ``version`` was read, and
    ``RuleError`` once the compact is issued.
    """
    compact = locked_compact(compact_id)
    require(can_edit_compact(actor, compact))
    rules.check_compact(CompactAction.EDIT, compact.state)
    lines = ([nfc(one) for one in bases], [nfc(one) for one in recipients])
    standing = (
        (compact.place, compact.signed_on, _plain_articles(compact)),
        (compact.bases, compact.recipients),
    )
    wanted = [{"heading": nfc(one.heading), "items": list(one.items)} for one in articles]
    if articles and standing == ((nfc(place), signed_on, wanted), lines):
        return compact
    if compact.version != version:
        raise EditConflictError(
            _("Người khác vừa sửa giao ước này. Nội dung đồng chí nhập vẫn còn ở dưới.")
        )
    if not articles:
        raise RuleError(_("Giao ước cần ít nhất một mục."))
    before = _plain_articles(compact)
    _write_articles(compact, articles)
    compact.place = place
    compact.signed_on = signed_on
    compact.bases, compact.recipients = lines
    compact.version += 1
    compact.save(update_fields=["place", "signed_on", "bases", "recipients", "version"])
    record(
        chain=compact.season.audit_chain,
        actor=actor,
        action="save_articles",
        target=f"compact:{compact.pk}",
        summary=_("%(who)s sửa nội dung giao ước.") % {"who": actor.full_name},
        before={"articles": before},
        after={"articles": _plain_articles(compact)},
    )
    return compact


def units_without_accepted_registration(season: Season) -> list[str]:
    """Names of the units whose registration is missing or not yet accepted, in bloc order."""
    accepted = Registration.objects.filter(season=season, state=RegistrationState.ACCEPTED)
    missing = season.participants.exclude(unit__in=accepted.values("unit"))
    return list(missing.values_list("name", flat=True))


def check_signing_day(season: Season, day: datetime.date) -> None:
    """Pass, or raise ``RuleError`` where a compact of the season was hardly signed on the day.

    It would be printed and shown to the public for good.
    """
    if not season.has_near(day):
        raise RuleError(
            _("Ngày ký cách mùa thi đua hơn một năm; hãy xem lại năm."), field="signed_on"
        )


@transaction.atomic
def issue_compact(
    *,
    actor: Person | None,
    compact_id: int,
    number: str,
    signed_on: datetime.date,
    despite_missing: bool = False,
    issued_at: datetime.datetime | None = None,
) -> Compact:
    """Number the compact, freeze its text and order its PDF.

    ``actor`` is empty where a season file is imported by command. Raises ``RuleError`` where it
    was issued before, has no number, cannot be printed, or units lack an accepted registration
    and ``despite_missing`` is not set.
    """
    compact = locked_compact(compact_id)
    if actor is not None:
        require(can_edit_compact(actor, compact))
    rules.check_compact(CompactAction.ISSUE, compact.state)
    if not number.strip():
        raise RuleError(_("Hãy ghi số, ký hiệu của giao ước."), field="number")
    check_signing_day(compact.season, signed_on)
    missing = units_without_accepted_registration(compact.season)
    if missing and not despite_missing:
        raise RuleError(
            _("Chưa chấp nhận đăng ký của: %(units)s.") % {"units": "; ".join(missing)},
            field="despite_missing",
        )
    compact.number = number
    compact.signed_on = signed_on
    compact.verify_code = new_check_code()
    snapshot = issue_snapshot(compact)
    try:
        check_limits(snapshot)
    except RenderError as error:
        # Once frozen it could be neither printed nor mended.
        raise RuleError(_("Chưa in được: %(why)s") % {"why": error}) from error
    text = snapshot.canonical_json()
    compact.snapshot = json.loads(text)
    compact.snapshot_hash = sha256(text.encode()).hexdigest()
    compact.issued_at = issued_at or timezone.now()
    compact.state = CompactState.SIGNING
    compact.version += 1
    compact.save()
    who = actor.full_name if actor else _("Hệ thống")
    record(
        chain=compact.season.audit_chain,
        actor=actor,
        action="issue_compact",
        target=f"compact:{compact.pk}",
        summary=_("%(who)s ban hành giao ước số %(number)s.") % {"who": who, "number": number},
        after={"number": number, "sha256": compact.snapshot_hash},
    )
    request_pdf(compact=compact, requested_by=actor)
    if actor is not None:
        tell_issued(compact, actor)
    return compact
