"""Reading of curated TOML tables, shared by the sources that are begat's own."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from begat.errors import UnreadableFile, WrongSchema
from begat.sources.base import BadRow, Row

__all__ = ["toml_items"]


def toml_items(key: str) -> Callable[[Path], Iterator[tuple[str, Row | BadRow]]]:
    """Make a reader of the ``[[key]]`` tables of a TOML file."""

    def read(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
        try:
            items = tomllib.loads(path.read_text("utf-8")).get(key)
        except OSError as error:
            raise UnreadableFile(error.strerror or str(error), where=str(path)) from error
        except ValueError as error:
            raise UnreadableFile(f"this is not TOML ({error})", where=str(path)) from error
        if not isinstance(items, list):
            raise WrongSchema(f"no table [[{key}]]", where=str(path))
        for number, item in enumerate(items, 1):
            yield f"item {number}", item if isinstance(item, dict) else BadRow("not a table")

    return read
