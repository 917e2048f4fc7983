"""Queries over every group of features of SPARQL 1.1, a file a group, and the data they are asked of.

In a file each query follows a line ``#: what it is about``. The prologue is put before each.
"""

from pathlib import Path

import pyoxigraph as ox

__all__ = ["FOLDER", "groups", "load", "queries"]

FOLDER = Path(__file__).parent
PROLOGUE = """\
PREFIX : <http://e.org/> PREFIX m: <http://e.org/model/> PREFIX g: <http://e.org/graph/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def groups() -> list[str]:
    """Return the names of the groups."""
    return sorted(path.stem for path in FOLDER.glob("*.rq"))


def queries(group: str) -> dict[str, str]:
    """Return the queries of a group by what they are about."""
    pieces = (FOLDER / f"{group}.rq").read_text().split("#: ")[1:]
    named = dict(piece.split("\n", 1) for piece in pieces)
    assert len(named) == len(pieces), "two queries have one title"
    return {title: PROLOGUE + text for title, text in named.items()}


def load(folder: Path) -> None:
    """Write the data as a store into a folder."""
    store = ox.Store(str(folder))
    store.load(path=str(FOLDER / "data.trig"), format=ox.RdfFormat.TRIG)
    store.flush()
