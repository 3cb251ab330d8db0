"""Writing each object of a PDF once.

The engine writes a document twice: for its identifier, a digest of every object, and then for the
file. Half of that work, compression included, is saved by keeping what was written first.
"""

from __future__ import annotations

from typing import Any


class _Settled:
    """An object of a PDF whose bytes are known, as its writer needs it."""

    def __init__(self, source: Any) -> None:
        self.number = source.number
        self.generation = source.generation
        self.free = source.free
        self.compressible = source.compressible
        self.offset = 0
        self.data = b"" if source.free == "f" else source.data
        # How an object stands in the file by itself; the others go into a stream of objects.
        self.indirect = b"" if self.compressible else self._alone()

    def _alone(self) -> bytes:
        return b"%d %d obj\n%b\nendobj" % (self.number, self.generation, self.data)


def settle(pdf: Any) -> None:
    """Put the bytes of each object in its place; nothing may change after that."""
    pdf.objects[:] = [_Settled(source) for source in pdf.objects]
