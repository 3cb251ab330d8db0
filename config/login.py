"""Logging in and out: not by guessing, and the reader's own language comes and goes with them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from units.attempts import attempts, count_attempt, forget_attempts
from units.http import client_address

# So many wrong passwords for one name from one address, then none is looked at for a while. The
# address is part of it: a stranger elsewhere cannot keep anybody out.
MOST_FAILURES = 10
PAUSE_SECONDS = 5 * 60
TOO_OFTEN = "too-often"


class _NotByGuessing(AuthenticationForm):
    """Name and password, looked at only so many times in a row."""

    def clean(self) -> dict[str, Any]:
        """Who it is; raises ``ValidationError`` for a wrong password and after too many."""
        who = self._who()
        if attempts("login", who) >= MOST_FAILURES:
            raise ValidationError(
                _("Nhập sai mật khẩu quá nhiều lần; hãy đợi năm phút rồi thử lại."), code=TOO_OFTEN
            )
        try:
            facts: dict[str, Any] = super().clean()
        except ValidationError:
            count_attempt("login", who, seconds=PAUSE_SECONDS)
            raise
        if self.user_cache is not None:
            forget_attempts("login", who)
        return facts

    def _who(self) -> str:
        address = client_address(self.request) if self.request else ""
        return f"{address} {str(self.cleaned_data.get('username', '')).casefold()}"


class LoginForm(_NotByGuessing):
    """Name and password."""

    error_heading = _("Chưa đăng nhập được")


class AdminLoginForm(_NotByGuessing, AdminAuthenticationForm):
    """The same for the technical administration."""


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

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say what is wrong; a program that guesses is told by the status, too."""
        response = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, TOO_OFTEN):
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        return response


class LogoutView(auth_views.LogoutView):
    """The logout; whoever logs in next at this browser gets their own language."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Log out and forget the language."""
        response = super().post(request, *args, **kwargs)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return response
