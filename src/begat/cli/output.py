"""What every command shares: its common options, its output formats, its progress, its errors.

Data goes to stdout in the format asked for, everything else to stderr.
"""

import csv
import functools
import inspect
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from begat.errors import BegatError, InputError
from begat.printable import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

    from begat.registry import Registry
    from begat.views.page.base import Page

__all__ = ["Format", "Output", "command", "first_of", "parse_day", "percent"]

Row = Mapping[str, Any]
Command = TypeVar("Command", bound=Callable[..., Any])

COMMON = "Common options"
PIPED_WIDTH = 120
NAME_WIDTH = 16
"""Characters of a text that a table has on one line at least."""


class Format(StrEnum):
    """Formats of rows."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True)
class Output:
    """Where a command reads from and how it writes."""

    format: Format
    home: Path | None
    as_of: date | None
    quiet: bool
    progress: bool

    def registry(self, store: str | None = None) -> "Registry":
        """Open the registry that the options name; `store` is the address of an endpoint to ask."""
        from begat.registry import open_registry

        return open_registry(self.home, as_of=self.as_of, store=store or "disk")

    @property
    def tabular(self) -> bool:
        """Whether a person reads: tables rather than JSON or CSV."""
        return self.format is Format.TABLE

    @functools.cached_property
    def console(self) -> "Console":
        """The console on stdout; without colours where that is no terminal."""
        from rich.console import Console

        width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
        return Console(highlight=False, width=width, soft_wrap=False)

    @property
    def unicode(self) -> bool:
        """Whether box and block characters can be printed."""
        return self.console.encoding.lower().startswith("utf")

    def draw(self, *parts: "RenderableType") -> None:
        """Print text or tables for people."""
        for part in parts:
            self.console.print(part)

    def drawing(self, drawn: "Page | Text | str", file: Path | None) -> None:
        """Print or save what a view drew: of a page its HTML, its data or its drawing, as is asked for.

        Raises
        ------
        InputError
            If it has no such form.
        """
        from begat.views.page.base import Page

        if isinstance(drawn, Page):
            drawn = _as_asked(drawn, file.suffix if file else "" if self.tabular else f".{self.format}")
        elif file is None and not self.tabular:
            raise InputError("this drawing has no rows", where="--format", hint="Leave out --format.")
        if file is None:
            self.write(drawn) if isinstance(drawn, str) else self.draw(drawn)
        else:
            self.save(file, drawn if isinstance(drawn, str) else drawn.plain + "\n")

    def rows(
        self,
        rows: Sequence[Row],
        columns: Sequence[str],
        *,
        title: str = "",
        keys: Sequence[str] = (),
        spare: Sequence[Sequence[str]] = (),
        file: Path | None = None,
    ) -> None:
        """Print rows: a table of `columns`, or all keys in the machine formats.

        `keys` are the keys of a row, for the header of CSV without rows; `spare` are columns that go
        together where the terminal is too narrow for all, the first first, and after them the last
        columns one by one; `file` is written instead.
        """
        if self.format is Format.TABLE:
            shown = self._fitting(rows, columns, spare)
            self.draw(table(rows, shown, title))
            if left := [name for name in columns if name not in shown]:
                self.note(f"Too wide for this terminal, see --format json: {', '.join(left)}")
            return
        if self.format is Format.JSON:
            text = json.dumps(list(rows), ensure_ascii=False, indent=1, default=str) + "\n"
        elif self.format is Format.JSONL:
            text = "".join(_line(row) for row in rows)
        else:
            text = _csv(rows, keys or columns)
        self.write(text) if file is None else self.save(file, text)

    def _fitting(
        self, rows: Sequence[Row], columns: Sequence[str], spare: Sequence[Sequence[str]]
    ) -> Sequence[str]:
        """Leave out spare columns, then the last ones, until the others fit the terminal."""
        for some in [*spare, *([name] for name in reversed(columns))]:
            if least_width(table(rows, columns)) <= self.console.width or len(columns) == 1:
                break
            columns = [name for name in columns if name not in some]
        return columns

    def suited(self, file: Path | None) -> "Output":
        """Return this output in the format that the name of a file asks for: .csv, .json or .jsonl.

        Raises
        ------
        InputError
            If rows can't be written to such a file.
        """
        if file is None:
            return self
        try:
            return replace(self, format=Format(file.suffix.removeprefix(".")))
        except ValueError as error:
            hint = "Write .html, .svg, .csv, .json or .jsonl."
            raise InputError(
                f"a file of kind {file.suffix!r} can't be written", where=str(file), hint=hint
            ) from error

    def save(self, file: Path, content: str | bytes) -> None:
        """Write a file, whole or not at all, and say so."""
        from begat.files import atomic_write

        atomic_write(file, content)
        self.note(f"wrote {file}")

    def one(self, thing: Row, file: Path | None = None) -> None:
        """Print one object: indented JSON, which `file` takes instead, or name and value as a table."""
        if self.format is Format.JSON:
            text = json.dumps(thing, ensure_ascii=False, indent=1, default=str) + "\n"
            self.write(text) if file is None else self.save(file, text)
        elif self.format is Format.JSONL:
            self.write(_line(thing))
        else:
            pairs = [
                {"what": name, "value": _text(value) if self.tabular else value}
                for name, value in thing.items()
            ]
            self.rows(pairs, ("what", "value"))

    def write(self, text: str) -> None:
        """Write data to stdout as UTF-8."""
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Tell the person something on stderr, unless quiet."""
        if not self.quiet:
            print(printable(text), file=sys.stderr)  # noqa: T201 - the one place that does

    def notes(self, registry: "Registry", *topics: str) -> None:
        """Say beside a table how much the snapshot covers of what it rests on; see `Registry.notes`."""
        if self.tabular and not self.quiet:
            for text in registry.notes(topics):
                self.note(text)

    @contextmanager
    def step(self, label: str) -> Iterator[Callable[[str], None]]:
        """Show that something long goes on, and afterwards how long it took.

        Yields a function that shows how far it is; where no person watches, it does nothing.
        """
        if self.quiet or not self.progress:
            yield lambda _: None
            return
        if not sys.stderr.isatty():
            started = time.monotonic()
            yield lambda _: None
            self.note(f"{label} ({time.monotonic() - started:.1f} s)")
            return
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(label, total=1)
            yield lambda text: bar.update(task, description=f"{label}: {text}")
            bar.update(task, description=label, advance=1)

    @contextmanager
    def counter(self, label: str) -> Iterator[Callable[[int], None]]:
        """Show how many pages and rows have come; the function given is called with the rows of each page."""
        pages = rows = 0

        def tell(more: int) -> None:
            nonlocal pages, rows
            pages, rows = pages + 1, rows + more
            show(f"{label}: {pages:,} pages, {rows:,} rows")

        if self.quiet or not self.progress or not sys.stderr.isatty():
            show: Callable[[str], None] = lambda _: None  # noqa: E731 - nobody looks
            yield tell
            if self.progress:
                self.note(f"{label}: {pages:,} new pages, {rows:,} rows")
            return
        from rich.console import Console

        with Console(stderr=True).status(label) as status:
            show = status.update
            yield tell

    @contextmanager
    def transfer(self, label: str) -> Iterator[Callable[[int, int | None], None]]:
        """Show the bytes of a file that is being fetched, of how many where that is known."""
        if self.quiet or not self.progress or not sys.stderr.isatty():
            with self.step(label):
                yield lambda done, total: None  # noqa: ARG005 - nobody looks
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(label, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def command(app: typer.Typer, **settings: Any) -> Callable[[Command], Command]:
    """Register a command; its parameter ``out`` is made from the common options.

    The common options are added to those of the function, and errors of begat become one line on
    stderr and the error's exit code.
    """

    def register(function: Command) -> Command:
        own = inspect.signature(function)
        kept = [item for item in own.parameters.values() if item.name != "out"]
        both = own.replace(parameters=[*kept, *_COMMON_PARAMETERS])

        @functools.wraps(function)
        def run(**options: Any) -> None:
            common = {name: options.pop(name) for name in _COMMON_NAMES}
            try:
                function(out=_output(common), **options)
            except BegatError as error:
                raise _failed(str(error), error.exit_code) from error
            except BrokenPipeError:
                raise
            except OSError as error:
                name = error.filename2 or error.filename
                where = f"{name}: " if name else ""
                raise _failed(f"{where}{error.strerror or error}", 2) from error

        run.__doc__ = _paragraphs(inspect.getdoc(function) or "")
        run.__signature__ = both  # type: ignore[attr-defined]
        run.__annotations__ = {item.name: item.annotation for item in both.parameters.values()}
        app.command(**settings)(run)
        return function

    return register


def _paragraphs(text: str) -> str:
    r"""Join the lines of each paragraph, so that help wraps where the terminal ends; indented ones stay.

    Examples
    --------
    >>> _paragraphs("One.\n\nTwo\nlines.\n\n  begat rank")
    'One.\n\nTwo lines.\n\n  begat rank'
    """
    parts = text.split("\n\n")
    return "\n\n".join(part if part.startswith(" ") else part.replace("\n", " ") for part in parts)


def _as_asked(page: "Page", suffix: str) -> str:
    """Return a page as a file of this kind holds it; HTML for no kind."""
    from begat.views.page.base import html

    writers: dict[str, Callable[[], str] | None] = {
        "": lambda: html(page),
        ".html": lambda: html(page),
        ".svg": page.picture,
        ".csv": page.twin.csv,
        ".json": page.twin.json,
        ".jsonl": lambda: "".join(map(_line, page.twin.rows)),
    }
    write = writers.get(suffix)
    if write is None:
        possible = ", ".join(name for name, writer in writers.items() if name and writer)
        raise InputError(f"this page can't be written as {suffix}", where="-o", hint=f"Write {possible}.")
    return write()


def _failed(message: str, code: int) -> typer.Exit:
    print(printable(f"begat: {message}"), file=sys.stderr)  # noqa: T201 - an error is no data
    return typer.Exit(code)


def parse_day(text: str | None, option: str) -> date | None:
    """Read the day of an option.

    Raises
    ------
    InputError
        If it is no date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no date", where=option, hint="Write YYYY-MM-DD.") from error


def table(rows: Sequence[Row], columns: Sequence[str], title: str = "") -> "Table":
    """Return a table that fits the terminal: numbers to the right, long texts folded."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for name in columns:
        numeric = any(_numeric(row.get(name)) for row in rows)
        heading = name.replace("_", "\n")
        cells = [heading, *(_text(row.get(name)) for row in rows)]
        longest = max(len(line) for cell in cells for line in cell.splitlines())
        drawn.add_column(
            heading,
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=numeric,
            min_width=longest if numeric else min(longest, NAME_WIDTH),
        )
    for row in rows:
        drawn.add_row(*[Text(_text(row.get(name))) for name in columns])
    return drawn


def percent(share: float | None, digits: int = 1) -> str | None:
    """Write a share in percent; one too small to be seen is no zero, and an unknown one stays None.

    Examples
    --------
    >>> percent(0.129), percent(0.0004), percent(0.0004, 2), percent(0.0)
    ('12.9%', '<0.1%', '0.04%', '0.0%')
    """
    if share is None:
        return None
    written, least = f"{share:.{digits}%}", f"{10.0**-digits:.{digits}f}%"
    return f"<{least}" if share and written == f"{0:.{digits}%}" else written


def first_of(shown: int, whole: int) -> str:
    """Say in a heading how many rows of how many are shown; nothing where all are.

    Examples
    --------
    >>> first_of(8, 1200), first_of(8, 8)
    (', 8 of 1,200', '')
    """
    return f", {shown:,} of {whole:,}" if shown < whole else ""


def _numeric(value: Any) -> bool:
    """Whether a value is a number, or a share in percent: it stands to the right.

    Examples
    --------
    >>> _numeric(3), _numeric("12.9%"), _numeric("<0.1%"), _numeric("a 5%"), _numeric("%")
    (True, True, True, False, False)
    """
    if isinstance(value, str):
        figure = value.removeprefix("<").removesuffix("%")
        return value.endswith("%") and figure.replace(".", "", 1).isdecimal()
    return isinstance(value, int | float)


def least_width(drawn: "Table") -> int:
    """Return how wide a table is at least: its columns, 3 characters between two, 2 at the edges."""
    return sum(column.min_width or 0 for column in drawn.columns) + 3 * len(drawn.columns) - 1


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) > 1 else f"{value:.4g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(_text(item) for item in value)
    return printable(str(value))


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, default=str) + "\n"


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    names = list(rows[0]) if rows else list(columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _output(common: Mapping[str, Any]) -> Output:
    return Output(
        format=common["format_"],
        home=common["home"],
        as_of=parse_day(common["as_of"], "--as-of"),
        quiet=common["quiet"],
        progress=not common["no_progress"],
    )


def _common(
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="How rows are printed.", rich_help_panel=COMMON)
    ] = Format.TABLE,
    home: Annotated[
        Path | None,
        typer.Option(
            help="Home folder of snapshots and caches.",
            envvar="BEGAT_HOME",
            show_default=False,
            rich_help_panel=COMMON,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Use the newest snapshot that is not younger.",
            rich_help_panel=COMMON,
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only data and errors.", rich_help_panel=COMMON)
    ] = False,
    no_progress: Annotated[
        bool, typer.Option("--no-progress", help="No progress display.", rich_help_panel=COMMON)
    ] = False,
) -> None:
    """Declare the options that every command has."""


_COMMON_PARAMETERS = [
    item.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for item in inspect.signature(_common).parameters.values()
]
_COMMON_NAMES = [item.name for item in _COMMON_PARAMETERS]
