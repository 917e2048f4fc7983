"""Texts made to fit, for drawings: SVG neither wraps nor shortens."""

import itertools
import re

from begat.views.picture.element import cut, width_of

__all__ = ["cut_name", "wrapped"]

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


def cut_name(name: str, width: float, size: float) -> str:
    """Shorten an id in its middle: names of one account differ most at their end.

    Examples
    --------
    >>> cut_name("Qwen/Qwen2.5-7B-Instruct-AWQ", 150, 13)
    'Qwen/Qwen2.…ct-AWQ'
    """
    if width_of(name, size) <= width:
        return name
    head = cut(name, width * HEAD, size)
    ends = itertools.accumulate(reversed(name), lambda end, sign: sign + end, initial="")
    fitting = itertools.takewhile(lambda end: width_of(head + end, size) <= width, ends)
    return head + max(fitting, key=len, default="").lstrip()


HEAD = 0.7
"""Part of the room for the beginning of a name that is cut."""
