"""A process of its own that makes PDFs: one after the other, within bounds, for its parent.

Asked by ``compacts.documents.workshop`` over its standard input: a line of JSON for each document.
Answered on standard output: lines of JSON with the progress, then one with the number of bytes
that follow, or with the error.

It is a Django of its own without any application: a document needs templates and words, neither
models nor pages, whose modules would take as much memory as the engine.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import sys
import traceback
from collections.abc import Mapping
from typing import IO, Any

from django.apps import apps
from django.conf import settings

from compacts.documents.paper_language import PAPER_LANGUAGE

MEMORY_BYTES = 2 * 1024**3
# The last is what the interpreter says where a library in C had no memory.
OUT_OF_ROOM = (MemoryError, RecursionError, SystemError)


def main() -> None:
    """Serve until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever else is printed must not get between the answers.
    os.dup2(2, 1)
    settings.configure(LANGUAGE_CODE=PAPER_LANGUAGE)
    # All that translations wait for; django.setup would load pages, forms and database as well.
    apps.populate(())
    _warm_up()
    for line in requests:
        _serve(json.loads(line), answers)


def _warm_up() -> None:
    """Load engine, fonts and sheets, and keep the collector from walking over them ever after."""
    from compacts.documents.errors import RenderError
    from compacts.documents.renderer import SHEETS, renderer

    for name in SHEETS:
        # A missing font is told to whoever asks for a document.
        with contextlib.suppress(RenderError), renderer(name):
            pass
    gc.collect()
    gc.freeze()


def _serve(request: Mapping[str, Any], answers: IO[bytes]) -> None:
    from compacts.documents.errors import RenderError

    def report(percent: int, phrase: str) -> None:
        _say(answers, {"percent": percent, "phrase": phrase})

    try:
        content = _made(request, report)
    except RenderError as error:
        _say(answers, {"error": error.words, "values": error.values})
    except OUT_OF_ROOM as error:
        _say(answers, {"broken": type(error).__name__})
    except Exception as error:
        # Goes to the log of whoever asks.
        traceback.print_exc()
        _say(answers, {"faulty": type(error).__name__})
    else:
        _say(answers, {"bytes": len(content)})
        answers.write(content)
        answers.flush()


def _made(request: Mapping[str, Any], report: Any) -> bytes:
    from compacts.documents.compact import render_compact
    from compacts.documents.paper import read_paper
    from compacts.documents.paper_pdf import render_paper
    from compacts.documents.signature_stamp import StampText, render_stamp
    from compacts.documents.snapshot import read_snapshot

    if request["kind"] == "compact":
        return render_compact(read_snapshot(request["values"]), report)
    if request["kind"] == "stamp":
        values = request["values"]
        return render_stamp(StampText(**values["text"]), values["width"], values["height"])
    return render_paper(read_paper(request["values"]), report)


def _say(answers: IO[bytes], words: Mapping[str, Any]) -> None:
    answers.write(json.dumps(words).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
