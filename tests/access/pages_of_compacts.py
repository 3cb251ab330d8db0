"""Pages of seasons, registrations and compacts."""

from __future__ import annotations

from tests.access.row import (
    EVERYBODY,
    IN_THE_SEASON,
    MEMBERS,
    OF_BTC,
    PUBLIC,
    RUN_THE_SEASON,
    SEE_BUT_DO_NOT_RUN,
    SET_UP,
    Row,
)

SEASON = ("bloc", "year")
DRAFT_SEASON = ("bloc", "year_of_draft")
OF_BTC_UNIT = (*SEASON, "unit")
SIGNS_FOR_BTC = f"{OF_BTC} {RUN_THE_SEASON}"
DOES_NOT_SIGN_FOR_BTC = "head_of_ubkt scorer_of_duk leader"
JUDGES_BTC = f"{RUN_THE_SEASON} leader"
AD_HOC = (*SEASON, "ad_hoc")
TEXT = (*SEASON, "text")
MOVEMENT = (*SEASON, "movement")
COMMENT = {"section": "0", "text": "Nên rõ hơn."}
REASON = {"reason": "Thiếu chỉ tiêu."}

ROWS = [
    Row("compacts:season_list", EVERYBODY),
    Row("compacts:season_new", SET_UP, SEE_BUT_DO_NOT_RUN, at=("bloc",)),
    Row("compacts:season", IN_THE_SEASON, at=SEASON),
    Row("compacts:season_edit", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=SEASON),
    Row("compacts:signatories", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=SEASON),
    Row("compacts:milestone", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=(*SEASON, "step")),
    Row(
        "compacts:journal",
        f"{RUN_THE_SEASON} leader",
        f"{OF_BTC} head_of_ubkt scorer_of_duk",
        at=SEASON,
    ),
    Row("compacts:registration_list", IN_THE_SEASON, at=SEASON),
    Row(
        "compacts:registration_remind",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=SEASON,
    ),
    Row("compacts:registration", IN_THE_SEASON, at=OF_BTC_UNIT),
    Row(
        "compacts:registration",
        f"{OF_BTC} head_of_ubkt scorer_of_duk secretary deputy_secretary",
        at=("bloc", "year_of_draft", "unit"),
    ),
    Row(
        "compacts:registration_return",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=OF_BTC_UNIT,
        data=REASON,
    ),
    Row(
        "compacts:registration_accept",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=OF_BTC_UNIT,
    ),
    Row("compacts:invitation_list", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=SEASON),
    Row(
        "compacts:invitations_send",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=SEASON,
    ),
    Row("compacts:progress_list", IN_THE_SEASON, at=SEASON),
    Row("compacts:progress", IN_THE_SEASON, at=(*SEASON, "unit_accepted")),
    Row("compacts:progress_file", IN_THE_SEASON, at=(*SEASON, "unit_accepted", "progress_report")),
    Row("compacts:ad_hoc_list", IN_THE_SEASON, at=SEASON),
    Row(
        "compacts:ad_hoc_new",
        f"{MEMBERS} {RUN_THE_SEASON}",
        "leader",
        at=SEASON,
        told={"scorer_of_duk": 403},
    ),
    # What was not confirmed is not shown to other members, the season's offices excepted.
    Row("compacts:ad_hoc", IN_THE_SEASON, at=AD_HOC),
    Row(
        "compacts:ad_hoc_edit",
        f"{OF_BTC} {RUN_THE_SEASON}",
        "head_of_ubkt scorer_of_duk leader",
        at=AD_HOC,
    ),
    Row(
        "compacts:ad_hoc_confirm",
        JUDGES_BTC,
        MEMBERS,
        ok=302,
        method="post",
        at=AD_HOC,
    ),
    Row(
        "compacts:ad_hoc_refuse",
        JUDGES_BTC,
        MEMBERS,
        ok=302,
        method="post",
        at=AD_HOC,
        data=REASON,
    ),
    Row("compacts:ad_hoc_file", IN_THE_SEASON, at=AD_HOC),
    Row("compacts:compact", IN_THE_SEASON, at=SEASON),
    Row("compacts:compact", IN_THE_SEASON, at=DRAFT_SEASON),
    Row(
        "compacts:compact_start",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=SEASON,
    ),
    Row("compacts:compact_edit", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=DRAFT_SEASON),
    Row("compacts:compact_edit", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, ok=302, at=SEASON),
    Row("compacts:compact_preview", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=DRAFT_SEASON),
    Row("compacts:compact_issue", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=DRAFT_SEASON),
    Row(
        "compacts:compact_render",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=SEASON,
    ),
    Row("compacts:compact_pdf", IN_THE_SEASON, at=(*SEASON, "version")),
    # Recorded already, which is said on the compact's page.
    Row("compacts:signature_new", SIGNS_FOR_BTC, DOES_NOT_SIGN_FOR_BTC, ok=302, at=OF_BTC_UNIT),
    Row("compacts:signature_scan", SIGNS_FOR_BTC, DOES_NOT_SIGN_FOR_BTC, at=OF_BTC_UNIT),
    Row("compacts:scan_file", IN_THE_SEASON, at=OF_BTC_UNIT),
    Row("compacts:calendar", PUBLIC, at=("calendar_key",)),
    Row("compacts:role_model_list", IN_THE_SEASON, at=SEASON),
    Row(
        "compacts:role_model_new",
        f"{MEMBERS} {RUN_THE_SEASON}",
        "leader",
        at=SEASON,
        told={"scorer_of_duk": 403},
    ),
    Row("compacts:role_model", IN_THE_SEASON, at=(*SEASON, "role_model")),
    Row(
        "compacts:role_model_edit",
        f"{OF_BTC} {RUN_THE_SEASON}",
        "head_of_ubkt scorer_of_duk leader",
        at=(*SEASON, "role_model"),
    ),
    Row("compacts:role_model_picture", IN_THE_SEASON, at=(*SEASON, "role_model")),
    Row("compacts:movement_list", IN_THE_SEASON, at=SEASON),
    Row("compacts:movement_new", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=SEASON),
    Row("compacts:movement", IN_THE_SEASON, at=MOVEMENT),
    Row("compacts:movement_edit", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=MOVEMENT),
    Row("compacts:movement_launch", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=MOVEMENT),
    Row("compacts:movement_review", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=MOVEMENT),
    Row("compacts:movement_file", IN_THE_SEASON, at=(*MOVEMENT, "review")),
    Row("compacts:text_new", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=SEASON),
    Row("compacts:text", IN_THE_SEASON, at=TEXT),
    Row("compacts:text_edit", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=TEXT),
    Row(
        "compacts:text_open",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=TEXT,
        data={"due_at": "17:00 20/3/2099"},
    ),
    # Who may not comment is told so on the text's page.
    Row("compacts:text_comment", IN_THE_SEASON, ok=302, method="post", at=TEXT, data=COMMENT),
    Row(
        "compacts:text_answer",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=(*TEXT, "text_comment"),
        data={"outcome": "accepted", "answer": "Đồng ý."},
    ),
    Row("compacts:text_differences", IN_THE_SEASON, at=TEXT),
    Row("compacts:text_issue", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=TEXT),
    Row("compacts:text_file", IN_THE_SEASON, at=(*TEXT, "ending")),
    Row("compacts:comments_file", IN_THE_SEASON, at=(*TEXT, "ending")),
    Row("compacts:compact_word", IN_THE_SEASON, at=SEASON),
    Row("compacts:compact_word", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=DRAFT_SEASON),
    Row("compacts:signing_board", IN_THE_SEASON, at=SEASON),
    Row("compacts:signed_file", IN_THE_SEASON, at=SEASON),
    Row("compacts:scan_for_many", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=SEASON),
    Row(
        "compacts:sign_digitally",
        OF_BTC,
        f"{RUN_THE_SEASON} head_of_ubkt scorer_of_duk leader",
        at=OF_BTC_UNIT,
    ),
    # Whoever holds the random address signs; there is no other way in.
    Row("compacts:remote_signing", PUBLIC, at=("signing_token",)),
    Row("compacts:remote_signing_file", PUBLIC, at=("signing_token",)),
    Row("compacts:check", PUBLIC),
    Row("compacts:verify", PUBLIC, at=("code",)),
]
