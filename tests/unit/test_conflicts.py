"""What does not fit among many things, counted: each figure from its definition, thing by thing."""

import csv
import io
from collections import Counter
from math import fsum
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli import begat

from begat.answer.conflicts import Conflicts, Downloads
from begat.consequence.conflict import KINDS, SEVERITIES
from begat.consequence.inherit import CHANNELS, channel, inherit
from begat.consequence.labels import MISSING, OTHER, UNSEEN, Labels
from begat.consequence.mutation import ALL, by_relation, changes, derivations
from begat.consequence.supply import EVIDENCE
from begat.consequence.supply import KINDS as LINKS
from begat.consequence.sweep import sweep
from begat.consequence.verdict import UNLABELLED
from begat.consequence.verdict import conflicts as judged
from begat.errors import InputError, UnknownName
from begat.graph import RELATIONS
from begat.licences import EFFECTS, effects
from begat.registry import Registry, open_registry
from begat.registry.licensed import conflicts, licence_changes

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def registry(built: Path) -> Registry:
    """The embedded snapshot."""
    return open_registry(built)


@pytest.fixture(scope="module")
def some(registry: Registry) -> Conflicts:
    """What does not fit among 400 things that something went into, and 20 others."""
    supply, labels = registry.supply, registry.labels
    made, alone = np.unique(supply.graph.child), np.setdiff1d(np.arange(supply.n), supply.graph.child)
    nodes = np.union1d(made[:: len(made) // 400], alone[:: len(alone) // 20]).astype(np.int64)
    facts = registry.columns.among(nodes[nodes < supply.models])
    downloads = Downloads(facts.downloads_30d, facts.downloads_source, facts.downloads_on)
    return Conflicts(supply, labels, sweep(supply, labels), nodes, downloads)


def gravest(some: Conflicts, node: int) -> dict[str, str]:
    """Return the gravest severity of each kind of finding of one thing."""
    found: dict[str, str] = {}
    name = some.supply.graph.ids[node]
    for finding, _ in judged(inherit(some.supply, some.labels, node), name):
        found.setdefault(finding.kind, finding.severity)
    return found


def test_kinds_count_each_thing_under_its_gravest_severity(some: Conflicts) -> None:
    """Things, accounts and downloads of each row are those of a walk from each thing."""
    models, account = some.supply.models, some.supply.graph.account
    told = {node: gravest(some, node) for node in some.among.tolist()}
    rows = {(row["kind"], row["severity"]): row for row in some.kinds()}
    assert set(rows) == {pair for each in told.values() for pair in each.items()}
    for (kind, severity), row in rows.items():
        nodes = [node for node, each in told.items() if each.get(kind) == severity]
        known = [count for node in nodes if node < models and (count := some.downloads.figures[node]) >= 0]
        assert row["models"] == sum(node < models for node in nodes)
        assert row["datasets"] == len(nodes) - row["models"]
        assert row["accounts"] == len({int(account[node]) for node in nodes} - {-1})
        assert row["downloads_30d"] == (sum(known) if known else None)
        assert row["downloads_unknown"] == row["models"] - len(known)
        places = np.searchsorted(some.made, nodes), KINDS.index(kind)
        above = int(some.traced.inherited[places].sum())
        assert row["inherited"] == (None if kind in UNLABELLED else above)


def test_the_head_says_of_how_much_it_cannot_be_told(some: Conflicts) -> None:
    """Own licences that are not known, sources whose licence is not, what can't be told, thing by thing."""
    head, supply, labels = some.head(), some.supply, some.labels
    sources = {node: inherit(supply, labels, node).sources for node in some.among.tolist()}
    made = {node: each for node, each in sources.items() if len(each) > 1 or each[0].open_ends}
    unnamed = {node for node, each in made.items() if any(source.licence is None for source in each[1:])}
    untold = {node for node, each in made.items() if any(source.open_ends for source in each)}
    known = {node for node in made if labels.code[node] >= 0}
    assert head["models"] + head["datasets"] == len(some.among)
    assert head["made_models"] + head["made_datasets"] == len(made)
    assert head["licence_known"] == len(known)
    for code, key in ((MISSING, "none_stated"), (OTHER, "other"), (UNSEEN, "not_seen")):
        assert head[f"licence_{key}"] == sum(int(labels.code[node]) == code for node in made)
    assert (head["sources_unknown"], head["sources_untold"]) == (len(unnamed), len(untold))
    assert head["all_known"] == len(known - unnamed - untold) > 0


def test_the_gravest_of_each_thing_is_counted_once(some: Conflicts) -> None:
    """High, medium and low add up to the things with any finding."""
    worst = [
        min(map(SEVERITIES.index, found.values())) for n in some.among.tolist() if (found := gravest(some, n))
    ]
    row = some.gravest()
    for place, severity in enumerate(SEVERITIES):
        assert row[f"{severity}_models"] + row[f"{severity}_datasets"] == worst.count(place)


def test_pairs_name_own_licence_and_source(some: Conflicts) -> None:
    """Each row counts the things that have this finding because of this licence."""
    labels = some.labels
    expected: dict[tuple[str, str, str, str], int] = {}
    for node in some.among.tolist():
        found = judged(inherit(some.supply, labels, node), some.supply.graph.ids[node])
        pairs = {
            (some.licence(node), some.licence(cause.source.node), cause.way.channel, finding.kind)
            for finding, causes in found
            for cause in causes
            if finding.kind not in ("share-alike-clash", "licence-missing", "licence-unnamed")
        }
        for pair in pairs:
            expected[pair] = expected.get(pair, 0) + 1
    rows = {
        (row["own"], row["source"], row["channel"], row["kind"]): row["models"] + row["datasets"]
        for row in some.pairs()
        if row["kind"] not in ("share-alike-clash", "licence-missing", "licence-unnamed")
    }
    assert rows == expected


def through(some: Conflicts, edge: int) -> set[tuple[int, str]]:
    """Return what comes into a thing by one of its links, and by which channels."""
    graph = some.supply.graph
    step = channel(LINKS[graph.relation[edge]])
    above = inherit(some.supply, some.labels, int(graph.parent[edge])).sources
    ways = ((source.node, way.channel) for source in above for way in source.ways)
    return {(node, max(step, via, key=CHANNELS.index)) for node, via in ways}


def test_relations_are_those_of_the_links_by_which_it_came(some: Conflicts) -> None:
    """A finding counts under the relation of each of its own links by which a cause came."""
    supply, grouped = some.supply, {"share-alike-clash", *UNLABELLED}
    counted = {
        (row["relation"], row["kind"]): row["models"] + row["datasets"]
        for row in some.relations()
        if row["kind"] not in grouped
    }
    expected: Counter[tuple[str, str]] = Counter()
    for node in some.among.tolist():
        links = [edge for edge in supply.into(node) if supply.evidence[edge] < EVIDENCE.index("inferred")]
        brought = [(LINKS[supply.graph.relation[edge]], through(some, edge)) for edge in links]
        expected.update(
            {
                (relation, finding.kind)
                for finding, causes in judged(inherit(supply, some.labels, node), supply.graph.ids[node])
                for relation, ways in brought
                if finding.kind not in grouped
                and any((cause.source.node, cause.way.channel) in ways for cause in causes)
            }
        )
    assert counted == expected


def test_cases_are_the_gravest_and_most_downloaded_and_some_of_each_kind(registry: Registry) -> None:
    """Half by gravity and downloads, then one of each kind where there is room; each has its path."""
    found = conflicts(registry, sample=30)
    rows = found["sample"]
    assert len(rows) == len({row["id"] for row in rows}) == 30
    top = [row["downloads_30d"] or -1 for row in rows[:15]]
    assert top == sorted(top, reverse=True)
    assert {row["severity"] for row in rows[:15]} == {"high"}
    frequent = {row["kind"] for row in found["kinds"] if row["models"] > 15}
    assert len(frequent) > 5
    assert {row["kind"] for row in rows} >= frequent
    for row in rows:
        assert (row["path"][0], row["path"][-1]) == (row["id"], row["source_id"])
        assert row["since"] in row["path"][::2]


def test_a_subject_counts_its_own_things(registry: Registry) -> None:
    """What two accounts have is no more than all have, and a kind narrows every table."""
    whole = conflicts(registry, sample=0, kind="terms-dropped")
    part = conflicts(registry, "account:huggingface:TheBloke", sample=0, kind="terms-dropped")
    assert (whole["subject"], part["subject"]) == ("everything", "account:huggingface:TheBloke")
    assert {row["kind"] for name in ("kinds", "pairs", "relations") for row in whole[name]} == {
        "terms-dropped"
    }
    assert part["looked_at"]["models"] == sum(key.startswith("TheBloke/") for key in registry.graph.ids)
    every = conflicts(registry, sample=None, kind="terms-dropped")["sample"]
    assert len(every) == sum(row["models"] + row["datasets"] for row in whole["kinds"])
    assert {row["kind"] for row in every} == {"terms-dropped"}


@pytest.mark.parametrize("wrong", [{"kind": "x"}, {"severity": "x"}, {"evidence": "x"}, {"text": "no/such"}])
def test_what_is_not_known_is_an_error(registry: Registry, wrong: dict[str, str]) -> None:
    """No kind, severity, evidence or subject that doesn't exist looks like nothing found."""
    with pytest.raises(UnknownName):
        conflicts(registry, **wrong)


def test_a_relation_is_no_subject(registry: Registry) -> None:
    """A kind of link has no models of its own."""
    with pytest.raises(InputError, match="be asked of a relation"):
        conflicts(registry, "relation:merge")


def test_the_share_of_accounts_is_the_same_in_any_order() -> None:
    """The mean over accounts is that of the exact sum, to the last digit, however the rows stand."""
    random = np.random.default_rng(5)
    account = np.sort(random.integers(0, 3000, 12_000))
    after = random.integers(0, 2, len(account))
    found = pl.DataFrame({"account": account, "before": 0, "after": after, "relation": "merge"})
    labels = Labels(np.zeros(2, np.int32), ["Apache-2.0", "MIT"], np.zeros(2, np.int8))
    each = [after[account == one].mean() for one in np.unique(account)]
    exact = fsum(each) / len(each)
    for seed in range(5):
        rows = by_relation(found.sample(fraction=1, shuffle=True, seed=seed), labels)
        assert [row["share_of_accounts"] for row in rows] == [exact, exact]


def test_changes_are_counted_link_by_link(registry: Registry) -> None:
    """Totals, shares, effects and pairs are those of a loop over all derivations."""
    supply, labels = registry.supply.within("declared"), registry.labels
    graph = supply.graph
    links = [
        (LINKS[kind], int(labels.code[parent]), int(labels.code[child]), int(graph.account[child]))
        for kind, parent, child in zip(graph.relation, graph.parent, graph.child, strict=True)
        if LINKS[kind] in RELATIONS
    ]
    found = derivations(supply, labels)
    rows = {row["relation"]: row for row in by_relation(found, labels)}
    for relation in ("finetune", "merge", ALL):
        mine = [link for link in links if link[0] == relation or (relation == ALL and link[0] != "copy")]
        known = [link for link in mine if link[1] >= 0 <= link[2]]
        changed = [link for link in known if link[1] != link[2]]
        each = {link[3]: [one for one in known if one[3] == link[3]] for link in known if link[3] >= 0}
        shares = [sum(one[1] != one[2] for one in own) / len(own) for own in each.values()]
        names = [effects(labels.licences[link[1]], labels.licences[link[2]]) for link in changed]
        row = rows[relation]
        assert (row["derivations"], row["known"], row["changed"]) == (len(mine), len(known), len(changed))
        assert row["share_of_accounts"] == pytest.approx(sum(shares) / len(shares))
        assert row["parent_unknown"] + row["child_unknown"] + row["both_unknown"] == len(mine) - len(known)
        assert row["effects"] == {
            effect: pytest.approx(sum(effect in some for some in names) / len(changed)) for effect in EFFECTS
        }
    pairs = changes(found, labels)
    assert sum(row["derivations"] for row in pairs) == rows[ALL]["changed"]
    assert all(sum(row["by_relation"].values()) == row["derivations"] >= row["accounts"] for row in pairs)


def test_other_counts_as_stated_and_missing_does_not() -> None:
    """From *other* to itself is stated and not changed; from nothing to a licence is unknown, no change."""
    labels = Labels(np.zeros(0, np.int32), ["Apache-2.0", "MIT"], np.zeros(0, np.int8))
    found = pl.DataFrame(
        {
            "relation": ["finetune"] * 5,
            "before": [OTHER, OTHER, MISSING, UNSEEN, 0],
            "after": [OTHER, 0, 1, MISSING, 1],
            "account": [1, None, None, 2, 2],
        }
    )
    row = by_relation(found, labels)[1]
    assert (row["known"], row["changed"], row["share"], row["accounts"]) == (1, 1, 1.0, 1)
    assert (row["stated"], row["stated_changed"]) == (3, 2)
    assert (row["parent_unknown"], row["child_unknown"], row["both_unknown"]) == (2, 0, 2)
    assert by_relation(found.head(0), labels)[0]["share"] is None


def test_fine_tunes_change_their_licence_about_as_often_as_published(registry: Registry) -> None:
    """The published 19.8 % of 138,694 fine-tunes that declare one at both ends; ours are fewer."""
    row = next(row for row in licence_changes(registry)["relations"] if row["relation"] == "finetune")
    assert row["known"] > 2000
    assert row["share"] == pytest.approx(0.198, abs=0.03)
    assert licence_changes(registry, "account:huggingface:TheBloke")["relations"][0]["derivations"] < 5000


@pytest.mark.parametrize("option", ["--conflicts", "--changes"])
def test_the_command_prints_what_the_call_returns(built: Path, option: str) -> None:
    """JSON is the whole object, every key documented; CSV its rows; tables fit 80 columns."""
    words = ("licence", "account:huggingface:Qwen", option, "--sample", "3")
    whole = begat(*words, "--format", "json", home=built).rows
    reference = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    keys = {key for value in whole.values() if isinstance(value, list) for row in value for key in row}
    assert keys
    assert all(f"`{key}`" in reference for key in {*whole, *whole.get("looked_at", {}), *keys})
    rows = list(csv.DictReader(io.StringIO(begat(*words, "--format", "csv", home=built).out)))
    listed = whole["sample" if option == "--conflicts" else "changes"]
    assert [list(row) for row in rows] == [list(row) for row in listed]
    table = begat(*words, home=built, columns=80)
    assert max(map(len, table.out.splitlines())) <= 80
    assert "account:huggingface:Qwen" in table.out


@pytest.mark.parametrize("words", [("licence",), ("licence", "--conflicts", "--changes")])
def test_the_command_says_what_is_missing(built: Path, words: tuple[str, ...]) -> None:
    """Neither a thing nor a table asked for, and both tables at once, are errors."""
    ran = begat(*words, home=built)
    assert ran.code == 2
    assert "--conflicts" in ran.err
