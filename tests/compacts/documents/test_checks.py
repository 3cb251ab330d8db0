from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compacts.documents import checks, fonts
from compacts.documents.errors import RenderError
from tests.compacts.documents.examples import make_compact


@pytest.fixture
def forgotten_fonts() -> Iterator[None]:
    cached = (fonts.font_folder, fonts.drawable, fonts.font_digest)
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()


def test_a_complete_machine_passes() -> None:
    assert checks.check_pdf_libraries(None) == []


def test_missing_fonts_are_named_by_their_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten_fonts: None
) -> None:
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path,))
    [message] = checks.check_pdf_libraries(None)
    assert message.hint == "apt-get install -y fonts-liberation2"
    with pytest.raises(RenderError, match="fonts-liberation2"):
        make_compact().input_hash()


def test_a_font_of_the_same_name_without_vietnamese_letters_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten_fonts: None
) -> None:
    for name, _weight, _style in fonts.FACES:
        with fonts.TTFont(fonts.FOLDERS[0] / name) as font:
            for table in font["cmap"].tables:
                table.cmap.pop(ord("ữ"), None)
            font.save(tmp_path / name)
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path,))
    with pytest.raises(RenderError, match="fonts-liberation2"):
        fonts.font_folder()


def test_a_missing_library_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PACKAGES", {"libnowhere.so.0": "libnowhere0"})
    [message] = checks.check_pdf_libraries(None)
    assert "libnowhere0" in str(message.msg)
    assert message.hint == "apt-get install -y libnowhere0"
