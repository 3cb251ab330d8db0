"""What a document may hold; checked before anything is laid out.

The engine's time grows with the square of a paragraph's length and a table of ten thousand rows
takes minutes, so each bound is also the promise that a document is done within seconds.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from compacts.documents.errors import RenderError
from compacts.documents.fonts import drawable
from compacts.documents.snapshot import CompactSnapshot

LONGEST_NAME = 300
LONGEST_TEXT = 1_000
LONGEST_ITEM = 5_000
LONGEST_WORD = 60
LONGEST_NUMBER = 60
LONGEST_HASH = 128
LONGEST_ADDRESS = 300
ADDRESS = re.compile(r"https?://[!-~]+")
MOST_UNITS = 200
MOST_ARTICLES = 50
MOST_ITEMS = 100
MOST_BASES = 50
MOST_TARGETS = 1_000
MOST_TITLES = 50
LARGEST_TARGET = Decimal(10) ** 15
MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the snapshot, by the words in which its author knows the place."""

    where: str
    value: str
    longest: int
    lines: bool = False
    longest_word: int = LONGEST_WORD


def check_limits(snapshot: CompactSnapshot) -> None:
    """Pass, or raise ``RenderError`` naming the first place that cannot be printed."""
    _check_counts(snapshot)
    check_address(snapshot.verify_url)
    for text in _texts(snapshot):
        check_text(text)
    for row in snapshot.targets:
        if row.target is not None:
            _check_number(row.text, row.target)


def _check_counts(snapshot: CompactSnapshot) -> None:
    if not snapshot.units:
        raise RenderError(_("Giao ước phải có ít nhất một đơn vị."))
    counts = [
        (_("đơn vị"), len(snapshot.units), MOST_UNITS),
        (_("căn cứ"), len(snapshot.bases), MOST_BASES),
        (_("nơi nhận"), len(snapshot.recipients), MOST_BASES),
        (_("điều khoản"), len(snapshot.articles), MOST_ARTICLES),
        (_("chỉ tiêu"), len(snapshot.targets), MOST_TARGETS),
        (_("dòng danh hiệu"), len(snapshot.titles), MOST_UNITS),
    ]
    counts += [
        (_("nội dung trong mục “%s”") % article.heading, len(article.items), MOST_ITEMS)
        for article in snapshot.articles
    ]
    counts += [
        (_("danh hiệu của %s") % row.unit_name, len(row.titles), MOST_TITLES)
        for row in snapshot.titles
    ]
    for what, count, most in counts:
        if count > most:
            raise RenderError(
                _("Quá nhiều %(what)s: %(count)d, tối đa %(most)d.")
                % {"what": what, "count": count, "most": most}
            )


def check_address(url: str) -> None:
    """Pass, or raise ``RenderError`` for what is no plain web address; empty is none."""
    if url and not (ADDRESS.fullmatch(url) and len(url) <= LONGEST_ADDRESS):
        raise RenderError(_("Địa chỉ kiểm tra văn bản không hợp lệ."))


def _texts(snapshot: CompactSnapshot) -> Iterator[Text]:
    for where, value, longest in [
        (_("tên Hội đồng"), snapshot.council_name, LONGEST_NAME),
        (_("cơ quan ban hành"), snapshot.issuing_body, LONGEST_NAME),
        (_("cơ quan cấp trên"), snapshot.parent_body, LONGEST_NAME),
        (_("tên khối, cụm"), snapshot.bloc_name, LONGEST_NAME),
        (_("số, ký hiệu"), snapshot.number, LONGEST_NUMBER),
        (_("địa danh"), snapshot.place, LONGEST_NUMBER),
        (_("chủ đề thi đua"), snapshot.theme, LONGEST_TEXT),
    ]:
        yield Text(where, value, longest)
    head = snapshot.audit_head
    yield Text(_("đầu chuỗi nhật ký"), head, LONGEST_HASH, longest_word=LONGEST_HASH)
    for basis in snapshot.bases:
        yield Text(_("căn cứ"), basis, LONGEST_TEXT)
    for recipient in snapshot.recipients:
        yield Text(_("nơi nhận"), recipient, LONGEST_NAME)
    if snapshot.witness is not None:
        yield Text(_("người chứng kiến"), snapshot.witness.name, LONGEST_NAME)
        yield Text(_("chức vụ người chứng kiến"), snapshot.witness.position, LONGEST_NAME)
    yield from _unit_texts(snapshot)
    yield from _content_texts(snapshot)


def _unit_texts(snapshot: CompactSnapshot) -> Iterator[Text]:
    for unit in snapshot.units:
        yield Text(_("tên đơn vị"), unit.name, LONGEST_NAME)
        yield Text(_("người ký của %s") % unit.name, unit.signatory_name, LONGEST_NAME)
        yield Text(_("chức vụ người ký của %s") % unit.name, unit.position, LONGEST_NAME)


def _content_texts(snapshot: CompactSnapshot) -> Iterator[Text]:
    for article in snapshot.articles:
        yield Text(_("tiêu đề mục"), article.heading, LONGEST_NAME)
        where = _("mục “%s”") % article.heading
        for item in article.items:
            yield Text(where, item, LONGEST_ITEM, lines=True)
    for target in snapshot.targets:
        where = _("chỉ tiêu của %s") % target.unit_name
        yield Text(where, target.unit_name, LONGEST_NAME)
        yield Text(where, target.text, LONGEST_TEXT)
        yield Text(where, target.indicator, LONGEST_TEXT)
        yield Text(where, target.unit_of_measure, LONGEST_NUMBER)
    for row in snapshot.titles:
        yield Text(_("đơn vị đăng ký danh hiệu"), row.unit_name, LONGEST_NAME)
        for title in row.titles:
            yield Text(_("danh hiệu của %s") % row.unit_name, title, LONGEST_NAME)


def check_text(text: Text) -> None:
    """Pass, or raise ``RenderError`` where ``text`` is too long or holds what no font draws."""
    shown = text.value.replace("\n", " ") if text.lines else text.value
    fault = fault_of(shown, text.longest, text.longest_word)
    if fault:
        raise RenderError(f"{_capitalised(text.where)}: {fault}.")


def fault_of(line: str, longest: int, longest_word: int = LONGEST_WORD) -> str:
    """Why the line cannot be printed; empty where it can."""
    if len(line) > longest:
        return _("dài %(length)d ký tự, tối đa %(most)d") % {"length": len(line), "most": longest}
    strange = sorted(set(line) - _printable())
    if strange:
        names = ", ".join(_named(letter) for letter in strange[:3])
        return _("có ký tự không in được (%(names)s), hãy xóa hoặc gõ lại") % {"names": names}
    word = max(line.split(), key=len, default="")
    if len(word) > longest_word:
        return _("có từ dài %(length)d ký tự, tối đa %(most)d; hãy thêm dấu cách") % {
            "length": len(word),
            "most": longest_word,
        }
    return ""


def _named(letter: str) -> str:
    """The number of a character, and itself where it can be seen."""
    seen = unicodedata.category(letter)[0] in "LNPS"
    return f"U+{ord(letter):04X} “{letter}”" if seen else f"U+{ord(letter):04X}"


@functools.cache
def _printable() -> frozenset[str]:
    letters = map(chr, drawable())
    return frozenset(letter for letter in letters if not _is_unseen(unicodedata.category(letter)))


def _is_unseen(category: str) -> bool:
    """Is it a control, a format sign, half a letter, or a line's end?"""
    return category[0] in "CM" or category in {"Zl", "Zp"}


def _check_number(where: str, value: Decimal) -> None:
    exponent = value.normalize().as_tuple().exponent if value.is_finite() else "n"
    if not isinstance(exponent, int) or exponent < -MOST_PLACES or abs(value) > LARGEST_TARGET:
        raise RenderError(
            _("Mức giao ước của “%(where)s” không in được: %(value)s.")
            % {"where": where[:LONGEST_NUMBER], "value": str(value)[:LONGEST_NUMBER]}
        )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
