"""The home folder: which snapshots it holds, which one is current, and one writer at a time."""

import fcntl
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.errors import HomeError, InputError, StoreError, UnknownName
from begat.files import atomic_write
from begat.snapshot.compiled import compile_snapshot
from begat.snapshot.opened import SYNTHETIC, Snapshot, embedded

if TYPE_CHECKING:
    from begat.resolve import Statements

__all__ = ["Home"]


@dataclass(frozen=True)
class Home:
    """The home folder: snapshots, which of them is current, and what is derived from them."""

    path: Path

    @property
    def snapshots_path(self) -> Path:
        """Folder of the imported snapshots."""
        return self.path / "snapshots"

    def snapshots(self) -> list[Snapshot]:
        """Return all whole snapshots, the embedded one included, oldest first; see `damaged`."""
        own = [found for found in self._opened() if isinstance(found, Snapshot)]
        return sorted([embedded(), *own], key=lambda item: item.order)

    def _of_one_kind(self) -> list[Snapshot]:
        """All whole snapshots that are real or synthetic as the current one is."""
        synthetic = self.current().synthetic
        return [item for item in self.snapshots() if item.synthetic is synthetic]

    def damaged(self) -> list[StoreError]:
        """Return what is wrong with the folders that are no whole snapshots."""
        return [found for found in self._opened() if isinstance(found, StoreError)]

    def _opened(self) -> Iterator[Snapshot | StoreError]:
        for folder in sorted(self.snapshots_path.glob("[!.]*")):
            try:
                yield Snapshot(folder)
            except StoreError as error:
                yield error

    def current(self) -> Snapshot:
        """Return the snapshot imported last, else the embedded one."""
        return Snapshot(self.current_path())

    def current_path(self) -> Path:
        """Return the folder of the current snapshot, whole or not."""
        pointer = self.path / "current"
        try:
            name = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else ""
        except (OSError, ValueError) as error:
            raise StoreError(
                f"it can't be read which snapshot is current ({error})",
                where=str(pointer),
                hint="Remove it, or import again.",
            ) from error
        return self.snapshots_path / name if name else embedded().path

    def before(self, snapshot: Snapshot) -> list[Snapshot]:
        """Return the snapshots before one, in the order of their dates."""
        return [item for item in self._of_one_kind() if item.order < snapshot.order]

    def previous(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot before one, in the order of their dates.

        Raises
        ------
        InputError
            If it is the oldest.
        """
        older = self.before(snapshot)
        if not older:
            what = f"{snapshot.name} is the oldest snapshot here, there is none before it"
            raise InputError(what, hint="Name the two to compare; `begat snapshots` lists them.")
        return older[-1]

    def named(self, name: str) -> Snapshot:
        """Return a snapshot by name, ``current`` and ``embedded`` included.

        Raises
        ------
        UnknownName
            If there is none of this name.
        """
        if name == "current":
            return self.current()
        known = {item.name: item for item in self.snapshots()} | {"embedded": embedded()}
        if name not in known:
            raise UnknownName("snapshot", name, hint=f"Known: {', '.join(known)}.")
        return known[name]

    def as_of(self, day: date) -> Snapshot:
        """Return the newest snapshot that is not younger than `day`.

        Raises
        ------
        InputError
            If all are younger.
        """
        older = [item for item in self._of_one_kind() if item.date <= day]
        if not older:
            first = self._of_one_kind()[0].date
            raise InputError(f"no snapshot is as old as {day}", hint=f"The oldest is of {first}.")
        return older[-1]

    def adopt(
        self,
        parts: Sequence["Statements"],
        provenance: Mapping[str, Mapping[str, Any]],
        onto: Snapshot | None = None,
        complete: Collection[str] = (),
        *,
        accept_shrink: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Snapshot:
        """Compile statements, and this home's decisions, into a snapshot and make it the current one.

        Parameters
        ----------
        parts : sequence of Statements
            What was read, each source once. Their frames are used up.
        provenance : mapping
            Further facts on each source, for the manifest.
        onto : Snapshot, optional
            Where what is read goes onto: its other statements are carried over; see `begat.snapshot.onto`.
        complete : collection of str
            Sources of which everything was read: models that `onto` has of them and that are missing now
            are gone.
        accept_shrink : bool
            Whether a complete listing may have far fewer models than the one before.
        progress : function
            Told each table before it is written.

        Raises
        ------
        HomeError
            If another process writes to this home, or real and made-up rows would stand side by side.
        InputError
            If a complete listing has far fewer models than the one before, or if an entry of the home's
            ``review.toml`` can't be used.
        """
        from begat.resolve.decisions import decisions

        if any(part.source.name == SYNTHETIC for part in parts):
            raise HomeError(
                "a synthetic Hub is never brought together with real sources",
                where=str(self.path),
                hint="Read it with --home in the folder that `begat synth` wrote.",
            )
        made_up = any(SYNTHETIC in provenance.get(part.source.name, {}) for part in parts)
        self._refuse_mixing(synthetic=made_up, onto=onto)
        parts = [*parts, *decisions(self.path / "review.toml")]
        return self.take(
            lambda folder: _compiled(
                parts, provenance, folder, onto, complete, accept_shrink=accept_shrink, progress=progress
            )
        )

    def adopt_synthetic(self, write: Callable[[Path], Snapshot]) -> Snapshot:
        """Let `write` make a synthetic snapshot, and make it the current one; see `take`.

        Raises
        ------
        HomeError
            If this home holds snapshots of real sources.
        """
        return self.restore(write, synthetic=True)

    def restore(self, write: Callable[[Path], Snapshot], *, synthetic: bool) -> Snapshot:
        """Let `write` make a snapshot again that was made elsewhere, and make it the current one; see `take`.

        Raises
        ------
        HomeError
            If real and made-up rows would stand side by side.
        """
        self._refuse_mixing(synthetic=synthetic)
        return self.take(write)

    def take(self, write: Callable[[Path], Snapshot]) -> Snapshot:
        """Let `write` make a snapshot in the folder of snapshots, and make it the current one."""
        with self.lock():
            self.sweep()
            snapshot = write(self.snapshots_path)
            atomic_write(self.path / "current", snapshot.path.name + "\n")
        return snapshot

    def sweep(self) -> None:
        """Remove what writers left that were killed; the caller holds the lock."""
        for leftover in self.leftovers():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()

    def leftovers(self) -> list[Path]:
        """Return the temporary files and folders of writers that were killed."""
        return sorted([*self.snapshots_path.glob(".*"), *self.path.glob(".current.*")])

    def _refuse_mixing(self, *, synthetic: bool, onto: Snapshot | None = None) -> None:
        own = [item for item in self._opened() if isinstance(item, Snapshot)]
        if any(item.synthetic is not synthetic for item in [*own, *([onto] if onto else [])]):
            here, asked = ("real sources", "synthetic") if synthetic else ("a synthetic Hub", "real")
            raise HomeError(
                f"this home holds snapshots of {here}, and {asked} ones never stand among them",
                where=str(self.path),
                hint="Give another folder for its home: --home DIR.",
            )

    def derived(self, snapshot: Snapshot) -> Path:
        """Return the folder of what is derived from a snapshot."""
        return self.path / "derived" / snapshot.digest[:16]

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the home for one writer.

        Raises
        ------
        HomeError
            If another process holds it.
        """
        with (self.path / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise HomeError(
                    "another begat is writing to this home",
                    where=str(self.path),
                    hint="Wait for it to end, or give another home with --home.",
                ) from error
            yield


def _compiled(
    parts: Sequence["Statements"],
    provenance: Mapping[str, Mapping[str, Any]],
    folder: Path,
    onto: Snapshot | None,
    complete: Collection[str],
    *,
    accept_shrink: bool,
    progress: Callable[[str], None],
) -> Snapshot:
    from begat.snapshot.onto import accumulate, completed

    if onto is None:
        facts = completed(parts, provenance, complete)
        return compile_snapshot(parts, folder, provenance=facts, progress=progress)
    parts, facts = accumulate(parts, provenance, onto, complete=complete, accept_shrink=accept_shrink)
    return compile_snapshot(parts, folder, provenance=facts, progress=progress)
