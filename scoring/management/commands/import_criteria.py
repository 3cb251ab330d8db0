"""Read a scoring table."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from scoring.management.exchange_command import ExchangeCommand
from scoring.services.imports import ImportRefusedError, import_criteria


class Command(ExchangeCommand):
    """``import_criteria FILE``: stores a ``giao-uoc/criteria/1`` table (formats.md section 1)."""

    help = "Đọc một bảng tiêu chí chấm điểm (giao-uoc/criteria/1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="tệp JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        data = self.read(options["file"])
        try:
            table = import_criteria(actor=None, data=data)
        except ImportRefusedError as refusal:
            self.refuse(refusal.faults)
        for warning in table.warnings:
            self.stderr.write(f"Lưu ý: {warning}")
        self.stdout.write(f"Đã có bảng điểm {table.code}, phiên bản {table.version}.")
