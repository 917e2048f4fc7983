"""The explorer over HTTP: pages, their data, their files, their errors, and what browsers may do there."""

import csv
import html
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from tests.server.running import Reply, Running, running
from tests.unit.view_sample import HOSTILE

from begat.query.run import queries
from begat.registry import open_registry
from begat.server.explorer import EDITOR_POLICY, POLICY
from begat.server.pages import PAGES
from begat.server.question import Limits
from begat.server.served import of_registry
from begat.server.settings import Settings
from begat.server.written import Written
from begat.views.markup import TEMPLATES, assets
from begat.views.page.behind import QUERIES
from begat.views.place import PREFIXES, SERVED
from begat.views.said import FOLDER

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
"""What Chromium and Firefox accept when an address is opened."""

QUICK = ("/", "/search?q=qwen", "/sparql-editor", "/sparql-editor?named=ancestors", "/compare")
"""Pages that take no second."""

THINGS = (
    *("/m/Qwen/Qwen2.5-7B", "/tree/Qwen/Qwen2.5-7B", "/a/Qwen", "/f/Qwen/Qwen2.5-7B"),
    *("/d/HuggingFaceH4/ultrachat_200k", "/b/gsm8k", "/s/langchain", "/licence/Qwen/Qwen2.5-7B"),
)
"""A page of each kind of thing that takes no second."""

PAYLOADS = (
    *HOSTILE,
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "'-alert(1)-'",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "a\r\nSet-Cookie: x=1",
    "a\r\n\r\n<html>",
    "../../../etc/passwd",
    "..\\..\\windows",
    "%2e%2e/%2e%2e/etc/passwd",
    "//evil.example/x",
    "a\x00b",
    "a\u202eb",
    "\u2066a\u2069",
    "\ufeffa",
    "{{7*7}}",
    "{% include 'x' %}",
    "${7*7}",
    '=HYPERLINK("https://evil.example")',
    "x" * 990,
    "ünïcödé 模型",
    "';DROP TABLE models;--",
    "] } UNION { ?s ?p ?o } #",
)
"""Texts that try to be something else: in HTML, scripts, headers, paths, templates, sheets, queries."""


def page(server: Running, target: str, **headers: str) -> Reply:
    """Open an address as a browser does."""
    return server.get(target, **{"Accept": BROWSER, **headers})


@pytest.mark.parametrize("target", QUICK)
def test_pages(whole: Running, target: str) -> None:
    """A page is HTML under the policy of pages; its styles and scripts are files that the server gives."""
    reply = page(whole, target)
    text = reply.body.decode()
    assert (reply.status, reply.kind) == (200, "text/html")
    policy = EDITOR_POLICY if target.startswith("/sparql-editor") else POLICY
    assert reply.headers["content-security-policy"] == policy
    assert reply.headers["cache-control"].startswith("private")
    named = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', text)
    assert len(named) >= 5
    assert {name.removeprefix("/static/") for name in named} <= set(assets())
    assert not re.search(r"\son\w+=|<style|javascript:|\sstyle=", text)
    assert all("json" in tag for tag in re.findall(r"<script(?! src)[^>]*>", text))


def test_every_link_leads_somewhere(whole: Running) -> None:
    """What the first page, a search and the menu of queries link to is declared; quick ones answer."""
    declared = re.compile("|".join(re.sub(r"\\\{.*?\\\}", ".+", re.escape(item.path)) for item in PAGES))
    for target in QUICK:
        links = re.findall(r'<a[^>]* href="(/[^"]*)"', page(whole, target).body.decode())
        for link in map(html.unescape, links):
            path = link.partition("?")[0]
            if path.startswith("/sparql-editor") or not path.strip("/"):
                assert page(whole, link).status == 200, link
            else:
                assert declared.fullmatch(path) or whole.get(link).status == 200, link


@pytest.mark.parametrize("path", ["/m/Qwen/Qwen2.5-7B", "/d/HuggingFaceH4/ultrachat_200k"])
def test_consequences_are_reached_and_left(whole: Running, path: str) -> None:
    """A model and a dataset lead to their licence and their impact, and these to each other and back."""
    thing = path[3:] if path.startswith("/m/") else f"dataset:{path[3:]}"
    ways = {path, f"/licence/{thing}", f"/impact/{thing}"}
    for target in ways:
        links = set(re.findall(r'<a[^>]* href="(/[^"]*)"', page(whole, target).body.decode()))
        assert ways - {target} <= links, target


def test_twins(whole: Running) -> None:
    """Every page is also JSON and CSV with the same rows."""
    for target in ("/", "/search?q=qwen2.5-7b", "/sparql-editor"):
        address = target + ("&" if "?" in target else "?")
        data = whole.get(f"{address}format=json").json
        sheet = whole.get(f"{address}format=csv")
        assert sheet.kind == "text/csv"
        rows = list(csv.DictReader(io.StringIO(sheet.body.decode("utf-8-sig"))))
        assert len(rows) == len(data["rows"]) > 0
        assert set(data["rows"][0]) == set(rows[0])


@pytest.mark.parametrize("path", sorted(THINGS))
def test_pages_about_things(whole: Running, path: str) -> None:
    """A thing of each kind has a page at both of its addresses, with its data and the queries behind it."""
    prefix, _, name = path.lstrip("/").partition("/")
    text = page(whole, path).body.decode()
    assert "sparql-editor?named=" in text or prefix == "s"
    beside = whole.get(f"/{prefix}?{urlencode({'id': name, 'format': 'json'})}")
    assert beside.json == whole.get(f"{path}?format=json").json
    assert whole.get(f"/{prefix}/no-such-thing-at-all").status == 404


def test_a_terminal_gets_text_at_the_root(whole: Running) -> None:
    """Programs get lines at the root, browsers the first page, and both at one address."""
    assert whole.get("/", Accept="*/*").kind == "text/plain"
    assert page(whole, "/").kind == "text/html"


def test_language(whole: Running) -> None:
    """The language is what the address says, else what the browser likes; a chosen one stays in links."""
    assert 'lang="en"' in page(whole, "/").body.decode()
    liked = page(whole, "/", Accept_Language="zh-CN,zh;q=0.9,en;q=0.5")
    assert '<html lang="zh-Hans"' in liked.body.decode()
    assert "Accept-Language" in liked.headers["vary"]
    chosen = page(whole, "/?lang=zh", Accept_Language="en").body.decode()
    assert '<html lang="zh-Hans"' in chosen
    assert 'href="/rank?lang=zh"' in chosen
    assert '<input type="hidden" name="lang" value="zh">' in chosen


def test_unchanged_pages_are_not_sent_again(whole: Running) -> None:
    """A page has a tag of its snapshot, address and language, and who has it gets no body."""
    first = page(whole, "/search?q=llama")
    again = page(whole, "/search?q=llama", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    others = [page(whole, "/search?q=gemma"), page(whole, "/search?q=llama", Accept_Language="zh")]
    others.append(whole.get("/search?q=llama&format=json"))
    assert len({reply.headers["etag"] for reply in (first, *others)}) == 4
    assert page(whole, "/search?q=llama").body == first.body


def test_files_of_pages(whole: Running) -> None:
    """Each file has its type and may be kept for ever; any other name is not found, whatever it tries."""
    for name, text in assets().items():
        reply = whole.get(f"/static/{name}")
        assert reply.body.decode() == text
        assert reply.kind == ("text/css" if name.endswith(".css") else "text/javascript")
        assert "immutable" in reply.headers["cache-control"]
        assert reply.headers["x-content-type-options"] == "nosniff"
    for name in ("frame.js", "../frame.js", "..%2fpage.css", "vendor/LICENSE.txt", "%2e%2e/markup.py"):
        assert whole.get(f"/static/{name}").status == 404


def test_a_wrong_name_leads_to_near_ones(whole: Running) -> None:
    """A browser that opens the page of a name with an error gets a page with links to what may be meant."""
    reply = page(whole, "/sparql-editor?named=ancestor")
    assert (reply.status, reply.kind) == (400, "text/html")
    assert reply.headers["content-security-policy"] == POLICY
    missing = page(whole, "/nothing/here").body.decode()
    assert 'action="/search"' in missing
    assert whole.get("/nothing/here").kind == "application/json"


def test_what_search_finds(whole: Running) -> None:
    """Hits have the words and come by kind with the address of each; an error of typing finds near names."""
    rows = whole.get("/search?q=qwen2.5-7b&format=json").json["rows"]
    (row,) = (row for row in rows if row["id"] == "Qwen/Qwen2.5-7B")
    assert (row["kind"], row["near"], row["address"]) == ("model", False, "/m/Qwen/Qwen2.5-7B")
    near = whole.get("/search?q=alibbaba&format=json").json["rows"]
    assert "alibaba" in {row["id"] for row in near if row["near"]}
    assert "Nothing" in page(whole, "/search?q=zzzzqqqqxxxx").body.decode()
    assert "Type a part" in page(whole, "/search").body.decode()


@pytest.mark.parametrize("name", queries())
def test_editor_fills_in_every_query(whole: Running, name: str) -> None:
    """The example of each named query is filled in as terms, and the filled text runs at the endpoint."""
    text = page(whole, f"/sparql-editor?named={name}").body.decode()
    assert 'class="problem"' not in text
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert found
    asked = urlencode({"query": html.unescape(found[1]), "format": "json"})
    assert (
        whole.send("POST", "/sparql", asked, {"Content-Type": "application/x-www-form-urlencoded"}).status
        == 200
    )


def test_editor_says_what_can_not_be_filled_in(whole: Running) -> None:
    """A parameter that names nothing is said, and the query stands there without it."""
    text = page(
        whole, f"/sparql-editor?{urlencode({'named': 'ancestors', 'model': 'no/such'})}"
    ).body.decode()
    assert "no model named" in text
    assert "?model" in text


def test_queries_behind_pages_exist(whole: Running) -> None:
    """Each query behind a page takes what the page is about, and those of the first page open."""
    views = {path.stem for path in FOLDER.glob("*.toml")}
    assert set(QUERIES) <= set(PREFIXES) | views | {"influence", "ranking"}
    for kind, names in QUERIES.items():
        for query in (queries()[name] for name in names):
            required = {item.name for item in query.parameters if item.required}
            assert kind not in PREFIXES or required <= {kind}, query.name
    links = re.findall(r'href="(/sparql-editor\?named=[^"]+)"', page(whole, "/").body.decode())
    assert links
    assert {page(whole, html.unescape(link)).status for link in links} == {200}


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text outside data and fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self._inside = tag
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        if self._inside not in ("script", "textarea"):
            self.text += data


@pytest.mark.parametrize("text", PAYLOADS)
def test_hostile_texts(whole: Running, text: str) -> None:
    """A text in an address comes back as text only: no element, no attribute, no header, no other address."""
    asked = (
        f"/search?{urlencode({'q': text})}",
        f"/sparql-editor?{urlencode({'query': text})}",
        f"/sparql-editor?{urlencode({'named': 'ancestors', 'model': text})}",
        f"/sparql-editor?{urlencode({'named': text})}",
        f"/compare?{urlencode({'ids': text})}",
        f"/m/{quote(text, safe='')}",
        f"/{quote(text, safe='')}",
        f"/claims?{urlencode({text: text})}",
    )
    for target in asked:
        reply = page(whole, target)
        assert reply.status in (200, 400, 404), target
        assert not {"set-cookie", "location", "refresh"} & set(reply.headers)
        seen = Elements(reply.body.decode())
        assert {tag for tag, _ in seen.found} <= TAGS
        names = {name for _, attributes in seen.found for name in attributes}
        assert not {name for name in names if name.startswith("on") or name in ("style", "srcdoc")}
        for _, attributes in seen.found:
            for name in {"href", "src", "action"} & set(attributes):
                assert re.match("/(?!/)|#|data:image/svg", attributes[name] or ""), target
        assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", seen.text), target


TAGS = (
    {"html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "section", "footer"}
    | {
        "h1",
        "h2",
        "p",
        "div",
        "span",
        "a",
        "b",
        "i",
        "code",
        "ol",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "svg",
        "rect",
    }
    | {"form", "label", "input", "button", "select", "option", "textarea", "details", "summary"}
)
"""Elements of the pages of this test, without any text of others."""


def test_addresses_of_strange_ids() -> None:
    """An id that a browser would change in a path stands in the query, every other in the path."""
    assert SERVED.to("model", "a/../b") == "/m?id=a%2F..%2Fb"
    assert SERVED.to("model", "a\nb") == "/m?id=a%0Ab"
    assert SERVED.to("model", "a/b c?d#e") == "/m/a/b%20c%3Fd%23e"


@pytest.fixture(scope="module")
def narrow(built: Path) -> Iterator[Running]:
    """Serve with no room for waiting calls."""
    limits = Limits(running_per_client=1)
    with running(of_registry(open_registry(built)), Settings(limits, calls=1, waiting=0)) as server:
        yield server


def test_pages_have_the_limits_of_calls(narrow: Running) -> None:
    """A page that a client asks for while its calls run is refused as a call is."""
    narrow.service._running["busy"] = 1
    try:
        reply = page(narrow, "/search?q=mistral")
    finally:
        del narrow.service._running["busy"]
    assert (reply.status, reply.kind) == (503, "text/html")
    assert "retry-after" in reply.headers
    assert page(narrow, "/search?q=mistral").status == 200


def test_written_pages_stay_within_their_bytes() -> None:
    """What nobody asked for longest goes first; what is too large is not kept; the same name is kept once."""
    kept = Written(100)
    for name in "abcd":
        kept.keep(name, b"x" * 25)
    kept.get("a")
    kept.keep("e", b"x" * 25)
    assert (kept.get("a"), kept.get("b"), len(kept)) == (b"x" * 25, None, 4)
    kept.keep("a", b"y")
    kept.keep("f", b"x" * 26)
    assert (kept.get("a"), kept.get("f"), len(kept)) == (b"y", None, 4)


def test_files_of_others_are_as_their_source_says() -> None:
    """Each vendored file has the SHA-256 that SOURCE.md states, and the licences travel along."""
    import hashlib

    folder = TEMPLATES / "vendor"
    stated = dict(re.findall(r"\| `([\w.]+)` \|.*`([0-9a-f]{64})` \|", (folder / "SOURCE.md").read_text()))
    files = {path.name for path in folder.iterdir() if path.suffix in (".js", ".css")}
    assert set(stated) == files
    for name, digest in stated.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert "Permission is hereby granted" in (folder / "LICENSE.txt").read_text(encoding="utf-8")


def test_a_file_has_no_explorer(small: Running) -> None:
    """Where a file is served there are neither pages nor their files, and the root is a page of its own."""
    assert small.get("/claims").status == 404
    assert small.get(f"/static/{next(iter(assets()))}").status == 404
    assert page(small, "/").status == 200
