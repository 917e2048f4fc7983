"""Export and import of a whole snapshot: seconds and peak memory of each as a process, and the same bytes.

The rival is rdflib, which reads and writes every tenth statement of the projection, in memory and unsorted.
Ratios are statements a CPU second.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUN = [sys.executable, "-m", "begat.cli"]
PART = 10
"""One line of so many goes to rdflib."""


def process(*words: str) -> tuple[float, float, float]:
    """Run a command; return its CPU seconds, wall seconds and largest resident size in MiB."""
    started = time.perf_counter()
    running = subprocess.Popen([*RUN, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"begat {' '.join(words)} ended with {running.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - started, used.ru_maxrss / 1024


def told(name: str, ran: tuple[float, float, float], path: Path | None = None) -> None:
    """Print a row."""
    size = f"{path.stat().st_size / 1e6:8,.0f} MB" if path else ""
    print(f"{name:28} {ran[0]:7.1f} s CPU {ran[1]:7.1f} s wall {ran[2]:7,.0f} MiB peak {size}")


def digest(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rdflib_rates(path: Path) -> tuple[float, float]:
    """Return how many statements a second rdflib reads and writes, of every so many-th line of a file."""
    from rdflib import Dataset

    with path.open(encoding="utf-8") as file:
        text = "".join(line for number, line in enumerate(file) if number % PART == 0)
    dataset, count = Dataset(), text.count("\n")
    started = time.process_time()
    dataset.parse(data=text, format="nquads")
    parsed = time.process_time()
    dataset.serialize(path.with_suffix(".rdflib.nq"), format="nquads", encoding="utf-8")
    return count / (parsed - started), count / (time.process_time() - parsed)


def main() -> None:
    """Export, import, export; compare; then the other syntaxes and the rival."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        homes = [str(folder / "home"), str(folder / "other")]
        process("build", "--home", homes[0])
        small = folder / "projection.nq"
        cost = process("export", "--as", "nquads", "--no-records", "-o", str(small), "--home", homes[0])
        lines = sum(1 for _ in small.open("rb"))
        told(f"projection, {lines:,}", cost, small)
        first, second = folder / "first.nq", folder / "second.nq"
        cost = process("export", "--as", "nquads", "-o", str(first), "--home", homes[0])
        whole = sum(1 for _ in first.open("rb"))
        told(f"whole, {whole:,}", cost, first)
        back = process("import", "begat-rdf", str(first), "--home", homes[1])
        told("import", back)
        process("export", "--as", "nquads", "-o", str(second), "--home", homes[1])
        if digest(first) != digest(second):
            raise SystemExit("the second export differs from the first")
        print("export, import, export: the same bytes")
        second.unlink()
        packed = folder / "x.nq.gz"
        told("packed", process("export", "--as", "nquads", "-o", str(packed), "--home", homes[0]), packed)
        for form, end in (("trig", "trig"), ("turtle", "ttl"), ("jsonld", "jsonld")):
            path = folder / f"x.{end}"
            told(form, process("export", "--as", form, "-o", str(path), "--home", homes[0]), path)
            told(f"import of {form}", process("import", "begat-rdf", str(path), "--home", str(folder / form)))
            path.unlink()
        for what, ours, rival in zip(("reads", "writes"), (back, cost), rdflib_rates(small), strict=True):
            rate = whole / ours[0]
            print(f"{what} a CPU second: begat {rate:,.0f}, rdflib {rival:,.0f}: {rate / rival:.1f} times")


if __name__ == "__main__":
    main()
