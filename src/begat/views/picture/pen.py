"""What drawings are written with: elements of SVG, and about how wide a text is without a font at hand."""

import html
import itertools
import re
import unicodedata

__all__ = ["cut", "number", "tag", "text_width", "wrapped"]

NARROW, WIDE = frozenset("iljtfrI.,:;|!'()[]/ ·"), frozenset("mwMW@%—…→")
BREAK = re.compile(r"(?<=\s)|(?<=[/_.\-])(?!\d)|(?<=[\u2e80-\u9fff\uff00-\uffef])(?![，。：；、）])")
"""Where a line may end: after blanks, marks in names but not before digits, and Chinese characters."""


def tag(name: str, content: str = "", **attributes: str | float | None) -> str:
    """Write an element; its content is markup already, values are escaped, None is left out.

    Examples
    --------
    >>> tag("rect", x=1.25, class_="a&b", fill=None)
    '<rect x="1.2" class="a&amp;b"/>'
    """
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{words}>{content}</{name}>" if content else f"<{name}{words}/>"


def number(value: str | float) -> str:
    """Write the value of an attribute: text escaped, numbers with one digit behind the point at most."""
    return html.escape(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is drawn at a size, rather too wide than too narrow."""
    return size * sum(map(_width, text))


def _width(sign: str) -> float:
    if sign in NARROW:
        return 0.36
    if sign in WIDE:
        return 0.95
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return 0.7 if sign.isupper() else 0.585


def cut(text: str, width: float, size: float) -> str:
    """Shorten a text that is wider than there is room.

    Examples
    --------
    >>> cut("a-very-long-name", 60, 13), cut("short", 60, 13)
    ('a-very…', 'short')
    """
    if text_width(text, size) <= width:
        return text
    kept = list(itertools.accumulate(text, initial=""))
    return next((part for part in reversed(kept) if text_width(part + "…", size) <= width), "").rstrip() + "…"


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Divide a text into lines; what can't be divided and is too wide for one is cut.

    Examples
    --------
    >>> wrapped("Qwen2.5-7B-Instruct of 2026-01-01", 110, 13)
    ['Qwen2.5-7B-', 'Instruct of', '2026-01-01']
    """
    lines = [""]
    for piece in BREAK.split(text):
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return [cut(line.rstrip(), width, size) for line in lines]
