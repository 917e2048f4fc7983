"""The worked cases of docs/concept/licence-cases.md: facts of the data, and findings worked out by hand."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.cli import begat

PAGE = Path(__file__).parents[2] / "docs" / "concept" / "licence-cases.md"

Finding = tuple[str, str, str, str]


class Case(NamedTuple):
    """A thing, what its page and those of its sources write, and what follows."""

    thing: str
    written: dict[str, str]
    step: tuple[str, str, str, str]
    findings: list[Finding]
    states: dict[str, str]
    needs: list[tuple[str, bool]]


CASES = [
    Case(
        "AtlaAI/Selene-1-Mini-Llama-3.1-8B",
        {"AtlaAI/Selene-1-Mini-Llama-3.1-8B": "apache-2.0", "meta-llama/Llama-3.1-8B-Instruct": "llama3.1"},
        ("finetune", "hub-stats", "tags-finetune", "2026-05-20"),
        [
            ("high", "terms-dropped", "asks-less", "meta-llama/Llama-3.1-8B-Instruct"),
            ("medium", "naming-dropped", "name-dropped", "meta-llama/Llama-3.1-8B-Instruct"),
        ],
        {
            "no-commercial-use": "absent",
            "commercial-condition": "binds",
            "naming": "binds",
            "use-limits": "binds",
        },
        [],
    ),
    Case(
        "Alyon-AI/2_PRYMMAL-ECE-2B-SLERP-V1",
        {
            "Alyon-AI/2_PRYMMAL-ECE-2B-SLERP-V1": "apache-2.0",
            "google/gemma-2-2b-jpn-it": "gemma",
            "zake7749/gemma-2-2b-it-chinese-kyara-dpo": "gemma",
        },
        ("merge", "hub-stats", "tags", "2026-05-20"),
        [("high", "terms-dropped", "asks-less", "google/gemma-2-2b-jpn-it")],
        {"terms-travel": "binds", "use-limits": "binds", "no-commercial-use": "contested-unknown"},
        [],
    ),
    Case(
        "coslinedev/Qwen2.5-3B-FinCode-Reasoning-Full",
        {
            "coslinedev/Qwen2.5-3B-FinCode-Reasoning-Full": "apache-2.0",
            "Qwen/Qwen2.5-3B-Instruct": "qwen-research",
        },
        ("finetune", "radar", "tags-finetune", "2026-08-22"),
        [
            ("high", "commercial-claimed", "non-commercial", "Qwen/Qwen2.5-3B-Instruct"),
            ("high", "terms-dropped", "asks-less", "Qwen/Qwen2.5-3B-Instruct"),
        ],
        {"no-commercial-use": "binds", "display": "binds"},
        [],
    ),
    Case(
        "dx8152/Flux2-Klein-9B-Consistency",
        {
            "dx8152/Flux2-Klein-9B-Consistency": "apache-2.0",
            "black-forest-labs/FLUX.2-klein-9B": "flux-non-commercial-license",
        },
        ("adapter", "starscreener", "tags", "2026-05-04"),
        [("high", "commercial-claimed", "non-commercial", "black-forest-labs/FLUX.2-klein-9B")],
        {"no-commercial-use": "binds"},
        [("black-forest-labs/FLUX.2-klein-9B", True)],
    ),
    Case(
        "openbmb/MiniCPM-V-4_5",
        {"openbmb/MiniCPM-V-4_5": "apache-2.0", "openbmb/RLAIF-V-Dataset": "cc-by-nc-4.0"},
        ("trained-on", "radar", "tags", "2026-08-22"),
        [("medium", "non-commercial-data", "data-non-commercial", "openbmb/RLAIF-V-Dataset")],
        {"no-commercial-use": "contested", "attribution": "binds"},
        [],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.thing)
def test_case(built: Path, case: Case) -> None:
    """The facts are those of the data, and the command finds what was worked out by hand, and no more."""
    found: dict[str, Any] = begat("licence", case.thing, "--format", "json", home=built).rows
    written = {row["id"]: row["licence_raw"] for row in found["sources"]}
    assert written.items() >= case.written.items()
    first = found["conflicts"][0]["path"][0]
    assert (first["relation"], first["source"], first["method"], first["stated_on"]) == case.step
    assert [
        (row["severity"], row["kind"], row["reason"], row["source"]) for row in found["conflicts"]
    ] == case.findings
    assert {row["clause"]: row["state"] for row in found["clauses"]}.items() >= case.states.items()
    assert [(row["id"], row["gated"]) for row in found["needs"]] == case.needs


def test_dataset_under_a_non_commercial_licence(built: Path) -> None:
    """The dataset of the fifth case binds by itself, and nothing of it doesn't fit."""
    found = begat("licence", "dataset:openbmb/RLAIF-V-Dataset", "--format", "json", home=built).rows
    assert found["verdict"] == "nothing found"
    assert {row["clause"] for row in found["clauses"] if row["state"] == "binds"} == {
        "no-commercial-use",
        "attribution",
    }


def test_rows_are_the_findings_or_the_clauses(built: Path) -> None:
    """As JSON Lines and CSV come the findings, or the clauses if asked, under the keys of the JSON."""
    thing = ("licence", CASES[0].thing)
    whole = begat(*thing, "-f", "json", home=built).rows
    for key, words in (("conflicts", ()), ("clauses", ("--terms",))):
        lines = begat(*thing, *words, "-f", "jsonl", home=built).out.splitlines()
        assert [json.loads(line) for line in lines] == whole[key]
        header = begat(*thing, *words, "-f", "csv", home=built).out.splitlines()[0]
        assert header.split(",") == list(whole[key][0])
    header = begat("licence", "openbmb/RLAIF-V-Dataset", "-f", "csv", home=built).out
    assert header == ",".join(whole["conflicts"][0]) + "\n"


def test_what_cannot_be_told_is_listed(built: Path) -> None:
    """A base of which only the words of a card are known is listed with them, and leaves the verdict open."""
    found = begat("licence", "CMSManhattan/JiRackTernaryPro_1b", "-f", "json", home=built).rows
    assert found["verdict"] == "not known"
    assert found["untold"] == [
        {"id": found["id"], "written": "meta-llama/Meta-Llama-3.2-1B", "relation": "undetermined"}
    ]
    assert {row["state"] for row in found["clauses"]} == {"unknown"}


def test_unknown_thing_is_refused(built: Path) -> None:
    """An id that nobody knows is no answer, with or without the name of its kind."""
    for name in ("openbmb/RLAIF-V-Datasett", "dataset:AtlaAI/Selene-1-Mini-Llama-3.1-8B"):
        ran = begat("licence", name, home=built)
        assert (ran.code, ran.out) == (2, "")
        assert "no model or dataset" in ran.err or "no dataset" in ran.err


def test_an_institution_has_no_licence(built: Path) -> None:
    """Who names an institution is told how to ask for all that it has, not of models that sound alike."""
    ran = begat("licence", "alibaba", home=built)
    assert (ran.code, ran.out) == (2, "")
    assert "--conflicts" in ran.err


def test_not_known_does_not_read_as_a_pass(built: Path) -> None:
    """Of a model whose page was never read it isn't said that nothing was found and no more."""
    unread = begat("licence", "facebook/sapiens2-pretrain-1b", home=built).out
    assert "Not known whether all fits" in unread
    assert "Not known whether" not in begat("licence", "Qwen/Qwen2.5-7B-Instruct", home=built).out


def test_page_tells_every_case() -> None:
    """Each case stands in the docs with its command, its findings and their severity."""
    text = PAGE.read_text(encoding="utf-8")
    for case in CASES:
        assert f"begat licence {case.thing}" in text
        for severity, kind, _, source in case.findings:
            assert f"{severity}  {kind}" in text
            assert source in text
