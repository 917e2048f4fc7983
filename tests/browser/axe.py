"""axe-core in a page: what it finds that shuts people out."""

from importlib.resources import files
from typing import Any

__all__ = ["violations"]

RUN = "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']})).violations"


def violations(page: Any) -> list[str]:
    """Return what axe-core finds on a page that breaks WCAG 2 A or AA, serious or worse, with its places."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(RUN)
    return [
        f"{item['id']}: {node['html'][:120]} ({node['failureSummary']})"
        for item in found
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"][:3]
    ]
