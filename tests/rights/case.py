"""One right in one state of things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cast import World

Objects = tuple[Any, ...]
SECRETARIAT_AND_OFFICER = "secretary deputy_secretary officer"
WHO_SETS_UP = f"{SECRETARIAT_AND_OFFICER} operator"
SECRETARIES_OF_THE_SEASON = "Chỉ thư ký của trưởng khối, phó khối"
ONLY_WHO_SETS_UP = "Chỉ thư ký khối và thường trực Hội đồng"


@dataclass(frozen=True)
class Case:
    """A right in one state of things: who has it; everybody else is told ``reason``.

    ``told`` holds the people who are told something else.
    """

    rule: str
    state: str
    objects: Callable[[World], Objects]
    allowed: str
    reason: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
