"""Values of rows and columns, as text, put together into a table again."""

from collections.abc import Mapping

import polars as pl

__all__ = ["table_of"]

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
INFINITE = {"INF": "inf", "-INF": "-inf"}


def table_of(
    values: pl.DataFrame, kinds: Mapping[str, pl.DataType], required: list[str], rows: int
) -> tuple[pl.DataFrame, list[str]]:
    """Put the values of a table in their places.

    Parameters
    ----------
    values : DataFrame
        ``row`` (from 1), ``column``, ``value`` (text without its escapes).
    kinds : mapping
        The columns of the table with their types.
    required : list of str
        Columns that have a value in every row.
    rows : int
        How many rows it has.

    Returns
    -------
    DataFrame
        The table; a value that is not there is null.
    list of str
        All that is wrong; empty where nothing is.
    """
    if rows > len(values):
        return _empty(kinds), [f"there are {rows:,} rows, and only {len(values):,} values"]
    faults = _beyond(values, rows)
    table = pl.DataFrame({"row": pl.int_range(1, rows + 1, dtype=pl.UInt32, eager=True)})
    for name, kind in kinds.items():
        given = values.filter(pl.col("column") == name).select("row", "value")
        if twice := given.filter(pl.col("row").is_duplicated())["row"].unique().sort().to_list():
            faults.append(f"{name} has two values in {_some(twice)}")
            given = given.unique("row", keep="any")
        read = _read(given["value"], kind)
        if bad := given.filter(read.is_null())["row"].to_list():
            faults.append(f"{name} can't be read in {_some(bad)}")
        column = given.select("row", read.alias(name))
        table = table.join(column, on="row", how="left", maintain_order="left")
        if name in required and (lost := table.filter(pl.col(name).is_null())["row"].to_list()):
            faults.append(f"{name} is missing in {_some(lost)}")
    return table.drop("row"), faults


def _empty(kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(kinds))


def _beyond(values: pl.DataFrame, rows: int) -> list[str]:
    beyond = values.filter(pl.col("row") > rows)["row"].unique().sort().to_list()
    return [f"there are {rows:,} rows, and values of {_some(beyond)}"] if beyond else []


def _some(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:3])
    return f"row {shown}" + (f" and {len(rows) - 3:,} more" if len(rows) > 3 else "")


def _read(text: pl.Series, kind: pl.DataType) -> pl.Series:
    """Return texts as values of a type, null where one is none."""
    if kind == pl.String:
        return text
    if kind == pl.Boolean:
        return text.replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    if kind == pl.Float64:
        return text.replace(INFINITE).cast(kind, strict=False)
    if kind == pl.Date:
        return text.str.to_date("%Y-%m-%d", strict=False)
    if kind == pl.Datetime:
        return text.str.to_datetime(
            "%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", strict=False
        ).dt.replace_time_zone("UTC")
    if kind == pl.List:
        return _lists(text, kind)
    return text.cast(kind, strict=False)


def _lists(text: pl.Series, kind: pl.DataType) -> pl.Series:
    """Read lists of texts in JSON; one by one only if something among them is none."""
    try:
        return text.str.json_decode(kind)
    except pl.exceptions.ComputeError:
        return pl.Series(text.name, [_list(one, kind) for one in text], dtype=kind)


def _list(text: str, kind: pl.DataType) -> list[str] | None:
    try:
        found: list[str] = pl.Series([text]).str.json_decode(kind)[0].to_list()
    except (pl.exceptions.ComputeError, AttributeError):
        return None
    return found
