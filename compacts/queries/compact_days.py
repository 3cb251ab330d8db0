"""The days of a compact's life, apart from the moments at which the system was told of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from compacts.models import Compact
from compacts.queries import SigningRow
from compacts.rules import CompactState


@dataclass(frozen=True, slots=True)
class CompactDays:
    """When a compact was issued and came into force, and when each was recorded.

    A compact that was signed before it was entered (imported, or typed in from paper) came into
    force on the day of its last signature, whenever that was recorded. ``issued_before`` and
    ``in_force_before`` say that the day lies before the one on which it was recorded.
    """

    signed_on: datetime.date | None
    issued_at: datetime.datetime | None
    issued_before: bool
    in_force_on: datetime.date | None
    in_force_at: datetime.datetime | None
    in_force_before: bool


def compact_days(compact: Compact, board: Iterable[SigningRow]) -> CompactDays:
    """The days of ``compact``, whose signatures ``board`` holds."""
    signed = [row.signature.signed_on for row in board if row.signature is not None]
    in_force_on = max(signed, default=None) if compact.state == CompactState.IN_FORCE else None
    return CompactDays(
        signed_on=compact.signed_on,
        issued_at=compact.issued_at,
        issued_before=_is_before(compact.signed_on, compact.issued_at),
        in_force_on=in_force_on,
        in_force_at=compact.in_force_at,
        in_force_before=_is_before(in_force_on, compact.in_force_at),
    )


def _is_before(day: datetime.date | None, recorded_at: datetime.datetime | None) -> bool:
    return day is not None and recorded_at is not None and day < timezone.localdate(recorded_at)
