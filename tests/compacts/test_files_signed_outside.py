"""A file signed by a program on the own machine and brought back; the stamp over the whole."""

from __future__ import annotations

import hashlib

import pytest
from django.utils import timezone
from pytest_django import Settings

from compacts.models import Compact
from compacts.rules import SignatureMethod
from compacts.services.archiving import (
    RENEW_BEFORE,
    due_for_stamp,
    keep_signatures,
)
from compacts.services.newest_file import current_file
from compacts.services.verification import Finding, check_file
from tests.cast import World
from tests.compacts.documents.certificates import Authority
from tests.compacts.signing import bring, people, sign_digitally, signed_outside
from units.rules import EditConflictError, RuleError
from units.services.audit import verify


def test_a_file_signed_outside_is_taken(
    world: World, printed: Compact, authority: Authority
) -> None:
    content = signed_outside(authority, current_file(printed).content, world.btc)
    assert bring(world, printed, content).method == SignatureMethod.DIGITAL
    assert current_file(printed).sha256 == hashlib.sha256(content).hexdigest()


def test_a_changed_unsigned_or_foreign_file_is_refused(
    world: World, printed: Compact, authority: Authority
) -> None:
    given = current_file(printed).content
    good = signed_outside(authority, given, world.btc)
    changed = bytearray(good)
    changed[len(given) // 2] ^= 1
    with pytest.raises(RuleError, match="nội dung đã bị thay đổi"):
        bring(world, printed, bytes(changed))
    with pytest.raises(RuleError, match="chưa có chữ ký số mới"):
        bring(world, printed, given)
    with pytest.raises(RuleError, match="không phải bản giao ước đã tải"):
        bring(world, printed, b"%PDF-1.7 another")
    twice = signed_outside(authority, good, world.duk)
    with pytest.raises(RuleError, match="đây có thêm 2"):
        bring(world, printed, twice)
    broken = bytearray(good)
    broken[len(given) + 200] ^= 1
    with pytest.raises(RuleError):
        bring(world, printed, bytes(broken))
    assert not printed.signatures.exists()


def test_a_file_signed_on_an_older_one_is_told_apart_from_a_foreign_one(
    world: World, printed: Compact, authority: Authority
) -> None:
    older = signed_outside(authority, current_file(printed).content, world.btc)
    sign_digitally(authority, printed, *people(world)["duk"])
    with pytest.raises(EditConflictError, match="tải tệp mới nhất"):
        bring(world, printed, older)


def test_a_signed_compact_is_covered_by_a_timestamp_once_and_again_before_it_lapses(
    world: World, printed: Compact, authority: Authority, settings: Settings, stamp_url: str
) -> None:
    for actor, unit in people(world).values():
        sign_digitally(authority, printed, actor, unit)
    assert due_for_stamp(timezone.now()) == [printed.pk]
    assert keep_signatures(compact_id=printed.pk) is None, "there is no server yet"
    settings.SIGNING_TSA_URL = stamp_url
    before = current_file(printed)
    made = keep_signatures(compact_id=printed.pk)
    assert made is not None
    assert made.protected_until is not None
    assert current_file(printed).content.startswith(before.content)
    assert keep_signatures(compact_id=printed.pk) is None
    assert due_for_stamp(made.protected_until - RENEW_BEFORE) == [printed.pk]
    found = check_file(current_file(printed).content)
    assert found.finding == Finding.OURS
    assert found.good
    assert found.newest
    assert verify(world.season.audit_chain) is None
