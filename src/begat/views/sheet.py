"""Rows as CSV that a spreadsheet can open without running anything that is written in them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["sheet"]

STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
"""First characters that make a text a formula, or are skipped before one (OWASP ASVS 1.2.10)."""


def sheet(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    r"""Write rows as CSV with a byte-order mark, so that spreadsheets read Chinese names.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers.

    Examples
    --------
    >>> sheet([{"name": "=1+1", "rank": -1}], ["name", "rank"]).splitlines()
    ['\ufeffname,rank', "'=1+1,-1"]
    """
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip(" ").startswith(STARTS):
        return f"'{value}"
    return value
