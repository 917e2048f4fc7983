"""What pages share: templates that escape, a content policy by hash, rows ready to print."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.ids import split_key
from begat.vocab import RELATIONS
from begat.views.tree import Row, Tree, opening
from begat.views.words import clean, licence_name, relation_name, short, titles

if TYPE_CHECKING:
    import jinja2

__all__ = ["csp", "environment", "outline_rows", "source_text", "template_text"]

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
