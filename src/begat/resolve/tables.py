"""All tables of a snapshot from the statements of all sources."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl
import pyarrow as pa

from begat.ids import HUB, PART, is_hub_id, slug
from begat.records import (
    TABLES,
    Alias,
    Dataset,
    Institution,
    Model,
    System,
    fields,
    schema,
)
from begat.resolve.benchmarks import benchmark_ids, benchmark_rows
from begat.resolve.cascade import REPUBLISHERS
from begat.resolve.collect import Statements
from begat.resolve.inferred import inferred
from begat.resolve.institutions import account_rows, counted, identified, maintained, spelled_accounts
from begat.resolve.licences import licence_ids
from begat.resolve.merge import merge
from begat.resolve.mirrors import mirrors
from begat.resolve.names import Names, resolve_names
from begat.resolve.observations import Figures, coded, slices
from begat.resolve.parents import parted, resolved_parents

__all__ = ["arrow_table", "resolve", "resolved", "sorted_table", "with_status"]

Frames = dict[str, pl.DataFrame]

KEYS = {
    "derivations": ["child", "ordinal", "parent_raw", "relation", "source", "method"],
    "inferences": ["child", "parent", "method"],
    "trained_on": ["model", "dataset_raw", "source", "method", "stage"],
    "evaluations": ["model", "benchmark", "metric", "split", "revision", "source", "value"],
    "observations": ["subject_kind", "subject", "metric", "source", "observed_on", "value"],
    "listings": ["edition", "kind", "institution", "account", "name", "modality", "downloads_30d"],
    "aliases": ["id", "canonical", "kind", "source"],
    "set_aside": ["source", "file", "place"],
    "contested": ["kind", "id", "field", "source", "value"],
}
"""Sort order of the tables that are not sorted by ``id``: the same input gives the same bytes."""

MERGED = {"models", "datasets", "institutions", "systems", "benchmarks"}
"""Tables with one row an id."""

NOT_DATASETS = {"generator", "json", "csv", "parquet", "text", "imagefolder", "audiofolder",
                "webdataset", "arrow", "pandas", "none", "null", "unknown", "custom", "private",
                "undefined", "n/a"}  # fmt: skip
"""Loader names and fillers that people's training scripts leave in the place of a dataset."""


def resolve(parts: Sequence[Statements]) -> dict[str, pa.Table]:
    """Return the tables of a snapshot, sorted, in their declared schema.

    Parameters
    ----------
    parts : sequence of Statements
        What each source says, in any order; the platform's own records have precedence over
        derived lists, and newer ones over older ones.

    Notes
    -----
    O(n log n) in the number of statements. The laws: every derivation statement comes out, with one
    of the statuses resolved, dangling, unresolved, self, duplicate.
    """
    copies = [replace(part, frames=dict(part.frames)) for part in parts]
    return {name: pa.concat_tables(pieces) for name, pieces in resolved(copies)}


def resolved(parts: Sequence[Statements]) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """Yield name and content of each table in turn, the content in pieces; see `resolve`.

    The frames of the parts are used up, and each table is let go when the next one is asked for: of a
    whole Hub memory holds the texts about once.
    """
    ranked = sorted(parts, key=lambda p: (p.source.authority, -p.date.toordinal(), p.source.name))
    own = [part.source.name for part in ranked if part.source.authority == 0]
    for part in ranked:
        part.frames["observations"] = coded(part.frames["observations"])
    frames = {
        name: pl.concat([part.frames.pop(name) for part in ranked]) for name in TABLES if name != "contested"
    }
    figures = Figures.of(frames.pop("observations"))
    frames, figures = _renamed(frames, figures, own)
    frames["models"], contested = _models(frames)
    frames["derivations"] = with_status(
        frames["derivations"], frames["models"].filter("listed").get_column("id")
    )
    frames |= _inferences(frames)
    frames["datasets"], other = _datasets(frames)
    contested.extend(other)
    frames["accounts"] = account_rows(frames["models"], frames["datasets"], frames["accounts"])
    spelling = _spelling(frames["systems"])
    frames["institutions"] = identified(frames["institutions"])
    figures = figures.renamed("system", lambda texts: _respelled(texts, spelling))
    figures = figures.renamed("institution", lambda texts: counted(texts, frames["institutions"]))
    frames |= _catalogues(frames, spelling, contested)
    for table in ("models", "datasets"):
        frames[table] = spelled_accounts(frames[table], frames["accounts"])
    frames["contested"] = pl.concat(contested)
    for name in TABLES:
        pieces = figures.ordered() if name == "observations" else slices(_ordered(name, frames.pop(name)))
        yield name, (arrow_table(name, piece) for piece in pieces)


def _renamed(frames: Frames, figures: Figures, own: Sequence[str]) -> tuple[Frames, Figures]:
    """Bring every reference to a model to the one spelling of its id."""
    frames = frames | {"derivations": parted(frames["derivations"], frames["models"]["id"])}
    listings = frames["listings"]
    twins = frames["aliases"].filter(pl.col("kind") == "mirror")
    places = {kind: _item(listings, kind) for kind in ("", "modelscope:")}
    references = [
        *(frames[table][column] for table, column in REFERENCES),
        *(frames["aliases"][column] for column in ("id", "canonical")),
        *places.values(),
    ]
    names = resolve_names(
        frames["models"].select("id", "created_at", "source", "last_listed"),
        frames["aliases"],
        _counted([*map(_count, references), figures.subjects("model")]),
        own,
        _makers(frames["accounts"]),
    )
    derivations, guesses = resolved_parents(_mapped(frames["derivations"], names, "child"), names)
    listed = names.of(frames["models"]["id"]).unique().implode()
    hub, scope = (names.of(column) for column in places.values())
    entity = pl.when(hub.is_in(listed)).then(hub).when(scope.is_in(listed)).then(scope)
    used = pl.concat([names.used, _mapped(twins, names, "id")], how="diagonal")
    renamed = frames | {
        **{table: _mapped(frames[table], names, column) for table, column in REFERENCES[:-1]},
        "derivations": derivations,
        "inferences": pl.concat([frames["inferences"], guesses], how="diagonal_relaxed"),
        "listings": listings.with_columns(entity=pl.when(pl.col("kind") == "model").then(entity)),
        "aliases": used.with_columns(resolved=pl.coalesce(names.of(used["canonical"]), "canonical"))
        .select(Alias._fields)
        .unique(),
    }
    return renamed, figures.renamed("model", lambda texts: _known(texts, names))


def _count(texts: pl.Series) -> pl.DataFrame:
    """Return ``text, count`` of a column."""
    return texts.drop_nulls().rename("text").value_counts(name="count")


def _counted(counts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Add up counts of texts."""
    both = pl.concat([frame.select("text", pl.col("count").cast(pl.Int64)) for frame in counts])
    return both.group_by("text").agg(pl.col("count").sum())


REFERENCES = (
    ("models", "id"),
    ("trained_on", "model"),
    ("evaluations", "model"),
    ("derivations", "child"),
    ("derivations", "parent_raw"),
)
"""Columns that name a model; the last is a text that may be none."""


def _makers(accounts: pl.DataFrame) -> set[str]:
    """Accounts of the Hub that an institution operates and that hold its own models, in lower case."""
    operated = accounts.filter(platform=HUB).drop_nulls("institution")["account"]
    return set(operated.str.to_lowercase()) - REPUBLISHERS


def _item(listings: pl.DataFrame, prefix: str) -> pl.Series:
    """The id that a listed item would have on a platform; a ranking does not say on which it is."""
    return listings.select(pl.concat_str(pl.lit(prefix), "account", pl.lit("/"), "name")).to_series()


def _mapped(frame: pl.DataFrame, names: Names, column: str) -> pl.DataFrame:
    return frame.with_columns(_known(frame[column], names).alias(column))


def _known(texts: pl.Series, names: Names) -> pl.Series:
    """Return the ids of a column, and texts that are none as they are."""
    found = names.of(texts)
    return found if found.null_count() == texts.null_count() else found.zip_with(found.is_not_null(), texts)


def _models(frames: Frames) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """One row a model, and a row for each id that is only named: as parent, child, trained or evaluated."""
    stated = frames["models"].with_columns(listed=pl.col("last_listed").is_null())
    named = _naming(frames).join(stated.select("id"), on="id", how="anti")
    stubs = named.with_columns(listed=pl.lit(value=False)).sort("id", "source")
    rows = _placed(pl.concat([stated, stubs], how="diagonal"))
    merged, contested = merge(_licensed(rows), Model, "model")
    return merged.with_columns(last_listed=pl.when(~pl.col("listed")).then("last_listed")), [contested]


def _inferences(frames: Frames) -> Frames:
    """Add what names alone say: of models without a declared parent, and of namesakes on two platforms."""
    listed, makers = frames["models"].filter("listed"), _makers(frames["accounts"])
    found = {
        "inferences": inferred(listed, frames["derivations"]["child"].unique(), makers),
        "aliases": mirrors(listed, frames["aliases"], makers),
    }
    return {name: pl.concat([frames[name], rows], how="diagonal_relaxed") for name, rows in found.items()}


def _naming(frames: Frames) -> pl.DataFrame:
    """Which source names which id of a model."""
    places = (
        ("derivations", "child"),
        ("derivations", "parent"),
        ("trained_on", "model"),
        ("evaluations", "model"),
    )
    named = [frames[table].select("source", id=column) for table, column in places]
    return pl.concat(named).drop_nulls().unique()


HOSTS = (HUB, "modelscope", "baai-data", "gitcode", "kaggle")
"""Platforms where an id begins with an account."""


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill in platform and account, which an id carries; a catalogue has no accounts."""
    rest = pl.col("id").str.replace(r"^[a-z][a-z0-9.-]*:", "")
    placed = frame.with_columns(
        platform=pl.coalesce(pl.col("id").str.extract(r"^([a-z][a-z0-9.-]*):"), pl.lit(HUB)),
        account=rest.str.extract("^([^/]+)/"),
    )
    return placed.with_columns(account=pl.when(pl.col("platform").is_in(HOSTS)).then("account"))


def _licensed(frame: pl.DataFrame) -> pl.DataFrame:
    known = licence_ids(frame["licence_raw"])
    return frame.with_columns(
        licence=pl.col("licence_raw").replace_strict(known, default=None, return_dtype=pl.String)
    )


def with_status(derivations: pl.DataFrame, listed: pl.Series) -> pl.DataFrame:
    """Give every statement its status; `listed` are the ids of the listed models."""
    known = pl.DataFrame({"parent": listed}).with_columns(known=pl.lit(value=True))
    same = ["child", "parent", "relation", "source", "method"]
    return (
        derivations.sort(KEYS["derivations"])
        .join(known, on="parent", how="left", maintain_order="left")
        .with_columns(
            status=pl.when(pl.col("parent").is_null())
            .then(pl.lit("unresolved"))
            .when(pl.col("parent") == pl.col("child"))
            .then(pl.lit("self"))
            .when(~pl.struct(same).is_first_distinct())
            .then(pl.lit("duplicate"))
            .when("known")
            .then(pl.lit("resolved"))
            .otherwise(pl.lit("dangling"))
        )
    )


def _datasets(frames: Frames) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """One row a dataset; what names one gets its known spelling, or none for what is no dataset."""
    stated = frames["datasets"].with_columns(listed=pl.lit(value=True))
    folded = {key.casefold(): key for key in sorted(stated["id"].unique(), reverse=True)}
    texts = frames["trained_on"]["dataset_raw"].unique().sort()
    found = {text: _dataset(text, folded) for text in texts}
    frames["trained_on"] = frames["trained_on"].with_columns(
        dataset=pl.col("dataset_raw").replace_strict(found, default=None, return_dtype=pl.String)
    )
    stated = _with_origins(stated, folded)
    named = pl.concat(
        [
            frames["trained_on"].select("source", id="dataset"),
            stated.select("source", id="derived_from").explode("id"),
        ]
    )
    named = named.drop_nulls().unique()
    stubs = named.join(stated.select("id"), on="id", how="anti").sort("id", "source")
    rows = pl.concat([stated, stubs.with_columns(listed=pl.lit(value=False))], how="diagonal")
    merged, contested = merge(_licensed(_placed(rows)), Dataset, "dataset")
    return merged, [contested]


def _with_origins(stated: pl.DataFrame, folded: dict[str, str]) -> pl.DataFrame:
    """Keep of the origins that cards name those that are ids of other datasets."""
    texts = stated["derived_from"].explode().drop_nulls().unique().sort()
    found = {text: _origin(text, folded) for text in texts}
    ids = pl.element().replace_strict(found, default=None, return_dtype=pl.String)
    others = pl.col("derived_from").list.eval(ids).list.drop_nulls().list.set_difference(pl.concat_list("id"))
    return stated.with_columns(derived_from=others.list.sort())


def _origin(text: str, folded: dict[str, str]) -> str | None:
    """An id, after which a configuration may stand, or the bare name of a known dataset."""
    key = "/".join(text.removeprefix("extended|").split("/")[:2])
    return folded.get(key.casefold()) or (folded.setdefault(key.casefold(), key) if is_hub_id(key) else None)


def _dataset(text: str, folded: dict[str, str]) -> str | None:
    text = text.strip()
    if text.casefold() in NOT_DATASETS or not (is_hub_id(text) or _is_bare(text)):
        return None
    return folded.setdefault(text.casefold(), text)


def _is_bare(text: str) -> bool:
    return re.fullmatch(PART, text) is not None


def _catalogues(frames: Frames, spelling: dict[str, str], contested: list[pl.DataFrame]) -> Frames:
    """Merge institutions, systems and benchmarks; these are small."""
    institutions, noted = merge(frames["institutions"], Institution, "institution")
    ids = _respelled(frames["systems"]["id"], spelling)
    systems = maintained(_licensed(frames["systems"].with_columns(ids)), institutions)
    systems, also = merge(systems, System, "system")
    slugs = benchmark_ids(frames["benchmarks"])
    benchmarks = benchmark_rows(frames["benchmarks"].with_columns(id=slugs), frames["accounts"])
    stated = dict(reversed(list(zip(frames["benchmarks"]["id"], slugs, strict=True))))
    used = {text: stated.get(text) or slug(text) for text in frames["evaluations"]["benchmark"].unique()}
    evaluations = frames["evaluations"].with_columns(
        pl.col("benchmark").replace_strict(used, return_dtype=pl.String)
    )
    contested.extend([noted, also])
    return {
        "institutions": institutions,
        "systems": systems,
        "benchmarks": benchmarks,
        "evaluations": evaluations.unique(),
    }


def _spelling(systems: pl.DataFrame) -> dict[str, str]:
    """The present id of each id, in its first spelling; GitHub compares names without regard to case."""
    found: dict[str, str] = {}
    for key in systems["id"]:
        found.setdefault(key.casefold(), key)
    for key, former in systems.select("id", "former").drop_nulls().iter_rows():
        found |= {name.casefold(): found[key.casefold()] for name in former}
    return found


def _respelled(texts: pl.Series, spelling: dict[str, str]) -> pl.Series:
    found = {text: spelling.get(text.casefold(), text) for text in texts.unique()}
    return texts.replace_strict(found, return_dtype=pl.String)


def sorted_table(name: str, frame: pl.DataFrame) -> pa.Table:
    """Order a table by its keys, then by all other columns: the same rows give the same bytes."""
    return arrow_table(name, _ordered(name, frame))


def _ordered(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Sort a table, unless it is merged: then each id stands once, in order."""
    frame = _complete(name, frame)
    if name in MERGED and frame["id"].is_sorted() and frame["id"].is_unique().all():
        return frame
    keys = KEYS.get(name, ["id"] if "id" in frame.columns else ["platform", "account"])
    flat = [column.name for column in fields(TABLES[name]) if column.kind != list[str]]
    return frame.sort([*keys, *sorted(set(flat) - set(keys))], nulls_last=True)


def arrow_table(name: str, frame: pl.DataFrame) -> pa.Table:
    """Return a frame as a table in its declared schema; columns that it lacks are empty."""
    target = schema(TABLES[name])
    return pa.Table.from_arrays(_complete(name, frame).to_arrow().cast(target).columns, schema=target)


def _complete(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    lost = [column for column in TABLES[name]._fields if column not in frame.columns]
    return frame.with_columns(pl.lit(None).alias(column) for column in lost).select(TABLES[name]._fields)
