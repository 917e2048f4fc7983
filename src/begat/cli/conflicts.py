"""What `begat licence` prints of many things: what does not fit, and how licences change."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.cli.output import Output, first_of, percent
from begat.printable import printable

if TYPE_CHECKING:
    from begat.registry import Registry

__all__ = ["changes", "conflicts", "origin"]

Row = Mapping[str, Any]

MOST = 15
"""Rows of a table of pairs; all are in the JSON."""

SEVERITIES = ("high", "medium", "low")
KINDS = ("kind", "severity", "models", "share_of_models", "accounts", "downloads_30d")
SPARE = (("datasets",), ("downloads_unknown",))


def conflicts(
    out: Output,
    registry: "Registry",
    thing: str | None,
    *,
    kind: str | None,
    severity: str | None,
    sample: int,
    evidence: str,
    file: Path | None = None,
) -> None:
    """Print what doesn't fit among many things; as CSV and JSON Lines the cases, all for a sample of 0."""
    from begat.answer.conflict_cases import CASE_KEYS

    found = registry.conflicts(
        thing,
        kind=kind,
        severity=severity,
        evidence=evidence,
        sample=sample or None,
    )
    if out.format == "json":
        out.one(found, file)
        return
    if not out.tabular:
        out.rows(found["sample"], (), keys=CASE_KEYS, file=file)
        return
    out.draw(*_looked_at(found))
    _counts(out, found, " of the kind and severity asked for" if kind or severity else "")
    _cases(out, found["sample"])
    out.notes(registry, "derivations", "training", "licences")


def _looked_at(found: Row) -> Iterator[Any]:
    from rich.text import Text

    seen = found["looked_at"]
    made = seen["made_models"] + seen["made_datasets"]
    title = f"{found['subject']}: what does not fit between licences"
    yield Text(printable(title, keep=""), style="bold")
    yield Text("A finding aid, not legal advice.")
    gravest = _total(next(row for row in found["totals"] if row["evidence"] == found["evidence"]))
    counts = ", ".join(f"{gravest[name]:,} {name}" for name in SEVERITIES)
    yield Text(f"{made:,} things that something went into, by the gravest: {counts}.")
    yield Text(
        f"{seen['models']:,} models and {seen['datasets']:,} datasets; something went into "
        f"{seen['made_models']:,} and {seen['made_datasets']:,}, and only these are looked at."
    )
    yield Text(
        f"Own licence: {seen['licence_known']:,} known, {seen['licence_none_stated']:,} none stated, "
        f"{seen['licence_other']:,} other, {seen['licence_not_seen']:,} not seen."
    )
    yield Text(
        f"Of {seen['sources_unknown']:,} the licence of some source isn't known, of "
        f"{seen['sources_untold']:,} a source can't be told; all is known of {seen['all_known']:,} "
        f"of {made:,}."
    )


def _counts(out: Output, found: Row, of: str) -> None:
    from begat.consequence.conflict import UNLABELLED

    if not found["kinds"]:
        out.draw(f"\nNothing is found that does not fit{of}.")
        return
    day, source = found["looked_at"]["downloads_on"], found["looked_at"]["downloads_source"]
    dated = f" (downloads: {source}, {day})" if source else ""
    kinds = [{**row, "share_of_models": percent(row["share_of_models"], 2)} for row in found["kinds"]]
    out.rows(kinds, _with_datasets(KINDS, kinds), title=f"\nBy kind{dated}", spare=SPARE)
    begun = [_begun(row) for row in kinds if row["kind"] not in UNLABELLED]
    if begun:
        out.rows(begun, tuple(begun[0]), title="Where it begins, and whose the sources are")
    totals = [_total(row) for row in found["totals"]]
    out.rows(totals, tuple(totals[0]), title="Things by their gravest, and by what links rest on")
    pairs = [_pair(row) for row in found["pairs"][:MOST]]
    title = "By licence, of the thing and of the source" + first_of(len(pairs), len(found["pairs"]))
    columns = ("own", "source", "kind", "severity", "models")
    out.rows(pairs, _with_datasets(columns, pairs), title=title, spare=[("severity",), ("datasets",)])
    out.rows(_relations(found["relations"]), ("kind", "by_relation"), title="Things by own relation")


def _begun(row: Row) -> Row:
    """Return how many things have it from themselves, from further up, and from sources of their maker."""
    here = row["models"] + row["datasets"] - row["inherited"]
    return {
        "kind": row["kind"],
        "severity": row["severity"],
        "here": here,
        "further_up": row["inherited"],
        "same_maker": row["same_maker"],
    }


def _pair(row: Row) -> Row:
    both = [row["source"], *([row["other"]] if row["other"] else [])]
    return {**row, "own": _short(row["own"]), "source": ", ".join(map(_short, both))}


def _short(licence: str) -> str:
    from begat.licences import REFERENCE

    return licence.removeprefix(REFERENCE)


def _with_datasets(columns: Sequence[str], rows: Sequence[Row]) -> Sequence[str]:
    return (*columns, "datasets") if any(row["datasets"] for row in rows) else columns


def _total(row: Row) -> Row:
    said = {"declared": "what publishers declare", "reported": "and what catalogues report"}
    sums = {name: row[f"{name}_models"] + row[f"{name}_datasets"] for name in SEVERITIES}
    return {"links": said.get(row["evidence"], "and what begat infers"), **sums}


def _relations(rows: Sequence[Row]) -> list[Row]:
    grouped: dict[str, dict[str, int]] = {}
    for row in rows:
        grouped.setdefault(row["kind"], {})[row["relation"]] = row["models"] + row["datasets"]
    return [
        {"kind": kind, "by_relation": dict(sorted(counts.items(), key=lambda pair: -pair[1]))}
        for kind, counts in grouped.items()
    ]


def _cases(out: Output, rows: Sequence[Row]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for row in rows:
        title = f"{row['severity']}  {row['kind']}  {row['id']}"
        out.draw("", Text(printable(title, keep=""), style="bold"))
        lines = (Text(printable(line, keep="")) for line in _lines(row))
        out.draw(*(Padding(line, (0, 0, 0, 2), expand=False) for line in lines))


def _lines(row: Row) -> Iterator[str]:
    yield f"{_short(row['own'])} here, {_short(row['source'])} there ({row['evidence']})"
    if row["other"]:
        yield f"and {_short(row['other'])}"
    for child, relation, parent in zip(row["path"][::2], row["path"][1::2], row["path"][2::2], strict=False):
        yield f"{child}: {relation} of {parent}"
    yield from origin(row)
    yield row["page"]
    yield row["source_page"]


def origin(row: Row) -> Iterator[str]:
    """Say where a finding begins if not here, and that thing and sources are of one maker."""
    from begat.views.said import said

    words = said("en", "licence")
    if row["inherited"]:
        yield f"{words['inherited']} {row['since']}"
    if row["same_maker"]:
        yield words[f"same_{row['same_maker']}"]


TOTALS = ("relation", "derivations", "known", "share", "accounts", "share_of_accounts", "stated_share")


def changes(
    out: Output, registry: "Registry", thing: str | None, *, evidence: str, file: Path | None = None
) -> None:
    """Print how licences change from parent to child; as CSV and JSON Lines the pairs."""
    from begat.consequence.mutation import CHANGE_KEYS

    found = registry.licence_changes(thing, evidence=evidence)
    if out.format == "json":
        out.one(found, file)
        return
    if not out.tabular:
        out.rows(found["changes"], (), keys=CHANGE_KEYS, file=file)
        return
    rows, pairs = found["relations"], found["changes"]
    shares = [name for name in TOTALS if "share" in name]
    rounded = [{**row, **{name: percent(row[name], 2) for name in shares}} for row in rows]
    out.rows(
        rounded, TOTALS, title=f"{found['subject']}: derivations under another licence than the parent's"
    )
    whole = rows[0]
    out.draw(
        f"Of {whole['derivations']:,} derivations both licences are known of {whole['known']:,}; not that of "
        f"the parent {whole['parent_unknown']:,}, of the child {whole['child_unknown']:,}, of both "
        f"{whole['both_unknown']:,}."
    )
    if pairs:
        effects = [
            {"effect": name, "share_of_changes": percent(share, 2)}
            for name, share in whole["effects"].items()
        ]
        out.rows(effects, ("effect", "share_of_changes"), title="\nWhat changes in law")
        title = "From parent to child" + first_of(MOST, len(pairs))
        short = [
            {**row, "before": _short(row["before"]), "after": _short(row["after"])} for row in pairs[:MOST]
        ]
        out.rows(short, ("before", "after", "derivations", "accounts", "effects"), title=title)
    out.notes(registry, "derivations", "licences")
