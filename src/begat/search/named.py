"""What can be found, under which texts, and how popular it is."""

import polars as pl

from begat.snapshot import Snapshot

__all__ = ["named"]

NAMED = {"models": "model", "datasets": "dataset", "systems": "system", "benchmarks": "benchmark"}
SCHEMA = {"id": pl.String, "kind": pl.String, "text": pl.String, "of": pl.String}


def named(snapshot: Snapshot) -> pl.DataFrame:
    """Return all texts under which something is found, the most popular things first.

    Returns
    -------
    DataFrame
        One row a text: ``id`` and ``kind`` of the thing, ``text``, and ``of``: ``id``, ``name`` or
        ``other``. The texts of a thing stand together, its id first, then its name.
    """
    texts = pl.concat([*(_of_table(snapshot, *item) for item in NAMED.items()), *_of_institutions(snapshot)])
    texts = texts.drop_nulls("text").unique(["kind", "id", "text"], keep="first", maintain_order=True)
    return (
        texts.join(_popularity(snapshot), on=["kind", "id"], how="left")
        .with_columns(rank=pl.col("of").replace_strict({"id": 0, "name": 1, "other": 2}))
        .sort(
            *(pl.col(name).fill_null(0) for name in ("uses", "downloads")),
            pl.col("id").str.len_bytes(),
            *("id", "kind", "rank"),
            descending=[True, True, False, False, False, False],
            maintain_order=True,
        )
        .select(list(SCHEMA))
    )


def _of_table(snapshot: Snapshot, table: str, kind: str) -> pl.DataFrame:
    ids = snapshot.frame(table, ["id"]).select("id", text="id").pipe(_as, kind, "id")
    if table == "datasets":
        return ids
    names = snapshot.frame(table, ["id", "name"]).select("id", text="name").pipe(_as, kind, "name")
    return pl.concat([ids, names])


def _of_institutions(snapshot: Snapshot) -> list[pl.DataFrame]:
    """Institutions under each of their names, Chinese ones and aliases included, and their accounts."""
    rows = snapshot.frame("institutions", ["id", "name", "name_zh", "aliases"])
    accounts = snapshot.frame("accounts", ["institution", "account"]).drop_nulls("institution")
    return [
        rows.select("id", text="id").pipe(_as, "institution", "id"),
        rows.select("id", text="name").pipe(_as, "institution", "name"),
        rows.select("id", text="name_zh").pipe(_as, "institution", "other"),
        rows.select("id", text="aliases").explode("text").pipe(_as, "institution", "other"),
        accounts.select(id="institution", text="account").pipe(_as, "institution", "other"),
    ]


def _as(frame: pl.DataFrame, kind: str, of: str) -> pl.DataFrame:
    return frame.with_columns(kind=pl.lit(kind), of=pl.lit(of)).select(pl.col(list(SCHEMA)).cast(pl.String))


def _popularity(snapshot: Snapshot) -> pl.DataFrame:
    """Count what was made with a thing: children, models of an institution, models trained on a dataset."""
    derivations = snapshot.frame("derivations", ["child", "parent"]).drop_nulls().unique()
    trained = snapshot.frame("trained_on", ["model", "dataset"]).drop_nulls().unique()
    owned = snapshot.frame("accounts", ["platform", "account", "institution"]).drop_nulls()
    models = snapshot.frame("models", ["platform", "account"]).join(owned, on=["platform", "account"])
    evaluated = snapshot.frame("evaluations", ["benchmark", "model"]).unique()
    uses = [
        _counted(derivations, "parent", "model"),
        _counted(trained, "dataset", "dataset"),
        _counted(models, "institution", "institution"),
        _counted(evaluated, "benchmark", "benchmark"),
    ]
    return pl.concat(uses).join(_downloads(snapshot), on=["kind", "id"], how="full", coalesce=True)


def _counted(rows: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    return rows.group_by(id=column).agg(uses=pl.len()).with_columns(kind=pl.lit(kind))


def _downloads(snapshot: Snapshot) -> pl.DataFrame:
    """Return the most downloads in 30 days that were ever counted of a thing."""
    where = [("metric", "=", "downloads_30d")]
    figures = pl.DataFrame(
        pl.from_arrow(snapshot.table("observations", ["subject", "subject_kind", "value"], where=where))
    )
    kinds = pl.col("subject_kind").cast(pl.String)
    return figures.group_by(id=pl.col("subject").cast(pl.String), kind=kinds).agg(
        downloads=pl.col("value").max()
    )
