"""Clients of others as they come: SPARQLWrapper, rdflib's SPARQLStore, curl, a browser, YASGUI."""

import contextlib
import functools
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import rdflib
import SPARQLWrapper
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from tests.server.running import Running, running

from begat.server.served import Served
from begat.server.settings import Settings

EX = "http://example.org/"
SELECT = f"SELECT ?s ?o WHERE {{ ?s <{EX}in> ?o }} ORDER BY ?o"
CHROMIUM = Path("/usr/bin/chromium")
IN = {(f"{EX}a", "default"), (f"{EX}a", "one"), (f"{EX}b", "two")}


@pytest.mark.parametrize("method", [SPARQLWrapper.GET, SPARQLWrapper.POST])
@pytest.mark.parametrize("way", [SPARQLWrapper.URLENCODED, SPARQLWrapper.POSTDIRECTLY])
def test_sparqlwrapper_select(small: Running, method: str, way: str) -> None:
    """SPARQLWrapper reads rows in JSON, by each method it has."""
    if (method, way) == (SPARQLWrapper.GET, SPARQLWrapper.POSTDIRECTLY):
        pytest.skip("a GET has no body")
    client = wrapper(small, SELECT)
    client.setMethod(method)
    client.setRequestMethod(way)
    client.setReturnFormat(SPARQLWrapper.JSON)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert {(row["s"]["value"], row["o"]["value"]) for row in rows} == IN


def wrapper(server: Running, text: str) -> Any:
    """Return a SPARQLWrapper with a query."""
    client = SPARQLWrapper.SPARQLWrapper(f"{server.root}/sparql")
    client.setQuery(text)
    return client


def test_sparqlwrapper_graphs(small: Running) -> None:
    """SPARQLWrapper sends the graphs to ask, and reads an ASK."""
    client = wrapper(small, "ASK { ?s ?p 'two'@en }")
    client.addDefaultGraph(f"{EX}g2")
    client.setReturnFormat(SPARQLWrapper.JSON)
    assert client.queryAndConvert()["boolean"] is True
    client.clearParameter("default-graph-uri")
    client.addDefaultGraph(f"{EX}g1")
    assert client.queryAndConvert()["boolean"] is False


@pytest.mark.parametrize("form", [SPARQLWrapper.XML, SPARQLWrapper.CSV, SPARQLWrapper.TSV])
def test_sparqlwrapper_formats(small: Running, form: str) -> None:
    """SPARQLWrapper gets each other format of rows that it asks for."""
    client = wrapper(small, SELECT)
    client.setReturnFormat(form)
    found = client.queryAndConvert()
    text = found.toxml() if form == SPARQLWrapper.XML else found.decode()
    assert "default" in text
    assert "two" in text


@pytest.mark.parametrize(
    "form", [SPARQLWrapper.TURTLE, SPARQLWrapper.N3, SPARQLWrapper.RDFXML, SPARQLWrapper.JSONLD]
)
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:SPARQLWrapper")
def test_sparqlwrapper_graph_formats(small: Running, form: str) -> None:
    """SPARQLWrapper reads a constructed graph in each format that it knows."""
    client = wrapper(small, f"CONSTRUCT WHERE {{ ?s <{EX}in> ?o }}")
    client.setReturnFormat(form)
    found = client.queryAndConvert()
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert len(found) == 3


def test_sparqlwrapper_errors(small: Running) -> None:
    """SPARQLWrapper knows a malformed query from the status, and shows what the server says."""
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="no SPARQL query"):
        wrapper(small, "SELECT nonsense").query()


@pytest.fixture(params=["GET", "POST", "POST_FORM"])
def graph(small: Running, request: pytest.FixtureRequest) -> Iterator[rdflib.Graph]:
    """Return the endpoint as a graph of rdflib, by each method it has."""
    store = SPARQLStore(f"{small.root}/sparql", method=request.param)
    yield rdflib.Graph(store)
    store.close()


def test_rdflib_store(graph: rdflib.Graph) -> None:
    """The SPARQLStore of rdflib asks SELECT, ASK and CONSTRUCT, and looks up triples."""
    rows = {(str(row.s), str(row.o)) for row in graph.query(SELECT)}  # type: ignore[union-attr]
    assert rows == IN
    assert graph.query(f"ASK {{ <{EX}b> <{EX}n> 2 }}").askAnswer is True
    assert len(graph.query(f"CONSTRUCT WHERE {{ ?s <{EX}in> ?o }}").graph or ()) == 3
    found = set(graph.objects(rdflib.URIRef(f"{EX}b"), rdflib.URIRef(f"{EX}in")))
    assert found == {rdflib.Literal("two", lang="en")}
    assert len(graph) == 5


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(small: Running) -> None:
    """The program curl asks by GET, by form and directly, and learns errors from its exit code."""
    url = f"{small.root}/sparql"
    for words in (
        ("--get", "--data-urlencode", f"query={SELECT}"),
        ("--data-urlencode", f"query={SELECT}"),
        ("-H", "Content-Type: application/sparql-query", "--data-binary", SELECT),
    ):
        done = subprocess.run(["curl", "-sf", *words, url], capture_output=True, check=True, timeout=30)
        assert len(json.loads(done.stdout)["results"]["bindings"]) == 3
    failed = subprocess.run(["curl", "-sf", f"{url}?query=x"], capture_output=True, check=False, timeout=30)
    assert failed.returncode == 22
    packed = ["curl", "-sf", "--compressed", "--head", f"{small.root}/graphs?default"]
    assert b"text/turtle" in subprocess.run(packed, capture_output=True, check=True, timeout=30).stdout


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Debian's chromium."""
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield running
        running.close()


@contextlib.contextmanager
def pages(folder: Path) -> Iterator[str]:
    """Serve the files of a folder, as another origin; yield its address."""
    handler = functools.partial(Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


class Silent(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


FETCH = """([url, query, post]) => {
    const sent = post
        ? {method: "POST", body: new URLSearchParams({query})}
        : {headers: {Accept: "application/sparql-results+json"}};
    return fetch(post ? url : url + "?query=" + encodeURIComponent(query), sent)
        .then(async (reply) => ({status: reply.status, rows: (await reply.json()).results.bindings.length}))
        .catch((error) => error.message);
}"""


@pytest.mark.browser
def test_fetch(file_served: Served, browser: Any, tmp_path: Path) -> None:
    """A page of another origin reads answers if its origin is allowed; else the browser refuses."""
    (tmp_path / "page.html").write_text("<!doctype html><title>page</title>")
    with pages(tmp_path) as origin:
        page = browser.new_page()
        page.goto(f"{origin}/page.html")
        for origins, allowed in (((origin,), True), (("*",), True), ((), False)):
            with running(file_served, Settings(origins=origins)) as server:
                for post in (False, True):
                    found = page.evaluate(FETCH, [f"{server.root}/sparql", SELECT, post])
                    assert found == ({"status": 200, "rows": 3} if allowed else "Failed to fetch")
        page.close()


SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    *(
        f"/sparql?{urlencode({'query': text, 'format': form})}"
        for text in (
            f"SELECT ('{SCRIPT}' AS ?x) {{}}",
            f"CONSTRUCT {{ <x:a> <x:b> '{SCRIPT}' }} {{}}",
            SCRIPT,
        )
        for form in ("xml", "json", "csv", "tsv", "turtle")
    ),
    f"/api/show?{urlencode({'id': SCRIPT})}",
    f"/graphs?{urlencode({'graph': SCRIPT})}",
    f"/{quote(SCRIPT)}",
)
"""Addresses whose answers hold a script: in rows, in a graph, in errors that repeat what was asked."""


@pytest.mark.browser
def test_answers_are_not_run(whole: Running, browser: Any) -> None:
    """A browser that opens an answer runs nothing of it, whatever the answer holds and however it is sent."""
    page, ran = browser.new_page(), []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    for target in HOSTILE:
        with contextlib.suppress(browser_error()):  # what a browser saves instead of showing
            page.goto(whole.root + target)
            page.wait_for_timeout(50)
    page.close()
    assert ran == []


def browser_error() -> type[Exception]:
    """Return what playwright raises."""
    found: type[Exception] = pytest.importorskip("playwright.sync_api").Error
    return found


YASGUI = os.environ.get("BEGAT_YASGUI", "")
"""A folder with yasgui.min.js and yasgui.min.css, as ``npm install @zazuko/yasgui`` puts into build/."""

SHELL = """<!doctype html><meta charset="utf-8"><title>YASGUI</title>
<link rel="stylesheet" href="yasgui.min.css"><div id="here"></div>
<script src="yasgui.min.js"></script><script>
const shown = {requestConfig: {endpoint: "ENDPOINT"}};
window.yasgui = new (Yasgui.default || Yasgui)(document.getElementById("here"), shown);
</script>"""


@pytest.mark.browser
@pytest.mark.skipif(not YASGUI, reason="BEGAT_YASGUI names no folder of YASGUI")
def test_yasgui(file_served: Served, browser: Any, tmp_path: Path) -> None:
    """YASGUI as it is published runs a query from a page of another origin and draws the table."""
    folder = tmp_path / "yasgui"
    shutil.copytree(YASGUI, folder)
    with pages(folder) as origin, running(file_served, Settings(origins=(origin,))) as server:
        (folder / "page.html").write_text(SHELL.replace("ENDPOINT", f"{server.root}/sparql"))
        page = browser.new_page()
        page.goto(f"{origin}/page.html")
        page.evaluate("query => window.yasgui.getTab().getYasqe().setValue(query)", SELECT)
        page.evaluate("() => { window.yasgui.getTab().getYasqe().query(); }")
        page.wait_for_selector(".yasr table.dataTable tbody tr:nth-child(3)", timeout=30_000)
        shown = page.inner_text(".yasr table.dataTable")
        page.close()
        assert all(text in shown for text in ("default", "one", "two"))
        assert server.service.counts.requests["/sparql", 200] == 1
