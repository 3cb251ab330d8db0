"""What axe finds on a page: WCAG 2.2 AA as far as a machine sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE: dict[str, object] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
CONTRAST: dict[str, object] = {
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
    "resultTypes": ["violations"],
}


def violations(page: Page, options: dict[str, object] = AXE) -> list[str]:
    """What axe finds: the rule and the first places."""
    answer = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {[node['target'][0] for node in one['nodes'][:3]]}" for one in answer]
