"""Pages of tables, rounds, sheets, evidence, rankings and exchange files."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.rules import PlanStep
from tests.access.row import (
    DO_NOT_SET_UP,
    EVERYBODY,
    IN_THE_SEASON,
    MEMBERS,
    OF_BTC,
    RUN_THE_SEASON,
    SEE_BUT_DO_NOT_RUN,
    SET_UP,
    Row,
)

SEASON = ("bloc", "year")
ROUND = (*SEASON, "round")
DRAFT = (*SEASON, "draft_table")
POLL = (*SEASON, "poll")
SHEET = (*ROUND, "unit", "stage", "unit")
EXPLANATION = (*ROUND, "unit", "criterion")
SEES_EXPLANATIONS = f"{OF_BTC} {RUN_THE_SEASON} leader"
# Beside what was explained stand verified points: no cross-checker reads them before publication.
SEES_NO_EXPLANATION = "head_of_ubkt scorer_of_duk"
DO_NOT_EXPLAIN = f"head_of_ubkt scorer_of_duk {RUN_THE_SEASON} leader"
SEES_THE_SHEET = f"{OF_BTC} {RUN_THE_SEASON} leader"
SEES_THE_SHEET_ONLY = f"{RUN_THE_SEASON} leader"
SEES_THE_RANKING = f"{RUN_THE_SEASON} leader"


def run(
    name: str,
    *at: str,
    ok: int = 200,
    method: str = "get",
    data: Mapping[str, str] | None = None,
) -> Row:
    """A page of who runs the season."""
    refused = SEE_BUT_DO_NOT_RUN
    return Row(name, RUN_THE_SEASON, refused, ok=ok, method=method, at=at, data=data or {})


OVERSEE = "secretary deputy_secretary officer leader"
NO_OVERSEERS = f"stranger operator {MEMBERS}"
PAPER = ("bloc", "year", "paper_kind", "paper_key")

ROWS = [
    Row("scoring:bloc_units", OVERSEE, NO_OVERSEERS),
    Row("scoring:bloc_years", OVERSEE, NO_OVERSEERS),
    Row("scoring:bloc_summary", OVERSEE, MEMBERS, at=SEASON),
    Row("scoring:bloc_brief", OVERSEE, MEMBERS, at=(*SEASON, "ending")),
    # A unit's published years are for everybody in a season it took part in; who only sees the
    # unit is told that there are none for them.
    Row("scoring:unit_profile", f"{IN_THE_SEASON} operator", at=("unit_pk",)),
    Row("scoring:years_brief", OVERSEE, NO_OVERSEERS, at=("ending",)),
    Row("scoring:brief", OVERSEE, NO_OVERSEERS, at=("ending",)),
    Row("scoring:search", EVERYBODY),
    Row("scoring:next_season", SET_UP, SEE_BUT_DO_NOT_RUN, ok=302, at=("bloc",)),
    *[
        Row("scoring:season_plan", SET_UP, SEE_BUT_DO_NOT_RUN, at=("bloc", f"plan_{step.name}"))
        for step in PlanStep
    ],
    Row(
        "scoring:season_plan_discard",
        SET_UP,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=("bloc",),
    ),
    Row("scoring:dossier_list", OVERSEE, NO_OVERSEERS),
    # Without anything to print the order is refused on the list itself.
    Row("scoring:dossier_new", OVERSEE, NO_OVERSEERS, ok=302, method="post"),
    Row("scoring:dossier", "secretary", at=("dossier",)),
    Row("scoring:dossier_cancel", "secretary", ok=302, method="post", at=("dossier",)),
    Row("scoring:dossier_retry", "secretary", ok=302, method="post", at=("dossier",)),
    Row("scoring:dossier_file", "secretary", at=("dossier",)),
    Row("scoring:season_board", IN_THE_SEASON, at=("bloc", "year")),
    run("scoring:step_remind", "bloc", "year", "awaited_step"),
    run("scoring:step_remind", "bloc", "year", "awaited_step", ok=302, method="post"),
    Row("scoring:paper_list", IN_THE_SEASON, at=("bloc", "year")),
    Row("scoring:paper", IN_THE_SEASON, at=PAPER),
    Row("scoring:paper_file", IN_THE_SEASON, at=(*PAPER, "ending")),
    Row("scoring:paper_wording", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=PAPER),
    Row("scoring:paper_issue", RUN_THE_SEASON, SEE_BUT_DO_NOT_RUN, at=PAPER),
    Row("scoring:season_import", SET_UP, DO_NOT_SET_UP),
    Row("scoring:criteria_import", SET_UP, DO_NOT_SET_UP),
    Row("scoring:table_list", SET_UP, DO_NOT_SET_UP),
    Row("scoring:blocs", f"{RUN_THE_SEASON} leader", f"stranger operator {MEMBERS}"),
    Row("scoring:table", f"{IN_THE_SEASON} operator", at=("table",)),
    Row("scoring:table_workbook", f"{IN_THE_SEASON} operator", at=("table",)),
    # Only who speaks for a unit of the season may comment; the table is open for it in the scene.
    Row(
        "scoring:table_comment",
        IN_THE_SEASON,
        ok=302,
        method="post",
        at=("draft_table",),
        data={"text": "Nên rõ hơn."},
    ),
    Row(
        "scoring:table_comment_answer",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        ok=302,
        method="post",
        at=("draft_table", "table_comment"),
        data={"outcome": "accepted", "answer": "Tiếp thu."},
    ),
    run("scoring:table_drafts", *SEASON),
    run("scoring:table_edit", *DRAFT),
    run("scoring:table_version", *SEASON, "table", ok=302, method="post"),
    run("scoring:table_facts", *DRAFT),
    run("scoring:table_classes", *DRAFT),
    run("scoring:table_tie_breaks", *DRAFT),
    run("scoring:table_titles", *DRAFT),
    run("scoring:table_comments_open", *DRAFT, ok=302, method="post"),
    run("scoring:table_draft_adopt", *DRAFT, ok=302, method="post"),
    run("scoring:criterion_example", *DRAFT, method="post"),
    run("scoring:criterion_new", *DRAFT),
    run("scoring:criterion_edit", *DRAFT, "criterion_code"),
    Row("scoring:import_preview", "secretary", DO_NOT_SET_UP, at=("import_draft",)),
    Row(
        "scoring:import_confirm",
        "secretary",
        DO_NOT_SET_UP,
        ok=302,
        method="post",
        at=("import_draft",),
    ),
    run("scoring:season_export", *SEASON),
    Row("scoring:round_list", IN_THE_SEASON, at=SEASON),
    run("scoring:round_new", *SEASON),
    run("scoring:table_adopt", *SEASON),
    Row("scoring:exemptions", IN_THE_SEASON, at=SEASON),
    # The exemption is of the deputy secretary's own unit.
    Row(
        "scoring:exemption_answer",
        RUN_THE_SEASON,
        SEE_BUT_DO_NOT_RUN,
        method="post",
        at=(*SEASON, "exemption"),
        told={"deputy_secretary": 403},
    ),
    run("scoring:exemption_remove", *SEASON, "exemption", ok=302, method="post"),
    Row("scoring:round", IN_THE_SEASON, at=ROUND),
    run("scoring:round_open", *ROUND, ok=302, method="post"),
    run("scoring:round_close", *ROUND, ok=302, method="post"),
    run("scoring:round_reopen", *ROUND, ok=302, method="post"),
    run("scoring:round_times", *ROUND),
    run("scoring:final_stage", *ROUND, ok=302, method="post"),
    Row("scoring:explanations", SEES_EXPLANATIONS, SEES_NO_EXPLANATION, at=(*ROUND, "unit")),
    Row("scoring:explanation_new", OF_BTC, DO_NOT_EXPLAIN, at=EXPLANATION),
    Row(
        "scoring:explanation_answer",
        "secretary deputy_secretary",
        f"{MEMBERS} officer leader",
        at=EXPLANATION,
    ),
    Row("scoring:explanation_file", SEES_EXPLANATIONS, SEES_NO_EXPLANATION, at=EXPLANATION),
    run("scoring:round_remind", *ROUND, ok=302, method="post"),
    run("scoring:assignments", *ROUND),
    run("scoring:assignment_propose", *ROUND, ok=302, method="post"),
    run("scoring:assignment_remove", *ROUND, "assignment", ok=302, method="post"),
    Row("scoring:what_if", f"{RUN_THE_SEASON} leader", MEMBERS, at=ROUND),
    Row("scoring:titles", f"{RUN_THE_SEASON} leader", MEMBERS, at=ROUND),
    run("scoring:title_checks", *ROUND, "unit"),
    run("scoring:awards_propose", *ROUND, method="post"),
    run("scoring:award_decide", *ROUND, "award"),
    run("scoring:award_add", *ROUND),
    Row("scoring:poll_list", IN_THE_SEASON, at=SEASON),
    run("scoring:poll_new", *ROUND),
    Row("scoring:poll", IN_THE_SEASON, at=POLL),
    Row("scoring:poll_minutes", IN_THE_SEASON, at=POLL),
    run("scoring:poll_enrol", *POLL, ok=302, method="post", data={"unit": "{unit}"}),
    run("scoring:poll_open", *POLL, ok=302, method="post"),
    run("scoring:poll_close", *POLL, ok=302, method="post"),
    Row(
        "scoring:poll_vote",
        "representative",
        f"head_of_btc head_of_ubkt scorer_of_duk {RUN_THE_SEASON} leader",
        method="post",
        at=POLL,
    ),
    # Both hold only the sheets that the person may mark: for most of them none.
    Row("scoring:mark_import", IN_THE_SEASON, at=ROUND),
    Row("scoring:mark_template", IN_THE_SEASON, at=ROUND),
    Row("scoring:sheet", SEES_THE_SHEET, at=SHEET),
    Row(
        "scoring:mark",
        OF_BTC,
        SEES_THE_SHEET_ONLY,
        method="post",
        at=(*SHEET, "criterion"),
        data={
            "m{criterion}-base": "{{}}",
            "m{criterion}-version": "{mark_version}",
            "m{criterion}-points": "25",
        },
    ),
    run("scoring:sources", *SEASON),
    Row("scoring:sheet_fill", OF_BTC, SEES_THE_SHEET_ONLY, 302, "post", SHEET),
    Row("scoring:sheet_download", OF_BTC, SEES_THE_SHEET_ONLY, at=SHEET),
    Row("scoring:sheet_upload", OF_BTC, SEES_THE_SHEET_ONLY, at=SHEET),
    Row(
        "scoring:sheet_preview",
        "representative",
        SEES_THE_SHEET_ONLY,
        at=SHEET,
        told={"head_of_btc": 404},
    ),
    Row("scoring:sheet_follow", OF_BTC, SEES_THE_SHEET_ONLY, 302, "post", SHEET),
    Row("scoring:sheet_submit", OF_BTC, SEES_THE_SHEET_ONLY, method="post", at=SHEET),
    Row(
        "scoring:sheet_return",
        RUN_THE_SEASON,
        f"{OF_BTC} leader",
        method="post",
        at=SHEET,
        data={"reason": "Thiếu minh chứng."},
    ),
    Row("scoring:evidence", SEES_THE_SHEET, at=(*SHEET, "criterion")),
    Row("scoring:evidence_file", SEES_THE_SHEET, at=(*SHEET, "evidence")),
    Row(
        "scoring:evidence_reuse",
        OF_BTC,
        SEES_THE_SHEET_ONLY,
        302,
        "post",
        (*SHEET, "criterion"),
        data={"evidence": "{evidence}"},
    ),
    Row(
        "scoring:evidence_withdraw",
        OF_BTC,
        SEES_THE_SHEET_ONLY,
        302,
        "post",
        (*SHEET, "evidence"),
    ),
    Row("scoring:ranking", IN_THE_SEASON, at=SEASON),
    Row("scoring:ranking_why", SEES_THE_RANKING, MEMBERS, at=(*ROUND, "unit")),
    run("scoring:publish", *ROUND),
    run("scoring:correct", *ROUND),
    Row("scoring:fairness", SEES_THE_RANKING, MEMBERS, at=ROUND),
    run("scoring:to_council", *ROUND, ok=302, method="post"),
    Row("scoring:publications", IN_THE_SEASON, at=ROUND),
    Row(
        "scoring:objection_new",
        OF_BTC,
        f"head_of_ubkt scorer_of_duk {RUN_THE_SEASON} leader",
        at=(*ROUND, "unit"),
    ),
    Row(
        "scoring:objection_answer",
        RUN_THE_SEASON,
        f"{OF_BTC} leader",
        at=(*ROUND, "objection"),
    ),
    run("scoring:ballot_new", *ROUND),
    # BTC shares its rank with nobody, which is said on the ranking's page.
    run("scoring:decision_new", *ROUND, "unit", ok=302),
    run("scoring:decision_new", *ROUND, "unit_equal"),
]
