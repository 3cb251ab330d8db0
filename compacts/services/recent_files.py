"""The files asked for last, held in the memory of a server process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Held:
    content: bytes
    since: float


class RecentFiles:
    """At most ``room`` bytes of files by their keys; those not asked for longest make way.

    A file is given for ``seconds`` after it was put in, then no more: whoever stores it notes that
    it is still in use. Safe for threads.
    """

    def __init__(self, room: int, seconds: float) -> None:
        self.room = room
        self.seconds = seconds
        self._files: OrderedDict[tuple[str, str], _Held] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str]) -> bytes | None:
        """The file, or None where it is not held."""
        with self._lock:
            held = self._files.get(key)
            if held is None:
                return None
            if time.monotonic() - held.since > self.seconds:
                self._drop(key)
                return None
            self._files.move_to_end(key)
            return held.content

    def keep(self, key: tuple[str, str], content: bytes) -> None:
        """Hold the file; one larger than the room is not held."""
        with self._lock:
            self._drop(key)
            if len(content) > self.room:
                return
            self._files[key] = _Held(content, time.monotonic())
            self._size += len(content)
            while self._size > self.room:
                self._drop(next(iter(self._files)))

    def _drop(self, key: tuple[str, str]) -> None:
        held = self._files.pop(key, None)
        if held is not None:
            self._size -= len(held.content)
