"""The command synth: a synthetic Hub to try things on at the size of the real one."""

from pathlib import Path
from typing import Annotated

import typer

from begat.cli.output import Output, command

__all__ = ["register"]


def synth(
    out: Output,
    models: Annotated[int, typer.Option(help="Number of models.")] = 100_000,
    seed: Annotated[int, typer.Option(help="Of the random numbers: the same gives the same.")] = 0,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Home folder to write, apart from your own.")
    ] = Path("synthetic-hub"),
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
    """
    from begat.registry import open_registry
    from begat.synth import Burst, synthetic_home

    asked = Burst.of(burst) if burst is not None else None
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


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel="Data")(synth)
