"""SPARQL 1.1 Graph Store HTTP Protocol, the part that reads: which graph a request is for."""

from collections.abc import Sequence

from begat.server.protocol import ABSOLUTE, Parameters
from begat.server.refusal import HttpRefusal
from begat.server.served import Served

__all__ = ["direct", "indirect"]

MINTED = "https://w3id.org/begat/g/"


def indirect(served: Served, parameters: Parameters) -> str | None:
    """Return the graph that ``?graph=IRI`` names; None for ``?default``.

    Raises
    ------
    HttpRefusal
        400 if neither or both are given, or no absolute IRI; 404 if there is no such graph.
    """
    names: Sequence[str] = parameters.get("graph", ())
    if len(names) + ("default" in parameters) != 1:
        raise HttpRefusal(400, "one graph is asked for", hint="Give either ?default or ?graph=IRI, once.")
    if not names:
        return None
    if not ABSOLUTE.fullmatch(names[0]):
        raise HttpRefusal(400, "a graph is named by an absolute IRI", where="graph")
    return _existing(served, names)


def direct(served: Served, address: str, path: str) -> str:
    """Return the graph whose name is the address of the request, or begat's own name with this path.

    Raises
    ------
    HttpRefusal
        404 if there is no such graph.
    """
    return _existing(served, (address, MINTED + path))


def _existing(served: Served, names: Sequence[str]) -> str:
    for name in names:
        if name and name in served.graphs:
            return name
    raise HttpRefusal(404, "there is no such graph", hint="The service description at /sparql lists them.")
