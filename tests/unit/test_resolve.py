"""Who is who: aliases, statuses, precedence of sources, accounts, and the law of conservation."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import examples

from begat.records import (
    TABLES,
    Account,
    Alias,
    Benchmark,
    Dataset,
    Derivation,
    Institution,
    Model,
    Observation,
    Record,
    System,
    TrainedOn,
)
from begat.resolve import gather, resolve
from begat.resolve.licences import licence_id
from begat.sources.base import Method, Source

MakeSnapshot = Callable[[Iterable[Record]], object]
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 3, 1, tzinfo=UTC)


def source(name: str, authority: int = 1) -> Source:
    """Return a source without files."""
    return Source(name, name, "CC0-1.0", (), {"tags": Method(0.9, 0.9)}, authority=authority)


def tables(*parts: tuple[Source, date, list[Record]]) -> dict[str, pl.DataFrame]:
    """Resolve the records of several sources."""
    gathered = [gather(who, records, on=on) for who, on, records in parts]
    return {name: pl.DataFrame(pl.from_arrow(table)) for name, table in resolve(gathered).items()}


def one(*records: Record) -> dict[str, pl.DataFrame]:
    """Resolve the records of a single source, a platform's own."""
    return tables((source("test", 0), date(2026, 1, 1), list(records)))


def statuses(frame: pl.DataFrame) -> dict[str, str]:
    """Return the status of each statement by its parent as written."""
    return dict(frame.select("parent_raw", "status").iter_rows())


def test_statuses_of_statements() -> None:
    """Each kind of parent gets its status, and only ids get a parent."""
    child = "example-lab/child"
    raw = {
        "example-lab/base": "resolved",
        "elsewhere/unknown": "dangling",
        "./output/merged": "unresolved",
        "example-lab/Child": "self",
        "collections/ibm-granite": "unresolved",
    }
    stated = [Derivation(child, parent, "finetune", "tags") for parent in raw]
    found = one(Model(child), Model("example-lab/base"), *stated)
    assert statuses(found["derivations"]) == raw
    assert found["derivations"].filter(status="unresolved")["parent"].is_null().all()
    assert dict(found["models"].select("id", "listed").iter_rows()) == {
        child: True,
        "example-lab/base": True,
        "elsewhere/unknown": False,
    }


def test_two_sources_that_agree_stay_two_statements() -> None:
    """The same statement of another source is no duplicate; said twice by one source it is."""
    said: list[Record] = [Derivation("a-lab/c", "a-lab/p", "finetune", "tags")]
    found = tables(
        (source("one"), date(2026, 1, 1), said * 2),
        (source("two"), date(2026, 1, 1), said),
    )
    assert Counter(found["derivations"]["status"]) == {"dangling": 2, "duplicate": 1}


def test_renames_are_followed_to_the_end() -> None:
    """A parent under an old name is the model under its new one; a chain is followed."""
    found = one(
        Model("new-lab/model"),
        Model("x-lab/child"),
        Alias("old-lab/model", "mid-lab/model", "renamed"),
        Alias("mid-lab/model", "new-lab/model", "renamed"),
        Derivation("x-lab/child", "old-lab/model", "finetune", "tags"),
    )
    assert found["derivations"]["parent"].to_list() == ["new-lab/model"]
    assert found["derivations"]["parent_raw"].to_list() == ["old-lab/model"]


def test_renames_in_a_circle_lead_nowhere() -> None:
    """Two aliases that name each other are ignored."""
    found = one(
        Model("a-lab/m"),
        Alias("a-lab/m", "b-lab/m", "renamed"),
        Alias("b-lab/m", "a-lab/m", "renamed"),
    )
    assert found["models"]["id"].to_list() == ["a-lab/m"]


def test_a_rename_back_ends_the_one_before() -> None:
    """Of two sources that state a rename and one back the later is right."""
    older = [Alias("a-lab/m", "b-lab/m", "renamed", date(2026, 1, 1))]
    later = [Model("a-lab/m"), Alias("b-lab/m", "a-lab/m", "renamed", date(2026, 2, 1))]
    edge = Derivation("a-lab/c", "b-lab/m", "finetune", "tags")
    found = tables(
        (source("list", 1), date(2026, 1, 1), [*older]), (source("own", 0), date(2026, 2, 1), [*later, edge])
    )
    assert found["derivations"]["parent"].to_list() == ["a-lab/m"]


def test_a_name_taken_again_is_not_renamed() -> None:
    """A source that lists both ids of a rename has seen two repositories."""
    found = one(
        Model("a-lab/old"),
        Model("a-lab/new"),
        Model("x-lab/child"),
        Alias("a-lab/old", "a-lab/new", "renamed"),
        Derivation("x-lab/child", "a-lab/old", "finetune", "tags"),
    )
    assert found["derivations"]["parent"].to_list() == ["a-lab/old"]


def test_old_names_in_a_list_are_renamed() -> None:
    """A list that carries both names of one repository has not seen two."""
    stated: list[Record] = [
        Model("a-lab/old"),
        Model("a-lab/new"),
        Alias("a-lab/old", "a-lab/new", "renamed"),
    ]
    found = tables((source("list", 1), date(2026, 1, 1), stated))
    assert found["models"]["id"].to_list() == ["a-lab/new"]


def test_legacy_names_resolve_by_table_only() -> None:
    """A bare name is a model only where an alias says so."""
    found = one(
        Model("x-lab/child"),
        Model("openai-community/gpt2"),
        Alias("gpt2", "openai-community/gpt2", "legacy"),
        Derivation("x-lab/child", "gpt2", "finetune", "tags"),
        Derivation("x-lab/child", "llama", "finetune", "tags"),
    )
    assert statuses(found["derivations"]) == {"gpt2": "resolved", "llama": "unresolved"}


def test_case_variants_are_one_unless_created_apart() -> None:
    """Ids equal up to case are one repository; with different creation times they are two."""
    found = one(
        Model("a-lab/Model", created_at=FIRST),
        Model("a-lab/model", created_at=FIRST),
        Model("a-lab/Other", created_at=FIRST),
        Model("a-lab/other", created_at=LATER),
    )
    assert found["models"]["id"].to_list() == ["a-lab/Model", "a-lab/Other", "a-lab/other"]
    assert found["aliases"].select("id", "kind").rows() == [("a-lab/model", "case")]


def test_spelling_of_an_unknown_parent_is_one() -> None:
    """Two spellings of an id that nothing lists become one node."""
    found = one(
        Model("x-lab/a"),
        Model("x-lab/b"),
        Derivation("x-lab/a", "Elsewhere/Base", "finetune", "tags"),
        Derivation("x-lab/b", "elsewhere/base", "finetune", "tags"),
    )
    assert found["derivations"]["parent"].n_unique() == 1


def test_a_mirror_is_not_the_same_repository() -> None:
    """The twin of another platform stays a model of its own."""
    found = one(
        Model("a-lab/m"), Model("modelscope:a-lab/m"), Alias("modelscope:a-lab/m", "a-lab/m", "mirror")
    )
    assert found["models"].select("id", "platform", "account").rows() == [
        ("a-lab/m", "huggingface", "a-lab"),
        ("modelscope:a-lab/m", "modelscope", "a-lab"),
    ]


def test_precedence_and_contested_values() -> None:
    """The platform's own record wins over a newer list; what the list says otherwise is noted."""
    found = tables(
        (source("own", 0), date(2026, 1, 1), [Model("a-lab/m", licence_raw="mit", parameters=100)]),
        (
            source("list"),
            date(2026, 5, 1),
            [Model("a-lab/m", licence_raw="apache-2.0", parameters=103, task="text-generation")],
        ),
    )
    row = found["models"].row(0, named=True)
    assert (row["licence"], row["parameters"], row["task"]) == ("MIT", 100, "text-generation")
    assert row["sources"] == ["own", "list"]
    assert found["contested"].rows() == [("model", "a-lab/m", "licence", "MIT", "own", "Apache-2.0", "list")]


def test_accounts_get_their_institution_in_any_case() -> None:
    """An account is found without regard to case and keeps the platform's spelling."""
    found = one(
        Model("Example-Lab/m"),
        Model("someone/m"),
        Institution("Example", id="example"),
        Account("huggingface", "example-lab", "example", basis="assumed"),
    )
    assert found["accounts"].select("account", "institution").rows() == [
        ("Example-Lab", "example"),
        ("someone", None),
    ]


def test_institutions_known_by_name_join_the_entry() -> None:
    """A name or alias of an entry is that entry; another name is an institution of its own."""
    found = one(
        Institution("Example Lab", id="example", aliases=["Example Labs, Inc."], country="DE"),
        Institution("example labs inc", country="FR"),
        Institution("Another Lab"),
    )
    assert found["institutions"].select("id", "country").rows() == [("another-lab", None), ("example", "DE")]


def test_institutions_of_one_ror_id_are_one() -> None:
    """A ROR id says more than a name, an alias of a newcomer leads to the entry, and figures follow."""
    ror, other = "https://ror.org/000000001", "https://ror.org/000000002"
    found = one(
        Institution("Example Lab", id="example", aliases=["Example Labs"]),
        Institution("Example Group", ror=ror, aliases=["Example Labs"]),
        Institution("A New Name", ror=ror),
        Institution("Another Lab", ror=other),
        Observation(ror, "institution", "works", 7.0, date(2026, 1, 1)),
        Observation(other, "institution", "works", 8.0, date(2026, 1, 1)),
        Observation("Example", "institution", "osir:model:x", 9.0, date(2026, 1, 1)),
        Observation(ror, "paper", "works", 1.0, date(2026, 1, 1)),
    )
    assert found["institutions"].select("id", "ror").rows() == [("another-lab", other), ("example", ror)]
    figures = found["observations"].select("subject_kind", "subject", "value")
    assert set(figures.rows()) == {
        ("institution", "example", 7.0),
        ("institution", "another-lab", 8.0),
        ("institution", "Example", 9.0),
        ("paper", ror, 1.0),
    }


def test_training_data_that_is_no_dataset_is_kept_as_text() -> None:
    """Loader names and paths are no datasets; bare legacy names are; case is one."""
    model = Model("a-lab/m")
    names = ["squad", "generator", "/data/mine", "a-lab/Data", "a-lab/data"]
    found = one(model, Dataset("a-lab/Data"), *[TrainedOn("a-lab/m", name, "tags") for name in names])
    assert dict(found["trained_on"].select("dataset_raw", "dataset").iter_rows()) == {
        "squad": "squad",
        "generator": None,
        "/data/mine": None,
        "a-lab/Data": "a-lab/Data",
        "a-lab/data": "a-lab/Data",
    }


def test_figures_follow_a_rename() -> None:
    """An observation of an old name is one of the new name; equal ones are one."""
    seen = [Observation(name, "model", "likes", 3.0, date(2026, 1, 1)) for name in ("a-lab/old", "a-lab/new")]
    found = one(Model("a-lab/new"), Alias("a-lab/old", "a-lab/new", "renamed"), *seen)
    assert found["observations"].select("subject", "value").rows() == [("a-lab/new", 3.0)]


def test_systems_are_one_in_any_case_and_have_a_maintainer() -> None:
    """GitHub names are compared without case; maintainers become ids of institutions."""
    found = one(
        Institution("Example", id="example", aliases=["Example Inc"]),
        System("Example/Engine", maintainer="Example Inc"),
        System("example/engine", name="Engine"),
        Observation("EXAMPLE/engine", "system", "stars", 5.0, date(2026, 1, 1)),
    )
    assert found["systems"].select("id", "name", "maintainer").rows() == [
        ("Example/Engine", "Engine", "example")
    ]
    assert found["observations"]["subject"].to_list() == ["Example/Engine"]


@pytest.mark.parametrize(
    ("raw", "known"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("MIT License", "MIT"),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
        ("llama3.1", "LicenseRef-llama3.1"),
        ("gpl", "LicenseRef-gpl"),
        ("bsl-1.0", "BSL-1.0"),
        ("other", None),
        ("unknown", None),
    ],
)
def test_licences(raw: str, known: str | None) -> None:
    """Licences become SPDX ids; families and own licences a reference; nothing stays nothing."""
    assert licence_id(raw) == known


words = st.sampled_from(["a-lab/x", "a-lab/X", "b-lab/y", "gpt2", "./out", "", "modelscope:a/b", "c-lab/z"])
stated_records = st.one_of(
    st.tuples(words.filter(bool), words, st.sampled_from(["finetune", "copy"]), st.just("tags")).map(
        lambda row: Derivation(*row)
    ),
    words.filter(lambda text: "/" in text).map(Model),
    st.tuples(words, words, st.sampled_from(["renamed", "mirror", "legacy"])).map(lambda row: Alias(*row)),
    st.tuples(words.filter(bool), words, st.just("tags")).map(lambda row: TrainedOn(*row)),
)


@settings(max_examples=examples(40))
@given(st.lists(stated_records, max_size=25))
def test_no_statement_is_lost(stated: list[Record]) -> None:
    """Statements declared = resolved + dangling + unresolved + self + duplicate; parents are models."""
    found = one(*stated)
    declared = sum(isinstance(record, Derivation) for record in stated)
    frame = found["derivations"]
    assert frame.height == declared
    assert set(frame["status"]) <= {"resolved", "dangling", "unresolved", "self", "duplicate"}
    assert set(frame["parent"].drop_nulls()) | set(frame["child"]) <= set(found["models"]["id"])
    assert found["trained_on"].height == sum(isinstance(record, TrainedOn) for record in stated)
    assert found["models"]["id"].is_unique().all()


@settings(max_examples=examples(20))
@given(st.permutations(range(6)))
def test_order_of_records_does_not_matter(order: list[int]) -> None:
    """The same statements in another order give the same tables."""
    stated: list[Record] = [
        Model("a-lab/m", created_at=FIRST),
        Model("x-lab/c"),
        Alias("old-lab/m", "a-lab/m", "renamed"),
        Derivation("x-lab/c", "old-lab/m", "merge", "tags", 0),
        Derivation("x-lab/c", "a-lab/q", "merge", "tags", 1),
        Observation("a-lab/m", "model", "likes", 1.0, date(2026, 1, 1)),
    ]
    straight, shuffled = one(*stated), one(*[stated[place] for place in order])
    for name in TABLES:
        assert straight[name].equals(shuffled[name]), name


def test_embedded_snapshot_keeps_the_law(tmp_path: Path) -> None:
    """In the shipped snapshot every derivation has a status and rows seen = kept + set aside."""
    from begat.snapshot import embedded

    snapshot = embedded()
    assert snapshot.table("derivations", ["status"])["status"].null_count == 0
    aside = sum(row["rows_set_aside"] for row in snapshot.sources)
    assert aside == snapshot.rows("set_aside")


def test_lists_of_several_sources_are_joined() -> None:
    """What sources list of one thing does not exclude each other; nothing listed stays null."""
    found = tables(
        (source("one", 0), date(2026, 1, 1), [Dataset("a-lab/d", languages=["en", "zh"])]),
        (source("two"), date(2026, 1, 1), [Dataset("a-lab/d", languages=["de", "en"]), Dataset("a-lab/e")]),
    )
    assert dict(found["datasets"].select("id", "languages").iter_rows()) == {
        "a-lab/d": ["en", "zh", "de"],
        "a-lab/e": None,
    }


def test_origins_of_datasets_are_ids() -> None:
    """An origin is an id, a configuration cut off, or the bare name of a known dataset; never itself."""
    named = [
        *("extended|WIKI", "b-lab/raw/sample", "extended|other-thing", "original"),
        *("our own texts", "a-lab/d", "B-Lab/Raw"),
    ]
    found = one(
        Dataset("wiki"), Dataset("a-lab/d", derived_from=named), Dataset("a-lab/e", derived_from=["x"])
    )
    assert dict(found["datasets"].select("id", "derived_from").iter_rows()) == {
        "B-Lab/Raw": None,
        "a-lab/d": ["B-Lab/Raw", "wiki"],
        "a-lab/e": None,
        "wiki": None,
    }


def test_figures_follow_a_renamed_system() -> None:
    """A figure of a repository under a former id is one of the system under its present id."""
    found = one(
        System("new-lab/tool", former=["Old-Lab/tool"]),
        Observation("old-lab/Tool", "system", "stars", 5.0, date(2026, 1, 1)),
    )
    assert found["observations"]["subject"].to_list() == ["new-lab/tool"]


def benchmarks(*records: Record) -> dict[str, dict[str, Any]]:
    """Return the resolved benchmarks by id."""
    return {row["id"]: row for row in one(*records)["benchmarks"].to_dicts()}


def test_names_of_a_benchmark_lead_to_one_row() -> None:
    """The row that `same_as` leads to has all harnesses; the others keep their own and have no owner."""
    found = benchmarks(
        Benchmark("sums", "Sums", owners=["a-lab"]),
        Benchmark("sums-5-shot", same_as="sums"),
        Benchmark("first:s", "Sums 5 shot", harnesses=["first"]),
        Benchmark("second:s", "SUMS", harnesses=["second"]),
    )
    assert {key: (row["same_as"], row["harnesses"], row["owners"]) for key, row in found.items()} == {
        "sums": (None, ["first", "second"], ["a-lab"]),
        "sums-5-shot": ("sums", ["first"], None),
    }


def test_owner_of_a_benchmark_is_who_operates_its_dataset() -> None:
    """A curated owner comes first, then the operator of the dataset's account, which says so."""
    operated = [Account("huggingface", name, f"the-{name}") for name in ("a-lab", "opencompass")]
    found = benchmarks(
        *operated,
        Benchmark("x:curated", "curated", dataset="A-Lab/one", owners=["b-lab"], basis="by hand"),
        Benchmark("x:derived", "derived", dataset="A-Lab/two"),
        Benchmark("x:mirrored", "mirrored", dataset="opencompass/three"),
        Benchmark("x:linked", "linked", dataset="https://example.org/a-lab/four"),
    )
    assert {key: (row["owners"], row["basis"]) for key, row in found.items()} == {
        "curated": (["b-lab"], "by hand"),
        "derived": (["the-a-lab"], "dataset account"),
        "mirrored": (None, None),
        "linked": (None, None),
    }
