"""One spelling for each model: aliases made consistent, and every text of the statements resolved once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from begat.resolve.cascade import Found, Known

__all__ = ["Names", "resolve_names"]


@dataclass(frozen=True)
class Names:
    """What every text of the statements stands for.

    Attributes
    ----------
    found : mapping
        From each text to what was found; see `begat.resolve.cascade`.
    used : DataFrame
        The aliases in use, case variants found among the listed ids included.
    """

    found: Mapping[str, Found]
    used: pl.DataFrame

    def of(self, texts: pl.Series) -> pl.Series:
        """Return the ids of a column of texts, null where a text is no id for certain."""
        return self._each(texts, {text: item.accepted for text, item in self.found.items()})

    def how(self, texts: pl.Series) -> pl.Series:
        """Return for a column of texts the method, or why there is no id."""
        return self._each(texts, {text: item.resolution for text, item in self.found.items()})

    def guesses(self) -> pl.DataFrame:
        """Return the texts whose id is doubtful: ``text, parent, method, confidence``."""
        rows = [
            (text, item.id, item.method, item.confidence)
            for text, item in self.found.items()
            if item.id is not None and item.accepted is None
        ]
        columns = {"text": pl.String, "parent": pl.String, "method": pl.String, "confidence": pl.Float64}
        return pl.DataFrame(rows, schema=columns, orient="row").sort("text")

    def _each(self, texts: pl.Series, known: Mapping[str, str | None]) -> pl.Series:
        wanted = {text: known[text] for text in texts.drop_nulls().unique()}
        return texts.replace_strict(wanted, default=None, return_dtype=pl.String)


def resolve_names(
    models: pl.DataFrame,
    aliases: pl.DataFrame,
    texts: pl.Series,
    own: Collection[str],
    makers: Collection[str] = frozenset(),
) -> Names:
    """Resolve all texts that name a model.

    Parameters
    ----------
    models : DataFrame
        ``id``, ``created_at``, ``source``, ``last_listed`` in order of authority, best first.
    aliases : DataFrame
        The stated aliases in the same order; of two that contradict each other the first is used.
        Mirrors are no names of the same repository and are ignored; those of the kind review are decisions
        of people and come before all else.
    texts : Series
        Every occurrence of a text, so that of two spellings of an unknown id the commoner is kept.
    own : collection of str
        The sources that are a platform's own records: what they list exists under that name.
    makers : collection of str
        Accounts of makers, in lower case.
    """
    decided = aliases.filter(kind="review")
    reviewed = {text: key or None for text, key in decided.reverse().select("id", "canonical").iter_rows()}
    living = pl.col("last_listed").is_null()
    taken = _taken_again(models.filter(pl.col("source").is_in(own) & living), aliases)
    named = (pl.col("id") != "") & (pl.col("canonical") != "") & ~pl.col("kind").is_in(["mirror", "review"])
    stated = aliases.filter(named).join(taken, on="id", how="anti", maintain_order="left")
    case = _case_variants(models).join(stated.select(canonical="id"), on="canonical", how="anti")
    used = pl.concat([stated, case], how="diagonal")
    known = _known(
        frozenset(models["id"]), used, makers, {text: key or None for text, key in reviewed.items()}
    )
    return Names(_found(known, texts), pl.concat([used, aliases.filter(kind="review")], how="diagonal"))


def _known(
    listed: frozenset[str],
    used: pl.DataFrame,
    makers: Collection[str],
    reviewed: Mapping[str, str | None],
) -> Known:
    pairs = zip(used["id"].to_list(), used["canonical"].to_list(), strict=True)
    direct = dict(reversed(list(pairs)))
    renamed = {key: end for key in direct if (end := _follow(direct, key)) != key}
    listed |= {renamed[key] for key in listed & renamed.keys()}
    folded: dict[str, str] = {}
    twice: set[str] = set()
    for key in listed - renamed.keys():
        low = key.casefold()
        twice.update([low] if low in folded else [])
        folded[low] = key
    for low in twice:
        del folded[low]
    for key, end in renamed.items():
        if (low := key.casefold()) not in twice:
            folded.setdefault(low, end)
    return Known(listed, renamed, folded, makers, reviewed)


def _found(known: Known, texts: pl.Series) -> dict[str, Found]:
    """Resolve each text; of two spellings of an id that nobody lists the commoner is kept."""
    counts = dict(texts.drop_nulls().value_counts().iter_rows())
    found = {text: known.resolve(text) for text in counts}
    spelling: dict[str, str] = {}
    for text in sorted(found, key=lambda text: (-counts[text], text)):
        if (key := found[text].id) is not None:
            spelling.setdefault(key.casefold(), key)
    return {
        text: item
        if item.id is None or item.id in known.listed
        else item._replace(id=spelling[item.id.casefold()])
        for text, item in found.items()
    }


def _taken_again(models: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Renames whose old name a platform's own records show to be another repository.

    Either one source lists both ids side by side, or the old id was created after the rename was stated. A
    list made by hand or by program may carry old names for ever; only a platform's own records count.
    """
    seen = models.select("id", "source").unique()
    sides = (
        aliases.select("id", "canonical")
        .join(seen, on="id")
        .join(seen.rename({"id": "canonical"}), on=["canonical", "source"])
    )
    later = aliases.join(models.select("id", "created_at"), on="id").filter(
        pl.col("created_at").dt.date() > pl.col("stated_on")
    )
    return pl.concat([sides.select("id"), later.select("id")]).unique()


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
