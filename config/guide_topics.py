"""Which part of the guides speaks of which pages: the one table of help in context."""

from __future__ import annotations

from collections.abc import Mapping

# The beginning of a page's name, and the address of a heading in each guide that speaks of it.
# Of several beginnings the longest counts; the reader's own guide comes before the others.
_SIGNING = {"thu-ky": "ky-giao-uoc", "don-vi": "ky-giao-uoc"}
_TEXTS = {"thu-ky": "2-chuong-trinh-quy-che-bang-diem", "don-vi": "gop-y"}
_TABLES = {"thu-ky": "bang-diem", "don-vi": "gop-y"}
_NEW_SEASON = {"thu-ky": "1-mo-mua-thi-dua"}
_INVITATIONS = {"thu-ky": "moi-cac-don-vi"}
_SET_UP = {"thu-ky": "8-thiet-lap"}
_IMPORT = {"thu-ky": "nhap-tu-excel"}
_MARK_IMPORT = {"thu-ky": "nhap-diem-tu-tep", "don-vi": "tu-cham"}
_SCORING = {"thu-ky": "5-cham-diem-bo-phieu-cong-bo", "don-vi": "tu-cham"}
_EXPLAINING = {"thu-ky": "5-cham-diem-bo-phieu-cong-bo", "don-vi": "giai-trinh"}
_BALLOT = {"thu-ky": "bo-phieu", "don-vi": "bo-phieu"}
_RESULTS = {"thu-ky": "xep-hang-danh-hieu", "don-vi": "xep-hang", "lanh-dao": "vi-sao"}
_TITLES = {"thu-ky": "xep-hang-danh-hieu"}
_PAPERS = {"thu-ky": "6-van-ban-cua-ca-nam"}
_BLOCS = {"lanh-dao": "nhin-chung"}
_DOSSIERS = {"lanh-dao": "ho-so-ca-nam"}
_FIRST_STEPS = {"thu-ky": "huong-dan-thu-ky-khoi", "don-vi": "lan-dau", "lanh-dao": "nhin-chung"}
_TOLD = {"don-vi": "lan-dau"}
_CHECKS = {"lanh-dao": "kiem-tra-mot-van-ban"}

TOPICS: Mapping[str, Mapping[str, str]] = {
    "home": _FIRST_STEPS,
    "news": _FIRST_STEPS,
    "deeds": _FIRST_STEPS,
    "units:notification": _TOLD,
    "units:mail_settings": _TOLD,
    "compacts:calendar_page": _TOLD,
    # setting up
    "units:setup": _SET_UP,
    "units:council": _SET_UP,
    "units:unit": _SET_UP,
    "units:bloc": _SET_UP,
    "units:membership": _SET_UP,
    "units:person": _SET_UP,
    "units:role": _SET_UP,
    "units:workbook_import": _IMPORT,
    "units:unit_person": _INVITATIONS,
    "units:letter": _INVITATIONS,
    "scoring:season_import": _IMPORT,
    "scoring:criteria_import": _IMPORT,
    "scoring:import": _IMPORT,
    # the season
    "compacts:season": _FIRST_STEPS,
    "compacts:season_new": _NEW_SEASON,
    "compacts:season_edit": _NEW_SEASON,
    "compacts:milestone": _NEW_SEASON,
    "compacts:signatories": _NEW_SEASON,
    "scoring:next_season": _NEW_SEASON,
    "scoring:season_plan": _NEW_SEASON,
    "compacts:invitation": _INVITATIONS,
    "scoring:season_board": {"thu-ky": "3-dang-ky-va-giao-uoc", "don-vi": "lan-dau"},
    "scoring:step_remind": {"thu-ky": "3-dang-ky-va-giao-uoc"},
    "compacts:journal": {"lanh-dao": "vi-sao"},
    # texts, registration, compact
    "compacts:text": _TEXTS,
    "compacts:registration": {"thu-ky": "3-dang-ky-va-giao-uoc", "don-vi": "dang-ky"},
    "compacts:registration_import": {"thu-ky": "nhap-dang-ky-tu-tep"},
    "compacts:compact": _SIGNING,
    "compacts:compact_edit": {"thu-ky": "3-dang-ky-va-giao-uoc"},
    "compacts:compact_issue": {"thu-ky": "3-dang-ky-va-giao-uoc"},
    "compacts:sign": _SIGNING,
    "compacts:scan": _SIGNING,
    "compacts:remote_signing": _SIGNING,
    "compacts:conference": {"thu-ky": "hoi-nghi"},
    # during the year
    "compacts:progress": {"thu-ky": "tien-do-nhiem-vu", "don-vi": "trong-nam"},
    "compacts:ad_hoc": {"thu-ky": "nhiem-vu-dot-xuat", "don-vi": "trong-nam"},
    "compacts:movement": {"thu-ky": "phong-trao-dot-thi-dua", "don-vi": "trong-nam"},
    "compacts:announcement": {"thu-ky": "bang-tin", "don-vi": "trong-nam"},
    "compacts:role_model": {"thu-ky": "guong-dien-hinh", "don-vi": "guong-dien-hinh"},
    "compacts:multiplication": {"thu-ky": "guong-dien-hinh", "don-vi": "guong-dien-hinh"},
    # scoring
    "scoring:table": _TABLES,
    "scoring:criterion": _TABLES,
    "scoring:round": _SCORING,
    "scoring:assignment": _SCORING,
    "scoring:exemption": _SCORING,
    "scoring:sources": _SCORING,
    "scoring:sheet": _SCORING,
    "scoring:evidence": _SCORING,
    "scoring:mark_import": _MARK_IMPORT,
    "scoring:explanation": _EXPLAINING,
    "scoring:objection": _EXPLAINING,
    "scoring:poll": _BALLOT,
    "scoring:ballot": _BALLOT,
    # results
    "scoring:ranking": _RESULTS,
    "scoring:publication": _RESULTS,
    "scoring:publish": _RESULTS,
    "scoring:correct": _RESULTS,
    "scoring:to_council": _RESULTS,
    "scoring:decision": _RESULTS,
    "scoring:what_if": _TITLES,
    "scoring:title": _TITLES,
    "scoring:award": _TITLES,
    "scoring:fairness": {"lanh-dao": "vi-sao"},
    "scoring:paper": _PAPERS,
    # leaders
    "scoring:bloc": _BLOCS,
    "scoring:unit_profile": _BLOCS,
    "scoring:bloc_years": {"lanh-dao": "so-sanh-cac-nam"},
    "scoring:dossier": _DOSSIERS,
    "scoring:search": {"thu-ky": "7-tim", "don-vi": "tim"},
    "compacts:check": _CHECKS,
    "compacts:verify": _CHECKS,
}
