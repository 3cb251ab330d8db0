"""Moves of the compact's life that its tests make again and again."""

from __future__ import annotations

import datetime

from django.utils import timezone

from compacts.models import Compact, Registration, Signature
from compacts.rules import RegistrationState
from compacts.services.compact_template import ArticleText
from compacts.services.compacts import issue_compact, save_articles
from compacts.services.signatures import record_signature
from compacts.services.validation_data import VALIDATION_TASK, run_validation_job
from tests.cast import World, make_registration
from units.models import AuditEntry, Job, Person, Unit

SIGNED_ON = datetime.date(2018, 3, 20)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200


def issue(
    world: World,
    draft: Compact,
    *,
    number: str = "01-GƯ/KTĐ",
    signed_on: datetime.date = SIGNED_ON,
    despite_missing: bool = False,
) -> Compact:
    return issue_compact(
        actor=world.secretary,
        compact_id=draft.pk,
        number=number,
        signed_on=signed_on,
        despite_missing=despite_missing,
    )


def accept_all(world: World) -> None:
    for unit in (world.ubkt, world.duk, world.btc):
        registration = make_registration(world.season, unit)
        Registration.objects.filter(pk=registration.pk).update(
            state=RegistrationState.ACCEPTED,
            submitted_at=timezone.now(),
            accepted_at=timezone.now(),
        )


def sign(
    world: World,
    compact: Compact,
    unit: Unit,
    actor: Person | None = None,
    *,
    signed_on: datetime.date = SIGNED_ON,
) -> Signature:
    return record_signature(
        actor=actor or world.secretary,
        compact_id=compact.pk,
        unit=unit,
        signatory_name=f"Thủ trưởng {unit.short_name}",
        signatory_position="Chủ nhiệm",
        signed_on=signed_on,
    )


def keep_for_years(compact: Compact) -> None:
    """What the worker does once the last unit has signed."""
    run_validation_job(
        Job.objects.get(task=VALIDATION_TASK, subject__endswith=f":{compact.pk}").pk
    )


def save(world: World, compact: Compact, version: int, *items: str) -> Compact:
    return save_articles(
        actor=world.deputy_secretary,
        compact_id=compact.pk,
        version=version,
        place="Phủ Lý",
        signed_on=SIGNED_ON,
        articles=[ArticleText("Mục tiêu", items)],
    )


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))
