"""OpenAlex, works: how often the papers that introduced benchmarks are cited."""

from begat.sources._openalex import WORKS, fetch_works, platform
from begat.sources.base import Source

__all__ = ["SOURCE"]

SOURCE = Source(
    name="openalex-benchmarks",
    title="OpenAlex, citations of the papers that introduced benchmarks",
    licence="CC0-1.0",
    feeds="observations; papers of arXiv only, and a preprint and its published version are two works there",
    files=(WORKS,),
    authority=0,
    tables=("observations",),
    indicators=("E09",),
    platform=platform(fetch_works, ("benchmarks", "paper"), "documented shape 2026-11-26"),
)
