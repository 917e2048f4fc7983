"""Runs: the folders of raw answers of a source, one a crawl, each with a small manifest.

``HOME/raw/<source>/<date>[-<number>]/`` holds the answers, the journal of the crawl and ``run.json``.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from begat.crawl.kept import MANIFEST, in_order
from begat.errors import HomeError, SourceError
from begat.files import atomic_write

__all__ = ["OPEN", "PUBLISHED", "SHRUNK", "UNFIT", "Run", "held", "new_run", "runs"]

OPEN = "open"
PUBLISHED = "published"
SHRUNK = "refused: shrunk"
UNFIT = "refused: unfit"


@dataclass(frozen=True)
class Run:
    """One crawl of a source.

    Attributes
    ----------
    folder : Path
        Where its answers are.
    origin : str
        Which origin was asked.
    since : str, optional
        Only changes since this moment were asked for; None for everything.
    wanted : tuple of str
        The things that were asked for one by one.
    state : str
        ``open`` until its answers are published, or refused.
    newest : str, optional
        The latest change that it saw.
    rows : mapping
        How many things of each table it saw.
    """

    folder: Path
    origin: str
    since: str | None = None
    wanted: tuple[str, ...] = ()
    state: str = OPEN
    newest: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether it asked for everything, not only for changes."""
        return self.since is None

    def noted(self, **facts: Any) -> "Run":
        """Return the run with other facts, after they are on disk."""
        run = replace(self, **facts)
        content = {key: value for key, value in asdict(run).items() if key != "folder"}
        atomic_write(run.folder / MANIFEST, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        return run


def runs(folder: Path) -> list[Run]:
    """Return the runs in the folder of a source, oldest first.

    Raises
    ------
    SourceError
        If the manifest of one can't be read.
    """
    made = (path.parent for path in folder.glob(f"*/{MANIFEST}"))
    return [_read(place / MANIFEST) for place in in_order(made)]


def new_run(folder: Path, origin: str, **facts: Any) -> Run:
    """Make a run of today."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    number = 1
    while (place := folder / (today if number == 1 else f"{today}-{number}")).exists():
        number += 1
    return Run(place, origin, **facts).noted()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the runs of a source for one process.

    Raises
    ------
    HomeError
        If another process holds them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise HomeError(
                "another begat is asking this source",
                where=str(folder),
                hint="Wait for it to end, or give another home with --home.",
            ) from error
        yield


def _read(path: Path) -> Run:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Run(path.parent, **{**content, "wanted": tuple(content["wanted"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SourceError(
            f"the manifest of a run can't be read ({error})",
            where=str(path),
            hint="Remove the folder of this run.",
        ) from error
