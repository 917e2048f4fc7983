"""Where crawls keep their answers: ``raw/<source>/<date>[-<number>]/`` of a home, each with a manifest."""

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["MANIFEST", "in_order"]

MANIFEST = "run.json"
"""What a crawl was for and came to; the next one goes on from it, so it stays when the answers go."""

NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(\d+))?")


def in_order(folders: Iterable[Path]) -> list[Path]:
    """Return the folders of crawls, oldest first; a folder with another name is none.

    Examples
    --------
    >>> names = "2026-11-26-10", "2026-11-26-2", "2026-11-26", "2026-10-31-3", "mine"
    >>> [folder.name for folder in in_order(map(Path, names))]
    ['2026-10-31-3', '2026-11-26', '2026-11-26-2', '2026-11-26-10']
    """
    named = [(match, folder) for folder in folders if (match := NAME.fullmatch(folder.name))]
    ordered = sorted(named, key=lambda pair: (pair[0][1], int(pair[0][2] or 1)))
    return [folder for _, folder in ordered]
