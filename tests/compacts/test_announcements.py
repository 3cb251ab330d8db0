"""The bloc's board: who puts up what, who is told, what stays when it has run out."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from compacts.models import Announcement
from compacts.queries.desk import desk_of
from compacts.rules import AnnouncementKind
from compacts.services.announcements import AnnouncementFacts, save_announcement
from config.news import news_entries
from tests.cast import World
from tests.compacts.moves import PDF
from units.access import AccessDenied
from units.models import AuditEntry, Notification, Person
from units.rules import EditConflictError, RuleError

pytestmark = pytest.mark.django_db
BOARD = "/khoi/hn-dang/2018/bang-tin/"
LONG_BEFORE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def facts(**changes: object) -> AnnouncementFacts:
    given = {
        "kind": AnnouncementKind.NOTICE,
        "title": "Lịch sơ kết 6 tháng",
        "text": "Các đơn vị gửi báo cáo trước ngày 20/6.",
        "until": None,
    }
    return AnnouncementFacts(**{**given, **changes})


def post(world: World, by: Person | None = None, **changes: object) -> Announcement:
    return save_announcement(
        actor=by or world.secretary, season=world.season, facts=facts(**changes)
    )


def test_the_secretariat_puts_up_and_the_units_are_told_once(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    found = post(world)
    told = Notification.objects.filter(key=f"announcement:{found.pk}")
    assert world.representative in {one.person for one in told}
    assert world.secretary not in {one.person for one in told}
    assert {one.path for one in told} == {f"{BOARD}{found.pk}/"}
    count = told.count()
    save_announcement(
        actor=world.secretary,
        season=world.season,
        facts=facts(title="Lịch sơ kết, sửa"),
        announcement_id=found.pk,
        version=found.version,
    )
    assert told.count() == count
    assert AuditEntry.objects.filter(action="save_announcement").count() == 2


def test_a_unit_reads_but_puts_up_nothing(world: World) -> None:
    with pytest.raises(AccessDenied, match="Chỉ thư ký"):
        post(world, world.representative)
    post(world)
    entries = news_entries(desk_of(world.representative), LONG_BEFORE)
    assert "save_announcement" in [entry.action for entry in entries]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " "}),
        ("text", {"text": " "}),
        ("file", {"kind": AnnouncementKind.DOCUMENT}),
        ("until", {"until": datetime.date(2018, 1, 1)}),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, field: str, changes: dict[str, object]
) -> None:
    with pytest.raises(RuleError) as refusal:
        post(world, **changes)
    assert refusal.value.field == field
    assert not Announcement.objects.exists()


def test_the_database_keeps_no_empty_notice_and_no_document_without_a_file(world: World) -> None:
    for kind in AnnouncementKind:
        with pytest.raises(IntegrityError), transaction.atomic():
            Announcement.objects.create(season=world.season, kind=kind, title="Trống")


def test_two_who_change_it_do_not_overwrite_each_other(world: World) -> None:
    found = post(world)

    def change(title: str) -> Announcement:
        return save_announcement(
            actor=world.secretary,
            season=world.season,
            facts=facts(title=title),
            announcement_id=found.pk,
            version=found.version,
        )

    assert change("Người thứ nhất").version == found.version + 1
    with pytest.raises(EditConflictError):
        change("Người thứ hai")


def test_a_document_keeps_its_file_when_only_its_title_changes(
    client: Client, world: World
) -> None:
    found = save_announcement(
        actor=world.secretary,
        season=world.season,
        facts=facts(kind=AnnouncementKind.DOCUMENT, text=""),
        upload=ContentFile(PDF),
        upload_name="huong-dan.pdf",
    )
    client.force_login(world.secretary)
    data = {"kind": "document", "title": "Hướng dẫn chấm", "text": "", "version": "1"}
    assert client.post(f"{BOARD}{found.pk}/sua/", data).status_code == 302
    found.refresh_from_db()
    assert (found.title, found.file.name) == ("Hướng dẫn chấm", "huong-dan.pdf")
    client.force_login(world.representative)
    answer = client.get(f"{BOARD}{found.pk}/tep/")
    assert b"".join(answer.streaming_content) == PDF


def test_what_was_typed_stays_when_the_file_is_refused(client: Client, world: World) -> None:
    client.force_login(world.secretary)
    bad = SimpleUploadedFile("may.exe", b"MZ" + b"\0" * 200)
    data = {"kind": "document", "title": "Tài liệu lạ", "text": "Đọc kỹ", "file": bad}
    answer = client.post(f"{BOARD}moi/", {**data, "version": "0"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert "Đọc kỹ" in answer.content.decode()
    assert not Announcement.objects.exists()


def test_what_has_run_out_leaves_the_season_but_not_the_board(
    client: Client, world: World
) -> None:
    found = post(world, until=timezone.localdate())
    client.force_login(world.leader)
    assert found.title in client.get("/khoi/hn-dang/2018/").content.decode()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Announcement.objects.filter(pk=found.pk).update(until=yesterday)
    assert found.title not in client.get("/khoi/hn-dang/2018/").content.decode()
    page = client.get(BOARD).content.decode()
    assert found.title in page
    assert "đã hết" in page
    assert found.title in client.get(f"{BOARD}?q=lich+so+ket&loai=notice").content.decode()
    assert found.title not in client.get(f"{BOARD}?loai=document").content.decode()


def test_it_is_found_by_the_search(client: Client, world: World) -> None:
    post(world)
    client.force_login(world.representative)
    page = client.get("/tim/", {"q": "gui bao cao truoc"}).content.decode()
    assert "Lịch sơ kết 6 tháng" in page
