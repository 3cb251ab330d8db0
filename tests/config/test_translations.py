"""Two languages, whole: every sentence is marked, collected and translated."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from compacts.documents.fonts import VIETNAMESE

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"
ACCENTED = "".join(letter for letter in VIETNAMESE + VIETNAMESE.upper() if not letter.isascii())
LETTER = re.compile(f"[{ACCENTED}]")
MARKED = re.compile(
    r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%\s*comment.*?{%\s*endcomment\s*%}"
    r"|{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->",
    re.DOTALL,
)
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "phrase", "counted"}
# Patterns that read what officials write, and nothing that is shown.
READS_VIETNAMESE = ("rule_words.py", "table_workbook.py")
# Their sentences are printed, or said by the process that prints.
PRINTS_VIETNAMESE = ("compact.py", "compact_paper.py", "signatures.py")
# Papers are Vietnamese whatever the reader's language; the last shows components to developers.
VIETNAMESE_TEMPLATES = ("documents/", "components.html")


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = str(path.relative_to(ROOT / "templates"))
        if not name.startswith(VIETNAMESE_TEMPLATES):
            yield name, path.read_text()


def test_no_template_holds_a_sentence_that_is_not_marked() -> None:
    faults = {}
    for name, text in templates():
        found = [line.strip() for line in MARKED.sub("", text).splitlines() if LETTER.search(line)]
        # The names of the two languages are written in each of them.
        found = [line for line in found if "Tiếng Việt" not in line]
        if found:
            faults[name] = found
    assert faults == {}


def test_no_page_or_form_holds_a_sentence_that_is_not_marked() -> None:
    faults = {}
    for folder in ("views", "forms"):
        for path in sorted(ROOT.glob(f"*/{folder}/*.py")):
            found = sorted(unmarked(ast.parse(path.read_text())))
            if found:
                faults[str(path.relative_to(ROOT))] = found
    assert faults == {}


def modules_of_the_engine() -> list[Path]:
    """The engine, and the readers of files that speak as it does."""
    found = [*ROOT.glob("scoring/engine/*.py"), *ROOT.glob("scoring/exchange/*.py")]
    return sorted(path for path in found if path.name not in READS_VIETNAMESE)


def test_the_engine_says_no_sentence_that_is_not_marked() -> None:
    faults = {}
    for path in modules_of_the_engine():
        found = sorted(unmarked(ast.parse(path.read_text())))
        if found:
            faults[path.name] = found
    assert faults == {}


def test_every_sentence_of_the_engine_has_its_english() -> None:
    sentences = {
        sentence
        for path in modules_of_the_engine()
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"phrase", "counted"}
        for sentence in [call.args[0].value if isinstance(call.args[0], ast.Constant) else ""]
    }
    assert "Tổng điểm của %(unit)s" in sentences
    # The words stand in the call itself, else nothing could collect them.
    assert "" not in sentences
    with translation.override("en"):
        english = {one: translation.ngettext(one, one, 2) for one in sentences}
        plain = {one: translation.gettext(one) for one in sentences}
    left = {one for one in sentences if LETTER.search(english[one]) and LETTER.search(plain[one])}
    assert left == set()


def unmarked(tree: ast.Module) -> set[str]:
    """Vietnamese texts outside calls of gettext and outside docstrings."""
    marked: set[int] = set()
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if is_call and node.func.id in MARKS:
            marked |= {id(one) for one in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            marked.add(id(node.value))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in marked
        and LETTER.search(node.value)
    }


def test_every_collected_sentence_is_translated() -> None:
    told = subprocess.run(
        ["msgfmt", "--check", "--statistics", "-o", "/dev/null", str(CATALOGUE)],
        check=True,
        capture_output=True,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    ).stderr.decode()
    assert "translated messages." in told
    assert "untranslated" not in told
    assert "fuzzy" not in told


def test_no_notice_stays_vietnamese_for_a_reader_of_english() -> None:
    modules = [path for path in ROOT.glob("*/services/*.py") if writes_to_people(path.read_text())]
    assert len(modules) > 5
    sentences = {one for path in modules for one in told_to_people(ast.parse(path.read_text()))}
    assert "Công bố xếp hạng: %(round)s" in sentences
    with translation.override("en"):
        english = {one: translation.gettext(one) for one in sentences}
    assert {one for one, said in english.items() if LETTER.search(said)} == set()


def test_no_refusal_of_a_paper_stays_vietnamese_for_a_reader_of_english() -> None:
    documents = sorted(ROOT.glob("compacts/documents/*.py"))
    modules = [path for path in documents if path.name not in PRINTS_VIETNAMESE]
    modules.append(ROOT / "compacts/services/papers.py")
    sentences = {one for path in modules for one in told_to_people(ast.parse(path.read_text()))}
    assert "Chứng thư số không hợp lệ." in sentences
    assert "Hãy ghi số, ký hiệu của văn bản." in sentences
    with translation.override("en"):
        english = {one: translation.gettext(one) for one in sentences}
    assert {one for one, said in english.items() if LETTER.search(said)} == set()


def writes_to_people(source: str) -> bool:
    return bool(re.search(r"from units.services.notifications import .*\bMessage\b", source))


def told_to_people(tree: ast.AST) -> Iterator[str]:
    """Texts given to gettext, without the summaries of the audit trail, which stay Vietnamese."""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        if tree.func.id == "record":
            return
        if tree.func.id in {"_", "gettext", "gettext_lazy"}:
            yield from (one.value for one in tree.args if isinstance(one, ast.Constant))
    for below in ast.iter_child_nodes(tree):
        yield from told_to_people(below)


def message_ids(text: str) -> set[str]:
    return set(
        re.findall(r"^msgid (.+?)(?=^msgid_plural|^msgstr)", text, re.DOTALL | re.MULTILINE)
    )


def test_the_catalogue_knows_every_sentence_of_the_source() -> None:
    kept = CATALOGUE.read_text()
    try:
        subprocess.run(["./run", "messages"], cwd=ROOT, check=True, capture_output=True)
        fresh = CATALOGUE.read_text()
    finally:
        CATALOGUE.write_text(kept)
    assert message_ids(fresh) - message_ids(kept) == set(), "./run messages, then translate"


@pytest.mark.django_db
def test_a_reader_of_english_gets_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get("/dang-nhap/").content.decode()
    assert "Log in" in page
    assert "Đăng nhập" not in page
    with translation.override("en"):
        assert translation.gettext("Việc của tôi") == "My work"


# What a number stands in that is no count of the noun beside it, or never 1.
NO_SINGULAR = {
    "Quá nhiều %(what)s: %(count)d, tối đa %(most)d.",
    "Có %(count)d dòng, tối đa %(most)d.",
    "Các mục có %(count)d dòng kể cả tiêu đề, tối đa %(most)d.",
    "Văn bản dài %(count)d ký tự, tối đa %(most)d.",
    "Tệp phải có thêm đúng một chữ ký số; đây có thêm %(count)d.",
    "Mật khẩu quá ngắn: cần ít nhất %(count)s ký tự.",
    "%(count)d/%(all)d chỉ tiêu chưa có số liệu %(period)s",
    "Còn %(days)s ngày: %(step)s, %(bloc)s năm %(year)s",
    "Đã quá hạn %(days)s ngày: %(step)s, %(bloc)s năm %(year)s",
    "bước %(place)s/%(count)s",
    "%(count)s chưa đọc",
}


def test_a_count_has_its_english_singular() -> None:
    """The trail (its own context) and papers tell of what was, in Vietnamese."""
    alone = re.findall(r'\n\n(?:#.*\n)*msgid "(.+)"\nmsgstr "(.+)"', CATALOGUE.read_text())
    counts = {
        written
        for written, told in alone
        if re.search(r"%\((count|days)\)[sd]", told) and written != told
    }
    assert counts == NO_SINGULAR
