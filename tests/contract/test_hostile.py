"""Every command over a world of hostile texts: what reaches the terminal is text and nothing else."""

import unicodedata
from pathlib import Path

import pytest
from tests.cli import Ran, begat
from tests.hostile import BASE, PAYLOADS, hostile_registry

FORBIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that move the cursor, hide or reorder text."""

COMMANDS = (
    ("tree", BASE, "--budget", "100"),
    ("tree", BASE, "--by", "licence"),
    ("tree", BASE, "--by", "account"),
    ("lineage", BASE, "--down"),
    ("search", "evil"),
    ("search", "alert(1)"),
    ("influence", "--top", "0"),
    ("influence", "--by", "family", "--top", "0"),
    ("influence", "--by", "institution", "--top", "0"),
    ("dependence", "--by", "account", "--top", "0"),
    ("impact", BASE, "--top", "0"),
    ("impact", BASE, "--notify", "--top", "0"),
    ("stats",),
    ("review", "--top", "0"),
    ("coverage",),
    ("bursts", "--top", "0"),
    ("licence", "--conflicts", "--sample", "0"),
    ("licence", "--changes"),
    ("sources",),
    ("snapshots",),
    ("query", "models-of-country", "country=FR"),
    ("validate", "--tables", "--all"),
    ("whatif", "--without", BASE, "--draws", "10", "--top", "0"),
)

POLICY = str(Path(__file__).parents[2] / "docs" / "examples" / "policy.toml")

OF_A_MODEL = (
    ("show",),
    ("licence",),
    ("impact",),
    ("check", "--policy", POLICY),
    ("lineage", "--up"),
    ("tree",),
    ("search",),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that holds the hostile world."""
    folder = tmp_path_factory.mktemp("hostile") / "home"
    hostile_registry(folder)
    return folder


def check_clean(ran: Ran) -> None:
    """Fail for any character that a terminal obeys, or for a fault that a user would see as one."""
    said = ran.out + ran.err
    odd = {char for char in said if unicodedata.category(char) in FORBIDDEN and char != "\n"}
    assert odd == set(), [line for line in said.splitlines() if odd & set(line)][:3]
    assert "Traceback" not in said


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("columns", [60, 120])
def test_command_prints_clean_text(home: Path, words: tuple[str, ...], columns: int) -> None:
    """A command about everything works and prints no control character."""
    ran = begat(*words, home=home, columns=columns)
    assert ran.code in (0, 4), ran.err
    check_clean(ran)


@pytest.mark.parametrize("place", range(len(PAYLOADS)))
def test_each_name_as_subject(home: Path, place: int) -> None:
    """Each payload can be the name of a model, and each command about it works."""
    for words in OF_A_MODEL:
        ran = begat(*words, "--", f"evil-{place}/{PAYLOADS[place]}", home=home)
        check_clean(ran)
        assert ran.code in ((0, 1, 2) if "check" in words else (0, 2)), ran.err


@pytest.mark.parametrize("place", range(len(PAYLOADS)))
def test_each_payload_as_argument(home: Path, place: int) -> None:
    """A payload that names nothing is an error in clean text."""
    for command in ("show", "tree", "explain", "query"):
        ran = begat(command, "--", f"nothing {PAYLOADS[place]}", home=home)
        check_clean(ran)
        assert ran.code == 2, ran.err
