"""Reading a PDF back, as another program would: its words, pages, fonts and pixels."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from pypdf import PdfReader

MILLIMETRES_PER_INCH = 25.4


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def page_texts(pdf: bytes) -> list[str]:
    """Text of each page by poppler, with every run of white space as one blank."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        text = subprocess.run(
            [_tool("pdftotext"), "-layout", "-enc", "UTF-8", str(path), "-"],
            check=True,
            capture_output=True,
        ).stdout.decode()
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def raw_text(pdf: bytes) -> str:
    """All words in the order in which they are drawn, so that a wrapped cell stays whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        text = subprocess.run(
            [_tool("pdftotext"), "-raw", "-enc", "UTF-8", str(path), "-"],
            check=True,
            capture_output=True,
        ).stdout.decode()
    return " ".join(text.split())


def text_in(pdf: bytes, page: int, left: float, top: float, right: float, height: float) -> str:
    """The words within a box of page ``page`` (from 1), in points from its upper left corner."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        text = subprocess.run(
            [
                _tool("pdftotext"),
                *("-f", str(page), "-l", str(page), "-x", str(round(left)), "-y", str(round(top))),
                *("-W", str(round(right - left)), "-H", str(round(height))),
                *("-enc", "UTF-8", str(path), "-"),
            ],
            check=True,
            capture_output=True,
        ).stdout.decode()
    return " ".join(text.split())


def fonts_left_out(pdf: bytes) -> list[str]:
    """The fonts that the file uses and does not carry, looks of fields included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        listed = subprocess.run(
            [_tool("pdffonts"), str(path)], check=True, capture_output=True
        ).stdout.decode()
    heading, _line, *rows = listed.splitlines()
    column = heading.index("emb")
    return [row for row in rows if row[column : column + 3] != "yes"]


def page_image(pdf: bytes, page: int, dots_per_inch: int) -> Image.Image:
    """Page ``page`` (from 1) in grey, as poppler draws it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        target = Path(folder) / "page"
        subprocess.run(
            [
                _tool("pdftoppm"),
                *("-r", str(dots_per_inch), "-f", str(page), "-l", str(page)),
                *("-gray", "-singlefile", "-png", str(path), str(target)),
            ],
            check=True,
        )
        with Image.open(target.with_suffix(".png")) as image:
            return image.convert("L")


def millimetres(length: float, dots_per_inch: int) -> int:
    """``length`` millimetres in pixels."""
    return round(length / MILLIMETRES_PER_INCH * dots_per_inch)


def _tool(name: str) -> str:
    path = shutil.which(name)
    assert path is not None, f"{name} is missing: apt-get install -y poppler-utils"
    return path
