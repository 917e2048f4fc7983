"""Policies are read strictly: whatever can't be meant is an error that says where and what."""

import math
from pathlib import Path

import pytest

from begat.consequence.gate import RULES
from begat.consequence.policy import Policy, Sides
from begat.consequence.policy_file import LARGEST, Known, parse, read
from begat.errors import InputError, UnreadableFile

NAMED = {"Acme": ["acme"], "acme": ["acme"], "Twin": ["twin-fr", "twin-us"]}
KNOWN = Known({"LicenseRef-house"}, lambda text: NAMED.get(text, []), {"elsewhere"}.__contains__)


def reading(text: str, folder: Path) -> Policy:
    """Read a policy that says this."""
    file = folder / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return read(file, KNOWN)


def test_all_that_can_be_asked(tmp_path: Path) -> None:
    """Every rule has an answer, names come as the snapshot writes them, and settings are no rules."""
    policy = reading(
        """
follow = "inferred"
[licence]
allow = ["permissive", "apache 2.0", "Llama 3.1", "MIT OR gpl 2.0", "LicenseRef-house"]
deny = ["GPL-3.0", "LGPL"]
covers = "all"
[terms]
forbid = ["users"]
contested = "pass"
conflicts = "low"
[origin]
countries.deny = ["KP"]
countries.allow = ["DE"]
accounts = { allow = ["Someone", "modelscope:Else", "hub:Some.one", "elsewhere:x"], deny = ["other"] }
[origin.institutions]
allow = ["Acme"]
[provenance]
require = ["licence"]
known_depth = "all"
max_depth = 3
evidence = "declared"
[model]
gated = "warn"
min_age_days = 1
""",
        tmp_path,
    )
    assert policy.licence.allow == (
        "permissive",
        "Apache-2.0",
        "LicenseRef-llama3.1",
        "GPL-2.0-only OR MIT",
        "LicenseRef-house",
    )
    assert policy.origin.institutions == Sides(("acme",))
    accounts = ("huggingface:someone", "modelscope:else", "huggingface:some.one", "elsewhere:x")
    assert policy.origin.accounts.allow == accounts
    assert policy.provenance.known_depth == math.inf
    assert policy.licence.deny[0] == "GPL-3.0-only"
    assert {"LicenseRef-lgpl", "LGPL-2.1-only"} < {*policy.licence.deny}
    assert {*RULES} - {*policy.rules} == {"origin.institutions.deny"}
    assert {*policy.rules} <= {*RULES}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "asks for nothing"),
        ("[model]\nunlisted = 'pass'", "asks for nothing"),
        (
            "[licence]\n\nalow = ['MIT']",
            "line 3: licence.alow: there is no key 'alow'; did you mean allow? `begat",
        ),
        ("[license]\nallow = ['MIT']", "line 1: license: there is no key 'license'; did you mean licence?"),
        ("licence = 'MIT'", "line 1: licence: is 'MIT', not a table with allow"),
        ("[licence]\nallow = 'MIT'", "not a list of texts"),
        ("[licence]\nallow = [1]", "not a list of texts"),
        ("[licence]\nallow = []", "is empty; leave the key out"),
        ("[licence]\nallow = ['MITT']", "no licence or kind of licences 'MITT'; did you mean MIT"),
        ("[licence]\nallow = ['MIT OR LicenseRef-huose']", "did you mean LicenseRef-house"),
        ("[licence]\nallow = ['MIT']\nunknown = 'ignore'", "is 'ignore', not one of fail, warn, pass"),
        ("[licence]\nunknown = 'warn'", "line 2: licence.unknown: there is no rule that it sets"),
        ("[terms]\nconflicts = 'low'\ncontested = 'warn'", "contested: there is no rule that it sets"),
        ("[model]\nmin_age_days = 1\n[terms]\nunknown = 'warn'", "line 4: terms.unknown: there is no rule"),
        ("[licence]\nallow = ['MIT']\n[model]\nunknown = 'warn'", "model.unknown: there is no rule"),
        ("[licence]\ndeny = ['eCos-2.0']", "no licence or kind of licences 'eCos-2.0'"),
        ("[licence]\nallow = ['permissive OR MIT']", "no licence or kind of licences"),
        ("[licence]\nallow = ['MIT OR OR GPL-3.0-only']", "no licence or kind of licences"),
        ("[licence]\nallow = ['family']", "no licence or kind of licences 'family'"),
        ("[licence]\nallow = ['unknown']", "no licence or kind of licences 'unknown'"),
        ("[licence]\ndeny = ['MIT AND CC-BY-NC-4.0']", "is several licences; deny each by itself"),
        ("[licence]\nallow = ['GPL-3.0-only']\ndeny = ['GPL']", "denies what is allowed: GPL-3.0-only"),
        ("[origin.institutions]\ndeny = ['Twin']", "'Twin' may be twin-fr or twin-us; write the id"),
        ("[origin.accounts]\ndeny = ['huggingfce:x']", "no account of a platform 'huggingfce'; did you mean"),
        ("[origin.accounts]\ndeny = ['x\u200b']", "is no account"),
        ("[terms]\nforbid = ['user']", "no clause 'user'; did you mean users?"),
        ("[licence]\nallow = ['MIT']\ndeny = ['MIT']", "denies what is allowed: MIT"),
        ("[licence]\nallow = ['MIT']\ndeny = ['permissive']", "allows MIT, whose kind permissive is denied"),
        ("[origin.countries]\ndeny = ['Germany']", "no country 'Germany'; did you mean DE?"),
        ("[origin.countries]\ndeny = ['de']", "did you mean DE?"),
        ("[origin.countries]\ndeny = ['??']", "write its ISO 3166-1 code"),
        ("[origin.institutions]\ndeny = ['Akme']", "no institution 'Akme'"),
        ("[origin.accounts]\ndeny = ['a/b']", "'a/b' is no account"),
        ("[provenance]\nmax_depth = true", "is True, not a whole number"),
        ("[provenance]\nmax_depth = -1", "is -1, not a whole number"),
        ("[provenance]\nevidence = 'reported'", "can't fail"),
        ("[provenance]\nrequire = ['licences']", "no requirement 'licences'; did you mean licence?"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, said: str, tmp_path: Path) -> None:
    """A key, value or combination that makes no sense is an error with its line and a near name."""
    with pytest.raises(InputError) as caught:
        reading(text, tmp_path)
    assert said in str(caught.value)
    assert str(tmp_path / "policy.toml") in str(caught.value)
    assert caught.value.exit_code == 2


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Whoever mends a policy sees all that is wrong, in the order of the lines."""
    with pytest.raises(InputError) as caught:
        reading("[licence]\nalow = ['MIT']\n[terms]\nforbid = ['nope']\n[model]\ngated = 3\n", tmp_path)
    text = caught.value.what
    assert text.index("line 2: ") < text.index("line 4: ") < text.index("line 6: ")


def test_an_unreadable_policy_is_an_error(tmp_path: Path) -> None:
    """A file that is missing, a folder, too large, no TOML or no UTF-8 is never an empty policy."""
    broken = {
        "latin": b"[licence]\nallow = ['\xe9']\n",
        "broken": b"[licence\n",
        "twice": b"[licence]\nallow = ['MIT']\nallow = ['ISC']\n",
        "nested": b"[licence]\nallow = " + b"[" * 5000,
        "number": b"[model]\nmin_age_days = " + b"9" * 5000,
        "large": b"#" * (LARGEST + 1),
    }
    for name, content in broken.items():
        (tmp_path / f"{name}.toml").write_bytes(content)
    for file in (tmp_path / "none.toml", tmp_path, *(tmp_path / f"{name}.toml" for name in broken)):
        with pytest.raises(UnreadableFile, match=file.name):
            read(file, KNOWN)
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbf[licence]\r\nallow = ['MIT']\r\n")
    assert read(tmp_path / "marked.toml", KNOWN).licence.allow == ("MIT",)


@pytest.mark.parametrize(
    "text",
    [
        "a=" + "[" * 8_000 + "]" * 8_000,
        "licence.allow." + "a." * 3_000 + "a=1",
        "model.min_age_days=" + "9" * 16_000,
        "\n".join(f"[k{number}]" for number in range(2_000)),
        "k = 1\n" + " " * 16_000,
        f'k = """\n[{" " * 16_000}x"""',
        f"licence.covers = '{'x' * 16_000}'",
    ],
)
def test_a_policy_that_means_harm_is_refused_shortly(text: str) -> None:
    """However deep, long or wide 16 KiB are, they are refused at once, and what is said fits a screen."""
    with pytest.raises(InputError) as caught:
        parse(text.encode(), KNOWN, where="the body")
    assert len(str(caught.value)) < 4_000
    assert str(caught.value).startswith("the body: ")
