"""Where PDFs are made for the pages and the workers: in another process, within bounds.

A document that takes too long or too much memory ends that process and nothing else; the next
document gets a new one. The process is kept between documents, for its caches are warm.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

from compacts.documents.errors import RenderError
from compacts.documents.limits import check_limits
from compacts.documents.paper import Paper
from compacts.documents.paper_limits import check_paper
from compacts.documents.signature_stamp import StampText
from compacts.documents.snapshot import CompactSnapshot, normalised

Progress = Callable[[int, str], object]
# Memory that layout libraries do not give back is given back with the process.
DOCUMENTS_A_PROCESS = 500
ROOT = Path(__file__).resolve().parents[2]
MODULE = "compacts.documents.render_process"


class _KilledError(Exception):
    """The process ended without a word."""


class _Process:
    """One rendering process and the pipes to it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.documents = 0
        self.buffer = b""
        self.child = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.requests = cast("IO[bytes]", self.child.stdin)
        self.answers = cast("IO[bytes]", self.child.stdout)

    def ask(self, request: dict[str, Any], deadline: float, report: Progress) -> bytes:
        """The PDF.

        Raises ``RenderError`` with a reason, ``TimeoutError``, ``EOFError`` where it takes too
        much memory, ``ValueError`` for a fault of ours, ``_KilledError``.
        """
        self.documents += 1
        try:
            self.requests.write(json.dumps(request).encode() + b"\n")
            self.requests.flush()
        except BrokenPipeError as error:
            raise _KilledError from error
        while True:
            answer = json.loads(self._line(deadline))
            if "percent" in answer:
                report(answer["percent"], answer["phrase"])
            elif "error" in answer:
                # The process knows no other language than that of its words.
                raise RenderError(_(answer["error"]), **answer["values"])
            elif "broken" in answer:
                raise EOFError(answer["broken"])
            elif "faulty" in answer:
                raise ValueError(answer["faulty"])
            else:
                return self._exactly(answer["bytes"], deadline)

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self.buffer:
            self._read(deadline)
        line, _newline, self.buffer = self.buffer.partition(b"\n")
        return line

    def _exactly(self, count: int, deadline: float) -> bytes:
        while len(self.buffer) < count:
            self._read(deadline)
        content, self.buffer = self.buffer[:count], self.buffer[count:]
        return content

    def _read(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        ready, _write, _error = select.select([self.answers], [], [], max(left, 0))
        if not ready:
            raise TimeoutError
        chunk = os.read(self.answers.fileno(), 1 << 16)
        if not chunk:
            raise _KilledError
        self.buffer += chunk

    def end(self) -> None:
        """Kill the process and close its pipes; where it was inherited by a fork, close only."""
        if self.owner == os.getpid():
            self.child.kill()
            self.child.wait()
        for pipe in (self.requests, self.answers):
            with contextlib.suppress(OSError):
                pipe.close()


_lock = threading.Lock()
_current: _Process | None = None


def compact_pdf(snapshot: CompactSnapshot, progress: Progress | None = None) -> bytes:
    """The compact as PDF, as ``render_compact`` makes it; raises ``RenderError``."""
    check_limits(normalised(snapshot))
    return _made({"kind": "compact", "values": json.loads(snapshot.canonical_json())}, progress)


def paper_pdf(paper: Paper, progress: Progress | None = None) -> bytes:
    """A paper as PDF, as ``render_paper`` makes it; raises ``RenderError``."""
    check_paper(normalised(paper))
    return _made({"kind": "paper", "values": json.loads(paper.canonical_json())}, progress)


def stamp_pdf(text: StampText, width: float, height: float) -> bytes:
    """The stamp of a signature, as ``render_stamp`` makes it; raises ``RenderError``."""
    values = {"text": dataclasses.asdict(text), "width": width, "height": height}
    return _made({"kind": "stamp", "values": values}, None)


def _made(request: dict[str, Any], progress: Progress | None) -> bytes:
    with _lock:
        deadline = time.monotonic() + settings.RENDER_SECONDS
        try:
            return _asked(request, deadline, progress or _silent)
        except _KilledError:
            # Whoever killed the process, for want of memory often: the document may be as good
            # as any, and must not be missing in an archive. Once.
            pass
        try:
            return _asked(request, deadline, progress or _silent)
        except _KilledError as error:
            raise _too_large() from error


def _asked(request: dict[str, Any], deadline: float, progress: Progress) -> bytes:
    process = _ready_process()
    try:
        return process.ask(request, deadline, progress)
    except RenderError:
        raise
    except TimeoutError as error:
        close_workshop()
        raise RenderError(
            _("Tạo PDF quá %(seconds)d giây nên đã dừng; hãy rút ngắn văn bản.")
            % {"seconds": settings.RENDER_SECONDS}
        ) from error
    except EOFError as error:
        close_workshop()
        raise _too_large() from error
    except ValueError as error:
        close_workshop()
        raise RenderError(_("Văn bản này gặp lỗi phần mềm; hãy báo quản trị kỹ thuật.")) from error
    except BaseException:
        # Half an answer left in the pipe would be taken for the next document.
        close_workshop()
        raise


def _too_large() -> RenderError:
    return RenderError(_("Tạo PDF cần quá nhiều bộ nhớ nên đã dừng; hãy rút ngắn văn bản."))


def _silent(_percent: int, _phrase: str) -> None:
    """Report to nobody."""


def _ready_process() -> _Process:
    global _current
    process = _current
    if (
        process is None
        or process.owner != os.getpid()
        or process.child.poll() is not None
        or process.documents >= DOCUMENTS_A_PROCESS
    ):
        close_workshop()
        process = _current = _Process()
    return process


def close_workshop() -> None:
    """End the rendering process, if there is one; the next document starts another."""
    global _current
    if _current is not None:
        _current.end()
        _current = None


atexit.register(close_workshop)
