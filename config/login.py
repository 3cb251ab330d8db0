"""Logging in and out: the reader's own language comes and goes with them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """Name and password."""

    error_heading = _("Chưa đăng nhập được")


class LoginView(auth_views.LoginView):
    """The login; pages are then in the person's language unless this browser chose one."""

    form_class = LoginForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in, and let the browser know the person's language."""
        response = super().form_valid(form)
        name = settings.LANGUAGE_COOKIE_NAME
        if not self.request.COOKIES.get(name):
            response.set_cookie(name, form.get_user().language, samesite="Lax")
        return response


class LogoutView(auth_views.LogoutView):
    """The logout; whoever logs in next at this browser gets their own language."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Log out and forget the language."""
        response = super().post(request, *args, **kwargs)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return response
