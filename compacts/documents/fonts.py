"""Liberation Serif 2 as files of the operating system: where they lie and what they can draw.

Debian's ``fonts-liberation`` 1.x carries the same family name without 92 Vietnamese letters, so
the family is never asked for by name: four files are opened, and looked into before use.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont

from compacts.documents.errors import RenderError

FAMILY = "Giao Uoc Serif"
PACKAGE = "fonts-liberation2"
FOLDERS = (
    Path("/usr/share/fonts/truetype/liberation2"),
    Path("/usr/share/fonts/truetype/liberation"),
    Path("/usr/share/fonts/liberation-serif"),
)
FACES = (
    ("LiberationSerif-Regular.ttf", "400", "normal"),
    ("LiberationSerif-Italic.ttf", "400", "italic"),
    ("LiberationSerif-Bold.ttf", "700", "normal"),
    ("LiberationSerif-BoldItalic.ttf", "700", "italic"),
)
VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
OLDEST_COMPLETE_REVISION = 2.0


def covered(path: Path) -> frozenset[int]:
    """Code points which the font file at ``path`` draws; none for an incomplete version."""
    with TTFont(path, lazy=True) as font:
        if font["head"].fontRevision < OLDEST_COMPLETE_REVISION:
            return frozenset()
        return frozenset(font.getBestCmap())


@functools.cache
def font_folder() -> Path:
    """Folder of the four faces; raises ``RenderError`` naming the package where none is fit."""
    alphabet = {ord(letter) for letter in VIETNAMESE + VIETNAMESE.upper()}
    for folder in FOLDERS:
        paths = [folder / name for name, _weight, _style in FACES]
        if all(path.is_file() for path in paths) and all(
            alphabet <= covered(path) for path in paths
        ):
            return folder
    raise RenderError(
        _("Thiếu phông chữ Liberation Serif 2. Hãy chạy: apt-get install -y %(package)s"),
        package=PACKAGE,
    )


@functools.cache
def drawable() -> frozenset[int]:
    """Code points which all four faces draw; anything else would come from a stranger's font."""
    folder = font_folder()
    faces = [covered(folder / name) for name, _weight, _style in FACES]
    return faces[0].intersection(*faces[1:])


@functools.cache
def letter_widths(bold: bool) -> Mapping[int, float]:
    """How wide each code point of the upright face is drawn, as a part of the letters' size."""
    name = FACES[2 if bold else 0][0]
    with TTFont(font_folder() / name, lazy=True) as font:
        widths, whole = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: widths[glyph][0] / whole for code, glyph in font.getBestCmap().items()}


@functools.cache
def font_digest() -> str:
    """SHA-256 over the four files, in the order of ``FACES``."""
    digest = hashlib.sha256()
    for name, _weight, _style in FACES:
        digest.update((font_folder() / name).read_bytes())
    return digest.hexdigest()


def font_faces() -> str:
    """One ``@font-face`` a file, the file inside it: the engine needs to open nothing.

    Whole files, for several subsets of one face by range garble the printed text.
    """
    return "\n".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; font-style: {style};'
        f' src: url("data:font/ttf;base64,{_encoded(font_folder() / name)}") }}'
        for name, weight, style in FACES
    )


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")
