"""E-mails to people, each with what became of it, and how people want to get them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from units.fields import VietnameseCharField
from units.models.notification import Notification
from units.models.person import Person
from units.rules import (
    DIGEST_HOUR,
    QUIET_FROM,
    QUIET_UNTIL,
    RESENDABLE,
    LetterState,
    MailChoice,
    Occasion,
    RoleKind,
)

# The occasion of a letter that gathers many.
DAILY = "daily"


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, person: Person) -> LetterQuerySet:
        """An operator sees all, an officer those to people of their councils, others their own."""
        roles = person.roles_on(timezone.localdate())
        if roles.is_operator:
            return self
        councils = roles.ids(RoleKind.OFFICER, "council")
        if not councils:
            return self.filter(person=person)
        people = Person.objects.filter(
            Q(roles__unit__council__in=councils)
            | Q(roles__bloc__council__in=councils)
            | Q(roles__council__in=councils)
        )
        return self.filter(Q(person=person) | Q(person__in=people.values("pk")))


class Letter(models.Model):
    """One e-mail: to whom, why, how far it is, and what the mail server last said.

    It carries one ``notification``, or is the digest of a ``day`` and carries those that name it.
    ``due_at`` is the earliest time at which it goes out. The Job of the key ``mail:…`` or
    ``digest:…`` does the work; the letter says how it stands. Nothing of the text is kept here.
    """

    OCCASIONS: ClassVar[list[tuple[str, Any]]] = [
        *Occasion.choices,
        (DAILY, _("Thư gộp hằng ngày")),
    ]

    person = models.ForeignKey("units.Person", on_delete=models.CASCADE, related_name="letters")
    notification = models.OneToOneField(
        Notification, on_delete=models.CASCADE, null=True, related_name="letter"
    )
    day = models.DateField(_("ngày của thư gộp"), null=True)
    occasion = models.CharField(_("dịp"), max_length=10, choices=OCCASIONS)
    about = VietnameseCharField(_("mùa thi đua"), max_length=300, blank=True)
    state = models.CharField(
        _("tình trạng"), max_length=8, choices=LetterState, default=LetterState.WAITING
    )
    address = models.EmailField(_("địa chỉ"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    answer = models.TextField(_("máy chủ thư trả lời"), blank=True)
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    due_at = models.DateTimeField(_("gửi từ lúc"))
    began_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("thư")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="letter_newest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"],
                condition=Q(day__isnull=False),
                name="letter_one_digest_a_day",
            ),
            models.CheckConstraint(
                condition=Q(notification__isnull=True) ^ Q(day__isnull=True),
                name="letter_of_one_message_or_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="letter_sent_at_iff_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_occasion_display()}"

    @property
    def job_key(self) -> str:
        """The key of the job that sends it."""
        if self.day is not None:
            return f"digest:{self.person_id}:{self.day}"
        return f"mail:{self.notification_id}"

    @property
    def is_held(self) -> bool:
        """Does it wait for a time that is still to come?"""
        return self.state == LetterState.WAITING and self.due_at > timezone.now()

    @property
    def may_be_resent(self) -> bool:
        """Can somebody have it sent once more?"""
        return self.state in RESENDABLE


class MailSettings(models.Model):
    """When a person gets e-mails; who has none of these has the defaults.

    Within the quiet hours (Hà Nội's clock, over midnight where they end earlier than they begin)
    no letter goes out. ``digest_hour`` is the hour of the daily letter.
    """

    person = models.OneToOneField(
        "units.Person", on_delete=models.CASCADE, related_name="mail_settings"
    )
    quiet_from = models.TimeField(_("yên lặng từ"), null=True, default=QUIET_FROM)
    quiet_until = models.TimeField(_("yên lặng đến"), null=True, default=QUIET_UNTIL)
    digest_hour = models.PositiveSmallIntegerField(_("giờ gửi thư gộp"), default=DIGEST_HOUR)

    class Meta:
        verbose_name = _("cách nhận thư")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~Q(quiet_from=F("quiet_until"))
                ),
                name="mail_settings_quiet_hours_are_two",
            ),
            models.CheckConstraint(
                condition=Q(digest_hour__lte=23), name="mail_settings_hour_of_a_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class MailRule(models.Model):
    """How a person wants one occasion by e-mail, where it is not the default."""

    person = models.ForeignKey("units.Person", on_delete=models.CASCADE, related_name="mail_rules")
    occasion = models.CharField(max_length=10, choices=Occasion)
    choice = models.CharField(max_length=8, choices=MailChoice)

    class Meta:
        verbose_name = _("cách nhận thư theo dịp")
        constraints = [
            models.UniqueConstraint(fields=["person", "occasion"], name="mail_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}: {self.get_choice_display()}"
