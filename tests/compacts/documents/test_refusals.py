from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import weasyprint

from compacts.documents.compact import render_compact
from compacts.documents.errors import RenderError
from compacts.documents.renderer import AttachedFile, renderer
from compacts.documents.snapshot import Article, TargetRow
from tests.compacts.documents.examples import SIGNED_ON, make_compact, make_units
from tests.compacts.documents.reading import raw_text, reader

PAGE = '<html lang="vi"><head><title>x</title></head><body>{}</body></html>'
SVG = "http://www.w3.org/2000/svg"
DATA = AttachedFile(name="a.json", description="a", text="{}", made_on=SIGNED_ON)


class Trap(ThreadingHTTPServer):
    """Answers on loopback and remembers who asked."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        super().__init__(("127.0.0.1", 0), TrapHandler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class TrapHandler(BaseHTTPRequestHandler):
    server: Trap

    def do_GET(self) -> None:
        self.server.hits.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def trap() -> Iterator[Trap]:
    with Trap() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def hostile_texts(address: str) -> tuple[str, ...]:
    return (
        f"<img src='{address}/img'>",
        f'"><img src="{address}/quote">',
        f"<link rel=stylesheet href={address}/css>",
        f"<style>@import url({address}/import);</style>",
        f"</p><object data={address}/object></object>",
        f"<svg><image href={address}/svg /></svg>",
        "<link rel=attachment href=file:///etc/hostname>",
        "<a rel=attachment href=file:///etc/hosts>x</a>",
        "{{ compact.canonical_json }} {% include 'x' %}",
        "<!-- -->&lt;b&gt;&amp;",
        "</title><script>alert(1)</script>",
    )


def test_markup_in_any_text_is_printed_as_text_and_opens_nothing(trap: Trap) -> None:
    for text in hostile_texts(trap.address):
        units = (
            dataclasses.replace(make_units(1)[0], name=text, signatory_name=text, position=text),
        )
        compact = make_compact(
            signatories=units,
            tasks=1,
            theme=text,
            articles=(Article(heading=text, items=(text, text)),),
            bases=(text,),
            issuing_body=text,
            parent_body=text,
            bloc_name=text,
            council_name=text,
            place=text[:60],
            number=text[:60],
        )
        pdf = render_compact(compact)
        words = "".join(raw_text(pdf).split())
        assert "".join(text.split()) in words
        assert list(reader(pdf).attachments) == ["giao-uoc.json"]
    assert trap.hits == []


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{}/img"/>',
        '<link rel="stylesheet" href="{}/css"/>',
        "<style>@import url({}/import);</style>",
        '<object data="{}/object"></object>',
        f'<svg xmlns="{SVG}"><image href="{{}}/svg" width="9" height="9"/></svg>',
        '<p style="background: url({}/background)">x</p>',
    ],
)
def test_markup_that_slipped_through_a_template_ends_the_rendering(
    trap: Trap, markup: str
) -> None:
    with renderer("compact") as press, pytest.raises(RenderError, match=r"bên ngoài|SVG"):
        press.pdf(PAGE.format(markup.format(trap.address)), DATA)
    assert trap.hits == []


@pytest.mark.parametrize("markup", ["<p>x", "&nbsp;", "a\x00b", "</body>"])
def test_markup_that_is_not_well_formed_ends_the_rendering(markup: str) -> None:
    with renderer("compact") as press, pytest.raises(RenderError, match="không đọc được"):
        press.pdf(PAGE.format(markup), DATA)


def test_an_entity_of_a_document_type_is_not_read() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaa">]>' + PAGE.format("&a;")
    with renderer("compact") as press, pytest.raises(RenderError, match="không đọc được"):
        press.pdf(bomb, DATA)


def test_the_trap_itself_catches_an_open_engine(trap: Trap) -> None:
    weasyprint.HTML(string=f"<img src='{trap.address}/img'>").write_pdf()
    assert trap.hits == ["/img"]


def test_no_local_file_gets_into_a_document(trap: Trap) -> None:
    with renderer("compact") as press, pytest.raises(RenderError):
        press.pdf(PAGE.format('<link rel="attachment" href="file:///etc/hostname"/>'), DATA)


def test_an_unknown_style_is_an_error_and_not_a_note_in_a_log() -> None:
    with renderer("compact") as press, pytest.raises(RenderError, match="no-such-property"):
        press.pdf(PAGE.format('<p style="no-such-property: 1">x</p>'), DATA)


def test_a_stranger_font_is_an_error() -> None:
    with renderer("compact") as press, pytest.raises(RenderError, match="phông chữ lạ"):
        press.pdf(PAGE.format('<p style="font-family: monospace">x</p>'), DATA)


def test_a_refusal_leaves_the_renderer_fit_for_the_next_document() -> None:
    handlers = list(logging.getLogger("weasyprint").handlers)
    before = render_compact(make_compact(units=2, tasks=1))
    with renderer("compact") as press, pytest.raises(RenderError):
        press.pdf(PAGE.format('<p style="nonsense: 1">x</p>'), DATA)
    assert logging.getLogger("weasyprint").handlers == handlers
    assert render_compact(make_compact(units=2, tasks=1)) == before


def target(**changes: Any) -> dict[str, Any]:
    row = TargetRow(unit_name="Báo Hà Nam", text="Việc", target=Decimal(1))
    return {"targets": (dataclasses.replace(row, **changes),)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"theme": "Đoàn kết 中"}, r"Chủ đề thi đua: có ký tự không in được \(U\+4E2D “中”\)"),
        ({"theme": "Đoàn kết \u2603"}, "U\\+2603"),
        ({"theme": "a\x00b"}, "U\\+0000"),
        ({"theme": "a\nb"}, "U\\+000A"),
        ({"theme": "a\u202eb"}, "U\\+202E"),
        ({"theme": "a\u200bb"}, "U\\+200B"),
        ({"theme": "z" + "\u0301" * 9}, "U\\+0301"),
        ({"theme": "\ud800"}, "U\\+D800"),
        ({"theme": "a" * 61}, "có từ dài 61 ký tự, tối đa 60"),
        ({"theme": "đua " * 251}, "dài 1004 ký tự, tối đa 1000"),
        ({"signatories": ()}, "ít nhất một đơn vị"),
        ({"signatories": make_units(201), "tasks": 0}, "Quá nhiều đơn vị: 201, tối đa 200"),
        ({"targets": target()["targets"] * 1001}, "Quá nhiều chỉ tiêu: 1001"),
        (target(target=Decimal("NaN")), "Mức giao ước của “Việc” không in được"),
        (target(target=Decimal("1E+99")), "không in được"),
        (target(target=Decimal("0.0000001")), "không in được"),
        (target(text="x\x07"), "Chỉ tiêu của Báo Hà Nam: có ký tự"),
        ({"articles": (Article(heading="A", items=("x " * 2501,)),)}, "Mục “A”: dài 5002"),
        ({"articles": (Article(heading="A", items=("x",) * 101),)}, "nội dung trong mục “A”: 101"),
        ({"verify_url": "javascript:alert(1)"}, "Địa chỉ kiểm tra văn bản"),
        ({"verify_url": "https://" + "a" * 300}, "Địa chỉ kiểm tra văn bản"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_place(
    changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RenderError, match=reason):
        render_compact(make_compact(**changes))


def test_lines_of_an_article_become_paragraphs() -> None:
    item = "Dòng một;\nDòng hai."
    pdf = render_compact(
        make_compact(units=1, tasks=0, articles=(Article(heading="Nội dung", items=(item,)),))
    )
    assert "Dòng một; Dòng hai." in raw_text(pdf)
