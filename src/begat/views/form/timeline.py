"""A family in time as a page: derivatives by month, releases of the house, who began when."""

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from begat.views.form.base import Form, Shown
from begat.views.page.base import Page, Twin
from begat.views.page.parts import relation_class
from begat.views.picture.timeline import NARROW, Caption, Columns, Layer, Line, Mark, columns, entries
from begat.views.said import counted, said
from begat.views.tree import GROUPINGS
from begat.views.tree.family import family
from begat.views.tree.moments import REST, Entry, Moments, Share
from begat.views.words import clean, house_name, licence_name, without_owner
from begat.vocab import LABELS

__all__ = ["FORM", "timeline_page"]

MAKERS = ("institution", "account", "country")
"""What enters a family; the first of which a family has several is seen first."""

LINES, MOST_ROWS = 16, 200
"""Makers that are drawn, and that the table has, of each kind."""

NAMED = 5
"""Releases of one step that are named."""

CROWDED = 5
"""How many times the usual month the snapshot must date, so that a peak may be one of its sources."""

EPOCH = date(1970, 1, 1)

TWIN = ("part", "by", "name", "month", "derivatives", "first", "last", "active")


@dataclass(frozen=True)
class _Told:
    """A family's moments in the words of a language."""

    moments: Moments
    lang: str

    @cached_property
    def words(self) -> Mapping[str, str]:
        return said(self.lang, "timeline")

    def name(self, by: str, code: int) -> str:
        """Name a group."""
        if code < 0:
            return self.words["rest" if code == REST else "unknown"]
        name = self.moments.codes(by)[1][code]
        if by == "relation":
            return LABELS[name][self.lang]
        return {"account": house_name, "licence": licence_name}.get(by, clean)(name)

    def layers(self, by: str) -> list[Layer]:
        """Return the layers of the columns."""
        shares = self.moments.shares(by, most=len(LABELS) if by == "relation" else 8)
        return [
            Layer(self.name(by, share.code), self.look(by, place, share), share.counts)
            for place, share in enumerate(shares)
        ]

    def look(self, by: str, place: int, share: Share) -> str:
        """Return the style class of a layer."""
        if share.code < 0:
            return "r-other" if share.code == REST else "r-unknown"
        return relation_class(self.moments.codes(by)[1][share.code]) if by == "relation" else f"s{place + 1}"

    def step(self, step: int, layers: Sequence[Layer], running: int) -> str:
        """Say one step in words."""
        axis = self.moments.axis
        parts = [f"{layer.name} {layer.counts[step]:,}" for layer in layers if layer.counts[step]]
        total = sum(layer.counts[step] for layer in layers)
        text = self.words["step"].format(
            month=self.month(step), count=counted(self.words, "derivative", total), running=f"{running:,}"
        )
        if step == axis.steps - 1 and axis.partial:
            text += f" {self.words['until'].format(date=day(axis.end))}"
        if not self.moments.all_models[step]:
            text += f" {self.words['no_data']}"
        return f"{text} {', '.join(parts)}".strip()

    def month(self, step: int) -> str:
        """Return a step as people write it."""
        axis = self.moments.axis
        first = axis.name(step)
        if axis.months == 1:
            return first
        last = axis._replace(start=axis.start + axis.months - 1).name(step)
        return f"{first} – {last}"

    def marks(self) -> list[Mark]:
        """Return the house's own releases, one mark for those of a step."""
        graph, axis = self.moments.graph, self.moments.axis
        root = graph.ids[self.moments.family.node[0]]
        marks = []
        for _, group in itertools.groupby(self.moments.releases(), lambda found: int(axis.place(found[0]))):
            found = [(when, clean(graph.ids[node])) for when, node in group]
            more = f" +{len(found) - 1}" if len(found) > 1 else ""
            said = [self.words["released"].format(name=full, date=day(when)) for when, full in found[:NAMED]]
            said += [self.words["and_more"].format(count=f"{len(found) - NAMED:,}")] if found[NAMED:] else []
            marks.append(
                Mark(axis.place(found[0][0]), without_owner(root, found[0][1]), more, "\n".join(said))
            )
        return marks

    def line(self, by: str, entry: Entry) -> Line:
        """Return one maker as it is drawn."""
        active = self.moments.active(entry)
        full = self.words["maker"].format(
            name=self.name(by, entry.code),
            count=counted(self.words, "derivative", entry.models),
            first=day(entry.first),
            last=day(entry.last),
            active=self.words["is_active" if active else "is_quiet"],
        )
        place = self.moments.axis.place
        return Line(
            place(entry.first),
            place(entry.last),
            active,
            self.name(by, entry.code),
            f"{entry.models:,}",
            full,
        )


def day(number: int) -> str:
    """Write a day given in days since 1970-01-01."""
    return (EPOCH + timedelta(days=number)).isoformat()


def timeline_page(shown: Shown) -> Page:
    """Return the family of a model in time."""
    moments = _moments(shown)
    told = _Told(moments, shown.lang)
    words = told.words
    name = shown.name
    title = words["title"].format(name=name)
    note = words["as_of"].format(date=shown.about.date)
    note = f"{words['synthetic']} · {note}" if shown.about.synthetic else note
    charts = {by: _chart(told, by, title=title, note=note) for by in GROUPINGS}
    makers = {by: _makers(told, by) for by in MAKERS}
    chosen = shown.by if shown.by in charts else "relation"
    first = next((by for by in MAKERS if len(moments.entries(by)) > 1), "account")
    return Page(
        view="timeline",
        title=title,
        values={
            "drawn": len(moments.nodes) > 0,
            "lead": lead(told),
            "caution": caution(told),
            "undated": counted(words, "undated", moments.undated) if moments.undated else "",
            "charts": charts,
            "chart": chosen,
            "makers": makers,
            "maker": first,
            "table": _table(told),
        },
        twin=_twin(told, name),
        about=shown.about,
        lang=shown.lang,
        styles=("timeline.css",),
        scripts=("timeline.js",),
        tools=("svg", "png", "csv", "json") if len(moments.nodes) else ("csv", "json"),
        subject=shown.subject,
        picture=partial(charts[chosen]["own"], alone=True),
    )


def _moments(shown: Shown) -> Moments:
    every = shown.created()
    return Moments(shown.graph, shown.facts, family(shown.graph, shown.root), shown.facts.shown(every), every)


def _chart(told: _Told, by: str, *, title: str, note: str) -> dict[str, Any]:
    """Return the columns by one grouping, for both widths and for a file of their own."""
    layers, moments = told.layers(by), told.moments
    totals = [sum(layer.counts[step] for layer in layers) for step in range(moments.axis.steps)]
    said = [told.step(step, layers, so_far) for step, so_far in enumerate(itertools.accumulate(totals))]
    drawn = Columns(layers, told.marks(), [not count for count in moments.all_models], said)
    per = told.words["per_step" if moments.axis.months == 1 else "per_steps"]
    caption = Caption(per.format(months=moments.axis.months), told.words["sums"], title=title, note=note)
    draw = partial(columns, moments.axis, drawn, caption)
    return {"name": told.words[f"by_{by}"], "wide": draw(), "narrow": draw(sheet=NARROW), "own": draw}


def _makers(told: _Told, by: str) -> dict[str, Any]:
    """Draw who began when, for both widths, and say what it shows."""
    moments, words = told.moments, told.words
    found = moments.entries(by)
    largest = sorted(found, key=lambda entry: (-entry.models, entry.first, entry.code))[:LINES]
    lines = [told.line(by, entry) for entry in sorted(largest, key=lambda entry: (entry.first, entry.code))]
    new = [0] * moments.axis.steps
    for entry in found:
        new[int(moments.axis.place(entry.first))] += 1
    active = sum(moments.active(entry) for entry in found)
    unknown = len(moments.nodes) - sum(entry.models for entry in found)
    values = {
        "all": counted(words, f"count_{by}", len(found)),
        "active": f"{active:,}",
        "shown": f"{len(lines):,}",
        "unknown": counted(words, "derivative", unknown),
    }
    note = words["makers_note" if found else "makers_none"].format(**values)
    if unknown:
        note += ("" if told.lang == "zh" else " ") + words["makers_unknown"].format(**values)
    draw = partial(entries, moments.axis, lines, new, Caption(words["new"], lines=words["entry"]))
    return {"name": words[f"who_{by}"], "note": note, "wide": draw(), "narrow": draw(sheet=NARROW)}


def lead(told: _Told) -> str:
    """Say in how short a time half of the derivatives came."""
    moments, words = told.moments, told.words
    if not len(moments.nodes):
        return words["nothing"]
    low, high = moments.half()
    axis = moments.axis
    months = (high - low + 1) * axis.months
    return words["lead" if high > low else "lead_one"].format(
        count=counted(words, "derivative", len(moments.nodes)),
        months=counted(words, "month", months),
        first=axis.name(low),
        last=axis._replace(start=axis.start + axis.months - 1).name(high),
        month=told.month(low),
    )


def caution(told: _Told) -> str:
    """Say where the largest step may be one of the snapshot rather than of the family."""
    moments = told.moments
    layers = moments.shares("relation")
    totals = [sum(step) for step in zip(*(share.counts for share in layers), strict=True)]
    known = [count for count in moments.all_models if count]
    if not totals or not known:
        return ""
    peak = max(range(len(totals)), key=lambda step: totals[step])
    usual = statistics.median(known)
    if moments.all_models[peak] <= CROWDED * usual:
        return ""
    return told.words["caution"].format(
        month=told.month(peak),
        count=f"{moments.all_models[peak]:,}",
        times=f"{moments.all_models[peak] / usual:.0f}",
    )


def _table(told: _Told) -> dict[str, Any]:
    """Return the columns as a table: relations across, steps down."""
    layers, running, rows = told.layers("relation"), 0, []
    for step in range(told.moments.axis.steps):
        counts = [layer.counts[step] for layer in layers]
        running += sum(counts)
        rows.append((told.month(step), [*counts, sum(counts), running]))
    return {"names": [layer.name for layer in layers], "rows": rows}


def _twin(told: _Told, name: str) -> Twin:
    """Return all columns and makers as rows."""
    moments = told.moments
    rows: list[dict[str, Any]] = [
        {
            "part": "column",
            "by": by,
            "name": layer.name,
            "month": moments.axis.name(step),
            "derivatives": count,
        }
        for by in GROUPINGS
        for layer in told.layers(by)
        for step, count in enumerate(layer.counts)
        if count
    ]
    for by in MAKERS:
        found = sorted(moments.entries(by), key=lambda entry: (-entry.models, entry.first, entry.code))
        rows += [
            {
                "part": "maker",
                "by": by,
                "name": told.name(by, entry.code),
                "derivatives": entry.models,
                "first": day(entry.first),
                "last": day(entry.last),
                "active": moments.active(entry),
            }
            for entry in found[:MOST_ROWS]
        ]
    head = {
        "root": name,
        "dated": len(moments.nodes),
        "undated": moments.undated,
        "months": moments.axis.months,
        "until": day(moments.axis.end),
    }
    return Twin(head, TWIN, rows)


FORM = Form("timeline", "derivatives by month, and who began when", ".html", timeline_page)
