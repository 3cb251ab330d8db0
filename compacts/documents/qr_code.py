"""The QR code of a paper, drawn straight into the page.

The engine takes pictures as files. As an SVG file the code is written, quoted, read, parsed and
drawn word by word, which is a twentieth of the time of a compact.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import segno

# What the template names as the picture's address; nothing is read from it.
PICTURE = "data:,qr"
# Light modules around the code. ISO/IEC 18004 asks for four; the paper around it is light as well.
BORDER = 2


class QrCode:
    """The code of one address, as the engine wants a picture to be."""

    def __init__(self, address: str) -> None:
        self.rows = segno.make(address, error="m", micro=False).matrix

    def get_intrinsic_size(self, _resolution: Any, _font_size: Any) -> tuple[None, None, int]:
        """No size of its own, as wide as high: the style sheet sets the size."""
        return None, None, 1

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Paint the dark modules: one rectangle for each run of them, in one path."""
        modules = len(self.rows) + 2 * BORDER
        stream.transform(a=width / modules, d=height / modules)
        stream.set_color(style["color"])
        for y, row in enumerate(self.rows, start=BORDER):
            x = BORDER
            for is_dark, run in groupby(row):
                length = len(list(run))
                if is_dark:
                    stream.rectangle(x, y, length, 1)
                x += length
        stream.fill()


def pictures(address: str) -> dict[str, QrCode]:
    """The pictures of a paper by the name its template knows; none without an address."""
    return {PICTURE: QrCode(address)} if address else {}
