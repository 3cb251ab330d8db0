"""Django system check: can this machine make PDFs, and if not, which package is missing."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from django.core.checks import CheckMessage, Error
from django.utils.translation import gettext as _

from compacts.documents.errors import RenderError
from compacts.documents.fonts import PACKAGE, font_folder

PACKAGES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def check_pdf_libraries(*_arguments: Any, **_options: Any) -> list[CheckMessage]:
    """Errors naming the apt packages without which no compact can be printed."""
    # The libraries are opened one by one: importing WeasyPrint would slow every command down.
    missing = [package for library, package in PACKAGES.items() if not _can_be_loaded(library)]
    try:
        font_folder()
    except RenderError:
        missing.append(PACKAGE)
    if not missing:
        return []
    return [
        Error(
            _("Thiếu thư viện hoặc phông chữ để tạo PDF: %(packages)s.")
            % {"packages": ", ".join(missing)},
            hint=f"apt-get install -y {' '.join(missing)}",
            id="documents.E001",
        )
    ]


def _can_be_loaded(library: str) -> bool:
    if sys.platform != "linux":
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
