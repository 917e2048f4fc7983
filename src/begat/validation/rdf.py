"""All checks of RDF: a store, or a file of anybody."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from begat.errors import UnreadableFile
from begat.store import sparql
from begat.store.rdf_file import SYNTAXES, opened, syntax_of
from begat.validation import graphs, shapes
from begat.validation.finding import ERROR, WARNING, Finding
from begat.vocab import RDF

__all__ = ["check_file", "check_store"]

PER_SHAPE = 200
"""Nodes of each shape that are checked unless all are."""

LANGUAGES = tuple(
    f"http://www.w3.org/{name}"
    for name in ("1999/02/22-rdf-syntax-ns#", "2000/01/rdf-schema#", "2002/07/owl#", "ns/shacl#")
)
"""Namespaces whose classes say how things are described, not what there is."""


def check_store(
    store: ox.Store, *, full: bool = False, sample: int = 5, progress: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """Check RDF against the shapes, and its named graphs.

    Parameters
    ----------
    store : pyoxigraph.Store
        The data.
    full : bool
        Every node of every shape, in batches; otherwise `PER_SHAPE` of each.
    sample : int
        Examples of each broken check.
    progress : function
        Told what is checked.

    Returns
    -------
    list of Finding
        One a check. Where no shape is for any node that itself is broken: nothing checked is not valid.

    Notes
    -----
    About 2 ms a node and shape.
    """
    progress("named graphs")
    found = [*graphs.findings(store, sample)]
    progress("shapes")
    checked = list(shapes.findings(store, sample=None if full else PER_SHAPE, examples=sample))
    return [*found, *checked, _nothing(checked), *_classes(store)]


def check_file(
    path: Path, *, full: bool = False, sample: int = 5, progress: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """Check an RDF file; see `check_store`.

    Raises
    ------
    UnreadableFile
        If its name ends in none of `begat.store.rdf_file.SYNTAXES`, it has a fault in its syntax, or it is
        too large or deep.
    """
    with _loaded(path) as store:
        return check_store(store, full=full, sample=sample, progress=progress)


@contextmanager
def _loaded(path: Path) -> Iterator[ox.Store]:
    """Load a file into a store of its own on disk, however large it is."""
    syntax = syntax_of(path)
    if syntax is None:
        hint = f"An RDF file ends in {', '.join(SYNTAXES)}."
        raise UnreadableFile("this is neither a snapshot nor an RDF file", where=str(path), hint=hint)
    with tempfile.TemporaryDirectory(prefix="begat-validate-") as folder:
        store = ox.Store(folder)
        try:
            with opened(path) as file:
                store.bulk_load(cast("IO[bytes]", file), syntax)
        except (SyntaxError, ValueError, EOFError) as error:
            what, hint = _why(error)
            raise UnreadableFile(what, where=str(path), hint=hint) from error
        except OSError as error:
            raise UnreadableFile(f"it can't be read ({error.strerror or error})", where=str(path)) from error
        yield store
        del store


def _why(error: Exception) -> tuple[str, str]:
    """Return what is wrong with a file that the parser refuses, and what to do."""
    if "LoadDocumentCallback" in str(error):
        hint = "Nothing was checked: write the context into the file, or the file in another format."
        return "its @context is at a web address, and nothing is fetched", hint
    return f"this is no valid RDF ({error})", "Nothing was checked: mend the syntax first."


def _nothing(checked: list[Finding]) -> Finding:
    looked = sum(item.checked for item in checked)
    return Finding(
        "nothing-to-check",
        ERROR,
        "shapes",
        int(looked == 0),
        looked,
        (),
        "no node is of a class that begat has a shape for, so nothing was checked",
        "Say what things are with rdf:type, by begat's terms: docs/reference/ontology.md.",
    )


def _classes(store: ox.Store) -> Iterator[Finding]:
    """Say which classes have no shape, and how many nodes without a name no shape looks at."""
    shaped = {name for shape in shapes.shapes().all for name in shape.classes}
    counts = _counts(store)
    bare = {name: count for name, count in counts.items() if name not in shaped}
    shown = tuple(f"{shapes.curie(name)}: {count:,}" for name, count in bare.items())
    yield Finding(
        "class-has-shape",
        WARNING,
        "classes",
        len(bare),
        len(counts),
        shown,
        "there is no shape for nodes of this class: they were not checked",
        "Nothing, if another vocabulary's shapes look at them; else give them a class of begat's ontology.",
    )
    blank = _unnamed(store, shaped)
    yield Finding(
        "nodes-named",
        WARNING,
        "classes",
        len(blank),
        len(shaped),
        tuple(f"{shapes.curie(name)}: {count:,}" for name, count in blank.items()),
        "there are nodes of this class without an IRI: they were not checked",
        "Name them by an IRI: the address of their page.",
    )


def _counts(store: ox.Store) -> dict[str, int]:
    """Return how many nodes there are of each class, without those that the ontology itself describes."""
    rows = sparql(store, COUNTS).rows
    own = {str(kind): count for kind, count in _ontology().items()}
    return {
        str(row["class"]): int(str(row["nodes"]))
        for row in rows
        if int(str(row["nodes"])) > own.get(str(row["class"]), 0)
        and not str(row["class"]).startswith(LANGUAGES)
    }


COUNTS = """SELECT ?class (COUNT(DISTINCT ?s) AS ?nodes) { ?s a ?class }
    GROUP BY ?class ORDER BY DESC(?nodes) ?class"""
BLANK = """SELECT ?class (COUNT(DISTINCT ?s) AS ?nodes) { ?s a ?class FILTER isBlank(?s) }
    GROUP BY ?class ORDER BY ?class"""


def _ontology() -> dict[str, int]:
    from rdflib import URIRef

    counts: dict[str, int] = {}
    for kind in shapes.shapes().ontology.objects(None, URIRef(RDF.TYPE)):
        counts[str(kind)] = counts.get(str(kind), 0) + 1
    return counts


def _unnamed(store: ox.Store, shaped: set[str]) -> dict[str, int]:
    rows = sparql(store, BLANK).rows
    return {str(row["class"]): int(str(row["nodes"])) for row in rows if row["class"] in shaped}
