"""Scores at every level: houses, families, which derivations count, what a score rests on, what is kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import TEST_SOURCE, MakeSnapshot, examples

from begat.answer.credit import KEYS, credit_rows
from begat.answer.diagnostics import CORRECTIONS, corrections, correlations, own_house, quantizers
from begat.answer.influence import influence, ranked, with_intervals
from begat.errors import InputError, UnknownName
from begat.graph.build import build
from begat.influence import scores as module
from begat.influence.evidence import Evidence
from begat.influence.flow import FLOWING, flows, own
from begat.influence.groups import GROUPS
from begat.influence.resample import SAMPLED, Cells, cells, intervals
from begat.influence.scope import Scope
from begat.influence.scores import Scores, kept_scores
from begat.records import Account, Alias, Derivation, Institution, Model, Observation, Record
from begat.resolve import gather
from begat.snapshot import Snapshot, compile_snapshot

DAY = date(2026, 1, 1)
NAMES = [f"account-{i % 4}/m{i}" for i in range(10)]
FREE = ("finetune", "merge", "adapter", "quantized")

few = settings(max_examples=examples(25))
pairs = st.lists(
    st.tuples(
        st.integers(0, len(NAMES) - 1), st.integers(0, len(NAMES) - 1), st.sampled_from([*FREE, "copy"])
    ),
    max_size=25,
)


def downloads(model: str, value: float, on: date = DAY) -> Observation:
    """Return a figure of downloads."""
    return Observation(model, "model", "downloads_30d", value, on)


def scored(records: Iterable[Record], scope: Scope | None = None) -> Scores:
    """Return the scores of a snapshot of records, which is gone afterwards: all tables are read now."""
    with TemporaryDirectory() as folder:
        parts = [gather(TEST_SOURCE, records, on=DAY)]
        snapshot = compile_snapshot(parts, Path(folder), provenance={})
        found = Scores(snapshot, build(snapshot), scope or Scope())
        tables = {by: (found.groups(by), found.table(by)) for by in GROUPS}
    found.__dict__["groups"] = lambda by: tables[by][0]
    found.__dict__["table"] = lambda by: tables[by][1]
    return found


def a_world(edges: Iterable[tuple[int, int, str]]) -> list[Record]:
    """Return ten models of four accounts, two of them of one company, with the derivations given."""
    return [
        Institution("Parent", id="parent", country="US", kind="company"),
        Institution("Daughter", id="daughter", country="GB", kind="company", parent="parent"),
        Account("huggingface", "account-0", "parent", basis="osir-lmts"),
        Account("huggingface", "account-1", "daughter", basis="osir-lmts"),
        *[Model(name) for name in NAMES],
        *[downloads(name, 10.0 * i) for i, name in enumerate(NAMES) if i % 3],
        *[Derivation(NAMES[c], NAMES[p], kind, "tags", o) for o, (c, p, kind) in enumerate(edges) if c != p],
    ]


# ----- houses and groups -------------------------------------------------------------------------

COMPANY: list[Record] = [
    Institution("Parent", id="parent", country="US", kind="company"),
    Institution("Daughter", id="daughter", country="GB", kind="company", parent="parent"),
    *[Account("huggingface", name, name, basis="osir-lmts") for name in ("parent", "daughter")],
    *[Model(f"{who}/m") for who in ("parent", "daughter", "ann", "bob")],
    Derivation("parent/m", "daughter/m", "finetune", "tags"),
    Derivation("ann/m", "daughter/m", "finetune", "tags"),
    Derivation("bob/m", "parent/m", "finetune", "tags"),
]


def test_a_company_earns_nothing_from_its_subsidiaries(make_snapshot: MakeSnapshot) -> None:
    """What a company makes of a subsidiary's model is its own: no credit at any level."""
    snapshot = make_snapshot(COMPANY)
    scores = Scores(snapshot, build(snapshot))
    (house,) = influence(scores, by="institution")
    assert (house["id"], house["children"], house["accounts"], house["reach"]) == ("parent", 2, 2, 2)
    reach = {row["id"]: row["reach"] for row in influence(scores)}
    assert reach == {"daughter/m": 1, "parent/m": 1}
    seats = {row["id"]: row["children"] for row in influence(scores, by="country")}
    assert seats == {"US": 1, "GB": 1}


def test_the_ranking_has_the_same_houses(make_snapshot: MakeSnapshot) -> None:
    """The graph of credit behind the ranking is the one behind influence."""
    snapshot = make_snapshot(COMPANY)
    graph = build(snapshot)
    ours, theirs = Scores(snapshot, graph).credit, Evidence(snapshot, graph).credit
    assert ours.graph.institution.tolist() == theirs.graph.institution.tolist()
    assert list(ours.graph.institution_ids) == list(theirs.graph.institution_ids)
    assert ours.outside.parent.tolist() == theirs.outside.parent.tolist()


def test_families(make_snapshot: MakeSnapshot) -> None:
    """A family is what a source says, else what one house made of one base; spellings are one family."""
    snapshot = make_snapshot(
        [
            Model("lab/one", family="Big Model"),
            Model("lab/two", family="big-model"),
            *[Model(name) for name in ("lab/three", "lab/base", "lab/chat", "lab/awq", "ann/tune", "ann/x")],
            Derivation("lab/three", "lab/one", "finetune", "tags"),
            Derivation("lab/chat", "lab/base", "finetune", "tags"),
            Derivation("lab/awq", "lab/chat", "quantized", "tags"),
            *[Derivation("ann/tune", f"lab/{name}", "merge", "tags") for name in ("two", "three", "awq")],
            Derivation("ann/x", "lab/base", "finetune", "tags"),
        ]
    )
    scores = Scores(snapshot, build(snapshot))
    found = scores.groups("family")
    family = {scores.graph.ids[node]: found.names["id"][int(of)] for node, of in enumerate(found.of)}
    assert family == {
        "lab/one": "Big Model",
        "lab/two": "Big Model",
        "lab/three": "Big Model",
        "lab/base": "lab/base",
        "lab/chat": "lab/base",
        "lab/awq": "lab/base",
        "ann/tune": "ann/tune",
        "ann/x": "ann/x",
    }
    rows = {row["id"]: (row["children"], row["accounts"]) for row in influence(scores, by="family")}
    assert rows == {"Big Model": (1, 1), "lab/base": (2, 1)}


def test_accounts_have_the_seat_of_their_operator(make_snapshot: MakeSnapshot) -> None:
    """An account is ranked in the country of who operates it; families and kinds have no seat."""
    snapshot = make_snapshot(COMPANY)
    table = Scores(snapshot, build(snapshot)).table("account")
    rows = ranked(table, by="account", measure="reach", country="gb")
    assert [(row["id"], row["rank"]) for row in rows] == [("huggingface:daughter", 1)]
    with pytest.raises(InputError, match="a family has no seat"):
        ranked(table, by="family", measure="reach", country="GB")


@few
@given(pairs)
def test_a_union_lies_between_its_largest_part_and_their_sum(edges: list[tuple[int, int, str]]) -> None:
    """A group counts no account and no model twice, and none less than one of its members does."""
    scores = scored(a_world(edges))
    models = dict(scores.table("model").select("id", "accounts").iter_rows())
    found = scores.groups("account")
    members: dict[str, list[float]] = {}
    for name, group in zip(scores.graph.ids, found.of.tolist(), strict=True):
        members.setdefault(found.names["id"][group], []).append(models.get(name, 0.0))
    for row in scores.table("account").iter_rows(named=True):
        assert max(members[row["id"]]) <= row["accounts"] <= sum(members[row["id"]])
    company = dict(scores.table("institution").select("id", "children").iter_rows()).get("parent", 0)
    parts = dict(scores.table("account").select("id", "children").iter_rows())
    each = [parts.get(f"huggingface:account-{i}", 0) for i in (0, 1)]
    assert max(each) <= company <= sum(each)


@few
@given(pairs, st.permutations(range(4)))
def test_numbers_of_accounts_do_not_matter(edges: list[tuple[int, int, str]], order: list[int]) -> None:
    """Accounts numbered otherwise give the same scores, and the same sums over them."""
    plain = scored(a_world(edges))
    graph = plain.graph
    moved = replace(plain, graph=replace(graph, account=np.array(order, dtype=np.int32)[graph.account]))
    moved.__dict__.update({name: plain.__dict__[name] for name in ("counted", "figures")})
    moved.__dict__["by_house"] = replace(plain.by_house, account=moved.graph.account)
    every = np.arange(graph.n)
    for measure in SAMPLED:
        for one in (cells(plain, every, graph.n, measure), cells(moved, every, graph.n, measure)):
            expected = np.nan_to_num(plain.values(measure, "model", plain.groups("model")))
            np.testing.assert_allclose(one.values()[:, 0], expected, atol=1e-9)


# ----- which derivations count -------------------------------------------------------------------

AGES: list[Record] = [
    Model("lab/base", created_at=datetime(2025, 1, 1, tzinfo=UTC)),
    Model("lab/late", created_at=datetime(2025, 9, 1, tzinfo=UTC)),
    Model("lab/undated"),
    *[Model(f"ann/{i}", created_at=datetime(2025, i, 1, tzinfo=UTC)) for i in (2, 6)],
    Model("bob/undated"),
    Derivation("ann/2", "lab/base", "finetune", "tags", stated_on=DAY),
    Derivation("ann/6", "lab/base", "adapter", "list", stated_on=DAY),
    Derivation("ann/2", "lab/late", "merge", "tags", stated_on=DAY),
    Derivation("bob/undated", "lab/base", "quantized", "list", stated_on=date(2025, 4, 1)),
    Derivation("bob/undated", "lab/undated", "quantized", "card", stated_on=date(2025, 4, 1)),
    downloads("ann/2", 100, date(2025, 3, 1)),
    *[downloads(name, 200, date(2025, 12, 1)) for name in ("ann/2", "ann/6", "lab/base")],
]


@pytest.mark.parametrize(
    ("scope", "children"),
    [
        (Scope(), {"lab/base": 3, "lab/late": 1, "lab/undated": 1}),
        (Scope(on=date(2025, 3, 1)), {"lab/base": 1}),
        (Scope(on=date(2025, 4, 1)), {"lab/base": 2, "lab/undated": 1}),
        (Scope(on=date(2025, 6, 1)), {"lab/base": 3, "lab/undated": 1}),
        (Scope(on=date(2024, 1, 1)), {}),
        (Scope(declared_only=True), {"lab/base": 1, "lab/late": 1, "lab/undated": 1}),
        (Scope(relations={"quantized", "adapter"}), {"lab/base": 2, "lab/undated": 1}),
        (Scope(relations={"quantized"}, declared_only=True), {"lab/undated": 1}),
    ],
)
def test_scope(make_snapshot: MakeSnapshot, scope: Scope, children: dict[str, int]) -> None:
    """Only derivations of the day, the relations and the methods asked for count."""
    snapshot = make_snapshot(AGES)
    rows = influence(Scores(snapshot, build(snapshot), scope), measure="children")
    assert {row["id"]: row["children"] for row in rows} == children


def test_figures_are_of_the_day(make_snapshot: MakeSnapshot) -> None:
    """Downloads observed later are not known on a day, and windows end with it."""
    snapshot = make_snapshot(AGES)
    graph = build(snapshot)
    early = Scores(snapshot, graph, Scope(on=date(2025, 6, 1))).figures
    assert early.downloads_30d is not None
    assert sorted(early.downloads_30d[early.downloads_30d >= 0]) == [100]
    assert Scores(snapshot, graph).figures.day == early.day + (DAY - date(2025, 6, 1)).days  # type: ignore[operator]


def test_an_unknown_relation_is_an_error() -> None:
    """A relation that is none comes with a near name; copies are no derivatives."""
    with pytest.raises(UnknownName, match="finetune"):
        Scope(relations={"finetuned"})
    with pytest.raises(UnknownName):
        Scope(relations={"copy"})


# ----- what a score is made of -------------------------------------------------------------------


@few
@given(pairs, st.sampled_from(sorted(FLOWING)), st.sampled_from(GROUPS))
def test_derivations_add_up_to_the_score(edges: list[tuple[int, int, str]], measure: str, by: str) -> None:
    """At every level a score is the sum of what its derivations hand on, and of own downloads."""
    scores = scored(a_world(edges))
    found = scores.groups(by)
    subject, _, amount = flows(scores, found.of, measure)
    total = np.bincount(subject, weights=amount, minlength=len(found)).astype(float)
    inside = found.of >= 0
    total += np.bincount(found.of[inside], weights=own(scores, measure)[inside], minlength=len(found))
    values = dict(scores.table(by).select("id", measure).iter_rows())
    for name, value in zip(found.names["id"], total, strict=True):
        assert value == pytest.approx(values.get(name) or 0) or name not in values


@few
@given(pairs, st.sampled_from(SAMPLED), st.sampled_from(GROUPS), st.integers(0, 99))
def test_drawn_accounts_count_as_often_as_drawn(
    edges: list[tuple[int, int, str]], measure: str, by: str, seed: int
) -> None:
    """Weights of accounts act as a loop over what each made; all drawn once gives the score."""
    scores = scored(a_world(edges))
    found = scores.groups(by)
    drawn = cells(scores, found.of, len(found), measure)
    weights = np.random.default_rng(seed).poisson(1.0, size=(drawn.drawn.shape[1], 3)).astype(float)
    result = drawn.values(weights)
    amounts = drawn.drawn.toarray()
    for subject in range(len(found)):
        for draw in range(3):
            expected = drawn.sure[subject] + sum(
                weights[unit, draw] * amounts[subject, unit] for unit in range(len(weights))
            )
            assert result[subject, draw] == pytest.approx(expected)
    values = dict(scores.table(by).select("id", measure).iter_rows())
    for name, value in zip(found.names["id"], drawn.values()[:, 0], strict=True):
        assert value == pytest.approx(values.get(name) or 0) or name not in values


def test_credit_by_hand(make_snapshot: MakeSnapshot) -> None:
    """Each derivation stands with its credit, maker and evidence, that of a copy included."""
    snapshot = make_snapshot(
        [
            *[Model(f"{who}/m") for who in ("lab", "ann", "bob", "cy")],
            Model("lab/copy"),
            Derivation("lab/copy", "lab/m", "copy", "tags"),
            Derivation("ann/m", "lab/copy", "finetune", "card", stated_on=DAY),
            Derivation("ann/m", "lab/copy", "finetune", "tags", stated_on=DAY),
            Derivation("bob/m", "lab/m", "quantized", "tags", stated_on=DAY),
            Derivation("cy/m", "ann/m", "adapter", "tags"),
            downloads("lab/m", 10),
            downloads("ann/m", 4),
            downloads("cy/m", 8),
        ]
    )
    scores = Scores(snapshot, build(snapshot))
    rows = credit_rows(scores, by="model", subject="lab/m")
    assert all(tuple(row) == KEYS for row in rows)
    assert [(row["id"], row["credit"], row["account"], row["method"]) for row in rows] == [
        ("ann/m", 1 + 0.5 * 0.5, "huggingface:ann", "tags"),
        ("bob/m", 0.25, "huggingface:bob", "tags"),
    ]
    assert rows[0] == {
        **rows[0],
        "part": pytest.approx(1.25 / 1.5),
        "parent": "lab/m",
        "relation": "finetune",
        "date": "2026-01-01",
    }
    used = credit_rows(scores, by="account", subject="huggingface:lab", measure="lineage_downloads")
    assert [(row["id"], row["relation"], row["credit"]) for row in used] == [
        ("lab/m", None, 10),
        ("ann/m", "finetune", 0.5 * (4 + 0.5 * 8)),
    ]
    with pytest.raises(InputError, match="lineage_downloads, reach"):
        credit_rows(scores, by="model", subject="lab/m", measure="accounts")


# ----- chance ------------------------------------------------------------------------------------


def some_cells(subjects: int = 4) -> Cells:
    """Return subjects of which each has twice the accounts of the next, one model an account."""
    from scipy.sparse import csr_array

    sizes = [2 ** (5 + subjects - i) for i in range(subjects)]
    row = np.repeat(np.arange(subjects), sizes)
    drawn = csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(subjects, len(row)))
    return Cells(np.zeros(subjects), drawn, np.array(sizes))


def test_intervals_are_seeded_and_hold_the_value() -> None:
    """The same seed gives the same bounds; far apart subjects keep their rank; the value lies inside."""
    drawn = some_cells()
    found = intervals(drawn, draws=300, seed=1)
    assert found.equals(intervals(drawn, draws=300, seed=1))
    assert not found.equals(intervals(drawn, draws=300, seed=2))
    assert found["low"].to_list() == found["high"].to_list() == [1, 2, 3, 4]
    value = drawn.values()[:, 0]
    assert ((found["value_low"].to_numpy() < value) & (value < found["value_high"].to_numpy())).all()
    assert intervals(drawn, draws=300, seed=1, most=2).equals(found.head(2))


def test_undeclared_derivations_are_added_in_proportion() -> None:
    """With a half undeclared, values are twice as large and ranks what they were."""
    drawn = some_cells()
    found = intervals(drawn, draws=400, undeclared=0.5)
    value = 2 * drawn.values()[:, 0]
    assert ((found["value_low"].to_numpy() < value) & (value < found["value_high"].to_numpy())).all()
    assert found["low"].to_list() == [1, 2, 3, 4]
    assert intervals(drawn, draws=50, undeclared=0.0).equals(intervals(drawn, draws=50))


def test_equal_values_share_the_best_rank_in_every_draw() -> None:
    """Who has no account to draw is always last, with all that have none."""
    some = some_cells(3)
    empty = Cells(np.zeros(3), some.drawn * 0, some.derivations)
    assert intervals(empty, draws=5)["high"].to_list() == [1, 1, 1]


def test_rows_have_intervals(make_snapshot: MakeSnapshot) -> None:
    """Rows of influence get the bounds of their own subject; other measures than sums are an error."""
    snapshot = make_snapshot(a_world([(4, 1, "finetune"), (6, 1, "finetune"), (7, 2, "adapter")]))
    scores = Scores(snapshot, build(snapshot))
    rows = ranked(scores.table("model"), by="model", measure="reach")
    how: dict[str, Any] = {"by": "model", "draws": 200}
    found = with_intervals(rows, scores, measure="reach", **how)
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    assert all(row["value_low"] <= row["reach"] <= row["value_high"] for row in found)
    assert all(row["low"] <= row["rank"] <= row["high"] for row in found)
    assert len(with_intervals(rows, scores, measure="reach", most=1, **how)) == 1
    with pytest.raises(InputError, match="momentum is no sum"):
        with_intervals(rows, scores, measure="momentum", **how)


# ----- what influence rests on -------------------------------------------------------------------


@few
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20))
def test_corrections_of_nothing_change_nothing(edges: list[tuple[int, int]]) -> None:
    """Without copies, quantizations, bursts, guesses and second models of an account all ranks agree."""
    records: list[Record] = [Model(f"a{i}/m") for i in range(9)]
    made = [(c, p) for c, p in edges if c != p]
    records += [Derivation(f"a{c}/m", f"a{p}/m", "finetune", "tags", o) for o, (c, p) in enumerate(made)]
    with TemporaryDirectory() as folder:
        snapshot = compile_snapshot([gather(TEST_SOURCE, records, on=DAY)], Path(folder), provenance={})
        rows = corrections(Scores(snapshot, build(snapshot)))
    assert all(len({row[name] for name in CORRECTIONS}) == 1 for row in rows)


TILTED: list[Record] = [
    Institution("Lab", id="lab", country="DE"),
    Account("huggingface", "lab", "lab", basis="osir-lmts"),
    *[Model(f"lab/m{i}") for i in range(4)],
    *[Model(f"rival/m{i}") for i in range(2)],
    *[Model(f"quants/q{i}") for i in range(12)],
    Model("quants/own"),
    *[Model(f"ann/t{i}") for i in range(3)],
    *[Derivation(f"lab/m{i}", "lab/m0", "finetune", "tags") for i in (1, 2, 3)],
    *[Derivation(f"quants/q{i}", "lab/m0", "quantized", "tags") for i in range(8)],
    *[Derivation(f"quants/q{i}", "lab/m1", "copy", "tags") for i in (8, 9)],
    *[Derivation(f"quants/q{i}", "quants/own", "quantized", "tags") for i in (10, 11)],
    *[Derivation(f"ann/t{i}", "rival/m0", "finetune", "list") for i in range(3)],
    Derivation("rival/m1", "lab/m1", "finetune", "tags"),
]


def test_corrections_by_hand(make_snapshot: MakeSnapshot) -> None:
    """Each correction moves whom it concerns."""
    snapshot = make_snapshot(TILTED)
    rows = {row["id"]: row for row in corrections(Scores(snapshot, build(snapshot)))}
    base, rival, own_base = rows["lab/m0"], rows["rival/m0"], rows["quants/own"]
    assert (rival["rank"], base["rank"], own_base["rank"]) == (1, 3, 4)
    assert (base["full_quants"], rival["full_quants"]) == (1, 2)
    assert (base["own_house"], rival["declared"]) == (1, 3)
    assert own_base["own_house"] == 4
    assert (rows["lab/m1"]["rank"], rows["lab/m1"]["copies"]) == (2, 1)


def test_own_house_and_quantizers_by_hand(make_snapshot: MakeSnapshot) -> None:
    """The share of the own house counts models once; a quantizer remakes more models than it makes."""
    snapshot = make_snapshot(TILTED)
    scores = Scores(snapshot, build(snapshot))
    (lab,) = own_house(scores)
    assert (lab["id"], lab["name"], lab["children"], lab["own"]) == ("lab", "Lab", 12, 3)
    assert lab["own_share"] == 0.25
    (only,) = quantizers(scores)
    assert only == {
        "id": "huggingface:quants",
        "models": 13,
        "remade": 10,
        "remade_share": pytest.approx(10 / 13),
        "bases": 2,
    }


def test_correlations_are_symmetric(make_snapshot: MakeSnapshot) -> None:
    """A measure orders as itself does; what is the same for all or unknown has no coefficient."""
    snapshot = make_snapshot(TILTED)
    rows = correlations(Scores(snapshot, build(snapshot)))
    found = {(row["coefficient"], row["measure"]): row for row in rows}
    for (kind, name), row in found.items():
        for other in ("children", "accounts", "reach"):
            assert row[other] == found[kind, other][name]
    assert found["kendall", "reach"]["reach"] == pytest.approx(1)
    assert found["spearman", "children"]["lineage_downloads"] is None


# ----- the file ----------------------------------------------------------------------------------


@pytest.fixture
def snapshot(make_snapshot: MakeSnapshot) -> Snapshot:
    """Return a snapshot with a copy and a mirror."""
    return make_snapshot(
        [*TILTED, Model("modelscope:lab/m0"), Alias("modelscope:lab/m0", "lab/m0", "mirror")]
    )


def test_scores_are_kept(snapshot: Snapshot, tmp_path: Path) -> None:
    """The file has all levels as they are computed, and is not computed again."""
    path = kept_scores(snapshot, lambda: build(snapshot), tmp_path / "scores.parquet")
    found, scores = pl.read_parquet(path), Scores(snapshot, build(snapshot))
    for by in GROUPS:
        assert found.filter(pl.col("by") == by).drop("by").equals(scores.table(by))
    kept_scores(snapshot, lambda: pytest.fail("computed again"), path)


@pytest.mark.parametrize("what", ["flipped", "cut", "text", "another", "unchecked"])
def test_a_damaged_file_is_written_anew(snapshot: Snapshot, tmp_path: Path, what: str) -> None:
    """Other bytes than were written, or another table, are never read."""
    path = kept_scores(snapshot, lambda: build(snapshot), tmp_path / "scores.parquet")
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 4] ^= 1
    if what == "unchecked":
        path.with_name("scores.parquet.crc32").unlink()
    elif what == "another":
        pl.DataFrame({"by": ["model"]}).write_parquet(path)
    else:
        path.write_bytes({"flipped": bytes(flipped), "cut": whole[:-20], "text": b"no table"}[what])
    kept_scores(snapshot, lambda: build(snapshot), path)
    assert path.read_bytes() == whole
    kept_scores(snapshot, lambda: pytest.fail("computed again"), path)


def test_an_outdated_file_is_written_anew(
    snapshot: Snapshot, make_snapshot: MakeSnapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of another snapshot, or of another format of this program, is replaced."""
    path = kept_scores(snapshot, lambda: build(snapshot), tmp_path / "scores.parquet")
    other = make_snapshot(COMPANY)
    kept_scores(other, lambda: build(other), path)
    assert "lab/m0" not in pl.read_parquet(path)["id"]
    monkeypatch.setattr(module, "FORMAT", 0)
    called = []
    kept_scores(other, lambda: called.append(1) or build(other), path)  # type: ignore[func-returns-value]
    assert called == [1]
