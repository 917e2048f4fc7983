"""The Python interface: one class that lists all that can be asked, each a function of an opened snapshot."""

from datetime import date
from functools import cached_property
from pathlib import Path

from begat.files import home_folder
from begat.registry import (
    briefs,
    checked,
    depending,
    explored,
    exported,
    family,
    gated,
    impacted,
    influential,
    licensed,
    pages,
    portraits,
    queried,
    ranked,
    scored,
    stated,
    withdrawn,
)
from begat.registry.opened import DISK, Opened, Row
from begat.snapshot import Home

__all__ = ["Registry", "open_registry"]


class Registry(Opened):
    """A snapshot and all that can be asked of it; the functions stand in the modules beside this one."""

    lineage = family.lineage
    tree = family.tree
    children = family.children
    layout = family.layout
    draw = family.draw

    impact = impacted.impact
    impact_summary = impacted.impact_summary
    impact_notified = impacted.impact_notified
    impact_page = impacted.impact_page
    licence = licensed.licence
    conflicts = licensed.conflicts
    licence_changes = licensed.licence_changes
    impact_document = impacted.impact_document

    influence = scored.influence
    credit = scored.credit
    diagnostics = scored.diagnostics
    bursts = scored.bursts

    ranking = ranked.ranking
    rank = ranked.rank
    rank_with_noise = ranked.rank_with_noise
    trends = ranked.trends
    sensitivity = ranked.sensitivity
    explain = ranked.explain
    indicator_state = ranked.indicator_state
    indicators = ranked.indicators
    goalposts = ranked.goalposts

    whatif = withdrawn.whatif

    stats = stated.stats
    search = stated.search
    show = stated.show
    diff = stated.diff
    review = stated.review
    share = stated.share
    claims = stated.claims

    @cached_property
    def checked_claims(self) -> list[Row]:
        """The statements that ship with begat, checked when first asked; it takes seconds."""
        return self.claims()

    validate = checked.validate
    coverage = checked.coverage
    notes = checked.notes

    about = pages.about
    report = pages.report
    claims_page = pages.claims_page
    ranking_page = pages.ranking_page
    brief = briefs.brief

    home_page = explored.home_page
    search_page = explored.search_page
    editor_page = explored.editor_page
    choose_page = explored.choose_page
    failure_page = explored.failure_page

    page = portraits.page
    portrait = portraits.portrait
    influence_page = influential.influence_page
    compare = influential.compare
    compare_page = influential.compare_page
    licence_page = licensed.licence_page
    conflicts_page = licensed.conflicts_page

    dependence = depending.dependence
    concentration = depending.concentration
    root_suppliers = depending.root_suppliers
    dependence_page = depending.dependence_page

    whatif_page = withdrawn.whatif_page

    sparql = queried.sparql
    query = queried.query
    query_text = queried.query_text
    rdflib = queried.rdflib
    load_store = queried.load_store

    policy = gated.policy
    check = gated.check

    networkx = exported.networkx
    sparse = exported.sparse
    arrow = exported.arrow
    write_graph = exported.write_graph
    export = exported.export
    export_changes = exported.export_changes


def open_registry(
    home: Path | str | None = None,
    *,
    snapshot: str | None = None,
    as_of: date | None = None,
    store: str = DISK,
) -> Registry:
    """Open a registry.

    Parameters
    ----------
    home : path, optional
        The home folder; ``BEGAT_HOME`` or the user's data folder if not given.
    snapshot : str, optional
        Name of a snapshot; the one imported last, else the embedded one, if not given.
    as_of : date, optional
        Take the newest snapshot that is not younger.
    store : str
        Where SPARQL is answered: ``disk`` (built when first asked), ``memory``, or the address of an endpoint
        that `begat build --store URL` has loaded; its credentials come from the environment.

    Raises
    ------
    HomeError
        If the home can't be written.
    UnknownName
        If there is no such snapshot.
    """
    place = Home(home_folder(home))
    if snapshot is not None:
        return Registry(place, place.named(snapshot), store)
    return Registry(place, place.as_of(as_of) if as_of else place.current(), store)
