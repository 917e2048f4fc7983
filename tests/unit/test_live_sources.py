"""What the live sources ask for, answered from memory: slices, batches, names and where they stop."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.replay import Exchange, replayed

from begat.crawl import Crawl, Page
from begat.crawl.client import LIMITS, Client
from begat.crawl.journal import Entry, Journal
from begat.errors import SourceError, UnreadableFile
from begat.files import package_path
from begat.records import Model, Observation, SetAside, System
from begat.sources import _openalex, hub_papers, modelscope, openalex, openrouter, semantic_scholar
from begat.sources._packages import package_of, system_of
from begat.sources._toml import toml_items
from begat.sources.base import source_named
from begat.sources.ollama import rounded

ON = date(2026, 1, 31)
SAMPLES = Path(__file__).parents[1] / "samples"


class Answers:
    """Stands in for a crawl: gives what a function answers, and notes what it was asked."""

    def __init__(self, answer: Callable[..., Any], *, wanted: tuple[str, ...] = ()) -> None:
        self.wanted = wanted
        self.since: datetime | None = None
        self.asked: list[tuple[str, str, Any]] = []
        self._answer = answer

    def page(
        self, kind: str, path: str, params: Mapping[str, Any] | None = None, *, body: Any = None
    ) -> Page | None:
        """Answer one question; None stays None."""
        sent = params if body is None else body
        self.asked.append((kind, path, sent))
        found = self._answer(path, sent)
        return None if found is None else Page(path, 200, {}, json.dumps(found).encode())


def run(fetch: Callable[[Crawl], None], crawl: Answers) -> Answers:
    """Run a fetch over a stand-in."""
    fetch(cast(Crawl, crawl))
    return crawl


class Hub:
    """A hub of names with the window of ModelScope: pages of two, and no more than six a query."""

    def __init__(self, names: set[str]) -> None:
        self.names = sorted(names)
        self.seen: set[str] = set()

    def __call__(self, _path: str, query: Mapping[str, Any]) -> Any:
        """Answer a query, and remember what it showed."""
        beginning, number = query.get("search", ""), query["page_number"]
        assert number * 2 <= 6, "beyond the window"
        found = [name for name in self.names if name.lower().startswith(beginning)]
        rows = found[(number - 1) * 2 : number * 2]
        self.seen |= set(rows)
        return {
            "success": True,
            "data": {"models": [{"id": name} for name in rows], "total_count": len(found)},
        }


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages and the window small."""
    monkeypatch.setattr(modelscope, "PAGE", 2)
    monkeypatch.setattr(modelscope, "WINDOW", 6)


@given(st.sets(st.from_regex(r"[a-cA-C_][ab1._-]{0,4}", fullmatch=True), max_size=60))
def test_slices_show_every_model(names: set[str]) -> None:
    """Whatever the names, each is shown, but those that are themselves a beginning that was cut up."""
    hub = Hub(names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(modelscope, "PAGE", 2)
        patch.setattr(modelscope, "WINDOW", 6)
        crawl = run(modelscope.fetch, Answers(hub))
    assert len(crawl.asked) == len({str(question) for question in crawl.asked})
    cut = {name for name in names if sum(other.lower().startswith(name.lower()) for other in hub.names) > 6}
    assert names - cut <= hub.seen


@pytest.mark.usefixtures("small")
def test_a_search_that_means_something_else_is_an_error() -> None:
    """If parts hold more than the whole, the hub can't be listed that way, and the walk says so."""
    everything = {"success": True, "data": {"models": [], "total_count": 1000}}
    with pytest.raises(SourceError, match=r"the parts of 'a+' hold"):
        run(modelscope.fetch, Answers(lambda _path, _query: everything))


@pytest.mark.parametrize(
    "answer", [{"success": False, "code": "QuotaLimitExceed", "data": None}, [], {"data": {}}], ids=str
)
def test_a_refusal_is_no_empty_hub(answer: Any) -> None:
    """An answer without a count ends the walk with an error, not with a hub of no models."""
    with pytest.raises(SourceError, match="no list of models"):
        run(modelscope.fetch, Answers(lambda _path, _query: answer))


def test_a_refusal_with_status_200_is_a_failed_request(tmp_path: Path) -> None:
    """An answer that says of itself that it failed is not kept, so a later run asks again."""
    source = source_named("modelscope")
    refusal = {"success": False, "code": "QuotaLimitExceed", "data": None}
    request = "GET /openapi/v1/models?sort=downloads&page_number=1&page_size=50"
    exchange = Exchange((), None, ({"request": request, "json": refusal},))
    limits = LIMITS._replace(retries=1)
    with (
        replayed(exchange, source) as replay,
        Client(replay.origin, limits=limits, sleep=lambda _: None) as client,
    ):
        crawl = Crawl(tmp_path, client)
        modelscope.fetch(crawl)
    assert len(replay.asked) == 2
    assert [entry.reason for entry in crawl.journal.entries("failed")] == [
        "it says that it failed (QuotaLimitExceed)"
    ]
    assert not list(tmp_path.glob("models/*"))


def test_a_renamed_repository_keeps_its_former_name(tmp_path: Path) -> None:
    """The journal of the crawl tells what an answer was asked as; a name in another case is no rename."""
    row = json.loads((SAMPLES / "github" / "repositories" / "000001.json").read_text(encoding="utf-8"))
    for number, name in enumerate(["ggerganov/llama.cpp", "GGML-org/llama.cpp"], 1):
        file = f"repositories/{number:06}.json"
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(json.dumps(row), encoding="utf-8")
        entry = Entry(str(number), "repositories", f"GET /repos/{name}", "kept", 200, file)
        Journal(tmp_path).write(entry)
    found = [item for item in source_named("github").parse(tmp_path, on=ON) if isinstance(item, System)]
    assert [(one.id, one.former) for one in found] == [
        ("ggml-org/llama.cpp", ["ggerganov/llama.cpp"]),
        ("ggml-org/llama.cpp", None),
    ]


def record(name: str, cited: int, *others: str) -> dict[str, Any]:
    """Return a record of an institution as a search shows it."""
    number = f"https://openalex.org/I{cited}"
    return {"id": number, "display_name": name, "cited_by_count": cited, "display_name_alternatives": others}


@pytest.mark.parametrize(
    ("name", "rows", "asked"),
    [
        ("Google", [record("Google (Switzerland)", 5), record("Google (United States)", 9)], "I9"),
        ("google", [record("Alphabet", 7, "Google")], "I7"),
        ("Google", [record("Google Cloud", 8)], None),
        ("Google", [], None),
    ],
    ids=["most cited", "other name", "near name", "nothing"],
)
def test_an_institution_must_bear_the_name(name: str, rows: list[Any], asked: str | None) -> None:
    """Of what a search finds, only a record of the very name is asked for, of several the most cited."""
    crawl = run(openalex.fetch, Answers(lambda _path, _query: {"results": rows}, wanted=(name,)))
    assert [path for kind, path, _ in crawl.asked if kind == "institutions"] == (
        [f"/institutions/{asked}"] if asked else []
    )


def test_arxiv_papers_are_found_in_ids_and_addresses() -> None:
    """A paper is asked for once, however it is written, and what is no arXiv paper is not asked for."""
    texts = (
        "2407.10671",
        "https://arxiv.org/abs/2407.10671",
        "https://arxiv.org/pdf/1910.14599v2",
        "https://aclanthology.org/2024.acl-long.109/",
        "12024.12345",
        "10.1038/s41586-020-2649-2",
    )
    crawl = run(_openalex.fetch_works, Answers(lambda _path, _query: {"results": []}, wanted=texts))
    assert [query["filter"] for _, _, query in crawl.asked] == [
        "doi:10.48550/arxiv.1910.14599|10.48550/arxiv.2407.10671"
    ]


@given(st.integers(0, 1700))
def test_batches_hold_every_paper_once(count: int) -> None:
    """No batch is larger than the platform takes, and together they are what is wanted."""
    wanted = tuple(f"2401.{number:05}" for number in range(count))
    crawl = run(semantic_scholar.fetch, Answers(lambda _path, _body: [], wanted=wanted))
    batches = [body["ids"] for _, _, body in crawl.asked]
    assert all(0 < len(batch) <= 500 for batch in batches)
    assert [name for batch in batches for name in batch] == [f"ARXIV:{paper}" for paper in wanted]


@pytest.mark.parametrize(("since", "count"), [(None, 3), (datetime(2026, 1, 2, tzinfo=UTC), 2)], ids=str)
def test_daily_papers_stop_at_the_end_or_at_the_last_run(since: datetime | None, count: int) -> None:
    """A page that is not full is the last, and so is one that reaches what was seen before."""
    full = [100 * [{"publishedAt": f"2026-01-0{day}T00:00:00Z"}] for day in (3, 1)]
    crawl = Answers(lambda _path, query: [*full, []][query["p"]])
    crawl.since = since
    assert len(run(hub_papers.fetch, crawl).asked) == count


def test_the_list_of_offers_may_go_on() -> None:
    """The next page is the one that an answer names; most answers name none."""
    assert openrouter.following({"data": [], "links": {"next": "/api/v1/models?offset=50"}}) == (
        "/api/v1/models?offset=50"
    )
    assert openrouter.following({"data": [], "links": {"next": None}}) is None
    assert openrouter.following({"data": []}) is None


@pytest.mark.parametrize("text", ["", "many", "1.2.3M", "12 T", "-5"])
def test_a_count_of_another_form_is_refused(text: str) -> None:
    """What is no short count is not guessed."""
    with pytest.raises(ValueError, match="is no count"):
        rounded(text)


def test_a_library_page_without_a_model_is_an_error(tmp_path: Path) -> None:
    """A page that lost its marks is unreadable, not an empty library."""
    page = tmp_path / "library" / "000001.html"
    page.parent.mkdir()
    page.write_text("<html><body><a href='/library/x'>x</a> 11.3M pulls</body></html>", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="the file is empty"):
        list(source_named("ollama").parse(tmp_path, on=ON))


def test_marks_count_whatever_stands_around_them(tmp_path: Path) -> None:
    """Other tags, attributes and an entity do not hide a model; one without a count is set aside."""
    page = tmp_path / "library" / "000001.html"
    page.parent.mkdir()
    page.write_text(
        "<div x-test-model data-x='1'><h3><a class=a href='/library/one?sort=new'>One &amp; only</a></h3>"
        "<em x-test-pull-count=''> 1,024 </em> pulls 5M</div>"
        "<div x-test-model><a href='/library/two'></a></div>",
        encoding="utf-8",
    )
    one, count, aside = source_named("ollama").parse(tmp_path, on=ON)
    assert isinstance(one, Model)
    assert one.id == "ollama:one"
    assert isinstance(count, Observation)
    assert count.value == 1024
    assert isinstance(aside, SetAside)
    assert aside.reason == "no field pulls"


def test_every_package_is_of_a_curated_system() -> None:
    """The table of packages names systems of begat's own table, one package each, in its normal form."""
    systems = {row["id"] for _, row in toml_items("system")(package_path("data", "systems.toml"))}  # type: ignore[index]
    assert set(package_of()) <= systems
    assert len(system_of()) == len(package_of())
    assert all(name == name.lower() and "_" not in name for name in system_of())
