"""Finding what a folder declares: one thing a file, no second list."""

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from typing import TypeVar

from begat.errors import InputError, UnknownName

__all__ = ["declared", "named"]

Thing = TypeVar("Thing")


def declared(package: str, constant: str, kind: type[Thing]) -> dict[str, Thing]:
    """Return what the modules of a package declare, by its ``name``; ``base`` and ``_...`` are left out.

    Raises
    ------
    InputError
        If a module declares no such constant, or a name twice; the message names the file.
    """
    found: dict[str, Thing] = {}
    path = importlib.import_module(package).__path__
    for module in sorted(info.name for info in pkgutil.iter_modules(path)):
        if module.startswith("_") or module == "base":
            continue
        thing = getattr(importlib.import_module(f"{package}.{module}"), constant, None)
        name = getattr(thing, "name", "")
        if not isinstance(thing, kind) or name in found:
            raise InputError(
                f"such a file declares one {constant} with a name of its own",
                where=f"{package.replace('.', '/')}/{module}.py",
            )
        found[name] = thing
    return found


def named(kind: str, name: str, known: Mapping[str, Thing], *, hint: str = "") -> Thing:
    """Return a thing by name.

    Raises
    ------
    UnknownName
        If there is none of this name; near names come with it, else `hint` or all names.
    """
    if name not in known:
        near = difflib.get_close_matches(name, known)
        raise UnknownName(kind, name, suggestions=near, hint=hint or f"Known: {', '.join(known)}.")
    return known[name]
