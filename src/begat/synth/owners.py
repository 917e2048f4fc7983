"""Who publishes: accounts of ordinary size, busy makers, bulk uploaders, and institutions."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from begat.synth import shape
from begat.synth.chance import Ints, choice, ends, stream, weighted, zipf_weights
from begat.synth.derivations import Derivations

__all__ = ["Group", "Owners", "owners"]


class Group(NamedTuple):
    """Accounts with consecutive numbers and one kind of name."""

    name: str
    first: int
    size: int


@dataclass(frozen=True)
class Owners:
    """The account of each model, and the institution of each account.

    Attributes
    ----------
    account : array of int64, shape (models,)
        Number of the account that owns each model.
    groups : tuple of Group
        What the accounts are, in order of their numbers.
    institution : array of int64
        The institution of the first accounts; the others have none.
    country, kind : array of int64, shape (institutions,)
        Positions in `shape.COUNTRIES` and `shape.INSTITUTION_KINDS`.
    """

    account: Ints
    groups: tuple[Group, ...]
    institution: Ints
    country: Ints
    kind: Ints


def owners(made: Derivations, models: int, seed: int) -> Owners:
    """Give every model an account; later rules overrule earlier ones.

    Ordinary accounts by a power law of sizes; a part of each kind of derivative to its ten busiest
    makers; large bases to institutions; children of the flooded bases to bulk uploaders; and a part of
    the others, like every series of merges, to the account of the parent.
    """
    rng = stream(seed, "owners")
    count = max(models // shape.MODELS_PER_INSTITUTION, 30)
    institution = np.repeat(np.arange(count), rng.integers(1, 4, count))
    bulk = sum(accounts for accounts, _ in shape.BULK.values())
    sizes = [
        ("institution", len(institution)),
        *((f"maker-{kind}", shape.BUSIEST) for kind in shape.KINDS),
        ("bulk", bulk),
    ]
    starts = np.cumsum([0, *(size for _, size in sizes)])
    groups = [Group(name, int(start), size) for (name, size), start in zip(sizes, starts, strict=False)]
    account = _ordinary(rng, models) + int(starts[-1])
    groups.append(Group("account", int(starts[-1]), int(account.max() - starts[-1] + 1)))
    _busy(rng, account, made, groups[1 : 1 + len(shape.KINDS)])
    _owned(rng, account, made, np.searchsorted(institution, np.arange(count)))
    flooded = _bulk(rng, account, made, groups[-2])
    account[: made.nodes] = _with_parent(rng, account, made, flooded)
    return Owners(
        account,
        tuple(groups),
        institution,
        choice(rng, shape.COUNTRIES, count),
        choice(rng, shape.INSTITUTION_KINDS, count),
    )


def _ordinary(rng: np.random.Generator, models: int) -> Ints:
    """Deal the models out to accounts whose sizes follow a power law."""
    sizes = zipf_weights(shape.MOST_MODELS, shape.MODELS_PER_ACCOUNT)
    drawn = weighted(rng, sizes, models) + 1
    enough = int(np.searchsorted(np.cumsum(drawn), models)) + 1
    return rng.permutation(np.repeat(np.arange(enough), drawn[:enough])[:models])


def _busy(rng: np.random.Generator, account: Ints, made: Derivations, makers: list[Group]) -> None:
    for kind, (group, share) in enumerate(zip(makers, shape.BUSIEST_SHARES, strict=True)):
        nodes = made.roots + np.flatnonzero(made.kind == kind)
        chosen = nodes[rng.random(len(nodes)) < share]
        account[chosen] = group.first + weighted(rng, zipf_weights(group.size), len(chosen))


def _owned(rng: np.random.Generator, account: Ints, made: Derivations, main: Ints) -> None:
    """Give institutions most of the large bases and a few of all other models, the first ones most."""
    place = np.arange(made.roots) / made.roots
    chance = np.full(len(account), shape.OWNED_OTHERS)
    bounds, shares = zip(*shape.OWNED_BASES, strict=True)
    chance[: made.roots] = np.array(shares)[np.searchsorted(bounds, place)]
    chance[: len(shape.HEAD)] = 1.0
    chosen = np.flatnonzero(rng.random(len(account)) < chance)
    holder = weighted(rng, zipf_weights(len(main)), len(chosen))
    last = np.append(main[1:], main[-1] + 1)
    other = main[holder] + rng.integers(0, last[holder] - main[holder])
    account[chosen] = np.where(chosen < made.roots, main[holder], other)


def _bulk(rng: np.random.Generator, account: Ints, made: Derivations, group: Group) -> NDArray[np.bool_]:
    """Give the children of flooded bases to a handful of accounts; return which children these are."""
    flooded = np.zeros(made.nodes, dtype=bool)
    first = group.first
    for rank, (accounts, share) in shape.BULK.items():
        children = made.child[made.parent == rank - 1]
        chosen = children[rng.random(len(children)) < share]
        account[chosen] = first + rng.integers(0, accounts, len(chosen))
        flooded[chosen] = True
        first += accounts
    return flooded


def _with_parent(
    rng: np.random.Generator, account: Ints, made: Derivations, flooded: NDArray[np.bool_]
) -> Ints:
    """Give a part of the children, and every series of merges, the account of their first parent."""
    chance = np.array(shape.SAME_ACCOUNT)[made.kind]
    same = (rng.random(len(chance)) < chance) & ~flooded[made.roots :]
    series = made.series >= 0
    begins = np.flatnonzero(series)[np.unique(made.series[series], return_index=True)[1]]
    same[series] = True
    same[begins] = False
    source = np.arange(made.nodes)
    source[made.roots :][same] = made.first_parent[made.roots :][same]
    return account[: made.nodes][ends(source)]
