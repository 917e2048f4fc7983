"""What may come in: bytes inflated up to a bound, text that is UTF-8, JSON without what JSON forbids."""

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["LARGEST", "TooLarge", "inflated", "read_json"]

LARGEST = 32 * 2**20
"""Bytes of an inflated answer."""

STEP = 2**20
"""Bytes inflated at a time."""


class TooLarge(ValueError):
    """An answer that is larger than allowed; asking again would not help."""


def inflated(chunks: Iterable[bytes], encoding: str, *, most: int = LARGEST) -> bytes:
    """Return the content of an answer, never holding more than `most` and a step.

    Parameters
    ----------
    chunks : iterable of bytes
        The bytes as they came.
    encoding : str
        The header ``Content-Encoding``: gzip, identity, or nothing.
    most : int
        Bytes of the content.

    Raises
    ------
    TooLarge
        If there is more, or another encoding, which may hide more.
    ValueError
        If the bytes are no gzip, or end too early.
    """
    name = encoding.strip().lower()
    if name not in ("", "identity", "gzip", "x-gzip"):
        raise TooLarge(f"its encoding {encoding!r:.60} was not asked for")
    content = bytearray()
    for part in _gunzipped(chunks) if name.endswith("gzip") else chunks:
        content += part
        if len(content) > most:
            raise TooLarge(f"it is larger than {most:,} bytes")
    return bytes(content)


def _gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Inflate one gzip member, at most a step at a time."""
    inflate = zlib.decompressobj(wbits=31)
    try:
        for chunk in chunks:
            left = chunk
            while left and not inflate.eof:
                yield inflate.decompress(left, STEP)
                left = inflate.unconsumed_tail + inflate.unused_data
            if left:
                raise ValueError("its gzip data go on after their end")
    except zlib.error as error:
        raise ValueError(f"it is no gzip ({error})") from error
    if not inflate.eof:
        raise ValueError("its gzip data end too early")


def read_json(body: bytes) -> Any:
    """Return JSON that everybody reads alike.

    Numbers beyond 2^53 and lone surrogates pass: they are one record's fault, and its parser sets it aside.

    Raises
    ------
    ValueError
        If it is no UTF-8 or no JSON, holds NaN or an infinity, a key twice, or brackets nested too deep.

    Examples
    --------
    >>> read_json(b'{"a": [1, null]}')
    {'a': [1, None]}
    >>> read_json(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ValueError: the key 'a' stands there twice
    """
    text = body.decode("utf-8")
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("its brackets are nested too deep") from error


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not a number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for place, (key, _) in enumerate(pairs) if key in dict(pairs[:place]))
        raise ValueError(f"the key {twice!r:.60} stands there twice")
    return found
