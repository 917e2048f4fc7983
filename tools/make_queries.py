"""Write docs/reference/queries.md from the headers of the named queries; --check only says if it is stale."""

import sys
from itertools import groupby
from pathlib import Path

from begat.query.named import TOPICS, Query, queries

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "queries.md"
HEAD = """# Named queries

`begat query NAME name=value ...` runs one, `begat queries NAME` tells all of it, `--show` prints its SPARQL
with the parameters in place. How they are declared: `src/begat/query/named.py`; what values parameters take:
`src/begat/query/parameter.py`. This page is written by `tools/make_queries.py`.
"""


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for topic, found in groupby(queries().values(), lambda query: query.topic):
        parts.append(f"\n## {topic} ({TOPICS[topic]})\n\n| query | parameters | answers |\n|---|---|---|\n")
        parts.extend(map(_line, found))
    return "".join(parts)


def _line(query: Query) -> str:
    names = ", ".join(f"`{item.name}`" if item.required else f"[`{item.name}`]" for item in query.parameters)
    return f"| `{query.name}` | {names} | {query.title}, {query.title_zh}: {query.description} |\n"


def main() -> int:
    """Write the page, or with --check return 1 if it is not current."""
    current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if "--check" in sys.argv:
        if current != page():
            sys.stderr.write(f"{PAGE.name} is stale: run python tools/make_queries.py\n")
        return int(current != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
