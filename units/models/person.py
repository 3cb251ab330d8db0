"""People and their dated roles: every right comes from here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from units.fields import VietnameseCharField
from units.models.bloc import on_date
from units.rules import RoleKind
from units.vietnamese import fold, sort_key

if TYPE_CHECKING:
    from units.models.unit import Unit


@dataclass(frozen=True, slots=True)
class RoleSet:
    """What a person is on one day, read once: the ids of all scopes, and which role in which."""

    roles: tuple[Role, ...]

    def ids(self, kind: RoleKind, scope: str) -> frozenset[int]:
        """Ids of the units, blocs or councils (``scope``) in which the person has ``kind``."""
        found = (getattr(role, f"{scope}_id") for role in self.roles if role.kind == kind)
        return frozenset(pk for pk in found if pk is not None)

    def _all(self, scope: str) -> frozenset[int]:
        found = (getattr(role, f"{scope}_id") for role in self.roles)
        return frozenset(pk for pk in found if pk is not None)

    @property
    def unit_ids(self) -> frozenset[int]:
        return self._all("unit")

    @property
    def bloc_ids(self) -> frozenset[int]:
        return self._all("bloc")

    @property
    def council_ids(self) -> frozenset[int]:
        return self._all("council")

    @property
    def is_operator(self) -> bool:
        return any(role.kind == RoleKind.OPERATOR for role in self.roles)

    def has(self, kind: RoleKind) -> bool:
        return any(role.kind == kind for role in self.roles)


class PersonManager(BaseUserManager["Person"]):
    """Creates people; the sort and search keys are filled here and by the services."""

    def create_user(self, username: str, password: str | None = None, **extra: Any) -> Person:
        """A person who can log in; without a password, one who can't until it is set."""
        person = self.model(username=self.model.normalize_username(username), **extra)
        person.fill_keys()
        person.set_password(password)
        person.save(using=self._db)
        return person

    def signatories_of(self, unit: Unit) -> models.QuerySet[Person]:
        """The active people who are head of ``unit`` today."""
        today = on_date(timezone.localdate())
        heads = Role.objects.filter(today, unit=unit, kind=RoleKind.SIGNATORY)
        return self.filter(is_active=True, roles__in=heads).distinct()

    def create_superuser(self, username: str, password: str | None = None, **extra: Any) -> Person:
        """A technical operator who may also open the administration site."""
        extra.setdefault("full_name", username)
        return self.create_user(username, password, is_staff=True, is_superuser=True, **extra)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who logs in; what they may do comes from their roles alone."""

    username = models.CharField(_("tên đăng nhập"), max_length=150, unique=True)
    full_name = VietnameseCharField(_("họ và tên"), max_length=150)
    position = VietnameseCharField(_("chức vụ"), max_length=200, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    language = models.CharField(
        _("ngôn ngữ"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    is_staff = models.BooleanField(_("vào trang quản trị kỹ thuật"), default=False)
    sort_key = models.TextField(editable=False)
    search_key = models.TextField(editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("người dùng")
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.full_name

    def fill_keys(self) -> None:
        """Work out the sort key (given name first, as lists of people are kept) and search key."""
        given_name = self.full_name.split()[-1:] or [""]
        self.sort_key = sort_key(f"{given_name[0]} {self.full_name}")
        self.search_key = fold(f"{self.full_name} {self.username} {self.email}")

    def roles_on(self, day: datetime.date) -> RoleSet:
        """The roles in force on ``day``; one query for a day, however often it is asked.

        Remembered on the object, that is for one request; a write to ``Role`` is seen by the
        next request, or after ``refresh_from_db``.
        """
        cache: dict[datetime.date, RoleSet] = self.__dict__.setdefault("_roles_by_day", {})
        if day not in cache:
            rows = Role.objects.filter(on_date(day), person=self) if self.is_active else ()
            cache[day] = RoleSet(tuple(rows))
        return cache[day]

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the person anew, forgetting the remembered roles."""
        self.__dict__.pop("_roles_by_day", None)
        super().refresh_from_db(*args, **kwargs)


_NONE = Q(unit__isnull=True, bloc__isnull=True, council__isnull=True)
_UNIT = Q(unit__isnull=False, bloc__isnull=True, council__isnull=True)
_BLOC_AND_UNIT = Q(unit__isnull=False, bloc__isnull=False, council__isnull=True)
_BLOC = Q(unit__isnull=True, bloc__isnull=False, council__isnull=True)
_COUNCIL = Q(unit__isnull=True, bloc__isnull=True, council__isnull=False)


class Role(models.Model):
    """What a person is, for whom, from when to when (both ends included).

    A secretary belongs to a unit and serves a bloc: the office is held in the seasons in which
    the unit is head or deputy.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(_("vai trò"), max_length=14, choices=RoleKind)
    unit = models.ForeignKey(
        "units.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("đơn vị"),
    )
    bloc = models.ForeignKey(
        "units.Bloc",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("khối"),
    )
    council = models.ForeignKey(
        "units.Council",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("Hội đồng"),
    )
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("vai trò")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="role_ends_after_it_starts",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=["representative", "signatory", "scorer"]) & _UNIT)
                | (Q(kind="secretary") & _BLOC_AND_UNIT)
                | (Q(kind="leader") & (_BLOC | _COUNCIL))
                | (Q(kind="officer") & _COUNCIL)
                | (Q(kind="operator") & _NONE),
                name="role_scope_fits_its_kind",
                violation_error_message=_(
                    "Vai trò này phải gắn đúng phạm vi: đơn vị, khối hoặc Hội đồng."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
