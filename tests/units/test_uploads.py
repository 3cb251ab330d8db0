from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from tests.cast import World
from units.models import StoredFile
from units.rules import RuleError
from units.services.uploads import safe_name, store_upload

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
RTLO = "\u202e"


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def office_file(kind: str) -> bytes:
    """The smallest package that Word (``word``) or Excel (``xl``) programs would write."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("_rels/.rels", "<Relationships/>")
        main = {"word": "word/document.xml", "xl": "xl/workbook.xml"}[kind]
        package.writestr(main, "<x/>")
    return content.getvalue()


def store(world: World, name: str, content: bytes) -> StoredFile:
    upload = SimpleUploadedFile("tep", content)
    return store_upload(actor=world.secretary, upload=upload, name=name)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("Trang ký.pdf", PDF, "application/pdf"),
        ("ảnh.PNG", PNG, "image/png"),
        ("ảnh.jpg", JPEG, "image/jpeg"),
        ("ảnh.jpeg", JPEG, "image/jpeg"),
        (
            "báo cáo.docx",
            office_file("word"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "bảng điểm.xlsx",
            office_file("xl"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_an_accepted_kind_is_kept_as_it_came(
    world: World, name: str, content: bytes, content_type: str
) -> None:
    stored = store(world, name, content)
    stored.refresh_from_db()
    assert stored.name == name
    assert stored.content_type == content_type
    assert stored.size == len(content)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.uploaded_by == world.secretary
    with stored.file.open("rb") as kept:
        assert kept.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hoa-don.pdf", EXE),
        ("chuong-trinh.exe", EXE),
        ("trang.html", HTML),
        ("trang.pdf", HTML),
        ("hinh.svg", SVG),
        ("hinh.png", SVG),
        ("hinh.png", PDF),
        ("bao-cao.html", PDF),
        ("khong-duoi", PDF),
        ("goi.zip", office_file("word")),
        ("bang.xlsx", office_file("word")),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_at_the_field(
    world: World, name: str, content: bytes
) -> None:
    with pytest.raises(RuleError, match="Chỉ nhận tệp PDF") as refusal:
        store(world, name, content)
    assert refusal.value.field == "file"
    assert not StoredFile.objects.exists()


def test_an_empty_file_is_refused(world: World) -> None:
    with pytest.raises(RuleError, match="Tệp rỗng") as refusal:
        store(world, "rong.pdf", b"")
    assert refusal.value.field == "file"


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_kept(
    world: World, settings: Settings
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    content = PDF + b"\n" * (1024 * 1024 - len(PDF))
    assert store(world, "vua.pdf", content).size == 1024 * 1024
    with pytest.raises(RuleError, match="Tệp lớn hơn 1 MB"):
        store(world, "lon.pdf", content + b"\n")


def test_the_path_on_disk_owes_nothing_to_the_name(world: World, tmp_path: Path) -> None:
    stored = store(world, "../../etc/Trang ký.pdf", PDF)
    assert stored.name == "Trang ký.pdf"
    assert Path(stored.file.path).resolve().is_relative_to(tmp_path)
    assert "Trang" not in str(stored.file.name)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE units_storedfile SET name = 'khác.pdf'", "DELETE FROM units_storedfile"],
)
def test_the_database_refuses_to_change_or_delete_a_stored_file(
    world: World, statement: str
) -> None:
    store(world, "ký.pdf", PDF)
    with (
        pytest.raises(IntegrityError, match="never change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Báo cáo.pdf", "Báo cáo.pdf"),
        (unicodedata.normalize("NFD", "Báo cáo.pdf"), "Báo cáo.pdf"),
        ("..\\..\\windows\\ký.pdf", "ký.pdf"),
        ("/etc/passwd", "passwd"),
        (f"hoa{RTLO}fdp.exe", "hoafdp.exe"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ('a<b>"c|d?.pdf', "a_b_c_d_.pdf"),
        ("", "tep"),
        ("...", "tep"),
        (".pdf", "pdf"),
        (RTLO, "tep"),
    ],
)
def test_a_name_is_shown_without_folders_and_hidden_characters(given: str, shown: str) -> None:
    assert safe_name(given) == shown


@pytest.mark.parametrize(
    "given",
    [
        "ế" * 400 + ".pdf",
        "a" * 400,
        "a" * 300 + "." + "b" * 200,
        "a." * 200,
        "a" * 109 + ".b" * 30,
    ],
)
def test_a_name_has_at_most_120_characters(given: str) -> None:
    assert 0 < len(safe_name(given)) <= 120


def test_a_shortened_name_keeps_its_ending() -> None:
    assert safe_name("ế" * 400 + ".pdf").endswith("ế.pdf")
