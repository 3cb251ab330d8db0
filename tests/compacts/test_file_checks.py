"""A PDF dropped on the public page: is it ours, unchanged, validly signed?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from compacts.models import Compact, RenderedFile
from compacts.services import verification
from compacts.services.documents import run_render_job
from compacts.services.newest_file import current_file
from compacts.services.papers import issued_file, run_paper_job
from compacts.services.verification import Finding, check_file
from tests.cast import World
from tests.compacts.documents.certificates import Authority
from tests.compacts.documents.updates import (
    OVER_WORDS,
    replace_the_text,
    signed_in_own_field,
    updated,
)
from tests.compacts.moves import sign
from tests.compacts.signing import NAME, sign_digitally, signed_outside
from tests.compacts.writing import issue, make_text
from units.models import Job, StoredFile


def test_a_dropped_file_is_known_by_its_bytes(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    issued_pdf = current_file(printed).content
    assert check_file(issued_pdf).finding == Finding.OURS
    sign_digitally(authority, printed, world.representative, world.btc)
    signed = current_file(printed).content
    found = check_file(signed)
    assert (found.finding, found.newest, found.good) == (Finding.OURS, True, True)
    assert found.signatures[0].holder.startswith(NAME)
    older = check_file(issued_pdf)
    assert (older.finding, older.newest) == (Finding.OURS, False)
    changed = bytearray(signed)
    changed[changed.index(b"/Producer") + 12] ^= 1
    altered = check_file(bytes(changed))
    assert altered.finding == Finding.ALTERED
    assert not altered.good
    outside = signed_outside(authority, signed, world.duk)
    assert check_file(outside).finding == Finding.APPENDED
    assert check_file(issued_pdf + b"\n% more").finding == Finding.ALTERED
    # As LibreOffice 7.4 and poppler leave it: a reader opens it, and we cannot tell what it shows.
    assert check_file(outside[:-100]).finding == Finding.ALTERED
    assert check_file(issued_pdf + b"x" * 2000).finding == Finding.ALTERED
    assert check_file(issued_pdf[:-100]).finding == Finding.UNREADABLE
    assert check_file(b"not a pdf").finding == Finding.UNREADABLE


def test_a_compact_signed_both_ways_has_two_files_that_none_has_followed(
    world: World, printed: Compact, authority: Authority
) -> None:
    first = current_file(printed).content
    sign_digitally(authority, printed, world.representative, world.btc)
    sign(world, printed, world.ubkt)
    sign(world, printed, world.duk)
    render = Job.objects.filter(subject=f"compact:{printed.pk}").latest("pk")
    run_render_job(render.pk)
    with printed.documents.get(version=2).file.open("rb") as stored:
        with_days = stored.read()
    judged = [check_file(file) for file in (first, with_days, current_file(printed).content)]
    assert [(one.finding, one.newest) for one in judged] == [
        (Finding.OURS, False),
        (Finding.OURS, True),
        (Finding.OURS, True),
    ]


def test_the_public_page_checks_a_file_and_keeps_nothing(
    world: World, printed: Compact, client: Client
) -> None:
    before = (StoredFile.objects.count(), RenderedFile.objects.count())
    upload = SimpleUploadedFile("gu.pdf", current_file(printed).content)
    page = client.post("/xac-thuc/", {"file": upload}).content.decode()
    assert "Đúng là tệp do hệ thống phát hành" in page
    assert (StoredFile.objects.count(), RenderedFile.objects.count()) == before
    wrong = client.post("/xac-thuc/", {"code": "khongco"}).content.decode()
    assert "Không có văn bản nào mang mã này." in wrong
    right = client.post("/xac-thuc/", {"code": printed.verify_code.upper()})
    assert right["Location"] == f"/xac-thuc/{printed.verify_code}/"
    assert client.get(f"/xac-thuc/{printed.verify_code.upper()}/").status_code == 200
    other = SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")
    unknown = client.post(f"/xac-thuc/{printed.verify_code}/", {"file": other}).content.decode()
    assert "Không đọc được tệp này như một tệp PDF." in unknown
    assert "Tệp này không phải văn bản của trang này." in unknown


def test_one_address_cannot_keep_the_server_busy_with_checks(
    world: World, printed: Compact, client: Client, settings: Settings
) -> None:
    settings.FILE_CHECKS_A_MINUTE = 2
    pages = [f"/xac-thuc/{printed.verify_code}/", "/xac-thuc/"]

    def answer(page: str, address: str) -> tuple[int, str]:
        file = SimpleUploadedFile("x.pdf", b"%PDF-1.7 nothing")
        given = client.post(page, {"file": file}, REMOTE_ADDR=address)
        return given.status_code, given.content.decode()

    assert [answer(page, "203.0.113.7")[0] for page in pages] == [200, 200]
    for page in pages:
        status, text = answer(page, "203.0.113.7")
        assert status == 429
        assert "Kiểm tra quá nhiều tệp; hãy đợi một phút." in text
        assert "Không đọc được tệp này" not in text
    assert answer(pages[0], "203.0.113.8")[0] == 200
    by_code = client.post("/xac-thuc/", {"code": printed.verify_code}, REMOTE_ADDR="203.0.113.7")
    assert by_code.status_code == 302


def test_a_file_of_ours_with_something_appended_that_is_no_signature_is_told_as_altered(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    sign_digitally(authority, printed, world.representative, world.btc)
    signed = bytearray(current_file(printed).content)
    start = signed.rindex(b"/Contents <") + len(b"/Contents <")
    for broken in (b"00" * 8, b"3003020101"):
        signed[start : start + len(broken)] = broken
        assert check_file(bytes(signed)).finding == Finding.ALTERED
        file = SimpleUploadedFile("gu.pdf", bytes(signed))
        assert client.post("/xac-thuc/", {"file": file}).status_code == 200


def test_what_was_drawn_over_an_issued_paper_is_told_whoever_signed_it(
    world: World, trusted: Path, authority: Authority, client: Client
) -> None:
    paper = issue(world, make_text(world))
    assert paper.job is not None
    run_paper_job(paper.job.pk)
    paper.refresh_from_db()
    given = issued_file(paper, "pdf")
    file = authority.file(NAME, "Tỉnh ủy Hà Nam")

    def page(content: bytes) -> str:
        upload = SimpleUploadedFile("van-ban.pdf", content)
        return client.post("/xac-thuc/", {"file": upload}).content.decode()

    unseen = signed_in_own_field(given, file)
    assert check_file(unseen).finding == Finding.APPENDED
    assert "hình vẽ thêm" not in page(unseen)
    drawn = signed_in_own_field(given, file, box=OVER_WORDS)
    found = check_file(drawn)
    assert (found.finding, found.drawn_on, found.good) == (Finding.DRAWN, (1,), False)
    shown = page(drawn)
    assert "nhưng sau đó có hình được vẽ thêm lên trang" in shown
    assert "Trang có hình vẽ thêm: <strong>1</strong>" in shown
    assert "alert-danger" in shown
    other = updated(given, replace_the_text)
    assert check_file(signed_in_own_field(other, file)).finding == Finding.ALTERED


@pytest.mark.parametrize(
    ("entry", "broken"),
    [
        (rb"/Index \[0 (\d+)\]", rb"/Index [9 1 0 \1]"),
        (rb"/W \[1 2 2\]", b"/W [1 2 99999999999999999999]"),
        (rb"/FlateDecode", b"/FlateD,code"),
        (rb"/Root 2 ", b"/Root 99999999999999999999 "),
    ],
)
def test_a_broken_table_of_objects_is_told_as_unreadable(
    printed: Compact, client: Client, entry: bytes, broken: bytes
) -> None:
    content = current_file(printed).content
    table = content.rindex(b"/XRef")
    damaged = content[:table] + re.sub(entry, broken, content[table:])
    assert damaged != content
    page = client.post("/xac-thuc/", {"file": SimpleUploadedFile("gu.pdf", damaged)})
    assert "Không đọc được tệp này như một tệp PDF." in page.content.decode()


@pytest.mark.parametrize(
    "attached",
    [
        b'{"verify_url": "https://x/\\u0000/"}',
        b'{"verify_url": "https://x/\\ud800/"}',
        b'{"verify_url": 7}',
        b"[" * 100_000,
    ],
)
def test_what_a_stranger_s_file_attaches_is_no_code_of_ours(
    db: None, monkeypatch: pytest.MonkeyPatch, attached: bytes
) -> None:
    monkeypatch.setattr(verification, "attached_texts", lambda _content: [attached])
    assert check_file(b"%PDF-1.7").finding == Finding.UNKNOWN
