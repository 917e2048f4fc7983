"""The query that Wikidata is asked, run on a few statements in its vocabulary."""

import pyoxigraph as ox

from begat.sources.wikidata import QUERY

STATEMENTS = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
wd:Q4830453 wdt:P279 wd:Q43229 .
wd:Q1 rdfs:label "Alone"@en, "独"@zh ; wdt:P31 wd:Q4830453 ; wdt:P17 wd:Q148 ; wdt:P571 "2019" ;
      wdt:P6782 "0alone001" ; wdt:P749 wd:Q5 .
wd:Q2 rdfs:label "Twice"@en ; wdt:P31 wd:Q43229 .
wd:Q3 rdfs:label "Twice"@en ; wdt:P31 wd:Q4830453 .
wd:Q4 rdfs:label "A Film"@en ; wdt:P31 wd:Q11424 .
wd:Q5 rdfs:label "Mother"@en, "母"@zh ; wdt:P31 wd:Q43229 ; wdt:P17 wd:Q148, wd:Q30 .
wd:Q148 wdt:P297 "CN" .
wd:Q30 wdt:P297 "US" .
"""


def answers(*names: str) -> dict[str, dict[str, str]]:
    """Return what is bound for each name that is found, empty strings left out."""
    store = ox.Store()
    store.load(STATEMENTS.encode(), format=ox.RdfFormat.TURTLE)
    found = store.query(QUERY % " ".join(f'"{name}"@en' for name in names))
    assert isinstance(found, ox.QuerySolutions)
    columns = [variable.value for variable in found.variables]
    rows = [{name: getattr(row[name], "value", "") for name in columns} for row in found]
    return {row["name"]: {name: text for name, text in row.items() if text} for row in rows}


def test_a_name_that_one_organisation_has_is_answered_whole() -> None:
    """Country, year, parent, ROR id and Chinese name come in one row."""
    assert answers("Alone")["Alone"] == {
        "name": "Alone",
        "item": "http://www.wikidata.org/entity/Q1",
        "name_zh": "独",
        "inception": "2019",
        "country": "CN",
        "ror": "0alone001",
        "parent": "Mother",
    }


def test_names_of_several_or_of_no_organisation_are_left_out() -> None:
    """Two organisations of one name, a film and an unknown name give no row; several countries stay apart."""
    found = answers("Twice", "A Film", "Unknown", "Mother")
    assert found.keys() == {"Mother"}
    assert sorted(found["Mother"]["country"].split()) == ["CN", "US"]
