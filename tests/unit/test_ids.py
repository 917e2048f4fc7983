"""Ids and IRIs: the laws of section 7 of the ontology page, and its test vectors."""

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from begat import ids

SEGMENTS = {
    "Qwen2.5-7B": "Qwen2.5-7B",
    "llama3.2:1b": "llama3.2:1b",
    "a b": "a%20b",
    "50%": "50%25",
    "%41": "%2541",
    "x#y": "x%23y",
    "q?z": "q%3Fz",
    "模型-7B": "%E6%A8%A1%E5%9E%8B-7B",
    "\u00e9": "%C3%A9",
    "e\u0301": "%C3%A9",
    "a/b": "a%2Fb",
    "a\\b": "a%5Cb",
    "{x}": "%7Bx%7D",
    "<t>": "%3Ct%3E",
    "C++": "C%2B%2B",
    "a~b_c@d": "a~b_c@d",
}
NOT_IDS = [
    "",
    "gpt2",
    "t5-small",
    "Removed",
    "undefined",
    "./output-32b/merged",
    "../checkpoints/last",
    "/mnt/models/llama",
    "C:\\models\\llama",
    "models--llm-jp--llm-jp-3-13b",
    "Qwen/Qwen2.5-7B-Instr...",
    "- meta-llama/Llama-2-7b",
    "collections/ibm-granite",
    "papers/2309.16609",
    "datasets/Yelp",
    "https://huggingface.co/datasets/squad/plain",
    "https://huggingface.co/spaces/owner/name",
    "https://example.org/owner/name",
    "owner/name/more",
    "owner/name.git",
    "owner--x/name",
    "owner/na..me",
    "-owner/name",
    "owner/name-",
    "owner/.name",
    "owner/" + "n" * 97,
    "Qwen/Qwen2-7B, Qwen/Qwen2-72B",
    "所有者/模型",
]
WRITTEN = [
    "{}",
    " {}\n",
    "\u200b{}\ufeff",
    "{}/",
    "https://huggingface.co/{}",
    "http://www.huggingface.co/{}/",
    "https://hf.co/{}",
    "https://huggingface.co/{}/tree/main",
    "https://huggingface.co/{}/blob/main/README.md",
    "https://huggingface.co/{}/resolve/main/model.gguf",
    "https://huggingface.co/{}?library=transformers#usage",
]

parts = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9._-]{0,20}[A-Za-z0-9_])?", fullmatch=True)
hub_ids = st.builds("{}/{}".format, parts, parts).filter(ids.is_hub_id)
paths = st.lists(st.text(), min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(("raw", "encoded"), SEGMENTS.items())
def test_segment_vectors(raw: str, encoded: str) -> None:
    """A segment is encoded as the table says."""
    assert ids.segment(raw) == encoded


@pytest.mark.parametrize("raw", ["", ".", ".."])
def test_segment_refuses_what_no_path_can_carry(raw: str) -> None:
    """The empty segment and the two dot segments are refused."""
    with pytest.raises(ValueError, match="can't be a segment"):
        ids.segment(raw)


@given(st.text(min_size=1))
def test_segment_is_reversible_and_safe(raw: str) -> None:
    """A segment decodes to the normalised text and holds only characters that need no escape."""
    normal = unicodedata.normalize("NFC", raw)
    assume(normal not in {".", ".."})
    encoded = ids.segment(raw)
    assert unquote(encoded) == normal
    assert re.fullmatch(r"(?:[A-Za-z0-9._~:@-]|%[0-9A-F]{2})+", encoded)
    assert ids.segment(normal) == encoded


@given(st.text(min_size=1), st.text(min_size=1))
def test_segment_keeps_texts_apart(left: str, right: str) -> None:
    """Two texts share a segment only if they are one text in normal form."""
    normal = [unicodedata.normalize("NFC", text) for text in (left, right)]
    assume(not {".", ".."} & set(normal))
    assert (ids.segment(left) == ids.segment(right)) == (normal[0] == normal[1])


@given(hub_ids, st.sampled_from(WRITTEN))
def test_hub_id_is_found_in_what_people_write(name: str, written: str) -> None:
    """White space, invisible characters and the parts of a page's URL do not change an id."""
    assert ids.hub_id(written.format(name)) == name


@given(st.text() | paths | st.from_regex(r"\s?[\w./-]{1,40}/[\w./-]{1,40}", fullmatch=True))
def test_hub_id_gives_an_id_or_nothing(text: str) -> None:
    """What comes out is a valid id, and is itself found again."""
    found = ids.hub_id(text)
    assert found is None or (ids.is_hub_id(found) and ids.hub_id(found) == found)


@pytest.mark.parametrize("text", NOT_IDS)
def test_hub_id_refuses_other_strings(text: str) -> None:
    """Paths, bare names, other pages, lists and cut strings are no ids."""
    assert ids.hub_id(text) is None


def test_hub_id_keeps_letter_case_and_longest_name() -> None:
    """An id keeps its spelling, and a part may have 96 characters."""
    assert ids.hub_id("ReadyArt/Dark_Scarlett.v2") == "ReadyArt/Dark_Scarlett.v2"
    longest = "owner/" + "n" * 96
    assert ids.hub_id(longest) == longest


@given(st.sampled_from([ids.HUB, "modelscope", "models.dev", "openrouter"]), hub_ids)
def test_key_and_its_parts(platform: str, name: str) -> None:
    """A key splits into the platform and name it was made of."""
    assert ids.split_key(ids.model_key(platform, name)) == (platform, name)


@given(paths, st.sampled_from([ids.model_iri, ids.dataset_iri]))
def test_every_key_gives_an_iri_that_a_store_takes(key: str, iri: Callable[[str], str]) -> None:
    """Whatever a key holds, its IRI is accepted and comes back as it was."""
    made = iri(key)
    assert ox.NamedNode(made).value == made


@given(hub_ids)
def test_kinds_of_one_id_have_iris_of_their_own(name: str) -> None:
    """A model, a dataset and a model of another platform may share an id, never an IRI."""
    twin = ids.model_key("modelscope", name)
    assert len({ids.model_iri(name), ids.dataset_iri(name), ids.model_iri(twin)}) == 3
    assert ids.model_iri(name) == f"https://huggingface.co/{name}"


def test_a_bare_name_is_never_a_page() -> None:
    """The page of a name without an owner would be an account: such names are minted."""
    assert ids.model_iri("gpt2").startswith(ids.BASE)
    assert ids.dataset_iri("squad").startswith(ids.BASE)
    assert ids.account_iri(ids.HUB, "gpt2") == "https://huggingface.co/gpt2"
