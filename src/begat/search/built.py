"""The arrays of the name index, made from a snapshot."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from begat.search.fold import END, Places, fold, readable
from begat.search.named import named
from begat.search.places import block_minima, in_order
from begat.search.words import word_arrays
from begat.snapshot import Snapshot

__all__ = ["FORMAT", "ID", "KINDS", "NAME", "built"]

FORMAT = 4
KINDS = ("model", "dataset", "institution", "system", "benchmark")
OF = ("id", "name", "other")
ID, NAME = 0, 1


def built(snapshot: Snapshot) -> dict[str, NDArray[Any]]:
    """Return the arrays of `begat.search.NameIndex`; an entry is a text under which a thing is found.

    ``text, ends`` hold the folded entries, ``written, written_ends`` them as they are, ``thing`` the first
    entry of the same thing, which is its id. ``begins`` are all places of words; ``all, openings, heads``
    the places of words, whole texts and names in the order of what follows.
    """
    rows = named(snapshot)
    folded = fold(_block(rows["text"]))
    ends = np.concatenate(([0], np.flatnonzero(folded.text == END) + 1)).astype(np.uint32)
    heads = _heads(rows, ends)
    ordered = in_order(folded.text, folded.begins)
    return {
        "text": folded.text,
        "ends": ends,
        "begins": folded.begins,
        "first_begin": np.searchsorted(folded.begins, ends).astype(np.uint32),
        "head": heads,
        **_sorted("all", ordered),
        **_sorted("openings", ordered[_among(ordered, ends[:-1], len(folded.text))]),
        **_sorted("heads", ordered[_among(ordered, heads, len(folded.text))]),
        **_written(rows["text"]),
        "thing": _things(rows),
        "kind": _numbers(rows["kind"], KINDS),
        "of": _numbers(rows["of"], OF),
        **word_arrays(folded.text, folded.begins),
    }


def _block(texts: pl.Series) -> bytes:
    """Return all texts in one block, each ended by `END`."""
    plain = texts.str.contains(r"^[\x01-\x7f]*[A-Za-z0-9][\x01-\x7f]*$")
    odd = texts.filter(~plain)
    readable_ = pl.Series([readable(text) for text in odd], dtype=pl.String)
    places = (~plain).arg_true()
    return ("\0".join(texts.scatter(places, readable_)) + "\0").encode()


def _heads(rows: pl.DataFrame, ends: Places) -> Places:
    """Return where the name begins in each entry: of an id behind its account, else behind its platform."""
    name = pl.coalesce(
        pl.col("text").str.extract(r"/([^/]*[A-Za-z0-9][^/]*)$"), pl.col("text").str.extract(r"^[^:/]*:(.+)$")
    )
    names = rows.select(pl.when(pl.col("of") == "id").then(name))["text"].fill_null(rows["text"])
    sizes = np.diff(np.concatenate(([0], np.flatnonzero(fold(_block(names)).text == END) + 1)))
    return np.maximum(ends[1:] - sizes, ends[:-1]).astype(np.uint32)


def _among(places: Places, wanted: Places, size: int) -> NDArray[np.bool_]:
    flags = np.zeros(size, dtype=bool)
    flags[wanted] = True
    found: NDArray[np.bool_] = flags[places]
    return found


def _sorted(name: str, places: Places) -> dict[str, NDArray[Any]]:
    return {name: places, f"{name}_minima": block_minima(places)}


def _written(texts: pl.Series) -> dict[str, NDArray[Any]]:
    block = "".join(texts).encode()
    ends = np.concatenate(([0], texts.str.len_bytes().to_numpy().astype(np.int64).cumsum()))
    return {"written": np.frombuffer(block, dtype=np.uint8), "written_ends": ends}


def _things(rows: pl.DataFrame) -> Places:
    new = rows.select(pl.struct("kind", "id").rle_id()).to_series().to_numpy()
    starts = np.flatnonzero(np.diff(new, prepend=-1))
    first: Places = starts[new].astype(np.uint32)
    return first


def _numbers(column: pl.Series, values: tuple[str, ...]) -> NDArray[np.uint8]:
    numbers: NDArray[np.uint8] = column.replace_strict(
        dict(zip(values, range(len(values)), strict=True)), return_dtype=pl.UInt8
    ).to_numpy()
    return numbers
