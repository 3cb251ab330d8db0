"""The columns of the leaders' lists when they leave as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from scoring.queries.bloc_rows import BlocRow, Reason, UnitRow
from scoring.queries.years import BlocOverYears, UnitOverYears
from units.exports import Column

Listed = tuple[BlocRow, UnitRow]


def _words(reasons: tuple[Reason, ...]) -> str:
    return "; ".join(one.text for one in reasons)


def bloc_columns() -> list[Column[BlocRow]]:
    """The blocs of a year."""
    return [
        Column(_("Khối"), lambda row: row.season.bloc.name),
        Column(_("Năm"), lambda row: row.season.year),
        Column(_("Số đơn vị"), lambda row: len(row.units)),
        Column(_("Bước chậm"), lambda row: "; ".join(one.label for one in row.late)),
        Column(_("Đăng ký đã nhận"), lambda row: row.accepted),
        Column(_("Đã ký giao ước"), lambda row: row.signed),
        Column(_("Giao ước có hiệu lực"), lambda row: row.in_force_on),
        Column(_("Ký muộn (ngày)"), lambda row: row.signed_late),
        Column(_("Phiếu đã gửi"), lambda row: row.sent),
        Column(_("Tổng số phiếu"), lambda row: row.sheets),
        Column(_("Dẫn đầu"), lambda row: "; ".join(one.participant.name for one in row.first)),
        Column(_("Thấp nhất (%)"), lambda row: row.spread.worst if row.spread else None),
        Column(_("Trung bình (%)"), lambda row: row.spread.mean if row.spread else None),
        Column(_("Cao nhất (%)"), lambda row: row.spread.best if row.spread else None),
        Column(_("Độ lệch chuẩn"), lambda row: row.spread.deviation if row.spread else None),
        Column(_("Xếp loại cao nhất"), lambda row: row.spread.top_class if row.spread else ""),
        Column(_("Tỷ lệ (%)"), lambda row: row.spread.excellent if row.spread else None),
        Column(
            _("Tự chấm hơn thẩm định (%)"),
            lambda row: row.inflation.share if row.inflation else None,
        ),
        Column(_("Chỉ tiêu"), lambda row: row.targets),
        Column(_("Chỉ tiêu đạt"), lambda row: row.reached),
        Column(_("Chỉ tiêu chưa có số liệu"), lambda row: row.without_data),
        Column(_("Nhiệm vụ đột xuất"), lambda row: row.ad_hoc),
        Column(_("Đơn vị cần chú ý"), lambda row: len(row.watched)),
        Column(_("Cần lưu ý"), lambda row: _words(row.warnings)),
    ]


def _share(unit: UnitRow) -> Decimal | None:
    return unit.result.share if unit.result else None


def unit_columns() -> list[Column[Listed]]:
    """The units of a year's blocs."""
    return [
        Column(_("Khối"), lambda pair: pair[0].season.bloc.name),
        Column(_("Đơn vị"), lambda pair: pair[1].participant.name),
        Column(_("Hạng"), lambda pair: pair[1].result.rank if pair[1].result else None),
        Column(_("Hạng năm trước"), lambda pair: pair[1].movement.before),
        Column(_("Tổng điểm (%)"), lambda pair: _share(pair[1])),
        Column(_("Xếp loại"), lambda pair: pair[1].result.class_name if pair[1].result else ""),
        Column(
            _("Tự chấm hơn thẩm định (%)"),
            lambda pair: pair[1].inflation.share if pair[1].inflation else None,
        ),
        Column(_("Chỉ tiêu"), lambda pair: pair[1].targets),
        Column(_("Chỉ tiêu đạt"), lambda pair: pair[1].reached),
        Column(_("Chỉ tiêu chưa có số liệu"), lambda pair: pair[1].without_data),
        Column(_("Nhiệm vụ đột xuất"), lambda pair: pair[1].ad_hoc),
        Column(_("Cần chú ý"), lambda pair: _words(pair[1].reasons)),
    ]


def unit_years_columns(years: Sequence[int]) -> list[Column[UnitOverYears]]:
    """A bloc's units over the years."""
    columns: list[Column[UnitOverYears]] = [Column(_("Đơn vị"), lambda row: row.name)]
    for at, year in enumerate(years):
        columns += [
            Column(_("Hạng năm %(year)d") % {"year": year}, _rank_in(at)),
            Column(_("Điểm năm %(year)d (%%)") % {"year": year}, _share_in(at)),
        ]
    moved: Column[UnitOverYears] = Column(
        _("Lên, xuống hạng"), lambda row: row.movement.moved if row.movement else None
    )
    return [*columns, moved]


def _rank_in(at: int) -> Callable[[UnitOverYears], int | None]:
    def rank(row: UnitOverYears) -> int | None:
        result = row.cells[at].result
        return result.rank if result else None

    return rank


def _share_in(at: int) -> Callable[[UnitOverYears], Decimal | None]:
    def share(row: UnitOverYears) -> Decimal | None:
        result = row.cells[at].result
        return result.share if result else None

    return share


def bloc_years_columns(years: Sequence[int]) -> list[Column[BlocOverYears]]:
    """A council's blocs over the years."""
    columns: list[Column[BlocOverYears]] = [Column(_("Khối"), lambda row: row.name)]
    for at, year in enumerate(years):
        facts = {"year": year}
        columns += [
            Column(_("Số đơn vị xếp hạng năm %(year)d") % facts, _ranked_in(at)),
            Column(_("Thấp nhất năm %(year)d (%%)") % facts, _spread_in(at, "worst")),
            Column(_("Trung bình năm %(year)d (%%)") % facts, _spread_in(at, "mean")),
            Column(_("Cao nhất năm %(year)d (%%)") % facts, _spread_in(at, "best")),
            Column(_("Độ lệch chuẩn năm %(year)d") % facts, _spread_in(at, "deviation")),
        ]
    return columns


def _ranked_in(at: int) -> Callable[[BlocOverYears], int | None]:
    def ranked(row: BlocOverYears) -> int | None:
        published = row.cells[at][1]
        return len(published.results) if published else None

    return ranked


def _spread_in(at: int, figure: str) -> Callable[[BlocOverYears], Decimal | None]:
    def value(row: BlocOverYears) -> Decimal | None:
        published = row.cells[at][1]
        return getattr(published.spread, figure) if published and published.spread else None

    return value
