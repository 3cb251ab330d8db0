"""What a password must be, in words that Django's Vietnamese catalogue lacks."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnoughValidator(MinimumLengthValidator):
    """Django's check of the length, refusing in Vietnamese."""

    def get_error_message(self) -> str:
        """The sentence shown at the field."""
        return _("Mật khẩu quá ngắn: cần ít nhất %(count)s ký tự.") % {"count": self.min_length}
