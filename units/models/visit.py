"""When a person was last here, so that the first page can tell what is new."""

from __future__ import annotations

from django.db import models


class Visit(models.Model):
    """The newest look of a person at the first page, and since when changes are new to them.

    ``news_since`` is when the visit before this one ended.
    """

    person = models.OneToOneField("units.Person", on_delete=models.CASCADE, related_name="+")
    last_at = models.DateTimeField()
    news_since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person}: {self.last_at}"
