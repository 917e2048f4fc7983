"""The page of one model: what it comes from, the model, what it leads to, and who says each of it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from begat.licences import commercial_use, effects, licences
from begat.views.demand import SIGNS, demand_of, legend
from begat.views.form._steps import COLUMNS, Steps, licence, steps
from begat.views.form.base import Form, Shown
from begat.views.page.base import Page, Twin
from begat.views.page.model_facts import model_facts
from begat.views.page.parts import relation_class
from begat.views.page.section import within
from begat.views.picture.hourglass import Box, Hourglass, Line, Mark, hourglass
from begat.views.place import Place
from begat.views.said import counted, said
from begat.views.tree.branches import RELEASES
from begat.views.tree.facts import UNKNOWN
from begat.views.words import clean, house_name, licence_name, short, without_owner
from begat.vocab import LABELS

__all__ = ["FORM", "hourglass_page"]

Row = Mapping[str, Any]
Words = Mapping[str, str]
Thing = TypeVar("Thing")

MOST_BOXES, MOST_NAMES = 3, 6
"""Parents with a box of their own; names in a box of several."""

GENERATIONS = 6
"""Generations of derivatives that are told apart in the drawing."""

CLAIMS = ("commercial-claimed", "terms-dropped")
"""Effects that take what was not given."""


def hourglass_page(shown: Shown) -> Page:
    """Return the page of a model.

    Notes
    -----
    As `begat.views.form._steps.steps`, and one look-up of the model's facts.
    """
    words = {**said(shown.lang, "licence"), **said(shown.lang, "hourglass")}
    model = shown.graph.ids[shown.root]
    facts = shown.said_of(model)
    found = steps(shown, facts)
    head = _head(shown, found)
    title = words["title"].format(model=clean(model))
    finding = [*_origin(found, words), *_finding(head, words)]
    drawn = Hourglass(
        heads=(words["comes_from"], words["this_model"], words["leads_to"]),
        before=tuple(_before(found, words)),
        model=_model(head, facts, words),
        after=tuple(_after(shown, found, words)),
        title=title,
        description=words["space"].join(finding),
    )
    return Page(
        view="hourglass",
        title=title,
        values={
            "drawn": drawn,
            "drawing": partial(_drawing, drawn),
            "finding": finding,
            "demands": legend(shown.lang),
            "terms": _terms_line(shown, words),
            "model": model,
            "steps": list(_table(found, words)),
            "facts": model_facts(facts, words),
        },
        twin=Twin(head, COLUMNS, found.rows),
        about=shown.about,
        lang=shown.lang,
        styles=("demand.css", "hourglass.css"),
        subject=("model", model),
    )


def _drawing(drawn: Hourglass, place: Place) -> Any:
    from markupsafe import Markup

    return Markup(hourglass(drawn, place))


def _head(shown: Shown, found: Steps) -> dict[str, Any]:
    """Return the figures of the whole."""
    own, facts = licence(shown, shown.root), shown.facts
    counts = found.branches.licences
    known = {code: effects(own, facts.licences[code]) for code in counts if code != UNKNOWN}
    added = {code: counts[code] for code, seen in known.items() if set(seen) - set(CLAIMS)}
    taken = {code: counts[code] for code, seen in known.items() if set(seen) & set(CLAIMS)}
    most = max(added, key=lambda code: (added[code], -code), default=None)
    downloads = int(facts.downloads_30d[shown.root])
    country = int(facts.country[shown.root])
    return {
        "model": shown.graph.ids[shown.root],
        "house": _house(shown),
        "country": None if country == UNKNOWN else facts.countries[country],
        "licence": own,
        "commercial_use": commercial_use(own) if own else None,
        "downloads_30d": None if downloads == UNKNOWN else downloads,
        "downloads_on": facts.downloads_on,
        "downloads_source": facts.downloads_source,
        "parents": len(found.parents) + found.more_parents,
        "ancestors": len(found.parents) + found.more_parents + len(found.further) + found.more_further,
        "derivatives": found.branches.derivatives,
        "accounts": found.branches.accounts,
        "by_generation": found.branches.generations,
        "terms_added": sum(added.values()) if own else None,
        "terms_added_most": None if most is None else facts.licences[most],
        "terms_dropped": sum(taken.values()) if own else None,
        "licence_unknown": counts.get(UNKNOWN, 0),
    }


def _house(shown: Shown) -> str | None:
    institution, account = (
        int(column[shown.root]) for column in (shown.graph.institution, shown.graph.account)
    )
    if institution != UNKNOWN:
        return shown.facts.institutions[institution]
    return shown.graph.account_ids[account] if account != UNKNOWN else None


def _terms_line(shown: Shown, words: Words) -> str:
    """Say which clauses bind with all that went into it; nothing where that isn't at hand."""
    if shown.inherited is None:
        return ""
    states = shown.inherited().states
    names = {
        kind: [within(words[_key("clause_", each.clause)]) for each in states if each.state == kind]
        for kind in ("binds", "contested", "unknown")
    }
    told = [counted(words, "bound", len(names["binds"])) if names["binds"] else words["bound_none"]]
    told[0] = told[0].format(names=words["comma"].join(names["binds"]))
    if names["contested"]:
        told.append(words["bound_contested"].format(names=words["comma"].join(names["contested"])))
    if names["unknown"]:
        told.append(counted(words, "open", len(names["unknown"])))
    return words["space"].join(told)


def _origin(found: Steps, words: Words) -> list[str]:
    """Say what it was made from, and where its own licence takes what was not given."""
    count = len(found.parents) + found.more_parents
    if not count:
        return []
    if count > 1:
        told = [words["found_parents"].format(count=f"{count:,}")]
    else:
        (row,) = found.parents
        told = [words["found_parent"].format(parent=clean(row["id"]), relation=_label(row, words))]
    taken = next((row for row in [*found.parents, *found.further] if set(row["effects"]) & set(CLAIMS)), None)
    if taken:
        text = words[_key("found_own_", taken["effects"][0])]
        told.append(text.format(parent=clean(taken["id"]), licence=licence_name(taken["licence"])))
    return told


def _finding(head: Row, words: Words) -> list[str]:
    """Say what is to be seen, in sentences."""
    if not head["derivatives"]:
        return [words["no_derivatives"]]
    accounts = counted(words, "account", head["accounts"])
    told = [words["found"].format(derivatives=counted(words, "derivative", head["derivatives"]), by=accounts)]
    if head["licence"] is None:
        return [*told, words["found_no_licence"]]
    if count := head["terms_dropped"]:
        told.append(counted(words, "found_dropped", count))
    if count := head["terms_added"]:
        most = _with_effect(head, words)
        told.append(counted(words, "found_added", count).replace("{most}", most))
    if count := head["licence_unknown"]:
        told.append(counted(words, "found_unknown", count))
    return told


def _with_effect(head: Row, words: Words) -> str:
    """Return the licence that most often adds terms, and the gravest of them."""
    most = head["terms_added_most"]
    added = next(name for name in effects(head["licence"], most) if name not in CLAIMS)
    return licence_name(most) + words["colon"] + words[_key("effect_", added)]


def _key(stem: str, name: str) -> str:
    return stem + name.replace("-", "_")


def _before(found: Steps, words: Words) -> Iterator[Box]:
    """Return the boxes of the left: what lies further back, the parents, the data."""
    if found.further:
        yield _further(found, words)
    single = found.parents if len(found.parents) <= MOST_BOXES else found.parents[: MOST_BOXES - 1]
    for row in single:
        yield _parent(row, words)
    if rest := found.parents[len(single) :]:
        lines = _named(rest, words, len(rest) + found.more_parents)
        title = words["more_parents"].format(count=f"{len(rest) + found.more_parents:,}")
        yield Box(title, lines, kind="parent", relation=relation_class(rest[0]["relation"]))
    if found.untold:
        lines = tuple(Line(clean(text), tone="soft") for text in _first(found.untold))
        more = _more(len(found.untold) - len(lines), words)
        title = counted(words, "untold", len(found.untold))
        yield Box(title, (*lines, *more), kind="missing", dashed=True)
    if found.datasets:
        yield _data(found.datasets, words)
    if not (found.parents or found.untold):
        yield Box(
            words["no_parent"], (Line(words["no_parent_text"], tone="soft"),), kind="missing", dashed=True
        )


def _further(found: Steps, words: Words) -> Box:
    named = _first(found.further)
    count = len(found.further) + found.more_further
    lines: list[Line] = []
    for row in named:
        back = words["back"].format(count=row["generation"])
        lines.append(Line(clean(row["id"]), back, "soft", ("model", row["id"]), _sign(row)))
        if row["effects"]:
            lines.append(Line(_effects(row, words), tone=_tone(row)))
    more = _more(count - len(named), words)
    return Box(counted(words, "further", count), (*lines, *more), kind="further")


def _parent(row: Row, words: Words) -> Box:
    lines = [Line(_relation(row, words)), Line(_licence(row, words), marks=_sign(row))]
    if row["effects"]:
        lines.append(Line(_effects(row, words), tone=_tone(row)))
    lines.append(Line(_evidence(row, words), tone=row["evidence"] or "soft"))
    if not row["listed"]:
        lines.append(Line(words["named_only"], tone="soft"))
    return Box(
        clean(row["id"]),
        tuple(lines),
        kind="parent",
        relation=relation_class(row["relation"]),
        dashed=not row["listed"],
        link=("model", row["id"]),
    )


def _first(things: Sequence[Thing]) -> Sequence[Thing]:
    """Return what a box names of several things, all if only one would be left."""
    return things[: MOST_NAMES + (len(things) == MOST_NAMES + 1)]


def _named(rows: Sequence[Row], words: Words, count: int) -> tuple[Line, ...]:
    """Return a line for each model, as far as a box names them."""
    lines = [
        Line(
            clean(row["id"]),
            _terms(row, words) if row["licence"] else "",
            _tone(row),
            ("model", row["id"]),
            _sign(row),
        )
        for row in _first(rows)
    ]
    return (*lines, *_more(count - len(lines), words))


def _data(rows: Sequence[Row], words: Words) -> Box:
    lines = [
        Line(clean(row["id"]), clean(row["source"] or ""), "soft", ("dataset", row["id"]))
        for row in _first(rows)
    ]
    more = _more(len(rows) - len(lines), words)
    return Box(counted(words, "trained_on", len(rows)), (*lines, *more), kind="dataset")


def _more(count: int, words: Words, link: tuple[str, str] | None = None) -> tuple[Line, ...]:
    text = words["more"].format(count=f"{count:,}")
    return (Line(text, tone="soft", link=link),) if count > 0 else ()


def _model(head: Row, facts: Row, words: Words) -> Box:
    """Return the box in the middle."""
    account, _, name = head["model"].rpartition("/")
    house = house_name(head["house"] or account)
    place = " · ".join(filter(None, [house, head["country"]]))
    lines = [Line(clean(place))] if place else []
    if account and account.casefold() not in house.casefold():
        lines.append(Line(words["account"].format(account=clean(account)), tone="soft"))
    lines += _own_terms(head["licence"], words)
    if head["downloads_30d"] is not None:
        downloads = short(head["downloads_30d"])
        lines.append(Line(words["downloads"].format(count=downloads, date=head["downloads_on"])))
    if facts["created_at"]:
        lines.append(Line(words["created"].format(date=str(facts["created_at"])[:10])))
    if not facts["listed"]:
        lines.append(Line(words["named_only"]))
    count = head["derivatives"]
    number = counted(words, "derivative", count) if count else words["none_recorded"]
    lines.append(Line(number, tone="strong"))
    deep = head["by_generation"]
    if len(deep) > 1:
        way = " → ".join(f"{count:,}" for count in deep[:GENERATIONS]) + " → …" * (len(deep) > GENERATIONS)
        lines.append(Line(words["by_generation"].format(way=way)))
    return Box(clean(name), tuple(lines), kind="model")


def _own_terms(own: str | None, words: Words) -> list[Line]:
    """Say what the licence is, and what follows from it."""
    asked = demand_of(own)
    sign = (Mark(f"l-{asked}", SIGNS[asked]),)
    if own is None:
        return [Line(words["licence_unknown"], marks=sign)]
    terms = licences().get(own)
    follows = [words[f"use_{commercial_use(own) or 'unknown'}"]]
    if terms and terms.derivatives in ("terms-travel", "same-licence", "none"):
        follows.append(words[_key("derivatives_", terms.derivatives)])
    if terms and terms.use_restrictions == "yes":
        follows.append(words["uses_forbidden"])
    return [Line(licence_name(own), marks=sign), Line(words["comma"].join(follows))]


def _after(shown: Shown, found: Steps, words: Words) -> Iterator[Box]:
    """Return the boxes of the right: a branch each."""
    root = shown.graph.ids[shown.root]
    for totals, *rows in found.made:
        release = totals["relation"] == RELEASES
        lines = [_child(row, words, root, release=release) for row in rows]
        rest = totals["members"] - len(lines)
        yield Box(
            counted(words, _key("branch_", totals["relation"]), totals["members"]),
            (*_demands(totals, words), *lines, *_more(rest, words, ("tree", root))),
            _branch_note(totals, words),
            relation="release" if release else relation_class(totals["relation"]),
            weight=totals["derivatives"],
        )
    if not found.made:
        yield Box(
            words["no_children"], (Line(words["no_children_text"], tone="soft"),), kind="missing", dashed=True
        )


def _branch_note(totals: Row, words: Words) -> str:
    if not totals["derivatives"]:
        return words["uncounted"]
    key = "below" if totals["relation"] in (RELEASES, "copy") else "derivative"
    accounts = counted(words, "account", totals["accounts"])
    return f"{counted(words, key, totals['derivatives'])} · {accounts}"


def _child(row: Row, words: Words, root: str, *, release: bool) -> Line:
    below = words["below_short"].format(count=f"{row['derivatives']:,}") if row["derivatives"] else ""
    kind = LABELS[row["relation"]][words["lang"][:2]] if release else ""
    note = " · ".join(filter(None, [kind, below, _terms(row, words)]))
    return Line(without_owner(root, row["id"]), note, _tone(row) or "soft", ("model", row["id"]), _sign(row))


def _sign(row: Row) -> tuple[Mark, ...]:
    """Return the sign of what the licence of a row demands."""
    return (Mark(f"l-{row['demand']}", SIGNS[row["demand"]]),)


def _demands(totals: Row, words: Words) -> tuple[Line, ...]:
    """Say of a branch how many of its derivatives carry a licence that demands what."""
    marks = [
        Mark(f"l-{asked}", SIGNS[asked], f"{count:,} {words[_key('demand_', asked)]}")
        for asked, count in totals["demands"].items()
    ]
    return (Line("", marks=(Mark("soft", "", words["licences"]), *marks)),) if marks else ()


def _terms(row: Row, words: Words) -> str:
    """Return the licence of a row, behind the gravest of what it changes."""
    if not row["effects"]:
        return _licence(row, words)
    effect = words[_key("effect_", row["effects"][0])]
    return words["in_brackets"].format(text=effect, more=_licence(row, words))


def _relation(row: Row, words: Words) -> str:
    return words["relation"].format(relation=LABELS[row["relation"]][words["lang"][:2]])


def _licence(row: Row, words: Words) -> str:
    return licence_name(row["licence"]) if row["licence"] else words["licence_unknown"]


def _effects(row: Row, words: Words) -> str:
    return words["comma"].join(words[_key("effect_", name)] for name in row["effects"])


def _tone(row: Row) -> str:
    """Return the tone of what a licence changes; the words beside it say the same."""
    if not row["effects"]:
        return ""
    return "dropped" if set(row["effects"]) & set(CLAIMS) else "added"


def _evidence(row: Row, words: Words) -> str:
    """Say who stands behind a step and when."""
    if not row["evidence"]:
        return words["evidence_none"]
    text = words[f"evidence_{row['evidence']}"].format(source=clean(row["source"]))
    return f"{text}, {row['stated_on']}" if row["stated_on"] else text


def _table(found: Steps, words: Words) -> Iterator[dict[str, Any]]:
    """Return the rows of the table: every step with all its statements, every branch with its totals."""
    for row in found.rows:
        if row["kind"] == "branch":
            key = _key("branch_", row["relation"])
            title = f"{counted(words, key, row['members'])} · {_branch_note(row, words)}"
            yield {"head": title, "row": row}
            continue
        yield {
            "head": None,
            "row": row,
            "name": clean(row["id"]),
            "way": words[f"kind_{row['kind']}"].format(count=row["generation"]),
            "relation": _label(row, words),
            "licence": "" if row["kind"] == "dataset" else _licence(row, words),
            "effects": _effects(row, words) if row["effects"] else "",
            "tone": _tone(row),
            "statements": [_statement(each) for each in row["statements"]],
        }


def _label(row: Row, words: Words) -> str:
    return LABELS[row["relation"]][words["lang"][:2]] if row["relation"] in LABELS else ""


def _statement(statement: Row) -> str:
    """Write a statement in one line: source, method, how sure, when, and what it says if it infers."""
    sure = f"{100 * statement['confidence']:.0f}%" if statement.get("confidence") else ""
    keys = (statement.get(key) for key in ("source", "relation", "method"))
    return clean(" · ".join(filter(None, [*keys, sure, statement.get("stated_on")])))


FORM = Form(
    "hourglass",
    "one model: where it comes from, what it leads to",
    ".html",
    hourglass_page,
    budget=12,
    of_models=True,
    takes=("lang",),
)
