"""The pages of signing: with a key, by scans, on the screen of the hall."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from compacts.models import Compact, Participant
from compacts.services.newest_file import current_file
from tests.cast import World
from tests.compacts.documents.certificates import PASSWORD, Authority
from tests.compacts.moves import PDF, sign
from tests.compacts.signing import NAME


def test_the_page_signs_with_a_file_and_says_what_is_wrong(
    world: World, printed: Compact, authority: Authority, client: Client
) -> None:
    client.force_login(world.representative)
    address = "/khoi/hn-dang/2018/giao-uoc/ky-so/btc/"
    page = client.get(address).content.decode()
    assert "Bằng tệp chứng thư số" in page
    facts = {"cach": "tep", "signatory_name": NAME, "signatory_position": "Trưởng ban"}
    upload = SimpleUploadedFile("ky.p12", authority.file(NAME))
    wrong = client.post(address, {**facts, "file": upload, "password": "sai"})
    assert (
        "Mật khẩu của tệp không đúng; hãy chọn lại tệp và gõ lại mật khẩu."
        in wrong.content.decode()
    )
    assert 'value="sai"' not in wrong.content.decode()
    upload = SimpleUploadedFile("ky.p12", authority.file(NAME))
    done = client.post(address, {**facts, "file": upload, "password": PASSWORD})
    assert done.status_code == 302
    newest = client.get("/khoi/hn-dang/2018/giao-uoc/da-ky.pdf")
    assert b"".join(newest) == current_file(printed).content
    # What was signed digitally has no page to scan.
    assert "Tải bản chụp" not in client.get("/khoi/hn-dang/2018/giao-uoc/").content.decode()


def test_the_board_for_the_hall_asks_again_by_itself(
    world: World, printed: Compact, client: Client
) -> None:
    client.force_login(world.representative)
    address = "/khoi/hn-dang/2018/giao-uoc/bang-ky/"
    page = client.get(address).content.decode()
    assert 'hx-trigger="every 3s"' in page
    sign(world, printed, world.btc)
    part = client.get(address, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "<strong>1</strong> / 3" in part


def test_one_scan_waits_for_a_signature_and_says_so(
    world: World, printed: Compact, client: Client
) -> None:
    client.force_login(world.secretary)
    page = client.get("/khoi/hn-dang/2018/giao-uoc/ban-chup/").content.decode()
    assert "Chưa có đơn vị nào được ghi nhận ký trên giấy" in page
    assert 'type="file"' not in page


def test_who_has_signed_is_not_asked_to_sign_again(
    world: World, printed: Compact, client: Client
) -> None:
    address = f"/khoi/hn-dang/2018/giao-uoc/ky-so/{world.btc.code}/"
    client.force_login(world.head_of_btc)
    assert client.get(address).status_code == 200
    sign(world, printed, world.btc)
    assert "đã ký, không ký lần nữa" in client.get(address, follow=True).content.decode()


def test_one_scan_serves_several_units(world: World, printed: Compact, client: Client) -> None:
    first, second = sign(world, printed, world.btc), sign(world, printed, world.duk)
    client.force_login(world.secretary)
    address = "/khoi/hn-dang/2018/giao-uoc/ban-chup/"
    Participant.objects.filter(unit=world.duk).update(name="Tên trong giao ước")
    assert "Tên trong giao ước: " in client.get(address).content.decode()
    none = client.post(address, {"file": SimpleUploadedFile("ky.pdf", PDF)})
    assert "Hãy chọn ít nhất một đơn vị." in none.content.decode()
    assert "Hãy chọn tệp." in client.post(address, {"units": [first.pk]}).content.decode()
    word = client.get("/khoi/hn-dang/2018/giao-uoc/giao-uoc.docx").content
    typed = SimpleUploadedFile("giao-uoc.docx", word)
    refused = client.post(address, {"file": typed, "units": [first.pk]}).content.decode()
    assert "Bản chụp phải là tệp PDF hoặc ảnh PNG, JPEG." in refused
    assert "đã có bản chụp" not in refused
    upload = SimpleUploadedFile("trang ký.pdf", PDF)
    done = client.post(address, {"file": upload, "units": [first.pk, second.pk]})
    assert done.status_code == 302
    scans = {one.scan_id for one in printed.signatures.all()}
    assert len(scans) == 1
    assert None not in scans
    assert client.get(address).content.decode().count("(đã có bản chụp, lưu lại sẽ thay)") == 2


def test_without_a_trusted_authority_the_page_says_so(
    world: World, issued: Compact, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.SIGNING_TRUST_DIR = tmp_path / "nothing"
    client.force_login(world.representative)
    page = client.get("/khoi/hn-dang/2018/giao-uoc/ky-so/btc/").content.decode()
    assert "chưa được cấu hình tổ chức chứng thực" in page
