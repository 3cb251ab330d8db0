"""Addresses of scoring tables, rounds, sheets and rankings."""

from __future__ import annotations

from django.urls import URLPattern, path

from scoring.views import (
    blocs,
    dossiers,
    evidence,
    exemptions,
    explanations,
    fairness,
    imports,
    offline,
    papers,
    polls,
    publications,
    ranking,
    records,
    rounds,
    sheets,
    table_comments,
    tables,
    titles,
    what_if,
)

app_name = "scoring"
_SEASON = "khoi/<slug:bloc>/<int:year>/"
_RANKING = _SEASON + "xep-hang/"
_SCORING = _SEASON + "cham-diem/"
_ROUND = _SCORING + "<slug:round>/"
_SHEET = _ROUND + "<str:unit>/<slug:stage>/<str:scorer>/"
_EXPLANATION = _ROUND + "<str:unit>/giai-trinh/<int:criterion>/"
_DRAFT = _SCORING + "soan-bang/<int:pk>/"
_POLL = _SEASON + "bo-phieu/<int:pk>/"
_PAPER = _SEASON + "van-ban/<slug:kind>/<str:key>/"
_EVIDENCE = _SHEET + "minh-chung/"

urlpatterns: list[URLPattern] = [
    path("cac-khoi/", blocs.blocs, name="blocs"),
    path("ho-so/", dossiers.dossier_list, name="dossier_list"),
    path("ho-so/in/", dossiers.dossier_new, name="dossier_new"),
    path("ho-so/<int:pk>/", dossiers.dossier, name="dossier"),
    path("ho-so/<int:pk>/huy/", dossiers.dossier_cancel, name="dossier_cancel"),
    path("ho-so/<int:pk>/thu-lai/", dossiers.dossier_retry, name="dossier_retry"),
    path("ho-so/<int:pk>/ho-so.zip", dossiers.dossier_file, name="dossier_file"),
    path("nhap-mua-thi-dua/", imports.upload, {"kind": "mua"}, name="season_import"),
    path("bang-diem/", imports.table_list, name="table_list"),
    path("bang-diem/nhap/", imports.upload, {"kind": "bang-diem"}, name="criteria_import"),
    path("bang-diem/<int:pk>/", table_comments.table, name="table"),
    path("bang-diem/<int:pk>/bang.xlsx", imports.table_workbook_file, name="table_workbook"),
    path("bang-diem/<int:pk>/gop-y/", table_comments.comment_new, name="table_comment"),
    path(
        "bang-diem/<int:pk>/gop-y/<int:comment>/",
        table_comments.comment_answer,
        name="table_comment_answer",
    ),
    path("nhap-tep/<int:pk>/", imports.preview, name="import_preview"),
    path("nhap-tep/<int:pk>/xac-nhan/", imports.confirm, name="import_confirm"),
    path(_SEASON + "van-ban/", papers.paper_list, name="paper_list"),
    path(_PAPER, papers.paper, name="paper"),
    path(_PAPER + "tep.<str:ending>", papers.paper_file, name="paper_file"),
    path(_PAPER + "the-thuc/", papers.paper_wording, name="paper_wording"),
    path(_PAPER + "ban-hanh/", papers.paper_issue, name="paper_issue"),
    path(_SEASON + "xuat/", imports.export, name="season_export"),
    path(_RANKING, ranking.ranking, name="ranking"),
    path(_RANKING + "<slug:round>/cong-bo/", publications.publish, name="publish"),
    path(_RANKING + "<slug:round>/cach-cham/", fairness.fairness, name="fairness"),
    path(_RANKING + "<slug:round>/gia-dinh/", what_if.what_if_page, name="what_if"),
    path(_RANKING + "<slug:round>/danh-hieu/", titles.titles, name="titles"),
    path(
        _RANKING + "<slug:round>/danh-hieu/de-nghi/", titles.awards_propose, name="awards_propose"
    ),
    path(_RANKING + "<slug:round>/danh-hieu/hoi-dong/", titles.award_add, name="award_add"),
    path(
        _RANKING + "<slug:round>/danh-hieu/hoi-dong/<int:pk>/",
        titles.award_decide,
        name="award_decide",
    ),
    path(
        _RANKING + "<slug:round>/danh-hieu/don-vi/<str:unit>/",
        titles.title_checks,
        name="title_checks",
    ),
    path(_RANKING + "<slug:round>/dinh-chinh/", publications.correct, name="correct"),
    path(_RANKING + "<slug:round>/trinh-hoi-dong/", publications.to_council, name="to_council"),
    path(_RANKING + "<slug:round>/ban-cong-bo/", publications.publications, name="publications"),
    path(
        _RANKING + "<slug:round>/kien-nghi/<int:pk>/",
        publications.objection_answer,
        name="objection_answer",
    ),
    path(
        _RANKING + "<slug:round>/<str:unit>/kien-nghi/",
        publications.objection_new,
        name="objection_new",
    ),
    path(_RANKING + "<slug:round>/bo-phieu/", ranking.ballot_new, name="ballot_new"),
    path(
        _RANKING + "<slug:round>/<str:unit>/quyet-dinh/",
        ranking.decision_new,
        name="decision_new",
    ),
    path(_RANKING + "<slug:round>/<str:unit>/", ranking.ranking_why, name="ranking_why"),
    path(_SEASON + "bo-phieu/", polls.poll_list, name="poll_list"),
    path(_SEASON + "bo-phieu/moi/<slug:round>/", polls.poll_new, name="poll_new"),
    path(_POLL, polls.poll, name="poll"),
    path(_POLL + "cu-tri/", polls.poll_enrol, name="poll_enrol"),
    path(_POLL + "mo/", polls.poll_open, name="poll_open"),
    path(_POLL + "phieu/", polls.poll_vote, name="poll_vote"),
    path(_POLL + "khoa/", polls.poll_close, name="poll_close"),
    path(_POLL + "bien-ban/", polls.poll_minutes, name="poll_minutes"),
    path(_SCORING, rounds.round_list, name="round_list"),
    path(_SCORING + "moi/", rounds.round_new, name="round_new"),
    path(_SCORING + "bang-diem/", rounds.table_adopt, name="table_adopt"),
    path(_SCORING + "soan-bang/", tables.draft_list, name="table_drafts"),
    path(_DRAFT, tables.table_edit, name="table_edit"),
    path(_DRAFT + "phien-ban/", tables.version_new, name="table_version"),
    path(_DRAFT + "thong-tin/", tables.table_facts, name="table_facts"),
    path(_DRAFT + "xep-loai/", tables.table_section, {"section": "classes"}, name="table_classes"),
    path(
        _DRAFT + "bang-diem-nhau/",
        tables.table_section,
        {"section": "tie_breaks"},
        name="table_tie_breaks",
    ),
    path(_DRAFT + "danh-hieu/", tables.table_section, {"section": "titles"}, name="table_titles"),
    path(_DRAFT + "gop-y/", tables.comments_open, name="table_comments_open"),
    path(_DRAFT + "thong-qua/", tables.draft_adopt, name="table_draft_adopt"),
    path(_DRAFT + "vi-du/", tables.criterion_example, name="criterion_example"),
    path(_DRAFT + "them/", tables.criterion_new, name="criterion_new"),
    path(_DRAFT + "tieu-chi/<path:code>/", tables.criterion_edit, name="criterion_edit"),
    path(_SCORING + "khong-ap-dung/", exemptions.exemption_list, name="exemptions"),
    path(
        _SCORING + "khong-ap-dung/<int:pk>/bo/",
        exemptions.exemption_remove,
        name="exemption_remove",
    ),
    path(
        _SCORING + "khong-ap-dung/<int:pk>/tra-loi/",
        exemptions.exemption_answer,
        name="exemption_answer",
    ),
    path(_SCORING + "so-lieu/", records.sources, name="sources"),
    path(_ROUND, rounds.round_page, name="round"),
    path(_ROUND + "mo/", rounds.round_open, name="round_open"),
    path(_ROUND + "khoa/", rounds.round_close, name="round_close"),
    path(_ROUND + "mo-lai/", rounds.round_reopen, name="round_reopen"),
    path(_ROUND + "thoi-han/", rounds.round_times, name="round_times"),
    path(_ROUND + "nhac/", rounds.round_remind, name="round_remind"),
    path(_ROUND + "phan-cong/", rounds.assignment_list, name="assignments"),
    path(_ROUND + "phan-cong/de-xuat/", rounds.assignment_propose, name="assignment_propose"),
    path(_ROUND + "phan-cong/<int:pk>/bo/", rounds.assignment_remove, name="assignment_remove"),
    path(_ROUND + "khoi-quyet-dinh/", rounds.final_stage, name="final_stage"),
    path(_ROUND + "<str:unit>/giai-trinh/", explanations.explanations, name="explanations"),
    path(_EXPLANATION, explanations.explanation_new, name="explanation_new"),
    path(_EXPLANATION + "tra-loi/", explanations.explanation_answer, name="explanation_answer"),
    path(_EXPLANATION + "tep/", explanations.explanation_file, name="explanation_file"),
    path(_SHEET, sheets.sheet, name="sheet"),
    path(_SHEET + "diem/<int:criterion>/", sheets.mark, name="mark"),
    path(_SHEET + "theo-de-xuat/", sheets.follow, name="sheet_follow"),
    path(_SHEET + "phieu.xlsx", offline.download, name="sheet_download"),
    path(_SHEET + "nop-tep/", offline.upload, name="sheet_upload"),
    path(_SHEET + "nop-tep/xem/", offline.preview, name="sheet_preview"),
    path(_SHEET + "lay-so-lieu/", records.fill, name="sheet_fill"),
    path(_SHEET + "gui/", sheets.submit, name="sheet_submit"),
    path(_SHEET + "tra-lai/", sheets.give_back, name="sheet_return"),
    path(_EVIDENCE + "<int:criterion>/", evidence.evidence, name="evidence"),
    path(_EVIDENCE + "<int:criterion>/dung-lai/", evidence.evidence_reuse, name="evidence_reuse"),
    path(_EVIDENCE + "tep/<int:pk>/", evidence.evidence_file, name="evidence_file"),
    path(_EVIDENCE + "rut/<int:pk>/", evidence.evidence_withdraw, name="evidence_withdraw"),
]
