"""One spelling for each model: renames, case variants, legacy names, and ids that are none."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from begat.ids import HUB, hub_id, split_key

__all__ = ["Names", "resolve_names"]


@dataclass(frozen=True)
class Names:
    """What every text of the statements stands for: the id of a model, or None if it is no id.

    Attributes
    ----------
    found : mapping
        From each text to its id.
    used : DataFrame
        The aliases in use, case variants found among the listed ids included.
    """

    found: Mapping[str, str | None]
    used: pl.DataFrame

    def of(self, texts: pl.Series) -> pl.Series:
        """Return the ids of a column of texts, null where a text is no id."""
        wanted = {text: self.found[text] for text in texts.drop_nulls().unique()}
        return texts.replace_strict(wanted, default=None, return_dtype=pl.String)


@dataclass(frozen=True)
class _Known:
    """The known ids: `listed` ones, where other spellings lead (`renamed`), and any case (`folded`)."""

    listed: frozenset[str]
    renamed: Mapping[str, str]
    folded: Mapping[str, str]

    def resolve(self, text: str) -> str | None:
        """Return the id that a text stands for; None if it is no id of a model.

        Tried in this order: a rename, a listed id as it stands, any other case of these, and last a
        well-formed Hub id that nothing is known about.
        """
        key = text if text in self.renamed or text in self.listed else hub_id(text) or text
        if key in self.renamed:
            return self.renamed[key]
        if key in self.listed:
            return key
        if (known := self.folded.get(key.casefold())) is not None:
            return known
        return hub_id(key) if split_key(key)[0] == HUB else None


def resolve_names(
    models: pl.DataFrame, aliases: pl.DataFrame, texts: pl.Series, own: Collection[str]
) -> Names:
    """Resolve all texts that name a model.

    Parameters
    ----------
    models : DataFrame
        ``id``, ``created_at``, ``source``, ``last_listed`` in order of authority, best first.
    aliases : DataFrame
        The stated aliases in the same order; of two that contradict each other the first is used.
        Mirrors are no names of the same repository and are ignored.
    texts : Series
        Every occurrence of a text, so that of two spellings of an unknown id the commoner is kept.
    own : collection of str
        The sources that are a platform's own records: what they list exists under that name.
    """
    living = pl.col("last_listed").is_null()
    twice = _both_listed(models.filter(pl.col("source").is_in(own) & living), aliases)
    named = (pl.col("id") != "") & (pl.col("canonical") != "") & (pl.col("kind") != "mirror")
    stated = aliases.filter(named).join(twice, on="id", how="anti", maintain_order="left")
    case = _case_variants(models).join(stated.select(canonical="id"), on="canonical", how="anti")
    used = pl.concat([stated, case], how="diagonal")
    known = _known(frozenset(models["id"]), used)
    return Names(_found(known, texts), used)


def _known(listed: frozenset[str], used: pl.DataFrame) -> _Known:
    pairs = zip(used["id"].to_list(), used["canonical"].to_list(), strict=True)
    direct = dict(reversed(list(pairs)))
    renamed = {key: end for key in direct if (end := _follow(direct, key)) != key}
    folded = {key.casefold(): key for key in sorted(listed - renamed.keys(), reverse=True)}
    folded |= {key.casefold(): end for key, end in renamed.items() if key.casefold() not in folded}
    return _Known(listed, renamed, folded)


def _found(known: _Known, texts: pl.Series) -> dict[str, str | None]:
    counts = dict(texts.drop_nulls().value_counts().iter_rows())
    found = {text: known.resolve(text) for text in counts}
    spelling: dict[str, str] = {}
    for text in sorted(found, key=lambda text: (-counts[text], text)):
        if (key := found[text]) is not None:
            spelling.setdefault(key.casefold(), key)
    return {
        text: key if key is None or key in known.listed else spelling[key.casefold()]
        for text, key in found.items()
    }


def _both_listed(models: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Renames whose two ids one source lists side by side: the old name was taken again.

    A list made by hand or by program may carry old names for ever; only a platform's own records count.
    """
    seen = models.select("id", "source").unique()
    return (
        aliases.select("id", "canonical")
        .join(seen, on="id")
        .join(seen.rename({"id": "canonical"}), on=["canonical", "source"])
        .select("id")
        .unique()
    )


def _case_variants(models: pl.DataFrame) -> pl.DataFrame:
    """Listed ids equal up to case are one repository, unless their creation times differ."""
    folded = models.with_columns(
        low=pl.col("id").str.to_lowercase(), made=pl.col("created_at").dt.truncate("1d")
    ).filter((pl.col("id").n_unique() > 1).over("low"))
    first = folded.group_by("low").agg(
        canonical=pl.col("id").first(), moments=pl.col("made").drop_nulls().n_unique()
    )
    return (
        folded.join(first, on="low")
        .filter((pl.col("moments") < 2) & (pl.col("id") != pl.col("canonical")))
        .select("id", "canonical", kind=pl.lit("case"), source=pl.lit("begat"))
        .unique()
        .sort("id")
    )


def _follow(direct: Mapping[str, str], key: str) -> str:
    """Follow a chain of renames to its end; a chain that runs in a circle leads nowhere."""
    seen = {key}
    end = direct[key]
    while end in direct and end not in seen:
        seen.add(end)
        end = direct[end]
    return key if end in seen else end
