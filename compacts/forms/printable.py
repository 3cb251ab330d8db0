"""Fields whose text goes onto paper: what cannot be printed is said where it is typed."""

from __future__ import annotations

import sys

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from compacts.documents.limits import LONGEST_WORD, fault_of
from units.vietnamese import nfc


def one_line(text: str) -> str:
    """The text with single spaces for whatever parted its words, as a cell of Excel brings it."""
    return " ".join(nfc(text).split())


def lines_of(text: str) -> tuple[str, ...]:
    """The lines that hold anything, each as ``one_line`` gives it."""
    lines = (one_line(line) for line in text.splitlines())
    return tuple(line for line in lines if line)


class Printable:
    """A validator: each line of the text can be printed and has no giant word.

    ``longest`` bounds each line, where the field itself takes more than a line may hold, and
    ``most`` the lines that hold anything.
    """

    def __init__(
        self,
        longest: int = sys.maxsize,
        *,
        longest_word: int = LONGEST_WORD,
        most: int = sys.maxsize,
    ) -> None:
        self.longest = longest
        self.longest_word = longest_word
        self.most = most

    def __call__(self, value: str) -> None:
        """Pass, or raise ``ValidationError`` with the fault of the first line that has one."""
        # Django refuses this one in words of its own.
        lines = value.replace("\0", "").splitlines()
        for place, line in enumerate(lines, start=1):
            fault = fault_of(one_line(line), self.longest, self.longest_word)
            if fault and len(lines) > 1:
                raise ValidationError(
                    _("Dòng %(place)d: %(fault)s."), params={"place": place, "fault": fault}
                )
            if fault:
                raise ValidationError(f"{fault[:1].upper()}{fault[1:]}.")
        count = len(lines_of(value))
        if count > self.most:
            raise ValidationError(
                _("Có %(count)d dòng, tối đa %(most)d."),
                params={"count": count, "most": self.most},
            )
