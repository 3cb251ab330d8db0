"""How rights are asked: an answer with its reason, one registry, one refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or no with the reason to show; false in a boolean context when it is a no."""

    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return not self.reason


YES = Verdict()

Rule = Callable[..., Verdict]
_RULES: dict[str, Rule] = {}


class AccessDenied(PermissionDenied):
    """The person may not do this; the message says why, in Vietnamese, fit to be shown."""


def no(reason: str | Promise) -> Verdict:
    """The answer no, for ``reason``."""
    return Verdict(reason)


def require(verdict: Verdict) -> None:
    """Let a yes pass; raise ``AccessDenied`` with the reason of a no."""
    if not verdict:
        raise AccessDenied(str(verdict.reason))


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register a permission function under the name by which templates and tests ask it."""

    def register(function: Rule) -> Rule:
        if name in _RULES:
            raise ValueError(f"permission rule registered twice: {name}")
        _RULES[name] = function
        return function

    return register


def ask(name: str, person: Any, *objects: Any) -> Verdict:
    """The verdict of the rule ``name``; raises ``KeyError`` for a rule nobody registered."""
    return _RULES[name](person, *objects)


def rule_names() -> list[str]:
    """All registered rules, sorted: the rows of the permission table in the tests."""
    return sorted(_RULES)
