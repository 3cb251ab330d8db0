"""Writing and checking the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from units.models import AuditEntry, Person

FIRST_HASH = "0" * 64
_LOCK_SPACE = 711
# The chain of what belongs to no season: councils, units, blocs, people, letters.
SET_UP_CHAIN = "set-up"
# Whoever acts where no person does, as the trail names it.
SYSTEM = "Hệ thống"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first place where a chain does not hold."""

    chain: str
    sequence: int
    what: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, as ``record`` takes it."""

    action: str
    target: str
    summary: str
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None


def _digest(previous_hash: str, canonical: str) -> str:
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()


def _hold_chain(chain: str) -> None:
    """Let one writer at a time append to ``chain``, also while it is still empty.

    SQLite's transactions are IMMEDIATE, so there one writer at a time is given.
    """
    if connection.vendor == "postgresql":
        key = int.from_bytes(hashlib.sha256(chain.encode()).digest()[:4], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, key])


def _columns(entry: AuditEntry) -> dict[str, object]:
    """What the columns of an entry say of it, in the words of its canonical text."""
    return {
        "chain": entry.chain,
        "sequence": entry.sequence,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "target": entry.target,
        "summary": entry.summary,
    }


def record(
    *,
    chain: str,
    actor: Person | None,
    action: str,
    target: str,
    summary: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Append an entry to ``chain``; called inside the transaction of the change it records.

    ``action`` is the service's name, ``target`` says on what (``registration:12``), ``summary``
    is the Vietnamese sentence people read; ``before`` and ``after`` hold JSON values only.
    """
    deed = Deed(action=action, target=target, summary=summary, before=before, after=after)
    (entry,) = record_all(chain=chain, actor=actor, deeds=[deed])
    return entry


def record_all(*, chain: str, actor: Person | None, deeds: Iterable[Deed]) -> list[AuditEntry]:
    """What ``record`` does, for many deeds of one person in their order; three statements."""
    _hold_chain(chain)
    last = AuditEntry.objects.filter(chain=chain).order_by("-sequence").first()
    entries = []
    for deed in deeds:
        last = _linked(chain, actor, deed, last)
        entries.append(last)
    return AuditEntry.objects.bulk_create(entries)


def _linked(chain: str, actor: Person | None, deed: Deed, last: AuditEntry | None) -> AuditEntry:
    """The entry that says the deed and comes after ``last``; not stored yet."""
    entry = AuditEntry(
        chain=chain,
        sequence=last.sequence + 1 if last else 1,
        at=timezone.now(),
        actor=actor,
        actor_name=actor.full_name if actor else SYSTEM,
        action=deed.action,
        target=deed.target,
        summary=deed.summary,
        previous_hash=last.hash if last else FIRST_HASH,
    )
    entry.canonical = json.dumps(
        {**_columns(entry), "before": deed.before, "after": deed.after},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    entry.hash = _digest(entry.previous_hash, entry.canonical)
    return entry


def head_of(chain: str) -> str:
    """The hash of the chain's last entry, printed in signed papers; empty for an empty chain."""
    last = AuditEntry.objects.filter(chain=chain).order_by("-sequence").first()
    return last.hash if last else ""


def verify(chain: str) -> ChainFault | None:
    """Recompute the whole chain; the first fault found, or None where it holds."""
    previous_hash = FIRST_HASH
    entries = AuditEntry.objects.filter(chain=chain).order_by("sequence")
    for expected, entry in enumerate(entries.iterator(), start=1):
        if entry.sequence != expected:
            return ChainFault(chain, entry.sequence, "thiếu hoặc thừa một mục")
        if entry.previous_hash != previous_hash:
            return ChainFault(chain, entry.sequence, "không nối với mục trước")
        if entry.hash != _digest(previous_hash, entry.canonical):
            return ChainFault(chain, entry.sequence, "nội dung đã bị sửa")
        stored = json.loads(entry.canonical)
        if any(stored[name] != value for name, value in _columns(entry).items()):
            return ChainFault(chain, entry.sequence, "câu hiển thị khác với bản gốc")
        previous_hash = entry.hash
    return None
