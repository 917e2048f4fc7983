"""What does not fit between two licences: every rule, what makes none, and what all of them keep."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.lineage_sample import Edge, Sample

from begat.consequence.conflict import KINDS, SEVERITIES, clash, findings, keeps_name, naming
from begat.consequence.inherit import CHANNELS, inherit
from begat.consequence.labels import MISSING
from begat.consequence.origin import Origins, same_maker
from begat.consequence.verdict import Conflict, conflicts
from begat.licences import clauses, licences
from begat.views.said import LANGUAGES, said

APACHE, NC, NC_ND, SHARED = "Apache-2.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-4.0", "CC-BY-SA-4.0"
SD = "LicenseRef-creativeml-openrail-m"
GEMMA, LLAMA2, LLAMA3 = "LicenseRef-gemma", "LicenseRef-llama2", "LicenseRef-llama3.1"

RULES = [
    (NC, NC_ND, "weights", ["high derivatives-forbidden no-derivatives"]),
    (None, NC_ND, "weights", ["medium derivatives-forbidden no-derivatives-unlabelled"]),
    (NC_ND, NC_ND, "weights", ["medium derivatives-forbidden copy-only"]),
    (APACHE, NC, "weights", ["high commercial-claimed non-commercial"]),
    (LLAMA3, NC, "weights", ["high commercial-claimed non-commercial"]),
    (NC, NC, "weights", []),
    (APACHE, NC, "outputs", ["medium commercial-claimed outputs-non-commercial"]),
    (APACHE, NC, "data", ["medium non-commercial-data data-non-commercial"]),
    (NC, NC, "data", []),
    (APACHE, GEMMA, "weights", ["high terms-dropped asks-less"]),
    (LLAMA2, "LicenseRef-llama3", "weights", []),
    ("LicenseRef-fair-ai-public-license-1.0-sd", SD, "weights", ["medium terms-dropped other-terms"]),
    ("LicenseRef-yi", NC, "weights", []),
    (f"{APACHE} AND {GEMMA}", GEMMA, "weights", []),
    ("MIT", APACHE, "weights", []),
    ("LicenseRef-openrail", SD, "weights", []),
    (APACHE, "GPL-3.0-only", "weights", ["high share-alike-dropped not-shared"]),
    ("CC-BY-NC-SA-4.0", SHARED, "weights", ["medium share-alike-dropped other-share-alike"]),
    ("AGPL-3.0-only", "GPL-3.0-only", "weights", []),
    ("GPL-3.0-only", "AGPL-3.0-only", "weights", ["medium share-alike-dropped other-share-alike"]),
    ("CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "weights", ["high share-alike-dropped not-shared"]),
    (APACHE, SHARED, "data", ["low share-alike-data data-share-alike"]),
    (APACHE, LLAMA2, "outputs", ["high training-forbidden training-forbidden"]),
    (APACHE, LLAMA3, "outputs", ["medium training-forbidden training-conditional"]),
    ("LicenseRef-llama3", LLAMA2, "outputs", []),
    (APACHE, LLAMA2, "data", []),
    (APACHE, None, "weights", []),
    (None, NC, "weights", []),
]


def written(own: str | None, source: str | None, channel: str, why: str | None = None) -> list[str]:
    """Return findings in words."""
    return [
        f"{found.severity} {found.kind} {found.reason}" for found in findings(own, source, channel, why=why)
    ]


@pytest.mark.parametrize(("own", "source", "channel", "expected"), RULES)
def test_rule(own: str | None, source: str | None, channel: str, expected: list[str]) -> None:
    """Two licences and a channel give these findings and no other."""
    assert written(own, source, channel) == expected


@pytest.mark.parametrize(
    ("source", "channel", "why", "expected"),
    [
        (GEMMA, "weights", "none stated", ["medium licence-missing missing-bound"]),
        (APACHE, "weights", "none stated", ["low licence-missing missing"]),
        (None, "weights", "none stated", ["low licence-missing missing"]),
        (GEMMA, "data", "none stated", ["low licence-missing missing"]),
        (GEMMA, "weights", "other", ["low licence-unnamed unnamed"]),
        (GEMMA, "weights", "not seen", []),
    ],
)
def test_thing_without_licence(source: str | None, channel: str, why: str, expected: list[str]) -> None:
    """What states no licence, one without a name, and what was never read are three things."""
    assert written(None, source, channel, why) == expected


def test_licence_outside_the_table_is_as_good_as_other() -> None:
    """A licence of which nothing is known can't be told to drop terms."""
    assert written("LicenseRef-never-heard-of", GEMMA, "weights") == ["low licence-unnamed unnamed"]


def test_nothing_unknown_makes_a_finding() -> None:
    """Every finding on terms names a clause that is known to bind in the source, whatever the licences."""
    some = [*licences(), f"{APACHE} OR {NC}", None]
    for own, source, channel in itertools.product(some, some, CHANNELS):
        told = findings(own, source, channel)
        assert not told or source is None or clauses(source).binding or told[0].kind == "licence-unnamed"
        assert [KINDS.index(found.kind) for found in told] == sorted(
            KINDS.index(found.kind) for found in told
        )


def test_every_reason_has_a_sentence_in_every_language() -> None:
    """Whatever the rules say is in words, and no sentence is idle."""
    some = [*licences(), None]
    pairs = itertools.product(some, some, CHANNELS, ("none stated", "other"))
    reasons = {found.reason for own, of, via, why in pairs for found in findings(own, of, via, why=why)}
    reasons |= {found.reason for one in some for other in some if (found := clash(one, other))} | {
        "name-dropped"
    }
    for lang in LANGUAGES:
        words = {key.removeprefix("reason_") for key in said(lang, "licence") if key.startswith("reason_")}
        assert words == reasons


@pytest.mark.parametrize(
    ("name", "begins", "keeps"),
    [
        ("someone/Llama-3.1-8B-x", "Llama", True),
        ("someone/llama_3-8b", "Llama 3", True),
        ("someone/Meta-Llama-3-8B-GGUF", "Llama 3", True),
        ("modelscope:someone/LLAMA3", "Llama 3", True),
        ("someone/my-llama", "Llama", False),
        ("llama/cat", "Llama", False),
    ],
)
def test_name(name: str, begins: str, keeps: bool) -> None:
    """A name keeps what it must begin with in any case and spelling, after its owner only."""
    assert keeps_name(name, begins) is keeps


def test_naming_is_asked_by_few_and_never_of_data() -> None:
    """Llama asks for its name in weights and outputs; Apache asks for none."""
    assert naming(LLAMA3, "weights") == naming(LLAMA3, "outputs") is not None
    assert naming("LicenseRef-llama3", "outputs") is naming("LicenseRef-exaone", "outputs") is None
    assert naming(LLAMA3, "data") is naming(APACHE, "weights") is naming(None, "weights") is None


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        (SHARED, "AGPL-3.0-only", "high"),
        (SHARED, "GPL-3.0-only", None),
        (SHARED, GEMMA, "medium"),
        (GEMMA, LLAMA3, None),
        (SHARED, "MIT", None),
        (SHARED, None, None),
    ],
)
def test_clash(one: str | None, other: str | None, severity: str | None) -> None:
    """Two sources clash where each wants the whole, in whichever order they are named."""
    assert clash(one, other) == clash(other, one)
    assert getattr(clash(one, other), "severity", None) == severity


def told(sample: Sample, name: str = "house/model-000") -> list[tuple[str, str, list[int]]]:
    """Return kind, severity and sources of all that doesn't fit node 0 of a sample."""
    found = inherit(sample.supply, sample.labels, 0)
    return [
        (finding.kind, finding.severity, [cause.source.node for cause in causes])
        for finding, causes in conflicts(found, name)
    ]


def chain(*labels: str | int, kind: str = "finetune") -> Sample:
    """Return models of which each is made from the next."""
    return Sample(len(labels), [Edge(at, at + 1, kind) for at in range(len(labels) - 1)], [*labels], [], [])


def test_sources_under_one_licence_are_one_conflict() -> None:
    """A base and its fine-tune under the same licence cause one finding, the nearest first."""
    assert told(chain(APACHE, GEMMA, GEMMA)) == [("terms-dropped", "high", [1, 2])]


def test_missing_licence_is_said_once() -> None:
    """Whatever went in, that no licence is stated is one finding, with what makes it gravest."""
    sample = chain(MISSING, APACHE, GEMMA)
    assert told(sample) == [("licence-missing", "medium", [2])]


def test_gravest_comes_first() -> None:
    """Severity goes before kind."""
    sample = Sample(3, [Edge(0, 1, "trained-on"), Edge(0, 2, "merge")], [APACHE, NC, LLAMA3], [], [])
    assert [row[:2] for row in told(sample)] == [
        ("terms-dropped", "high"),
        ("non-commercial-data", "medium"),
        ("naming-dropped", "medium"),
    ]
    severities = [SEVERITIES.index(row[1]) for row in told(sample)]
    assert severities == sorted(severities)


def test_merge_of_two_shared_alike_clashes() -> None:
    """Neither source alone, but both together can't be kept."""
    sample = Sample(3, [Edge(0, 1, "merge"), Edge(0, 2, "merge")], [SHARED, SHARED, "AGPL-3.0-only"], [], [])
    assert ("share-alike-clash", "high", [2, 1]) in told(sample)


def unfit(sample: Sample) -> list[int]:
    """Return of each finding of node 0 the thing from which on it is there."""
    found: list[Conflict] = conflicts(inherit(sample.supply, sample.labels, 0), "house/model-000")
    return [Origins(sample.supply, sample.labels).since(0, each) for each in found]


def test_a_finding_is_inherited_if_all_that_brought_it_had_it() -> None:
    """Of a merge of a relabelled and a clean model a finding is its own, without the clean one it is not."""
    labels = [APACHE, APACHE, GEMMA, GEMMA]
    edges = [Edge(0, 1, "merge"), Edge(1, 3, "finetune")]
    assert unfit(Sample(4, edges, labels, [], [])) == [1]
    assert unfit(Sample(4, [*edges, Edge(0, 2, "merge")], labels, [], [])) == [0]
    assert unfit(chain(MISSING, MISSING, GEMMA)) == [0]


def test_a_name_is_inherited_from_a_source_that_lacks_it() -> None:
    """A source that lacks the name its own licence asks for dropped it, whatever that was made from."""
    assert unfit(chain(LLAMA3, LLAMA3)) == [1]
    assert unfit(chain(LLAMA3, MISSING, LLAMA3)) == [2]
    assert unfit(chain(APACHE, LLAMA3)) == [0, 1]


@pytest.mark.parametrize(
    ("accounts", "institutions", "expected"),
    [
        ([0, 0, 0], [-1, -1, -1], "account"),
        ([0, 0, 1], [-1, -1, -1], None),
        ([0, 1, 2], [0, 1, 1], "institution"),
        ([0, 1, 1], [0, 2, 2], None),
        ([-1, -1, -1], [-1, -1, -1], None),
        ([-1, 0, 0], [1, 0, 0], "institution"),
        ([0, 0, -1], [-1, -1, -1], None),
    ],
)
def test_one_maker(accounts: list[int], institutions: list[int], expected: str | None) -> None:
    """All causes must be of the account, or of the institution with its parts; unknown is not the same."""
    sample = chain(APACHE, GEMMA, GEMMA)
    owners = {"account": np.array(accounts), "institution": np.array(institutions)}
    graph = replace(sample.supply.graph, **owners)
    supply = replace(sample.supply, graph=graph, whole=np.array([0, 0, 2]))
    (found,) = conflicts(inherit(supply, sample.labels, 0), "house/model")
    assert same_maker(supply, 0, found) == expected


def test_that_no_licence_is_stated_no_right_explains() -> None:
    """Of one maker, a thing without a licence has the plain finding."""
    sample = chain(MISSING, GEMMA)
    graph = replace(sample.supply.graph, account=np.zeros(2, dtype=np.int32))
    supply = replace(sample.supply, graph=graph)
    (found,) = conflicts(inherit(supply, sample.labels, 0), "house/model")
    assert (found.finding.kind, same_maker(supply, 0, found)) == ("licence-missing", None)


def test_page_that_causes_a_conflict_is_the_first_that_does_not_fit() -> None:
    """Of a chain of relabelled models the one next to the source is named, not the last."""
    assert unfit(chain(APACHE, "MIT", APACHE, GEMMA, GEMMA)) == [2]
    assert unfit(chain(APACHE, GEMMA, MISSING, GEMMA)) == [0]
