"""What else than its text decides the bytes of a document."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import zlib
from importlib.metadata import version
from pathlib import Path

from compacts.documents.fonts import font_digest

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parents[1] / "templates" / "documents"
# Dates and numbers on a page are written by it.
WORDS = HERE.parents[1] / "units" / "vietnamese.py"
ENGINES = ("weasyprint", "pydyf", "fonttools", "segno")
# What breaks the lines and cuts the fonts, each with the function that tells its version.
LIBRARIES = {
    "libpango-1.0.so.0": "pango_version_string",
    "libharfbuzz.so.0": "hb_version_string",
}


@functools.cache
def layout_digest() -> str:
    """SHA-256 of every file that shapes the page, so that no version number can be forgotten."""
    digest = hashlib.sha256()
    paths = [*HERE.glob("*.py"), *TEMPLATES.iterdir(), WORDS]
    for path in sorted(paths, key=lambda path: path.name):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@functools.cache
def engine_versions() -> str:
    """The libraries that shape the page, each with its version."""
    versions = {name: version(name) for name in ENGINES}
    for name, function in LIBRARIES.items():
        # Where one is missing or goes by another name, whoever makes a PDF will say so.
        with contextlib.suppress(OSError, AttributeError):
            tell = getattr(ctypes.CDLL(name), function)
            tell.restype = ctypes.c_char_p
            versions[name] = tell().decode()
    versions["zlib"] = zlib.ZLIB_RUNTIME_VERSION
    return " ".join(f"{name}=={found}" for name, found in versions.items())


def renderer_fingerprint() -> dict[str, str]:
    """Layout, engine and fonts, each by version or digest."""
    return {"layout": layout_digest(), "engine": engine_versions(), "fonts": font_digest()}
