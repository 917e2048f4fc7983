"""The JSON API: the same rows as the command line, in pages, described by OpenAPI."""

import json
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from openapi_spec_validator import validate
from tests.cli import begat
from tests.server.running import Reply, Running

from begat.query.run import queries
from begat.server.api import endpoints
from begat.server.app import routes

QWEN = "Qwen/Qwen2.5-7B-Instruct"

SAME = {
    "stats": (("stats",), {}),
    "show": (("show", QWEN), {"id": QWEN}),
    "show-institution": (("show", "alibaba"), {"id": "alibaba"}),
    "search": (("search", "qwen2.5-7b"), {"text": "qwen2.5-7b"}),
    "lineage": (("lineage", QWEN, "--up", "--down"), {"id": QWEN, "up": "true", "down": ""}),
    "lineage-relation": (
        (
            "lineage",
            "Qwen/Qwen2.5-7B",
            "--down",
            "--depth",
            "2",
            "--relation",
            "finetune",
            "--relation",
            "merge",
        ),
        {"id": "Qwen/Qwen2.5-7B", "down": "1", "depth": "2", "relation": ["finetune", "merge"]},
    ),
    "tree": (("tree", "Qwen/Qwen2.5-7B", "--by", "account"), {"id": "Qwen/Qwen2.5-7B", "by": "account"}),
    "tree-country": (("tree", "Qwen", "--by", "country"), {"id": "Qwen", "by": "country"}),
    "tree-on": (
        ("tree", "Qwen/Qwen2.5-7B", "--on", "2025-01-01"),
        {"id": "Qwen/Qwen2.5-7B", "on": "2025-01-01"},
    ),
    "children": (("tree", "Qwen", "--below", QWEN), {"id": "Qwen", "of": QWEN}),
    "children-of-a-group": (
        ("tree", "Qwen", "--below", QWEN, "--group", "finetune", "--after", "2", "--budget", "3"),
        {"id": "Qwen", "of": QWEN, "group": "finetune", "after": "2", "most": "3"},
    ),
    "licence": (("licence", "nvidia/LocateAnything-3B"), {"id": "nvidia/LocateAnything-3B"}),
    "licence-dataset": (
        ("licence", "dataset:openbmb/RLAIF-V-Dataset", "--inferred"),
        {"id": "dataset:openbmb/RLAIF-V-Dataset", "evidence": "inferred"},
    ),
    "impact": (("impact", "Qwen/Qwen2.5-7B"), {"id": "Qwen/Qwen2.5-7B"}),
    "impact-scope": (
        ("impact", "account:Qwen", "--declared", "--depth", "1", "--on", "2025-01-01", "--relation", "merge"),
        {"id": "account:Qwen", "evidence": "declared", "depth": "1", "on": "2025-01-01", "relation": "merge"},
    ),
    "influence": (
        ("influence", "--by", "institution", "--measure", "accounts", "--top", "0"),
        {"by": "institution", "measure": "accounts"},
    ),
    "influence-scope": (
        ("influence", "--by", "country", "--on", "2026-01-01", "--without-bursts", "--top", "0"),
        {"by": "country", "on": "2026-01-01", "without_bursts": "true"},
    ),
    "rank": (("rank", "--draws", "50"), {"draws": "50"}),
    "rank-osir": (
        ("rank", "--method", "osir-53", "--edition", "2025-07-07", "--draws", "0"),
        {"method": "osir-53", "edition": "2025-07-07", "draws": "0"},
    ),
    "explain": (("explain", "Alibaba", "--indicator", "M10"), {"id": "Alibaba", "indicator": "M10"}),
    "share": (("share", "--over-time", "--panel", "fixed"), {"over_time": "true", "panel": "fixed"}),
    "claims": (("claims", "--only", "F0*"), {"only": "F0*"}),
    "coverage": (("coverage",), {}),
    "queries": (("queries",), {}),
}
"""Commands and the calls that give the same rows; what follows a hyphen tells two apart."""


def call(server: Running, name: str, **parameters: object) -> Reply:
    """Call an address of the API."""
    return server.get(f"/api/{name}?{urlencode(parameters, doseq=True)}")


@pytest.mark.parametrize("name", SAME)
def test_rows_are_those_of_the_command(whole: Running, built: Path, name: str) -> None:
    """A call gives the rows of its command, value for value."""
    words, parameters = SAME[name]
    printed = begat(*words, "--format", "json", home=built).rows
    reply = call(whole, name.partition("-")[0], **parameters)
    assert reply.status == 200, reply.body
    rows = reply.json["rows"]
    expected = printed if isinstance(printed, list) else [printed]
    assert rows == expected[:1000]
    assert rows
    assert reply.json["truncated"] is (len(expected) > 1000)


@pytest.mark.parametrize("name", queries())
def test_named_queries_are_those_of_the_command(whole: Running, built: Path, name: str) -> None:
    """A named query gives over HTTP, through a worker, the rows that the command prints."""
    query = queries()[name]
    params = query.example_values
    words = [word for key, text in params.items() for word in ("-p", f"{key}={text}")]
    printed = begat("query", name, *words, "--format", "json", home=built).rows
    reply = call(whole, f"query/{name}", **params, limit=10_000)
    assert reply.status == 200, reply.body
    assert sorted(map(json.dumps, reply.json["rows"])) == sorted(map(json.dumps, printed))[:10_000]


def test_pages_make_up_the_whole(whole: Running) -> None:
    """Following the links from a page to the next gives each row once, and the last has no link."""
    target, rows, pages = "/api/lineage?id=Qwen%2FQwen2.5-7B&down&limit=100", [], 0
    expected = call(whole, "lineage", id="Qwen/Qwen2.5-7B", down="", limit=10_000).json["rows"]
    while target:
        reply = whole.get(target)
        rows += reply.json["rows"]
        link, pages = reply.headers.get("link"), pages + 1
        assert reply.json["truncated"] is (link is not None)
        assert ("begat-truncated" in reply.headers) is (link is not None)
        target = link.partition(">")[0].removeprefix("<") if link else ""
    assert rows == expected
    assert pages == -(-len(expected) // 100) > 1


def test_the_sample_is_called_one(whole: Running) -> None:
    """Rows of the snapshot that ships with begat come with a note that it is a small sample."""
    reply = call(whole, "stats").json
    assert "sample" in reply["notes"][0]
    assert reply["snapshot"] == whole.service.served.name


def test_partial_data_are_noted(whole: Running) -> None:
    """Rows that rest on partial data come with the sentences of coverage, of calls and of named queries."""
    sentences = {row["note"] for row in call(whole, "coverage").json["rows"]}
    for name, asked in (("lineage", {"id": QWEN}), ("query/ancestors", {"model": QWEN})):
        assert set(call(whole, name, **asked).json["notes"]) & sentences


@pytest.mark.parametrize(
    ("target", "status", "code", "said"),
    [
        ("lineage", 400, "input-error", "required"),
        ("lineage?id=Qwen/Qwen2.5-7B-Instrct", 404, "unknown-name", "Did you mean Qwen/Qwen2.5-7B-Instruct"),
        ("licence?id=nvidia/LocateAnything-3C", 404, "unknown-name", "Did you mean nvidia/LocateAnything-3B"),
        ("impact?id=dataset:a/b", 404, "unknown-name", "no dataset"),
        ("impact?id=a&relation=finetuned", 400, "input-error", "Did you mean finetune"),
        ("impact?id=a&evidence=sure", 400, "input-error", "declared"),
        ("lineage?id=a&id=b", 400, "input-error", "Give it once."),
        ("lineage?id=a&relation=finetuned", 400, "input-error", "Did you mean finetune"),
        ("lineage?id=a&depth=0", 400, "input-error", "from 1"),
        ("lineage?id=a&depth=-1", 400, "input-error", "whole number"),
        ("lineage?id=a&down=perhaps", 400, "input-error", "true"),
        ("lineage?id=a&limit=10001", 400, "input-error", "10,000"),
        ("lineage?id=a&name=b", 400, "input-error", "Known here: id, up, down"),
        ("stats?x=1", 400, "input-error", "It takes none."),
        ("rank?edition=today", 400, "input-error", "YYYY-MM-DD"),
        ("rank?method=/etc/passwd", 400, "input-error", "begat-53"),
        ("rank?method=x.toml", 400, "input-error", "begat-53"),
        ("share?panel=/etc/passwd", 400, "input-error", "listed"),
        ("show?id=no-such-thing-at-all", 404, "unknown-name", "search"),
        ("children?id=Qwen/Qwen2.5-7B&most=201", 400, "input-error", "200"),
        ("children?id=Qwen/Qwen2.5-7B&of=google/gemma-7b", 404, "unknown-name", "row of the tree"),
        ("tree?id=Qwen/Qwen2.5-7B&on=2020-01-01", 400, "input-error", "published after"),
        ("query/ancestor", 404, "unknown-name", "Did you mean ancestors"),
        ("query/ancestors?model=no/such-model", 404, "unknown-name", "no model"),
        ("query/ancestors", 400, "input-error", "required"),
        ("nothing", 404, "http-404", "openapi"),
    ],
)
def test_errors_say_what_to_do(whole: Running, target: str, status: int, code: str, said: str) -> None:
    """A wrong call is answered with what is wrong, where, and what to do next."""
    reply = whole.get(f"/api/{target}")
    assert reply.status == status
    assert (reply.kind, set(reply.json)) == ("application/json", {"error"})
    error = reply.json["error"]
    assert (set(error), error["code"]) == ({"code", "what", "where", "hint"}, code)
    assert said in f"{error['what']} {error['hint']}"


def test_openapi_is_valid_and_complete(whole: Running) -> None:
    """The description is valid OpenAPI 3.1 and has every route, with what each takes."""
    described = whole.get("/openapi.json").json
    validate(described)
    paths = {route.path.replace(":path", "") for route in routes(whole.service)}
    assert paths - set(described["paths"]) == {"/api/query/{name}"}  # what says that there is no such query
    assert set(described["paths"]) <= paths
    for endpoint in endpoints():
        names = [item["name"] for item in described["paths"][endpoint.path]["get"]["parameters"]]
        assert names == [*(item.name for item in endpoint.parameters), "limit", "offset"]
    assert set(described["paths"]["/sparql"]) == {"get", "post"}


def test_answers_are_as_described(whole: Running) -> None:
    """An answer has the keys that the description requires of a page, and of an error."""
    schemas = whole.get("/openapi.json").json["components"]["schemas"]
    assert set(call(whole, "stats").json) == set(schemas["Page"]["required"])
    error = call(whole, "lineage").json["error"]
    assert set(error) == set(schemas["Error"]["properties"]["error"]["required"])


def test_a_file_has_no_api(small: Running) -> None:
    """Where a file is served there is no JSON API, and the description has none."""
    assert small.get("/api/stats").status == 404
    assert not any(path.startswith("/api") for path in small.get("/openapi.json").json["paths"])
    assert small.get(f"/sparql?query={quote('ASK {}')}").status == 200
