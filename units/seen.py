"""What a page showed of something, as a mark that it sends back: was it changed since?

For rows without a version of their own: nothing need be stored, the mark is made anew from what
stands there when the form comes back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from django.db import models
from django.utils.translation import gettext as _

from units.rules import EditConflictError

Facts = Mapping[str, object]


def facts_of(row: models.Model, names: Iterable[str]) -> dict[str, object]:
    """The fields of the row, by name, as text."""
    return {name: str(getattr(row, name)) for name in names}


def mark_of(facts: Facts) -> str:
    """The mark of these facts; equal facts have the same."""
    text = json.dumps(facts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def check_seen(seen: str | None, *, before: Facts | None, after: Facts) -> None:
    """Raise ``EditConflictError`` where the page showed something else than stands there.

    Writing the same again is no conflict: that is the second press of a button. Without ``seen``
    no page was shown, without ``before`` nothing stood there.
    """
    if seen is None or before is None or before == after:
        return
    if seen != mark_of(before):
        raise EditConflictError(
            _(
                "Người khác vừa sửa nội dung này nên chưa lưu. Những gì đồng chí nhập vẫn còn ở "
                "dưới; bấm “Lưu” lần nữa là thay bản của người đó."
            )
        )
