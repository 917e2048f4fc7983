"""begat: the genealogy of open models.

``begat.open()`` opens a registry: lineage, trees, influence, ranking and SPARQL over one snapshot.
"""

import importlib
from typing import TYPE_CHECKING, Any

from begat.version import __version__

if TYPE_CHECKING:
    from begat.registry import Registry
    from begat.registry import open_registry as open  # noqa: A004 - `begat.open()` is the API's name

__all__ = ["Registry", "__version__", "open"]


def __getattr__(name: str) -> Any:
    """Import the API when it is first used: ``import begat`` itself costs nothing."""
    api = {"open": "open_registry", "Registry": "Registry"}
    if name not in api:
        raise AttributeError(f"module 'begat' has no attribute {name!r}")
    return getattr(importlib.import_module("begat.registry"), api[name])
