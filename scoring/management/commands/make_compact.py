"""Render a season's compact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from compacts.documents.errors import RenderError
from compacts.models import Compact
from compacts.services.documents import compact_pdf
from scoring.management.exchange_command import ExchangeCommand


class Command(ExchangeCommand):
    """``make_compact BLOC YEAR [-o FILE.pdf]``: the same code as the worker's task."""

    help = "Tạo tệp PDF giao ước thi đua của một mùa."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bloc", help="mã khối")
        parser.add_argument("year", type=int, help="năm")
        parser.add_argument("-o", "--output", help="tệp PDF; mặc định: giao-uoc-KHOI-NAM.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        season = self.season(options["bloc"], options["year"])
        compact = (
            Compact.objects.filter(season=season).select_related("season__bloc__council").first()
        )
        if compact is None:
            raise CommandError("Mùa này chưa có giao ước.")
        path = Path(options["output"] or f"giao-uoc-{season.bloc.code}-{season.year}.pdf")
        try:
            path.write_bytes(compact_pdf(compact))
        except RenderError as error:
            raise CommandError(f"Không in được: {error}") from error
        except OSError as error:
            raise CommandError(f"Không ghi được tệp {path}: {error.strerror}.") from error
        self.stdout.write(f"Đã tạo {path}.")
