"""Licences as people write them: what is known gets its id, what is not stays apart, nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from begat.licences import (
    CLAUSES,
    REFERENCE,
    STATED_BY,
    TERMS,
    by_link,
    by_spelling,
    clauses,
    commercial_use,
    components,
    licences,
    spelling,
    terms,
)
from begat.resolve.licences import licence_id

IDENTIFIERS = """
apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0
bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc
cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0
cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0
cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1
eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c
ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0 openmdw-1.1 openrail++ osl-3.0 postgresql
ofl-1.1 ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license fair-noncommercial-research-license llama2
llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma unknown other
"""
"""The identifiers that the Hub offers, August 2026."""

LABELLED = [
    ("apache-2.0", "Apache-2.0"),
    ("Apache 2.0", "Apache-2.0"),
    ("Apache License, Version 2.0", "Apache-2.0"),
    ("apache-license-2.0", "Apache-2.0"),
    ("Apache_2.0", "Apache-2.0"),
    ("apache", "LicenseRef-apache"),
    ("MIT License", "MIT"),
    ("The MIT License (MIT)", "MIT"),
    ("mit", "MIT"),
    ("BSD", "LicenseRef-bsd"),
    ("BSD 3-Clause", "BSD-3-Clause"),
    ("bsl-1.0", "BSL-1.0"),
    ("bsl-1.1", "BUSL-1.1"),
    ("business-source-license-1.1", "BUSL-1.1"),
    ("GPL 3.0", "GPL-3.0-only"),
    ("gpl-3.0-or-later", "GPL-3.0-or-later"),
    ("gpl", "LicenseRef-gpl"),
    ("GNU GPLv3", "GPL-3.0-only"),
    ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
    ("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0"),
    ("CC BY", "LicenseRef-cc-by"),
    ("cc-by-3.0-igo", "CC-BY-3.0-IGO"),
    ("cc0", "CC0-1.0"),
    ("public-domain", "LicenseRef-public-domain"),
    ("ms-pl", "MS-PL"),
    ("openrail++", "LicenseRef-openrail++"),
    ("CreativeML Open RAIL++-M License", "LicenseRef-openrail++"),
    ("CreativeML Open RAIL-M", "LicenseRef-creativeml-openrail-m"),
    ("BigCode OpenRAIL-M v1 license agreement", "LicenseRef-bigcode-openrail-m"),
    ("OpenRAIL", "LicenseRef-openrail"),
    ("llama3.1", "LicenseRef-llama3.1"),
    ("Llama 3.1 Community License Agreement", "LicenseRef-llama3.1"),
    ("llama-3", "LicenseRef-llama3"),
    ("Llama 2 Community License", "LicenseRef-llama2"),
    ("Meta Community License", "LicenseRef-meta-community-license"),
    ("gemma-terms-of-use", "LicenseRef-gemma"),
    ("qwen-research", "LicenseRef-qwen-research"),
    ("qwen", "LicenseRef-qwen"),
    ("tongyi-qianwen-license-agreement", "LicenseRef-tongyi-qianwen"),
    ("tongyi-qianwen-research", "LicenseRef-tongyi-qianwen-research"),
    ("deepseek-license", "LicenseRef-deepseek"),
    ("modified-mit", "LicenseRef-modified-mit"),
    ("lfm-open-license-v1.0", "LicenseRef-lfm1.0"),
    ("nvidia-open-model-license", "LicenseRef-nvidia-open-model-license"),
    ("nvidia-open-model-agreement", "LicenseRef-nvidia-open-model-agreement"),
    ("microsoft-research-license", "LicenseRef-microsoft-research-license"),
    ("minimax-h3-community-license-agreement", "LicenseRef-minimax-h3-community"),
    ("stabilityai-ai-community", "LicenseRef-stability-ai-community"),
    ("faipl-1.0-sd", "LicenseRef-fair-ai-public-license-1.0-sd"),
    ("Tencent Hunyuan Community License Agreement", "LicenseRef-tencent-hunyuan-community"),
    ("fair", "LicenseRef-fair"),
    ("Fair", "Fair"),
    ("aml", "LicenseRef-aml"),
    ("3D-Slicer-1.0", "3D-Slicer-1.0"),
    ("other", None),
    ("unknown", None),
    ("license", None),
    ("Custom license", None),
    ("**", None),
    ("", None),
    ("unlicensed", None),
    ("unlicense", "Unlicense"),
    ("Unknown (Apache-2.0?)", "LicenseRef-unknown-apache-2.0"),
    ("llama3.1-finetune-of-mine", "LicenseRef-llama3.1-finetune-of-mine"),
    ("Apache-2.0 OR MIT", "Apache-2.0 OR MIT"),
    ("mit and apache-2.0", "Apache-2.0 AND MIT"),
    ("mit-and-apache-2.0", "Apache-2.0 AND MIT"),
    ("llama3.3,gemma", "LicenseRef-gemma AND LicenseRef-llama3.3"),
    ("mit, MIT License", "MIT"),
    ("MIT OR Apache-2.0 AND cc0", "Apache-2.0 AND CC0-1.0 OR MIT"),
    ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
    ("Apache-2.0 and additional terms", "LicenseRef-apache-2.0-and-additional-terms"),
    ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
    ("https://spdx.org/licenses/MIT.html", "MIT"),
    ("https://creativecommons.org/licenses/by-nc/4.0/deed.en", "CC-BY-NC-4.0"),
    ("https://huggingface.co/Qwen/Qwen2.5-3B/raw/1a2b3c/LICENSE?download=true", "LicenseRef-qwen-research"),
    ("https://example.org/our-licence", None),
]


@pytest.mark.parametrize("raw", IDENTIFIERS.split())
def test_every_identifier_of_the_hub_is_in_the_table(raw: str) -> None:
    """What the Hub offers is a licence of the table, but for the two that name none."""
    assert licence_id(raw) is None if raw in ("unknown", "other") else licence_id(raw) in licences()


@pytest.mark.parametrize(("raw", "known"), LABELLED, ids=[raw for raw, _ in LABELLED])
def test_labelled(raw: str, known: str | None) -> None:
    """A text as cards have it leads to the licence that a person gave it."""
    assert licence_id(raw) == known


@given(st.text(max_size=40))
def test_any_text_gives_an_id_of_one_form(raw: str) -> None:
    """Any text gives no id, ids that SPDX or the table know, or one reference without blanks."""
    found = licence_id(raw)
    assert found is None or found == found.strip()
    assert all(part.isprintable() for part in components(found or ""))


@given(
    st.lists(
        st.one_of(
            st.sampled_from([*IDENTIFIERS.split(), *(raw for raw, _ in LABELLED), *licences()]),
            st.text(max_size=12),
            st.text("ab -", min_size=70, max_size=100),
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([" OR ", ", ", " and ", "-and-", " with "]),
)
def test_an_id_leads_to_itself(words: list[str], joint: str) -> None:
    """What a text leads to is read as itself, expressions and references included."""
    found = licence_id(joint.join(words))
    assert found is None or licence_id(found) == found


@given(
    st.sampled_from(sorted(by_spelling())),
    st.sampled_from(["{}", " {} ", "the {}", "{} License", "{}-licence"]),
)
def test_case_blanks_and_a_final_license_do_not_count(form: str, frame: str) -> None:
    """A known spelling stays known in capitals, with blanks for hyphens, and with "license" behind it."""
    varied = frame.format(form.upper().replace("-", " "))
    assert by_spelling()[form] == by_spelling().get(spelling(varied))


def test_a_longer_path_is_the_same_text_and_another_path_is_not() -> None:
    """A link leads to the licence it begins with, to the end of a word of the path."""
    assert by_link("https://creativecommons.org/licenses/by/4.0/legalcode") == "CC-BY-4.0"
    assert by_link("https://creativecommons.org/licenses/by/4.01") is None


def test_terms_in_a_line() -> None:
    """One line says what is known and how: the conditions, what must be shown, and how it was read."""
    said = terms(licences()["LicenseRef-llama3.1"])
    assert "over 700 million monthly active users" in said
    assert 'names of derived models begin with "Llama"' in said
    assert said.endswith("(from its text, 2026-11-26)")
    assert "\n" not in said
    unread = terms(licences()[f"{REFERENCE}baichuan-7b"])
    assert unread == "model licence (general knowledge, unchecked, 2026-11-26)"


def test_a_line_names_what_nobody_checked() -> None:
    """A term that rests on general knowledge beside a text that was read says so."""
    said = terms(licences()["LicenseRef-chatglm-6b"])
    assert said.endswith("(from its text, 2026-11-26; commercial, condition: general knowledge, unchecked)")


@pytest.mark.parametrize(
    ("licence", "term", "value", "basis"),
    [
        ("LicenseRef-llama3.1", "users", 700_000_000, "text"),
        ("LicenseRef-llama3.1", "acceptance", True, "secondary"),
        ("LicenseRef-llama3.1", "territory", None, "text"),
        ("LicenseRef-chatglm-6b", "commercial", "conditional", "unchecked"),
        ("LicenseRef-qwen-research", "territory", None, None),
    ],
)
def test_a_statement_says_on_whose_word(licence: str, term: str, value: object, basis: str | None) -> None:
    """A term comes with how it is known; silence of a text is known, a term nobody read is not."""
    found = licences()[licence].statement(term)
    assert (found.value, found.basis) == (value, basis)
    assert (found.source is None) == (basis is None)
    assert found.silent == (value is None and basis is not None)


def test_every_clause_is_known_just_where_a_statement_is() -> None:
    """The clauses of a licence are open exactly where the statements on its terms are."""
    for licence in licences().values():
        known = {clause for clause, term in STATED_BY.items() if licence.statement(term).basis}
        assert known == set(CLAUSES) - clauses(licence.id).unknown
    assert {*STATED_BY.values(), "condition"} == set(TERMS)
    assert tuple(STATED_BY) == CLAUSES


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", "yes"),
        ("MIT AND CC-BY-NC-4.0", "no"),
        ("MIT OR CC-BY-NC-4.0", "yes"),
        ("MIT AND LicenseRef-llama3", "conditional"),
        ("CC-BY-NC-4.0 AND LicenseRef-nobody-knows", "no"),
        ("MIT AND LicenseRef-nobody-knows", None),
        ("LicenseRef-nobody-knows OR CC-BY-NC-4.0", None),
        ("LicenseRef-nobody-knows OR LicenseRef-llama3", "conditional"),
        ("CC-BY-NC-4.0 OR CC-BY-NC-SA-4.0", "no"),
        ("LicenseRef-nobody-knows", None),
        ("(MIT)", None),
    ],
)
def test_commercial_use_of_an_expression(licence: str, allowed: str | None) -> None:
    """Of licences that all apply the worst counts, of a choice the best; unknown is neither yes nor no."""
    assert commercial_use(licence) == allowed
