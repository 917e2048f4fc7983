"""Any table through a mapping: what fits becomes records, what does not is named with what would fit."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from begat.errors import InputError, UnreadableFile
from begat.records import Dataset, Derivation, Evaluation, Model, Observation, SetAside, TrainedOn
from begat.sources._mapping import read_mapping
from begat.sources.base import Source
from begat.sources.table import beside, mapped

ON = date(2026, 1, 31)
ROW = "repo,base,dl\na-lab/child,a-lab/base,7\n"


def source(folder: Path, mapping: str) -> Source:
    """Return the source that a mapping makes."""
    path = folder / "map.toml"
    path.write_text(mapping, encoding="utf-8")
    return mapped(read_mapping(path))


def records(folder: Path, mapping: str, table: str = ROW, name: str = "rows.csv") -> list[Any]:
    """Return the records of a table."""
    (folder / name).write_text(table, encoding="utf-8")
    return list(source(folder, mapping).parse(folder / name, on=ON))


def test_a_mapping_names_its_source(tmp_path: Path) -> None:
    """Name, title, licence and trust come from the head; the title is the name where none is given."""
    head = 'name = "our-list"\nlicence = "CC0-1.0"\nconfidence = 0.5\n[models]\nid = "repo"'
    made = source(tmp_path, head)
    assert (made.name, made.title, made.licence) == ("table:our-list", "table:our-list", "CC0-1.0")
    (how,) = made.methods.values()
    assert (how.confidence, how.kind_confidence, how.basis) == (0.5, 0.5, "mapping")


def test_sections_become_records(tmp_path: Path) -> None:
    """One row can be a model, a figure of it and a derivation; dates are those of the data."""
    mapping = """
        name = "x"
        [models]
        id = "repo"
        licence = { value = "mit" }
        downloads_30d = "dl"
        [derivations]
        child = "repo"
        parent = "base"
        relation = { value = "finetune" }
    """
    assert records(tmp_path, mapping) == [
        Model("a-lab/child", licence_raw="mit"),
        Observation("a-lab/child", "model", "downloads_30d", 7.0, ON),
        Derivation("a-lab/child", "a-lab/base", "finetune", "table", stated_on=ON),
    ]


def test_cells_become_what_their_fields_are(tmp_path: Path) -> None:
    """Numbers, lists, moments and truth are read from text; an empty cell says nothing."""
    mapping = """
        name = "x"
        [models]
        id = "id"
        parameters = "n"
        papers = "papers"
        created_at = "at"
        removed = "gone"
    """
    table = "id,n,papers,at,gone\na/b,7000000000,2309.00071; 2407.10671,2024-09-16T10:00:00Z,no\na/c,1e3,,,\n"
    assert records(tmp_path, mapping, table) == [
        Model(
            "a/b",
            created_at=datetime(2024, 9, 16, 10, tzinfo=UTC),
            parameters=7_000_000_000,
            removed=False,
            papers=["2309.00071", "2407.10671"],
        ),
        Model("a/c", parameters=1000),
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("a/b,7.5,,", "column n: '7.5' is no whole number"),
        ("a/b,,soon,", r"column at: 'soon' is no moment"),
        ("a/b,,,perhaps", "column gone: 'perhaps' is no yes or no"),
        (",7,,", "nothing in id"),
    ],
)
def test_a_cell_that_does_not_fit_sets_its_row_aside(tmp_path: Path, cells: str, reason: str) -> None:
    """The reason names the column and the cell; the other rows are read."""
    mapping = 'name="x"\n[models]\nid="id"\nparameters="n"\ncreated_at="at"\nremoved="gone"'
    aside, good = records(tmp_path, mapping, f"id,n,at,gone\n{cells}\nok/ok,,,\n")
    assert isinstance(aside, SetAside)
    assert reason in aside.reason
    assert (aside.file, aside.place) == ("rows.csv", "line 2")
    assert good == Model("ok/ok")


def test_json_lines_and_parquet(tmp_path: Path) -> None:
    """JSON Lines may leave a field out of some rows; Parquet keeps its types."""
    mapping = 'name="x"\n[trained_on]\nmodel="m"\ndataset="d"\n[datasets]\nid="d"\nlanguages="langs"'
    lines = '{"m": "a/b", "d": "c/d", "langs": ["en"]}\n{"m": "a/e", "d": "f"}\n'
    assert records(tmp_path, mapping, lines, "rows.jsonl") == [
        TrainedOn("a/b", "c/d", "table", stated_on=ON),
        Dataset("c/d", languages=["en"]),
        TrainedOn("a/e", "f", "table", stated_on=ON),
        Dataset("f"),
    ]
    scores = 'name="x"\n[evaluations]\nmodel="m"\nbenchmark={value="MMLU"}\nmetric={value="acc"}\nvalue="v"'
    pq.write_table(pa.table({"m": ["a/b"], "v": [0.5], "unused": [1]}), tmp_path / "rows.parquet")
    assert list(source(tmp_path, scores).parse(tmp_path / "rows.parquet", on=ON)) == [
        Evaluation("a/b", "MMLU", "acc", 0.5, method="table")
    ]


def test_a_bound_in_place_of_a_day(tmp_path: Path) -> None:
    """A figure with `observed_before` and no day stays undated."""
    mapping = """
        name = "x"
        [observations]
        subject = "repo"
        metric = { value = "likes" }
        value = "dl"
        observed_before = { value = "2026-01-01" }
    """
    (figure,) = records(tmp_path, mapping)
    assert (figure.observed_on, figure.observed_before) == (None, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ('[models]\nid="repo"', "a mapping has a name"),
        ('name="A b"\n[models]\nid="repo"', "map.toml, line 1: a mapping has a name"),
        (
            'name="x"\nlicense="MIT"\n[models]\nid="repo"',
            "line 2: no such key: 'license'. Did you mean licence?",
        ),
        ('name="x"\ndate="2026-01-01"\n[models]\nid="repo"', "line 2: the date is no day"),
        ('name="x"', "no section such as [models]"),
        ('name="x"\n[model]\nid="repo"', "line 2: no such section: [model]. Did you mean models"),
        ('name="x"\n[set_aside]\nfile="repo"', "line 2: no such section: [set_aside]"),
        (
            'name="x"\n[models]\nid="repo"\nlicnce="l"',
            "line 4: no such field: 'licnce'. Did you mean licence?",
        ),
        (
            'name="x"\n[models]\nid="repo"\ndownload_30d="dl"',
            "line 4: no such field: 'download_30d'. Did you mean",
        ),
        ('name="x"\n[models]\nname="repo"', "line 2: [models] lacks id"),
        ('name="x"\n[models]\nid=5', "line 3: id is no column. Write the name of a column, or { value"),
        (
            'name="x"\n[models]\nid="repo"\nparameters={value="many"}',
            "line 4: parameters: 'many' is no whole",
        ),
        (
            'name="x"\n[models]\nid="rpo"',
            "map.toml, line 3: the file has no column 'rpo'. Did you mean repo?",
        ),
        ('name="x"\n[models]\nid="zzz"', "no column 'zzz'. It has base, dl, repo."),
        ("name = x", "this is not TOML"),
    ],
)
def test_a_faulty_mapping_names_line_and_near_names(tmp_path: Path, mapping: str, message: str) -> None:
    """Every fault of a mapping is one message with its place and what to write instead."""
    with pytest.raises(InputError) as caught:
        records(tmp_path, mapping)
    assert message in str(caught.value)


def test_a_file_of_another_kind_and_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    """What can't be read as a table is named with what can; so is a missing mapping."""
    with pytest.raises(UnreadableFile, match=r"rows.xlsx: .* Name it .csv"):
        records(tmp_path, 'name="x"\n[models]\nid="repo"', name="rows.xlsx")
    with pytest.raises(UnreadableFile, match="there is no such mapping"):
        read_mapping(beside(tmp_path / "rows.csv"))
