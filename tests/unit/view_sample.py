"""A small family for the tests of views: releases, groups, folds, merges, a copy, hostile names."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from begat.graph import Graph
from begat.graph.build import build
from begat.records import Account, Derivation, Institution, Model, Observation, Record
from begat.snapshot import Snapshot
from begat.views.tree.facts import Facts, facts

__all__ = ["HOSTILE", "ROOT", "Sample", "hostile_sample", "sample"]

ROOT = "house/base-7B"

HOSTILE = (
    "evil/</script><img src=x onerror=alert(1)>",
    "evil/<img src=x onerror=alert(1)>",
    'evil/" onmouseover="alert(1)" href="javascript:alert(1)',
    "evil/[red]x[/red] [link=https://evil.example]y[/link]",
    "evil/a\x1b[31mb\x1b]8;;https://evil.example\x07c\x9bd",
    "evil/right\u202eleft\u2066 and\nnext\u2028line",
    "evil/popup.innerHTML = nodeData[0].title",
    "evil/{{ 7 * 7 }}{% raw %}<html><body></body>",
)

ON = date(2026, 1, 1)


class Sample(NamedTuple):
    """A graph and its columns."""

    snapshot: Snapshot
    graph: Graph
    facts: Facts

    def node(self, name: str) -> int:
        """Return the number of a model."""
        place = self.graph.ids.find(name)
        assert place is not None, name
        return place


def made(child: str, *parents: str, kind: str = "finetune", licence: str = "apache-2.0") -> list[Record]:
    """Return a model and what it was made from."""
    edges = [Derivation(child, parent, kind, "tags", ordinal=place) for place, parent in enumerate(parents)]
    return [Model(child, licence_raw=licence), *edges]


def downloads(name: str, count: float) -> Observation:
    """Return the downloads of a model."""
    return Observation(name, "model", "downloads_30d", count, observed_on=ON)


def family() -> list[Record]:
    """Return the records of the plain family."""
    records: list[Record] = [
        Account("huggingface", "house", "the-house", basis="curated"),
        Institution("The House", id="the-house", country="FR"),
        *made("older/origin"),
        *made(ROOT, "older/origin"),
        *made("house/base-7B-Instruct", ROOT),
        *made("house/base-7B-Instruct-AWQ", "house/base-7B-Instruct", kind="quantized"),
        *made("mirror/base-7B-Instruct", "house/base-7B-Instruct", kind="copy"),
        *made("lone/tuned", ROOT, licence="mit"),
        *made("lone/tuned-again", "lone/tuned", licence="mit"),
        *made("mixer/blend", "user-00/tune-00", "user-01/tune-01", "not there", kind="merge"),
        *made("quants/blend-gguf", "mixer/blend", kind="quantized"),
        downloads(ROOT, 1_234_567),
        downloads("house/base-7B-Instruct", 98_765),
        downloads("lone/tuned", 0),
    ]
    for place in range(14):
        name = f"user-{place:02}/tune-{place:02}"
        records += [*made(name, "house/base-7B-Instruct"), downloads(name, 100 * place)]
    for place in range(9):
        records += made(f"quants/base-7B-Instruct-q{place}", "house/base-7B-Instruct", kind="quantized")
    return records


def sample(make_snapshot: Callable[[Iterable[Record]], Snapshot], more: Iterable[Record] = ()) -> Sample:
    """Return the plain family, with further records."""
    snapshot = make_snapshot([*family(), *more])
    graph = build(snapshot)
    return Sample(snapshot, graph, facts(snapshot, graph))


def hostile_sample(make_snapshot: Callable[[Iterable[Record]], Snapshot]) -> Sample:
    """Return the family with names that try to be more than names, above and below the root too."""
    records: list[Record] = []
    for place, name in enumerate(HOSTILE):
        records += made(name, ROOT if place % 2 else "house/base-7B-Instruct", licence=name)
        records += made(f"{name} child", name, kind="quantized")
    records.append(Derivation("older/origin", HOSTILE[0] + " parent", "finetune", "tags"))
    return sample(make_snapshot, records)
