"""Institutions and accounts: names to the curated entries, accounts to who operates them."""

import re
import unicodedata

import polars as pl

from begat.ids import slug

__all__ = ["account_rows", "counted", "identified", "maintained", "spelled_accounts"]


def identified(institutions: pl.DataFrame) -> pl.DataFrame:
    """Give every institution its id: the entry of that ROR id, name or alias, else the slug of its name."""
    known = _known(institutions)
    ids = []
    for row in institutions.iter_rows(named=True):
        told = [_folded(text) for text in (row["ror"], row["name"], *(row["aliases"] or [])) if text]
        found = next((known[text] for text in told if text in known), slug(row["name"]))
        ids.append(row["id"] or found)
        if row["ror"]:
            known.setdefault(_folded(row["ror"]), ids[-1])
    return institutions.with_columns(id=pl.Series(ids, dtype=pl.String))


def counted(subjects: pl.Series, institutions: pl.DataFrame) -> pl.Series:
    """Bring subjects of figures that were counted by ROR id to the ids of institutions."""
    return subjects.replace(dict(institutions.select("ror", "id").drop_nulls().iter_rows()))


def maintained(systems: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """Bring the maintainers of systems to ids of institutions; unknown names stay as written."""
    known = _known(institutions)
    names = systems["maintainer"].drop_nulls().unique()
    found = {name: known.get(_folded(name), name) for name in names}
    return systems.with_columns(pl.col("maintainer").replace(found))


def _known(institutions: pl.DataFrame) -> dict[str, str]:
    """Ids of the entries that have one, by name, id, alias and ROR id."""
    known: dict[str, str] = {}
    for row in institutions.filter(pl.col("id").is_not_null()).iter_rows(named=True):
        for name in [row["name"], row["id"], *(row["aliases"] or []), row["ror"]]:
            if name:
                known.setdefault(_folded(name), row["id"])
    return known


def account_rows(models: pl.DataFrame, datasets: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """Return every account that publishes, with its institution where a source names one.

    Accounts are compared without regard to case and keep the spelling of the platform. Of several
    operators the first that has not ended is current; `stated` comes in order of authority.
    """
    key = ["platform", "low"]
    seen = (
        pl.concat([models.select("platform", "account"), datasets.select("platform", "account")])
        .drop_nulls()
        .unique()
        .with_columns(low=pl.col("account").str.to_lowercase())
        .sort("platform", "low", "account")
        .unique(key, keep="first", maintain_order=True)
    )
    operated = stated.with_columns(low=pl.col("account").str.to_lowercase())
    lasting = pl.col("until").is_null() & pl.col("institution").is_not_null()
    operated = operated.with_columns(current=lasting & (lasting.cast(pl.Int64).cum_sum().over(key) == 1))
    rest = seen.join(operated, on=key, how="anti")
    spelled = operated.join(
        seen.rename({"account": "spelling"}), on=key, how="left", maintain_order="left"
    ).with_columns(account=pl.coalesce("spelling", pl.col("account").first().over(key)))
    return pl.concat([spelled.drop("spelling"), rest], how="diagonal").drop("low")


def spelled_accounts(things: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Give the accounts of models or datasets the spelling of the table of accounts."""
    known = accounts.select("platform", low=pl.col("account").str.to_lowercase(), spelling="account")
    joined = things.with_columns(low=pl.col("account").str.to_lowercase()).join(
        known.unique(["platform", "low"]), on=["platform", "low"], how="left", maintain_order="left"
    )
    return joined.with_columns(account=pl.coalesce("spelling", "account")).drop("low", "spelling")


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\W+", " ", text).strip()
