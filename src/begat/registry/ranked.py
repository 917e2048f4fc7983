"""Rankings of institutions, countries and kinds, and what they rest on."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.discovery import named
from begat.errors import InputError
from begat.registry.opened import Opened, Row
from begat.snapshot import Home

if TYPE_CHECKING:
    from begat.influence.ranking import Ranking

__all__ = [
    "explain",
    "goalposts",
    "indicator_state",
    "indicators",
    "rank",
    "rank_with_noise",
    "ranking",
    "sensitivity",
    "trends",
]


def ranking(
    reg: Opened,
    method: str = "begat-53",
    edition: date | None = None,
    *,
    by: str = "institution",
    country: str | None = None,
    dimension: str | None = None,
    cap: str = "log",
    without_burst: bool = False,
    variants: int = 0,
) -> "Ranking":
    """Return the table of indicators behind a ranking, under its method; see `begat.influence.ranking`.

    `country` (ISO 3166-1 alpha-2) ranks the institutions with their seat there among themselves;
    `without_burst` gives no credit for derivations that belong to a flagged burst.
    """
    from begat.influence.method import method_named
    from begat.influence.ranking import ranking

    chosen = method_named(method)
    if dimension is not None:
        chosen = chosen.on(dimension)
    published = chosen.framework.name == "osir-53"
    if country is not None and by != "institution":
        raise InputError("--country chooses among institutions", hint="Leave --by or --country out.")
    if published and (without_burst or cap != "log"):
        raise InputError(
            "the published method counts derivatives as its items state them: no caps, no bursts",
            hint="Use --method begat-53, or `begat share --without-flooded`.",
        )
    return ranking(
        reg.snapshot,
        chosen,
        edition,
        graph=None if published else reg.graph,
        by=by,
        among=None if country is None else _seated(reg, country, "osir" if published else "id"),
        left_out=_burst(reg) if without_burst else None,
        cap=cap,
        variants=variants,
    )


def _burst(reg: Opened) -> Any:
    """Which derivations belong to a flagged burst, shape (graph.m,)."""
    from begat.influence.burst import bursts
    from begat.influence.figures import figures

    return bursts(reg.graph, figures(reg.snapshot, reg.graph)).edges


def _seated(reg: Opened, country: str, key: str) -> list[str]:
    """Return the institutions with their seat in a country, by code or id."""
    rows = reg.snapshot.table("institutions", [key], where=[("country", "=", country.upper())])
    return [code for code in rows[key].to_pylist() if code]


def rank(
    reg: Opened,
    method: str = "begat-53",
    edition: date | None = None,
    *,
    draws: int = 2000,
    seed: int = 0,
    **how: Any,
) -> list[Row]:
    """Rank institutions, countries or kinds in four dimensions; see `begat.influence.ranking.rank`.

    `how` is what `ranking` takes: ``by``, ``country``, ``dimension``, ``cap``, ``without_burst``.
    """
    from begat.influence.ranking import VARIANTS

    found = ranking(reg, method, edition, variants=VARIANTS if draws else 0, **how)
    return found.rows(draws, seed).to_dicts()


def trends(
    reg: Opened,
    method: str = "osir-53",
    *,
    by: str = "institution",
    measure: str = "score",
    draws: int = 2000,
    seed: int = 0,
) -> list[Row]:
    """Rank every edition, and say which neighbours can be compared; see `begat.answer.trends`."""
    from begat.answer.trends import trends

    return trends(reg.snapshot, method, by=by, measure=measure, draws=draws, seed=seed)


def sensitivity(
    reg: Opened,
    what: str,
    method: str = "begat-53",
    edition: date | None = None,
    **how: Any,
) -> list[Row]:
    """Return what a ranking rests on.

    Parameters
    ----------
    what : str
        ``effects`` (weights set and got), ``leave-one-out`` (without each indicator), ``choices`` (one
        choice varied at a time) or ``coherence`` (indicators that say the same); see
        `begat.influence.sensitivity`.
    method, edition, **how
        As in `rank`.
    """
    from begat.influence.ranking import VARIANTS
    from begat.influence.sensitivity import SENSITIVITY

    chosen = named("view of a ranking", what, SENSITIVITY)
    return chosen(ranking(reg, method, edition, variants=VARIANTS, **how))


def rank_with_noise(reg: Opened, noise: str, method: str = "begat-53", **how: Any) -> list[Row]:
    """Rank before and after synthetic adapters are added, ``ADAPTERS:ACCOUNTS:BASE``; nothing is kept.

    Returns
    -------
    list of dict
        Rows of `rank` after, without intervals, with ``rank_before`` and ``score_before``.

    Raises
    ------
    InputError
        If the noise can't be read, or the method takes counts from published items: it would look immune.
    """
    from tempfile import TemporaryDirectory

    from begat.influence.method import method_named
    from begat.synth.added import Noise, with_adapters

    if method_named(method).framework.name == "osir-53":
        raise InputError(
            "the published method takes counts of derivatives from its items, none is added to them",
            hint="Leave out --add-noise, or use --method begat-53.",
        )
    asked = Noise.of(noise)
    before = {row["subject"]: row for row in rank(reg, method, draws=0, **how)}
    with TemporaryDirectory() as folder:
        base = asked._replace(base=reg.model(asked.base))
        home = Home(Path(folder))
        flooded = replace(reg, home=home, snapshot=with_adapters(reg.snapshot, home.snapshots_path, base))
        after = rank(flooded, method, draws=0, **how)
    keys = ("rank", "score")
    return [
        {**row, **{f"{key}_before": before.get(row["subject"], {}).get(key) for key in keys}} for row in after
    ]


def explain(
    reg: Opened,
    text: str,
    *,
    indicator: str | None = None,
    method: str = "begat-53",
    edition: date | None = None,
    **how: Any,
) -> list[Row]:
    """Return the indicators behind a score, or the rows behind one indicator.

    `how` is what `ranking` takes; a score of a page opens with the options that made it.
    """
    from begat.answer.explain import rows_behind, score_parts, subject_named

    found = ranking(reg, method, edition, **how)
    subject = subject_named(found, text)
    if indicator is None:
        return score_parts(found, subject)
    return rows_behind(found, subject, indicator)


def indicator_state(
    reg: Opened, text: str, indicator: str, method: str = "begat-53", edition: date | None = None, **how: Any
) -> str:
    """Say whether an indicator of somebody counts, or why not; arguments as in `explain`."""
    from begat.answer.explain import state_of, subject_named

    found = ranking(reg, method, edition, **how)
    return state_of(found, subject_named(found, text), indicator)


def indicators(reg: Opened, method: str = "begat-53") -> list[Row]:
    """Return the declared indicators of a method, and what this snapshot knows of each."""
    from begat.answer.explain import declarations
    from begat.influence.evidence import Evidence
    from begat.influence.indicator import chosen_edition
    from begat.influence.indicator.osir_53 import Edition
    from begat.influence.method import method_named

    chosen, snapshot = method_named(method), reg.snapshot
    if chosen.framework.name == "osir-53":
        return declarations(chosen, Edition(snapshot, chosen_edition(snapshot, None)))
    return declarations(chosen, Evidence(snapshot, reg.graph))


def goalposts(reg: Opened) -> str:
    """Return goalposts computed from this snapshot, as the tables of a method file."""
    from begat.influence.goalposts import goalposts, to_toml

    return to_toml(goalposts(reg.snapshot, reg.graph, datetime.now(tz=UTC).date()))
