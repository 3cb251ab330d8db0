from __future__ import annotations

import json
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from compacts.documents.compact import render_compact
from compacts.models import Compact, Season
from compacts.rules import CompactState
from compacts.services.compact_template import ArticleText, proposed_number
from compacts.services.compacts import issue_compact, save_articles, start_compact
from compacts.services.snapshots import printed_snapshot
from tests.cast import World, make_registration
from tests.compacts.documents.reading import raw_text
from tests.compacts.moves import SIGNED_ON, accept_all, actions, issue, save
from tests.races import race
from units.access import AccessDenied
from units.models import AuditEntry, Job
from units.rules import EditConflictError, Letterhead, RuleError


def test_a_compact_begins_from_the_template_filled_from_the_season(world: World) -> None:
    compact = start_compact(actor=world.secretary, season=world.season)
    assert compact.state == CompactState.DRAFTING
    assert compact.place == "Hà Nam"
    articles = list(compact.articles.all())
    assert [article.heading for article in articles] == [
        "Mục tiêu",
        "Nội dung thi đua",
        "Tổ chức thực hiện",
    ]
    assert "Thời gian thực hiện: 1/1/2018 – 31/12/2018." in articles[0].items
    assert actions() == ["start_compact"]


def test_starting_again_gives_the_compact_that_is_there(world: World, draft: Compact) -> None:
    again = start_compact(actor=world.deputy_secretary, season=world.season)
    assert again == draft
    assert actions() == ["start_compact"]


@pytest.mark.parametrize("who", ["representative", "head_of_ubkt", "leader", "operator"])
def test_only_the_secretariat_and_the_council_s_officers_begin_one(world: World, who: str) -> None:
    with pytest.raises(AccessDenied, match="Chỉ thư ký của trưởng khối"):
        start_compact(actor=world.people[who], season=world.season)
    assert not Compact.objects.exists()


def test_the_proposed_number_follows_the_letterhead(world: World) -> None:
    assert proposed_number(world.season) == "01-GƯ/KTĐ"
    world.season.bloc.letterhead = Letterhead.STATE
    assert proposed_number(world.season) == "01/GƯ-KTĐ"


def test_a_saved_text_is_a_new_version_with_the_old_one_in_the_trail(
    world: World, draft: Compact
) -> None:
    saved = save(world, draft, draft.version, "Một.", "Hai.")
    assert saved.version == draft.version + 1
    assert [article.items for article in saved.articles.all()] == [["Một.", "Hai."]]
    assert (saved.place, saved.signed_on) == ("Phủ Lý", SIGNED_ON)
    entry = AuditEntry.objects.get(action="save_articles")
    plain = json.loads(entry.canonical)
    assert plain["before"]["articles"][1]["heading"] == "Nội dung thi đua"
    assert plain["after"]["articles"] == [{"heading": "Mục tiêu", "items": ["Một.", "Hai."]}]


def test_who_saves_over_a_newer_version_is_told_and_writes_nothing(
    world: World, draft: Compact
) -> None:
    save(world, draft, draft.version, "Người thứ nhất.")
    with pytest.raises(EditConflictError, match="Người khác vừa sửa"):
        save(world, draft, draft.version, "Người thứ hai.")
    assert draft.articles.get().items == ["Người thứ nhất."]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told(world: World, draft: Compact) -> None:
    outcomes = race(
        lambda: save(world, draft, draft.version, "Một."),
        lambda: save(world, draft, draft.version, "Hai."),
        meet_at='DELETE FROM "compacts_article"',
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Compact",
        "EditConflictError",
    ]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_nobody_is_told_of_the_conflict(
    world: World, draft: Compact
) -> None:
    """If this ever fails, the test above proves nothing."""
    outcomes = race(
        lambda: save(world, draft, draft.version, "Một."),
        lambda: save(world, draft, draft.version, "Hai."),
        meet_at='DELETE FROM "compacts_article"',
        without_locks=True,
    )
    assert not any(isinstance(outcome, EditConflictError) for outcome in outcomes)


def test_a_compact_without_any_article_is_not_saved(world: World, draft: Compact) -> None:
    with pytest.raises(RuleError, match="ít nhất một mục"):
        save_articles(
            actor=world.secretary,
            compact_id=draft.pk,
            version=draft.version,
            place="Hà Nam",
            signed_on=None,
            articles=[],
        )


def test_issuing_names_the_units_whose_registration_is_missing(
    world: World, draft: Compact
) -> None:
    make_registration(world.season, world.btc)
    with pytest.raises(RuleError) as refusal:
        issue(world, draft)
    assert refusal.value.field == "despite_missing"
    assert str(refusal.value) == (
        "Chưa chấp nhận đăng ký của: Ủy ban Kiểm tra Tỉnh ủy; "
        "Đảng ủy Khối các cơ quan tỉnh; Ban Tổ chức Tỉnh ủy."
    )
    draft.refresh_from_db()
    assert draft.state == CompactState.DRAFTING


def test_with_all_registrations_accepted_nothing_needs_to_be_ticked(
    world: World, draft: Compact
) -> None:
    accept_all(world)
    assert issue(world, draft).state == CompactState.SIGNING


@pytest.mark.parametrize("number", ["", "   "])
def test_a_compact_is_not_issued_without_a_number(
    world: World, draft: Compact, number: str
) -> None:
    with pytest.raises(RuleError, match="Hãy ghi số") as refusal:
        issue(world, draft, number=number, despite_missing=True)
    assert refusal.value.field == "number"


def test_issuing_freezes_units_targets_titles_and_text(world: World, draft: Compact) -> None:
    accept_all(world)
    compact = issue(world, draft)
    compact.refresh_from_db()
    frozen = compact.snapshot
    assert frozen is not None
    assert [unit["code"] for unit in frozen["units"]] == ["ubkt", "duk", "btc"]
    assert frozen["targets"][0]["target"] == "98.5"
    assert frozen["titles"][0]["titles"] == ["Cờ thi đua của UBND tỉnh"]
    assert frozen["number"] == "01-GƯ/KTĐ"
    assert frozen["draft"] is False
    text = printed_snapshot(compact)
    Season.objects.filter(pk=world.season.pk).update(theme="Chủ đề khác")
    world.season.participants.filter(unit=world.btc).update(name="Tên khác")
    again = Compact.objects.get(pk=compact.pk)
    assert printed_snapshot(again) == text
    canonical = json.dumps(
        frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    assert compact.snapshot_hash == sha256(canonical).hexdigest()


def test_an_issued_compact_is_neither_edited_nor_issued_again(
    world: World, issued: Compact
) -> None:
    with pytest.raises(RuleError, match="Không thể sửa nội dung giao ước"):
        save(world, issued, issued.version, "Muộn.")
    with pytest.raises(RuleError, match="Không thể ban hành giao ước"):
        issue(world, issued, despite_missing=True)


def test_what_could_never_be_printed_is_not_frozen(world: World, draft: Compact) -> None:
    save(world, draft, draft.version, "a" * 90)
    with pytest.raises(RuleError, match="Chưa in được"):
        issue(world, draft, despite_missing=True)
    draft.refresh_from_db()
    assert draft.state == CompactState.DRAFTING


def test_a_compact_nobody_may_manage_is_not_issued_by_others(world: World, draft: Compact) -> None:
    for who in (world.representative, world.leader, world.stranger, world.operator):
        with pytest.raises(AccessDenied):
            issue_compact(
                actor=who,
                compact_id=draft.pk,
                number="1",
                signed_on=SIGNED_ON,
                despite_missing=True,
            )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE compacts_compact SET snapshot = '{}'",
        "UPDATE compacts_compact SET number = '02'",
        "UPDATE compacts_compact SET snapshot_hash = ''",
        "UPDATE compacts_compact SET issued_at = now()",
        "UPDATE compacts_compact SET issued_at = NULL, snapshot = NULL, state = 'drafting'",
        "DELETE FROM compacts_compact",
    ],
)
def test_the_database_refuses_to_change_what_was_issued(issued: Compact, change: str) -> None:
    issued.articles.all().delete()
    with (
        pytest.raises(IntegrityError, match="never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_issuing_orders_the_pdf_for_who_issued(world: World, issued: Compact) -> None:
    job = Job.objects.get()
    assert (job.subject, job.requested_by) == (f"compact:{issued.pk}", world.secretary)


def test_bases_and_recipients_are_printed_as_they_were_written(
    world: World, draft: Compact
) -> None:
    saved = save_articles(
        actor=world.secretary,
        compact_id=draft.pk,
        version=draft.version,
        place="Hà Nam",
        signed_on=SIGNED_ON,
        articles=[ArticleText("Mục tiêu", ("Một.",))],
        bases=("Căn cứ Luật Thi đua, khen thưởng", "Căn cứ Quy chế của Khối"),
        recipients=("Thường trực Tỉnh ủy;",),
    )
    snapshot = printed_snapshot(saved)
    assert snapshot.bases == ("Căn cứ Luật Thi đua, khen thưởng", "Căn cứ Quy chế của Khối")
    words = raw_text(render_compact(snapshot))
    assert "Căn cứ Luật Thi đua, khen thưởng;" in words
    assert "Căn cứ Quy chế của Khối." in words
    assert "Thường trực Tỉnh ủy;" in words
    assert "Lưu: Hồ sơ thi đua" not in words
    issued = issue(world, saved, despite_missing=True)
    assert printed_snapshot(issued).recipients == ("Thường trực Tỉnh ủy;",)
