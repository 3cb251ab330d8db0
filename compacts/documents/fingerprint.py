"""What else than its text decides the bytes of a document."""

from __future__ import annotations

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path

from compacts.documents.fonts import font_digest

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parents[1] / "templates" / "documents"
ENGINES = ("weasyprint", "pydyf", "fonttools", "segno")


@functools.cache
def layout_digest() -> str:
    """SHA-256 of every file that shapes the page, so that no version number can be forgotten."""
    digest = hashlib.sha256()
    for path in sorted([*HERE.glob("*.py"), *TEMPLATES.iterdir()], key=lambda path: path.name):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@functools.cache
def engine_versions() -> str:
    """The libraries that shape the page, each with its version."""
    return " ".join(f"{name}=={version(name)}" for name in ENGINES)


def renderer_fingerprint() -> dict[str, str]:
    """Layout, engine and fonts, each by version or digest."""
    return {"layout": layout_digest(), "engine": engine_versions(), "fonts": font_digest()}
