import itertools
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import iso3166
import pytest

TABLE = Path(__file__).parents[2] / "data" / "institutions.toml"
KINDS = {
    "company",
    "non-profit",
    "university",
    "research-institute",
    "government",
    "community",
    "person",
}
PLATFORMS = {"huggingface", "modelscope", "github", "baai-data"}
BASES = {"osir-lmts", "osai-index", "assumed"}
OSIR_CODES = {
    *("BAAI", "ShanghaiAILab", "Baidu", "Baichuan", "Zhipu", "Ali", "Huawei", "LMSYS"),
    *("Falcon", "EleutherAI", "Meta", "Google", "Deepseek", "OpenBMB", "01-AI", "Ai2"),
    *("OpenAI", "Nvidia", "Microsoft", "Apple", "HuggingFace", "Princeton NLP", "UKP Lab"),
    *("Tencent", "ByteDance", "MistralAI", "StanfordNLP", "Moonshot", "MLFoundations"),
    *("Salesforce", "Meituan", "Xiaomi"),
}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DATE = re.compile(r"\b20\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?\b")
ENTRY_KEYS = {
    *("slug", "name", "name_zh", "kind", "country", "parent", "osir", "aliases", "note", "source"),
    "account",
}
ACCOUNT_KEYS = {"platform", "account", "basis", "date", "note"}

Entry = dict[str, Any]


def repeated(values: list[Any]) -> list[Any]:
    """The values that occur more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """The institutions of the table."""
    table: dict[str, list[Entry]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    assert set(table) == {"institution"}
    return table["institution"]


@pytest.fixture(scope="module")
def accounts(entries: list[Entry]) -> list[Entry]:
    """The accounts of all institutions."""
    return [account for entry in entries for account in entry.get("account", [])]


def test_only_known_keys_are_used(entries: list[Entry], accounts: list[Entry]) -> None:
    """Entries and accounts have the documented keys and no others."""
    assert set().union(*entries) <= ENTRY_KEYS
    assert set().union(*accounts) <= ACCOUNT_KEYS


def test_no_value_is_empty(entries: list[Entry], accounts: list[Entry]) -> None:
    """A value that is unknown is left out, never written as an empty string."""
    values = [value for item in entries + accounts for value in item.values()]
    assert all(value for value in values)
    assert all(value == value.strip() for value in values if isinstance(value, str))


def test_slugs_are_unique_sorted_and_well_formed(entries: list[Entry]) -> None:
    """Every slug is lower-case ASCII with single hyphens, occurs once, and the table is sorted."""
    slugs = [entry["slug"] for entry in entries]
    assert [slug for slug in slugs if not SLUG.fullmatch(slug)] == []
    assert repeated(slugs) == []
    assert slugs == sorted(slugs)


def test_kinds_are_from_the_list(entries: list[Entry]) -> None:
    """Every institution has one of the seven kinds."""
    assert [entry["slug"] for entry in entries if entry["kind"] not in KINDS] == []


def test_countries_are_iso_codes(entries: list[Entry]) -> None:
    """Every country is an ISO 3166-1 alpha-2 code."""
    codes = {country.alpha2 for country in iso3166.countries}
    used = {entry["country"] for entry in entries if "country" in entry}
    assert used - codes == set()


def test_parents_exist_without_cycles(entries: list[Entry]) -> None:
    """Going from parent to parent always ends at an institution without a parent."""
    parents = {entry["slug"]: entry.get("parent") for entry in entries}
    assert {parent for parent in parents.values() if parent} <= set(parents)
    for slug in parents:
        line = [slug]
        while (parent := parents[line[-1]]) is not None:
            assert parent not in line, f"cycle: {' -> '.join([*line, parent])}"
            line.append(parent)


def test_each_account_belongs_to_one_institution(accounts: list[Entry]) -> None:
    """A platform ignores the case of account names, so an account occurs once whatever its case."""
    assert repeated([(item["platform"], item["account"].casefold()) for item in accounts]) == []


def test_platforms_are_known_and_accounts_are_names(accounts: list[Entry]) -> None:
    """An account is the bare name on one of the four platforms, not an address."""
    assert {item["platform"] for item in accounts} == PLATFORMS
    name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
    assert [item for item in accounts if not name.fullmatch(item["account"])] == []


def test_entries_have_source_and_date(entries: list[Entry]) -> None:
    """Every institution says where its values come from and of which date they are."""
    assert [entry["slug"] for entry in entries if not DATE.search(entry["source"])] == []


def test_accounts_have_basis_and_date(accounts: list[Entry]) -> None:
    """Every account says on which of the three bases it rests and of which date that is."""
    assert [item for item in accounts if item["basis"] not in BASES] == []
    assert [item for item in accounts if not DATE.fullmatch(item["date"])] == []


def test_each_institution_has_an_account(entries: list[Entry]) -> None:
    """Institutions known by name only do not belong into this table."""
    assert [entry["slug"] for entry in entries if not entry.get("account")] == []


def test_osir_codes_occur_once_each(entries: list[Entry]) -> None:
    """Each of the 32 institutions of the ranking is exactly one entry."""
    codes = [entry["osir"] for entry in entries if "osir" in entry]
    assert len(OSIR_CODES) == 32
    assert sorted(codes) == sorted(OSIR_CODES)


def test_names_lead_to_one_institution(entries: list[Entry]) -> None:
    """No name or alias stands for two institutions, or twice in one."""
    names = [(entry["name"], *entry.get("aliases", ())) for entry in entries]
    assert repeated(list(itertools.chain.from_iterable(names))) == []


def test_at_least_120_institutions_have_account_and_country(entries: list[Entry]) -> None:
    """The table is large enough for a country ranking by downloads."""
    placed = [entry for entry in entries if entry.get("account") and entry.get("country")]
    assert len(placed) >= 120
