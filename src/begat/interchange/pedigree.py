"""What one model comes from: every ancestor, derivation and dataset, with who says so."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from begat.errors import InputError
from begat.graph import RELATIONS, Graph, walk
from begat.interchange.format.base import Content
from begat.records import Dataset, Derivation, Inference, Institution, Model, TrainedOn
from begat.snapshot import Snapshot

__all__ = ["Edition", "Pedigree", "Source", "Step", "pedigree"]

Statement = Derivation | Inference
Item = TypeVar("Item")


class Source(NamedTuple):
    """A source that a pedigree rests on."""

    name: str
    date: str
    licence: str
    locator: str


class Edition(NamedTuple):
    """The snapshot that the facts are of."""

    name: str
    date: date
    digest: str
    synthetic: bool


class Step(NamedTuple):
    """A derivation, child from parent.

    Attributes
    ----------
    opens : bool
        Whether the walk up, nearest first, comes to the parent by this step.
    statements : tuple of Derivation or Inference
        Who says so, the most reliable first.
    """

    child: str
    parent: str
    opens: bool
    statements: tuple[Statement, ...]

    @property
    def relation(self) -> str:
        """The kind that is stated most reliably."""
        return self.statements[0].relation

    @property
    def inferred(self) -> bool:
        """Whether nobody declares it."""
        return isinstance(self.statements[0], Inference)

    @property
    def weight(self) -> float | None:
        """Part of the child that a statement gives this parent; None if none says."""
        shares = (each.share for each in self.statements if isinstance(each, Derivation))
        return next((share for share in shares if share is not None), None)


@dataclass(frozen=True)
class Pedigree:
    """One model and all that it comes from.

    Attributes
    ----------
    edition : Edition
        Whose facts these are.
    models : tuple of Model
        The model itself, then its ancestors, nearest first; each once, whatever the merges and cycles.
    steps : tuple of Step
        All derivations among them, children in the order of `models`, parents in that of the card.
    unresolved : tuple of Derivation
        Statements that lead to no other model.
    datasets : tuple of Dataset
        What any of the models was trained on, and what these datasets were made from.
    uses : tuple of TrainedOn
        Which model was trained on which dataset; `dataset` is None where the name leads to none.
    operators : mapping of (platform, account) to Institution
        Who runs the accounts of the models and datasets, where known.
    sources : tuple of Source
        Where all this was read.
    """

    edition: Edition
    models: tuple[Model, ...]
    steps: tuple[Step, ...]
    unresolved: tuple[Derivation, ...]
    datasets: tuple[Dataset, ...]
    uses: tuple[TrainedOn, ...]
    operators: dict[tuple[str, str], Institution]
    sources: tuple[Source, ...]

    @property
    def subject(self) -> Model:
        """The model that this is the pedigree of."""
        return self.models[0]

    @cached_property
    def by_id(self) -> dict[str, Model]:
        """Each model by its id."""
        return {model.id: model for model in self.models}

    @cached_property
    def dataset_by_id(self) -> dict[str, Dataset]:
        """Each dataset by its id."""
        return {dataset.id: dataset for dataset in self.datasets}

    @cached_property
    def made(self) -> dict[str, list[Step]]:
        """The derivations that made each model, by its id."""
        return _grouped(self.steps, lambda step: step.child)

    @cached_property
    def taught(self) -> dict[str, list[TrainedOn]]:
        """What each model was trained on, by its id."""
        return _grouped(self.uses, lambda use: use.model)

    def origins(self, dataset: Dataset) -> list[Dataset]:
        """Return what a dataset was made from, each once."""
        return self._known(dataset.derived_from or ())

    def trained_on(self, model: Model) -> list[Dataset]:
        """Return the datasets that a model was trained on, each once."""
        return self._known(use.dataset for use in self.taught.get(model.id, ()) if use.dataset is not None)

    def _known(self, keys: Iterable[str]) -> list[Dataset]:
        return [self.dataset_by_id[key] for key in dict.fromkeys(keys) if key in self.dataset_by_id]

    def operator(self, thing: Model | Dataset) -> Institution | None:
        """Return who runs the account of a model or dataset, None if not known."""
        return self.operators.get((thing.platform or "", thing.account or ""))


def pedigree(content: Content) -> Pedigree:
    """Read the pedigree of the model of `content`.

    A graph with inferred edges gives a pedigree with inferred steps.

    Raises
    ------
    InputError
        If `content` is no single model.

    Notes
    -----
    Reads of each table the rows of the ancestors; memory and time go with these and with one bit a model
    of the graph.
    """
    if content.node is None:
        raise InputError("a bill of materials is of one model", hint="Name the model.")
    snapshot, graph = content.snapshot, content.graph()
    climb = walk(graph, content.node, up=True)
    nodes = np.concatenate(([content.node], climb.node))
    ids = [graph.ids[node] for node in nodes]
    declared = [Derivation(**row) for row in _rows(snapshot, "derivations", "child", ids)]
    steps = _steps(graph, nodes, climb.edge.tolist(), _statements(snapshot, declared, ids))
    uses = [TrainedOn(**row) for row in _rows(snapshot, "trained_on", "model", ids)]
    datasets = _datasets(snapshot, [use.dataset for use in uses if use.dataset is not None])
    models = {row["id"]: Model(**row) for row in _rows(snapshot, "models", "id", ids)}
    ordered = [models[key] for key in ids]
    unresolved = [each for each in declared if each.status in ("unresolved", "self")]
    stated = [*declared, *uses, *(each for step in steps for each in step.statements)]
    used = {each.source or "" for each in stated}
    used.update(*(model.sources or () for model in ordered), *(each.sources or () for each in datasets))
    return Pedigree(
        edition=Edition(snapshot.name, snapshot.date, snapshot.digest, snapshot.synthetic),
        models=tuple(ordered),
        steps=tuple(steps),
        unresolved=tuple(unresolved),
        datasets=tuple(datasets),
        uses=tuple(uses),
        operators=_operators(snapshot, [*ordered, *datasets]),
        sources=tuple(_sources(snapshot, used)),
    )


def _grouped(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _rows(snapshot: Snapshot, table: str, column: str, keys: Collection[str]) -> list[dict[str, Any]]:
    """Read the rows of some keys, in the order of the table."""
    return snapshot.table(table, where=[(column, "in", list(keys))]).to_pylist() if keys else []


def _statements(
    snapshot: Snapshot, declared: Sequence[Derivation], ids: Sequence[str]
) -> dict[tuple[str, str], tuple[Statement, ...]]:
    """Return who says so of each pair, the most reliable first; what is inferred where nobody declares it."""
    guessed = [Inference(**row) for row in _rows(snapshot, "inferences", "child", ids)]
    counted = [each for each in declared if each.status in ("resolved", "dangling")]
    stated = _by_pair(counted)
    return _by_pair(guessed) | stated


def _by_pair(statements: Iterable[Statement]) -> dict[tuple[str, str], tuple[Statement, ...]]:
    found: dict[tuple[str, str], list[Statement]] = {}
    for each in sorted(statements, key=_reliability):
        found.setdefault((each.child, each.parent or ""), []).append(each)
    return {pair: tuple(group) for pair, group in found.items()}


def _reliability(each: Statement) -> tuple[float, int, float, str, str]:
    """Order statements as the graph does when it chooses the kind."""
    kind = RELATIONS.index(each.relation)
    return -(each.kind_confidence or 0), kind, -(each.confidence or 0), each.source or "", each.method


def _steps(
    graph: Graph,
    nodes: np.ndarray,
    opening: Collection[int],
    statements: dict[tuple[str, str], tuple[Statement, ...]],
) -> list[Step]:
    opening = set(opening)
    found = []
    for edge in graph.to_parents(nodes).tolist():
        child, parent = graph.ids[graph.child[edge]], graph.ids[graph.parent[edge]]
        found.append(Step(child, parent, edge in opening, statements[child, parent]))
    return found


def _datasets(snapshot: Snapshot, wanted: Collection[str]) -> list[Dataset]:
    """Return datasets and what they were made from, in the order in which they are met."""
    found: dict[str, Dataset] = {}
    while wanted:
        rows = _rows(snapshot, "datasets", "id", wanted)
        found |= {row["id"]: Dataset(**row) for row in rows}
        origins = [origin for row in rows for origin in row["derived_from"] or ()]
        wanted = [key for key in dict.fromkeys(origins) if key not in found]
    return list(found.values())


def _operators(snapshot: Snapshot, things: Iterable[Model | Dataset]) -> dict[tuple[str, str], Institution]:
    accounts = {thing.account for thing in things if thing.account is not None}
    rows = [row for row in _rows(snapshot, "accounts", "account", accounts) if row["current"]]
    operated = {(row["platform"], row["account"]): row["institution"] for row in rows if row["institution"]}
    known = _rows(snapshot, "institutions", "id", set(operated.values()))
    institutions = {row["id"]: Institution(**row) for row in known}
    return {who: institutions[key] for who, key in operated.items() if key in institutions}


def _sources(snapshot: Snapshot, used: Collection[str]) -> list[Source]:
    rows = [row for row in snapshot.sources if row["source"] in used]
    return [
        Source(row["source"], *(str(row.get(key, "")) for key in ("date", "licence", "locator")))
        for row in sorted(rows, key=lambda row: str(row["source"]))
    ]
