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

    if line_break.Layout.__module__ == __name__:
        return

    # The engine has no types, and a class of no type may be extended by those who know it.
    class KeptLayout(line_break.Layout):  # type: ignore[misc]
        """A line whose preparation outlives its placing."""

        def set_text(self, text: str, justify: bool = False) -> None:
            """As its drawing wants it, where that changes nothing; else it is prepared again."""
            pango.pango_layout_set_single_paragraph_mode(self.layout, "\n" not in text)
            super().set_text(text, justify)

        def deactivate(self) -> None:
            """Keep everything."""

        def reactivate(self, style: Any) -> None:
            """Do only what the placing left out: spaces that fill the line, one line for all."""
            if self.justification_spacing:
                self.set_text(self.text, justify=True)
            _line, next_index = self.get_first_line()
            if next_index is not None:
                pango.pango_layout_set_width(self.layout, -1)

    line_break.Layout = KeptLayout
