"""Text from outside as it can be shown: without characters that a terminal or a page would obey."""

import unicodedata

__all__ = ["printable"]

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Categories of characters that move, hide or reorder text: control, format, surrogate, line ends."""


def printable(text: str, *, instead: str = "", keep: str = "\n\t") -> str:
    """Replace every character that would be obeyed instead of shown, but for those to `keep`.

    Examples
    --------
    >>> printable("a" + chr(27) + "[31m" + chr(0x202E) + "b", instead="?")
    'a?[31m?b'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char in keep or unicodedata.category(char) not in HIDDEN else instead for char in text
    )
