"""Workbooks that people filled in: opened safely, cells read as they would have been typed."""

from __future__ import annotations

import datetime
import io
import zipfile
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from units.rules import RuleError
from units.vietnamese import date_text, nfc

LARGEST_UNPACKED = 50 * 1024 * 1024


def open_workbook(content: bytes) -> Any:
    """The workbook with its formulas' last results; ``RuleError`` (field ``file``) for damage.

    A small file that unpacks to more than 50 MB is refused before it is unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
                raise RuleError(_("Tệp quá lớn."), field="file")
        return load_workbook(io.BytesIO(content), data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise RuleError(_("Không đọc được tệp Excel này."), field="file") from error


def cell_text(cell: Any) -> str:
    """A cell as people would have typed it: ``88,25``, ``20/3/2018``; percent cells in percent."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return date_text(value.date())
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, int | float):
        exact = Decimal(repr(value))
        if "%" in str(cell.number_format):
            exact *= 100
        text = f"{exact:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.replace(".", ",")
    return nfc(str(value)).strip()
