"""Inferred parents: what names say, and that nobody meets them unasked."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.ids import graph_iri
from begat.records import Account, Derivation, Institution, Model, Record
from begat.registry import Registry
from begat.resolve.inferred import INFERRED, SUFFIX, inferred, stripped
from begat.snapshot import Home, Snapshot
from begat.store import open_store
from begat.vocab import BEGAT

MakeSnapshot = Callable[[Iterable[Record]], Snapshot]


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Qwen2.5-7B-GGUF", "Qwen2.5-7B"),
        ("Qwen2.5-7B-Instruct-AWQ-INT4", "Qwen2.5-7B-Instruct"),
        ("gemma-3-4b-it-qat-4bit", "gemma-3-4b-it-qat"),
        ("Ostrich-32B-i1-GGUF", "Ostrich-32B"),
        ("GLM-5.1-MLX-4.5bpw", "GLM-5.1"),
        ("Model-Q4_K_M", "Model"),
        ("Qwen2.5-7B", None),
        ("x-GGUF", None),
        ("GGUF", None),
    ],
)
def test_marks_of_quantization(name: str, bare: str | None) -> None:
    """What says how weights are packed is stripped from the end of a name, and nothing else."""
    assert pl.DataFrame({"n": [name]}).select(stripped(pl.col("n"))).item() == bare


NAMES = st.sampled_from(["Llama-1B", "llama-1b", "Qwen-7B", "a_Llama-1B", "a-qwen-7b", "GGUF", "Llama-1B.x"])
MODELS = st.lists(
    st.tuples(st.sampled_from("aAbcd"), NAMES, st.sampled_from(["", "-GGUF", "-AWQ-int4", ".fp8"])),
    unique=True,
)


@given(MODELS, st.sets(st.sampled_from("abc")), st.data())
def test_inference_agrees_with_its_oracle(
    parts: list[tuple[str, str, str]], makers: set[str], data: st.DataObject
) -> None:
    """The joins find what comparing every model with every other finds."""
    ids = [f"{owner}/{name}{mark}" for owner, name, mark in parts]
    declared = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    accounts = [owner for owner, _, _ in parts]
    columns = {"id": pl.String, "account": pl.String}
    frame = pl.DataFrame({"id": ids, "account": accounts}, schema=columns)
    frame = frame.with_columns(platform=pl.lit("huggingface"))
    found = inferred(frame, pl.Series(sorted(declared), dtype=pl.String), makers)
    rows = {
        child: (parent, method) for child, parent, method in found.select("child", "parent", "method").rows()
    }
    assert rows == {key: pair for key in ids if key not in declared and (pair := _oracle(key, ids, makers))}


def _oracle(child: str, ids: list[str], makers: set[str]) -> tuple[str, str] | None:
    """The parent of one model, by comparing names."""
    bare = _bare(child.partition("/")[2])
    if bare is None:
        return None
    whole = [key for key in ids if _bare(key.partition("/")[2]) is None and len(key.partition("/")[2]) >= 5]
    full = [key for key in whole if bare in {key.lower().replace("/", mark, 1) for mark in "_.-"}]
    made = [key for key in whole if key.partition("/")[0].lower() in makers]
    named = [key for key in made if key.partition("/")[2].lower() == bare]
    for hits, method in ((full, "quantized-full-name"), (named, "quantized-maker-name")):
        if len(hits) == 1 and hits[0] != child:
            return hits[0], method
    return None


def _bare(name: str) -> str | None:
    low = name.lower()
    bare = re.sub(SUFFIX, "", low)
    return bare if bare != low and len(bare) >= 5 else None


RECORDS: list[Record] = [
    Institution("A Lab", id="a-lab"),
    Account("huggingface", "a-lab", "a-lab"),
    Model("a-lab/Base-7B"),
    Model("a-lab/Tuned-7B"),
    Derivation("a-lab/Tuned-7B", "a-lab/Base-7B", "finetune", "tags"),
    Model("b-lab/Tuned-7B-GGUF"),
]


def test_lineage_shows_inferences_when_asked(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """Lineage has what is declared; with inferred it goes on, and says where nobody declares it."""
    registry = Registry(Home(tmp_path / "home"), make_snapshot(RECORDS))
    child = "b-lab/Tuned-7B-GGUF"
    assert registry.lineage(child) == []
    rows = registry.lineage(child, inferred=True)
    assert [(row["id"], row["inferred"], row["method"]) for row in rows] == [
        ("a-lab/Tuned-7B", True, "quantized-maker-name"),
        ("a-lab/Base-7B", False, "tags"),
    ]
    assert rows[0]["evidence"][0]["evidence"] == INFERRED["quantized-maker-name"].title
    assert registry.graph.m == 1
    assert registry.stats()["derivations"] == 1


def test_the_store_keeps_inferences_apart(make_snapshot: MakeSnapshot, tmp_path: Path) -> None:
    """An inference has a property and a graph of its own, which says how sure it is."""
    store = open_store(make_snapshot(RECORDS), tmp_path / "store")
    graph = graph_iri("begat", "quantized-maker-name")
    asked = f"SELECT ?c ?p {{ GRAPH <{graph}> {{ ?c <{BEGAT.MAY_DERIVE_FROM}> ?p }} }}"
    assert len(list(store.query(asked))) == 1
    derived = "PREFIX prov: <http://www.w3.org/ns/prov#> SELECT ?c { GRAPH ?g { ?c prov:wasDerivedFrom ?p } }"
    assert len(list(store.query(derived))) == 1
    sure = f"ASK {{ GRAPH ?g {{ <{graph}> <{BEGAT.CONFIDENCE}> 0.95 ; <{BEGAT.EXTRACTION_METHOD}> ?m }} }}"
    assert bool(store.query(sure))


def test_nothing_is_inferred_beside_a_declaration(make_snapshot: MakeSnapshot) -> None:
    """Nothing is inferred of a model that declares a parent, whatever became of that."""
    declared = Derivation("b-lab/Tuned-7B-GGUF", "somewhere/else", "quantized", "tags")
    assert make_snapshot(RECORDS).frame("inferences")["method"].to_list() == ["quantized-maker-name"]
    assert make_snapshot([*RECORDS, declared]).rows("inferences") == 0
