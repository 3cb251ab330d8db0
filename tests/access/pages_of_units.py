"""The site's own pages and those of setting up."""

from __future__ import annotations

from tests.access.row import (
    DO_NOT_SET_UP,
    EVERYBODY,
    IN_THE_SEASON,
    PUBLIC,
    SEE_BUT_DO_NOT_RUN,
    SET_UP,
    Row,
)

COUNCIL = ("council",)
BLOC = ("bloc",)

ROWS = [
    Row("home", EVERYBODY),
    Row("news", EVERYBODY),
    Row("deeds", EVERYBODY),
    Row("guides", EVERYBODY, ok=302),
    Row("guide", EVERYBODY, at=("guide",)),
    Row("guide_picture", EVERYBODY, at=("guide", "guide_picture")),
    Row("login", PUBLIC),
    Row("logout", EVERYBODY, ok=302, method="post"),
    Row("first_login", PUBLIC, at=("uid", "token")),
    Row("password_change", EVERYBODY),
    Row("password_change_done", EVERYBODY),
    Row("set_language", PUBLIC, ok=302, method="post", data={"language": "vi"}),
    Row("healthz", PUBLIC),
    Row("readyz", PUBLIC),
    Row("units:setup", SET_UP, DO_NOT_SET_UP),
    Row("units:council_new", SET_UP, DO_NOT_SET_UP),
    Row("units:council_edit", SET_UP, DO_NOT_SET_UP, at=COUNCIL),
    Row("units:workbook_import", SET_UP, SEE_BUT_DO_NOT_RUN, at=(*COUNCIL, "import_kind")),
    Row("units:import_template", SET_UP, SEE_BUT_DO_NOT_RUN, at=(*COUNCIL, "import_kind")),
    Row("units:unit_list", SET_UP, DO_NOT_SET_UP),
    Row("units:unit_new", SET_UP, SEE_BUT_DO_NOT_RUN, at=COUNCIL),
    Row("units:unit_edit", SET_UP, SEE_BUT_DO_NOT_RUN, at=("council", "unit_pk")),
    Row("units:unit_person_new", SET_UP, SEE_BUT_DO_NOT_RUN, at=("unit_pk", "speaker_word")),
    Row("units:unit_event_new", SET_UP, SEE_BUT_DO_NOT_RUN, at=COUNCIL),
    Row("units:bloc_new", SET_UP, SEE_BUT_DO_NOT_RUN, at=COUNCIL),
    Row("units:bloc_list", SET_UP, DO_NOT_SET_UP),
    Row("units:bloc", f"{IN_THE_SEASON} operator", at=BLOC),
    Row("units:bloc_edit", SET_UP, SEE_BUT_DO_NOT_RUN, at=BLOC),
    Row("units:membership_new", SET_UP, SEE_BUT_DO_NOT_RUN, at=BLOC),
    Row("units:membership_end", SET_UP, SEE_BUT_DO_NOT_RUN, at=("membership",)),
    Row("units:person_list", SET_UP, DO_NOT_SET_UP),
    Row("units:person_new", SET_UP, DO_NOT_SET_UP),
    Row("units:person_edit", SET_UP, DO_NOT_SET_UP, at=("person",)),
    Row(
        "units:person_edit",
        "officer operator",
        f"{DO_NOT_SET_UP} secretary deputy_secretary",
        at=("officer_account",),
    ),
    Row("units:role_new", SET_UP, DO_NOT_SET_UP, at=("person",)),
    Row("units:role_end", SET_UP, DO_NOT_SET_UP, at=("role",)),
    Row("units:notification_list", EVERYBODY),
    Row("units:notification", "representative", ok=302, at=("notification",)),
    Row("units:notifications_read", EVERYBODY, ok=302, method="post"),
    Row("units:mail_settings", EVERYBODY),
    Row("units:letter_list", EVERYBODY),
    Row(
        "units:letter_resend", "secretary officer operator", ok=302, method="post", at=("letter",)
    ),
    Row("units:job", "secretary", at=("job",)),
    Row("units:job_progress", EVERYBODY, at=("job",)),
    Row("units:job_cancel", "secretary", ok=302, method="post", at=("job",)),
    Row("units:job_retry", "secretary", ok=302, method="post", at=("job",)),
]
