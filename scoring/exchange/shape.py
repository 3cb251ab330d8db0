"""How a file spelled what we would spell otherwise, so that its export is equal to it.

An empty list that was written out, a default that was left out, a time in another zone: the
facts are stored like all others, the spelling is kept beside them. Where a fact has changed
since, the spelling no longer applies.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Path = list[str | int]
_ABSENT: dict[str, bool] = {"absent": True}


def differences(ours: Any, theirs: Any, path: Path | None = None) -> list[dict[str, Any]]:
    """What must be changed in ``ours`` to make it ``theirs``: path, our value, their value.

    Each value is wrapped (``{"value": …}`` or ``{"absent": true}``).
    """
    at = path or []
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        found = []
        for key in sorted({*ours, *theirs}):
            if key in ours and key in theirs:
                found += differences(ours[key], theirs[key], [*at, key])
            else:
                found.append(
                    {"path": [*at, key], "ours": _held(ours, key), "theirs": _held(theirs, key)}
                )
        return found
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            difference
            for index, (mine, other) in enumerate(zip(ours, theirs, strict=True))
            for difference in differences(mine, other, [*at, index])
        ]
    if ours == theirs and type(ours) is type(theirs):
        return []
    return [{"path": at, "ours": {"value": ours}, "theirs": {"value": theirs}}]


def _held(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {"value": mapping[key]} if key in mapping else dict(_ABSENT)


def respelled(document: dict[str, Any], shape: list[dict[str, Any]]) -> dict[str, Any]:
    """The export with the file's own spelling wherever the facts are still the same."""
    result = copy.deepcopy(document)
    for difference in shape:
        _respell(result, difference)
    return result


def _respell(document: Any, difference: dict[str, Any]) -> None:
    *way, last = difference["path"]
    for step in way:
        known = step in document if isinstance(document, dict) else step < len(document)
        if not known:
            return
        document = document[step]
    if isinstance(document, list):
        if last < len(document) and {"value": document[last]} == difference["ours"]:
            document[last] = difference["theirs"]["value"]
        return
    if _held(document, last) != difference["ours"]:
        return
    if difference["theirs"] == _ABSENT:
        del document[last]
    else:
        document[last] = difference["theirs"]["value"]
