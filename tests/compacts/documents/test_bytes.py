from __future__ import annotations

import cProfile
import hashlib
import io
import os
import pstats
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import segno
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat
from weasyprint import HTML, css
from weasyprint.text import line_break

from compacts.documents.compact import render_compact
from compacts.documents.fonts import font_folder
from tests.compacts.documents.examples import make_compact
from tests.compacts.documents.reading import millimetres, page_image, reader

ROOT = Path(__file__).resolve().parents[3]
ANOTHER_PROCESS = """
import django
django.setup()
import hashlib
from compacts.documents.compact import render_compact
from tests.compacts.documents.examples import make_compact
print(hashlib.sha256(render_compact(make_compact())).hexdigest(), make_compact().input_hash())
"""
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
GARBLED = "CÅNG HÒA XÃ HÅI CHè NGH8A VInT NAM"


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_compact(make_compact())


def test_the_same_input_gives_the_same_bytes_again(pdf: bytes) -> None:
    assert render_compact(make_compact()) == pdf


def test_lines_kept_ready_to_be_drawn_give_the_bytes_of_lines_prepared_again(
    pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (forgetful,) = line_break.Layout.__bases__
    monkeypatch.setattr(line_break, "Layout", forgetful)
    assert render_compact(make_compact()) == pdf


def test_styles_filled_at_once_give_the_bytes_of_styles_worked_out_one_by_one(
    pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (unfilled,) = css.ComputedStyle.__bases__
    monkeypatch.setattr(css, "ComputedStyle", unfilled)
    assert render_compact(make_compact()) == pdf


@pytest.mark.parametrize("rule", ["margin-left: 40px", "margin-inline-start: 40px"])
def test_a_filled_style_still_follows_a_rule_for_the_start_of_a_line(
    pdf: bytes, rule: str
) -> None:
    page = HTML(string=f'<p style="{rule}">Kỷ cương').render().pages[0]
    paragraph = next(box for box in page._page_box.descendants() if box.element_tag == "p")
    assert paragraph.margin_left == 40


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Ho_Chi_Minh"), ("77", "America/New_York")])
def test_another_process_on_another_clock_gives_the_same_bytes(
    pdf: bytes, seed: str, zone: str
) -> None:
    printed = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert printed == [hashlib.sha256(pdf).hexdigest(), make_compact().input_hash()]


def test_threads_of_one_process_take_turns_and_give_the_same_bytes(pdf: bytes) -> None:
    results: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: results.append(render_compact(make_compact())))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [pdf] * 3


def test_every_font_is_embedded_and_is_liberation_serif_2(pdf: bytes) -> None:
    revisions = []
    for page in reader(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            [descendant] = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"]
            assert "Giao-Uoc-Serif" in descriptor["/FontName"]
            file = TTFont(io.BytesIO(descriptor["/FontFile2"].get_data()))
            revisions.append(round(file["head"].fontRevision, 1))
    assert set(revisions) == {2.1}


def test_the_letters_on_paper_are_the_letters_of_the_text() -> None:
    dots = 200
    page = page_image(render_compact(make_compact(letterhead="state", units=2, tasks=0)), 1, dots)
    left, top, right, bottom = (millimetres(edge, dots) for edge in (100, 18, 197, 25.2))
    seen = _trimmed(page.crop((left, top, right, bottom)))
    assert _difference(seen, _drawn(MOTTO, dots)) < 0.6 * _difference(seen, _drawn(GARBLED, dots))


def test_the_qr_code_on_paper_leads_to_the_address() -> None:
    dots = 300
    compact = make_compact(units=4, tasks=1)
    pdf = render_compact(compact)
    page = page_image(pdf, len(reader(pdf).pages), dots)
    strip = page.crop(
        (millimetres(171, dots), millimetres(20, dots), millimetres(195.5, dots), page.height)
    )
    code = _lowest_block(strip, gap=millimetres(4, dots))
    matrix = segno.make(compact.verify_url, error="m", micro=False).matrix
    side = len(matrix)
    module = code.width / side
    read = [
        [
            code.getpixel((int((x + 0.5) * module), int((y + 0.5) * module))) < 128
            for x in range(side)
        ]
        for y in range(side)
    ]
    assert read == [[bool(cell) for cell in row] for row in matrix]


def test_work_grows_with_the_units_and_not_with_their_square() -> None:
    few, many = (make_compact(units=count, tasks=2) for count in (10, 60))
    render_compact(few)
    assert _calls(many) / _calls(few) < 6 * 1.2


def test_pages_grow_with_the_units() -> None:
    pages = [
        len(reader(render_compact(make_compact(units=count, tasks=1))).pages)
        for count in (10, 100)
    ]
    assert 5 < pages[1] / pages[0] < 11


def _calls(compact: object) -> int:
    """How many functions were called: work that no busy neighbour can change."""
    profile = cProfile.Profile()
    profile.runcall(render_compact, compact)
    return int(pstats.Stats(profile).total_calls)


def _trimmed(image: Image.Image) -> Image.Image:
    box = ImageChops.invert(image).point(lambda value: 255 if value > 100 else 0).getbbox()
    assert box is not None
    return image.crop(box)


def _drawn(text: str, dots: int) -> Image.Image:
    """``text`` as another program draws it with the same font file."""
    font = ImageFont.truetype(str(font_folder() / "LiberationSerif-Bold.ttf"), 12.5 / 72 * dots)
    image = Image.new("L", (int(font.getlength(text)) + 40, dots), 255)
    ImageDraw.Draw(image).text((20, 20), text, fill=0, font=font)
    return _trimmed(image)


def _difference(seen: Image.Image, drawn: Image.Image) -> float:
    return float(ImageStat.Stat(ImageChops.difference(seen, drawn.resize(seen.size))).mean[0])


def _lowest_block(strip: Image.Image, gap: int) -> Image.Image:
    """The ink at the bottom of ``strip``, up to the first white band of ``gap`` pixels."""
    inked = [
        strip.crop((0, y, strip.width, y + 1)).getextrema()[0] < 128 for y in range(strip.height)
    ]
    bottom = max(y for y, ink in enumerate(inked) if ink)
    top = next(y + 1 for y in range(bottom, -1, -1) if not any(inked[max(0, y - gap) : y + 1]))
    return _trimmed(strip.crop((0, top, strip.width, bottom + 1)))
