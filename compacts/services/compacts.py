"""The life of a compact: drafted from a template, issued, signed, in force."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts import rules
from compacts.documents.errors import RenderError
from compacts.documents.limits import check_limits
from compacts.models import Article, Compact, Registration, Season, Signature
from compacts.permissions import can_edit_compact, can_manage_season, can_sign_for
from compacts.rules import CompactAction, CompactState, RegistrationState, SignatureMethod
from compacts.services.check_codes import new_check_code
from compacts.services.documents import request_pdf
from compacts.services.newest_file import keep_validation_data
from compacts.services.notices import tell_in_force, tell_issued
from compacts.services.snapshots import issue_snapshot
from units.access import require
from units.models import Person, StoredFile, Unit
from units.rules import EditConflictError, Letterhead, RuleError
from units.services.audit import record
from units.services.uploads import store_scan
from units.vietnamese import date_text, nfc


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as the editor sends it: heading and paragraphs."""

    heading: str
    items: tuple[str, ...]


def proposed_number(season: Season) -> str:
    """The number that the first compact of a season usually carries, by its letterhead."""
    return "01-GƯ/KTĐ" if season.bloc.letterhead == Letterhead.PARTY else "01/GƯ-KTĐ"


def template_articles(season: Season) -> list[ArticleText]:
    """The articles a new compact begins with, filled from the season (domain dossier c.4).

    Theme, targets, titles and signatures are added by the printed form itself.
    """
    period = f"{date_text(season.starts_on)} – {date_text(season.ends_on)}"
    return [
        ArticleText(
            "Mục tiêu",
            (
                "100% đơn vị trong khối hoàn thành nhiệm vụ được giao.",
                f"Thời gian thực hiện: {period}.",
            ),
        ),
        ArticleText(
            "Nội dung thi đua",
            (
                (
                    "Thực hiện thắng lợi nhiệm vụ chính trị của từng đơn vị và của khối, theo các "
                    "chỉ tiêu cụ thể đã đăng ký."
                ),
                (
                    "Xây dựng Đảng, xây dựng hệ thống chính trị trong sạch, vững mạnh; thực hành "
                    "tiết kiệm, chống lãng phí."
                ),
                (
                    "Tổ chức phong trào thi đua thiết thực; tiêu chí rõ ràng, bình xét công khai, "
                    "minh bạch; phát hiện, nhân rộng điển hình tiên tiến."
                ),
            ),
        ),
        ArticleText(
            "Tổ chức thực hiện",
            (
                "Trưởng khối theo dõi, đôn đốc, tổng hợp kết quả; phó trưởng khối phối hợp.",
                "Các đơn vị báo cáo và tự chấm điểm đúng thời hạn.",
            ),
        ),
    ]


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


def _locked(compact_id: int) -> Compact:
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
    compact = _locked(compact_id)
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
    compact = _locked(compact_id)
    if actor is not None:
        require(can_edit_compact(actor, compact))
    rules.check_compact(CompactAction.ISSUE, compact.state)
    if not number.strip():
        raise RuleError(_("Hãy ghi số, ký hiệu của giao ước."), field="number")
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


@transaction.atomic
def record_signature(
    *,
    actor: Person | None,
    compact_id: int,
    unit: Unit,
    signatory_name: str,
    signatory_position: str,
    signed_on: datetime.date,
    scan: File[bytes] | None = None,
    scan_name: str = "",
) -> Signature:
    """Record that ``unit`` signed on paper; the last one puts the compact in force.

    Recording it again changes nothing and returns what was recorded. Raises ``RuleError`` for a
    unit that is no party to the compact, and where the compact is not open for signing.
    """
    compact = _locked(compact_id)
    if actor is not None:
        require(can_sign_for(actor, compact, unit))
    existing = compact.signatures.filter(unit=unit).first()
    if existing is not None:
        return existing
    rules.check_compact(CompactAction.SIGN, compact.state)
    if unit.code not in party_codes(compact):
        raise RuleError(_("Đơn vị này không có tên trong giao ước."))
    if signed_on > timezone.localdate():
        raise RuleError(_("Ngày ký không thể ở tương lai."), field="signed_on")
    stored = None
    if scan is not None and actor is not None:
        stored = store_scan(actor=actor, upload=scan, name=scan_name)
    signature = Signature.objects.create(
        compact=compact,
        unit=unit,
        signatory_name=signatory_name,
        signatory_position=signatory_position,
        signed_on=signed_on,
        method=SignatureMethod.WET,
        scan=stored,
        recorded_by=actor,
    )
    record(
        chain=compact.season.audit_chain,
        actor=actor,
        action="record_signature",
        target=f"compact:{compact.pk}",
        summary=_("Ghi nhận %(name)s ký thay mặt %(unit)s.")
        % {"name": signatory_name, "unit": unit.name},
        after={
            "unit": unit.code,
            "signatory": signatory_name,
            "position": signatory_position,
            "signed_on": signed_on.isoformat(),
            "scan": stored.sha256 if stored else None,
        },
    )
    complete_signing(compact, actor)
    if compact.state == CompactState.IN_FORCE:
        keep_validation_data(compact, actor)
    return signature


def party_codes(compact: Compact) -> set[str]:
    """The codes of the units that the issued compact names."""
    return {party["code"] for party in (compact.snapshot or {}).get("units", [])}


def is_last_signature(compact: Compact) -> bool:
    """Does one signature alone separate the compact from being in force?"""
    return compact.signatures.count() + 1 == len(party_codes(compact))


def complete_signing(compact: Compact, actor: Person | None) -> None:
    """Put the compact in force once every unit's signature is recorded."""
    if compact.signatures.count() < len(party_codes(compact)):
        return
    compact.state = CompactState.IN_FORCE
    compact.in_force_at = timezone.now()
    compact.version += 1
    compact.save(update_fields=["state", "in_force_at", "version"])
    record(
        chain=compact.season.audit_chain,
        actor=actor,
        action="put_in_force",
        target=f"compact:{compact.pk}",
        summary=_("Tất cả đơn vị đã ký: giao ước có hiệu lực."),
    )
    if actor is not None:
        request_pdf(compact=compact, requested_by=actor)
        tell_in_force(compact, actor)


@transaction.atomic
def attach_scan(
    *, actor: Person, signature_id: int, scan: File[bytes], scan_name: str
) -> Signature:
    """Add the scan of the signed page to a recorded signature, or replace it.

    An earlier scan stays stored and in the audit trail.
    """
    signature = (
        Signature.objects.select_for_update(of=("self",))
        .select_related("compact__season__bloc", "unit")
        .get(pk=signature_id)
    )
    require(can_sign_for(actor, signature.compact, signature.unit))
    _keep_scan(signature, store_scan(actor=actor, upload=scan, name=scan_name), actor)
    return signature


@transaction.atomic
def attach_scan_to_many(
    *,
    actor: Person,
    compact_id: int,
    signature_ids: Sequence[int],
    scan: File[bytes],
    scan_name: str,
) -> int:
    """Add one scan to several recorded signatures: the pages on which all of them stand.

    Returns how many there were.
    """
    compact = _locked(compact_id)
    require(can_manage_season(actor, compact.season))
    signatures = list(
        compact.signatures.select_for_update(of=("self",))
        .filter(pk__in=signature_ids)
        .select_related("unit", "scan", "compact__season__bloc")
    )
    if not signatures:
        raise RuleError(_("Hãy chọn ít nhất một đơn vị."), field="units")
    stored = store_scan(actor=actor, upload=scan, name=scan_name)
    for signature in signatures:
        _keep_scan(signature, stored, actor)
    return len(signatures)


def _keep_scan(signature: Signature, stored: StoredFile, actor: Person) -> None:
    before = signature.scan.sha256 if signature.scan else None
    signature.scan = stored
    signature.save(update_fields=["scan"])
    record(
        chain=signature.compact.season.audit_chain,
        actor=actor,
        action="attach_scan",
        target=f"signature:{signature.pk}",
        summary=_("%(who)s tải bản chụp trang ký của %(unit)s.")
        % {"who": actor.full_name, "unit": signature.unit.name},
        before={"sha256": before},
        after={"sha256": stored.sha256},
    )
