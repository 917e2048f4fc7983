"""What a snapshot holds and says: things by their names, changes, shares, claims."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from begat.errors import UnknownName
from begat.registry.opened import Opened, Row, plain, renamed
from begat.registry.queried import query
from begat.snapshot import Snapshot

if TYPE_CHECKING:
    from begat.search import Hit

__all__ = ["claims", "diff", "review", "search", "share", "show", "stats"]


def stats(reg: Opened) -> Row:
    """Return what the snapshot holds; see `begat.answer.stats`."""
    from begat.answer.stats import stats

    return stats(reg.snapshot, reg.graph)


def search(reg: Opened, text: str, *, limit: int = 20) -> "list[Hit]":
    """Return things whose id or name has a text or its words, then near ones; see `begat.search`."""
    return reg.names.search(text, limit=limit)


def show(reg: Opened, text: str) -> Row:
    """Return everything said about a model, dataset, institution, system or benchmark.

    Raises
    ------
    UnknownName
        If there is no such thing; near ids come with it.
    """
    from begat.answer.show import KINDS, show

    hits = {hit["kind"]: hit["id"] for hit in reversed(reg.names.exact(plain(text)))}
    for kind in KINDS:
        if kind in hits:
            return show(reg.keyed, kind, hits[kind])
    if (place := renamed(reg, plain(text))) is not None:
        return show(reg.keyed, "model", reg.graph.ids[place])
    near = [hit["id"] for hit in reg.names.near(text)]
    raise UnknownName("thing", text, suggestions=near, hint="Try `begat search TEXT`.")


def diff(reg: Opened, before: Snapshot, *, what: str | None = None, top: int | None = 20) -> list[Row]:
    """Return what changed since another snapshot; see `begat.answer.diff`."""
    from begat.answer.diff import diff

    return diff(before, reg.snapshot, what=what, top=top)


def review(reg: Opened) -> list[Row]:
    """Return the base-model texts that led to no model for certain; see `begat.answer.review`."""
    from begat.answer.review import review_rows

    return review_rows(reg.snapshot)


def share(
    reg: Opened,
    *,
    by: str = "country",
    of: str = "downloads",
    edition: date | None = None,
    over_time: bool = False,
    panel: str = "listed",
    modality: str | None = None,
    without_flooded: bool = False,
    attribution: str = "uploader",
    method: str = "osir-53",
    observed: str | None = None,
) -> list[Row]:
    """Divide a quantity among countries, kinds or institutions; see `begat.answer.share`."""
    from begat.answer.share import Question, share

    asked = Question(
        by=by,
        of=of,
        panel=panel,
        modality=modality,
        without_flooded=without_flooded,
        attribution=attribution,
        method=method,
    )
    return share(
        reg.snapshot,
        asked,
        edition=edition,
        over_time=over_time,
        observed=observed,
        graph=lambda: reg.graph,
    )


def claims(reg: Opened, paths: Sequence[Path | str] | None = None, *, only: Sequence[str] = ()) -> list[Row]:
    """Check published statements against the snapshot; see `begat.answer.claims`.

    `paths` are TOML files or folders of them, those that ship with begat if not given; `only` ids or
    patterns of ids such as ``F*``.
    """
    from begat.answer.claims import claims
    from begat.answer.figure.base import Facts

    facts = Facts(reg.snapshot, lambda: reg.graph, lambda name, params: query(reg, name, **params).rows)
    return claims(facts, [Path(path) for path in paths or ()], only=only)
