from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Fault:
    """One thing wrong in what was given: where, what, and what was expected instead.

    ``path`` is written as in ``criteria[0].children[1].rule.target``; the empty path is the whole.
    """

    path: str
    message: str
    expected: str = ""


def under(prefix: str, faults: Iterable[Fault]) -> list[Fault]:
    """The same faults, their paths seen from one level further out."""
    return [replace(fault, path=joined(prefix, fault.path)) for fault in faults]


def joined(prefix: str, key: str) -> str:
    """The path of ``key`` inside ``prefix``."""
    return f"{prefix}.{key}" if prefix and key else prefix or key
