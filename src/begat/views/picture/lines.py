"""A text divided into lines that fit, for drawings: SVG does not wrap."""

import re

from begat.views.picture.element import cut, width_of

__all__ = ["wrapped"]

BREAK = re.compile(
    r"(?<=\s)|(?<=[/_.\-])(?!\d)|(?<=[\u2e80-\u9fff\uff00-\uffef])(?![\u3001\u3002\uff09\uff0c\uff1a\uff1b])"
)
"""Where a line may end: after blanks, marks in names but not before digits, and Chinese characters."""


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Divide a text into lines; what can't be divided and is too wide for one is cut.

    Examples
    --------
    >>> wrapped("Qwen2.5-7B-Instruct of 2026-01-01", 110, 13)
    ['Qwen2.5-7B-', 'Instruct of', '2026-01-01']
    """
    lines = [""]
    for piece in BREAK.split(text):
        if lines[-1] and width_of((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return [cut(line.rstrip(), width, size) for line in lines]
