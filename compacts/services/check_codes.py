"""The short code by which anybody checks a printed paper, and the address it leads to."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.urls import reverse

# Without letters and digits that look alike on paper.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 12


def new_check_code() -> str:
    """A random code of 12 letters and digits (59 bits), not to be guessed."""
    return "".join(secrets.choice(_LETTERS) for _place in range(_LENGTH))


def check_url(code: str) -> str:
    """The public address that the QR code leads to; empty without a code."""
    return settings.PUBLIC_URL + reverse("compacts:verify", args=[code]) if code else ""
