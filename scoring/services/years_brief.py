"""The years that a leader put beside each other, as PDF or Word: blocs, or the units of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.paper import Block, Column, Paper, Paragraph, Row, Table
from compacts.documents.paper_language import in_vietnamese
from compacts.models import Participant, Season
from scoring.queries.results import Published
from scoring.queries.years import BlocOverYears, UnitOverYears
from units.models import Bloc, Council
from units.templatetags.vietnamese_format import points

# How many years one table of units holds; more of them go into a further table.
YEARS_A_TABLE = 5
_BLOC_COLUMNS = (
    Column(label="Khối, cụm", share=34),
    Column(label="Năm", share=8, align="centre"),
    Column(label="Số đơn vị", share=10, align="centre"),
    Column(label="Dẫn đầu", share=18),
    Column(label="Thấp – cao (%)", share=18, align="centre"),
    Column(label="Trung bình (%)", share=12, align="right"),
)
_UNIT_SHARE = 35


def years_in_words(years: Sequence[int]) -> str:
    """Years, oldest first, as a heading names them: a range where none is left out."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return _("từ năm %(first)d đến năm %(last)d") % {"first": years[0], "last": years[-1]}
    return _("năm %(years)s") % {"years": ", ".join(map(str, years))}


@in_vietnamese
def blocs_paper(rows: Sequence[BlocOverYears], years: Sequence[int], council: Council) -> Paper:
    """Blocs of the council, each with what was published in each of the years."""
    names = _short_names([season for row in rows for season, _published in row.cells if season])
    lines = [line for row in rows for line in _bloc_lines(row, names)]
    subject = _("Các khối, cụm thi đua %(years)s") % {"years": years_in_words(years)}
    return _paper(subject, years, council, [Table(columns=_BLOC_COLUMNS, rows=tuple(lines))])


@in_vietnamese
def units_paper(
    rows: Sequence[UnitOverYears], bloc: Bloc, years: Sequence[int], council: Council
) -> Paper:
    """The units of one bloc, with rank and points of each year."""
    subject = _("%(bloc)s %(years)s") % {"bloc": bloc.name, "years": years_in_words(years)}
    blocks: list[Block] = [
        Paragraph(text=_("Mỗi ô: hạng, trong ngoặc là phần trăm điểm tối đa của đơn vị."))
    ]
    blocks += [
        _unit_table(rows, range(first, min(first + YEARS_A_TABLE, len(years))))
        for first in range(0, len(years), YEARS_A_TABLE)
    ]
    return _paper(subject, years, council, blocks)


def _paper(subject: str, years: Sequence[int], council: Council, blocks: Sequence[Block]) -> Paper:
    return Paper(
        letterhead="state",
        year=years[-1],
        name=_("So sánh kết quả thi đua"),
        subject=subject,
        issuing_body=council.name,
        is_numbered=False,
        place=council.place,
        day=timezone.localdate(),
        blocks=tuple(blocks),
    )


def _short_names(seasons: Sequence[Season]) -> dict[tuple[int, str], str]:
    """The units' short names by season and code; one query."""
    rows = Participant.objects.filter(season__in=seasons)
    found = rows.values_list("season", "unit__code", "short_name")
    return {(season, code): name for season, code, name in found}


def _bloc_lines(row: BlocOverYears, names: Mapping[tuple[int, str], str]) -> Iterator[Row]:
    name = row.name
    for season, published in row.cells:
        if season is None:
            continue
        figures = _figures(season, published, names)
        # A bloc is named once, beside the first of its years.
        yield Row(cells=(name, str(season.year), *figures))
        name = ""


def _figures(
    season: Season, published: Published | None, names: Mapping[tuple[int, str], str]
) -> tuple[str, str, str, str]:
    if published is None or published.spread is None:
        return "–", _("chưa công bố"), "–", "–"
    first = [names.get((season.pk, one.unit), "") for one in published.results if one.rank == 1]
    spread = published.spread
    return (
        str(len(published.results)),
        ", ".join(filter(None, first)) or "–",
        f"{points(spread.worst)} – {points(spread.best)}",
        points(spread.mean),
    )


def _unit_table(rows: Sequence[UnitOverYears], places: range) -> Table:
    share = (100 - _UNIT_SHARE) // len(places)
    heads = [rows[0].cells[place].year for place in places] if rows else []
    columns = [Column(label=str(year), share=share, align="centre") for year in heads]
    left = 100 - share * len(columns)
    return Table(
        columns=(Column(label="Đơn vị", share=left), *columns),
        rows=tuple(
            Row(cells=(row.name, *(_cell(row, place) for place in places))) for row in rows
        ),
    )


def _cell(row: UnitOverYears, place: int) -> str:
    result = row.cells[place].result
    if result is None:
        return "–"
    return f"{result.rank or '–'} ({points(result.share)})"
