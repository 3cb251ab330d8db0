"""Units sign the compact with certificate files, in any order, beside those on paper."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from compacts.documents.signing import found_signatures
from compacts.models import Compact, SignedFile
from compacts.rules import CompactState, SignatureMethod
from compacts.services import signed_files
from compacts.services.document_files import file_of
from compacts.services.newest_file import current_file, trust
from compacts.services.season_papers import certificate_paper
from compacts.services.signed_files import Signatory
from compacts.services.signing import sign_with_file
from tests.cast import World
from tests.compacts.documents.certificates import PASSWORD, Authority, pkcs12_file
from tests.compacts.documents.reading import raw_text
from tests.compacts.moves import keep_for_years, sign
from tests.compacts.signing import NAME, people, set_up_trust, sign_digitally
from tests.races import race
from units.access import AccessDenied
from units.rules import RuleError
from units.services.audit import verify


def test_a_unit_signs_with_its_certificate_file(
    world: World, printed: Compact, authority: Authority
) -> None:
    before = current_file(printed)
    signature = sign_digitally(authority, printed, world.representative, world.btc)
    assert signature.method == SignatureMethod.DIGITAL
    assert signature.certificate is not None
    assert signature.certificate["name"] == NAME
    after = current_file(printed)
    assert after.content.startswith(before.content)
    (found,) = found_signatures(after.content, trust())
    assert found.holds
    assert verify(world.season.audit_chain) is None


def test_all_sign_in_any_order_beside_one_on_paper_and_it_comes_into_force(
    world: World, printed: Compact, authority: Authority
) -> None:
    cast = people(world)
    sign_digitally(authority, printed, *cast["duk"])
    sign(world, printed, world.ubkt)
    sign_digitally(authority, printed, *cast["btc"])
    printed.refresh_from_db()
    assert printed.state == CompactState.IN_FORCE
    keep_for_years(printed)
    content = current_file(printed).content
    assert b"/DSS" in content
    found = found_signatures(content, trust())
    assert len(found) == 2
    assert all(one.holds for one in found)
    words = raw_text(file_of(certificate_paper(printed), "pdf"))
    assert words.count("Ký số") == 2
    assert words.count("Ký tay, đóng dấu") == 1


def test_where_the_last_one_signs_on_paper_the_digital_ones_can_be_checked_for_years_too(
    world: World, printed: Compact, authority: Authority
) -> None:
    cast = people(world)
    sign_digitally(authority, printed, *cast["duk"])
    sign_digitally(authority, printed, *cast["btc"])
    before = current_file(printed).content
    assert b"/DSS" not in before
    sign(world, printed, world.ubkt)
    printed.refresh_from_db()
    assert printed.state == CompactState.IN_FORCE
    keep_for_years(printed)
    content = current_file(printed).content
    assert content.startswith(before)
    assert b"/DSS" in content
    found = found_signatures(content, trust())
    assert [one.holds for one in found] == [True, True]
    assert verify(world.season.audit_chain) is None


def test_nobody_signs_for_another_unit_not_even_the_secretary(
    world: World, printed: Compact, authority: Authority
) -> None:
    for actor in (world.secretary, world.head_of_ubkt, world.officer):
        with pytest.raises(AccessDenied, match="chính đơn vị"):
            sign_digitally(authority, printed, actor, world.btc)


def test_a_unit_that_signed_on_paper_does_not_sign_again(
    world: World, printed: Compact, authority: Authority
) -> None:
    sign(world, printed, world.btc)
    with pytest.raises(RuleError, match="đã ký, không ký lần nữa"):
        sign_digitally(authority, printed, world.representative, world.btc)


def test_a_certificate_of_somebody_else_is_refused(
    world: World, printed: Compact, authority: Authority
) -> None:
    with pytest.raises(RuleError, match="không phải cho"):
        sign_with_file(
            actor=world.representative,
            compact_id=printed.pk,
            unit=world.btc,
            certificate_file=authority.file("Người Lạ", "Cơ quan khác"),
            password=PASSWORD,
            signatory=Signatory(NAME, "Trưởng ban"),
        )


def test_a_colleague_s_certificate_signs_for_nobody_but_its_holder(
    world: World, printed: Compact, authority: Authority
) -> None:
    with pytest.raises(RuleError, match="“Lê Thị Đồng Sự”, không phải cho Phạm Văn Trưởng"):
        sign_with_file(
            actor=world.representative,
            compact_id=printed.pk,
            unit=world.btc,
            certificate_file=authority.file("Lê Thị Đồng Sự", world.btc.name),
            password=PASSWORD,
            signatory=Signatory(NAME, "Trưởng ban"),
        )


def test_the_unit_s_own_seal_is_as_good_as_its_head_s_certificate(
    world: World, printed: Compact, authority: Authority
) -> None:
    made = sign_with_file(
        actor=world.representative,
        compact_id=printed.pk,
        unit=world.btc,
        certificate_file=authority.file(world.btc.name),
        password=PASSWORD,
        signatory=Signatory(NAME, "Trưởng ban"),
    )
    assert made.method == SignatureMethod.DIGITAL


@pytest.mark.parametrize(
    ("what", "why", "field"),
    [
        ("password", "Mật khẩu của tệp không đúng", "password"),
        ("expired", "đã hết hạn ngày", "file"),
        ("early", "từ ngày .* mới dùng được", "file"),
        ("stranger", "không do tổ chức được tin cậy cấp", "file"),
        ("no file", "không phải tệp chứng thư số", "file"),
        ("revoked", "đã bị thu hồi", "file"),
    ],
)
def test_each_fault_of_a_certificate_is_said_at_its_field(
    world: World, printed: Compact, settings: Settings, tmp_path: Path,
    what: str, why: str, field: str,
) -> None:  # fmt: skip
    authority = Authority("Ban Cơ yếu khác")
    certificate, key = authority.issue(NAME, "Tỉnh ủy")
    if what == "revoked":
        authority.revoke(certificate)
    set_up_trust(settings, tmp_path / "other", authority)
    ended = datetime.timedelta(days=-1)
    started = datetime.timedelta(days=-60)
    files = {
        "password": pkcs12_file(certificate, key),
        "expired": authority.file(NAME, "", starts=started, ends=ended),
        "early": authority.file(NAME, "", starts=-ended, ends=-started),
        "stranger": Authority("Tự phong").file(NAME),
        "no file": b"%PDF-1.7",
        "revoked": pkcs12_file(certificate, key),
    }
    with pytest.raises(RuleError, match=why) as refusal:
        sign_with_file(
            actor=world.representative,
            compact_id=printed.pk,
            unit=world.btc,
            certificate_file=files[what],
            password="sai" if what == "password" else PASSWORD,
            signatory=Signatory(NAME, "Trưởng ban"),
        )
    assert refusal.value.field == field
    assert not printed.signatures.exists()
    assert not SignedFile.objects.exists()


def test_what_was_signed_never_changes(
    world: World, printed: Compact, authority: Authority
) -> None:
    sign_digitally(authority, printed, world.representative, world.btc)
    for refused in (
        lambda: SignedFile.objects.update(sha256="0" * 64),
        lambda: SignedFile.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()


def test_where_others_were_faster_each_time_the_unit_signs_while_they_wait(
    world: World, printed: Compact, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_files, "UNLOCKED_ATTEMPTS", 0)
    sign_digitally(authority, printed, world.representative, world.btc)
    (found,) = found_signatures(current_file(printed).content, trust())
    assert found.holds


@pytest.mark.django_db(transaction=True)
def test_two_units_that_sign_at_once_both_sign(
    world: World, printed: Compact, authority: Authority
) -> None:
    cast = people(world)
    race(
        lambda: sign_digitally(authority, printed, *cast["btc"]),
        lambda: sign_digitally(authority, printed, *cast["duk"]),
        meet_at='INSERT INTO "compacts_signature"',
    )
    found = found_signatures(current_file(printed).content, trust())
    assert len(found) == printed.signatures.count() == 2
    assert all(one.holds for one in found)
