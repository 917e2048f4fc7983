"""LocalAI: a gallery of runnable models; its links tell what GGUF files were made of."""

from collections.abc import Iterator

from begat.ids import hub_id
from begat.records import Derivation, Model, Record
from begat.sources.base import Context, File, Method, Row, Source, jsonl

__all__ = ["SOURCE"]

SCHEME = "huggingface://"


def entry(row: Row, context: Context) -> Iterator[Record]:
    """Yield the repositories of an entry and the original of its GGUF files.

    The licence is an entry's: it goes to the repository of the files where there is one only.
    """
    uris = [file["uri"] for file in row.get("files") or []]
    links = ids(row.get("urls") or [])
    repositories = ids(uris) or links
    for name in repositories:
        yield Model(name, licence_raw=row.get("license") if len(repositories) == 1 else None)
    for child, parent in originals(uris, links):
        yield Model(parent)
        yield Derivation(child, parent, "quantized", "gallery-urls", stated_on=context.date)


def originals(uris: list[str], links: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the repository of the GGUF files with the one other that an entry links to.

    Text encoders and draft models come from further repositories: the one linked to is the model's.
    Links to further GGUF repositories name no original.
    """
    weights = ids([uri for uri in uris if uri.partition("?")[0].lower().endswith(".gguf")])
    children = weights if len(weights) == 1 else [name for name in weights if name in links]
    others = set(links) - set(ids(uris))
    parents = [name for name in others if "gguf" not in name.lower()]
    if len(children) == len(parents) == 1:
        yield children[0], parents[0]


def ids(urls: list[str]) -> list[str]:
    """Return the Hub repositories of URLs, each once; those of other hosts are left out."""
    found = (
        hub_id("/".join(url.removeprefix(SCHEME).split("/")[:2]) if SCHEME in url else url) for url in urls
    )
    return list(dict.fromkeys(name for name in found if name))


SOURCE = Source(
    name="localai",
    title="LocalAI, gallery of models",
    licence="MIT",
    feeds="models, derivations; models that somebody packed for this program",
    files=(File("gallery.jsonl*", jsonl, entry, required=("name",)),),
    methods={"gallery-urls": Method(0.76, 0.95, "29 of 38 parents agree with the Hub's tags")},
    reads_licences=False,
    tables=("models", "derivations"),
    indicators=("M02", "M04", "M10", "M11", "M13", "M14"),
)
