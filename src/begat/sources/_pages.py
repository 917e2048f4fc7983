"""Pages that a crawl kept: one answer a file, the rows inside a JSON document."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from begat.crawl.journal import JOURNAL, Journal
from begat.errors import UnreadableFile, WrongSchema
from begat.sources.base import BadRow, Row, json_document

__all__ = ["asked", "json_page"]


def json_page(*keys: str) -> Callable[[Path], Iterator[tuple[str, Row | BadRow]]]:
    """Make a reader of one JSON document whose rows stand at a path of keys.

    A list gives its items, an object itself as the only row; an item that is no object comes as ``{value}``,
    such as the null that stands at the place of an unknown id.

    Parameters
    ----------
    *keys : str
        The keys that lead to the rows; none, if the document itself is the list or the row.

    Raises
    ------
    UnreadableFile
        If the file is no whole JSON document, or an answer that says of itself that it failed.
    WrongSchema
        If the keys lead nowhere.
    """

    def read(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
        rows = _at(_answer(path), keys, path)
        for number, item in enumerate(rows if isinstance(rows, list) else [rows], 1):
            yield f"item {number}", item if isinstance(item, dict) else {"value": item}

    return read


def asked(path: Path) -> str:
    """Return the request that led to an answer, ``GET /path``; "" where no journal lies beside its folder."""
    folder = path.parent.parent
    if not (folder / JOURNAL).exists():
        return ""
    entry = Journal(folder).behind(f"{path.parent.name}/{path.name}")
    return entry.request if entry else ""


def _answer(path: Path) -> Any:
    document = json_document(path)
    if isinstance(document, dict) and document.get("success") is False:
        reason = document.get("code") or document.get("message") or "it gives no reason"
        raise UnreadableFile(
            f"the platform refused to answer ({reason})", where=str(path), hint="Ask again later."
        )
    return document


def _at(document: Any, keys: tuple[str, ...], path: Path) -> Any:
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            raise WrongSchema(
                f"no row has the field {'.'.join(keys)}",
                where=str(path),
                hint="Has the platform changed its answers? `begat sources` lists what each source reads.",
            )
        document = document[key]
    return document
