"""Addresses of scoring tables, rounds, sheets and rankings."""

from __future__ import annotations

from django.urls import URLPattern, path

from scoring.views import ranking

app_name = "scoring"
_SEASON = "khoi/<slug:bloc>/<int:year>/"
_RANKING = _SEASON + "xep-hang/"

urlpatterns: list[URLPattern] = [
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
