"""Two writers at once on PostgreSQL, made to meet at one statement, with and without locks."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from units.rules import RuleError

MEETING_SECONDS = 1.0
RESULT_SECONDS = 30
_ROW_LOCK = re.compile(r" FOR UPDATE( OF \S+)?")
_CHAIN_LOCK = "pg_advisory_xact_lock(%s, %s)"


class _Watch:
    """Sees every statement of one race: takes its locks out, makes the writers meet."""

    def __init__(self, parties: int, meet_at: str, without_locks: bool) -> None:
        self.barrier = threading.Barrier(parties)
        self.meet_at = meet_at
        self.without_locks = without_locks

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.without_locks:
            sql = _ROW_LOCK.sub("", sql).replace(_CHAIN_LOCK, "%s, %s")
        if self.meet_at in sql:
            # Whom a lock keeps out never comes; then the one who waits goes on alone.
            with contextlib.suppress(threading.BrokenBarrierError):
                self.barrier.wait(MEETING_SECONDS)
        return execute(sql, params, many, context)


def _run(move: Callable[[], object], watch: _Watch) -> object:
    try:
        with connection.execute_wrapper(watch):
            return move()
    except (DatabaseError, CommandError, RuleError) as error:
        return error
    finally:
        connection.close()


def race(*moves: Callable[[], object], meet_at: str, without_locks: bool = False) -> list[object]:
    """Run the moves in threads of their own; what each returned or raised, in their order.

    All wait for each other before every statement that contains ``meet_at``. A writer that a lock
    keeps out never comes there: the wait ends after ``MEETING_SECONDS`` and the other goes on.
    ``without_locks`` takes row locks and the audit chain's lock out of every statement, for the
    control that shows the race is real.
    """
    watch = _Watch(len(moves), meet_at, without_locks)
    with ThreadPoolExecutor(len(moves)) as threads:
        running = [threads.submit(_run, move, watch) for move in moves]
        return [outcome.result(RESULT_SECONDS) for outcome in running]
