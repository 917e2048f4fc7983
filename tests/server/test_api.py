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
    "conflicts": (("licence", "--conflicts"), {}),
    "conflicts-family": (
        (
            "licence",
            "family:vibethinker",
            "--conflicts",
            "--kind",
            "terms-dropped",
            "--sample",
            "3",
            "--declared",
        ),
        {
            "id": "family:vibethinker",
            "kind": "terms-dropped",
            "sample": "3",
            "evidence": "declared",
        },
    ),
    "changes": (
        ("licence", "country:FR", "--changes", "--inferred"),
        {"id": "country:FR", "evidence": "inferred"},
    ),
    "whatif": (
        (
            "whatif",
            "--without",
            "meta",
            "--without",
            "account:google",
            "--deep",
            "--draws",
            "3",
            "--top",
            "4",
        ),
        {"without": ["meta", "account:google"], "deep": "", "draws": "3", "most": "4"},
    ),
    "whatif-licence": (
        ("whatif", "--without", "alibaba", "--licence", "Apache-2.0=MIT", "--until", "2025-06-30"),
        {"without": "alibaba", "licence": "Apache-2.0=MIT", "until": "2025-06-30"},
    ),
    "dependence": (
        ("dependence", "--by", "country", "--of", "US", "--on", "2025-06-30", "--top", "3"),
        {"by": "country", "of": "US", "on": "2025-06-30", "most": "3"},
    ),
    "dependence-show": (
        ("dependence", "--show", "concentration", "--declared"),
        {"show": "concentration", "evidence": "declared", "most": "20"},
    ),
    "dependence-roots": (("dependence", "--show", "roots"), {"show": "roots"}),
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
    "claims": (("claims", "--only", "F0[2-9]"), {"only": "F0[2-9]"}),
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


def test_command_call_and_page_count_the_same(whole: Running, built: Path) -> None:
    """What does not fit is counted alike on all three roads, and the page of a family leads to it."""
    whose = "family:vibethinker"
    printed = begat("licence", whose, "--conflicts", "--sample", "24", "--format", "json", home=built).rows
    (called,) = call(whole, "conflicts", id=whose, sample=24).json["rows"]
    assert called == printed
    shown = whole.get(f"/conflicts/{whose}?format=json").json
    for section in ("kinds", "pairs", "relations", "sample"):
        rows = [row for row in shown["rows"] if row["section"] == section]
        for row, one in zip(rows, called[section], strict=True):
            assert row | {key: one[key] for key in one if key in row} == row
    assert called["looked_at"].items() <= shown["head"].items()
    assert called["kinds"]
    assert f'href="/conflicts/{whose}"' in whole.get("/f/vibethinker").body.decode()


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
        ("conflicts?id=relation:merge", 400, "input-error", "can't be asked of a relation"),
        ("conflicts?id=family:no-such-family", 404, "unknown-name", "no family"),
        ("conflicts?sample=0", 400, "input-error", "from 1"),
        ("changes?id=country:XX", 404, "unknown-name", "no country"),
        ("whatif", 400, "input-error", "nothing goes"),
        ("whatif?without=relation:finetune&licence=MIT", 400, "input-error", "a link has no licence"),
        ("whatif?without=meta&until=2030-01-01", 400, "input-error", "knows nothing of"),
        ("whatif?without=meta&draws=501", 400, "input-error", "500"),
        (f"whatif?{'&'.join(['without=meta'] * 101)}", 400, "input-error", "At most 100"),
        ("dependence?by=family", 400, "input-error", "country"),
        ("dependence?of=no-such-house", 404, "unknown-name", "no institution"),
        ("dependence?show=roots&of=meta", 400, "input-error", "Leave it out."),
        ("check?id=a", 405, "http-405", "POST"),
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


POLICY = """
[licence]
allow = ["permissive"]
covers = "all"
[terms]
conflicts = "high"
[provenance]
known_depth = "all"
"""
TOML = {"Content-Type": "application/toml; charset=utf-8"}
MODELS = ("nvidia/LocateAnything-3B", "HuggingFaceTB/SmolLM2-135M", QWEN)


def check(server: Running, policy: str | bytes, *models: str, **headers: str) -> Reply:
    """Post a policy."""
    kind = {**TOML, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return server.send("POST", f"/api/check?{urlencode({'id': models}, doseq=True)}", policy, kind)


def test_a_policy_is_judged_as_by_the_command(whole: Running, built: Path, tmp_path: Path) -> None:
    """What is posted is judged as the same bytes in a file; that a model fails is an answer, no error."""
    file = tmp_path / "policy.toml"
    file.write_text(POLICY, encoding="utf-8")
    printed = begat("check", *MODELS, "--policy", str(file), "--format", "json", home=built).rows
    reply = check(whole, POLICY, *MODELS, MODELS[0])
    assert (reply.status, reply.json["snapshot"]) == (200, whole.service.served.name)
    assert reply.json["rows"] == [{**row, "policy": "the policy that was posted"} for row in printed]
    assert {row["verdict"] for row in reply.json["rows"]} == {"fail", "pass"}


@pytest.mark.parametrize(
    ("policy", "models", "headers", "status", "said"),
    [
        (POLICY, ("no/such-model",), {}, 404, "no model"),
        (POLICY, (QWEN, "no/such-model"), {}, 404, "no model"),
        (POLICY, (), {}, 400, "required"),
        (POLICY, [f"a/{number}" for number in range(101)], {}, 400, "At most 100"),
        ("", (QWEN,), {}, 400, "asks for nothing"),
        ("[licence]\nalow = ['MIT']", (QWEN,), {}, 400, "line 2: licence.alow"),
        ("/etc/passwd", (QWEN,), {}, 400, "no TOML"),
        (b"[licence]\nallow = ['\xe9']", (QWEN,), {}, 400, "no UTF-8"),
        ("a=" + "[" * 9_000, (QWEN,), {}, 400, "nested too deeply"),
        (POLICY + "#" * 16_384, (QWEN,), {}, 413, "16,384"),
        (POLICY, (QWEN,), {"Content_Type": "text/plain"}, 415, "application/toml"),
        (POLICY, (QWEN,), {"Origin": "https://evil.example"}, 403, "--cors"),
    ],
)
def test_a_check_that_cannot_be_made_never_passes(
    whole: Running, policy: str | bytes, models: list[str], headers: dict[str, str], status: int, said: str
) -> None:
    """A policy that can't be read, or a model that isn't known among others, is refused, without rows."""
    reply = check(whole, policy, *models, **headers)
    assert (reply.status, set(reply.json)) == (status, {"error"})
    assert (
        said in f"{reply.json['error']['where']}: {reply.json['error']['what']} {reply.json['error']['hint']}"
    )


def test_a_check_is_only_posted(whole: Running) -> None:
    """It says so itself, and has no other method."""
    assert whole.send("OPTIONS", "/api/check").headers["allow"] == "OPTIONS, POST"
    described = whole.get("/openapi.json").json["paths"]["/api/check"]
    assert list(described) == ["post"]
    assert list(described["post"]["requestBody"]["content"]) == ["application/toml"]


def test_openapi_is_valid_and_complete(whole: Running) -> None:
    """The description is valid OpenAPI 3.1 and has every route, with what each takes."""
    described = whole.get("/openapi.json").json
    validate(described)
    paths = {route.path.replace(":path", "") for route in routes(whole.service)}
    assert paths - set(described["paths"]) == {"/api/query/{name}"}  # what says that there is no such query
    assert set(described["paths"]) <= paths
    for endpoint in endpoints():
        names = [
            item["name"]
            for item in described["paths"][endpoint.path][endpoint.methods[0].lower()]["parameters"]
        ]
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
