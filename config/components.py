"""Every component of the pages with samples, for who works on them; in debug only."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace as Sample
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from units.access import YES, no
from units.charts import Parts, Ranks, Values, range_chart, slope_chart, stack_chart, strip
from units.rules import JobState

ICONS = [
    "check",
    "done",
    "open",
    "now",
    "clock",
    "warning",
    "info",
    "cross",
    "pen",
    "lock",
    "back",
    "file",
    "download",
    "link",
    "person",
    "down",
    "search",
    "bell",
    "folder",
    "star",
    "globe",
    "help",
    "more",
]
STATES = ("success", "info", "warning", "danger", "neutral")
TOKENS = ["accent", "gold", "ink", "link", "muted", "success", "warning", "danger", "info"]
_DAY = datetime.datetime(2018, 3, 20, 7, 30, tzinfo=datetime.UTC)


class _SampleForm(forms.Form):
    """Two fields, both wrong."""

    name = forms.CharField(label=_("Chỉ số đo"))
    target = forms.DecimalField(label=_("Chỉ tiêu"))


def _samples() -> dict[str, Any]:
    form = _SampleForm({"name": "", "target": "chín mươi"})
    signature = Sample(signatory_name="Trần Quốc Hùng", signed_on=_DAY.date())
    return {
        "icons": ICONS,
        "states": STATES,
        "tokens": TOKENS,
        "form": form,
        "filters": [
            {
                "name": "loai",
                "label": _("Trạng thái"),
                "value": "",
                "choices": [("a", _("Đã gửi")), ("b", _("Trả lại"))],
            }
        ],
        "page": Paginator(range(95), 10).get_page(4),
        "job": Sample(
            pk=0, state=JobState.DONE, progress=100, message="", get_state_display=lambda: "Xong"
        ),
        "board": [
            Sample(name="Ủy ban Kiểm tra Tỉnh ủy", office="Trưởng khối", signature=signature),
            Sample(name="Báo Hà Nam", office="", signature=None),
        ],
        "steps": [
            Sample(label=_("Soạn"), state="done"),
            Sample(label=_("Trả lại"), state="returned"),
            Sample(label=_("Còn lỗi"), state="faulty", url="#"),
            Sample(label=_("Duyệt"), state="now"),
            Sample(label=_("Ký"), state="next"),
        ],
        "bars": [
            Sample(label=_("Nhiệm vụ chính trị"), share=92, text="92,00"),
            Sample(label=_("Xây dựng Đảng"), share=60, text="60,00"),
        ],
        "files": [Sample(name="bien-ban.pdf", url="#", note="1,2 MB")],
        "entries": [
            Sample(at=_DAY, actor_name="Nguyễn Thị Thư", summary=_("ban hành giao ước.")),
        ],
        "news": [
            Sample(
                at=_DAY, summary=_("ban hành giao ước."), season="Khối các Ban Đảng 2018", url="#"
            ),
        ],
        "actions": [Sample(url="#", label=_("Ban hành"), primary=True)],
        "derivation": Sample(
            heading=_("Tỷ lệ hoàn thành"),
            result="57,00",
            lines=[_("đạt 95/100 → 95% của 60 điểm = 57,00")],
        ),
        "allowed": YES,
        "refused": no(_("Chỉ thư ký khối được làm việc này.")),
    }


def _charts() -> dict[str, Any]:
    """A chart of each kind, with its table in words."""
    spread = Values("BTC", (Decimal("88.25"), Decimal(92), Decimal("97.5")), "88,25–97,50%")
    reached = Parts("BTC", ((Decimal(7), _("đạt")), (Decimal(3), _("chưa đạt"))), "7/10")
    return {
        "spread": range_chart("mau-khoang", _("Điểm"), "88,25–97,50%", [spread]),
        "targets": stack_chart(
            "mau-muc", _("Chỉ tiêu"), "7/10", [_("đạt"), _("chưa đạt")], [reached]
        ),
        "slope": slope_chart(
            "mau-hang",
            _("Thứ hạng"),
            _("tăng 2 bậc"),
            ["2017", "2018"],
            [Ranks("BTC", (3, 1), _("tăng 2 bậc"))],
        ),
        "steps_strip": strip(
            "mau-buoc",
            _("Các bước"),
            [(Decimal("0.2"), 1, "done", _("Ký")), (Decimal("0.9"), 2, "ahead", _("Chấm điểm"))],
            Decimal("0.5"),
        ),
        "order": Sample(key="diem", backwards=True),
    }


@require_safe
@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """The components, each with its name and a sample."""
    return render(request, "components.html", _samples() | _charts())
