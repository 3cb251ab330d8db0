from __future__ import annotations

import datetime

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.utils import timezone

from compacts.models import Compact, Signature
from compacts.rules import CompactState
from compacts.services.signatures import attach_scan, record_signature
from compacts.services.snapshots import printed_snapshot
from tests.cast import World, make_unit
from tests.compacts.moves import EXE, PDF, SIGNED_ON, actions, issue, sign
from tests.races import race
from units.access import AccessDenied
from units.models import AuditEntry, StoredFile
from units.rules import RuleError
from units.services.audit import verify


def test_each_unit_signs_once_and_a_second_time_changes_nothing(
    world: World, issued: Compact
) -> None:
    first = sign(world, issued, world.btc, world.representative)
    again = record_signature(
        actor=world.secretary,
        compact_id=issued.pk,
        unit=world.btc,
        signatory_name="Người khác",
        signatory_position="Phó",
        signed_on=SIGNED_ON,
    )
    assert again == first
    assert issued.signatures.get().signatory_name == "Thủ trưởng BTC"
    assert actions().count("record_signature") == 1


@pytest.mark.parametrize("day", [datetime.date(1918, 3, 20), datetime.date(2081, 3, 20)])
def test_a_slip_in_the_year_of_signing_is_told_before_it_is_kept(
    world: World, draft: Compact, day: datetime.date
) -> None:
    with pytest.raises(RuleError, match="hãy xem lại năm") as refusal:
        issue(world, draft, signed_on=day, despite_missing=True)
    assert refusal.value.field == "signed_on"
    issue(world, draft, despite_missing=True)
    with pytest.raises(RuleError, match=r"hãy xem lại năm|ở tương lai") as refusal:
        sign(world, draft, world.btc, signed_on=day)
    assert refusal.value.field == "signed_on"
    assert not draft.signatures.exists()


def test_the_last_signature_puts_the_compact_in_force(world: World, issued: Compact) -> None:
    sign(world, issued, world.btc)
    sign(world, issued, world.ubkt)
    issued.refresh_from_db()
    assert issued.state == CompactState.SIGNING
    sign(world, issued, world.duk)
    issued.refresh_from_db()
    assert issued.state == CompactState.IN_FORCE
    assert issued.in_force_at is not None
    assert actions()[-1] == "put_in_force"
    assert verify(world.season.audit_chain) is None


def test_a_unit_signs_for_itself_and_for_no_other(world: World, issued: Compact) -> None:
    sign(world, issued, world.btc, world.head_of_btc)
    with pytest.raises(AccessDenied, match="Chỉ đơn vị đó hoặc thư ký khối"):
        sign(world, issued, world.duk, world.head_of_btc)


@pytest.mark.parametrize("who", ["stranger", "leader", "operator", "scorer_of_duk"])
def test_who_is_neither_of_the_unit_nor_of_the_secretariat_signs_nothing(
    world: World, issued: Compact, who: str
) -> None:
    with pytest.raises(AccessDenied):
        sign(world, issued, world.duk, world.people[who])
    assert not Signature.objects.exists()


def test_a_unit_that_is_no_party_does_not_sign(world: World, issued: Compact) -> None:
    outside = make_unit(world.council, "btg", "Ban Tuyên giáo Tỉnh ủy", "BTG")
    with pytest.raises(RuleError, match="không có tên trong giao ước"):
        sign(world, issued, outside)


def test_a_draft_is_not_signed(world: World, draft: Compact) -> None:
    with pytest.raises(RuleError, match="Không thể ghi nhận chữ ký"):
        sign(world, draft, world.btc)


def test_a_signature_is_not_from_tomorrow(world: World, issued: Compact) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(RuleError, match="ở tương lai") as refusal:
        record_signature(
            actor=world.secretary,
            compact_id=issued.pk,
            unit=world.btc,
            signatory_name="X",
            signatory_position="Y",
            signed_on=tomorrow,
        )
    assert refusal.value.field == "signed_on"


def test_the_printed_compact_shows_who_signed_in_place_of_who_should(
    world: World, issued: Compact
) -> None:
    record_signature(
        actor=world.secretary,
        compact_id=issued.pk,
        unit=world.btc,
        signatory_name="Phó trưởng ban ký thay",
        signatory_position="Phó Trưởng ban",
        signed_on=SIGNED_ON,
    )
    issued.refresh_from_db()
    printed = {unit.code: unit for unit in printed_snapshot(issued).units}
    assert printed["btc"].signatory_name == "Phó trưởng ban ký thay"
    assert printed["btc"].signed_on == SIGNED_ON
    assert printed["duk"].signed_on is None


def test_a_scan_is_kept_with_the_signature_and_an_earlier_one_stays_stored(
    world: World, issued: Compact
) -> None:
    signature = record_signature(
        actor=world.representative,
        compact_id=issued.pk,
        unit=world.btc,
        signatory_name="X",
        signatory_position="Y",
        signed_on=SIGNED_ON,
        scan=ContentFile(PDF),
        scan_name="trang ký.pdf",
    )
    first = signature.scan
    assert first is not None
    changed = attach_scan(
        actor=world.secretary,
        signature_id=signature.pk,
        scan=ContentFile(PDF + b"\n"),
        scan_name="trang ký rõ hơn.pdf",
    )
    assert changed.scan is not None
    assert changed.scan.name == "trang ký rõ hơn.pdf"
    assert StoredFile.objects.filter(pk=first.pk).exists()
    entry = AuditEntry.objects.get(action="attach_scan")
    assert first.sha256 in entry.canonical


def test_a_scan_of_the_wrong_content_records_no_signature(world: World, issued: Compact) -> None:
    with pytest.raises(RuleError, match="Chỉ nhận tệp") as refusal:
        record_signature(
            actor=world.secretary,
            compact_id=issued.pk,
            unit=world.btc,
            signatory_name="X",
            signatory_position="Y",
            signed_on=SIGNED_ON,
            scan=ContentFile(EXE),
            scan_name="trang ký.pdf",
        )
    assert refusal.value.field == "file"
    assert not Signature.objects.exists()


def test_nobody_else_adds_a_scan(world: World, issued: Compact) -> None:
    signature = sign(world, issued, world.btc)
    with pytest.raises(AccessDenied):
        attach_scan(
            actor=world.head_of_ubkt,
            signature_id=signature.pk,
            scan=ContentFile(PDF),
            scan_name="x.pdf",
        )


@pytest.mark.django_db(transaction=True)
def test_two_last_signatures_at_once_put_it_in_force_exactly_once(
    world: World, issued: Compact
) -> None:
    sign(world, issued, world.ubkt)
    outcomes = race(
        lambda: sign(world, issued, world.duk),
        lambda: sign(world, issued, world.btc),
        meet_at='INSERT INTO "compacts_signature"',
    )
    assert [type(outcome) for outcome in outcomes] == [Signature, Signature]
    issued.refresh_from_db()
    assert issued.state == CompactState.IN_FORCE
    assert actions().count("put_in_force") == 1
    assert verify(world.season.audit_chain) is None


@pytest.mark.django_db(transaction=True)
def test_control_without_the_locks_two_last_signatures_do_not_both_arrive(
    world: World, issued: Compact
) -> None:
    """If this ever fails, the test above proves nothing."""
    sign(world, issued, world.ubkt)
    outcomes = race(
        lambda: sign(world, issued, world.duk),
        lambda: sign(world, issued, world.btc),
        meet_at='INSERT INTO "units_auditentry"',
        without_locks=True,
    )
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)
    issued.refresh_from_db()
    assert issued.state == CompactState.SIGNING


@pytest.mark.django_db(transaction=True)
def test_one_unit_signed_twice_at_once_has_one_signature(world: World, issued: Compact) -> None:
    outcomes = race(
        lambda: sign(world, issued, world.btc),
        lambda: sign(world, issued, world.btc, world.head_of_btc),
        meet_at='INSERT INTO "compacts_signature"',
    )
    assert outcomes[0] == outcomes[1]
    assert Signature.objects.count() == 1
