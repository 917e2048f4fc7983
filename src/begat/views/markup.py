"""How pages are written: templates that escape, files of the templates, a content policy by hash."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    import jinja2

__all__ = ["ICON", "asset", "assets", "csp", "environment", "template_text"]

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> "jinja2.Environment":
    """Return the templates: every value is escaped, an unknown name is an error."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def template_text(name: str) -> str:
    """Return a file of the templates as it is: a style sheet or a script to put into a page."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def csp(*, scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Return a content security policy: nothing but these scripts and styles, no request at all."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + (" ".join(map(_hash, scripts)) or "'none'"),
            "style-src " + (" ".join(map(_hash, styles)) or "'none'"),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def assets() -> Mapping[str, str]:
    """Return the styles and scripts of pages by the names under which they are served; see `asset`.

    Those that others made lie in the folder ``vendor``; its SOURCE.md says where they are from.
    """
    files = [path for path in sorted(TEMPLATES.rglob("*")) if path.suffix in (".css", ".js")]
    names = [path.relative_to(TEMPLATES).as_posix() for path in files]
    return {_served_name(name): template_text(name) for name in names}


ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path d='M3 8h4M7 4v8M7 4h4M7 12h4' "
    "fill='none' stroke='#0072b2' stroke-width='2'/><circle cx='3' cy='8' r='2.5' fill='#0072b2'/></svg>"
)
"""The sign of pages in a browser's tab, so that no browser asks the server for one."""


def asset(name: str) -> str:
    """Return the address under which the server gives a style or script: it changes with the content."""
    return f"/static/{_served_name(name)}"


@cache
def _served_name(name: str) -> str:
    digest = hashlib.sha256(template_text(name).encode()).hexdigest()[:12]
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{digest}.{suffix}"
