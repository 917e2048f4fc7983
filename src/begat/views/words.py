"""How views write: names without control characters, numbers, relations, colours, titles of rows."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from begat.ids import HUB
from begat.printable import printable
from begat.views.tree import Head, Row, Tree
from begat.views.tree.rows import GATHERING
from begat.vocab import LABELS

__all__ = [
    "COLOURS",
    "DARK_COLOURS",
    "Title",
    "clean",
    "colour",
    "gathering_name",
    "house_name",
    "licence_name",
    "mix",
    "option_words",
    "part_shown",
    "plural",
    "relation_name",
    "short",
    "subject_name",
    "titles",
    "typed",
    "without_owner",
]

COLOURS = {
    "finetune": "#0072b2",
    "adapter": "#007a58",
    "quantized": "#e69f00",
    "merge": "#cc79a7",
    "distilled": "#b34700",
}
"""Colours of relations on a light ground, apart from each other for the colour-blind; the rest is grey."""

DARK_COLOURS = {
    "finetune": "#4aa3df",
    "adapter": "#2fbf8f",
    "quantized": "#f0b429",
    "merge": "#d98cb8",
    "distilled": "#e8743b",
}
"""The same on a dark ground."""

GREY = "#767676"

PLURALS = {
    "continued-pretraining": "models of continued pretraining",
    "copy": "copies",
    "pruned": "pruned models",
    "undetermined": "of undetermined kind",
}


class Title(NamedTuple):
    """What a row is called: its name, and remarks beside it."""

    name: str
    remarks: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Replace every character that a terminal or page could obey instead of showing it.

    Examples
    --------
    >>> clean("a" + chr(27) + "[31m")
    'a�[31m'
    """
    return printable(text, instead="\ufffd", keep="")


def short(number: int | float) -> str:
    """Write a number in at most five characters.

    Examples
    --------
    >>> [short(number) for number in (0, 796, 1_234, 120_400, 999_600, 36_900_000)]
    ['0', '796', '1.2k', '120k', '1.0M', '36.9M']
    """
    for limit, unit in ((1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T")):
        scaled = number / limit
        if scaled < 999.5:
            return f"{scaled:.1f}{unit}" if unit and scaled < 99.95 else f"{scaled:.0f}{unit}"
    return f"{number:.0e}"


def option_words(options: Mapping[str, Any]) -> list[str]:
    """Return options as they are typed on the command line; those that are null or off are left out.

    Examples
    --------
    >>> option_words({"cap": "none", "without_burst": True, "country": None})
    ['--cap', 'none', '--without-burst']
    """
    words = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is not None and value is not False:
            words += [option] if value is True else [option, str(value)]
    return words


def relation_name(relation: str) -> str:
    """Return a relation in words."""
    return LABELS[relation]["en"]


def plural(relation: str, count: int) -> str:
    """Return a number of models of one relation in words.

    Examples
    --------
    >>> plural("finetune", 62), plural("finetune", 1), plural("copy", 2)
    ('62 fine-tunes', '1 fine-tune', '2 copies')
    """
    name = relation_name(relation)
    if count != 1 or relation == "undetermined":
        name = PLURALS.get(relation, f"{name}s")
    return f"{count:,} {name}"


def colour(relation: str | None, *, dark: bool = False) -> str:
    """Return the colour of a relation; those without one of their own share a grey."""
    return (DARK_COLOURS if dark else COLOURS).get(relation or "", GREY)


def house_name(house: str) -> str:
    """Return an institution or account as people call it: accounts of the Hub lose the platform."""
    return clean(house.removeprefix(f"{HUB}:"))


def subject_name(head: Head, subject: str) -> str:
    """Return what a model, house or family is called: an institution by its name, others without prefixes."""
    return gathering_name(subject, head.house if subject == head.root else None)


def gathering_name(subject: str, institution: str | None) -> str:
    """Return the same of a subject whose institution, if it is one, is called so.

    Examples
    --------
    >>> [
    ...     gathering_name(subject, "Alibaba")
    ...     for subject in ("account:huggingface:Qwen", "institution:alibaba")
    ... ]
    ['Qwen', 'Alibaba']
    """
    kind, _, name = subject.partition(":")
    if kind == "institution" and institution:
        return clean(institution)
    return house_name(name) if kind in ("account", "family") else clean(subject)


def without_owner(root: str, model: str) -> str:
    """Return a model's id without its account, if that is the account of the root or the root itself.

    Examples
    --------
    >>> [without_owner(root, "a/c") for root in ("a/b", "account:huggingface:a", "d/e")]
    ['c', 'c', 'a/c']
    """
    owner = root.removeprefix(f"account:{HUB}:").partition("/")[0] + "/"
    return clean(model.removeprefix(owner) or model)


def typed(subject: str) -> str:
    """Return the id of a tree's root as it is typed; accounts of the Hub are shorter.

    Examples
    --------
    >>> typed("account:huggingface:Qwen"), typed("google/gemma-7b")
    ('hub:Qwen', 'google/gemma-7b')
    """
    account = f"account:{HUB}:"
    return f"hub:{subject.removeprefix(account)}" if subject.startswith(account) else subject


def part_shown(tree: Tree) -> str:
    """Say how many models of a tree are shown, its root not among them."""
    head, gathers = tree.head, tree.rows[0].kind in GATHERING
    of = "models, its own and those made from them" if gathers else "models made from it"
    return f"{head.shown - (not gathers):,} of {head.models:,} {of}"


def licence_name(licence: str | None) -> str:
    """Return a licence as people call it: ids outside the SPDX list lose their prefix."""
    return clean((licence or "").replace("LicenseRef-", ""))


def mix(by_relation: dict[str, int], most: int = 2) -> list[tuple[str, str]]:
    """Return the largest shares of relations, each as relation and percent in words.

    Examples
    --------
    >>> mix({"finetune": 599, "adapter": 400, "merge": 1}, most=3)
    [('finetune', '60%'), ('adapter', '40%'), ('merge', '<1%')]
    """
    whole = sum(by_relation.values())
    largest = sorted(by_relation.items(), key=lambda item: -item[1])[:most]
    return [
        (name, f"{100 * count / whole:.0f}%" if 200 * count >= whole else "<1%") for name, count in largest
    ]


def titles(head: Head, rows: Sequence[Row]) -> list[Title]:
    """Return the title of each row."""
    found: list[Title] = []
    above: list[Row] = []
    for row in rows:
        first = not above or above[-1].depth < row.depth
        del above[row.depth :]
        if row.kind == "group":
            title = Title(_group(head, row))
        elif row.kind == "folded":
            title = Title(_fold(row, first=first))
        elif row.kind in GATHERING:
            title = Title(
                subject_name(head, row.id), (f"{row.releases:,} release{'s' * (row.releases != 1)}",)
            )
        else:
            title = Title(clean(row.id), _remarks(row, above[-1] if above else None))
        above.append(row)
        found.append(title)
    return found


def _group(head: Head, row: Row) -> str:
    if row.relation:
        return plural(row.relation, row.members)
    name = f"no known {head.group_by}" if row.group is None else row.group
    if head.group_by == "account":
        name = house_name(name)
    if head.group_by == "licence":
        name = licence_name(name)
    return f"{clean(name)}: {row.members:,} model{'s' * (row.members != 1)}"


def _fold(row: Row, *, first: bool) -> str:
    word = "model"
    if row.group == "release":
        word = "release"
    more = "" if first else "more "
    return f"{'' if first else 'and '}{row.members:,} {more}{word}{'s' * (row.members != 1)}"


def _remarks(row: Row, above: Row | None) -> tuple[str, ...]:
    remarks = []
    if above is not None:
        if row.kind == "release":
            remarks += ["release"] * (above.kind not in GATHERING)
        elif row.relation and above.kind != "group":
            remarks.append(relation_name(row.relation))
        if (more := len(row.parents) - 1) > 0:
            remarks.append(f"+{more} parent{'s' * (more != 1)}")
    return (*remarks, "named only") if not row.listed else tuple(remarks)
