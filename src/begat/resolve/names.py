"""One spelling for each model: renames, case variants, legacy names, and ids that are none."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from begat.ids import HUB, hub_id, split_key

__all__ = ["Names", "known_names"]


@dataclass(frozen=True)
class Names:
    """The known ids: `listed` ones, where other spellings lead (`renamed`), and any case (`folded`)."""

    listed: frozenset[str]
    renamed: Mapping[str, str]
    folded: Mapping[str, str]

    def resolve(self, text: str) -> str | None:
        """Return the id that a text stands for; None if it is no id of a model.

        Tried in this order: a rename, a listed id as it stands, any other case of these, and last a
        well-formed Hub id that nothing is known about.
        """
        platform, _ = split_key(text)
        key = text if platform != HUB or text in self.renamed else hub_id(text) or text
        if key in self.renamed:
            return self.renamed[key]
        if key in self.listed:
            return key
        if (known := self.folded.get(key.casefold())) is not None:
            return known
        return hub_id(key) if platform == HUB else None

    def mapping(self, texts: Iterable[str]) -> dict[str, str | None]:
        """Return `resolve` of each text; two spellings of an unknown id get the commoner one."""
        found = {text: self.resolve(text) for text in texts}
        spelling: dict[str, str] = {}
        for key in sorted({key for key in found.values() if key}):
            spelling.setdefault(key.casefold(), key)
        return {
            text: key if key is None or key in self.listed else spelling[key.casefold()]
            for text, key in found.items()
        }


def known_names(
    models: pl.DataFrame, aliases: pl.DataFrame, own: Collection[str]
) -> tuple[Names, pl.DataFrame]:
    """Build the known ids from what sources list and from the aliases they state.

    Parameters
    ----------
    models : DataFrame
        ``id``, ``created_at``, ``source`` in order of authority, best first.
    aliases : DataFrame
        The stated aliases; mirrors are no names of the same repository and are ignored.
    own : collection of str
        The sources that are a platform's own records: what they list exists under that name.

    Returns
    -------
    Names
        The resolver.
    DataFrame
        The aliases in use, case variants found among the listed ids included.
    """
    case = _case_variants(models)
    twice = _both_listed(models.filter(pl.col("source").is_in(own)), aliases)
    named = (pl.col("id") != "") & (pl.col("canonical") != "") & (pl.col("kind") != "mirror")
    stated = aliases.filter(named).join(twice, on="id", how="anti")
    used = pl.concat([stated, case], how="diagonal")
    listed = frozenset(models["id"])
    direct = dict(zip(used["id"].to_list(), used["canonical"].to_list(), strict=True))
    renamed = {key: end for key in direct if (end := _follow(direct, key)) != key}
    folded = {key.casefold(): key for key in sorted(listed - renamed.keys(), reverse=True)}
    folded |= {key.casefold(): end for key, end in renamed.items() if key.casefold() not in folded}
    return Names(listed, renamed, folded), used


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
