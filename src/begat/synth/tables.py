"""The tables of a snapshot from the columns of a Hub, one after the other, without a step per row."""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
import pyarrow as pa

from begat.ids import slug
from begat.records import TABLES, schema
from begat.resolve.licences import licence_id
from begat.resolve.tables import arrow_table, sorted_table, with_status
from begat.synth import shape
from begat.synth.chance import Ints
from begat.synth.datasets import JUNK
from begat.synth.generate import Hub
from begat.synth.names import PLATFORM
from begat.synth.statements import former_ids, legacy_ids, statements

__all__ = ["SOURCE", "institution_names", "tables"]

SOURCE = "synthetic"
"""The source of every row."""


def tables(hub: Hub) -> Iterator[tuple[str, pa.Table]]:
    """Yield the name and content of every table, in their declared schema and order.

    Made one after the other, so that memory holds one at a time. There are no synthetic systems,
    benchmarks or results.
    """
    made = {
        "models": _models,
        "derivations": _derivations,
        "datasets": _datasets,
        "trained_on": _trained_on,
        "accounts": _accounts,
        "institutions": _institutions,
        "observations": _observations,
        "aliases": _aliases,
    }
    for name, record in TABLES.items():
        yield name, made[name](hub) if name in made else schema(record).empty_table()


def institution_names(hub: Hub) -> pl.Series:
    """Return the names of the institutions."""
    number = pl.int_range(1, len(hub.owners.country) + 1, eager=True).cast(pl.String).str.zfill(4)
    return ("Synthetic Institution " + number).rename("name")


def _models(hub: Hub) -> pa.Table:
    columns, order = hub.attributes, hub.order
    listed = pl.Series(np.isin(order, hub.derivations.unlisted, invert=True))
    facts = pl.DataFrame(
        {
            "created_at": _instants(columns.created[order]),
            "task": _decoded(shape.TASKS, columns.task[order]),
            "library": _decoded(shape.LIBRARIES, columns.library[order]),
            "licence_raw": _decoded(shape.LICENCES, columns.licence[order]),
            "licence": _licences(columns.licence[order]),
            "parameters": _decoded(shape.SIZES, columns.size[order]),
        }
    ).with_columns(pl.when(listed).then(pl.all()))
    return arrow_table(
        "models",
        facts.with_columns(
            id=hub.ids.gather(order),
            platform=pl.lit(PLATFORM),
            account=hub.accounts.gather(hub.owners.account[order]),
            listed=listed,
            sources=pl.lit([SOURCE]),
        ),
    )


def _derivations(hub: Hub) -> pa.Table:
    listed = np.setdiff1d(np.arange(len(hub.ids)), hub.derivations.unlisted)
    stated = with_status(_sourced(statements(hub)), hub.ids.gather(listed))
    return sorted_table("derivations", stated)


def _dataset_ids(hub: Hub) -> pl.Series:
    number = pl.int_range(1, len(hub.datasets.account) + 1, eager=True).cast(pl.String).str.zfill(6)
    return f"{PLATFORM}:" + hub.accounts.gather(hub.datasets.account) + "/data-" + number


def _datasets(hub: Hub) -> pa.Table:
    columns = hub.datasets
    frame = pl.DataFrame(
        {
            "id": _dataset_ids(hub),
            "created_at": _instants(columns.created),
            "modality": _decoded(shape.MODALITIES, columns.modality),
            "lifecycle": _decoded(shape.LIFECYCLES, columns.lifecycle),
            "licence_raw": _decoded(shape.LICENCES, columns.licence),
            "licence": _licences(columns.licence),
            "account": hub.accounts.gather(columns.account),
        }
    ).with_columns(platform=pl.lit(PLATFORM), listed=pl.lit(value=True), sources=pl.lit([SOURCE]))
    return sorted_table("datasets", frame)


def _trained_on(hub: Hub) -> pa.Table:
    links = hub.datasets
    dataset = _decoded(_dataset_ids(hub), np.maximum(links.dataset, -1))
    junk = pl.Series(JUNK).gather(np.maximum(-1 - links.dataset, 0))
    frame = pl.DataFrame({"model": hub.ids.gather(links.model), "dataset": dataset}).with_columns(
        dataset_raw=pl.coalesce("dataset", junk), method=pl.lit("tags"), stated_on=pl.lit(shape.DAY)
    )
    return sorted_table("trained_on", _sourced(frame))


def _accounts(hub: Hub) -> pa.Table:
    used = np.union1d(hub.owners.account, hub.datasets.account)
    operated = used < len(hub.owners.institution)
    holder = pl.Series(hub.owners.institution[used[operated]])
    names = _institution_ids(hub).gather(holder)
    frame = pl.DataFrame({"account": hub.accounts.gather(used)}).with_columns(
        platform=pl.lit(PLATFORM), institution=pl.Series([None] * len(used), dtype=pl.String)
    )
    frame = frame.with_columns(institution=frame["institution"].scatter(np.flatnonzero(operated), names))
    facts = {"basis": pl.lit(SOURCE), "source": pl.lit(SOURCE), "current": pl.lit(value=True),
             "stated_on": pl.lit(shape.DAY)}  # fmt: skip
    known = pl.col("institution").is_not_null()
    return sorted_table(
        "accounts", frame.with_columns(**{name: pl.when(known).then(fact) for name, fact in facts.items()})
    )


def _institution_ids(hub: Hub) -> pl.Series:
    return pl.Series([slug(name) for name in institution_names(hub)])


def _institutions(hub: Hub) -> pa.Table:
    owners = hub.owners
    frame = pl.DataFrame(
        {
            "name": institution_names(hub),
            "id": _institution_ids(hub),
            "kind": _decoded(shape.INSTITUTION_KINDS, owners.kind),
            "country": _decoded(shape.COUNTRIES, owners.country),
        }
    ).with_columns(basis=pl.lit(SOURCE), stated_on=pl.lit(shape.DAY), sources=pl.lit([SOURCE]))
    return sorted_table("institutions", frame)


def _observations(hub: Hub) -> pa.Table:
    """Downloads and likes of every listed dataset and model, zeros included."""
    listed = hub.order[np.isin(hub.order, hub.derivations.unlisted, invert=True)]
    ids = _dataset_ids(hub)
    ordered = ids.arg_sort().to_numpy()
    figures = pl.concat(
        [
            _figures(
                "dataset", ids.gather(ordered), hub.datasets.downloads[ordered], hub.datasets.likes[ordered]
            ),
            _figures(
                "model",
                hub.ids.gather(listed),
                hub.attributes.downloads[listed],
                hub.attributes.likes[listed],
            ),
        ]
    )
    return arrow_table("observations", _sourced(figures))


def _figures(kind: str, subjects: pl.Series, downloads: Ints, likes: Ints) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "subject": subjects.gather(np.repeat(np.arange(len(subjects)), 2)),
            "value": np.stack([downloads, likes], axis=1).ravel(),
        }
    ).with_columns(
        subject_kind=pl.lit(kind),
        metric=pl.lit(pl.Series(["downloads_30d", "likes"] * len(subjects))),
        observed_on=pl.lit(shape.DAY),
    )


def _aliases(hub: Hub) -> pa.Table:
    dirt = hub.dirt
    parts = [
        ("renamed", dirt.renamed, former_ids(hub, dirt.renamed)),
        ("legacy", dirt.legacy, legacy_ids(hub, dirt.legacy)),
    ]
    frames = [
        pl.DataFrame({"id": names, "canonical": hub.ids.gather(models)}).with_columns(kind=pl.lit(kind))
        for kind, models, names in parts
    ]
    stated = pl.concat(frames).with_columns(resolved="canonical", stated_on=pl.lit(shape.DAY))
    return sorted_table("aliases", _sourced(stated))


def _sourced(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(source=pl.lit(SOURCE))


def _instants(seconds: Ints) -> pl.Series:
    return pl.Series(seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))


def _decoded(table: Iterable[str | int | None], codes: Ints) -> pl.Series:
    """Return the values that codes stand for, null for -1."""
    values = [*table, None]
    return pl.Series(values).gather(np.where(codes < 0, len(values) - 1, codes))


def _licences(codes: Ints) -> pl.Series:
    return _decoded([licence_id(name) for name in shape.LICENCES], codes)
