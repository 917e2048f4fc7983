"""The folder of an answer says what it is about, whatever that is called."""

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from begat.sources._subject import kind_of, repositories, subject_of
from begat.sources.base import Context

names = st.text(st.characters(codec="utf-8"), min_size=1)


@given(st.sampled_from(["openrank", "dependents"]), names)
def test_a_subject_comes_back_from_its_folder(kind: str, subject: str) -> None:
    """Any name is one folder, matches the pattern of its kind, and is read back unchanged."""
    folder = kind_of(kind, subject)
    assert Path(folder).name == folder
    assert Path(folder).match(f"{kind}-*")
    assert subject_of(Context(Path("crawl", folder, "000001.json.gz"), date(2026, 1, 1))) == subject


def test_only_systems_of_github_are_repositories() -> None:
    """Ids with a platform in front and names without an owner are not asked for there."""
    wanted = ("gitee:mindspore/mindspore", "pytorch/pytorch", "torch", "a/b/c")
    assert repositories(wanted) == ["pytorch/pytorch"]
