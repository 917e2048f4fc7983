r"""A line of N-Quads: how text is written in it, and how it comes apart. The one place that knows.

What must be escaped is written when a line is made; an export is canonical (RDF 1.2 N-Quads) and also escapes
control characters, ``\b \t \f`` and ``\uXXXX``, at twice the time. Every other character stands for itself.
"""

import polars as pl

__all__ = ["CANONICAL", "IRI", "LITERAL", "NODE", "canonical", "escaped", "quad", "required", "unescaped"]

REQUIRED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
"""What must be escaped between quotes."""

CONTROLS = [*range(0x20), 0x7F, 0xFFFE, 0xFFFF]
NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
RAW = {chr(code): f"\\u{code:04X}" for code in CONTROLS} | NAMED
"""Characters that never stand in a canonical line as they are -> how they are written."""

CANONICAL = RAW | {'"': '\\"', "\\": "\\\\"}
"""What is escaped between the quotes of a canonical line."""

IRI = r"<[^>]*>"
NODE = rf"(?:{IRI}|_:[^ ]+)"
LITERAL = r'"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?'


def quad(node: str = NODE) -> str:
    """Return the pattern of a line: its groups are the triple, and the IRI of the graph or null.

    Parameters
    ----------
    node : str
        What subjects, and objects that are no literals, may be: `NODE`, or `IRI` where blank nodes are
        not expected.
    """
    return rf"^({node} {IRI} (?:{node}|{LITERAL}))(?: <([^>]*)>)? \.$"


def required(text: pl.Expr) -> pl.Expr:
    """Return text as it may stand between quotes."""
    return text.str.replace_many(list(REQUIRED), list(REQUIRED.values()))


def escaped(text: pl.Expr) -> pl.Expr:
    """Return text as it stands between the quotes of a canonical line."""
    return text.str.replace_many(list(CANONICAL), list(CANONICAL.values()))


def unescaped(text: pl.Expr) -> pl.Expr:
    """Return what stands between the quotes of a canonical line as text; undoes `escaped`."""
    return text.str.replace_many(list(CANONICAL.values()), list(CANONICAL))


def canonical(lines: pl.Series) -> pl.Series:
    """Return lines in which only what must be is escaped as canonical lines."""
    return lines.str.replace_many(list(RAW), list(RAW.values()))
