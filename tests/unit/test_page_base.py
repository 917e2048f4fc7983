"""What all pages share: words in both languages, data that can't break out, addresses, twins."""

import json
import re
import string
from datetime import date

import pytest

from begat.errors import UnknownName
from begat.views.markup import TEMPLATES, asset, assets
from begat.views.page.base import About, Twin, html
from begat.views.page.claims import claims_page
from begat.views.place import SERVED
from begat.views.said import FOLDER, LANGUAGES, said

HOSTILE = "</script><img src=x onerror=alert(1)>\u2028"
VIEWS = sorted(path.stem for path in FOLDER.glob("*.toml"))
ABOUT = About(
    "s-1", "ab" * 32, date(2026, 10, 5), synthetic=False, shipped=False, sources=[], missing=["Half."]
)
CLAIM = {
    "claim": "F1",
    "verdict": "supported",
    "value": 1,
    "text": "1",
    "expected": "= 1",
    "statement": HOSTILE,
    "statement_zh": None,
    "definition": "d",
    "source": "s",
}


@pytest.mark.parametrize("view", VIEWS)
def test_every_text_is_in_every_language(view: str) -> None:
    """Every language has every text, with the same words to fill in."""
    texts = [said(lang, view) for lang in LANGUAGES]
    for key in set().union(*texts):
        holes = [{name for _, name, _, _ in string.Formatter().parse(each[key]) if name} for each in texts]
        assert holes[0] == holes[1], key


@pytest.mark.parametrize("view", VIEWS)
def test_every_text_is_used(view: str) -> None:
    """No text is left over that no page, template or script shows: by its key, or by the stem of it."""
    files = [path for path in TEMPLATES.parent.rglob("*") if path.suffix in (".py", ".j2", ".js")]
    used = set(re.findall(r"\w+", "".join(path.read_text(encoding="utf-8") for path in files)))
    own = re.findall(r"^\[(\w+)\]", (FOLDER / f"{view}.toml").read_text(encoding="utf-8"), re.MULTILINE)
    keys = {re.sub(r"^js_|_(one|many)$", "", key) for key in own}
    stems = {word for word in used if word.endswith("_")}
    assert {key for key in keys - used if not any(key.startswith(stem) for stem in stems)} == set()


def test_unknown_language() -> None:
    """A language without words is an error that names the known ones."""
    with pytest.raises(UnknownName):
        said("xx")


def test_data_cannot_break_out() -> None:
    """A text that would end the data block does not, and comes back as it was."""
    text = html(claims_page([CLAIM], ABOUT))
    assert "<img src=x" not in text
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert block
    data = json.loads(block[1])
    assert data["rows"][0][data["columns"].index("statement")] == HOSTILE


def test_served_page_names_files_that_are_served() -> None:
    """A served page holds no script and no style, and each that it names is one that the server gives."""
    text = html(claims_page([CLAIM], ABOUT), SERVED)
    named = re.findall(r'(?:src|href)="/static/([^"]+)"', text)
    assert set(named) <= set(assets())
    assert asset("frame.js").removeprefix("/static/") in named
    assert "<style>" not in text
    assert "Content-Security-Policy" not in text


def test_file_asks_for_nothing() -> None:
    """A file names no other file and has a policy."""
    text = html(claims_page([CLAIM | {"statement": "plain"}], ABOUT))
    assert not re.search(r"<(?:link|img|iframe)|\ssrc=", text)
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


def test_twin() -> None:
    """CSV has the columns in their order, lists as JSON, and no formula; JSON has the head too."""
    twin = Twin({"all": 2}, ("name", "list"), [{"name": "=1", "list": [1, "é"]}])
    assert twin.csv().splitlines() == ["\ufeffname,list", '\'=1,"[1, ""é""]"']
    assert json.loads(twin.json()) == {"head": {"all": 2}, "rows": [{"name": "=1", "list": [1, "é"]}]}


def test_same_bytes() -> None:
    """The same data give the same bytes, in every language a page of its own."""
    pages = [html(claims_page([CLAIM], ABOUT, lang=lang)) for lang in ("en", "zh", "en")]
    assert pages[0] == pages[2] != pages[1]
