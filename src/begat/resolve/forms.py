"""The forms in which people write a model: the candidate names in a text, without knowing any model."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from begat.ids import HUB_URL, INVISIBLE, PART, is_hub_id, model_key

__all__ = ["Form", "forms", "is_local", "is_name", "is_whole", "pieces", "undressed", "why_not"]

MARKER = re.compile(r"^(?:[-*+>]\s+|\d+[.)]\s+|(?:base[_ ]?model|model)\s*[:=]\s*)+", re.IGNORECASE)
LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^()\s<>]+)>?[^)]*\)")
QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb<>[]*;, \t\r\n"
CACHED = re.compile(r"(?:^|[/\\])models--([^/\\]+?)--([^/\\]+)")
SHORT_CACHED = re.compile(r"([^/\\]+?)--([^/\\]+)")
SCHEME = re.compile(r"(?:hf|huggingface)://(?:models/)?")
URL = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#\s]*)", re.IGNORECASE)
SCOPE = re.compile(
    r"(?:https?://)?(?:www\.)?modelscope\.(?:cn|ai)/models/([^/?#\s]+/[^/?#\s]+)", re.IGNORECASE
)
FILE = re.compile(r"[^/\\:]+/[^/\\]+/(?:(?:tree|blob|resolve)/|[^/]+\.(?:gguf|safetensors|bin)$)")
CATALOGUED = re.compile(r"(?:epoch|helm|models\.dev|mot|openrouter|ollama):\S")
REVISION = re.compile(r"[@:][\w.-]+$")
NAME = re.compile(PART)
DRIVE = re.compile(r"^[A-Za-z]:[\\/]|^(?:\.{0,2}|~)[\\/]|\\")
FOLDERS = {
    *(
        "cache",
        "checkpoint",
        "checkpoints",
        "ckpt",
        "ckpts",
        "content",
        "data",
        "exp",
        "home",
        "kaggle",
        "lora",
    ),
    *("lora", "mnt", "model", "model_cache", "models", "opt", "out", "output", "outputs", "results", "root"),
    *("runs", "save", "saved", "saved_models", "tmp", "trained_models", "train", "weights", "workspace"),
}
"""First parts of a local path; no account is taken to have such a name unless it lists a model."""

FILLERS = {
    *(
        "",
        "-",
        "?",
        "custom",
        "false",
        "from scratch",
        "n/a",
        "na",
        "nan",
        "nil",
        "no",
        "none",
        "null",
        "other",
    ),
    *(
        "private",
        "proprietary",
        "removed",
        "scratch",
        "tba",
        "tbd",
        "todo",
        "true",
        "undefined",
        "undisclosed",
    ),
    *("unknown", "yes"),
}
"""What people and programs write where they name no model."""


class Form(NamedTuple):
    """A candidate name in a text.

    `way` is how it is written: plain, markup, url, cache-folder, path or name (a part of an id only).
    """

    way: str
    name: str


def forms(text: str) -> Iterator[Form]:
    """Yield what a text may name, the most literal reading first; total, O(length).

    Examples
    --------
    >>> [form.name for form in forms("- [Qwen](https://huggingface.co/Qwen/Qwen2.5-7B/tree/main)")]
    ['Qwen/Qwen2.5-7B']
    >>> [form.name for form in forms("/cache/models--facebook--opt-125m/snapshots/f8d333a0")]
    ['facebook/opt-125m']
    """
    bare = undressed(text)
    way = "plain" if bare == text else "markup"
    if is_whole(bare) or is_name(bare):
        yield Form(way, bare)
    if (scope := SCOPE.match(bare)) and is_hub_id(scope[1]):
        yield Form("url", model_key("modelscope", scope[1]))
    if (name := _of_url(bare)) and name != bare:
        yield Form("url", name)
    yield from _of_path(bare)


def undressed(text: str) -> str:
    """Strip white space, invisible characters, list markers, quotes and the brackets of a link."""
    text = INVISIBLE.sub("", text).strip()
    link = LINK.search(text)
    return MARKER.sub("", link[1] if link else text).strip(QUOTES)


def is_whole(text: str) -> bool:
    """Whether a text has the form of an id of the Hub or of ModelScope, and is no filler.

    Examples
    --------
    >>> is_whole("Qwen/Qwen2.5-7B"), is_whole("modelscope:qwen/Qwen2.5-7B"), is_whole("none/none")
    (True, True, False)
    """
    name = text.removeprefix("modelscope:")
    return is_hub_id(name) and not all(part.lower() in FILLERS for part in name.split("/"))


def is_name(text: str) -> bool:
    """Whether a text has the form of one part of an id; "gpt2" has."""
    return NAME.fullmatch(text) is not None and ".." not in text and "--" not in text


def _of_url(text: str) -> str | None:
    """The repository in a URL of the Hub, in ``hf://...``, or before a revision or file."""
    rest = SCHEME.sub("", HUB_URL.sub("", text))
    if rest == text and not (text.count("/") == 1 or FILE.match(text)):
        return None
    parts = re.split(r"[?#]", rest, maxsplit=1)[0].strip("/").split("/")
    name = REVISION.sub("", "/".join(parts[:2])).removesuffix(".git")
    return name if is_whole(name) else None


def _of_path(text: str) -> Iterator[Form]:
    """The repository that a folder of the Hub's cache, or the end of a local path, is named after."""
    if cached := CACHED.search(text):
        yield Form("cache-folder", f"{cached[1]}/{cached[2]}")
        return
    if URL.match(text) or not re.search(r"[/\\]", text):
        return
    parts = [part for part in re.split(r"[/\\]+", text) if part]
    if parts and (short := SHORT_CACHED.fullmatch(parts[-1])):
        yield Form("path", f"{short[1]}/{short[2]}")
    if len(parts) > 2 or (len(parts) == 2 and DRIVE.search(text)):
        yield Form("path", "/".join(parts[-2:]))
    if is_local(text) and parts and is_name(parts[-1]):
        yield Form("name", parts[-1])


def is_local(text: str) -> bool:
    """Whether a text is a path of somebody's machine."""
    first = re.split(r"[/\\]", text, maxsplit=1)[0].lower()
    return DRIVE.search(text) is not None or text.count("/") > 1 or ("/" in text and first in FOLDERS)


def pieces(text: str) -> list[str]:
    """Split a text that names several models, by commas, semicolons or lines, into one text each.

    Only where every piece could be a name of a model: a sentence with a comma stays whole.

    Examples
    --------
    >>> pieces("Qwen/Qwen2.5-7B, mistralai/Mistral-7B-v0.1"), pieces("trained by us, from scratch")
    (['Qwen/Qwen2.5-7B', 'mistralai/Mistral-7B-v0.1'], ['trained by us, from scratch'])
    """
    parts = [part for part in map(undressed, re.split(r"[,;\n]", text)) if part]
    named = all("/" in part and not re.search(r"\s", part) for part in parts)
    return list(dict.fromkeys(parts)) if len(parts) > 1 and named else [text]


def why_not(text: str) -> str:
    """Say why a text names no model that can be told."""
    bare = undressed(text)
    if bare.lower() in FILLERS or bare.lower().startswith("todo"):
        return "no name"
    if host := URL.match(bare):
        return "a collection or page" if HUB_URL.match(bare) else f"another host: {host[1].lower()[:60]}"
    if CATALOGUED.match(bare):
        return "not in its catalogue"
    if len(pieces(text)) > 1:
        return "several names"
    if bare.endswith(("...", "\u2026")):
        return "cut off"
    if is_local(bare) or CACHED.search(bare):
        return "local path"
    if is_name(bare):
        return "no owner"
    return "free text"
