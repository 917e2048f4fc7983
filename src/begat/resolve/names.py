"""One spelling for each model: aliases made consistent, and every text of the statements resolved once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from begat.resolve.cascade import METHODS, Found, Known

__all__ = ["Names", "resolve_names"]


@dataclass(frozen=True)
class Names:
    """What every text of the statements stands for: the id of a model, or None if it is no id.

    Attributes
    ----------
    odd : mapping
        From each text that is not simply a listed id to what was found; see `begat.resolve.cascade`.
    used : DataFrame
        The aliases in use, case variants found among the listed ids included.
    """

    odd: Mapping[str, Found]
    used: pl.DataFrame

    def find(self, text: str) -> Found:
        """Return what one text stands for."""
        return self.odd.get(text) or Found(text, "exact", METHODS["exact"].confidence)

    def of(self, texts: pl.Series) -> pl.Series:
        """Return the ids of a column of texts, null where a text is no id for certain."""
        other = {text: item.accepted for text, item in self.odd.items() if item.accepted != text}
        return _replaced(texts, other)

    def how(self, texts: pl.Series) -> pl.Series:
        """Return for a column of texts the method, or why there is no id."""
        plain = texts.is_null() | texts.is_in([*self.odd])
        exact = pl.Series([None, "exact"], dtype=pl.String).gather((~plain).cast(pl.UInt32))
        return exact.zip_with(
            ~plain, _replaced(texts, {text: item.resolution for text, item in self.odd.items()})
        )

    def guesses(self) -> pl.DataFrame:
        """Return the texts whose id is doubtful: ``text, parent, method, confidence``."""
        rows = [
            (text, item.id, item.method, item.confidence)
            for text, item in self.odd.items()
            if item.id is not None and item.accepted is None
        ]
        columns = {"text": pl.String, "parent": pl.String, "method": pl.String, "confidence": pl.Float64}
        return pl.DataFrame(rows, schema=columns, orient="row").sort("text")


def _replaced(texts: pl.Series, other: Mapping[str, str | None]) -> pl.Series:
    old, new = (pl.Series([*values], dtype=pl.String) for values in (other.keys(), other.values()))
    return texts.replace(old, new)


def resolve_names(
    models: pl.DataFrame,
    aliases: pl.DataFrame,
    texts: pl.DataFrame,
    own: Collection[str],
    makers: Collection[str] = frozenset(),
) -> Names:
    """Resolve all texts that name a model.

    Parameters
    ----------
    models : DataFrame
        ``id``, ``created_at``, ``source``, ``last_listed`` in order of authority, best first.
    aliases : DataFrame
        The stated aliases in the same order; of two that contradict each other the first is used, of a
        rename and one back the later.
        Mirrors are no names of the same repository and are ignored; those of the kind review are decisions
        of people and come before all else.
    texts : DataFrame
        ``text, count``: how often each is said, so that of two spellings of an unknown id the commoner
        is kept.
    own : collection of str
        The sources that are a platform's own records: what they list exists under that name.
    makers : collection of str
        Accounts of makers, in lower case.

    Notes
    -----
    A listed id that has no other name stands for itself: joins find these. Only the distinct other texts
    are looked at one by one, by `Known.resolve`.
    """
    decided = aliases.filter(kind="review")
    reviewed = {text: key or None for text, key in decided.reverse().select("id", "canonical").iter_rows()}
    living = pl.col("last_listed").is_null()
    taken = _taken_again(models.filter(pl.col("source").is_in(own) & living), aliases)
    named = (pl.col("id") != "") & (pl.col("canonical") != "") & ~pl.col("kind").is_in(["mirror", "review"])
    stated = _lasting(aliases.filter(named)).join(taken, on="id", how="anti", maintain_order="left")
    listed = _folded(models["id"].unique())
    case = _case_variants(models, listed).join(stated.select(canonical="id"), on="canonical", how="anti")
    used = pl.concat([stated, case], how="diagonal")
    renamed = _renamed(used)
    current = listed.filter(~pl.col("id").is_in([*renamed]))
    plain = current.filter(~pl.col("id").is_in([*reviewed])).select(text="id")
    known = _known(listed, current, renamed, makers, reviewed)
    odd = _found(known, texts.join(plain, on="text", how="anti")["text"].sort(), listed, texts)
    return Names(odd, pl.concat([used, decided], how="diagonal"))


def _folded(ids: pl.Series) -> pl.DataFrame:
    """Return ids in falling order and how they read without regard to case, ``id, low``."""
    frame = ids.sort(descending=True).to_frame("id").with_columns(low=pl.col("id").str.to_lowercase())
    ascii_ = pl.col("id").str.len_bytes() == pl.col("id").str.len_chars()
    other = frame.filter(~ascii_)["id"]
    low = pl.Series([text.casefold() for text in other], dtype=pl.String)
    return frame.with_columns(low=pl.when(ascii_).then("low").otherwise(pl.col("id").replace(other, low)))


def _renamed(used: pl.DataFrame) -> dict[str, str]:
    """Where each name that is not the present one leads to, after all aliases."""
    pairs = zip(used["id"].to_list(), used["canonical"].to_list(), strict=True)
    direct = dict(reversed(list(pairs)))
    return {key: end for key in direct if (end := _follow(direct, key)) != key}


def _known(
    listed: pl.DataFrame,
    current: pl.DataFrame,
    renamed: Mapping[str, str],
    makers: Collection[str],
    reviewed: Mapping[str, str | None],
) -> Known:
    ids = frozenset(listed["id"])
    ids |= {end for key, end in renamed.items() if key in ids}
    alike = pl.col("low").is_duplicated()
    twice = set(current.filter(alike)["low"])
    single = current.filter(~alike)
    folded = dict(zip(single["low"].to_list(), single["id"].to_list(), strict=True))
    for key, end in renamed.items():
        if (low := key.casefold()) not in twice:
            folded.setdefault(low, end)
    return Known(ids, renamed, folded, makers, reviewed)


def _found(known: Known, odd: pl.Series, listed: pl.DataFrame, texts: pl.DataFrame) -> dict[str, Found]:
    """Resolve each text; of two spellings of an id that nobody lists the commoner is kept."""
    found = {text: known.resolve(text) for text in odd}
    ids = {text: item.id for text, item in found.items() if item.id is not None}
    unlisted = {key for key in ids.values() if key not in known.listed}
    spelling = _spelling(unlisted, ids, listed, texts)
    return {
        text: item._replace(id=spelling.get(item.id, item.id)) if item.id is not None else item
        for text, item in found.items()
    }


def _spelling(
    unlisted: Collection[str], found: Mapping[str, str], listed: pl.DataFrame, texts: pl.DataFrame
) -> dict[str, str]:
    """Return the commonest spelling of each id that is not listed, of all texts that read so in some case."""
    lows = {key.casefold() for key in unlisted}
    keys = {text: key for text, key in found.items() if key.casefold() in lows}
    rivals = listed.filter(pl.col("low").is_in(lows) & ~pl.col("id").is_in([*found]))["id"]
    keys |= {text: text for text in rivals}
    counts = dict(texts.filter(pl.col("text").is_in([*keys])).iter_rows())
    commonest: dict[str, str] = {}
    for text in sorted(keys, key=lambda text: (-counts.get(text, 0), text)):
        commonest.setdefault(keys[text].casefold(), keys[text])
    return {key: commonest[key.casefold()] for key in unlisted}


def _lasting(aliases: pl.DataFrame) -> pl.DataFrame:
    """Leave out renames after which one back was stated."""
    back = aliases.group_by(id="canonical", canonical="id").agg(back_on=pl.col("stated_on").max())
    known = aliases.join(back, on=["id", "canonical"], how="left", maintain_order="left")
    return known.filter((pl.col("back_on") <= pl.col("stated_on")).fill_null(value=True)).drop("back_on")


def _taken_again(models: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Renames whose old name a platform's own records show to be another repository.

    Either one source lists both ids side by side, or the old id was created after the rename was stated. A
    list made by hand or by program may carry old names for ever; only a platform's own records count.
    """
    named = pl.concat([aliases["id"], aliases["canonical"]]).unique()
    models = models.filter(pl.col("id").is_in(named.implode()))
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


def _case_variants(models: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Listed ids equal up to case are one repository, unless their creation times differ."""
    alike = listed.filter(pl.col("id").str.to_lowercase().is_duplicated())["id"]
    folded = models.filter(pl.col("id").is_in(alike.implode())).with_columns(
        low=pl.col("id").str.to_lowercase(), made=pl.col("created_at").dt.truncate("1d")
    )
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
