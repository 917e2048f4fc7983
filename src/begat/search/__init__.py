"""Finding ids by name.

named      what can be found, under which texts, how popular it is
fold       texts as they are compared, and where words begin in them
places     the sorted places of words, and the most popular of a range
words      known words, and those that a mistyped one may mean
distance   edits between two texts
built      the arrays, made from a snapshot
index      the index: whole, by words, mistyped
"""

from begat.search.index import Hit, NameIndex

__all__ = ["Hit", "NameIndex"]
