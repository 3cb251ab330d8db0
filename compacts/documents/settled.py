"""Writing each object of a PDF once.

The engine writes a document twice: for its identifier, a digest of every object, and then for the
file. Half of that work, compression included, is saved by keeping what was written first.
"""

from __future__ import annotations

import zlib
from typing import Any

import pydyf


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
    add_object = pdf.add_object

    def add_settled(source: Any) -> None:
        # The writer itself adds a stream that holds most objects, and reads it twice as well.
        if isinstance(source, pydyf.Stream) and source.compress:
            _compress(source)
        add_object(source)

    pdf.add_object = add_settled


def _compress(stream: Any) -> None:
    """Compress the stream as its writer would, but now and once."""
    plain = b"\n".join(
        part if isinstance(part, bytes) else str(part).encode("ascii") for part in stream.stream
    )
    stream.stream = [zlib.compress(plain, 9)]
    stream.compress = False
    stream.extra["Filter"] = "/FlateDecode"
