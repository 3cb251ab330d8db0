"""Everything a compact prints, frozen: the same snapshot gives the same bytes on any day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from compacts.documents.fingerprint import renderer_fingerprint

Letterhead = Literal["state", "party"]
UnitRole = Literal["head", "deputy", "member"]
BlocKind = Literal["khoi", "cum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryUnit:
    """One party to the compact, named as on the day of signing."""

    code: str
    name: str
    signatory_name: str = ""
    position: str = ""
    role: UnitRole = "member"
    signed_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A numbered section; ``closing`` ones stand after the tables of targets and titles."""

    heading: str
    items: tuple[str, ...]
    closing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A key task of one unit; a task that is not a quantity has no ``target``."""

    unit_name: str
    text: str
    indicator: str = ""
    unit_of_measure: str = ""
    target: Decimal | None = None
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRow:
    """The titles and commendations which one unit registered for."""

    unit_name: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """The leader before whom the units sign."""

    name: str
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactSnapshot:
    """A compact (bản giao ước thi đua) as it is printed; units may come in any order."""

    letterhead: Letterhead
    council_name: str
    issuing_body: str
    parent_body: str
    bloc_name: str
    bloc_kind: BlocKind
    year: int
    number: str
    place: str
    signed_on: dt.date | None
    theme: str
    units: tuple[SignatoryUnit, ...]
    articles: tuple[Article, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    titles: tuple[TitleRow, ...] = ()
    bases: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    verify_url: str = ""
    audit_head: str = ""
    draft: bool = False
    witness: Witness | None = None

    def canonical_json(self) -> str:
        """The file inside the PDF: NFC, sorted keys, no spaces, decimals and dates as text."""
        return canonical(self)

    def input_hash(self) -> str:
        """SHA-256 over the text, the layout, the engine and the fonts; equal means equal bytes.

        Raises ``RenderError`` where the fonts are missing.
        """
        whole = json.dumps(renderer_fingerprint(), sort_keys=True) + "\n" + self.canonical_json()
        return hashlib.sha256(whole.encode()).hexdigest()


def shortest(value: Decimal) -> Decimal:
    """``value`` without the zeros a database column appends: 100.00 is printed as 100."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()


# A tab and a carriage return as JSON writes them.
UNCLEAN = (r"\t", r"\r")


def _clean(text: str) -> str:
    """``text`` in NFC; browsers end lines with two signs, and Excel parts cells by tabs."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")


def normalised(value: Any) -> Any:
    """``value`` with every text in it as it is printed, of the same type at every level."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, tuple):
        return tuple(normalised(item) for item in value)
    if isinstance(value, list):
        return [normalised(item) for item in value]
    if isinstance(value, Mapping):
        return {normalised(key): normalised(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            field.name: normalised(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **changes)
    return value


def plain(value: Any) -> Any:
    """``value`` in the types of JSON, its texts as they are printed."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {normalised(str(key)): plain(item) for key, item in value.items()}
    simpler = _simpler(value)
    return value if simpler is value else plain(simpler)


def _simpler(value: Any) -> Any:
    """``value`` itself in a type of JSON, what it holds as it is."""
    if names := _field_names(value.__class__):
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Decimal):
        return format(shortest(value), "f") if value.is_finite() else str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


@functools.cache
def _field_names(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass; none of anything else."""
    return tuple(getattr(kind, "__dataclass_fields__", ()))


_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    sort_keys=True,
    separators=(",", ":"),
    default=_simpler,
    # What is frozen cannot hold itself.
    check_circular=False,
)


def canonical(value: Any) -> str:
    """``plain(value)`` as JSON with sorted keys and no spaces."""
    # Nearly always the texts are clean, and to look at all of them at once takes half the time of
    # cleaning each.
    written = _ENCODER.encode(value)
    if unicodedata.is_normalized("NFC", written) and not any(sign in written for sign in UNCLEAN):
        return written
    return _ENCODER.encode(plain(value))


def read_snapshot(plain: Mapping[str, Any]) -> CompactSnapshot:
    """The snapshot whose canonical JSON was stored."""
    witness = plain["witness"]
    return CompactSnapshot(
        **{
            **plain,
            "signed_on": _day(plain["signed_on"]),
            "units": tuple(
                SignatoryUnit(**{**unit, "signed_on": _day(unit["signed_on"])})
                for unit in plain["units"]
            ),
            "articles": tuple(
                Article(**{**article, "items": tuple(article["items"])})
                for article in plain["articles"]
            ),
            "targets": tuple(
                TargetRow(
                    **{
                        **row,
                        "target": None if row["target"] is None else Decimal(row["target"]),
                        "due_on": _day(row["due_on"]),
                    }
                )
                for row in plain["targets"]
            ),
            "titles": tuple(
                TitleRow(unit_name=row["unit_name"], titles=tuple(row["titles"]))
                for row in plain["titles"]
            ),
            "bases": tuple(plain["bases"]),
            "recipients": tuple(plain.get("recipients", ())),
            "witness": None if witness is None else Witness(**witness),
        }
    )


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
