"""The leader's brief: all blocs of a year on one page, as PDF or Word."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.documents.paper import Column, Heading, Paper, Paragraph, Row, Table
from compacts.services.season_papers import amount
from scoring.queries.blocs import BlocRow
from units.models import Council

_COLUMNS = (
    Column(label="Khối, cụm", share=27),
    Column(label="Đăng ký", share=9, align="centre"),
    Column(label="Đã ký", share=9, align="centre"),
    Column(label="Chấm điểm", share=15, align="centre"),
    Column(label="Dẫn đầu", share=20),
    Column(label="Trung bình (%)", share=10, align="right"),
    Column(label="Cao – thấp (%)", share=10, align="right"),
)


def brief_paper(rows: Sequence[BlocRow], year: int, council: Council) -> Paper:
    """Tóm tắt of the council's blocs in a year: progress, who leads, spread, what needs a look."""
    lines = tuple(_line(row) for row in rows)
    warnings = [text for row in rows for text in _warnings(row)]
    return Paper(
        letterhead="state",
        year=year,
        name=_("Tóm tắt tình hình thi đua"),
        subject=_("Các khối, cụm thi đua năm %(year)d") % {"year": year},
        issuing_body=council.name,
        is_numbered=False,
        place=council.place,
        day=timezone.localdate(),
        is_wide=True,
        blocks=(
            Table(columns=_COLUMNS, rows=lines),
            Heading(text=_("Cần lưu ý")),
            *(
                Paragraph(mark=f"{place}.", text=text)
                for place, text in enumerate(warnings, start=1)
            ),
            *([] if warnings else [Paragraph(text=_("Không có điểm nào cần lưu ý riêng."))]),
        ),
    )


def _line(row: BlocRow) -> Row:
    spread = row.spread
    gap = spread.best - spread.worst if spread else None
    scoring = _("chưa có đợt")
    if row.round is not None:
        facts = {"sent": row.sent, "all": row.sheets, "state": row.round.get_state_display()}
        scoring = _("%(state)s, %(sent)d/%(all)d phiếu") % facts
    return Row(
        cells=(
            row.season.bloc.name,
            f"{row.accepted}/{row.units}",
            f"{row.signed}/{row.units}",
            scoring,
            ", ".join(one.name for one in row.first) or _("chưa công bố"),
            amount(spread.mean) if spread else "–",
            amount(gap) if gap is not None else "–",
        )
    )


def _warnings(row: BlocRow) -> list[str]:
    """What a leader would ask about, bloc by bloc (domain dossier f: R3, R5, R12, R16)."""
    name = row.season.bloc.name
    found = []
    if row.units and row.accepted < row.units:
        facts = {"bloc": name, "count": row.units - row.accepted}
        found.append(_("%(bloc)s: %(count)d đơn vị chưa được chấp nhận đăng ký.") % facts)
    if row.compact_label and row.signed < row.units:
        facts = {"bloc": name, "count": row.units - row.signed}
        found.append(_("%(bloc)s: %(count)d đơn vị chưa ký giao ước.") % facts)
    if not row.compact_label:
        found.append(_("%(bloc)s: chưa soạn giao ước.") % {"bloc": name})
    if row.spread and row.spread.everyone_excellent:
        facts = {"bloc": name, "share": row.spread.excellent, "name": row.spread.top_class}
        found.append(_("%(bloc)s: %(share)d%% đơn vị xếp loại “%(name)s”.") % facts)
    return found
