"""The Python API: a registry is one snapshot with everything that is derived from it.

>>> import begat
>>> reg = begat.open()  # doctest: +SKIP
>>> [row["id"] for row in reg.lineage("Qwen/Qwen2.5-7B-Instruct", up=True)]  # doctest: +SKIP
['Qwen/Qwen2.5-7B']
"""

from begat.registry.registry import Registry, open_registry

__all__ = ["Registry", "open_registry"]
