"""How often the right thing is among the first five, for texts as people write them."""

import random
from pathlib import Path

import pytest

from begat.registry import open_registry
from begat.search import NameIndex
from begat.snapshot import embedded

CASES = {
    # as written
    "Qwen/Qwen2.5-7B": "Qwen/Qwen2.5-7B",
    "meta-llama/Llama-3.1-8B": "meta-llama/Llama-3.1-8B",
    "google/gemma-7b": "google/gemma-7b",
    "MISTRALAI/MISTRAL-7B-V0.1": "mistralai/Mistral-7B-v0.1",
    "alibaba": "alibaba",
    "DeepSeek": "deepseek",
    "openai/gsm8k": "openai/gsm8k",
    "mmlu": "mmlu",
    # names without account
    "Qwen2.5-7B-Instruct": "Qwen/Qwen2.5-7B-Instruct",
    "gemma-7b": "google/gemma-7b",
    "DeepSeek-R1": "deepseek-ai/DeepSeek-R1",
    "bert-base-uncased": "google-bert/bert-base-uncased",
    # other separators, or none
    "gemma7b": "google/gemma-7b",
    "gemma 7b": "google/gemma-7b",
    "Llama3.1 8B": "meta-llama/Llama-3.1-8B",
    "llama-3.1-8b-instruct": "meta-llama/Llama-3.1-8B-Instruct",
    "llama 3.1 8b instruct": "meta-llama/Llama-3.1-8B-Instruct",
    "deepseek v3": "deepseek-ai/DeepSeek-V3",
    "deep seek v3": "deepseek-ai/DeepSeek-V3",
    "deepseekv3": "deepseek-ai/DeepSeek-V3",
    "qwen2_5_7b": "Qwen/Qwen2.5-7B",
    "qwen 2.5 7b": "Qwen/Qwen2.5-7B",
    "mistral7b": "mistralai/Mistral-7B-v0.1",
    "meta llama": "meta-llama/Llama-3.1-8B-Instruct",
    # words in any order
    "instruct 7b qwen": "Qwen/Qwen2.5-7B-Instruct",
    "8b llama instruct": "meta-llama/Llama-3.1-8B-Instruct",
    "7b gemma": "google/gemma-7b",
    "coder qwen 7b": "Qwen/Qwen2.5-Coder-7B",
    "instruct mistral": "mistralai/Mistral-7B-Instruct-v0.2",
    # while typing
    "qw": "alibaba",
    "deepse": "deepseek",
    "Qwen/Qwen2.5-7": "Qwen/Qwen2.5-7B",
    "gemma-7": "google/gemma-7b",
    "meta-lla": "meta-llama/Llama-3.1-8B-Instruct",
    # institutions by other names
    "阿里巴巴": "alibaba",
    "阿里": "alibaba",
    "深度求索": "deepseek",
    "谷歌": "google",
    "百度": "baidu",
    "Alibaba Cloud": "alibaba",
    "DAMO Academy": "alibaba",
    "QwenLM": "alibaba",
    "deepseek-ai": "deepseek",
    "google brain": "google",
    # one error
    "aliababa": "alibaba",
    "alibba": "alibaba",
    "gogle": "google",
    "depseek": "deepseek",
    "deepsek-r1": "deepseek-ai/DeepSeek-R1",
    "gmma-7b": "google/gemma-7b",
    "mistrla-7b": "mistralai/Mistral-7B-v0.1",
    "Qwen/Qwen2.5-7B-Instrct": "Qwen/Qwen2.5-7B-Instruct",
    "Qwne/Qwen2.5-7B": "Qwen/Qwen2.5-7B",
    "met-llama/Llama-3.1-8B": "meta-llama/Llama-3.1-8B",
    "meta-llama/Lama-3.1-8B": "meta-llama/Llama-3.1-8B",
    "google/gemma-77b": "google/gemma-7b",
    "bert-base-uncasde": "google-bert/bert-base-uncased",
    # two errors
    "qwne2.5-7b-instrct": "Qwen/Qwen2.5-7B-Instruct",
    "deepsek-ai/DeepSeek-R": "deepseek-ai/DeepSeek-R1",
    "lama 3.1 8b instuct": "meta-llama/Llama-3.1-8B-Instruct",
    "allibabba": "alibaba",
    "missral 7b instrukt": "mistralai/Mistral-7B-Instruct-v0.2",
    "instrct qwne 7b": "Qwen/Qwen2.5-7B-Instruct",
}

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"


@pytest.fixture(scope="module")
def shipped(built: Path) -> NameIndex:
    """Return the index of the embedded snapshot."""
    return open_registry(built).names


def mistyped(text: str, chance: random.Random) -> str:
    """Return a text with a letter added, lost or changed, or two neighbours swapped."""
    place = chance.randrange(len(text) - 1)
    letter = chance.choice(LETTERS)
    before, after = text[:place], text[place:]
    return chance.choice(
        [before + letter + after, before + after[1:], before + letter + after[1:],
         before + after[1] + after[0] + after[2:]]
    )  # fmt: skip


def first(index: NameIndex, text: str) -> list[str]:
    """Return the ids of the first five hits."""
    return [hit["id"] for hit in index.search(text, limit=5)]


def test_what_people_mean_is_found(shipped: NameIndex) -> None:
    """Of texts written, typed and mistyped by hand 95 % lead to the right thing, three quarters at once."""
    found = {text: first(shipped, text) for text in CASES}
    missed = {text: got for text, got in found.items() if CASES[text] not in got}
    assert len(missed) <= 0.05 * len(CASES), missed
    assert sum(got[:1] == [CASES[text]] for text, got in found.items()) >= 0.75 * len(CASES)


def test_ids_with_one_error_are_found(shipped: NameIndex) -> None:
    """Of the ids of models with one random error 97 % are among the first five."""
    chance = random.Random(7)
    ids = embedded().frame("models", ["id"])["id"].sample(250, seed=7).to_list()
    texts = {mistyped(name, chance): name for name in ids}
    missed = {text: name for text, name in texts.items() if name not in first(shipped, text)}
    assert len(missed) <= 0.03 * len(texts), missed


def test_of_equally_near_names_the_one_written_alike_comes_first(shipped: NameIndex) -> None:
    """Separators don't matter for finding, but of names at as many letters they decide."""
    assert shipped.near("google/gemma-2bb")[0]["id"] == "google/gemma-2b"
