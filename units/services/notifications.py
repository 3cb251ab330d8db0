"""What people are told: stored once for a person and key, mailed by a job of its own."""

from __future__ import annotations

import datetime
import logging
import smtplib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.functional import Promise
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from units.models import Job, Notification, Person
from units.rules import MAX_JOB_ATTEMPTS
from units.services import jobs

log = logging.getLogger(__name__)

SEND_TASK = "units.send_notification"
# How long a mail waits after each failed attempt; the last failure is final.
WAITS = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, and the page (``path``) where it is done.

    ``key`` names the thing and the occasion. ``subject`` and ``text`` are filled in with ``facts``
    in the language of the application, whatever language the sender reads.
    """

    key: str
    subject: str | Promise
    path: str
    text: str | Promise = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def sends_mail() -> bool:
    """Is there a mail server at all? Without one people are told in the page alone."""
    return bool(settings.SENDS_EMAIL)


@transaction.atomic
def notify(
    *, persons: Iterable[Person], message: Message, sent_by: Person | None
) -> list[Notification]:
    """Tell each of ``persons`` once for the message's key; the new messages come back.

    Whoever has an address gets the message by e-mail, too, once the transaction is committed.
    """
    wanted = {person.pk: person for person in persons if person.is_active}
    told = Notification.objects.filter(key=message.key, person__in=wanted)
    fresh = set(wanted) - set(told.values_list("person", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        subject = str(message.subject) % message.facts
        text = str(message.text) % message.facts
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=pk,
                key=message.key,
                subject=subject[:300],
                text=text,
                path=message.path,
                sent_by=sent_by,
            )
            for pk in sorted(fresh)
        ],
        # Two senders at once store the same message once.
        ignore_conflicts=True,
    )
    made = list(Notification.objects.filter(key=message.key, person__in=fresh))
    for notification in made:
        if sends_mail() and wanted[notification.person_id].email:
            jobs.enqueue(
                task=SEND_TASK,
                key=f"mail:{notification.pk}",
                subject=f"notification:{notification.pk}",
                requested_by=sent_by,
            )
    return made


def mark_read(*, actor: Person, notification_id: int) -> Notification:
    """The actor has opened the message; raises ``Notification.DoesNotExist`` for another's."""
    found = Notification.objects.get(person=actor, pk=notification_id)
    if found.read_at is None:
        found.read_at = timezone.now()
        found.save(update_fields=["read_at"])
    return found


def mark_all_read(*, actor: Person) -> int:
    """The actor has read all; how many were new."""
    unread = Notification.objects.filter(person=actor, read_at__isnull=True)
    return unread.update(read_at=timezone.now())


def _first_login(person: Person) -> str:
    """For somebody who has never logged in: where to set a password, good for two weeks."""
    if person.has_usable_password():
        return ""
    address = reverse(
        "first_login",
        args=[
            urlsafe_base64_encode(force_bytes(person.pk)),
            default_token_generator.make_token(person),
        ],
    )
    words = _("Đồng chí chưa có mật khẩu. Tên đăng nhập: %(name)s. Đặt mật khẩu tại: %(link)s")
    return words % {"name": person.username, "link": settings.PUBLIC_URL + address}


def mail_of(notification: Notification) -> EmailMessage:
    """The letter: what is said and the address where it is done, as plain text.

    The Message-ID is the notification's own, so that a server that gets it twice can tell.
    """
    with translation.override(settings.LANGUAGE_CODE):
        link = settings.PUBLIC_URL + reverse("units:notification", args=[notification.pk])
        parts = [
            _("Kính gửi %(name)s,") % {"name": notification.person.full_name},
            notification.subject + ("" if notification.subject.endswith(".") else "."),
            notification.text,
            _first_login(notification.person),
            _("Mở trang để làm: %(link)s") % {"link": link},
            _("Thư này do phần mềm Giao ước thi đua gửi tự động."),
        ]
    host = urlsplit(settings.PUBLIC_URL).hostname
    return EmailMessage(
        subject=" ".join(notification.subject.split()),
        body="\n\n".join(part for part in parts if part),
        to=[notification.person.email],
        headers={
            "Message-ID": f"<notification-{notification.pk}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def run_mail_job(job_id: int) -> None:
    """Send the letter that the job names; safe to run twice, a sent letter is never sent again.

    While the server does not answer the job waits longer each time; after the last attempt, or
    where the server refuses the address for good, it fails with the server's own words.
    """
    job = jobs.claim(job_id)
    if job is None:
        return
    found = (
        Notification.objects.select_related("person")
        .filter(pk=int(job.subject.partition(":")[2]), emailed_at__isnull=True)
        .first()
    )
    if found is None or not found.person.email:
        jobs.finish(job)
        return
    try:
        mail_of(found).send()
    except (smtplib.SMTPException, OSError) as error:
        _failed(job, error)
        return
    Notification.objects.filter(pk=found.pk).update(emailed_at=timezone.now())
    jobs.finish(job)
    log.info("mailed notification %s to person %s", found.pk, found.person_id)


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _failed(job: Job, error: Exception) -> None:
    log.warning("job %s, attempt %s: mail not sent: %s", job.pk, job.attempts, error)
    reason = _("Máy chủ thư không nhận: %(error)s") % {"error": error}
    if _is_final(error) or job.attempts >= MAX_JOB_ATTEMPTS:
        jobs.fail(job, reason)
        return
    jobs.put_off(job, WAITS[min(job.attempts, len(WAITS)) - 1], reason)
