"""The RDF store asked: SPARQL, named queries, rdflib's interface; and loaded into a store elsewhere."""

from contextlib import closing
from typing import TYPE_CHECKING

from begat.errors import InputError, UnknownName
from begat.registry.opened import Opened

if TYPE_CHECKING:
    from rdflib import Dataset

    from begat.query.run import Result
    from begat.store import Profile
    from begat.store.backend.load import Loaded, Progress

__all__ = ["load_store", "query", "query_text", "rdflib", "sparql"]


def sparql(reg: Opened, query: str) -> "Result":
    """Run a SPARQL query over all graphs together."""
    from begat.query.run import run_text

    return run_text(reg.backend, query)


def query(reg: Opened, name: str, **params: str) -> "Result":
    """Run a named query of the library.

    Models may be named as in `Opened.model`: in any case, by old names and URLs.

    Raises
    ------
    UnknownName
        If there is no such query or parameter, or nothing of an id or name; near ones come with it.
    InputError
        If a parameter is missing or of another kind than declared.
    """
    from begat.query.run import run

    try:
        return run(reg.backend, name, params)
    except UnknownName as error:
        return run(reg.backend, name, _with_models(reg, name, params, error))


def query_text(reg: Opened, name: str, **params: str) -> str:
    """Return the SPARQL of a named query with its parameters in place, to be run elsewhere.

    Raises
    ------
    UnknownName, InputError
        As `query` does.
    """
    from begat.query.run import bind_known, query_named, written

    asked = query_named(name)
    try:
        return written(asked, bind_known(reg.backend, asked, params))
    except UnknownName as error:
        known = _with_models(reg, name, params, error)
        return written(asked, bind_known(reg.backend, asked, known))


def _with_models(reg: Opened, name: str, params: dict[str, str], error: UnknownName) -> dict[str, str]:
    """Return parameters with models by their ids; raise the error again if it is about something else."""
    from begat.query.run import query_named

    if error.kind != "model" or reg.remote:
        raise error
    models = {parameter.name for parameter in query_named(name).parameters if parameter.thing == "model"}
    return {key: reg.model(text) if key in models else text for key, text in params.items()}


def rdflib(reg: Opened) -> "Dataset":
    """Return the RDF store behind rdflib's interface.

    Raises
    ------
    InputError
        If the registry was opened with an endpoint: rdflib has a client of its own for these.
    """
    from begat.store import rdflib_dataset

    if reg.remote:
        raise InputError(
            "this registry asks an endpoint, which is no rdflib dataset",
            where=reg.place,
            hint="Use rdflib's SPARQLStore, or `begat.open()` without a store.",
        )
    return rdflib_dataset(reg.store)


def load_store(
    reg: Opened, url: str, progress: "Progress | None" = None, *, profile: "Profile" = "full"
) -> "Loaded":
    """Load the snapshot into a remote store; see `begat.store.backend.load`."""
    from begat.store.backend.endpoint import Endpoint
    from begat.store.backend.load import load

    scores = reg.scores_file if profile == "full" else None
    with closing(Endpoint(url)) as endpoint:
        return load(endpoint, reg.snapshot, scores, progress, profile=profile)
