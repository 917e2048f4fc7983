"""Strict reading of YAML: text, lists and mappings only, nothing that a small file could blow up with.

Every scalar stays the text that it is (``no`` is "no", ``1_000`` is "1_000"); whoever needs a number or a
date reads it from there. Aliases, deep nesting, keys twice and large files are refused before anything
is built.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import UnreadableFile
from begat.sources.base import BadRow, Row

if TYPE_CHECKING:
    import yaml

__all__ = ["yaml_items"]

LARGEST = 4 << 20
DEEPEST = 32


def yaml_items(path: Path) -> Iterator[tuple[str, Row | BadRow]]:
    """Read the items of a YAML list, each with the line it begins at.

    Raises
    ------
    UnreadableFile
        If the file is not one list of YAML in UTF-8, is larger than 4 MiB, nested deeper than 32, has an
        alias, or a key twice in one mapping.
    """
    import yaml

    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile("this YAML file is larger than 4 MiB", where=str(path))
        text = path.read_text("utf-8")
        yield from _Builder(str(path)).items(text)
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error), where=str(path)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise UnreadableFile(f"this is not YAML ({reason:.200})", where=str(path)) from error


class _Builder:
    """Builds values from the events of a parser that itself builds nothing."""

    def __init__(self, where: str) -> None:
        self.where = where

    def items(self, text: str) -> Iterator[tuple[str, Row | BadRow]]:
        import yaml

        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        events = (event for event in yaml.parse(text, Loader=loader) if _is_content(event))
        first = next(events, None)
        if not isinstance(first, yaml.SequenceStartEvent):
            raise UnreadableFile("a YAML list was expected", where=self.where)
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self._value(event, events, 1)
            yield f"line {_line(event)}", item if isinstance(item, dict) else BadRow("not a mapping")
        if (more := next(events, None)) is not None:
            raise self._refused("a second document", more)

    def _value(self, event: "yaml.Event", events: Iterator["yaml.Event"], depth: int) -> Any:
        import yaml

        if isinstance(event, yaml.ScalarEvent):
            return event.value
        if depth > DEEPEST:
            raise self._refused(f"nesting deeper than {DEEPEST}", event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(each, events, depth + 1) for each in _until(yaml.SequenceEndEvent, events)]
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, depth)
        raise self._refused("an alias", event)

    def _mapping(self, events: Iterator["yaml.Event"], depth: int) -> Row:
        import yaml

        found: Row = {}
        for event in _until(yaml.MappingEndEvent, events):
            key = self._value(event, events, depth + 1)
            if not isinstance(key, str) or key in found:
                raise self._refused(f"the key {key!r:.40} twice, or no text", event)
            found[key] = self._value(next(events), events, depth + 1)
        return found

    def _refused(self, what: str, event: "yaml.Event") -> UnreadableFile:
        return UnreadableFile(f"{what} is not read from YAML", where=f"{self.where}, line {_line(event)}")


def _line(event: "yaml.Event") -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _is_content(event: "yaml.Event") -> bool:
    import yaml

    return isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent)


def _until(end: type["yaml.Event"], events: Iterator["yaml.Event"]) -> Iterator["yaml.Event"]:
    for event in events:
        if isinstance(event, end):
            return
        yield event
