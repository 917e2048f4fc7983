"""A world in which every text is an attack: 30 payloads in every field that a source can fill."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from begat.records import (
    Account,
    Alias,
    Benchmark,
    Dataset,
    Derivation,
    Evaluation,
    Institution,
    Model,
    Observation,
    Record,
    SetAside,
    System,
    TrainedOn,
)
from begat.registry import Registry, open_registry
from begat.resolve import gather
from begat.snapshot import Home, compile_snapshot
from tests.conftest import TEST_SOURCE

__all__ = ["BASE", "PAYLOADS", "hostile_registry"]

BASE = "house/base"

PAYLOADS = (
    # HTML
    "</script><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea></style></noscript><iframe srcdoc='<script>alert(1)</script>'>",
    "<!--<script>alert(1)//-->",
    '" autofocus onfocus="alert(1)" x="',
    "' onmouseover='alert(1)",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<base href=//evil.example/><meta http-equiv=refresh content=0;url=//evil.example>",
    # JavaScript
    "${alert(1)}`;alert(1)//",
    '"};alert(1);({"a":"',
    "\\u003cimg src=x onerror=alert(1)\\u003e\\",
    "__proto__",
    "constructor[prototype]",
    # CSS
    "}</style><style>*{display:none}",
    "x;background:url(//evil.example/a);position:fixed;inset:0",
    # SVG
    "<a xlink:href='javascript:alert(1)'><text>x</text></a>",
    "]]><foreignObject><img src=x onerror=alert(1)></foreignObject>",
    # URL
    "javascript:alert(1)",
    "//evil.example/%0d%0aSet-Cookie: a=b?x=1&y=2#z",
    "../../../../etc/passwd",
    # CSV
    "=cmd|' /C calc'!A0",
    '+1,"2\r\n@SUM(1)',
    # Markdown and Mermaid
    "[x](javascript:alert(1)) ![y](//evil.example/p.png) | a | b |",
    '"]:::evil; click a "javascript:alert(1)" %% end',
    # templates and SPARQL
    "{{ 7 * 7 }}{% raw %}{0.__class__}%(x)s",
    '"> } DELETE WHERE { ?s ?p ?o } #',
    # terminals
    "a\x1b[31mred\x1b]8;;http://evil.example\x07x\x1b]0;title\x9c\x9bH\x08\x7f",
    # direction, invisible and very wide
    "right\u202eleft\u2066\u200b\ufeff\u2028line\u2029end\u0000",
    "W" * 300 + "\u0301" * 40 + "\U0001f468\u200d\U0001f469\u200d\U0001f467",
)

ON = date(2026, 1, 1)
HOSTILE_SOURCE = replace(TEST_SOURCE, title=PAYLOADS[0], licence=PAYLOADS[1])
RELATIONS = ("finetune", "adapter", "quantized", "merge", "distilled")


def hostile_registry(folder: Path) -> Registry:
    """Return a registry over the world, in a home of its own."""
    folder.mkdir(parents=True)
    parts = [gather(HOSTILE_SOURCE, _world(), on=ON)]
    Home(folder).take(lambda path: compile_snapshot(parts, path, provenance={}))
    return open_registry(folder)


def _world() -> Iterator[Record]:
    yield Model(BASE, licence_raw="apache-2.0", created_at=datetime(2025, 1, 1, tzinfo=UTC))
    yield Account("huggingface", "house", "the-house", basis="curated")
    yield Institution("The House", id="the-house", country="FR")
    for place, text in enumerate(PAYLOADS):
        yield from _one(place, text)


def _one(place: int, text: str) -> Iterator[Record]:
    """Yield a thing of each kind whose texts are all one payload."""
    model, institution = f"evil-{place}/{text}", f"evil-{place} {text}"
    day = datetime(2025, 1 + place % 12, 2, tzinfo=UTC)
    yield Model(
        model,
        name=text,
        created_at=day,
        task=text,
        modality=text,
        library=text,
        licence_raw=text,
        gated=text,
        papers=[text],
        family=text,
    )
    yield Model(f"{model} child", licence_raw=text, created_at=day)
    yield Derivation(model, BASE, RELATIONS[place % 5], "tags")
    yield Derivation(model, text, "finetune", "card", ordinal=1)
    yield Derivation(f"{model} child", model, "quantized", "tags")
    yield Account("huggingface", f"evil-{place}", institution, basis=text)
    yield Account(text, text, institution, basis=text)
    yield Institution(
        text,
        id=institution,
        name_zh=text,
        kind=text,
        country="FR",
        aliases=[text],
        note=text,
        basis=text,
    )
    dataset = f"evil-{place}/data {text}"
    yield Dataset(
        dataset, modality=text, lifecycle=text, languages=[text], derived_from=[text], licence_raw=text
    )
    yield TrainedOn(model, dataset, "tags", stage=text)
    yield TrainedOn(model, text, "tags")
    system = f"evil-{place}/system {text}"
    yield System(
        system,
        name=text,
        kind=text,
        maintainer=institution,
        repository=text,
        libraries=[text],
        licence_raw=text,
    )
    benchmark = f"test:{place} {text}"
    yield Benchmark(
        benchmark,
        name=text,
        category=text,
        dataset=text,
        paper=text,
        harnesses=[text],
        owners=[institution],
        basis=text,
    )
    yield Evaluation(model, benchmark, metric=text, value=1.0, split=text, revision=text, method=text)
    yield Observation(model, "model", "downloads_30d", 1_000 + place, observed_on=ON, method=text)
    yield Observation(model, "model", text, 1.0, observed_on=ON, method=text)
    yield Alias(f"old-{place}/{text}", model, "renamed")
    yield SetAside(text, text, text, text)
