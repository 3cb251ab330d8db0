"""The text of letters, in the language of whoever gets them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from units.models import Letter, Notification, Person
from units.queries import OpenTask
from units.rules import LOGIN_DAYS, last_day
from units.vietnamese import date_text, sort_key

# What is due for a person in the next days, told at the end of a digest.
Agenda = Callable[[Person], list[OpenTask]]


def nothing_due(_person: Person) -> list[OpenTask]:
    """An agenda without anything, for letters that tell of one thing."""
    return []


def _address(name: str, *args: object) -> str:
    return settings.PUBLIC_URL + reverse(name, args=args)


def _first_login(person: Person) -> str:
    """For somebody who has never logged in: where to set a password, good for two weeks."""
    if person.has_usable_password():
        return ""
    address = _address(
        "first_login",
        urlsafe_base64_encode(force_bytes(person.pk)),
        default_token_generator.make_token(person),
    )
    words = _("Đồng chí chưa có mật khẩu. Tên đăng nhập: %(name)s. Đặt mật khẩu tại: %(link)s")
    expiry = ngettext(
        "Liên kết dùng được một lần, trong %(days)s ngày kể từ thư này.",
        "Liên kết dùng được một lần, trong %(days)s ngày kể từ thư này.",
        LOGIN_DAYS,
    )
    facts = {"name": person.username, "link": address, "days": LOGIN_DAYS}
    return "\n".join([words % facts, expiry % facts])


def mail_of(letter: Letter, agenda: Agenda = nothing_due) -> EmailMessage:
    """The letter as plain text: what is said and the addresses where it is done.

    The Message-ID is the letter's own and never changes, so that whoever gets it twice can tell.
    """
    person = letter.person
    with translation.override(person.language):
        if letter.notification is not None:
            subject, parts = _single(letter.notification)
        else:
            subject, parts = _digest(letter, agenda(person))
        parts = [
            _("Kính gửi %(name)s,") % {"name": person.full_name},
            *parts,
            _first_login(person),
            _("Thư này do phần mềm Giao ước thi đua gửi tự động. Chọn cách nhận thư: %(link)s")
            % {"link": _address("units:mail_settings")},
        ]
    return EmailMessage(
        subject=" ".join(subject.split()),
        body="\n\n".join(part for part in parts if part),
        to=[person.email],
        headers={
            "Message-ID": f"<letter-{letter.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": person.language,
        },
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _single(told: Notification) -> tuple[str, list[str]]:
    link = _address("units:notification", told.pk)
    facts = [
        _("Mùa thi đua: %(season)s") % {"season": told.about} if told.about else "",
        _("Người gửi: %(name)s") % {"name": _with_position(told.sent_by)} if told.sent_by else "",
        _("Mở trang: %(link)s") % {"link": link},
    ]
    return told.subject, [_sentence(told.subject), told.text, "\n".join(filter(None, facts))]


def _with_position(person: Person) -> str:
    return ", ".join(filter(None, [person.full_name, person.position]))


def _digest(letter: Letter, due: list[OpenTask]) -> tuple[str, list[str]]:
    day = date_text(letter.day or timezone.localdate())
    told = sorted(letter.gathered.all(), key=lambda one: (sort_key(one.about), one.pk))
    subject = ngettext(
        "Tổng hợp ngày %(day)s: %(count)s thông báo",
        "Tổng hợp ngày %(day)s: %(count)s thông báo",
        len(told),
    )
    parts = []
    for about, rows in groupby(told, key=lambda one: one.about):
        parts.append(about.upper() if about else _("Việc khác").upper())
        parts += map(_told, rows)
    now = timezone.now()
    late = [task for task in due if task.due_at and task.due_at <= now]
    for title, tasks in (
        (_("Quá hạn"), late),
        (_("Sắp đến hạn"), [task for task in due if task not in late]),
    ):
        if tasks:
            parts.append(title.upper())
            parts += _due(tasks)
    return subject % {"day": day, "count": len(told)}, parts


def _told(one: Notification) -> str:
    link = _address("units:notification", one.pk)
    return "\n".join(filter(None, [f"– {_sentence(one.subject)}", one.text, f"  {link}"]))


def _due(tasks: Iterable[OpenTask]) -> list[str]:
    lines = []
    for task in tasks:
        what = _("– %(task)s (%(season)s), hạn %(day)s") % {
            "task": task.label,
            "season": task.season,
            "day": date_text(last_day(task.due_at)) if task.due_at else "",
        }
        lines.append(f"{what}\n  {settings.PUBLIC_URL}{task.url}")
    return lines
