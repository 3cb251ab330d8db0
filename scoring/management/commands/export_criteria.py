"""Write a scoring table back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from scoring.exchange.export import as_text
from scoring.management.exchange_command import ExchangeCommand
from scoring.models import CriteriaTable


class Command(ExchangeCommand):
    """``export_criteria CODE [-o FILE]``: the newest version of the table, as it was read."""

    help = "Ghi một bảng tiêu chí ra tệp (giao-uoc/criteria/1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="mã bảng điểm")
        parser.add_argument("-o", "--output", help="tệp để ghi; mặc định: màn hình")

    def handle(self, *args: Any, **options: Any) -> None:
        table = CriteriaTable.objects.newest(options["code"])
        if table is None:
            raise CommandError(f"Không có bảng điểm mang mã {options['code']}.")
        self.write(as_text(table.definition), options["output"])
