"""A compact came into force when its units signed, not when the system was told of it."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compacts.models import Compact, Season
from compacts.services.compacts import issue_compact
from compacts.services.signatures import record_signature
from tests.cast import World
from units.models import Unit
from units.templatetags.vietnamese_format import vn_date, vn_datetime

THE_DAY = datetime.date(2018, 3, 20)
THE_LAST_DAY = datetime.date(2018, 4, 5)


def put_in_force(
    world: World, draft: Compact, day: datetime.date, days: dict[Unit, datetime.date]
) -> Compact:
    issue_compact(
        actor=world.secretary,
        compact_id=draft.pk,
        number="01-GƯ/KTĐ",
        signed_on=day,
        despite_missing=True,
    )
    for unit, signed_on in days.items():
        record_signature(
            actor=world.secretary,
            compact_id=draft.pk,
            unit=unit,
            signatory_name="Phạm Văn Trưởng",
            signatory_position="Trưởng ban",
            signed_on=signed_on,
        )
    draft.refresh_from_db()
    return draft


@pytest.fixture
def of_old(world: World, draft: Compact) -> Compact:
    """A compact of 2018 that is typed in from paper today; its last unit signed in April."""
    days = {world.btc: THE_DAY, world.ubkt: THE_LAST_DAY, world.duk: THE_DAY}
    return put_in_force(world, draft, THE_DAY, days)


def own_page(client: Client, season: Season) -> str:
    address = reverse("compacts:compact", args=[season.bloc.code, season.year])
    return client.get(address).content.decode()


def public_page(client: Client, compact: Compact) -> str:
    return client.get(reverse("compacts:verify", args=[compact.verify_code])).content.decode()


def test_the_compact_s_page_tells_the_days_of_signing_and_when_they_were_entered(
    world: World, of_old: Compact, client: Client
) -> None:
    client.force_login(world.secretary)
    page = own_page(client, world.season)
    assert "ký ngày 20/3/2018" in page
    assert "có hiệu lực từ 5/4/2018" in page
    assert f"Ghi vào hệ thống lúc {vn_datetime(of_old.issued_at)}." in page
    assert f"Ghi nhận đủ chữ ký lúc {vn_datetime(of_old.in_force_at)}." in page
    assert "· ban hành" not in page


def test_the_public_page_tells_the_same(of_old: Compact, client: Client) -> None:
    page = public_page(client, of_old)
    assert 'Ngày ký kết</dt><dd class="col-sm-8">20/3/2018' in page
    assert 'Có hiệu lực từ</dt><dd class="col-sm-8">5/4/2018' in page
    assert f"(ghi nhận đủ chữ ký lúc {vn_datetime(of_old.in_force_at)})" in page
    assert "Ghi vào hệ thống lúc" in page
    assert "Ban hành lúc" not in page


def test_a_compact_signed_the_day_it_is_issued_needs_no_second_date(
    world: World, draft: Compact, client: Client
) -> None:
    today = timezone.localdate()
    found = put_in_force(
        world, draft, today, dict.fromkeys((world.btc, world.ubkt, world.duk), today)
    )
    client.force_login(world.secretary)
    page = own_page(client, world.season)
    assert f"ban hành {vn_datetime(found.issued_at)}" in page
    assert f"có hiệu lực từ {vn_date(today)}" in page
    public = public_page(client, found)
    assert "Ban hành lúc" in public
    for said in ("Ghi vào hệ thống", "hi nhận đủ chữ ký"):
        assert said not in page + public


def test_nothing_is_in_force_while_a_signature_is_missing(
    world: World, draft: Compact, client: Client
) -> None:
    found = put_in_force(world, draft, THE_DAY, {world.btc: THE_DAY})
    client.force_login(world.secretary)
    assert "có hiệu lực từ" not in own_page(client, world.season)
    assert "Có hiệu lực từ" not in public_page(client, found)
