"""Addresses of the set-up pages and of background work."""

from __future__ import annotations

from django.urls import URLPattern, path

from units.views import (
    jobs,
    letters,
    mail_settings,
    notifications,
    set_up,
    unit_people,
    workbook_import,
)

app_name = "units"

urlpatterns: list[URLPattern] = [
    path("thiet-lap/", set_up.setup, name="setup"),
    path("thiet-lap/hoi-dong/moi/", set_up.council_edit, name="council_new"),
    path("thiet-lap/hoi-dong/<int:pk>/", set_up.council_edit, name="council_edit"),
    path("thiet-lap/hoi-dong/<int:council>/don-vi/moi/", set_up.unit_edit, name="unit_new"),
    path("thiet-lap/hoi-dong/<int:council>/don-vi/<int:pk>/", set_up.unit_edit, name="unit_edit"),
    path(
        "thiet-lap/hoi-dong/<int:council>/bien-dong/",
        set_up.unit_event_new,
        name="unit_event_new",
    ),
    path("thiet-lap/hoi-dong/<int:council>/khoi/moi/", set_up.bloc_edit, name="bloc_new"),
    path(
        "thiet-lap/hoi-dong/<int:council>/nhap/<slug:kind>/",
        workbook_import.workbook_import,
        name="workbook_import",
    ),
    path(
        "thiet-lap/hoi-dong/<int:council>/nhap/<slug:kind>/mau.xlsx",
        workbook_import.import_template,
        name="import_template",
    ),
    path("thiet-lap/don-vi/", set_up.unit_list, name="unit_list"),
    path(
        "thiet-lap/don-vi/<int:pk>/them-nguoi/<slug:word>/",
        unit_people.unit_person_new,
        name="unit_person_new",
    ),
    path("thiet-lap/khoi/", set_up.bloc_list, name="bloc_list"),
    path("thiet-lap/khoi/<slug:bloc>/", set_up.bloc, name="bloc"),
    path("thiet-lap/khoi/<slug:bloc>/sua/", set_up.bloc_edit, name="bloc_edit"),
    path("thiet-lap/khoi/<slug:bloc>/them/", set_up.membership_new, name="membership_new"),
    path("thiet-lap/thanh-vien/<int:pk>/ket-thuc/", set_up.membership_end, name="membership_end"),
    path("thiet-lap/nguoi-dung/", set_up.person_list, name="person_list"),
    path("thiet-lap/nguoi-dung/moi/", set_up.person_edit, name="person_new"),
    path("thiet-lap/nguoi-dung/<int:pk>/", set_up.person_edit, name="person_edit"),
    path("thiet-lap/nguoi-dung/<int:pk>/vai-tro/", set_up.role_new, name="role_new"),
    path("thiet-lap/vai-tro/<int:pk>/ket-thuc/", set_up.role_end, name="role_end"),
    path("thong-bao/", notifications.notification_list, name="notification_list"),
    path("thong-bao/doc-het/", notifications.read_all, name="notifications_read"),
    path("thong-bao/cai-dat/", mail_settings.mail_settings, name="mail_settings"),
    path("thong-bao/thu/", letters.letter_list, name="letter_list"),
    path("thong-bao/thu/<int:pk>/gui-lai/", letters.letter_resend, name="letter_resend"),
    path("thong-bao/<int:pk>/", notifications.notification, name="notification"),
    path("viec/<int:pk>/", jobs.job, name="job"),
    path("viec/<int:pk>/tien-do/", jobs.job_progress, name="job_progress"),
    path("viec/<int:pk>/huy/", jobs.job_cancel, name="job_cancel"),
    path("viec/<int:pk>/thu-lai/", jobs.job_retry, name="job_retry"),
]
