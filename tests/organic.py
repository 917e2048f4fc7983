"""A synthetic Hub with the totals of mid-2025, and the adapter burst that an attacker adds to it.

Totals: 1,758,260 models, 325,509 derivations; fine-tunes 189,391, adapters 139,266, quantisations 101,921
by 20 accounts, merges 40,924 before those are dropped whose parent would be younger than the child; Zipf
fitness of 20,000 bases. The burst: 102,151 adapters on five mid-size bases, split as seen on the Hub
(.317, .299, .063, .231, .090), almost without downloads. Structure, names, dates and downloads are made up:
no figure computed from it says anything about a real model. Models without any derivation are left out,
which changes no measure.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from begat.graph import RELATIONS, Graph, Ids
from begat.influence.figures import Figures

__all__ = ["BURST", "Draft", "Hub", "attacked", "mid_size", "organic"]

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

BURST = 102_151
SPLIT = (0.317, 0.299, 0.063, 0.231, 0.090)
BASES = 20_000
INSTITUTIONS = 400
ACCOUNTS = 120_000
QUANTISERS = 20
DAYS = (19_400, 20_300)
BURST_BEGIN = 19_800
PLACES = (153, 257, 788, 1108, 1277)
"""Places of the attacked bases by number of children before the attack."""

DERIVATIONS = 325_509
KINDS = {"finetune": 189_391, "adapter": 139_266, "quantized": 101_921, "merge": 40_924}
INNER = {"finetune": 0.25, "adapter": 0.10, "quantized": 0.60, "merge": 0.75}
"""Chance that the parent is itself a derivative (assumed)."""

WORDS = np.array(
    ["lora", "sft", "chat", "dpo", "instruct", "tuned", "test", "qlora", "medical", "code", "math"]
)
FORMATS = np.array(["GGUF", "AWQ", "GPTQ", "EXL2", "4bit", "8bit", "i1-GGUF", "FP8"])


@dataclass(frozen=True)
class Hub:
    """A graph with figures of its models; `node` is the number that each model of the draft has in it."""

    graph: Graph
    figures: Figures
    node: Numbers


@dataclass(frozen=True)
class Draft:
    """Models in the order in which they are made, and their derivations."""

    name: list[str]
    account: Numbers
    institution: Numbers
    day: Numbers
    downloads: Numbers
    child: Numbers
    parent: Numbers
    relation: Numbers

    def hub(self) -> Hub:
        """Sort by id and number the accounts."""
        order = np.array(sorted(range(len(self.name)), key=self.name.__getitem__))
        place = np.argsort(order)
        edge = np.lexsort((place[self.parent], place[self.child]))
        child, parent = place[self.child][edge], place[self.parent][edge]
        n = len(order)
        graph = Graph(
            ids=Ids.of([self.name[node] for node in order]),
            child=child.astype(np.int32),
            parent=parent.astype(np.int32),
            relation=self.relation[edge].astype(np.int8),
            share=1.0 / np.bincount(child, minlength=n)[child],
            account=self.account[order].astype(np.int32),
            institution=self.institution[order].astype(np.int32),
            twin=np.arange(n, dtype=np.int32),
            account_ids=Ids.of([f"a{number:07}" for number in range(int(self.account.max()) + 1)]),
            institution_ids=Ids.of([f"i{number:03}" for number in range(INSTITUTIONS)]),
        )
        figures = Figures(self.downloads[order], self.day[order], DAYS[1])
        return Hub(graph, figures, place)


def organic(seed: int = 0, scale: float = 1.0) -> Draft:
    """Return the models without a burst, bases first; `scale` multiplies all totals alike."""
    random = np.random.default_rng(seed)
    bases, people = int(BASES * scale), int(ACCOUNTS * scale)
    parts = {kind: int(number * DERIVATIONS / sum(KINDS.values()) * scale) for kind, number in KINDS.items()}
    kind = random.permutation(np.repeat(list(KINDS), list(parts.values())))
    made = bases + np.arange(len(kind))
    root, second = _zipf(random, bases, 0.9, (2, len(kind)))
    inner = random.random(len(kind)) < np.array([INNER[each] for each in kind])
    parent = _parents(root, kind == "finetune", inner, made)
    day = _days(random, bases, parent)
    merged = (kind == "merge") & (second != parent) & (day[second] <= day[made])
    house = random.integers(0, INSTITUTIONS, bases)
    account = INSTITUTIONS + QUANTISERS + _zipf(random, people, 0.6, len(kind))
    few = kind == "quantized"
    account[few] = INSTITUTIONS + random.integers(0, QUANTISERS, few.sum())
    downloads = np.floor(random.lognormal(2.0, 2.5, bases + len(kind))).astype(np.int64)
    downloads[made[random.random(len(kind)) < 0.4]] = 0
    first, other = WORDS[_zipf(random, len(WORDS), 1.0, (2, len(kind)))]
    ending = np.where(few, random.choice(FORMATS, len(kind)), np.char.add(np.char.add(first, "-"), other))
    stem = [f"base{number:05}-{size}b" for number, size in enumerate(random.integers(1, 90, bases))]
    code = np.array([RELATIONS.index(each) for each in kind])
    return Draft(
        name=[f"lab{lab:03}/{name}" for lab, name in zip(house, stem, strict=True)]
        + [f"u{account[k]:07}/{stem[root[k]]}-{ending[k]}-{k}" for k in range(len(kind))],
        account=np.concatenate((house, account)),
        institution=np.concatenate((house, np.full(len(kind), -1))),
        day=day,
        downloads=downloads,
        child=np.concatenate((made, made[merged])),
        parent=np.concatenate((parent, second[merged])),
        relation=np.concatenate((code, code[merged])),
    )


def _zipf(random: np.random.Generator, count: int, power: float, shape: int | tuple[int, int]) -> Numbers:
    weight = np.arange(1, count + 1) ** -power
    return random.choice(count, shape, p=weight / weight.sum())


def _parents(root: Numbers, fertile: Flags, inner: Flags, made: Numbers) -> Numbers:
    """Take the latest fertile derivative of the root as parent where `inner` says so and there is one."""
    parent = root.copy()
    latest: dict[int, int] = {}
    for k in np.flatnonzero(fertile | inner).tolist():
        if inner[k]:
            parent[k] = latest.get(int(root[k]), root[k])
        if fertile[k]:
            latest[int(root[k])] = int(made[k])
    return parent


def _days(random: np.random.Generator, bases: int, parent: Numbers) -> Numbers:
    """Let every base appear on a day, and each derivative some time after its parent, rather soon."""
    start, end = DAYS
    day = np.concatenate((random.integers(start, end - 10, bases), np.zeros(len(parent), np.int64)))
    for k, later in enumerate(random.beta(1, 3, len(parent)).tolist(), bases):
        born = day[parent[k - bases]]
        day[k] = born + later * (end - born)
    return day


def attacked(draft: Draft, targets: Numbers, accounts: int, seed: int = 1) -> Draft:
    """Return the models with a burst on five bases by so many new accounts, within 45 days."""
    random = np.random.default_rng(seed)
    target = np.repeat(targets, [round(BURST * part) for part in SPLIT])
    count = len(target)
    by = random.integers(0, accounts, count) + int(draft.account.max()) + 1
    stem = [draft.name[base].partition("/")[2] for base in target]
    begin = np.maximum(BURST_BEGIN, draft.day[target])
    return Draft(
        name=draft.name + [f"u{by[k]:07}/{stem[k]}-{1_718_000_000 + k}" for k in range(count)],
        account=np.concatenate((draft.account, by)),
        institution=np.concatenate((draft.institution, np.full(count, -1))),
        day=np.concatenate((draft.day, begin + random.integers(0, 45, count))),
        downloads=np.concatenate((draft.downloads, random.random(count) < 0.005)).astype(np.int64),
        child=np.concatenate((draft.child, len(draft.name) + np.arange(count))),
        parent=np.concatenate((draft.parent, target)),
        relation=np.concatenate((draft.relation, np.full(count, RELATIONS.index("adapter")))),
    )


def mid_size(draft: Draft) -> Numbers:
    """Return the five bases that have as many children as those at the places of the attacked ones."""
    children = np.bincount(draft.parent, minlength=len(draft.name))
    most = np.sort(children)[::-1]
    bases = np.flatnonzero(draft.institution >= 0)
    found: list[int] = []
    for place in PLACES:
        distance = np.abs(children[bases] - most[place - 1]).astype(float)
        distance[found] = np.inf
        found.append(int(np.argmin(distance)))
    return bases[found]
