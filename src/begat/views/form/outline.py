"""A tree as a page: totals, and a table of its rows that opens, closes, searches and regroups."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from begat.graph import RELATIONS
from begat.licences import effects
from begat.views.form.base import Form, Shown
from begat.views.page.base import Page, Twin
from begat.views.page.packed import COLUMNS, packed, trimmed
from begat.views.page.parts import DEEPEST, relation_class, segments
from begat.views.picture.months import HIGH, WIDE, months
from begat.views.said import counted, said
from begat.views.tree import GROUPINGS, Head, Layout, Row, Tree, opening
from begat.views.tree.family import family
from begat.views.tree.rows import GATHERING, MODELS, SUMS
from begat.views.words import clean, house_name, licence_name, mix, short, subject_name
from begat.vocab import LABELS

__all__ = ["FORM", "outline_page"]

MOST_ROWS, ROOMY, OTHER_ROWS = 1200, 600, 240
"""Rows of the grouping that a page opens with; with no more than `ROOMY` of them the other groupings have
as many models, else about so many rows that a tree of 150,000 stays below 300 KB in all five groupings."""

Words = Mapping[str, str]


class Line(NamedTuple):
    """A row of the table that is seen without scripts."""

    row: Row
    indent: int
    title: str
    remarks: tuple[str, ...]
    key: str
    segments: list[tuple[str, str, str]]
    own: str
    below: str
    licence: str


def outline_page(shown: Shown) -> Page:
    """Return the page of a tree; a file holds every grouping, a served page the one it is asked for."""
    words = said(shown.lang, "outline")
    trees = _trees(shown)
    tree = trees[shown.by]
    rows = [{name: getattr(row, name) for name in COLUMNS} for row in tree.rows]
    return Page(
        view="outline",
        title=words["title"].format(root=shown.name),
        values={
            "lead": _lead(tree, words),
            "figures": _figures(tree.head, words),
            "shares": _shares(tree.head.by_relation, shown.lang),
            "mix": words["mix"].format(count=f"{tree.head.derivatives:,}"),
            "months": _months(shown),
            "high": HIGH,
            "wide": WIDE,
            "groupings": GROUPINGS,
            "by": shown.by,
            "lines": _lines(tree, words, shown.lang),
            "notes": _notes(tree.head, words),
            "shown": words["js_shown" if tree.head.folded else "js_shown_all"].format(
                shown=f"{tree.head.shown:,}", folded=f"{tree.head.folded:,}"
            ),
        },
        twin=Twin(tree.head._asdict(), COLUMNS, rows),
        about=shown.about,
        lang=shown.lang,
        styles=("outline.css",),
        scripts=("outline_rows.js", "outline.js", "outline_picture.js"),
        data=_data(shown, trees),
        subject=shown.subject,
    )


def _trees(shown: Shown) -> dict[str, Tree]:
    """Return the tree of each grouping; the others have fewer models where the first has very many rows."""

    def tree(by: str, budget: int) -> Tree:
        return Layout.of(shown.graph, shown.facts, shown.root, group_by=by).tree(budget)

    first = shown.tree()
    many = len(first.rows) > ROOMY
    budget = max(shown.budget * OTHER_ROWS // len(first.rows), 1) if many else shown.budget
    names = [shown.by] if shown.served else GROUPINGS
    trees = {by: first if by == shown.by else tree(by, budget) for by in names}
    return {by: trimmed(tree, MOST_ROWS) for by, tree in trees.items()}


def _data(shown: Shown, trees: Mapping[str, Tree]) -> dict[str, Any]:
    """Return what the script gets: the rows of every grouping, and the words that stand in them."""
    head = trees[shown.by].head
    return {
        "head": head._asdict(),
        "columns": COLUMNS,
        "by": shown.by,
        **packed(trees),
        "open": {by: sorted(opening(tree.rows)) for by, tree in trees.items()},
        "heads": {by: [tree.head.budget, tree.head.shown, tree.head.folded] for by, tree in trees.items()},
        "relations": {name: [LABELS[name][shown.lang], relation_class(name)] for name in RELATIONS},
        "effects": _effects(trees),
        "institutions": _institution_names(shown, trees),
        "called": {
            row.id: subject_name(head, row.id) for row in trees[shown.by].rows if row.kind in GATHERING
        },
        "snapshot": shown.about.snapshot,
        "date": shown.about.date,
        "synthetic": shown.about.synthetic,
    }


def _effects(trees: Mapping[str, Tree]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what changing from one licence to another does, of every pair that occurs and is known."""
    pairs = {pair for tree in trees.values() for pair in _changes(tree.rows)}
    return [(above, own, found) for above, own in sorted(pairs) if (found := effects(above, own))]


def _changes(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield the licence of the model above and a model's own, where they are known to differ."""
    path: list[str | None] = []
    for row in rows:
        del path[row.depth :]
        above = path[-1] if path else None
        if row.licence_changed and above and row.licence:
            yield above, row.licence
        path.append(above if _gathers(row) else row.licence)


def _institution_names(shown: Shown, trees: Mapping[str, Tree]) -> dict[str, str]:
    """Return the names of the institutions that rows are grouped by."""
    if "institution" not in trees:
        return {}
    groups = {row.group for row in trees["institution"].rows} - {None, "release"}
    places = {name: shown.graph.institution_ids.find(name) for name in groups if name}
    return {
        name: shown.facts.institutions[place] for name, place in sorted(places.items()) if place is not None
    }


def _lead(tree: Tree, words: Words) -> str:
    """Say as of when the tree is, and what the largest part of it goes back to."""
    known = [words["lead_on"].format(date=tree.head.on)] if tree.head.on else []
    return " ".join([*known, _largest(tree, words)])


def _largest(tree: Tree, words: Words) -> str:
    """Say which model the largest part of the derivatives goes back to."""
    models = [row for row in tree.rows[1:] if not _gathers(row)]
    if not tree.head.derivatives:
        return words["lead_none"]
    largest = max(models, key=lambda row: row.here, default=tree.rows[0])
    if not largest.here or largest is tree.rows[0]:
        return ""
    share = dict(mix({"below": largest.here, "else": tree.head.derivatives - largest.here}))["below"]
    text = words["lead" if largest.kind == "release" else "lead_model"]
    return text.format(share=share, name=subject_name(tree.head, largest.id))


def _figures(head: Head, words: Words) -> list[tuple[str, str, str]]:
    """Return the headline numbers: each with its name and what it counts."""
    names = ("derivatives", "accounts", "institutions", "generations", "licence_changed")
    counts = {name: getattr(head, name) for name in names}
    return [
        (
            f"{count:,}",
            words[f"figure_{name}_one" if count == 1 and name != names[-1] else f"figure_{name}"],
            words[f"figure_{name}_text"],
        )
        for name, count in counts.items()
    ]


def _shares(by_relation: Mapping[str, int], lang: str) -> list[dict[str, Any]]:
    """Return the relations of all derivatives, in their order, with their place in one bar."""
    text, start, whole = dict(mix(dict(by_relation), most=len(by_relation))), 0.0, sum(by_relation.values())
    shares = []
    for name, count in by_relation.items():
        length = 1000 * count / whole
        shares.append(
            {
                "relation": name,
                "class": relation_class(name),
                "name": LABELS[name][lang],
                "count": f"{count:,}",
                "share": text[name],
                "x": f"{start:.1f}",
                "length": f"{length:.1f}",
            }
        )
        start += length
    return shares


def _months(shown: Shown) -> dict[str, Any] | None:
    """Return the columns of new derivatives."""
    members = family(shown.graph, shown.root)
    mine = members.counted
    found = months(
        shown.facts.shown(shown.created())[members.node[mine]], members.relation[mine].astype(np.int64)
    )
    if found is None:
        return None
    most = max(found.columns, key=lambda column: column[1])
    blocks = [(relation_class(block.relation), *block) for _, _, column in found.columns for block in column]
    return {**found._asdict(), "blocks": blocks, "most": most, "count": len(found.columns)}


def _lines(tree: Tree, words: Words, lang: str) -> list[Line]:
    """Return the rows that are seen at first."""
    opened, lines, path = opening(tree.rows), list[Line](), list[int]()
    for place, row in enumerate(tree.rows):
        first = place == 0 or tree.rows[place - 1].depth < row.depth
        del path[row.depth :]
        if opened.issuperset(path):
            line = _line(row, tree.head, words, _title(row, tree.head, words, first=first))
            grouped = bool(path) and tree.rows[path[-1]].relation and tree.rows[path[-1]].kind == "group"
            lines.append(line._replace(remarks=_remarks(row, words, lang, grouped=bool(grouped))))
        path.append(place)
    return lines


def _line(row: Row, head: Head, words: Words, title: str) -> Line:
    """Return a row in words, without its remarks."""
    known = row.downloads_below is not None
    return Line(
        row=row,
        indent=min(row.depth, DEEPEST),
        title=title,
        remarks=(),
        key=relation_class(row.relation),
        segments=segments(row.by_relation, max(head.derivatives, 1)),
        own=_number(row.downloads, words) if row.kind in MODELS else "",
        below="≥ " * (known and row.downloads_unknown > 0) + _number(row.downloads_below, words)
        if row.here
        else "",
        licence=licence_name(row.licence),
    )


def _gathers(row: Row) -> bool:
    """Return whether a row stands for siblings, and not for a node of the tree."""
    return row.kind in SUMS


def _number(value: int | None, words: Words) -> str:
    return words["js_unknown"] if value is None else short(value)


def _title(row: Row, head: Head, words: Words, *, first: bool) -> str:
    """Name a row, as the script does."""
    if not _gathers(row):
        return subject_name(head, row.id)
    if row.kind == "folded":
        kind = "releases" if row.group == "release" else "models" if first else "more"
        return counted(words, f"js_{'more_' * (not first and kind == 'releases')}{kind}", row.members)
    if row.relation:
        return counted(words, f"js_kin_{row.relation.replace('-', '_')}", row.members)
    named = {"account": house_name, "licence": licence_name}.get(head.group_by, clean)
    name = words[f"js_no_{head.group_by}"] if row.group is None else named(row.group)
    return words["js_group"].format(name=name, models=counted(words, "js_models", row.members))


def _remarks(row: Row, words: Words, lang: str, *, grouped: bool) -> tuple[str, ...]:
    """Return what stands beside the name of a model, as the script writes it; of the root, nothing."""
    if row.kind in GATHERING:
        return (counted(words, "js_releases", row.releases),) if row.releases else ()
    if row.kind not in MODELS or not row.depth:
        return ()
    relation = LABELS[row.relation][lang] if row.relation and not grouped else ""
    more = len(row.parents) - 1
    remarks = (
        words["js_release"] if row.kind == "release" else relation,
        counted(words, "js_parents", more) if more > 0 else "",
        "" if row.listed else words["js_unlisted"],
    )
    return tuple(filter(None, remarks))


def _notes(head: Head, words: Words) -> list[str]:
    """Say what the figures are, and what is missing."""
    source = words["note_downloads"].format(date=head.downloads_on, source=clean(head.downloads_source or ""))
    counts = {"merged": head.merged, "named": head.named_only, "unresolved": head.unresolved}
    return [
        words["note_count"],
        *[counted(words, f"note_{name}", count) for name, count in counts.items() if count],
        source if head.downloads_on else words["note_no_downloads"],
        *[words["note_licence"]] * bool(head.licence_changed),
    ]


FORM = Form("outline", "a table that opens and closes, with search and grouping", ".html", outline_page)
