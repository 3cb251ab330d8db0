"""Addresses of scoring tables, rounds, sheets and rankings."""

from __future__ import annotations

from django.urls import URLPattern, path

from scoring.views import imports, ranking

app_name = "scoring"
_SEASON = "khoi/<slug:bloc>/<int:year>/"
_RANKING = _SEASON + "xep-hang/"

urlpatterns: list[URLPattern] = [
    path("nhap-mua-thi-dua/", imports.upload, {"kind": "mua"}, name="season_import"),
    path("bang-diem/", imports.table_list, name="table_list"),
    path("bang-diem/nhap/", imports.upload, {"kind": "bang-diem"}, name="criteria_import"),
    path("bang-diem/<int:pk>/", imports.table, name="table"),
    path("nhap-tep/<int:pk>/", imports.preview, name="import_preview"),
    path("nhap-tep/<int:pk>/xac-nhan/", imports.confirm, name="import_confirm"),
    path(_SEASON + "xuat/", imports.export, name="season_export"),
    path(_RANKING, ranking.ranking, name="ranking"),
    path(_RANKING + "<slug:round>/cong-bo/", ranking.publish, name="publish"),
    path(_RANKING + "<slug:round>/bo-phieu/", ranking.ballot_new, name="ballot_new"),
    path(
        _RANKING + "<slug:round>/<str:unit>/quyet-dinh/",
        ranking.decision_new,
        name="decision_new",
    ),
    path(_RANKING + "<slug:round>/<str:unit>/", ranking.ranking_why, name="ranking_why"),
]
