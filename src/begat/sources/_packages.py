"""The Python packages of systems, ``data/packages.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache

from begat.files import package_path

__all__ = ["package_of", "system_of"]


@cache
def package_of() -> Mapping[str, str]:
    """Return the package of each system by the id of the system."""
    text = package_path("data", "packages.toml").read_text("utf-8")
    return dict(tomllib.loads(text)["packages"])


@cache
def system_of() -> Mapping[str, str]:
    """Return the system of each package by the name of the package."""
    return {package: system for system, package in package_of().items()}
