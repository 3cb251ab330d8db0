"""All addresses. The apps' own are at the root; their order does not matter, no two overlap."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.views.i18n import set_language

from config import calendar, components, help, home, login, views

admin.site.login_form = login.AdminLoginForm

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("co-gi-moi/", home.news, name="news"),
    path("viec-da-lam/", home.deeds, name="deeds"),
    path("lich/<str:key>.ics", calendar.calendar, name="calendar"),
    path("huong-dan/", help.guide, name="guides"),
    path("huong-dan/<slug:name>/", help.guide, name="guide"),
    path("huong-dan/<slug:name>/pictures/<slug:picture>.png", help.picture, name="guide_picture"),
    path("dang-nhap/", login.LoginView.as_view(), name="login"),
    path("dang-xuat/", login.LogoutView.as_view(), name="logout"),
    path("doi-mat-khau/", auth_views.PasswordChangeView.as_view(), name="password_change"),
    path(
        "doi-mat-khau/xong/",
        auth_views.PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
    path(
        "lan-dau/<uidb64>/<token>/",
        auth_views.PasswordResetConfirmView.as_view(
            template_name="registration/first_login.html",
            success_url=reverse_lazy("home"),
            post_reset_login=True,
            post_reset_login_backend="django.contrib.auth.backends.ModelBackend",
        ),
        name="first_login",
    ),
    path("ngon-ngu/", login_not_required(set_language), name="set_language"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("quan-tri-he-thong/", admin.site.urls),
    path("", include("units.urls")),
    path("", include("compacts.urls")),
    path("", include("scoring.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("thanh-phan/", components.components, name="components"))

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
