"""How the person wants to be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from units.forms.mail_settings import MailSettingsForm
from units.http import PersonRequest
from units.queries import mail_habits
from units.rules import RuleError
from units.services.letters import sends_mail
from units.services.mail_settings import save_mail_settings


@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: PersonRequest) -> HttpResponse:
    """Which occasions come by e-mail and how, the quiet hours, the daily letter, the language."""
    habits = mail_habits([request.user])[request.user.pk]
    habits.settings.person = request.user
    form = MailSettingsForm(request.POST or None, habits=habits)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            save_mail_settings(
                actor=request.user,
                choices=form.chosen(),
                quiet_from=facts["quiet_from"],
                quiet_until=facts["quiet_until"],
                digest_hour=facts["digest_hour"],
                language=facts["language"],
            )
        except RuleError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            with translation.override(facts["language"]):
                messages.success(request, _("Đã lưu cách nhận thông báo."))
            response = redirect("units:mail_settings")
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, facts["language"], samesite="Lax")
            return response
    context = {"form": form, "sends_mail": sends_mail(), "address": request.user.email}
    return render(request, "units/mail_settings.html", context)
