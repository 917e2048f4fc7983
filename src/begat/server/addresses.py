"""All addresses of the server besides the JSON API, as declared for routes and description."""

from begat.server.endpoint import Endpoint, Parameter
from begat.server.negotiation import GRAPHS, RESULTS
from begat.server.protocol import FORM, QUERY

__all__ = ["DESCRIPTION", "GRAPH", "GRAPH_STORE", "HEALTH", "INDEX", "METRICS", "READY", "SPARQL", "STATIC"]

GRAPH_TYPES = tuple(dict.fromkeys(GRAPHS.values()))
RESULT_TYPES = tuple(dict.fromkeys(RESULTS.values()))
FORMAT = Parameter("format", "a name of a format or a media type; it goes before Accept")
REFUSALS = (406, 421, 429, 500, 503, 504)

INDEX = Endpoint(
    "/", "What is served here, and where.", media_types=("text/html", "text/plain"), statuses=(421,)
)
SPARQL = Endpoint(
    "/sparql",
    "SPARQL 1.1 Protocol; without a query the service description.",
    (
        Parameter("query", "SELECT, ASK, CONSTRUCT or DESCRIBE"),
        Parameter("default-graph-uri", "a graph of the default graph; may be repeated", many=True),
        Parameter("named-graph-uri", "a named graph; may be repeated", many=True),
        FORMAT,
    ),
    methods=("GET", "POST"),
    media_types=(*RESULT_TYPES, *GRAPH_TYPES),
    statuses=(400, 403, 408, 413, 415, *REFUSALS),
    bodies=(FORM, QUERY),
)
GRAPH_STORE = Endpoint(
    "/graphs",
    "SPARQL 1.1 Graph Store HTTP Protocol, reading: a graph by its name.",
    (
        Parameter("graph", "the name of a graph"),
        Parameter("default", "the default graph", "flag"),
        FORMAT,
    ),
    media_types=GRAPH_TYPES,
    statuses=(400, 404, *REFUSALS),
)
GRAPH = Endpoint(
    "/graphs/{path:path}",
    "A graph whose name is this address, or begat's own name of this path.",
    (Parameter("path", "the rest of the name", required=True, place="path"), FORMAT),
    media_types=GRAPH_TYPES,
    statuses=(404, *REFUSALS),
)
DESCRIPTION = Endpoint("/openapi.json", "This description.", statuses=(421,))
HEALTH = Endpoint("/health", "Whether the server lives.", statuses=(421,))
READY = Endpoint("/ready", "Whether it can answer queries, and how they are confined.", statuses=(421, 503))
METRICS = Endpoint("/metrics", "Counters, for Prometheus.", media_types=("text/plain",), statuses=(421,))
STATIC = Endpoint(
    "/static/{name:path}",
    "A style or script of the pages, under a name that changes with its content.",
    (Parameter("name", "as a page names it", required=True, place="path"),),
    media_types=("text/css", "text/javascript"),
    statuses=(404, 421),
)
