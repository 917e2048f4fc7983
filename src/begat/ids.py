"""Ids and IRIs: the only place that makes an IRI.

An id is what people type: ``owner/name`` for a Hugging Face model, ``platform:rest`` for a model of
another platform (``modelscope:qwen/Qwen2.5-7B``). The scheme of the IRIs, its reasons and its traps:
``docs/reference/ontology.md``.
"""

import re
import unicodedata
from urllib.parse import quote

__all__ = [
    "BASE",
    "HUB",
    "PAGES",
    "account_iri",
    "dataset_iri",
    "graph_iri",
    "hub_id",
    "is_hub_id",
    "licence_iri",
    "minted_iri",
    "model_iri",
    "model_key",
    "segment",
    "slug",
    "space_iri",
    "split_key",
]

HUB = "huggingface"
BASE = "https://w3id.org/begat/id"
GRAPHS = "https://w3id.org/begat/g"
PAGES = {HUB: "https://huggingface.co", "modelscope": "https://modelscope.cn/models"}
ACCOUNT_PAGES = {
    HUB: "https://huggingface.co",
    "modelscope": "https://modelscope.cn/organization",
    "github": "https://github.com",
}

PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
HUB_ID = re.compile(rf"{PART}/{PART}")
HUB_URL = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/")
NOT_OWNERS = {"datasets", "spaces", "models", "collections", "papers", "docs", "api"}
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
STAND_INS = {"": "%00", ".": "%2E", "..": "%2E%2E"}
KEY = re.compile(r"([a-z][a-z0-9.-]*):(.+)", re.DOTALL)


def segment(text: str) -> str:
    """Percent-encode one path segment of an IRI (NFC, upper-case hex).

    Raises
    ------
    ValueError
        For "", "." and "..", which no path can carry.

    Examples
    --------
    >>> segment("a b"), segment("llama3.2:1b"), segment("%41"), segment("a/b")
    ('a%20b', 'llama3.2:1b', '%2541', 'a%2Fb')
    """
    text = unicodedata.normalize("NFC", text)
    if text in {"", ".", ".."}:
        raise ValueError(f"{text!r} can't be a segment of an IRI")
    return quote(text, safe=":@")


def is_hub_id(text: str) -> bool:
    """Whether `text` has the form of a Hub repository id, ``owner/name``.

    Examples
    --------
    >>> is_hub_id("Qwen/Qwen2.5-7B"), is_hub_id("gpt2"), is_hub_id("a--b/c"), is_hub_id("./out/x")
    (True, False, False, False)
    """
    return (
        HUB_ID.fullmatch(text) is not None
        and "--" not in text
        and ".." not in text
        and not text.endswith(".git")
        and text.partition("/")[0] not in NOT_OWNERS
    )


def hub_id(text: str) -> str | None:
    """Clean a string that people wrote as a base model to a Hub id; None if it is none.

    Strips white space, invisible characters, the Hub's URL, ``/tree/...`` and ``/blob/...``.

    Examples
    --------
    >>> hub_id(" https://huggingface.co/Qwen/Qwen2.5-7B/tree/main ")
    'Qwen/Qwen2.5-7B'
    >>> hub_id("./output-32b/merged") is None
    True
    """
    text = HUB_URL.sub("", INVISIBLE.sub("", text).strip())
    text = re.split(r"[?#]|/(?:tree|blob|resolve)/", text, maxsplit=1)[0].rstrip("/")
    return text if is_hub_id(text) else None


def model_key(platform: str, name: str) -> str:
    """Return the id of a model: `name` on the Hugging Face Hub, ``platform:name`` elsewhere."""
    return name if platform == HUB else f"{platform}:{name}"


def split_key(key: str) -> tuple[str, str]:
    """Split an id into platform and name, the reverse of `model_key`.

    Examples
    --------
    >>> split_key("modelscope:qwen/Qwen2.5-7B"), split_key("Qwen/Qwen2.5-7B")
    (('modelscope', 'qwen/Qwen2.5-7B'), ('huggingface', 'Qwen/Qwen2.5-7B'))
    """
    match = KEY.fullmatch(key)
    return (match[1], match[2]) if match else (HUB, key)


def model_iri(key: str) -> str:
    """IRI of a model: its page where the platform has one, else minted."""
    platform, name = split_key(key)
    parts = name.split("/")
    if platform in PAGES and len(parts) == 2:
        return _join(PAGES[platform], parts)
    return minted_iri("model", platform, *parts)


def dataset_iri(key: str) -> str:
    """IRI of a dataset: its page on the Hub, else minted (a bare name is never a page)."""
    platform, name = split_key(key)
    parts = name.split("/")
    if platform == HUB and len(parts) == 2:
        return _join(f"{PAGES[HUB]}/datasets", parts)
    return minted_iri("dataset", platform, *parts)


def space_iri(key: str) -> str:
    """IRI of a Space: its page on the Hub, else minted."""
    platform, name = split_key(key)
    parts = name.split("/")
    if platform == HUB and len(parts) == 2:
        return _join(f"{PAGES[HUB]}/spaces", parts)
    return minted_iri("space", platform, *parts)


def account_iri(platform: str, account: str) -> str:
    """IRI of an account: its page where the platform has one, else minted."""
    if platform in ACCOUNT_PAGES:
        return _join(ACCOUNT_PAGES[platform], [account])
    return minted_iri("account", platform, account)


def licence_iri(licence: str, *, spdx: bool) -> str:
    """IRI of a licence: its SPDX page if it is on the SPDX list, else minted."""
    if spdx:
        return _join("https://spdx.org/licenses", [licence])
    return minted_iri("license", slug(licence))


def minted_iri(kind: str, *parts: str) -> str:
    """IRI of begat's own for a thing without a page: ``.../id/{kind}/{part}/...``."""
    return _join(f"{BASE}/{kind}", parts)


def graph_iri(source: str, method: str) -> str:
    """IRI of the graph that holds the current statements of one source and method."""
    return _join(GRAPHS, [source, method, "current"])


def slug(text: str) -> str:
    """Turn a name into a slug: lower case, words joined by "-", letters of any script kept.

    Examples
    --------
    >>> slug("Allen Institute for AI (Ai2)")
    'allen-institute-for-ai-ai2'
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w.+]+", "-", text).strip("-.") or "unnamed"


def _join(base: str, parts: list[str] | tuple[str, ...]) -> str:
    """Append path segments; the three that no path can carry get an escaped stand-in."""
    return "/".join([base, *(STAND_INS.get(part) or segment(part) for part in parts)])
