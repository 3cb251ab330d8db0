"""E-mails on their way: posted, held for quiet hours, sent once, tried again, sent anew.

How often a letter arrives. A letter is taken (``waiting`` to ``sending``) by one update that only
one worker can win, after the connection to the mail server stands and just before the letter is
handed over; it is ``sent`` right after the server's answer. So no letter is handed over twice by
itself, however often its job is rung. What remains: a worker that dies, or a line that breaks,
between handing over and answer leaves it open whether the server took the letter. Such a letter
is not repeated by itself: it is shown as ``unknown``, and who has it sent anew sends it with the
same Message-ID, by which servers and mail programs can drop the double.
"""

from __future__ import annotations

import datetime
import logging
import smtplib

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from units.access import require
from units.documents.mail import Agenda, mail_of, nothing_due
from units.models import Job, Letter, Notification, Person
from units.models.letter import DAILY
from units.permissions import can_resend_letter
from units.queries import MailHabits, mail_habits
from units.rules import MAX_JOB_ATTEMPTS, JobState, LetterState, MailChoice, Occasion, RuleError
from units.services import jobs
from units.services.audit import SET_UP_CHAIN, record
from units.vietnamese import date_text

log = logging.getLogger(__name__)

SEND_TASK = "units.send_notification"
DIGEST_TASK = "config.send_digest"
# How long a letter waits after each failed attempt; the last failure is final.
WAITS = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
)
# Longer than a worker may work on one task: after it nobody talks to the server any more.
SENDING_LIMIT = datetime.timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)
ANSWER_LENGTH = 1000
# What became of letters for which nothing is left to do.
_OVER = (LetterState.SENT, LetterState.DROPPED, LetterState.READ)
# The messages that go with their person's next digest.
_WAITS = Q(mail=MailChoice.DIGEST, digest__isnull=True, read_at__isnull=True)


def sends_mail() -> bool:
    """Is there a mail server at all? Without one people are told in the page alone."""
    return bool(settings.SENDS_EMAIL)


def _enqueue(letter: Letter, requested_by: Person | None) -> None:
    jobs.enqueue(
        task=SEND_TASK if letter.day is None else DIGEST_TASK,
        key=letter.job_key,
        subject=f"letter:{letter.pk}",
        requested_by=requested_by,
        not_before=letter.due_at,
    )


def post(notification: Notification, habits: MailHabits, sent_by: Person | None) -> None:
    """Let a message go out as a letter of its own, after the person's quiet hours."""
    now = timezone.now()
    letter, made = Letter.objects.get_or_create(
        notification=notification,
        defaults={
            "person_id": notification.person_id,
            "occasion": notification.occasion,
            "about": notification.about,
            "due_at": habits.held_until(now, notification.occasion) or now,
        },
    )
    if made:
        _enqueue(letter, sent_by)


@transaction.atomic
def _gather(person: Person, day: datetime.date, due_at: datetime.datetime) -> None:
    waiting = Notification.objects.filter(_WAITS, person=person)
    if not waiting.exists():
        return
    letter, made = Letter.objects.get_or_create(
        person=person, day=day, defaults={"occasion": DAILY, "due_at": due_at}
    )
    if not made:
        # Today's digest is on its way; what came later goes with tomorrow's.
        return
    waiting.update(digest=letter)
    _enqueue(letter, None)


def post_digests(now: datetime.datetime | None = None) -> int:
    """Make the digest of the day for everybody whose hour has come and for whom something waits.

    May run any number of times: a person has one digest a day, and a message is in one digest.
    What was read in the page by then is not told again. Returns for how many people something
    was waiting.
    """
    moment = timezone.localtime(now)
    waiting = Notification.objects.filter(_WAITS, person=OuterRef("pk"))
    people = list(Person.objects.filter(Exists(waiting), is_active=True).exclude(email=""))
    habits = mail_habits(people)
    due = [one for one in people if moment.hour >= habits[one.pk].digest_hour]
    for person in due:
        held = habits[person.pk].held_until(moment, DAILY)
        _gather(person, moment.date(), held or moment)
    return len(due)


def run_mail_job(job_id: int, agenda: Agenda = nothing_due) -> None:
    """Send the letter that the job names; safe to run any number of times.

    While the server does not answer the job waits longer each time; after the last attempt, or
    where the server refuses the address for good, it fails with the server's own words. What the
    person has read in the page meanwhile is not told by mail. A digest tells what ``agenda`` says
    is due for the person.
    """
    job = jobs.claim(job_id)
    if job is None:
        _give_up_with(job_id)
        return
    letter = (
        Letter.objects.select_related("person", "notification__sent_by")
        .filter(pk=int(job.subject.partition(":")[2]))
        .first()
    )
    if letter is None or letter.state in _OVER:
        jobs.finish(job)
    elif letter.state == LetterState.SENDING:
        _found_in_the_middle(job, letter)
    elif letter.state != LetterState.WAITING:
        jobs.fail(job, letter.answer)
    elif not (sends_mail() and letter.person.email and letter.person.is_active):
        Letter.objects.filter(pk=letter.pk).update(state=LetterState.DROPPED)
        jobs.finish(job)
    elif _was_read(letter):
        Letter.objects.filter(pk=letter.pk).update(state=LetterState.READ)
        jobs.finish(job)
    elif not _is_held(job, letter):
        _send(job, letter, agenda)


def _give_up_with(job_id: int) -> None:
    """The letter of a job whose workers were lost again and again fails with it."""
    job = Job.objects.filter(pk=job_id, state=JobState.FAILED).first()
    if job is not None:
        Letter.objects.filter(
            pk=int(job.subject.partition(":")[2]), state=LetterState.WAITING
        ).update(state=LetterState.FAILED, answer=job.error[:ANSWER_LENGTH])


def _was_read(letter: Letter) -> bool:
    """Has the person read in the page all that the letter would tell, while it waited?

    What concerns the account always goes out: it may be a stranger who reads the page.
    """
    if letter.notification is not None:
        return letter.occasion != Occasion.ACCOUNT and letter.notification.read_at is not None
    return not letter.gathered.filter(read_at__isnull=True).exists()


def _is_held(job: Job, letter: Letter) -> bool:
    """Is it too early? Then the job waits: a late retry keeps the quiet hours, too."""
    now = timezone.now()
    habits = mail_habits([letter.person])[letter.person_id]
    until = letter.due_at if letter.due_at > now else habits.held_until(now, letter.occasion)
    if until is None:
        return False
    Letter.objects.filter(pk=letter.pk).update(due_at=until)
    jobs.hold(job, until, _("Giữ lại đến hết giờ yên lặng."))
    return True


def _found_in_the_middle(job: Job, letter: Letter) -> None:
    """An attempt began and has not ended: another worker is at it still, or was lost."""
    began_at = letter.began_at or letter.created_at
    if timezone.now() < began_at + SENDING_LIMIT:
        jobs.hold(job, began_at + SENDING_LIMIT, _("Một lần gửi khác đang dở."))
    else:
        _leave_open(job, letter, _("Lần gửi trước bị ngắt giữa chừng."))


def _leave_open(job: Job, letter: Letter, reason: str) -> None:
    log.warning("letter %s, attempt %s: may have been taken: %s", letter.pk, job.attempts, reason)
    Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING).update(
        state=LetterState.UNKNOWN, answer=reason[:ANSWER_LENGTH]
    )
    jobs.fail(job, reason)


def _send(job: Job, letter: Letter, agenda: Agenda) -> None:
    # What was read since the digest was made is not told by it.
    letter.gathered.filter(read_at__isnull=False).update(digest=None)
    mail = mail_of(letter, agenda)
    Letter.objects.filter(pk=letter.pk).update(
        attempts=F("attempts") + 1, address=letter.person.email
    )
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        _not_taken(job, letter, error)
        return
    taken = Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING).update(
        state=LetterState.SENDING, began_at=timezone.now()
    )
    if not taken:
        # Another worker was quicker.
        _close(connection)
        jobs.finish(job)
        return
    try:
        connection.send_messages([mail])
    except (
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPSenderRefused,
        smtplib.SMTPDataError,
        smtplib.SMTPNotSupportedError,
    ) as error:
        # The server answered, and the answer was no.
        _not_taken(job, letter, error)
    except (smtplib.SMTPException, OSError) as error:
        _leave_open(job, letter, _("Đường truyền đứt khi đang gửi: %s") % error)
    else:
        _sent(job, letter)
    finally:
        _close(connection)


def _sent(job: Job, letter: Letter) -> None:
    now = timezone.now()
    Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING).update(
        state=LetterState.SENT, sent_at=now, answer=""
    )
    jobs.finish(job)
    log.info("sent letter %s to person %s", letter.pk, letter.person_id)


def _close(connection: BaseEmailBackend) -> None:
    """Say goodbye; a server that does not answer that has the letter all the same."""
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        log.info("the mail server did not say goodbye")


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and (
        error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPConnectError)
    )


def _words(error: Exception) -> str:
    """What the server said, as people read it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [
            f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values()
        ]
        return "; ".join(answers)
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        words = text.decode(errors="replace") if isinstance(text, bytes) else text
        return f"{error.smtp_code} {words}"
    return str(error)


def _not_taken(job: Job, letter: Letter, error: Exception) -> None:
    """The server has not taken the letter: later again, or never where that is no use."""
    log.warning("letter %s, attempt %s: not sent: %s", letter.pk, job.attempts, error)
    reason = _("Máy chủ thư không nhận: %(error)s") % {"error": _words(error)}
    rows = Letter.objects.filter(
        pk=letter.pk, state__in=[LetterState.WAITING, LetterState.SENDING]
    )
    if _is_final(error) or job.attempts >= MAX_JOB_ATTEMPTS:
        rows.update(state=LetterState.FAILED, answer=reason[:ANSWER_LENGTH])
        jobs.fail(job, reason)
        return
    wait = WAITS[min(job.attempts, len(WAITS)) - 1]
    rows.update(
        state=LetterState.WAITING,
        answer=reason[:ANSWER_LENGTH],
        due_at=timezone.now() + wait,
    )
    jobs.put_off(job, wait, reason)


@transaction.atomic
def resend_letter(*, actor: Person, letter_id: int) -> Letter:
    """Have a letter sent once more that did not arrive, or may not have, with its Message-ID.

    Raises ``Letter.DoesNotExist`` for one the actor does not see, ``RuleError`` for one that was
    sent or is on its way.
    """
    letter = (
        Letter.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("person", "notification")
        .get(pk=letter_id)
    )
    require(can_resend_letter(actor, letter))
    if not letter.may_be_resent:
        raise RuleError(_("Thư này đã gửi hoặc đang chờ gửi."))
    if _was_read(letter):
        raise RuleError(_("Người nhận đã đọc trên trang, không cần gửi lại."))
    if not letter.person.email:
        raise RuleError(_("Người nhận chưa có địa chỉ thư điện tử."))
    before = letter.state
    letter.state = LetterState.WAITING
    letter.due_at = timezone.now()
    letter.save(update_fields=["state", "due_at"])
    _enqueue(letter, actor)
    record(
        chain=SET_UP_CHAIN,
        actor=actor,
        action="resend_letter",
        target=f"letter:{letter.pk}",
        summary=_("%(who)s gửi lại thư cho %(name)s, lập ngày %(day)s.")
        % {
            "who": actor.full_name,
            "name": letter.person.full_name,
            "day": date_text(timezone.localdate(letter.created_at)),
        },
        before={"state": before},
        after={"state": letter.state},
    )
    return letter
