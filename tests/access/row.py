"""One address and what everybody of the cast gets there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PEOPLE = (
    "anonymous",
    "stranger",
    "representative",
    "head_of_btc",
    "head_of_ubkt",
    "scorer_of_duk",
    "secretary",
    "deputy_secretary",
    "leader",
    "officer",
    "operator",
)
EVERYBODY = " ".join(PEOPLE[1:])
PUBLIC = " ".join(PEOPLE)
RUN_THE_SEASON = "secretary deputy_secretary officer"
SET_UP = f"{RUN_THE_SEASON} operator"
OF_BTC = "representative head_of_btc"
MEMBERS = f"{OF_BTC} head_of_ubkt scorer_of_duk"
IN_THE_SEASON = f"{MEMBERS} {RUN_THE_SEASON} leader"
SEE_BUT_DO_NOT_RUN = f"{MEMBERS} leader"
DO_NOT_SET_UP = f"stranger {SEE_BUT_DO_NOT_RUN}"
LOGIN = "login"

Status = int | str


@dataclass(frozen=True)
class Row:
    """``may`` get ``ok``, ``refused`` get 403 with the reason, ``told`` something of their own.

    Everybody else gets 404, and who is not logged in is sent to the login. ``at`` names the
    arguments of the address by their keys in the scene, which ``data`` may name in braces, too.
    """

    name: str
    may: str
    refused: str = ""
    ok: int = 200
    method: str = "get"
    at: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Status] = field(default_factory=dict)

    def expected(self, who: str) -> Status:
        """What ``who`` gets."""
        if who in self.told:
            return self.told[who]
        if who in self.may.split():
            return self.ok
        if who == "anonymous":
            return LOGIN
        return 403 if who in self.refused.split() else 404
