"""Fetch a source from its live platform into a new snapshot."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from begat.crawl import Crawl, Page, Platform
from begat.crawl.client import Client, Token
from begat.errors import InputError, SourceError
from begat.files import package_path
from begat.resolve import Statements, collect, gather
from begat.snapshot import Home, Snapshot, curated_statements
from begat.sources.base import Source
from begat.sync.checks import check_shape, check_size, sizes
from begat.sync.gone import ask_for, fates
from begat.sync.run import OPEN, PUBLISHED, SHRUNK, UNFIT, Run, held, new_run, runs

__all__ = ["Synced", "client_for", "platform_of", "sync"]

MARGIN = timedelta(hours=1)
"""How far before the latest change that is known the next run goes back."""

REPEATED = {
    "derivations": None,
    "trained_on": None,
    "evaluations": None,
    "aliases": None,
    "observations": ["subject", "subject_kind", "metric", "observed_on", "observed_before"],
}
"""Tables in which a thing that was listed twice would be stated twice, and what is the same in both rows."""


class Synced(NamedTuple):
    """What a run left: the snapshot, the run, and how many requests are without an answer."""

    snapshot: Snapshot
    run: Run
    missing: int


def sync(
    source: Source,
    home: Home,
    client: Client,
    *,
    full: bool = False,
    partial: bool = False,
    accept_shrink: bool = False,
    limit: int | None = None,
    tell: Callable[[Page], None] = lambda _: None,
) -> Synced:
    """Ask a platform for what is new, keep the answers, and publish them as a snapshot.

    A run that was interrupted is taken up where it stopped; nothing is published before the platform's
    listing came to its own end.

    Parameters
    ----------
    source : Source
        One with a platform.
    home : Home
        Its raw answers go to ``raw/<source>/``.
    client : Client
        See `client_for`.
    full : bool
        Ask for everything, not only for what changed since the last run.
    partial : bool
        Publish although some requests got no answer; the next run asks for these.
    accept_shrink : bool
        Publish although the platform lists fewer things than before.
    limit : int, optional
        At most so many requests.
    tell : function
        Called with each new page.

    Raises
    ------
    SourceError
        If the platform failed, or if its answers are not fit to be published.
    HomeError
        If another process syncs this source, or writes to the home.
    """
    platform = platform_of(source)
    folder = home.path / "raw" / source.name
    with held(folder):
        run = _taken_up(folder, client.origin, full=full, accept_shrink=accept_shrink)
        run = run or _begun(folder, client.origin, platform, home, full=full)
        since = datetime.fromisoformat(run.since) if run.since else None
        crawl = Crawl(run.folder, client, wanted=run.wanted, since=since, limit=limit, tell=tell)
        _fetched(crawl, platform, run, partial=partial)
        begin = _begin(crawl)
        part = _parsed(source, run, begin.date())
        _checked(part, run, accept_shrink=accept_shrink or bool(_missing(crawl)))
        missing = _unlisted(part, home) if run.whole and not _missing(crawl) and platform.single else {}
        ask_for(crawl, platform, missing)
        run = run.noted(newest=_newest(part, run, begin), rows=sizes(part))
        return _published(_with_fates(part, crawl, platform, missing), run, crawl, home)


def platform_of(source: Source) -> Platform:
    """Return the platform of a source.

    Raises
    ------
    InputError
        If it has none.
    """
    if source.platform is None:
        raise InputError(
            f"source {source.name} has no live platform",
            hint=f"Read its files: begat import {source.name} PATH.",
        )
    return source.platform


def client_for(source: Source) -> Client:
    """Return a client of a source's platform, or of the mirror that the environment names.

    ``BEGAT_<SOURCE>_ORIGIN`` names a mirror. The platform's token goes to the platform only; a mirror gets
    that of ``BEGAT_<SOURCE>_TOKEN``.

    Raises
    ------
    InputError
        If the mirror is no origin, or the token can't be one.
    """
    platform = platform_of(source)
    prefix = f"BEGAT_{source.name.upper().replace('-', '_')}"
    mirror = os.environ.get(f"{prefix}_ORIGIN", "")
    variable = f"{prefix}_TOKEN" if mirror else platform.token
    secret = os.environ.get(variable, "").strip() if variable else ""
    token = Token(secret, platform.token_header) if secret else None
    return Client(mirror or platform.origin, rate=platform.rate, token=token)


def _taken_up(folder: Path, origin: str, *, full: bool, accept_shrink: bool) -> Run | None:
    """Return the last run if it is to go on, at the origin that it asked."""
    last = next(reversed(runs(folder)), None)
    if last is None or last.origin != origin or (full and not last.whole):
        return None
    return last if last.state == OPEN or (last.state == SHRUNK and accept_shrink) else None


def _begun(folder: Path, origin: str, platform: Platform, home: Home, *, full: bool) -> Run:
    """Begin a run: of what changed since the last published one, or of everything."""
    newest = [run.newest for run in runs(folder) if run.state == PUBLISHED and run.newest]
    since = None if full or not newest else datetime.fromisoformat(newest[-1]) - MARGIN
    wanted = _wanted(platform, home) if platform.asks else ()
    return new_run(folder, origin, since=since and since.isoformat(), wanted=wanted)


def _wanted(platform: Platform, home: Home) -> tuple[str, ...]:
    """Return the things to ask for, from the current snapshot."""
    assert platform.asks is not None
    table, column = platform.asks
    values = home.current().frame(table, [column])[column]
    values = values.explode() if values.dtype == pl.List else values
    return tuple(values.drop_nulls().unique().sort().to_list())


def _fetched(crawl: Crawl, platform: Platform, run: Run, *, partial: bool) -> None:
    """Run the source's own walk.

    Raises
    ------
    SourceError
        If an answer can't be followed, or if requests got no answer and that was not allowed for.
    """
    try:
        platform.fetch(crawl)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        run.noted(state=UNFIT)
        raise SourceError(
            f"an answer has another shape than expected ({type(error).__name__}: {error!s:.120})",
            where=run.origin,
            hint="Nothing was published. Is there a newer begat?",
        ) from error
    if _missing(crawl) and not partial:
        raise SourceError(
            f"the crawl is not complete: {_why(crawl)}",
            where=run.origin,
            hint="Run it again to ask for what is missing, or add --partial to publish what there is.",
        )


def _missing(crawl: Crawl) -> int:
    return len(crawl.journal.entries("failed")) + crawl.left_out


def _why(crawl: Crawl) -> str:
    """How many requests got no answer, and the first of them."""
    failed = crawl.journal.entries("failed")
    if not failed:
        return "the limit of requests was reached"
    count = f"{len(failed):,} request{'s' * (len(failed) != 1)}"
    return f"{count} failed, the first {failed[0].request:.120}: {failed[0].reason}"


def _begin(crawl: Crawl) -> datetime:
    """The moment of the first answer of a run, by the platform's clock."""
    kept = crawl.journal.entries("kept")
    if not kept:
        raise SourceError("the platform has nothing of what was asked for", where=crawl.client.origin)
    first = min(kept, key=lambda entry: entry.at)
    try:
        moment = parsedate_to_datetime(first.headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return datetime.fromtimestamp(first.at, UTC)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _parsed(source: Source, run: Run, on: date) -> Statements:
    """Read the answers of a run; a thing that was listed twice is stated once."""
    try:
        part = collect(source, run.folder, on=on)
    except InputError as error:
        run.noted(state=UNFIT)
        raise SourceError(
            f"the answers can't be read: {error.what}", where=error.where, hint="Nothing was published."
        ) from error
    return replace(part, frames={name: _once(name, frame) for name, frame in part.frames.items()})


def _once(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    if name not in REPEATED:
        return frame
    return frame.unique(REPEATED[name], keep="last", maintain_order=True)


def _checked(part: Statements, run: Run, *, accept_shrink: bool) -> None:
    """Refuse answers that are not fit to be published, and note so on their run."""
    before = [old.rows for old in runs(run.folder.parent) if old.state == PUBLISHED and old.whole]
    state = UNFIT
    try:
        check_shape(part)
        state = SHRUNK
        if run.whole and before and not accept_shrink:
            check_size(part.source.name, sizes(part), before[-1])
    except SourceError:
        run.noted(state=state)
        raise


def _unlisted(part: Statements, home: Home) -> dict[str, date | None]:
    """Return the models that the current snapshot has from this source and the listing does not have.

    Each with the day on which it was listed last.
    """
    snapshot, name = home.current(), part.source.name
    day = next((date.fromisoformat(row["date"]) for row in snapshot.sources if row["source"] == name), None)
    models = snapshot.frame("models", ["id", "sources", "removed", "listed", "last_listed"])
    ours = pl.col("sources").list.contains(name) & ~pl.col("removed").fill_null(value=False)
    known = models.filter(ours & (pl.col("listed") | pl.col("last_listed").is_not_null()))
    gone = known.filter(~pl.col("id").is_in(part.frames["models"]["id"].implode())).sort("id")
    stated = pl.coalesce("last_listed", pl.lit(day, dtype=pl.Date))
    return dict(gone.select("id", stated).iter_rows())


def _with_fates(
    part: Statements, crawl: Crawl, platform: Platform, missing: Mapping[str, date | None]
) -> Statements:
    """Add what became of the models that are no longer listed."""
    if not platform.single:
        return part
    told = gather(part.source, fates(crawl, platform, part.date, missing), on=part.date).frames
    return replace(part, frames={name: pl.concat([frame, told[name]]) for name, frame in part.frames.items()})


def _published(part: Statements, run: Run, crawl: Crawl, home: Home) -> Synced:
    """Publish, and note so on the run if nothing is missing in it."""
    missing = _missing(crawl)
    facts: dict[str, Any] = {
        "locator": run.origin,
        "retrieved_at": str(part.date),
        "date_from": "the platform's clock",
        "complete": run.whole and not missing,
    }
    facts |= {"changed_since": run.since} if run.since else {}
    facts |= {"missing_requests": missing} if missing else {}
    snapshot = _adopted(home, part, facts, complete=run.whole and not missing)
    if not missing:
        run = run.noted(state=PUBLISHED)
    return Synced(snapshot, run, missing)


def _newest(part: Statements, run: Run, begin: datetime) -> str | None:
    """The latest change that is known, of this run or of the one before; none lies in the future."""
    moments = [part.frames[name]["modified_at"].max() for name in ("models", "datasets")]
    stated = [min(moment, begin) for moment in moments if isinstance(moment, datetime)]
    return max(stated).isoformat() if stated else run.since


def _adopted(home: Home, part: Statements, facts: Mapping[str, Any], *, complete: bool) -> Snapshot:
    """Make the statements a snapshot of the home, onto what the current one holds."""
    provenance = tomllib.loads(package_path("data", "pack.toml").read_text(encoding="utf-8"))
    return home.adopt(
        [part, *curated_statements(provenance)],
        {**provenance, part.source.name: facts},
        home.current(),
        [part.source.name] if complete else (),
        accept_shrink=True,
    )
