"""The command serve: SPARQL, graphs and a JSON API over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from begat.cli.output import Output, command
from begat.errors import InputError

if TYPE_CHECKING:
    import asyncio
    import socket

    from begat.server.served import Served
    from begat.server.service import Service
    from begat.server.settings import Settings

__all__ = ["register"]

ACCESS = "Who may ask"
LIMITS = "Limits of a query"
PUBLIC_SECONDS = 5.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class DefaultGraph(StrEnum):
    """What a query is about that names no graph."""

    UNION = "union"
    UNNAMED = "unnamed"


def serve(
    out: Output,
    host: Annotated[
        str, typer.Option(help="The address to listen on; another than loopback needs --public.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8642,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE|FOLDER", help="Serve this RDF file or store folder instead, without the JSON API."
        ),
    ] = None,
    default_graph: Annotated[
        DefaultGraph,
        typer.Option(help="What a query without a graph is about: all graphs, or the unnamed one."),
    ] = DefaultGraph.UNION,
    public: Annotated[
        bool,
        typer.Option(
            "--public",
            help=f"Let pages of all origins read, and end queries after {PUBLIC_SECONDS:g} s.",
            rich_help_panel=ACCESS,
        ),
    ] = False,
    cors: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN", help="Let pages of this origin read; may be repeated.", rich_help_panel=ACCESS
        ),
    ] = None,
    host_name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Also answer to this name, besides localhost; may be repeated.",
            rich_help_panel=ACCESS,
        ),
    ] = None,
    trust_proxy: Annotated[
        bool,
        typer.Option(
            "--trust-proxy",
            help="A proxy stands in front: clients are who its X-Forwarded-For says.",
            rich_help_panel=ACCESS,
        ),
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0.1, metavar="SECONDS", help="10 s if not given; --public: 5.", rich_help_panel=LIMITS
        ),
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows of one answer.", rich_help_panel=LIMITS)] = 10_000,
    memory: Annotated[
        int, typer.Option(min=256, metavar="MIB", help="Memory of one worker.", rich_help_panel=LIMITS)
    ] = 2048,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Quick queries at once.", rich_help_panel=LIMITS)
    ] = 2,
) -> None:
    """Answer SPARQL queries and calls of the JSON API over HTTP, read-only, on this machine.

    Queries run in processes of their own, confined as far as the system allows, and are ended at their
    limit; an answer that is cut says so. A new snapshot is served as soon as it is current, at the
    latest 5 s later, or at once on SIGHUP. SIGINT and SIGTERM end the server. Each limit, what happens
    beyond it and what is promised: docs/concept/server.md and SECURITY.md.

    Examples:

      begat serve

      begat serve --port 0 --timeout 30 --rows 100000

      begat serve --store mine.ttl --default-graph unnamed
    """
    import asyncio
    from dataclasses import replace

    from begat.server.question import Limits
    from begat.server.run import listening
    from begat.server.settings import LOOPBACK as NAMES
    from begat.server.settings import Settings

    if host not in LOOPBACK and not public:
        raise InputError(f"{host} can be reached from other machines", where="--host", hint="Add --public.")
    seconds = timeout or (PUBLIC_SECONDS if public else Limits.slow_seconds)
    limits = replace(Limits(), slow_seconds=seconds, rows=rows, memory=memory << 20, fast_workers=workers)
    settings = Settings(
        limits,
        hosts=(*NAMES, f"[{host}]" if ":" in host else host, *(name.lower() for name in host_name or ())),
        origins=("*",) if public else tuple(cors or ()),
        trust_proxy=trust_proxy,
    )
    with listening(host, port) as on, _opened(out, store, union=default_graph is DefaultGraph.UNION) as found:
        asyncio.run(_serve(out, found, settings, on))


@contextmanager
def _opened(out: Output, path: Path | None, *, union: bool) -> Iterator["Served"]:
    """Open what is to be served, and build what is missing; a file is loaded for as long as it is served."""
    import tempfile

    from begat.server.served import of_path, of_registry

    if path is None:
        registry = out.registry()
        registry.build(out.step)
        with out.step("coverage"):
            registry.coverage()
        yield of_registry(registry, union=union)
        return
    with tempfile.TemporaryDirectory(prefix="begat-serve-") as work:
        with out.step(f"load {path.name}"):
            found = of_path(path, Path(work) / "store", union=union)
        yield found


async def _serve(out: Output, found: "Served", settings: "Settings", on: "socket.socket") -> None:
    import asyncio
    import signal

    from begat.server.pool import Pool
    from begat.server.run import run
    from begat.server.service import Service

    stop, look = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number, event in ((signal.SIGINT, stop), (signal.SIGTERM, stop), (signal.SIGHUP, look)):
        loop.add_signal_handler(number, event.set)
    pool = Pool(found.files, settings.limits)
    service = Service(found, pool, settings)
    background = _background(out, service, look)
    _log(out)
    try:
        await run(service, pool, on, stop, ready=lambda: _tell(out, found, on))
    finally:
        for task in background:
            task.cancel()


def _background(out: Output, service: "Service", look: "asyncio.Event") -> "list[asyncio.Task[None]]":
    """Write slow pages ahead; go over to each new current snapshot, unless the state of a day is served."""
    import asyncio

    from begat.server.explorer import warm
    from begat.server.follow import follow
    from begat.server.served import of_registry

    if service.served.registry is None:
        return []
    warming = asyncio.ensure_future(warm(service))
    if out.as_of is not None:
        return [warming]

    def newer() -> "Served | None":
        served = service.served.registry
        if served is None or served.home.current_path() == served.snapshot.path:
            return None
        found = out.registry()
        found.build()
        found.coverage()
        return of_registry(found, union=service.served.union)

    return [warming, asyncio.ensure_future(follow(service, newer, now=look, then=warm))]


def _tell(out: Output, found: "Served", on: "socket.socket") -> None:
    """Print where the server is, once it answers."""
    host, port = on.getsockname()[:2]
    root = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    api = {} if found.registry is None else {"api": f"{root}/openapi.json"}
    out.one({"serves": found.name, "sparql": f"{root}/sparql", "graphs": f"{root}/graphs", **api})
    out.note(f"Open {root} in a browser; Ctrl-C ends the server.")


def _log(out: Output) -> None:
    """Write a line for each request on stderr, unless quiet; what is no HTTP is not worth one."""
    import logging
    import sys

    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    log = logging.getLogger("begat.server")
    log.setLevel(logging.ERROR if out.quiet else logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel="Data")(serve)
