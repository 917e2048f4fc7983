"""The gate: each rule of a policy answers, what isn't known fails, and reasons name what causes them."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import TEST_SOURCE

from begat.consequence.listed import matches
from begat.consequence.policy import LEVELS
from begat.errors import UnknownName
from begat.licences import licences
from begat.records import Account, Dataset, Derivation, Institution, Model, Record, TrainedOn
from begat.registry import Registry
from begat.resolve import gather
from begat.snapshot import Home, compile_snapshot

MADE = datetime(2025, 12, 20, tzinfo=UTC)


def world() -> Iterator[Record]:
    """Yield a base under Llama's terms, a fine-tune relabelled, an adapter of it, and loose ends."""
    yield Model("acme/base", licence_raw="llama3.1", created_at=MADE, gated="manual")
    yield Model("bolt/tune", licence_raw="apache-2.0", created_at=MADE, gated="false")
    yield Model("bolt/lora", licence_raw="apache-2.0")
    yield Model("solo/free", licence_raw="mit", created_at=MADE.replace(year=2024), gated="false")
    yield Model("solo/silent")
    yield Model("solo/gone", licence_raw="mit", removed=True)
    yield Derivation("bolt/tune", "acme/base", "finetune", "tags")
    yield Derivation("bolt/lora", "bolt/tune", "adapter", "tags")
    yield Derivation("bolt/lora", "./output", "adapter", "card")
    yield Derivation("solo/heir", "solo/ghost", "finetune", "tags")
    yield Model("solo/heir", licence_raw="mit")
    yield Dataset("data/nc", licence_raw="cc-by-nc-4.0")
    yield TrainedOn("bolt/tune", "data/nc", "tags")
    yield Model("solo/taught", licence_raw="mit")
    yield Model("solo/both", licence_raw="mit, cc-by-nc-4.0")
    yield Dataset("data/silent")
    yield TrainedOn("solo/taught", "data/silent", "tags")
    yield Model("solo/vague", licence_raw="gpl")
    yield Model("bolt/solo_silent-GGUF", licence_raw="mit")
    yield Model("acme/unread", licence_raw="kimi-k3")
    yield Model("solo/relabelled", licence_raw="mit")
    yield Derivation("solo/relabelled", "acme/unread", "finetune", "tags")
    yield Account("huggingface", "acme", "acme-labs", basis="assumed")
    yield Institution("Acme Labs", id="acme-labs", kind="company", country="FR", parent="acme-group")
    yield Institution("Acme Group", id="acme-group", kind="company", country="US")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Open the world."""
    folder = tmp_path_factory.mktemp("world")
    parts = [gather(TEST_SOURCE, world(), on=date(2026, 1, 1))]
    return Registry(Home(folder / "home"), compile_snapshot(parts, folder / "snapshots", provenance={}))


@pytest.fixture
def judged(registry: Registry, tmp_path: Path) -> Any:
    """Return a function from a model and the text of a policy to rule, verdict, state, code and subject."""

    def judge(model: str, text: str) -> list[tuple[str, ...]]:
        file = tmp_path / "policy.toml"
        file.write_text(text, encoding="utf-8")
        keys = ("rule", "verdict", "state", "code", "subject")
        rows = registry.check(model, file)["reasons"]
        return [tuple(row[key] for key in keys) for row in rows if not row["rule"].startswith("model.")]

    return judge


KEPT = ("pass", "kept", "kept")


def test_licences_of_the_model_and_of_what_went_in(judged: Any) -> None:
    """The label alone keeps the rule; with ancestors covered the base breaks it, with its path."""
    rule = "licence.allow"
    asked = "[licence]\nallow = ['permissive']\ncovers = "
    assert judged("bolt/tune", asked + "'model'") == [(rule, *KEPT, "bolt/tune")]
    broken = (rule, "fail", "broken", "licence-not-allowed")
    assert judged("bolt/tune", asked + "'ancestors'") == [(*broken, "acme/base")]
    assert judged("bolt/tune", asked + "'all'") == [(*broken, "acme/base"), (*broken, "data/nc")]
    denied = ("licence.deny", "fail", "broken", "licence-denied", "acme/base")
    assert judged("acme/base", "[licence]\ndeny = ['model-licence']") == [denied]
    (one,) = judged("solo/both", "[licence]\ndeny = ['non-commercial']")
    (other,) = judged("solo/both", "[licence]\nallow = ['permissive']")
    assert (one[3], other[3]) == ("licence-denied", "licence-not-allowed")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("allow = ['GPL-3.0-only']", "licence-version-unknown"),
        ("deny = ['GPL-3.0']", "licence-version-unknown"),
        ("allow = ['strong-copyleft']", "kept"),
        ("deny = ['strong-copyleft']", "licence-denied"),
        ("deny = ['GPL']", "licence-denied"),
        ("deny = ['AGPL', 'non-commercial']", "kept"),
    ],
)
def test_a_licence_without_a_version(judged: Any, asked: str, code: str) -> None:
    """It is what all of its versions are; where they differ it can't be told."""
    assert [row[3] for row in judged("solo/vague", f"[licence]\n{asked}")] == [code]


def test_a_name_without_a_version_denies_all_of_them(judged: Any) -> None:
    """Whoever denies the AGPL or CC-BY-NC means each of them, and what nobody has read may be one."""
    assert judged("solo/both", "[licence]\ndeny = ['cc-by-nc']")[0][3] == "licence-denied"
    assert judged("solo/free", "[licence]\ndeny = ['cc-by-nc']")[0][3] == "kept"
    assert matches("LicenseRef-nobody-has-read", {"MIT"}, forbidden=True) is None
    both = "MIT AND GPL-2.0-only WITH Classpath-exception-2.0"
    assert matches(both, {"GPL-2.0-only WITH Classpath-exception-2.0"}, forbidden=True)


def test_what_is_not_followed_is_not_known(judged: Any) -> None:
    """A base that begat infers is none that is known, unless the policy follows what is inferred."""
    model, rules = "bolt/solo_silent-GGUF", "[provenance]\nrequire = ['base-model']\nknown_depth = 'all'"
    assert [row[3] for row in judged(model, rules)] == ["base-model-missing", "input-inferred"]
    assert [row[3] for row in judged(model, f"follow = 'inferred'\n{rules}")] == ["kept", "kept"]


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_not_known_follows_the_policy(judged: Any, level: str) -> None:
    """A licence not stated, and an input that can't be told, are unknown: the policy says what follows."""
    asked = f"[licence]\nallow = ['permissive', 'model-licence']\ncovers = 'ancestors'\nunknown = '{level}'"
    rule = ("licence.allow", level, "unknown")
    assert judged("solo/silent", asked) == [(*rule, "licence-unknown", "solo/silent")]
    assert judged("bolt/lora", asked) == [(*rule, "input-not-told", "bolt/lora")]
    assert judged("solo/heir", asked) == [(*rule, "licence-unknown", "solo/ghost")]


def test_clauses_bind_or_are_contested(judged: Any) -> None:
    """A clause of weights binds; one of data is contested; an ancestor that isn't told leaves it unknown."""
    asked = "[terms]\nforbid = ['naming', 'no-commercial-use']\ncontested = 'warn'\nunknown = 'warn'"
    assert judged("bolt/tune", asked) == [
        ("terms.forbid", "fail", "broken", "clause-binds", "acme/base"),
        ("terms.forbid", "warn", "broken", "clause-contested", "data/nc"),
    ]
    found = judged("bolt/lora", asked)
    assert ("terms.forbid", "warn", "unknown", "clause-unknown", "bolt/lora") in found


def test_what_is_not_known_of_data_is_no_graver_than_what_is(judged: Any) -> None:
    """A clause that data may have follows the milder of what is contested and what is unknown."""
    for contested, unknown, follows in (("pass", "fail", "pass"), ("fail", "warn", "warn")):
        asked = f"[terms]\nforbid = ['users']\ncontested = '{contested}'\nunknown = '{unknown}'"
        found = [("terms.forbid", follows, "unknown", "clause-unknown", "data/silent")]
        assert judged("solo/taught", asked) == found


def test_conflicts_by_severity(judged: Any) -> None:
    """What is as severe as asked fails, what is less severe is a warning, what can't be told is unknown."""
    found = judged("bolt/tune", "[terms]\nconflicts = 'high'")
    assert ("terms.conflicts", "fail", "broken", "terms-dropped", "acme/base") in found
    assert ("terms.conflicts", "warn", "broken", "naming-dropped", "acme/base") in found
    assert ("terms.conflicts", "warn", "broken", "non-commercial-data", "data/nc") in found
    least = judged("bolt/tune", "[terms]\nconflicts = 'medium'")
    assert {verdict for _, verdict, *_ in least} == {"fail"}
    assert judged("solo/heir", "[terms]\nconflicts = 'low'") == [
        ("terms.conflicts", "fail", "unknown", "licence-unknown", "solo/ghost")
    ]
    open_ = ("terms.conflicts", "fail", "unknown", "clause-unknown", "acme/unread")
    assert open_ in judged("solo/relabelled", "[terms]\nconflicts = 'high'")
    assert judged("solo/free", "[terms]\nconflicts = 'low'") == [("terms.conflicts", *KEPT, "solo/free")]


def test_origins(judged: Any) -> None:
    """Country, institution and whom it belongs to, and account are judged; who isn't known is unknown."""
    base = "acme/base"
    cases = {
        "countries.deny = ['FR']": ("origin.countries.deny", "fail", "broken", "country-denied", base),
        "countries.allow = ['FR']": ("origin.countries.allow", *KEPT, base),
        "countries.deny = ['US']": ("origin.countries.deny", "fail", "broken", "country-denied", base),
        "countries.deny = ['DE']": ("origin.countries.deny", *KEPT, base),
        "countries.allow = ['US']": ("origin.countries.allow", "fail", "broken", "country-not-allowed", base),
        "institutions.deny = ['Acme Group']": (
            "origin.institutions.deny", "fail", "broken", "institution-denied", base,
        ),
        "accounts.deny = ['ACME']": ("origin.accounts.deny", "fail", "broken", "account-denied", base),
        "accounts.deny = ['other']": ("origin.accounts.deny", *KEPT, base),
    }  # fmt: skip
    for asked, found in cases.items():
        assert judged(base, f"[origin]\n{asked}") == [found]
    denied = "[origin]\ncovers = 'ancestors'\ncountries.deny = ['FR']"
    assert judged("bolt/tune", denied) == [
        ("origin.countries.deny", "fail", "unknown", "country-unknown", "bolt/tune"),
        ("origin.countries.deny", "fail", "broken", "country-denied", "acme/base"),
    ]


def test_provenance(judged: Any) -> None:
    """What is required and not known fails; so do unknown ancestors as near as asked, and long lines."""
    ask = "[provenance]\n"
    required = judged("solo/silent", ask + "require = ['licence', 'base-model', 'training-data', 'country']")
    assert [code for *_, code, _ in required] == [
        "licence-missing", "base-model-missing", "training-data-missing", "country-missing",
    ]  # fmt: skip
    assert {verdict for _, verdict, *_ in required} == {"fail"}
    every = "require = ['licence', 'base-model', 'training-data', 'created']"
    assert judged("bolt/tune", ask + every) == [("provenance.require", *KEPT, "bolt/tune")]
    near = "provenance.known_depth"
    assert judged("solo/heir", ask + "known_depth = 0") == [(near, *KEPT, "solo/heir")]
    unseen = (near, "fail", "unknown", "ancestor-not-seen", "solo/ghost")
    assert judged("solo/heir", ask + "known_depth = 1") == [unseen]
    assert judged("solo/heir", ask + "known_depth = 'all'") == [unseen]
    lost = (near, "fail", "unknown", "input-not-told", "bolt/lora")
    assert judged("bolt/lora", ask + "known_depth = 1") == [lost]
    assert judged("bolt/lora", ask + "max_depth = 1") == [
        ("provenance.max_depth", "fail", "broken", "too-deep", "acme/base")
    ]


def test_the_repository(registry: Registry, tmp_path: Path) -> None:
    """A model that nobody lists or that is gone fails unasked; gates and age only where they are asked."""
    file = tmp_path / "policy.toml"

    def found(model: str, text: str) -> dict[str, tuple[str, str]]:
        file.write_text(text, encoding="utf-8")
        return {row["rule"]: (row["verdict"], row["code"]) for row in registry.check(model, file)["reasons"]}

    plain, asked = "[licence]\ndeny = ['GPL-3.0-only']", "[model]\ngated = 'warn'\nmin_age_days = 30"
    assert found("solo/ghost", plain)["model.unlisted"] == ("fail", "not-listed")
    assert found("solo/gone", plain)["model.removed"] == ("fail", "removed")
    assert "model.gated" not in found("acme/base", plain)
    assert found("acme/base", asked)["model.gated"] == ("warn", "gated")
    assert found("acme/base", asked)["model.min_age_days"] == ("fail", "too-young")
    assert found("solo/silent", asked)["model.gated"] == ("fail", "gate-unknown")
    assert found("solo/silent", asked)["model.min_age_days"] == ("fail", "age-unknown")
    assert set(found("solo/free", asked).values()) == {("pass", "kept")}


def test_every_rule_answers_with_its_cause(registry: Registry, tmp_path: Path) -> None:
    """Each rule asked for stands among the reasons, which lead to a subject by steps and to its page."""
    file = tmp_path / "policy.toml"
    file.write_text("[licence]\nallow = ['permissive']\ncovers = 'all'\n[terms]\nforbid = ['users']\n")
    row = registry.check("bolt/tune", file)
    assert {reason["rule"] for reason in row["reasons"]} == {*registry.policy(file).rules}
    assert (row["model"], row["verdict"], row["snapshot"]) == ("bolt/tune", "fail", registry.snapshot.name)
    (base,) = [each for each in row["reasons"] if each["rule"] == "licence.allow" and each["kind"] == "model"]
    assert base["path"] == [{"id": "acme/base", "relation": "finetune", "evidence": "declared"}]
    assert base["page"] == "https://huggingface.co/acme/base"
    assert base["licence"] == "LicenseRef-llama3.1"
    assert json.loads(json.dumps(row)) == row
    with pytest.raises(UnknownName):
        registry.check("nobody/none", file)


parts = st.sampled_from(["MIT", "GPL-3.0-only", "CC-BY-NC-4.0", "LicenseRef-nowhere"])
trees = st.recursive(
    parts,
    lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=6,
)


def written(tree: Any) -> str:
    """Write an expression."""
    return tree if isinstance(tree, str) else f"({f' {tree[0]} '.join(map(written, tree[1]))})"


def ways(tree: Any) -> list[set[str]]:
    """Return each choice that an expression leaves, as the licences that then apply together."""
    if isinstance(tree, str):
        return [{tree}]
    below = [ways(part) for part in tree[1]]
    if tree[0] == "OR":
        return [way for part in below for way in part]
    found: list[set[str]] = [set()]
    for part in below:
        found = [one | other for one in found for other in part]
    return found


@given(trees, st.sets(st.sampled_from(["MIT", "CC-BY-NC-4.0", "strong-copyleft"]), min_size=1))
def test_expressions_by_their_choices(tree: Any, listed: set[str]) -> None:
    """Allowed is an expression with a choice all of whose licences are; denied one without another choice.

    The kind of a licence without an entry may be any, and it may be a denied one: what is the same either
    way is known.
    """
    assert "LicenseRef-nowhere" not in licences()
    text = written(tree)
    if text in listed:
        return
    answers = [
        {
            "allowed": any(all(on[part] for part in way) for way in ways(tree)),
            "denied": all(any(on[part] for part in way) for way in ways(tree)),
        }
        for nowhere in (False, True)
        for on in [
            {
                "MIT": "MIT" in listed,
                "CC-BY-NC-4.0": "CC-BY-NC-4.0" in listed,
                "GPL-3.0-only": "strong-copyleft" in listed,
                "LicenseRef-nowhere": nowhere,
            }
        ]
    ]
    for name, forbidden in (("allowed", False), ("denied", True)):
        any_kind = forbidden or "strong-copyleft" in listed
        possible = {answer[name] for answer in (answers if any_kind else answers[:1])}
        assert matches(text, listed, forbidden=forbidden) is (possible.pop() if len(possible) == 1 else None)
