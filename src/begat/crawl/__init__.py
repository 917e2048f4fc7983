"""Crawls: polite, resumable walks over a live platform that keep every answer as it came.

A source says what to ask for (`Platform.fetch`), this package asks: one origin, bounded in time, size and
number, no faster than allowed. Answers are files in a folder; the source's own parser reads them from there.
A crawl that was broken off is run again: what is in its folder is not asked for a second time.
"""

from begat.crawl.crawl import Crawl
from begat.crawl.page import Page
from begat.crawl.platform import Platform, Rate

__all__ = ["Crawl", "Page", "Platform", "Rate"]
