"""A synthetic Hub with the totals of mid-2025, and the adapter burst that an attacker adds to it.

Totals: 1,758,260 models, 325,509 derivations; fine-tunes 189,391, adapters 139,266, quantisations 101,921
by 20 accounts, merges 40,924 before those are dropped whose parent would be younger than the child; Zipf
fitness of 20,000 bases. The burst: 102,151 adapters on five mid-size bases, split as seen on the Hub
(.317, .299, .063, .231, .090), almost without downloads. Structure, names, dates and downloads are made up:
no figure computed from it says anything about a real model. Models without any derivation are left out,
which changes no measure.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from begat.graph import RELATIONS, Graph, Ids
from begat.influence.figures import Figures

__all__ = ["BURST", "Hub", "attacked", "organic"]

BURST = 102_151
SPLIT = (0.317, 0.299, 0.063, 0.231, 0.090)
BASES = 20_000
INSTITUTIONS = 400
ACCOUNTS = 120_000
QUANTISERS = 20
DAYS = (19_400, 20_300)
BURST_DAYS = (19_800, 19_845)
DERIVATIONS = 325_509
KINDS = {"finetune": 189_391, "adapter": 139_266, "quantized": 101_921, "merge": 40_924}
INNER = {"finetune": 0.25, "adapter": 0.10, "quantized": 0.60, "merge": 0.75}
"""Chance that the parent is itself a derivative (assumed)."""

WORDS = [
    "sft",
    "dpo",
    "chat",
    "instruct",
    "lora",
    "qlora",
    "medical",
    "law",
    "code",
    "math",
    "story",
    "zh",
    "ja",
    "ko",
    "de",
    "roleplay",
    "tuned",
    "test",
    "v",
]
FORMATS = ["GGUF", "AWQ", "GPTQ", "EXL2", "4bit", "8bit", "i1-GGUF", "FP8"]


@dataclass(frozen=True)
class Hub:
    """A graph with figures of its models; `bases` are the roots, the fittest first."""

    graph: Graph
    figures: Figures
    bases: NDArray[np.int64]


@dataclass
class Draft:
    """Models in the order in which they are made, and their derivations."""

    name: list[str]
    account: NDArray[np.int64]
    institution: NDArray[np.int64]
    day: NDArray[np.int64]
    downloads: NDArray[np.int64]
    child: NDArray[np.int64]
    parent: NDArray[np.int64]
    relation: NDArray[np.int64]

    def hub(self, bases: NDArray[np.int64]) -> Hub:
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
        return Hub(graph, figures, place[bases])


def organic(seed: int = 0, scale: float = 1.0) -> tuple[Draft, Hub]:
    """Return the Hub without a burst; `scale` multiplies derivations, bases and accounts alike."""
    random = np.random.default_rng(seed)
    bases, people = int(BASES * scale), int(ACCOUNTS * scale)
    wanted = {kind: int(number * DERIVATIONS / sum(KINDS.values()) * scale) for kind, number in KINDS.items()}
    kind = random.permutation(np.repeat(list(KINDS), list(wanted.values())))
    n = bases + len(kind)
    day = np.concatenate((random.integers(DAYS[0] - 300, DAYS[1] - 100, bases), np.zeros(len(kind), int)))
    fitness = np.arange(1, bases + 1) ** -0.9
    root = random.choice(bases, len(kind), p=fitness / fitness.sum())
    inner = random.random(len(kind)) < np.array([INNER[each] for each in kind])
    # A derivative stands in for its base as parent of a later one of the same base.
    made = np.arange(bases, n)
    latest = np.full(bases, -1)
    parent = root.copy()
    for number in np.flatnonzero((kind == "finetune") | inner).tolist():
        if inner[number] and latest[root[number]] >= 0:
            parent[number] = latest[root[number]]
        if kind[number] == "finetune":
            latest[root[number]] = made[number]
    for number in range(len(kind)):
        born = max(day[parent[number]], DAYS[0])
        day[made[number]] = born + int(random.beta(1, 3) * (DAYS[1] - born))
    second = random.choice(bases, len(kind), p=fitness / fitness.sum())
    merged = np.flatnonzero((kind == "merge") & (second != parent) & (day[second] <= day[bases:]))
    popularity = np.arange(1, people + 1) ** -0.6
    account = random.choice(people, len(kind), p=popularity / popularity.sum()) + QUANTISERS + INSTITUTIONS
    account[kind == "quantized"] = random.integers(
        INSTITUTIONS, INSTITUTIONS + QUANTISERS, wanted["quantized"]
    )
    house = random.integers(0, INSTITUTIONS, bases)
    downloads = np.floor(random.lognormal(2.0, 2.5, n)).astype(np.int64)
    downloads[bases:][random.random(len(kind)) < 0.4] = 0
    stem = [f"base{number:05}-{random.integers(1, 90)}b" for number in range(bases)]
    word = random.choice(WORDS, (len(kind), 2))
    form = random.choice(FORMATS, len(kind))
    name = [f"lab{house[number]:03}/{stem[number]}" for number in range(bases)] + [
        f"u{account[number]:07}/{stem[root[number]]}-"
        + (form[number] if kind[number] == "quantized" else f"{word[number, 0]}-{word[number, 1]}")
        + f"-{number}"
        for number in range(len(kind))
    ]
    code = np.array([RELATIONS.index(each) for each in kind])
    draft = Draft(
        name=name,
        account=np.concatenate((house, account)),
        institution=np.concatenate((house, np.full(len(kind), -1))),
        day=day,
        downloads=downloads,
        child=np.concatenate((made, made[merged])),
        parent=np.concatenate((parent, second[merged])),
        relation=np.concatenate((code, code[merged])),
    )
    return draft, draft.hub(np.arange(bases))


def attacked(
    draft: Draft, targets: NDArray[np.int64], accounts: int, seed: int = 1, scale: float = 1.0
) -> Hub:
    """Return the Hub with the burst on five bases, given by their place among the fittest."""
    random = np.random.default_rng(seed)
    target = np.repeat(targets, [round(BURST * scale * part) for part in SPLIT])
    count, n = len(target), len(draft.name)
    by = random.integers(0, accounts, count) + int(draft.account.max()) + 1
    made = n + np.arange(count)
    stem = [draft.name[base].partition("/")[2] for base in target]
    day = np.maximum(random.integers(*BURST_DAYS, count), draft.day[target])
    burst = replace(
        draft,
        name=[
            *draft.name,
            *(f"u{a:07}/{s}-{1_718_000_000 + k}" for k, (a, s) in enumerate(zip(by, stem, strict=True))),
        ],
        account=np.concatenate((draft.account, by)),
        institution=np.concatenate((draft.institution, np.full(count, -1))),
        day=np.concatenate((draft.day, day)),
        downloads=np.concatenate((draft.downloads, (random.random(count) < 0.005).astype(np.int64))),
        child=np.concatenate((draft.child, made)),
        parent=np.concatenate((draft.parent, target)),
        relation=np.concatenate((draft.relation, np.full(count, RELATIONS.index("adapter")))),
    )
    bases = np.flatnonzero(draft.institution >= 0)
    return burst.hub(bases)
