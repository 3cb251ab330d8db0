"""Texts of the season before they are issued: versions, and what units say about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compacts.models.season import Season
from compacts.rules import CommentOutcome, DraftKind, DraftState
from units.fields import FoldedField, VietnameseCharField, VietnameseTextField
from units.models import Unit

if TYPE_CHECKING:
    from units.models import Person


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, person: Person) -> DraftQuerySet:
        """The texts of the seasons that the person sees."""
        return self.filter(season__in=Season.objects.visible_to(person))


class Draft(models.Model):
    """A text that the bloc agrees on (programme, regulation): drafted, commented on, issued.

    An issued text never changes (trigger in the migration); a change is an amendment, a draft
    whose ``amends`` names the issued one.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="drafts")
    kind = models.CharField(_("loại văn bản"), max_length=10, choices=DraftKind)
    title = VietnameseCharField(_("tên văn bản"), max_length=300)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=DraftState, default=DraftState.DRAFTING
    )
    amends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    comments_due_at = models.DateTimeField(_("hạn góp ý"), null=True, blank=True)
    number = VietnameseCharField(_("số, ký hiệu"), max_length=60, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True, editable=False)
    search_key = FoldedField(of=("title", "number"))

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="issued", issued_at__isnull=False, issued_on__isnull=False)
                & ~Q(number="")
                | Q(state__in=["drafting", "commenting"], issued_at__isnull=True),
                name="draft_issued_with_number_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="commenting") | Q(comments_due_at__isnull=False),
                name="draft_comments_have_a_due_time",
                violation_error_message=_("Hãy ghi hạn góp ý."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DraftVersion(models.Model):
    """One state of a text; ``sections`` is a list of ``{"heading", "items"}`` as in articles."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("phiên bản"))
    sections = models.JSONField(_("nội dung"), default=list)
    note = VietnameseCharField(_("thay đổi chính"), max_length=300, blank=True)
    written_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("phiên bản văn bản")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_version_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.draft} v{self.number}"


class CommentOnText(models.Model):
    """What a unit says about a text, and what it was answered (ý kiến góp ý, tiếp thu)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = VietnameseTextField(_("ý kiến"))
    written_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(
        _("tiếp thu"), max_length=8, choices=CommentOutcome, default=CommentOutcome.OPEN
    )
    answer = VietnameseTextField(_("trả lời"), blank=True)
    answered_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text

    @property
    def answer_mark(self) -> str:
        """Which answer this is, sent along by the form of the next; empty without one."""
        return self.answered_at.isoformat() if self.answered_at else ""


def answered_completely(name: str) -> models.CheckConstraint:
    """The constraint that an answered comment has an answer and its time."""
    return models.CheckConstraint(
        condition=Q(outcome="open", answered_at__isnull=True)
        | ~Q(outcome="open") & Q(answered_at__isnull=False) & ~Q(answer=""),
        name=name,
        violation_error_message=_("Hãy ghi trả lời cho ý kiến."),
    )


class Comment(CommentOnText):
    """A unit's comment on a section of a draft; ``section`` counts from 1, 0 is the whole text."""

    version = models.ForeignKey(DraftVersion, on_delete=models.PROTECT, related_name="comments")
    section = models.PositiveSmallIntegerField(_("mục"), default=0)

    class Meta:
        verbose_name = _("ý kiến góp ý")
        ordering = ["section", "pk"]
        constraints = [answered_completely("comment_answered_completely")]
