"""Styles that begin with the values hardly any rule changes.

The engine works out each of an element's hundred properties when it is first asked for, and for
nine in ten the answer is the initial value, or the parent's. Filling these in at once gives the
same bytes in less time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Their values depend on one another, or on what the ancestors drew.
DEPENDENT = frozenset({"display", "float", "page", "position"})
PROPAGATED = "text_decoration_"


def fill_styles() -> None:
    """Let the engine of this process begin with filled styles; a second call changes nothing.

    Raises ``OSError`` where Pango is missing.
    """
    from weasyprint import css
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    unfilled = css.ComputedStyle
    if unfilled.__module__ == __name__:
        return

    independent = frozenset(filter(_is_independent, INITIAL_VALUES))
    inherited = sorted(independent & INHERITED)
    initial = {
        name: INITIAL_VALUES[name] for name in independent - INHERITED - INITIAL_NOT_COMPUTED
    }
    logical = _logical(PHYSICAL_FUNCTIONS.values())

    def begin(style: Any, parent: Any, cascaded: Mapping[str, Any], *rest: Any) -> None:
        unfilled.__init__(style, parent, cascaded, *rest)
        # A rule for the inline start decides about the left or the right: the engine knows which.
        if parent is None or not logical.isdisjoint(cascaded):
            return
        style.update(initial)
        style.update(_inherited(parent))
        for name in cascaded:
            style.pop(name, None)

    def _inherited(parent: Any) -> dict[str, Any]:
        if not hasattr(parent, "handed_down"):
            parent.handed_down = {name: parent[name] for name in inherited}
        handed_down: dict[str, Any] = parent.handed_down
        return handed_down

    css.ComputedStyle = type(
        "FilledStyle", (unfilled,), {"__init__": begin, "__module__": __name__}
    )


def _is_independent(name: str) -> bool:
    return name not in DEPENDENT and not name.startswith(PROPAGATED)


def _logical(functions: Iterable[Any]) -> frozenset[str]:
    """The names that say start and end where others say left and top."""
    return frozenset(
        function(block="ttb", inline=inline) for function in functions for inline in ("ltr", "rtl")
    )
