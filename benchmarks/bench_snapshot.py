"""Reading a dump, building the store, drawing a tree: CPU seconds and peak memory of each as a process.

The dump is the embedded snapshot's own models as JSON Lines in the shape of `radar`. The rival of an import
is reading the same lines with the json module and nothing else; that of the store is `bulk_load` of the
same quads.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUN = [sys.executable, "-m", "begat.cli"]


def process(*words: str) -> tuple[float, float, float]:
    """Run a command; return its CPU seconds, wall seconds and largest resident size in MiB."""
    started = time.perf_counter()
    running = subprocess.Popen([*RUN, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"begat {' '.join(words)} ended with {running.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - started, used.ru_maxrss / 1024


def dump(path: Path) -> int:
    """Write the listed models of the embedded snapshot as a dump; return their number."""
    from begat.snapshot import embedded

    rows = embedded().frame("models", ["id", "task", "library", "licence_raw", "platform"])
    rows = rows.filter(platform="huggingface")
    with path.open("w", encoding="utf-8") as file:
        for key, task, library, licence, _ in rows.iter_rows():
            row = {"id": key, "pipeline_tag": task, "library": library, "license": licence, "tags": []}
            file.write(json.dumps(row | {"likes": 1, "downloads_30d": 2}) + "\n")
    return rows.height


def raw_json(path: Path) -> float:
    """Read the dump with the json module alone; return CPU seconds."""
    started = time.process_time()
    with path.open(encoding="utf-8") as file:
        for line in file:
            json.loads(line)
    return time.process_time() - started


def raw_load(folder: Path) -> tuple[float, int]:
    """Load the same quads with nothing around it; return CPU seconds and their number."""
    import pyoxigraph as ox

    from begat.snapshot import embedded
    from begat.store.quads import nquads

    text = b"".join(piece for piece, _ in nquads(embedded()))
    started = time.process_time()
    store = ox.Store(str(folder))
    store.bulk_load(text, format=ox.RdfFormat.N_QUADS)
    return time.process_time() - started, len(store)


def rivals(folder: Path) -> dict[str, float]:
    """Write the dump and time the rivals; in a process of its own, whose memory no command inherits."""
    models = dump(folder / "models.jsonl")
    seconds, quads = raw_load(folder / "raw")
    return {"models": models, "json": raw_json(folder / "models.jsonl"), "quads": quads, "load": seconds}


def main() -> None:
    """Print one row a piece of work."""
    if sys.argv[1:]:
        sys.stdout.write(json.dumps(rivals(Path(sys.argv[1]))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = json.loads(subprocess.check_output([sys.executable, __file__, name]))
        home = ("--home", str(folder / "home"), "-q")
        store = f"store of {found['quads']:,} quads and the rest (rival: bulk_load)"
        load = f"import of {found['models']:,} models (rival: json.loads)"
        work = (
            ("demo, nothing cached", ("demo", *home, "-o", str(folder / "r.html")), None),
            ("lineage of one model, warm", ("lineage", "Qwen/Qwen2.5-7B-Instruct", *home), None),
            ("tree of one model, warm", ("tree", "Qwen/Qwen2.5-7B", *home), None),
            (store, ("build", "--home", str(folder / "second"), "-q"), found["load"]),
            (load, ("import", "radar", str(folder / "models.jsonl"), *home), found["json"]),
        )
        sys.stdout.write(f"{'work':56}{'CPU s':>8}{'wall s':>8}{'peak MiB':>10}{'rival CPU s':>13}\n")
        for label, words, rival in work:
            cpu, wall, peak = process(*words)
            beside = f"{rival:13.2f}" if rival is not None else ""
            sys.stdout.write(f"{label:56}{cpu:8.2f}{wall:8.2f}{peak:10.0f}{beside}\n")


if __name__ == "__main__":
    main()
