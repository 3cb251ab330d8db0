"""One compact as PDF: our renderer against WeasyPrint as its manual first shows it.

Ours makes a tagged PDF/A-3a with its data attached, the plain one an ordinary PDF. A table row
costs both the same, so the ratio falls with the targets and rises with the signatures.
"""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import segno
import weasyprint
from django.template import Context, Engine
from weasyprint import css
from weasyprint.text import line_break

from bench.case import Case
from compacts.documents.compact import TEMPLATE, printed_values, render_compact
from compacts.documents.fonts import FACES, font_folder
from compacts.documents.limits import check_limits
from compacts.documents.renderer import renderer
from compacts.documents.snapshot import CompactSnapshot, shortest
from tests.compacts.documents.examples import make_compact
from units.vietnamese import date_text, long_date, number

PLAIN_PAGE = Path(__file__).with_name("plain_compact.html")


def cases() -> list[Case]:
    """Ten units with one target each, the founding case with ten each, and a bloc of fifty."""
    for _round in range(2):
        render_compact(_compact(10, 1, 0))
    return [
        _case(10, 1, goal=2.5, rounds=11),
        Case(
            name="compact as an ordinary PDF, 10 units of 1 targets",
            plain=lambda index: _plain(_compact(10, 1, index)),
            ours=lambda index: _ordinary(_compact(10, 1, index)),
            goal=3.0,
            rounds=11,
            documents=1,
        ),
        _case(10, 10, goal=1.5, rounds=5),
        _case(50, 0, goal=4.5, rounds=3),
        Case(
            name="compact PDF, ten rows and 200 places to sign",
            plain=lambda index: _plain(more_places_to_sign(200, index)),
            ours=lambda index: render_compact(more_places_to_sign(200, index)),
            goal=50,
            rounds=3,
            documents=1,
        ),
    ]


def _case(units: int, targets: int, goal: float, rounds: int) -> Case:
    return Case(
        name=f"compact PDF, {units} units of {targets} targets",
        plain=lambda index: _plain(_compact(units, targets, index)),
        ours=lambda index: render_compact(_compact(units, targets, index)),
        goal=goal,
        rounds=rounds,
        documents=1,
    )


def _compact(units: int, targets: int, index: int) -> CompactSnapshot:
    """Another text every round, so that nothing is won by remembering the last one."""
    return make_compact(
        units=units, tasks=targets, number=f"{index:02d}-GƯ", theme=f"Đổi mới, sáng tạo {index}"
    )


def more_places_to_sign(units: int, index: int) -> CompactSnapshot:
    """The compact of ten units with one target each, signed by ``units``."""
    ten = make_compact(units=10, tasks=1)
    return make_compact(
        units=units, tasks=0, targets=ten.targets, titles=ten.titles, number=f"{index}-GƯ"
    )


def signing_only(units: int, index: int) -> CompactSnapshot:
    """A compact that is nothing but places to sign."""
    return make_compact(units=units, tasks=0, number=f"{index}-GƯ", targets=(), titles=())


def _ordinary(compact: CompactSnapshot) -> bytes:
    """What the plain page becomes: neither archive nor tags, no data, no places to sign."""
    check_limits(compact)
    with renderer(TEMPLATE) as press:
        return press.drawing(press.html(printed_values(compact)), compact.verify_url)


def plain_html(compact: CompactSnapshot) -> str:
    """The compact as a page written the obvious way."""
    template = Engine().from_string(PLAIN_PAGE.read_text())
    return str(template.render(Context(plain_values(compact), use_l10n=False)))


def _plain(compact: CompactSnapshot) -> bytes:
    with _engine_as_it_comes():
        return bytes(weasyprint.HTML(string=plain_html(compact)).write_pdf())


@contextlib.contextmanager
def _engine_as_it_comes() -> Iterator[None]:
    """The engine with its own classes in place of those that our renderer put there."""
    kept, filled = line_break.Layout, css.ComputedStyle
    line_break.Layout, css.ComputedStyle = kept.__base__, filled.__base__
    try:
        yield
    finally:
        line_break.Layout, css.ComputedStyle = kept, filled


def plain_values(compact: CompactSnapshot) -> dict[str, Any]:
    """Every text of the plain page, by the names its template knows."""
    faces = "".join(
        f'@font-face {{ font-family: "Plain Serif"; font-weight: {weight}; font-style: {style};'
        f" src: url({(font_folder() / name).as_uri()}) }}"
        for name, weight, style in FACES
    )
    picture = io.BytesIO()
    segno.make(compact.verify_url, error="m", micro=False).save(picture, kind="png", scale=8)
    seen: set[str] = set()
    rows = []
    for row in compact.targets:
        rows.append(
            {
                "first": row.unit_name not in seen,
                "unit": row.unit_name,
                "text": row.text,
                "indicator": row.indicator,
                "measure": row.unit_of_measure,
                "target": "" if row.target is None else number(shortest(row.target)),
                "due": "" if row.due_on is None else date_text(row.due_on),
            }
        )
        seen.add(row.unit_name)
    return {
        "c": compact,
        "faces": faces,
        "day": "" if compact.signed_on is None else long_date(compact.signed_on),
        "rows": rows,
        "qr": "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode(),
    }
