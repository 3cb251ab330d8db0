"""Addresses of seasons, registrations and compacts."""

from __future__ import annotations

from django.urls import URLPattern, path

from compacts.views import compacts

app_name = "compacts"
_SEASON = "khoi/<slug:bloc>/<int:year>/"

urlpatterns: list[URLPattern] = [
    path(_SEASON + "giao-uoc/", compacts.compact, name="compact"),
    path(_SEASON + "giao-uoc/bat-dau/", compacts.start, name="compact_start"),
    path(_SEASON + "giao-uoc/soan/", compacts.edit, name="compact_edit"),
    path(_SEASON + "giao-uoc/xem-truoc/", compacts.preview, name="compact_preview"),
    path(_SEASON + "giao-uoc/ban-hanh/", compacts.issue, name="compact_issue"),
    path(_SEASON + "giao-uoc/tao-pdf/", compacts.make_pdf, name="compact_render"),
    path(_SEASON + "giao-uoc/ban-<int:version>.pdf", compacts.document, name="compact_pdf"),
    path(_SEASON + "giao-uoc/ky/<str:unit>/", compacts.sign, name="signature_new"),
    path(_SEASON + "giao-uoc/ban-chup/<str:unit>/", compacts.scan, name="signature_scan"),
    path(_SEASON + "giao-uoc/ban-chup/<str:unit>/tep/", compacts.scan_file, name="scan_file"),
    path("xac-thuc/<slug:code>/", compacts.verify, name="verify"),
]
