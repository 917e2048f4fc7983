"""What rests on something that is bad, as documents for other tools tell it.

Only what is known is said: that a thing rests on another, by which step and on whose word. Whether it is
affected is for whoever examines it, so its state is under investigation in both standards.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from begat.interchange.pedigree import Edition
from begat.interchange.properties import Property
from begat.records import Dataset, Model

__all__ = ["Affected", "Cause", "Hit", "thing"]

CVE = re.compile(r"CVE-\d{4}-\d{4,}")
FROM_DATA = ("trained-on", "dataset-derived")
TOLD = ("depth", "relation", "via", "evidence", "account", "institution", "country", "state")
"""Of a row, what a component says of itself beside its name and licence."""

Row = Mapping[str, Any]
Thing = Model | Dataset


class Cause(NamedTuple):
    """Why somebody asks: an id of theirs, such as a CVE, and words."""

    id: str | None = None
    text: str | None = None

    @property
    def cve(self) -> bool:
        """Whether the id is one of the CVE list."""
        return bool(self.id and CVE.fullmatch(self.id))


class Hit(NamedTuple):
    """Something that rests on what is bad, what it was made from or trained on, and its row."""

    thing: Thing
    above: Thing
    row: Row

    @property
    def facts(self) -> list[Property]:
        """What is known of it, as names and values."""
        known = ((name, self.row.get(name)) for name in TOLD)
        return [(f"begat:{name}", str(value)) for name, value in known if value is not None]


class Affected:
    """What is bad, and all that rests on it.

    Parameters
    ----------
    edition : Edition
        Whose facts these are.
    subject, kind : str
        What was asked for; its kind, such as ``model`` or ``account``.
    bad : sequence of Model or Dataset
        What is bad: the subject itself, or all that is its own.
    rows : sequence of mapping
        What rests on it, as `begat.registry.impacted.impact` gives it; each once.
    cause : Cause
        Why.
    on : date, optional
        The day that it is told as of; that of the snapshot if not given.
    """

    def __init__(
        self,
        edition: Edition,
        subject: str,
        kind: str,
        *,
        bad: Sequence[Thing],
        rows: Sequence[Row],
        cause: Cause,
        on: date | None = None,
    ) -> None:
        self.edition, self.subject, self.kind = edition, subject, kind
        self.bad, self.cause, self.on = tuple(bad), cause, on
        self.hits = tuple(_hit(row) for row in rows)

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """What is bad, then what rests on it."""
        return (*self.bad, *(hit.thing for hit in self.hits))

    @property
    def name(self) -> str:
        """The id of the cause, or what was asked for."""
        return self.cause.id or f"begat:{self.kind}:{self.subject}"

    @property
    def text(self) -> str:
        """Why, in words."""
        return self.cause.text or f"What rests on the {self.kind} {self.subject}."

    @property
    def detail(self) -> str:
        """How much rests on it, and how sure that is."""
        said = [hit.row["evidence"] for hit in self.hits]
        sure = ", ".join(f"{said.count(word):,} {word}" for word in ("declared", "reported", "inferred"))
        return (
            f"{len(self.hits):,} models and datasets rest on the {self.kind} {self.subject}, as sure as the "
            f"weakest step of the surest way: {sure}. The last step to each stands with it. "
            "This is lineage only: nothing was examined."
        )

    @property
    def facts(self) -> list[Property]:
        """Which snapshot this is of, and what was asked."""
        edition = self.edition
        said = {
            "snapshot": edition.name,
            "digest": edition.digest,
            "synthetic": "true" if edition.synthetic else None,
            "asOf": str(self.on) if self.on else None,
            "subject": json.dumps({"kind": self.kind, "id": self.subject}, ensure_ascii=False),
        }
        return [(f"begat:{name}", value) for name, value in said.items() if value is not None]


def _hit(row: Row) -> Hit:
    own = thing(row["kind"], row["id"], account=row["account"], licence=row["licence"])
    above = Dataset if row["relation"] in FROM_DATA else Model
    return Hit(own, above(row["via"]), row)


def thing(kind: str, key: str, *, account: str | None, licence: str | None) -> Thing:
    """Return a model or dataset with what a document says of it; an account has its platform in front."""
    platform, _, name = (account or "").partition(":")
    made = Dataset if kind == "dataset" else Model
    return made(key, platform=platform or None, account=name or None, licence=licence)
