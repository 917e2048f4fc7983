"""OpenAlex, works: how often the papers that models name are cited."""

from begat.sources._openalex import WORKS, fetch_works, platform
from begat.sources.base import Source

__all__ = ["SOURCE"]

SOURCE = Source(
    name="openalex-works",
    title="OpenAlex, citations of the papers that models name",
    licence="CC0-1.0",
    feeds="observations; a preprint and its published version are two works there, and only the preprint's "
    "citations are counted here",
    files=(WORKS,),
    authority=0,
    tables=("observations",),
    platform=platform(fetch_works, ("models", "papers"), "documented shape 2026-11-26"),
)
