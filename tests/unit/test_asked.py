"""What a text names is the same for every question about consequences."""

from datetime import date

import pytest

from begat.errors import InputError, UnknownName
from begat.registry import Registry, open_registry
from begat.registry.asked import asked, owned, thing


@pytest.fixture(scope="module")
def registry(built: str) -> Registry:
    """The embedded snapshot."""
    return open_registry(built)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("klue", "dataset", "klue"),
        ("KLUE", "dataset", "klue"),
        ("institution:klue", "institution", "klue"),
        ("account:klue", "account", "huggingface:klue"),
        ("hub:klue", "account", "huggingface:klue"),
        ("https://huggingface.co/datasets/openbmb/RLAIF-V-Dataset", "dataset", "openbmb/RLAIF-V-Dataset"),
        ("qwen/qwen2.5-7b", "model", "Qwen/Qwen2.5-7B"),
        ("alibaba", "institution", "alibaba"),
    ],
)
def test_impact_and_whatif_mean_the_same(registry: Registry, text: str, kind: str, name: str) -> None:
    """A dataset that has the name of an institution comes first, as for the terms of one thing."""
    hit = registry.impact_summary(text, most=1)
    (gone,) = registry.whatif([text], draws=0, most=1)["without"]
    assert (hit["kind"], hit["id"]) == (gone["kind"], gone["id"]) == (kind, name)


def test_one_thing_is_what_the_rest_means(registry: Registry) -> None:
    """The node whose terms are asked for is the one thing that the same text is elsewhere."""
    for text in ("klue", "dataset:klue", "model:Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B"):
        assert asked(registry, text).places.tolist() == [thing(registry, text)]


def test_another_kind_is_refused_and_no_name_suggested(registry: Registry) -> None:
    """Where a kind makes no sense the error says so; it does not look for a model of that name."""
    with pytest.raises(InputError, match="be asked of a country"):
        owned(registry, "country:CN")
    with pytest.raises(UnknownName) as error:
        thing(registry, "dataset:openbmb/RLAIF-V-Datase")
    assert "openbmb/RLAIF-V-Dataset" in error.value.suggestions


@pytest.mark.parametrize("ask", ["impact", "whatif", "dependence"])
def test_no_question_looks_past_the_snapshot(registry: Registry, ask: str) -> None:
    """A day after that of the snapshot is refused alike, not answered by what is known today."""
    day = date(2099, 1, 1)
    asks = {
        "impact": lambda: registry.impact("alibaba", on=day),
        "whatif": lambda: registry.whatif(["alibaba"], until=day, draws=0),
        "dependence": lambda: registry.dependence(on=day),
    }
    with pytest.raises(InputError, match="knows nothing of 2099-01-01"):
        asks[ask]()
