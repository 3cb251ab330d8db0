"""HTML to PDF by WeasyPrint: warmed once a process, closed to every network and file.

What is reused: font configuration, parsed style sheet, compiled template. What is avoided in the
templates: grid and flex (their time explodes), tables without widths, borders that collapse,
markup by users. They are well-formed, so that a parser in C reads them. The bytes depend on the
input alone.
"""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import functools
import gc
import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from django.template import Context, Engine
from django.utils.translation import gettext as _

from compacts.documents.errors import RenderError
from compacts.documents.filled_styles import fill_styles
from compacts.documents.fingerprint import TEMPLATES
from compacts.documents.fonts import FAMILY, font_faces
from compacts.documents.kept_layouts import keep_layouts
from compacts.documents.qr_code import pictures
from compacts.documents.settled import settle
from compacts.documents.signature_fields import add_signature_fields

LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
VARIANT = "pdf/a-3a"
PAGE_STEP = re.compile(r"Step 5 - Creating layout - Page (\d+)")
FINAL_STEP = "Step 6"
SHEETS = {
    "compact": ("elements.css", "compact.css"),
    "paper": ("elements.css", "compact.css", "paper.css"),
    "stamp": ("elements.css", "stamp.css"),
}
# Where the engine looks for style sheets; a paper has them in its head alone.
SHEET_TAGS = ("link", "style")

WATCHED = logging.getLogger("weasyprint")
STEPS = logging.getLogger("weasyprint.progress")
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """Machine-readable data inside the PDF; ``made_on`` stands in for the clock."""

    name: str
    description: str
    text: str
    made_on: dt.date


class _Warnings(logging.Handler):
    """Collects what the engine only logs: a glyph no font has, a style it does not know."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class StepHandler(logging.Handler):
    """Turns the engine's own steps into calls of ``on_page`` and, at the end, of ``on_write``."""

    def __init__(self, on_page: Callable[[int], None], on_write: Callable[[], None]) -> None:
        super().__init__(logging.INFO)
        self.on_page = on_page
        self.on_write = on_write

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        page = PAGE_STEP.fullmatch(message)
        if page:
            self.on_page(int(page[1]))
        elif message.startswith(FINAL_STEP):
            self.on_write()


class Renderer:
    """One template with its style sheet, ready to be filled any number of times.

    Raises ``RenderError`` where Pango or the fonts are missing.
    """

    def __init__(self, name: str) -> None:
        try:
            from weasyprint import CSS

            keep_layouts()
            fill_styles()
        except OSError as missing:
            raise RenderError(
                _("Thiếu thư viện tạo PDF. Hãy chạy: apt-get install -y %(packages)s"),
                packages=LIBRARIES,
            ) from missing
        # An engine of our own: neither a context processor nor another folder can reach a paper.
        self.template = Engine(dirs=[str(TEMPLATES)]).get_template(f"{name}.html")
        self.fonts = _fonts()
        self.fetcher = _closed_fetcher()
        styles = "".join((TEMPLATES / sheet).read_text() for sheet in SHEETS[name])
        with _collected_warnings() as warnings:
            self.sheets = [CSS(string=styles, font_config=self.fonts, url_fetcher=self.fetcher)]
        _refuse_warnings(warnings)

    def html(self, values: dict[str, Any]) -> str:
        """The filled template; every value is escaped."""
        return str(self.template.render(Context(values, use_l10n=False)))

    def pdf(
        self,
        html: str,
        attached: AttachedFile,
        address: str = "",
        steps: StepHandler | None = None,
    ) -> bytes:
        """Tagged PDF/A-3 of ``html``; raises ``RenderError`` on whatever the engine warns of.

        ``html`` is well-formed: it is read as XML, by a parser in C. ``address`` is what the QR
        code says, if there is one.
        """
        from weasyprint.urls import FatalURLFetchingError

        options: dict[str, Any] = {
            "stylesheets": self.sheets,
            "pdf_variant": VARIANT,
            "attachments": [self._attachment(attached)],
        }
        try:
            with _collected_warnings() as warnings, _followed(steps):
                document = _document(html, self.fetcher).render(
                    font_config=self.fonts, cache=pictures(address), **options
                )
                content = document.write_pdf(finisher=_finish, **options)
        except FatalURLFetchingError as refused:
            # Not an Exception by birth: left alone it would take the worker down.
            raise RenderError(_("Văn bản đòi đọc một tệp hoặc địa chỉ bên ngoài.")) from refused
        _refuse_warnings(warnings)
        _refuse_strange_fonts(document)
        return bytes(content)

    def drawing(self, html: str, address: str = "") -> bytes:
        """An ordinary PDF of ``html`` to be drawn into another; raises ``RenderError``."""
        with _collected_warnings() as warnings:
            document = _document(html, self.fetcher).render(
                font_config=self.fonts, cache=pictures(address), stylesheets=self.sheets
            )
            content = document.write_pdf()
        _refuse_warnings(warnings)
        _refuse_strange_fonts(document)
        return bytes(content)

    def _attachment(self, attached: AttachedFile) -> Any:
        from weasyprint import Attachment

        made_at = dt.datetime.combine(attached.made_on, dt.time())
        return Attachment(
            string=attached.text,
            name=attached.name,
            description=attached.description,
            relationship="Data",
            created=made_at,
            modified=made_at,
            url_fetcher=self.fetcher,
        )


@contextlib.contextmanager
def renderer(name: str) -> Iterator[Renderer]:
    """The process's renderer of the template ``name``, for one thread at a time.

    Cyclic garbage waits until the document is done: the collector finds nothing in the middle of
    a layout and costs a tenth of its time. Then all that the document left is young, and only the
    young is looked through: the rest of the process is many times as large as a document.
    """
    with _one_at_a_time:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            yield _shared(name)
        finally:
            if was_enabled:
                gc.enable()
            gc.collect(0)


@functools.cache
def _shared(name: str) -> Renderer:
    return Renderer(name)


def _forget_fonts() -> None:
    """Let the font configuration go while the modules it was made of still live.

    It keeps its fonts in a temporary folder, and removes it when it goes.
    """
    _shared.cache_clear()
    _fonts.cache_clear()


atexit.register(_forget_fonts)


@functools.cache
def _fonts() -> Any:
    """The engine's fonts: four faces, loaded once for all templates of the process."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    with _collected_warnings() as warnings:
        CSS(string=font_faces(), font_config=fonts, url_fetcher=_closed_fetcher())
    _refuse_warnings(warnings)
    return fonts


def _document(html: str, fetcher: Any) -> Any:
    """The engine's document of well-formed markup, without its HTML parser and its own sheet."""
    from cssselect2 import ElementWrapper
    from weasyprint import HTML

    if "<!" in html:
        # A document type could name entities that grow; every value was escaped.
        raise RenderError(_("Văn bản có ký hiệu không đọc được."))
    try:
        root = ElementTree.XML(html)
    except ElementTree.ParseError as malformed:
        raise RenderError(_("Văn bản có ký hiệu không đọc được.")) from malformed
    document = HTML.__new__(HTML)
    document.base_url = None
    document.url_fetcher = fetcher
    document.media_type = "print"
    document.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    # What the engine looks for, a title or a sheet, stands in the head: the first of the children.
    head = next(document.wrapper_element.iter_children(), document.wrapper_element)
    document.wrapper_element.query_all = head.query_all
    if any(next(part.iter(tag), None) is not None for part in root[1:] for tag in SHEET_TAGS):
        raise RenderError(_("Văn bản đòi đọc một tệp hoặc địa chỉ bên ngoài."))
    document.etree_element = root
    document._ua_stylesheets = _no_sheets
    return document


def _no_sheets(*_arguments: Any, **_options: Any) -> list[Any]:
    """Nothing: ``elements.css`` stands in for the engine's own sheet."""
    return []


def _finish(document: Any, pdf: Any) -> None:
    add_signature_fields(document, pdf)
    settle(pdf)


def _closed_fetcher() -> Any:
    """A fetcher that reads data inside the document and ends the rendering at anything else."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)


@contextlib.contextmanager
def _collected_warnings() -> Iterator[list[str]]:
    handler = _Warnings()
    level = WATCHED.level
    WATCHED.addHandler(handler)
    WATCHED.setLevel(logging.WARNING)
    try:
        yield handler.lines
    finally:
        WATCHED.setLevel(level)
        WATCHED.removeHandler(handler)


@contextlib.contextmanager
def _followed(steps: StepHandler | None) -> Iterator[None]:
    if steps is None:
        yield
        return
    level, propagate = STEPS.level, STEPS.propagate
    STEPS.addHandler(steps)
    STEPS.setLevel(logging.INFO)
    STEPS.propagate = False
    try:
        yield
    finally:
        STEPS.propagate = propagate
        STEPS.setLevel(level)
        STEPS.removeHandler(steps)


def _refuse_warnings(warnings: list[str]) -> None:
    if warnings:
        raise RenderError(_("Không tạo được PDF: %(warnings)s"), warnings="; ".join(warnings[:3]))


def _refuse_strange_fonts(document: Any) -> None:
    strange = sorted({font.family for font in document.fonts.values()} - {FAMILY})
    if strange:
        raise RenderError(_("Văn bản dùng phông chữ lạ: %(fonts)s."), fonts=", ".join(strange))
