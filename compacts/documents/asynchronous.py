"""Running what libraries offer as asynchronous functions from ordinary code."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_now(work: Coroutine[Any, Any, Result]) -> Result:
    """Run ``work`` to its end, also inside a running loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run(work)
    with ThreadPoolExecutor(1) as other:
        return other.submit(_run, work).result()


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """As ``asyncio.run``, which would wait for its threads too: for a name server that is silent.

    Names are looked up in a thread, and no time limit of ours ends that.
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
