"""A text is issued, never changes, and is amended by another."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compacts.models import Compact, Draft, IssuedPaper
from compacts.rules import CompactState, DraftKind
from compacts.services.papers import issued_file, run_paper_job
from compacts.services.texts import (
    comment_on_text,
    issue_text,
    newest_version,
    start_text,
)
from tests.cast import World
from tests.compacts.documents.reading import raw_text
from tests.compacts.writing import ISSUED_ON, issue, make_text, opened, write
from units.rules import RuleError


def test_a_text_is_not_issued_over_open_comments_unknowingly(world: World) -> None:
    draft = opened(world)
    comment_on_text(actor=world.representative, draft_id=draft.pk, unit=world.btc, text="Khoan.")
    with pytest.raises(RuleError, match="Còn 1 ý kiến chưa trả lời"):
        issue(world, draft)
    assert issue(world, draft, despite_open_comments=True).number == "02-CTr/KTĐ"


def test_an_issued_text_is_frozen_with_its_file(world: World) -> None:
    draft = make_text(world)
    write(world, draft, "Ý được ban hành.")
    issued = issue(world, draft)
    assert issued.job is not None
    run_paper_job(issued.job.pk)
    issued.refresh_from_db()
    words = raw_text(issued_file(issued, "pdf"))
    assert "Ý được ban hành." in words
    assert "DỰ THẢO" not in words
    assert f"Mã kiểm tra: {issued.verify_code}" in words
    draft.refresh_from_db()
    with pytest.raises(RuleError, match="Không thể sửa"):
        write(world, draft, "Sửa lén.")
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedPaper.objects.filter(pk=issued.pk).update(number="99")
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedPaper.objects.filter(pk=issued.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(state="drafting", issued_at=None)


@pytest.mark.parametrize("year", [1918, 2081])
def test_a_slip_in_the_year_of_a_text_is_told_before_it_is_kept(world: World, year: int) -> None:
    draft = make_text(world)
    with pytest.raises(RuleError, match="hãy xem lại năm") as refusal:
        issue_text(
            actor=world.secretary,
            draft_id=draft.pk,
            number="02-CTr/KTĐ",
            issued_on=ISSUED_ON.replace(year=year),
        )
    assert refusal.value.field == "issued_on"
    assert not IssuedPaper.objects.exists()


def test_the_job_of_an_issued_paper_may_run_twice(world: World) -> None:
    issued = issue(world, make_text(world))
    assert issued.job is not None
    run_paper_job(issued.job.pk)
    issued.refresh_from_db()
    first = (issued.pdf.name, issued.pdf_sha256)
    run_paper_job(issued.job.pk)
    issued.refresh_from_db()
    assert (issued.pdf.name, issued.pdf_sha256) == first


def test_an_amendment_needs_a_compact_in_force_and_is_signed_by_all(world: World) -> None:
    with pytest.raises(RuleError, match="đã có hiệu lực"):
        make_text(world, DraftKind.AMENDMENT)
    Compact.objects.create(
        season=world.season,
        state=CompactState.IN_FORCE,
        number="01-GƯ/KTĐ",
        signed_on=datetime.date(2018, 3, 20),
        snapshot={},
        issued_at=timezone.now(),
        in_force_at=timezone.now(),
    )
    world.season.refresh_from_db()
    amendment = make_text(world, DraftKind.AMENDMENT)
    issued = issue(world, amendment)
    words = raw_text(issued_file(issued, "pdf"))
    assert "Căn cứ Giao ước thi đua số 01-GƯ/KTĐ ký ngày 20/3/2018" in words
    assert all(one.name.upper() in words for one in world.season.participants.all())


def test_a_text_that_amends_another_begins_with_its_words(world: World) -> None:
    first = make_text(world)
    write(world, first, "Nguyên văn.")
    issue(world, first)
    first.refresh_from_db()
    second = start_text(
        actor=world.secretary,
        season=world.season,
        kind=DraftKind.PROGRAMME,
        title="Chương trình sửa đổi",
        amends=first,
    )
    assert newest_version(second).sections == newest_version(first).sections


def test_the_public_page_says_that_a_text_was_amended(world: World, client: Client) -> None:
    draft = opened(world)
    paper = issue(world, draft)
    assert paper.job is not None
    run_paper_job(paper.job.pk)
    page = reverse("compacts:verify", args=[paper.verify_code])
    at_first = client.get(page).content.decode()
    assert "bản hiện hành" in at_first
    assert "Người ký ghi trên văn bản" in at_first

    change = start_text(
        actor=world.secretary,
        season=world.season,
        kind=DraftKind.PROGRAMME,
        title="Chương trình năm 2018 (sửa đổi)",
        amends=Draft.objects.get(pk=draft.pk),
    )
    newer = issue_text(
        actor=world.secretary, draft_id=change.pk, number="09-CTr/KTĐ", issued_on=ISSUED_ON
    )
    shown = client.get(page).content.decode()
    assert "Đã được sửa đổi bởi văn bản: 09-CTr/KTĐ (5/2/2018)" in shown
    assert "bản hiện hành" not in shown
    newer_page = reverse("compacts:verify", args=[newer.verify_code])
    assert "bản hiện hành" in client.get(newer_page).content.decode()

    paper.refresh_from_db()
    file = SimpleUploadedFile("chuong-trinh.pdf", issued_file(paper, "pdf"))
    checked = client.post(reverse("compacts:check"), {"file": file}).content.decode()
    assert "Đúng là tệp do hệ thống phát hành" in checked
    assert "Đã được sửa đổi bởi văn bản: 09-CTr/KTĐ" in checked
