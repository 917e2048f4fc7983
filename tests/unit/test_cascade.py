"""From texts to models: every form that people write, the laws, and what stays doubtful."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import THOROUGH, examples

from begat.records import TABLES, Account, Alias, Derivation, Institution, Model, Record
from begat.resolve import gather, resolve
from begat.resolve.cascade import METHODS, Found, Known
from begat.resolve.forms import pieces
from begat.resolve.names import resolve_names
from begat.sources.base import Method, Source, source_named

LISTED = [
    *("Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B-Instruct", "unsloth/Qwen2.5-7B", "facebook/opt-125m"),
    *("openai-community/gpt2", "mistralai/Mistral-7B-v0.1", "modelscope:qwen/Qwen2.5-7B"),
    "epoch:LLaMA, 7B",
]
RENAMED = {"old-lab/model-1": "new-lab/model-1", "gpt-two": "openai-community/gpt2"}
FOLDED = {key.casefold(): key for key in LISTED} | {key.casefold(): end for key, end in RENAMED.items()}
KNOWN = Known(
    frozenset(LISTED),
    RENAMED,
    FOLDED,
    makers=frozenset({"qwen", "facebook", "mistralai"}),
    reviewed={"our llama": "facebook/opt-125m", "a secret": None},
)
QWEN = "Qwen/Qwen2.5-7B"


@pytest.mark.parametrize(
    ("text", "method", "key"),
    [
        (QWEN, "exact", QWEN),
        ("epoch:LLaMA, 7B", "exact", "epoch:LLaMA, 7B"),
        ("old-lab/model-1", "alias", "new-lab/model-1"),
        ("Old-Lab/Model-1", "case", "new-lab/model-1"),
        ("qwen/qwen2.5-7b", "case", QWEN),
        (" Qwen/Qwen2.5-7B\n", "markup", QWEN),
        ("Qwen/Qwen2.5-7B\u200b", "markup", QWEN),
        ("- Qwen/Qwen2.5-7B", "markup", QWEN),
        ("* `Qwen/Qwen2.5-7B`", "markup", QWEN),
        ("['Qwen/Qwen2.5-7B']", "markup", QWEN),
        ("base_model: Qwen/Qwen2.5-7B", "markup", QWEN),
        ("https://huggingface.co/Qwen/Qwen2.5-7B/tree/main", "url", QWEN),
        ("http://hf.co/qwen/qwen2.5-7b?library=vllm#files", "url", QWEN),
        ("[Qwen 2.5](https://huggingface.co/Qwen/Qwen2.5-7B)", "url", QWEN),
        ("huggingface://Qwen/Qwen2.5-7B/model-q4.gguf", "url", QWEN),
        ("hf.co/Qwen/Qwen2.5-7B:Q4_K_M", "url", QWEN),
        ("Qwen/Qwen2.5-7B@main", "url", QWEN),
        ("Qwen/Qwen2.5-7B/resolve/main/a.gguf", "url", QWEN),
        ("git@", "none", None),
        ("https://modelscope.cn/models/qwen/Qwen2.5-7B/summary", "url", "modelscope:qwen/Qwen2.5-7B"),
        ("models--facebook--opt-125m", "cache-folder", "facebook/opt-125m"),
        ("/x/hub/models--some-lab--new/snapshots/0a1b", "cache-folder", "some-lab/new"),
        ("/data/models/Qwen/Qwen2.5-7B", "path", QWEN),
        (r"C:\models\Qwen\Qwen2.5-7B", "path", QWEN),
        ("/cache/models/Qwen--Qwen2.5-7B", "path", QWEN),
        ("gpt2", "legacy", "openai-community/gpt2"),
        ("some-lab/unknown", "unlisted", "some-lab/unknown"),
        ("modelscope:some-lab/unknown", "unlisted", "modelscope:some-lab/unknown"),
        ("our llama", "review", "facebook/opt-125m"),
        ("a secret", "review", None),
        ("Mistral-7B-v0.1", "maker-name", "mistralai/Mistral-7B-v0.1"),
        (r"C:\models\Qwen2.5-7B", "maker-name", QWEN),
        ("Qwen/Qwen2.5-7B-Ins...", "cut", "Qwen/Qwen2.5-7B-Instruct"),
    ],
)
def test_forms_that_name_a_model(text: str, method: str, key: str | None) -> None:
    """Every way of writing a known model leads to it, by the method of that way."""
    found = KNOWN.resolve(text)
    assert (found.id, found.method) == (key, method)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no name"),
        ("Removed", "no name"),
        ("undefined", "no name"),
        ("none/none", "free text"),
        ("llama", "no owner"),
        ("Qwen2.5-72B", "no owner"),
        ("./out/checkpoint-100", "local path"),
        ("models/base_qwen", "local path"),
        ("/home/me/Some-Model", "local path"),
        ("https://github.com/me/thing", "another host: github.com"),
        ("https://huggingface.co/datasets/a-lab/d", "a collection or page"),
        ("https://huggingface.co/Qwen", "a collection or page"),
        ("Qwen/Qwen2.5...", "cut off"),
        ("trained by us, from scratch", "free text"),
        ("a-lab/a, b-lab/b", "several names"),
        ("epoch:GPT-9", "not in its catalogue"),
    ],
)
def test_texts_that_name_none_have_a_reason(text: str, reason: str) -> None:
    """What leads nowhere says why, and gives no id."""
    assert KNOWN.resolve(text) == Found(None, "none", 1.0, reason)


def test_guesses_are_no_facts() -> None:
    """What a weaker method finds is shown with its reason and not accepted."""
    found = KNOWN.resolve("Mistral-7B-v0.1")
    assert found.accepted is None
    assert found.resolution == "doubtful: maker-name"
    assert found.reason == METHODS["maker-name"].title


def test_a_name_of_two_repositories_is_of_none() -> None:
    """An id in a case that fits two repositories created apart is not brought to either."""
    known = Known(frozenset({"a-lab/M", "a-lab/m"}))
    assert known.resolve("A-LAB/M").method == "unlisted"


PARTS = (
    r"models-- -- / \ .. ... hf.co/ https:// huggingface.co/ : @ C: [ ]( ) ' , datasets .git .gguf /tree/x ~"
)
WORDS = st.sampled_from([*LISTED, *RENAMED, *PARTS.split(), "\n", "- ", "\u200b", "\u2026"])
TEXTS = st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=7).map("".join))


@settings(max_examples=10_000 if THOROUGH else 2_000)
@given(TEXTS)
def test_any_text_ends_somewhere(text: str) -> None:
    """No text raises; an id that was found leads to itself; without an id there is a reason."""
    found = KNOWN.resolve(text)
    if found.id is None:
        assert found.resolution
        assert found.accepted is None
    else:
        again = KNOWN.resolve(found.id)
        assert again.id == again.accepted == found.id
        assert found.method in METHODS
    assert pieces(text)


IDS = st.tuples(st.sampled_from("aAb"), st.sampled_from("mMn")).map("/".join)


@settings(max_examples=examples(400))
@given(st.sets(IDS, max_size=6), st.dictionaries(IDS, IDS, max_size=6))
def test_spellings_settle(listed: set[str], aliases: dict[str, str]) -> None:
    """Whatever renames and spellings there are, an id that was found leads to itself."""
    models = pl.DataFrame(
        {"id": sorted(listed), "created_at": None, "last_listed": None, "source": "s"},
        schema={
            "id": pl.String,
            "created_at": pl.Datetime("us", "UTC"),
            "last_listed": pl.Date,
            "source": pl.String,
        },
    )
    rows = [(old, new, "renamed", None, None, "s") for old, new in sorted(aliases.items())]
    stated = pl.DataFrame(rows, schema=dict(zip(Alias._fields, ALIAS_TYPES, strict=True)), orient="row")
    texts = [f"{owner}/{name}" for owner in "aAb" for name in "mMn"]
    names = resolve_names(models, stated, pl.DataFrame({"text": texts, "count": 1}), ())
    for text in texts:
        end = names.find(text).id
        assert end is not None
        assert names.find(end).id == end


ALIAS_TYPES = (pl.String, pl.String, pl.String, pl.Date, pl.String, pl.String)


@pytest.mark.parametrize(("created", "parent"), [(10, "a-lab/new"), (20, "a-lab/old")])
def test_an_alias_ends_where_its_name_is_taken_again(created: int, parent: str) -> None:
    """A repository made under the old name after the rename was stated is another; one made before is not."""
    renamed = Alias("a-lab/old", "a-lab/new", "renamed", date(2026, 1, 15))
    old = Model("a-lab/old", created_at=datetime(2026, 1, created, tzinfo=UTC))
    assert parents(old, renamed, Derivation("b-lab/c", "a-lab/old", "finetune", "tags")) == [parent]


def test_a_list_becomes_one_statement_a_name() -> None:
    """A text that names several models gives as many statements, and each keeps its piece."""
    found = tables(
        Model("a-lab/a"), Derivation("c-lab/c", "a-lab/a, ' b-lab/b'", "merge", "tags"), Model("c-lab/c")
    )["derivations"]
    assert found.select("parent_raw", "parent", "status").rows() == [
        ("a-lab/a", "a-lab/a", "resolved"),
        ("b-lab/b", "b-lab/b", "dangling"),
    ]


def test_a_card_that_the_hub_made_no_tag_of_is_doubted() -> None:
    """An unlisted id is a parent where a tag says so; where a card alone does it is a guess, and shown."""
    found = tables(
        Derivation("c-lab/c", "x-lab/typo", "undetermined", "card"),
        Derivation("c-lab/d", "x-lab/gone", "undetermined", "tags"),
    )
    assert found["derivations"].select("parent", "status", "resolution").rows() == [
        (None, "unresolved", "doubtful: unvouched"),
        ("x-lab/gone", "dangling", "unlisted"),
    ]
    assert found["inferences"].select("child", "parent", "method", "evidence").rows() == [
        ("c-lab/c", "x-lab/typo", "unvouched", "x-lab/typo")
    ]
    assert "x-lab/typo" not in found["models"]["id"].to_list()


def test_namesakes_of_makers_are_mirrors() -> None:
    """A model of ModelScope without a stated twin is that of the same maker and name on the Hub."""
    found = tables(
        Institution("A Lab", id="a-lab"),
        Account("huggingface", "A-Lab", "a-lab"),
        *(Model(key) for key in ("A-Lab/One", "A-Lab/Two", "somebody/three")),
        *(Model(f"modelscope:{key}") for key in ("a-lab/one", "A-Lab/Two", "somebody/three", "A-Lab/four")),
        Alias("modelscope:A-Lab/Two", "A-Lab/One", "mirror"),
    )["aliases"]
    assert found.filter(kind="mirror").select("id", "resolved", "source").sort("id").rows() == [
        ("modelscope:A-Lab/Two", "A-Lab/One", "test"),
        ("modelscope:a-lab/one", "A-Lab/One", "begat"),
    ]


RAW = st.one_of(TEXTS, st.sampled_from(["a/m, b/n", "c-lab/child", "x/y; x/z", "Removed"]))


@settings(max_examples=examples(100))
@given(st.lists(st.tuples(RAW, st.sampled_from(["tags", "card"])), min_size=1, max_size=8))
def test_statuses_add_up(stated: list[tuple[str, str]]) -> None:
    """Every piece of every statement comes out once, with a status and how it was resolved."""
    records: list[Record] = [
        Derivation("c-lab/child", raw, "finetune", method, place)
        for place, (raw, method) in enumerate(stated)
        if "\x00" not in raw and raw.isprintable()
    ]
    found = tables(Model("c-lab/child"), Model("a/m"), *records)["derivations"]
    declared = sum(len(pieces(record.parent_raw)) for record in records if isinstance(record, Derivation))
    counts = dict(found.group_by("status").len().iter_rows())
    assert sum(counts.values()) == declared
    assert counts.keys() <= {"resolved", "dangling", "unresolved", "self", "duplicate"}
    assert found["resolution"].null_count() == 0
    assert found.filter(pl.col("parent").is_null())["status"].unique().to_list() in ([], ["unresolved"])


def test_decisions_come_first(tmp_path: Path) -> None:
    """A decision of the review file gives a text its model, or takes it from one."""
    source = source_named("review")
    path = tmp_path / "review.toml"
    path.write_text(
        "".join(
            f'[[text]]\nraw = "{raw}"\nid = "{key}"\nwhy = "w"\ndate = 2026-01-01\nby = "b"\n'
            for raw, key in {"Our Base": "a-lab/m", "a-lab/wrong": ""}.items()
        ),
        encoding="utf-8",
    )
    on = date(2026, 1, 1)
    hub = Source("test", "test", "CC0-1.0", (), {"tags": Method(0.9, 0.9)}, authority=0)
    stated = [Derivation("c-lab/c", raw, "finetune", "tags") for raw in ("Our Base", "a-lab/wrong")]
    found = resolve(
        [gather(hub, [Model("a-lab/m"), *stated], on=on), gather(source, source.parse(path, on=on), on=on)]
    )
    rows = pl.DataFrame(pl.from_arrow(found["derivations"])).select("parent", "status", "resolution").rows()
    assert rows == [("a-lab/m", "resolved", "review"), (None, "unresolved", "reviewed: none")]


def tables(*records: Record) -> dict[str, pl.DataFrame]:
    """Resolve the records of a platform."""
    methods = {"tags": Method(0.9, 0.9), "card": Method(0.8, 0.5)}
    source = Source("test", "test", "CC0-1.0", (), methods, authority=0)
    found = resolve([gather(source, records, on=date(2026, 1, 1))])
    return {name: pl.DataFrame(pl.from_arrow(found[name])) for name in TABLES}


def parents(*records: Record) -> list[str | None]:
    """Return the parents of all statements."""
    return tables(*records)["derivations"]["parent"].to_list()
