"""The command synth: a synthetic Hub to try things on at the size of the real one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from begat.cli.output import Output, command

if TYPE_CHECKING:
    from begat.synth import Burst

__all__ = ["register"]


def synth(
    out: Output,
    models: Annotated[int, typer.Option(help="Number of models.")] = 100_000,
    seed: Annotated[int, typer.Option(help="Of the random numbers: the same gives the same.")] = 0,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Home folder to write, apart from yours; a file with --schema."),
    ] = Path("synthetic-hub"),
    schema: Annotated[
        str | None,
        typer.Option(help="Write a bulk dump in the schema of this source instead: hub-stats."),
    ] = None,
    burst: Annotated[
        str | None,
        typer.Option(
            metavar="ADAPTERS:ACCOUNTS:BASE",
            help="Flood the base of this rank by weight, 1 the largest, with adapters of so many accounts.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Print how its shape compares with the real Hub.")
    ] = False,
) -> None:
    """Make a synthetic Hub: models, derivations, accounts, institutions in the shape of the real one.

    It goes into a home of its own; other commands read it with --home. All ids begin with `synthetic:`,
    all rows have the source `synthetic`, and nothing of it is a fact. What is published, computed and
    assumed about the shape: docs/concept/synthetic.md.

    Examples:

      begat synth --models 100000

      begat stats --home synthetic-hub

      begat synth --models 300000 --burst 10000:12:300 -o burst-hub

      begat synth --models 3000000 --schema hub-stats -o models.parquet
    """
    from begat.registry import open_registry
    from begat.synth import Burst, synthetic_home

    asked = Burst.of(burst) if burst is not None else None
    if schema is not None:
        _dump(out, schema, output, models=models, seed=seed, burst=asked)
        return
    with out.step(f"drawing and writing {models:,} models"):
        snapshot = synthetic_home(output, models, seed, burst=asked)
    out.note(f"open it with: begat stats --home {output}")
    if not check:
        sizes = {name: item["rows"] for name, item in snapshot.manifest["tables"].items()}
        out.one({"snapshot": snapshot.name, "digest": snapshot.digest, "home": str(output)} | sizes)
        return
    from begat.synth.check import acceptance

    with out.step("measuring its shape"):
        checks = acceptance(snapshot, open_registry(output, snapshot=snapshot.name).graph)
    rows = [{**item._asdict(), "holds": item.holds} for item in checks]
    out.rows(rows, ("quantity", "low", "value", "high", "holds", "status"))


def _dump(out: Output, schema: str, output: Path, *, models: int, seed: int, burst: "Burst | None") -> None:
    """Write a bulk dump, and say how to import it."""
    from begat.synth import synthetic_dump

    with out.step(f"drawing and writing {models:,} models"):
        rows = synthetic_dump(schema, output, models, seed, burst=burst)
    out.note(f"import it with: begat import {schema} {output} --home HOME")
    out.one({"file": str(output), "rows": rows, "size_bytes": output.stat().st_size})


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel="Data")(synth)
