"""Commands about the ranking: rank, explain, indicators, goalposts."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from begat.cli.options import Language
from begat.cli.output import Output, command, parse_day
from begat.errors import InputError

__all__ = ["EditionOption", "MethodOption", "register"]

PANEL = "Influence"


class By(StrEnum):
    """What is ranked."""

    INSTITUTION = "institution"
    COUNTRY = "country"
    KIND = "kind"


class Dimension(StrEnum):
    """A dimension of the ranking."""

    DATA = "data"
    MODEL = "model"
    SYSTEM = "system"
    EVALUATION = "evaluation"


class Cap(StrEnum):
    """Account cap of the graph indicators."""

    LOG = "log"
    SQRT = "sqrt"
    HARD = "hard"
    NONE = "none"


class Show(StrEnum):
    """What is shown of a ranking."""

    RANKING = "ranking"
    EFFECTS = "effects"
    LEAVE_ONE_OUT = "leave-one-out"
    CHOICES = "choices"
    COHERENCE = "coherence"


HIDDEN = ("name_zh",)
NOISY = ("rank_before", "rank", "name", "score_before", "score")
NOT_RANKED = 15
"""Rows without a rank that a terminal shows."""

DRAWN = {".html", ".svg"}
"""Kinds of files that hold a page or a picture, no rows."""

SUMMED = (
    "A {by} is measured by goalposts of institutions, which the sums of a large one often reach: above them "
    "nothing tells two apart."
)


def _method_names(incomplete: str) -> list[str]:
    from begat.influence.method import presets

    return [name for name in presets() if name.startswith(incomplete)]


MethodOption = Annotated[
    str,
    typer.Option(
        metavar="NAME|FILE", help="A preset or a TOML file of weights.", autocompletion=_method_names
    ),
]
EditionOption = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="An edition of a published ranking, else only what was known on that day."
    ),
]


ByOption = Annotated[By, typer.Option(help="What is ranked.")]
CountryOption = Annotated[
    str | None,
    typer.Option(metavar="CC", help="Rank only institutions with their seat there, among themselves."),
]
CapOption = Annotated[Cap, typer.Option(help="How further derivatives of one account count.")]
BurstOption = Annotated[
    bool,
    typer.Option(
        "--without-burst", "--without-bursts", help="Give no credit for derivations of flagged bursts."
    ),
]


def rank(
    context: typer.Context,
    out: Output,
    method: MethodOption = "begat-53",
    edition: EditionOption = None,
    by: ByOption = By.INSTITUTION,
    country: CountryOption = None,
    dimension: Annotated[Dimension | None, typer.Option(help="Rank by this dimension alone.")] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=20_000, help="Variants of the method for the intervals; 0 for none.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of the random draws.")] = 0,
    cap: CapOption = Cap.LOG,
    without_burst: BurstOption = False,
    add_noise: Annotated[
        str | None,
        typer.Option(
            metavar="N:ACCOUNTS:BASE",
            help="Also rank with that many synthetic adapters of a model by so many accounts.",
        ),
    ] = None,
    show: Annotated[Show, typer.Option(help="The ranking, or what it rests on.")] = Show.RANKING,
    top: Annotated[int, typer.Option(min=0, help="At most this many rows; 0 for all.")] = 0,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            dir_okay=False,
            help="Write a page (.html), a picture (.svg) or the rows (.csv, .json).",
        ),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the page.")] = Language.EN,
) -> None:
    """Rank institutions in the dimensions data, model, system and evaluation.

    begat-53 is begat's own method: fixed goalposts, missing is not zero, equal dimensions. osir-53 is the
    published one, reproduced from its items, osir-53-2026 the same with the weights of March 2026. An own
    method is a TOML file like theirs. low and high bound the rank in 90 % of the draws: other
    normalisations, aggregations, weights and parameters, accounts and items drawn again. Those of one tier
    can't be told apart by this table.

    --show effects sets the weight of each indicator beside what it does; leave-one-out ranks without each;
    choices varies one choice at a time; coherence finds indicators that say the same.

    Examples:

      begat rank

      begat rank --dimension model --country CN

      begat rank --method osir-53 --edition 2025-03-07 --format json

      begat rank --without-burst --show leave-one-out

      begat rank --dimension model --add-noise 1000:3:google/gemma-2b

      begat rank -o ranking.html --lang zh
    """
    from begat.influence.method import method_named

    _refuse_ignored(context, show, file, add_noise=add_noise is not None)
    if file is not None and file.suffix not in DRAWN:
        out.suited(file)  # refuses before anything is computed
    how: dict[str, Any] = {
        "by": by.value,
        "country": country,
        "dimension": dimension.value if dimension else None,
        "cap": cap.value,
        "without_burst": without_burst,
    }
    day = parse_day(edition, "--edition")
    registry = out.registry()
    if show is not Show.RANKING:
        rows = registry.sensitivity(show.value, method, day, **how)
        shown = rows[:top] if top else rows
        columns = [name for name in (shown[0] if shown else {}) if name not in HIDDEN]
        out.suited(file).rows(shown, columns, file=file)
    elif file is not None and file.suffix == ".html":
        made: dict[str, Any] = {"draws": draws, "seed": seed, "lang": lang.value}
        asked = _command({"method": method, "edition": edition, **how, **made}, file)
        out.drawing(registry.ranking_page(method, day, command=asked, **made, **how), file)
    elif add_noise is not None:
        rows = registry.rank_with_noise(add_noise, method, edition=day, **how)
        shown = rows[:top] if top else rows
        out.suited(file).rows(shown, NOISY, file=file)
    else:
        rows = registry.rank(method, day, draws=draws, seed=seed, **how)
        _ranking(out, rows[:top] if top else rows, draws, file)
    if by is not By.INSTITUTION and method_named(method).normalisation == "goalpost":
        out.note(SUMMED.format(by=by.value))


def _refuse_ignored(context: typer.Context, show: Show, file: Path | None, *, add_noise: bool) -> None:
    """Refuse options that what is made has no use for.

    Raises
    ------
    InputError
        If one was given, or the file can't hold what is shown.
    """
    kind = file.suffix if file else ""
    drawn = kind in DRAWN
    if show is not Show.RANKING:
        made, useless = f"--show {show.value}", {"add_noise", "draws", "seed", "lang"}
    elif add_noise:
        made, useless = "--add-noise", {"draws", "seed", "lang"}
    else:
        made, useless = f"-o {file}" if kind == ".html" else "", {"top"} if kind == ".html" else {"lang"}
    if drawn and (show is not Show.RANKING or add_noise):
        raise InputError(f"{made} gives rows, no {kind}", where="-o", hint="Write .csv, .json or .jsonl.")
    for name in sorted(useless):
        source = context.get_parameter_source(name)
        if source is not None and source.name != "DEFAULT":
            option = "--" + name.replace("_", "-")
            without = f"has no effect with {made}" if made else "is of the page (-o FILE.html)"
            raise InputError(f"{option} {without}", hint=f"Leave out {option}.")


def _command(options: Mapping[str, Any], file: Path) -> str:
    """Return what was asked, to be asked again."""
    import shlex

    from begat.views.words import option_words

    return shlex.join(["begat", "rank", *option_words(options), "-o", file.name])


def _picture(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return ranks and their intervals as a picture."""
    from begat.views.picture.chart import Caption, interval_chart

    said = "Each dot is a rank, each line the interval that holds it in 90 % of other methods."
    return interval_chart(rows, Caption("Ranks and their 90% intervals", said))


def _ranking(out: Output, rows: Sequence[Mapping[str, Any]], draws: int, file: Path | None) -> None:
    """Print ranked ones with what belongs to a rank; those without one apart, on a terminal."""
    bounds = ("low", "high", "tier") if draws else ()
    dimensions = ("data", "model", "system", "evaluation")
    ranked = [row for row in rows if row["rank"] is not None]
    others = [row for row in rows if row["rank"] is None]
    if file is not None and file.suffix == ".svg":
        out.save(file, _picture(ranked))
        return
    columns, spare = ("rank", *bounds, "name", "score", *dimensions), (("coverage",), dimensions)
    if file is not None or not out.tabular or not others:
        out.suited(file).rows(rows, columns, spare=spare, file=file)
        return
    if ranked:
        out.rows(ranked, (*columns, "coverage"), spare=spare)
    unranked = ("bound_low", "bound_high", "name", *dimensions, "coverage", "reason")
    out.rows(others[:NOT_RANKED], unranked, spare=spare)
    more = f", the first {NOT_RANKED} shown" if len(others) > NOT_RANKED else ""
    out.note(
        f"{len(ranked)} ranked; {len(others)} not ranked{more}: too little is known of a dimension. "
        "bound_low and bound_high: their rank if all that is missing were best, or zero."
    )


def indicators(out: Output, method: MethodOption = "begat-53") -> None:
    """List the indicators of a method: formula, weight, source, and what this snapshot knows of each.

    Examples:

      begat indicators

      begat indicators --method osir-53 --format csv
    """
    rows = out.registry().indicators(method)
    columns = ("indicator", "name", "unit", "weight", "observed", "positive", "state")
    out.rows(rows, columns, spare=(("positive",), ("unit",)))


def goalposts(out: Output) -> None:
    """Print goalposts computed from this snapshot, for a method file of one's own.

    The preset keeps those of its reference snapshot, so that scores stay comparable. On a much larger
    snapshot they are reached by many: rank by a method with goalposts of its own there.

    Examples:

      begat goalposts > own-goalposts.toml
    """
    out.write(out.registry().goalposts())


def explain(
    institution: Annotated[str, typer.Argument(help="Its code, id or name, as `begat rank` shows it.")],
    out: Output,
    indicator: Annotated[
        str | None, typer.Option(help="Show the rows behind this one, by its id or code.")
    ] = None,
    method: MethodOption = "begat-53",
    edition: EditionOption = None,
    by: ByOption = By.INSTITUTION,
    country: CountryOption = None,
    cap: CapOption = Cap.LOG,
    without_burst: BurstOption = False,
    top: Annotated[int, typer.Option(min=0, help="At most this many rows; 0 for all.")] = 0,
) -> None:
    """Open a score down: its indicators with their weights, or the rows behind one of them.

    The contributions of a dimension sum to its score. How rows become the value says `begat indicators`
    under combine. Options that the ranking was made with must be given again.

    Examples:

      begat explain Alibaba

      begat explain Alibaba --indicator M10 --top 10

      begat explain China --by country --without-burst

      begat explain Ali --method osir-53 --indicator model:downloads_language --top 10
    """
    how: dict[str, Any] = {
        "method": method,
        "edition": parse_day(edition, "--edition"),
        "by": by.value,
        "country": country,
        "cap": cap.value,
        "without_burst": without_burst,
    }
    registry = out.registry()
    rows = registry.explain(institution, indicator=indicator, **how)
    shown = rows[:top] if top else rows
    if indicator is None:
        figures = ("value", "maximum", "normalised", "weight", "contribution", "state")
        out.rows(shown, ("dimension", "indicator", *figures), spare=(("normalised",), ("maximum",)))
        return
    keyed = ("key",) if any(row["key"] not in (None, row["id"]) for row in shown) else ()
    columns = ("amount", *keyed, "what", "id", "method", "date", "source")
    if rows or not out.tabular:
        out.rows(shown, columns, spare=(("method",), ("what",)))
    if not rows:
        state = registry.indicator_state(institution, indicator, **how)
        out.note(f"No rows are behind {indicator}: {state}")
    elif out.tabular:
        out.note(f"{len(rows):,} rows")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for function in (rank, explain, indicators, goalposts):
        command(app, rich_help_panel=PANEL)(function)
