"""The Hub's dataset viewer: tables of others, slice by slice."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from begat.crawl import Crawl
from begat.sources._walk import field_of

__all__ = ["LENGTH", "ORIGIN", "ask_slices"]

ORIGIN = "https://datasets-server.huggingface.co"
LENGTH = 100
"""The largest slice that it gives."""


def ask_slices(crawl: Crawl, kind: str, path: str, params: Mapping[str, Any]) -> None:
    """Ask for all rows of a split: ``/rows``, or those of ``/filter`` that fit its ``where``."""
    for offset in count(0, LENGTH):
        page = crawl.page(kind, path, {**params, "offset": offset, "length": LENGTH})
        if page is None or offset + LENGTH >= field_of(page, "num_rows_total"):
            return
