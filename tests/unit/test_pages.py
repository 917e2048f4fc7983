"""Pages that a crawl kept are read whole, or not at all."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from begat.errors import UnreadableFile, WrongSchema
from begat.records import Model
from begat.sources._pages import json_page
from begat.sources.base import File, Source


def saved(folder: Path, document: Any) -> Path:
    """Return the path of a page that holds a document, as a crawl keeps it."""
    path = folder / "000001.json.gz"
    path.write_bytes(gzip.compress(json.dumps(document).encode(), mtime=0))
    return path


def test_rows_stand_at_a_path_of_keys(tmp_path: Path) -> None:
    """The items of a nested list are the rows; one that is no object comes as a value."""
    path = saved(tmp_path, {"success": True, "data": {"models": [{"id": "a"}, None]}})
    assert list(json_page("data", "models")(path)) == [("item 1", {"id": "a"}), ("item 2", {"value": None})]


def test_a_document_may_be_the_row_or_the_list(tmp_path: Path) -> None:
    """Without keys a list gives its items, an object itself."""
    assert list(json_page()(saved(tmp_path, {"id": 1}))) == [("item 1", {"id": 1})]
    assert list(json_page()(saved(tmp_path, [{"id": 1}, {"id": 2}])))[1] == ("item 2", {"id": 2})


@pytest.mark.parametrize("document", [[], {"data": None}, {"data": {"items": []}}, {"data": [1]}], ids=str)
def test_keys_that_lead_nowhere(tmp_path: Path, document: Any) -> None:
    """An answer of another form is an error that names the field, not a page without rows."""
    path = saved(tmp_path, document)
    with pytest.raises(WrongSchema, match=r"000001\.json\.gz: no row has the field data\.models"):
        list(json_page("data", "models")(path))


def test_an_answer_that_says_it_failed(tmp_path: Path) -> None:
    """A refusal with status 200 is an error with its code."""
    path = saved(tmp_path, {"success": False, "code": "QuotaLimitExceed", "data": None})
    with pytest.raises(UnreadableFile, match="refused to answer \\(QuotaLimitExceed\\)"):
        list(json_page("data", "models")(path))


def test_an_empty_page_among_others(tmp_path: Path) -> None:
    """A list may end in an empty page, but pages that are all empty are no import."""
    page = File("pages/*.json", json_page("data"), lambda row, _: iter([Model(row["id"])]), may_be_empty=True)
    source = Source("made", "made for a test", "CC0-1.0", (page,))
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "000001.json").write_text('{"data": []}', encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no file holds a row"):
        list(source.parse(tmp_path, on=date(2026, 1, 31)))
    (folder / "000002.json").write_text('{"data": [{"id": "a"}]}', encoding="utf-8")
    assert list(source.parse(tmp_path, on=date(2026, 1, 31))) == [Model("a")]
