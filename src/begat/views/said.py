"""The words of pages: one TOML file a view in the folder ``lang``, every text in every language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from begat.discovery import named

__all__ = ["LANGUAGES", "counted", "said"]

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parent / "lang"
SHARED = "page"


@cache
def said(lang: str, view: str = SHARED) -> Mapping[str, str]:
    """Return the texts of a view in a language by key, those that all pages share included.

    Words in braces are filled in by ``str.format``. Texts whose key begins with ``js_`` go to the page's
    script.

    Raises
    ------
    UnknownName
        If there are no words in this language.
    """
    chosen = named("language", lang, {name: name for name in LANGUAGES})
    files = dict.fromkeys((SHARED, view))
    return {key: text[chosen] for name in files for key, text in _texts(name).items()}


@cache
def _texts(name: str) -> Mapping[str, Mapping[str, str]]:
    """Return a file: each key with its text by language."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def counted(words: Mapping[str, str], key: str, count: int) -> str:
    """Write a number of things: the text ``KEY_one`` for one of them, else ``KEY_many``.

    Examples
    --------
    >>> counted({"model_one": "{count} model", "model_many": "{count} models"}, "model", 1200)
    '1,200 models'
    """
    return words[f"{key}_{'one' if count == 1 else 'many'}"].format(count=f"{count:,}")
