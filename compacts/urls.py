"""Addresses of seasons, registrations and compacts."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from compacts.rules import Step
from compacts.views import (
    ad_hoc_tasks,
    announcements,
    calendar,
    compacts,
    conferences,
    hall,
    invitations,
    movements,
    multiplications,
    progress,
    registration_import,
    registrations,
    role_models,
    seasons,
    signing,
    texts,
    verification,
)

app_name = "compacts"
_SEASON = "khoi/<slug:bloc>/<int:year>/"
_ROLE_MODEL = _SEASON + "dien-hinh/<int:pk>/"
_MOVEMENT = _SEASON + "phong-trao/<int:pk>/"
_ANNOUNCEMENT = _SEASON + "bang-tin/<int:pk>/"
_CONFERENCE = _SEASON + "hoi-nghi/<int:pk>/"
_TEXT = _SEASON + "du-thao/<int:pk>/"
_REGISTRATION = _SEASON + "dang-ky/<str:unit>/"


class StepConverter:
    """A step of a season in an address, with hyphens."""

    regex = "|".join(step.value.replace("_", "-") for step in Step)

    def to_python(self, value: str) -> str:
        return value.replace("-", "_")

    def to_url(self, value: str) -> str:
        return value.replace("_", "-")


register_converter(StepConverter, "step")

urlpatterns: list[URLPattern] = [
    path("mua-thi-dua/", seasons.season_list, name="season_list"),
    path("mua-thi-dua/moi/<slug:bloc>/", seasons.season_new, name="season_new"),
    path(_SEASON, seasons.season, name="season"),
    path(_SEASON + "thiet-lap/", seasons.season_edit, name="season_edit"),
    path(_SEASON + "nguoi-ky/", seasons.signatories, name="signatories"),
    path(_SEASON + "loi-moi/", invitations.invitation_list, name="invitation_list"),
    path(_SEASON + "loi-moi/gui/", invitations.invitations_send, name="invitations_send"),
    path(_SEASON + "moc/<step:step>/", seasons.milestone, name="milestone"),
    path(_SEASON + "nhat-ky/", seasons.journal, name="journal"),
    path(_SEASON + "dang-ky/", registrations.registration_list, name="registration_list"),
    path(
        _SEASON + "nhap-dang-ky/",
        registration_import.registration_import,
        name="registration_import",
    ),
    path(
        _SEASON + "nhap-dang-ky/mau.xlsx",
        registration_import.registration_template,
        name="registration_template",
    ),
    path(_REGISTRATION, registrations.registration, name="registration"),
    path(
        _REGISTRATION + "tra-lai/", registrations.registration_return, name="registration_return"
    ),
    path(
        _REGISTRATION + "chap-nhan/",
        registrations.registration_accept,
        name="registration_accept",
    ),
    path(_SEASON + "tien-do/", progress.progress_list, name="progress_list"),
    path(_SEASON + "tien-do/<str:unit>/", progress.progress, name="progress"),
    path(
        _SEASON + "tien-do/<str:unit>/<int:pk>/tep/", progress.progress_file, name="progress_file"
    ),
    path(_SEASON + "dot-xuat/", ad_hoc_tasks.ad_hoc_list, name="ad_hoc_list"),
    path(_SEASON + "dot-xuat/moi/", ad_hoc_tasks.ad_hoc_new, name="ad_hoc_new"),
    path(_SEASON + "dot-xuat/<int:pk>/", ad_hoc_tasks.ad_hoc, name="ad_hoc"),
    path(_SEASON + "dot-xuat/<int:pk>/sua/", ad_hoc_tasks.ad_hoc_edit, name="ad_hoc_edit"),
    path(
        _SEASON + "dot-xuat/<int:pk>/xac-nhan/", ad_hoc_tasks.ad_hoc_confirm, name="ad_hoc_confirm"
    ),
    path(_SEASON + "dot-xuat/<int:pk>/tu-choi/", ad_hoc_tasks.ad_hoc_refuse, name="ad_hoc_refuse"),
    path(_SEASON + "dot-xuat/<int:pk>/tep/", ad_hoc_tasks.ad_hoc_file, name="ad_hoc_file"),
    path(_SEASON + "dien-hinh/", role_models.role_model_list, name="role_model_list"),
    path(_SEASON + "dien-hinh/moi/", role_models.role_model_new, name="role_model_new"),
    path(_SEASON + "dien-hinh/<int:pk>/", role_models.role_model, name="role_model"),
    path(_SEASON + "dien-hinh/<int:pk>/sua/", role_models.role_model_edit, name="role_model_edit"),
    path(
        _SEASON + "dien-hinh/<int:pk>/anh/",
        role_models.role_model_picture,
        name="role_model_picture",
    ),
    path(
        _ROLE_MODEL + "nhan-rong/moi/",
        multiplications.multiplication_new,
        name="multiplication_new",
    ),
    path(
        _ROLE_MODEL + "nhan-rong/<int:entry>/sua/",
        multiplications.multiplication_edit,
        name="multiplication_edit",
    ),
    path(
        _ROLE_MODEL + "nhan-rong/<int:entry>/xoa/",
        multiplications.multiplication_remove,
        name="multiplication_remove",
    ),
    path(_SEASON + "phong-trao/", movements.movement_list, name="movement_list"),
    path(_SEASON + "phong-trao/moi/", movements.movement_new, name="movement_new"),
    path(_MOVEMENT, movements.movement, name="movement"),
    path(_MOVEMENT + "sua/", movements.movement_edit, name="movement_edit"),
    path(_MOVEMENT + "phat-dong/", movements.movement_launch, name="movement_launch"),
    path(_MOVEMENT + "tong-ket/", movements.movement_review, name="movement_review"),
    path(_MOVEMENT + "tong-ket/<int:review>/tep/", movements.movement_file, name="movement_file"),
    path(_SEASON + "bang-tin/", announcements.announcement_list, name="announcement_list"),
    path(_SEASON + "bang-tin/moi/", announcements.announcement_new, name="announcement_new"),
    path(_ANNOUNCEMENT, announcements.announcement, name="announcement"),
    path(_ANNOUNCEMENT + "sua/", announcements.announcement_edit, name="announcement_edit"),
    path(_ANNOUNCEMENT + "tep/", announcements.announcement_file, name="announcement_file"),
    path(_SEASON + "hoi-nghi/", conferences.conference_list, name="conference_list"),
    path(_SEASON + "hoi-nghi/moi/", conferences.conference_new, name="conference_new"),
    path(_CONFERENCE, conferences.conference, name="conference"),
    path(_CONFERENCE + "sua/", conferences.conference_edit, name="conference_edit"),
    path(_CONFERENCE + "chuong-trinh/", conferences.conference_agenda, name="conference_agenda"),
    path(
        _CONFERENCE + "diem-danh/",
        conferences.conference_attendance,
        name="conference_attendance",
    ),
    path(
        _CONFERENCE + "ket-luan/<int:item>/",
        conferences.conference_conclude,
        name="conference_conclude",
    ),
    path(_CONFERENCE + "khai-mac/", conferences.conference_open, name="conference_open"),
    path(_CONFERENCE + "be-mac/", conferences.conference_close, name="conference_close"),
    path(_CONFERENCE + "dieu-khien/", hall.conference_remote, name="conference_remote"),
    path(_CONFERENCE + "trinh-chieu/", hall.conference_show, name="conference_show"),
    path(_CONFERENCE + "man-hinh/", hall.conference_screen, name="conference_screen"),
    path("lich/", calendar.calendar_page, name="calendar_page"),
    path("lich/doi-dia-chi/", calendar.calendar_renew, name="calendar_renew"),
    path(_SEASON + "du-thao/moi/", texts.text_new, name="text_new"),
    path(_TEXT, texts.text, name="text"),
    path(_TEXT + "sua/", texts.text_edit, name="text_edit"),
    path(_TEXT + "lay-y-kien/", texts.text_open, name="text_open"),
    path(_TEXT + "gop-y/", texts.text_comment, name="text_comment"),
    path(_TEXT + "gop-y/<int:comment>/", texts.text_answer, name="text_answer"),
    path(_TEXT + "so-sanh/", texts.text_changes, name="text_differences"),
    path(_TEXT + "ban-hanh/", texts.text_issue, name="text_issue"),
    path(_TEXT + "van-ban.<str:ending>", texts.text_file, name="text_file"),
    path(_TEXT + "gop-y.<str:ending>", texts.comments_file, name="comments_file"),
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
    path(_SEASON + "giao-uoc/bang-ky/", signing.board, name="signing_board"),
    path(_SEASON + "giao-uoc/da-ky.pdf", signing.signed_file, name="signed_file"),
    path(_SEASON + "giao-uoc/giao-uoc.docx", compacts.word, name="compact_word"),
    path(_SEASON + "giao-uoc/ban-chup/", signing.scan_for_many, name="scan_for_many"),
    path(_SEASON + "giao-uoc/ky-so/<str:unit>/", signing.sign_digitally, name="sign_digitally"),
    path("ky-so/<str:token>/", signing.remote, name="remote_signing"),
    path("ky-so/<str:token>/tep.pdf", signing.remote_file, name="remote_signing_file"),
    path("xac-thuc/", verification.check, name="check"),
    path("xac-thuc/<slug:code>/", verification.verify, name="verify"),
]
