"""What is seen in the place of a digital signature: who signed, for whom, when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.text import Truncator

from compacts.documents.renderer import renderer
from compacts.documents.snapshot import normalised
from units.vietnamese import date_text

TEMPLATE = "stamp"
# Of the place of 50 × 21 mm three lines of a name and two of a body can be had.
LONGEST = 64


@dataclass(frozen=True, slots=True)
class StampText:
    """The words of a stamp; ``signed_at`` is told with seconds and zone, as papers are stamped."""

    name: str
    organization: str
    signed_at: str


def moment_text(moment: dt.datetime) -> str:
    """A moment of a stamp (Nghị định 30/2020, annex I part II): ``14:05:33 20/3/2018 +07:00``."""
    zone = f"{moment:%z}"
    return f"{moment:%H:%M:%S} {date_text(moment.date())} {zone[:3]}:{zone[3:]}"


def render_stamp(text: StampText, width: float, height: float) -> bytes:
    """One page of ``width`` × ``height`` points with the stamp on it, untagged.

    Its fonts are embedded, so that what it is drawn on stays PDF/A. Raises ``RenderError``.
    """
    shown: StampText = normalised(text)
    values = {
        "name": Truncator(shown.name).chars(LONGEST),
        "organization": Truncator(shown.organization).chars(LONGEST),
        "signed_at": shown.signed_at,
        "width": f"{width:.2f}",
        "height": f"{height:.2f}",
    }
    with renderer(TEMPLATE) as press:
        return press.drawing(press.html(values))
