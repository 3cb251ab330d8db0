"""Lines of text that Pango prepares once: to be placed, and still ready to be drawn.

The engine throws away what was prepared for a line as soon as the line is placed, and prepares it
anew to draw it. Keeping it gives the same bytes in less time; a line costs a few kilobytes until
its document is done.
"""

from __future__ import annotations

from typing import Any


def keep_layouts() -> None:
    """Let the engine keep its prepared lines in this process; a second call changes nothing.

    Raises ``OSError`` where Pango is missing.
    """
    from weasyprint.text import line_break
    from weasyprint.text.ffi import pango

    forgetful = line_break.Layout
    if forgetful.__module__ == __name__:
        return

    def set_text(line: Any, text: str, justify: bool = False) -> None:
        """As its drawing wants it, where that changes nothing; else it is prepared again."""
        pango.pango_layout_set_single_paragraph_mode(line.layout, "\n" not in text)
        forgetful.set_text(line, text, justify)

    def deactivate(_line: Any) -> None:
        """Keep everything."""

    def reactivate(line: Any, _style: Any) -> None:
        """Do only what the placing left out: spaces that fill the line, one line for all."""
        if line.justification_spacing:
            line.set_text(line.text, justify=True)
        _first, next_index = line.get_first_line()
        if next_index is not None:
            pango.pango_layout_set_width(line.layout, -1)

    line_break.Layout = type(
        "KeptLayout",
        (forgetful,),
        {
            "__module__": __name__,
            "set_text": set_text,
            "deactivate": deactivate,
            "reactivate": reactivate,
        },
    )
