"""The language of papers: Vietnamese, whatever language the reader's pages are in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.utils import translation

PAPER_LANGUAGE = "vi"
Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")


def in_vietnamese(make: Callable[Arguments, Made]) -> Callable[Arguments, Made]:
    """Let ``make`` word what it makes in Vietnamese: papers are filed, not read by one person."""

    @functools.wraps(make)
    def made(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Made:
        with translation.override(PAPER_LANGUAGE):
            return make(*args, **kwargs)

    return made
