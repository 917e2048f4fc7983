"""Elements of SVG as text, and about how wide a text is drawn."""

import html
import itertools
import unicodedata

__all__ = ["cut", "decimal", "element", "text", "width_of"]

SIZE = 13
"""Size of text where no other is given."""


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """Write an element: its content is markup already, its attributes are escaped.

    An underscore in the name of an attribute stands for a hyphen; one at its end is dropped.

    Examples
    --------
    >>> element("rect", class_="bar", x=0.25, data_name='a"b')
    '<rect class="bar" x="0.2" data-name="a&quot;b"/>'
    """
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{words}>{content}</{name}>" if content else f"<{name}{words}/>"


def _attribute(value: str | float) -> str:
    return html.escape(value) if isinstance(value, str) else decimal(value)


def text(content: str, x: float, y: float, style: str) -> str:
    """Write a text of a class at a place."""
    return element("text", html.escape(content), class_=style, x=x, y=y)


def decimal(value: float) -> str:
    """Write a length with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def width_of(content: str, size: float = SIZE) -> float:
    """Return about how wide a text is drawn, rather too wide than too narrow."""
    return sum(size if unicodedata.east_asian_width(sign) in "WF" else 0.62 * size for sign in content)


def cut(content: str, width: float, size: float = SIZE) -> str:
    """Shorten a text with an ellipsis until it fits; at least the ellipsis is left.

    Examples
    --------
    >>> cut("Qwen2.5-7B-Instruct", 80)
    'Qwen2.5-…'
    """
    if width_of(content, size) <= width:
        return content
    kept = list(itertools.accumulate(content, initial=""))
    fitting = (part for part in reversed(kept) if width_of(part, size) <= width - size)
    return next(fitting, "").rstrip() + "…"
