"""The icicle as a page: an overview of a family that a reader can zoom into."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from begat.views.form.base import Form, Shown
from begat.views.page.base import Page, Twin
from begat.views.page.parts import relation_class
from begat.views.picture.icicle import Branches, Caption, Thing, drawing, layout
from begat.views.said import counted, said
from begat.views.tree import Row, Tree
from begat.views.tree.known import Known
from begat.views.tree.rows import GATHERING, MODELS, SUMS
from begat.views.words import (
    clean,
    house_name,
    licence_name,
    plural,
    short,
    subject_name,
    without_owner,
)
from begat.vocab import LABELS

__all__ = ["FORM", "icicle_page"]

BUDGET = 150
"""Models with blocks of their own: a screen shows some 40, the others are what a reader zooms into."""


@dataclass(frozen=True)
class _Speaker:
    """Says what the blocks of a tree are, in a language."""

    tree: Tree
    branches: Branches
    known: Known
    lang: str

    @property
    def words(self) -> Mapping[str, str]:
        return said(self.lang, "icicle")

    def relation(self, relation: str) -> str:
        """Name a relation."""
        return LABELS[relation][self.lang]

    def model(self, model: str) -> str:
        """Name a model, without the account if that is the root's."""
        return without_owner(self.tree.head.root, model)

    def group(self, row: Row) -> str:
        """Name a group: how many models of which relation, account, institution ..."""
        if row.relation:
            if self.lang == "en":
                return plural(row.relation, row.members)
            return self.words["kind"].format(count=f"{row.members:,}", name=self.relation(row.relation))
        name = self.words["unknown"] if row.group is None else row.group
        by = {"account": house_name, "licence": licence_name}.get(self.tree.head.group_by, clean)
        return self.words["group"].format(count=f"{row.members:,}", name=by(name))

    def name(self, rows: tuple[int, ...]) -> str:
        """Name a block."""
        row = self.tree.rows[rows[0]]
        if len(rows) > 1 or row.kind == "folded":
            return counted(self.words, "branch", sum(self.models(place) for place in rows))
        if row.kind in GATHERING:
            return subject_name(self.tree.head, row.id)
        return self.group(row) if row.kind == "group" else self.model(row.id)

    def models(self, place: int) -> int:
        """Count the models directly behind a row's parent that it stands for."""
        row = self.tree.rows[place]
        return row.members if row.kind in SUMS else 1

    def number(self, rows: tuple[int, ...]) -> str:
        """Write how many derivatives a block shows; nothing where its name says it."""
        row = self.tree.rows[rows[0]]
        if len(rows) > 1 or row.kind == "folded":
            value = self.branches.value(rows)
            return "" if value == sum(map(self.models, rows)) else f"{value:,}"
        if row.kind == "group":
            same = row.here == row.members
            return "" if same else self.words["in_all"].format(count=f"{row.here:,}")
        return f"{row.here:,}" if row.here else ""

    def more(self, rows: tuple[int, ...]) -> str:
        """Say what a block holds that isn't drawn: accounts and examples, or what a model is."""
        row = self.tree.rows[rows[0]]
        folded = len(rows) > 1 or row.kind == "folded"
        parts = [] if folded else list(self.own(row))
        if not folded and row.here:
            parts = [counted(self.words, "account", row.accounts)]
        names = self.known.best(self.tree.rows[place] for place in rows)
        if names and (folded or row.here):
            parts.append(self.words["such_as"].format(names=", ".join(map(self.model, names))))
        return " · ".join(parts)

    def own(self, row: Row) -> Iterator[str]:
        """Yield what is known of a model itself."""
        if row.kind not in MODELS:
            return
        if row.relation:
            yield self.relation(row.relation)
        if row.licence:
            yield licence_name(row.licence)
        if row.downloads is not None:
            yield self.words["downloads"].format(count=short(row.downloads))

    def full(self, rows: tuple[int, ...], mix: Mapping[str, int]) -> str:
        """Say all of a block in words."""
        row, value = self.tree.rows[rows[0]], self.branches.value(rows)
        folded = len(rows) > 1 or row.kind == "folded"
        of_model = row.kind in MODELS and not folded
        parts = [clean(row.id) if of_model else self.name(rows)]
        parts += [self.words["release"]] if row.kind == "release" and row.depth and not folded else []
        parts += list(self.own(row)) if of_model else []
        parts.append(counted(self.words, "derivative", row.here if of_model else value))
        if of_model and row.elsewhere:
            parts.append(self.words["elsewhere"].format(count=f"{row.elsewhere:,}"))
        if not folded and row.here:
            parts.append(counted(self.words, "account", row.accounts))
        shares = [f"{count:,} {self.relation(relation)}" for relation, count in mix.items()]
        parts += [", ".join(shares)] if len(shares) > 1 else []
        return " · ".join(parts)

    def thing(self, rows: tuple[int, ...]) -> Thing:
        """Return what a block shows."""
        mix = self.branches.mix(rows)
        look = self.look(rows)
        plain = look.startswith("r-") and {relation_class(relation) for relation in mix} <= {look}
        parts = [] if plain else [(relation_class(relation), count) for relation, count in mix.items()]
        return Thing(self.name(rows), self.number(rows), self.more(rows), self.full(rows, mix), look, parts)

    def look(self, rows: tuple[int, ...]) -> str:
        """Return the style class of a block."""
        row = self.tree.rows[rows[0]]
        if len(rows) > 1 or row.kind == "folded":
            return "rest"
        if row.kind == "release" or not row.depth:
            return f"release d{min(row.depth, 3)}"
        return relation_class(row.relation) or "group"


def key_of(row: Row) -> str:
    """Return how a block is called in the address of the page."""
    return f"{row.id}|{row.relation or row.group or ''}" if row.kind == "group" else row.id


def icicle_page(shown: Shown) -> Page:
    """Return the icicle of a model's family."""
    tree = shown.tree()
    branches = Branches(tree.rows)
    speaker = _Speaker(tree, branches, Known(shown.graph, shown.facts, shown.root, tree.rows), shown.lang)
    blocks = layout(branches)
    zooms = {0: blocks} | {place: layout(branches, place) for place in _opening(branches) if place}
    distinct = dict.fromkeys(block.rows for found in zooms.values() for block in found)
    places = {rows: place for place, rows in enumerate(distinct)}
    things = {rows: speaker.thing(rows) for rows in places}
    words, head = speaker.words, tree.head
    title = words["title"].format(name=shown.name)
    ways = _ways(tree.rows)
    legend = _legend(head.by_relation, speaker)
    note = words["as_of"].format(date=shown.about.date)
    note = f"{words['synthetic']} · {note}" if shown.about.synthetic else note
    caption = Caption(title, note, words["js_heights"], words["js_bars"], legend)
    draw = partial(drawing, blocks, things, caption)
    twin = Twin(head._asdict(), Row._fields, [row._asdict() for row in tree.rows])
    return Page(
        view="icicle",
        title=title,
        values={
            "lead": lead(tree, speaker),
            "picture": draw(),
            "legend": legend,
            "licence_name": licence_name,
            "lines": [(row, speaker.name((place,))) for place, row in enumerate(tree.rows)],
        },
        twin=twin,
        about=shown.about,
        lang=shown.lang,
        styles=("icicle.css",),
        scripts=("icicle.js",),
        data={
            "head": twin.head,
            "columns": list(twin.columns),
            "rows": [list(row) for row in tree.rows],
            "things": [[*thing, rows[0] if len(rows) == 1 else None] for rows, thing in things.items()],
            "zooms": [
                {
                    "key": key_of(tree.rows[place]),
                    "row": place,
                    "up": ways[place],
                    "blocks": [
                        [places[rows], column, round(top, 1), round(height, 1)]
                        for rows, column, top, height in found
                    ],
                }
                for place, found in zooms.items()
            ],
        },
        subject=shown.subject,
        picture=partial(draw, alone=True),
    )


def _opening(branches: Branches) -> list[int]:
    """Return the rows that a reader can zoom into: models and groups with derivatives in rows below."""
    return [
        place
        for place, children in enumerate(branches.children)
        if any(branches.values[child] for child in children)
    ]


def _ways(rows: Sequence[Row]) -> list[int]:
    """Return the position of the row above each row; the root's is -1."""
    path: list[int] = []
    ways = []
    for place, row in enumerate(rows):
        del path[row.depth :]
        ways.append(path[-1] if path else -1)
        path.append(place)
    return ways


def _legend(by_relation: Mapping[str, int], speaker: _Speaker) -> dict[str, str]:
    """Return the style classes of relations with what they stand for; those without their own share one."""
    legend: dict[str, list[str]] = {}
    for relation in by_relation:
        legend.setdefault(relation_class(relation), []).append(speaker.relation(relation))
    return {look: ", ".join(names) for look, names in legend.items()}


def lead(tree: Tree, speaker: _Speaker) -> str:
    """Say what the picture shows: through which branch most of the derivatives come."""
    head, rows, words = tree.head, tree.rows, speaker.words
    children = speaker.branches.children[0]
    if not head.derivatives or not children:
        return words["nothing"]
    largest = max(children, key=lambda place: (speaker.branches.values[place], -place))
    values = {
        "name": speaker.name((largest,)),
        "share": f"{100 * speaker.branches.values[largest] / head.derivatives:.0f}%",
        "count": f"{head.derivatives:,}",
    }
    kind = "release" if rows[largest].kind in MODELS else "direct"
    return ("" if speaker.lang == "zh" else " ").join(
        [
            words[f"lead_{kind}"].format(**values),
            words["made_by"].format(
                accounts=counted(words, "account", head.accounts),
                generations=counted(words, "generation", head.generations),
            ),
        ]
    )


FORM = Form(
    "icicle", "an overview: heights in proportion to derivatives", ".html", icicle_page, budget=BUDGET
)
