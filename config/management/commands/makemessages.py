"""Collecting the sentences to translate, those of the engine too."""

from __future__ import annotations

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's own, which also knows how the engine marks its sentences.

    The words of ``counted`` are singular and plural alike: Vietnamese has one form.
    """

    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=phrase",
        "--keyword=counted:1,1",
    ]
