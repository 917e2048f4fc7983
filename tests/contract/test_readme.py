"""The README: what its commands print is what stands there."""

import re
import shlex
from pathlib import Path

import pytest
from tests.cli import begat

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ begat (.+) \| head -n (\d+)\n((?:(?!\$ |```).*\n)+)", README, flags=re.MULTILINE)


def test_each_consequence_is_shown() -> None:
    """The README shows what each question about consequences answers."""
    assert [words.split()[0] for words, _, _ in SHOWN] == ["licence", "impact", "whatif", "check"]


@pytest.mark.parametrize(("words", "lines", "shown"), SHOWN, ids=[words.split()[0] for words, _, _ in SHOWN])
def test_a_command_prints_what_is_shown(
    built: Path, monkeypatch: pytest.MonkeyPatch, words: str, lines: str, shown: str
) -> None:
    """A command of the README prints the lines below it, piped as there."""
    monkeypatch.chdir(ROOT)
    printed = begat(*shlex.split(words), home=built).out.splitlines()
    assert [line.rstrip() for line in printed[: int(lines)]] == shown.splitlines()
