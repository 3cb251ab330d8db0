"""The same compact by other engines: the plain side of each case is theirs, ours is ours.

A ratio of 0.2 means that ours costs five times as much. What an engine does not do is in its
name. Typst is measured where it is installed, LibreOffice and Chromium likewise.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import segno

from bench.case import Case
from bench.documents import plain_html, plain_values
from compacts.documents.compact import render_compact
from compacts.documents.fonts import font_folder
from compacts.documents.snapshot import plain
from tests.compacts.documents.examples import make_compact

TYPST_PAGE = Path(__file__).with_name("compact.typ")
DOCUMENTS_AT_ONCE = 10


def cases() -> list[Case]:
    """Typst and LibreOffice, each if it is there."""
    wanted = []
    if importlib.util.find_spec("typst") is not None:
        wanted.append(
            Case(
                name="compact PDF by Typst (tagged PDF/A-3a, no data, no fields), 10 units",
                plain=lambda index: typst_pdf(_compact(index)),
                ours=lambda index: render_compact(_compact(index)),
                goal=0.17,
                rounds=7,
                documents=1,
            )
        )
    office = shutil.which("soffice")
    if office is not None:
        folder = tempfile.TemporaryDirectory()
        atexit.register(folder.cleanup)
        wanted.append(
            Case(
                name="ten compacts by one LibreOffice (no PDF/A, no fields), 10 units",
                plain=lambda index: _office_pdfs(str(office), Path(folder.name), index),
                ours=lambda index: [
                    render_compact(_compact(DOCUMENTS_AT_ONCE * index + place))
                    for place in range(DOCUMENTS_AT_ONCE)
                ],
                goal=1.1,
                rounds=3,
                plain_clock=_seconds_with_children,
                documents=DOCUMENTS_AT_ONCE,
            )
        )
    return wanted


def _compact(index: int) -> Any:
    return make_compact(units=10, tasks=1, number=f"{index}-GƯ")


def typst_pdf(compact: Any) -> bytes:
    """The compact by Typst, whose compiler checks PDF/A-3a itself."""
    import typst

    values = plain_values(compact)
    data = plain(compact) | {"rows": values["rows"], "day": values["day"]}
    picture = segno.make(compact.verify_url, error="m", micro=False).svg_inline(border=2)
    return bytes(
        typst.compile(
            TYPST_PAGE,
            format="pdf",
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            pdf_standards="a-3a",
            sys_inputs={"compact": json.dumps(data), "qr": picture},
        )
    )


def _office_pdfs(office: str, folder: Path, index: int) -> None:
    """Ten compacts in one start, so that the start weighs a tenth."""
    for place in range(DOCUMENTS_AT_ONCE):
        compact = _compact(DOCUMENTS_AT_ONCE * index + place)
        (folder / f"{place}.html").write_text(plain_html(compact))
    subprocess.run(
        [
            office,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            *("--convert-to", "pdf", "--outdir", str(folder)),
            *(str(folder / f"{place}.html") for place in range(DOCUMENTS_AT_ONCE)),
        ],
        check=True,
        capture_output=True,
    )


def _seconds_with_children() -> float:
    """CPU seconds of this process and of those it waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
