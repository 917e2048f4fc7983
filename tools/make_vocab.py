"""Generate what follows from the ontology: ``python tools/make_vocab.py [--check]``.

``ontology/begat.ttl`` is the only home of the terms. This writes ``src/begat/vocab.py`` (constants
for Python) and ``ontology/context.jsonld`` (the JSON-LD context) from it. With ``--check`` nothing
is written; stale files are named and the exit code is 1.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef
from rdflib.collection import Collection

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology" / "begat.ttl"
BEGAT = "https://w3id.org/begat#"
COERCED = (XSD.decimal, XSD.date, XSD.dateTime)  # the others are native to JSON
LINE_LENGTH = 100
Table = dict[str, str]

HEADER = '''\
"""Terms of the knowledge graph as plain strings.

Generated from ontology/begat.ttl by `python tools/make_vocab.py`: change the ontology, not this.
"""
'''


def main(arguments: list[str] | None = None) -> int:
    """Write the generated files, or with ``--check`` name the stale ones; return the exit code."""
    parser = argparse.ArgumentParser(description="Generate vocab.py and context.jsonld.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    check = parser.parse_args(arguments).check
    stale = {path: text for path, text in outputs(load()).items() if read(path) != text}
    for path, text in stale.items():
        if check:
            print(f"stale: {path.relative_to(ROOT)}; run python tools/make_vocab.py", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if check and stale else 0


def load() -> Graph:
    """Return the ontology, with no prefixes but its own."""
    return Graph(bind_namespaces="none").parse(ONTOLOGY)


def read(path: Path) -> str | None:
    """Return the text of a file, None where there is no file."""
    return path.read_text(encoding="utf-8") if path.exists() else None


def outputs(graph: Graph) -> dict[Path, str]:
    """Return every generated file with the text it should have."""
    return {
        ROOT / "src" / "begat" / "vocab.py": vocab(graph),
        ROOT / "ontology" / "context.jsonld": context(graph),
    }


def prefixes(graph: Graph) -> Table:
    """Return prefix -> namespace, begat's own first."""
    found = {prefix: str(base) for prefix, base in graph.namespaces()}
    return dict(sorted(found.items(), key=lambda item: (item[0] != "begat", item[0])))


def terms(graph: Graph, base: str) -> list[URIRef]:
    """Return the declared terms of one namespace, sorted."""
    declared = {t for t in graph.subjects(RDFS.isDefinedBy) if isinstance(t, URIRef)}
    return sorted((t for t in declared if t.startswith(base)), key=lambda t: (t.lower(), t))


# ----- src/begat/vocab.py --------------------------------------------------------------------


def vocab(graph: Graph) -> str:
    """Return the Python module."""
    kinds = collection(graph, "derivation-kinds")
    institution_kinds = collection(graph, "institution-kinds")
    blocks = [
        HEADER,
        f'VERSION = "{graph.value(URIRef(BEGAT.rstrip("#")), OWL.versionInfo)}"\n',
        table("PREFIXES", "Prefix -> namespace.", prefixes(graph)),
        *(constants(graph, prefix, base) for prefix, base in prefixes(graph).items()),
        table("RELATIONS", "Relation -> property, in the order of legends.", relations(graph, kinds)),
        table("KINDS", "Relation -> concept.", kinds),
        table("LABELS", "Relation -> its name in each language.", labels(graph, kinds)),
        table("INSTITUTION_KINDS", "Kind of institution -> concept.", institution_kinds),
        table(
            "INSTITUTION_LABELS",
            "Kind of institution -> its name in each language.",
            labels(graph, institution_kinds),
        ),
    ]
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(blocks))


def constants(graph: Graph, prefix: str, base: str) -> str:
    """Return the class of constants of one namespace, nothing where it has no declared term."""
    declared = terms(graph, base)
    classes = {term for term in declared if has_type(graph, term, OWL.Class)}
    taken = {constant(term.removeprefix(base)) for term in declared if term not in classes}
    names: Table = {}
    for term in declared:
        name = constant(term.removeprefix(base))
        if term in classes and name in taken:  # prov:Entity beside prov:entity
            name += "_CLASS"
        if name in names:
            raise SystemExit(f"{ONTOLOGY.name}: <{names[name]}> and <{term}> both become {name}")
        names[name] = term
    lines = [assignment(name, term) for name, term in sorted(names.items())]
    head = f'\nclass {prefix.upper()}:\n    """Terms of <{base}>."""\n\n'
    return head + "".join(lines) + "\n" if lines else ""


def assignment(name: str, term: str) -> str:
    """Return one constant as Python source, broken as ruff breaks a long line."""
    line = f'    {name} = "{term}"\n'
    return line if len(line) <= LINE_LENGTH else f'    {name} = (\n        "{term}"\n    )\n'


def constant(local: str) -> str:
    """Return the constant for a local name: ``wasDerivedFrom`` -> ``WAS_DERIVED_FROM``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", local)
    return re.sub(r"\W+", "_", words).upper()


def collection(graph: Graph, name: str) -> Table:
    """Return notation -> concept of one of begat's ordered collections, in its order."""
    head = graph.value(URIRef(BEGAT + name), SKOS.memberList)
    if head is None:
        raise SystemExit(f"{ONTOLOGY.name}: begat:{name} has no skos:memberList")
    return {str(graph.value(item, SKOS.notation)): str(item) for item in Collection(graph, head)}


def relations(graph: Graph, kinds: Table) -> Table:
    """Return notation -> derivation property."""
    stated_by = URIRef(BEGAT + "kindProperty")
    return {name: str(graph.value(URIRef(kind), stated_by)) for name, kind in kinds.items()}


def labels(graph: Graph, concepts: Table) -> dict[str, Table]:
    """Return notation -> language -> label."""
    return {
        name: {
            label.language: str(label)
            for label in sorted(graph.objects(URIRef(concept), RDFS.label), key=str)
            if isinstance(label, Literal) and label.language
        }
        for name, concept in concepts.items()
    }


def table(name: str, comment: str, rows: Mapping[str, str | Table]) -> str:
    """Return a dictionary as Python source, one row a line."""
    hint = "str" if all(isinstance(value, str) for value in rows.values()) else "dict[str, str]"
    lines = [f"    {quoted(key)}: {quoted(value)},\n" for key, value in rows.items()]
    return f"# {comment}\n{name}: dict[str, {hint}] = {{\n{''.join(lines)}}}\n"


def quoted(value: float | str | Table) -> str:
    """Return a number, a string or a flat dictionary as source that Python and JSON share."""
    return json.dumps(value, ensure_ascii=False)


# ----- ontology/context.jsonld ---------------------------------------------------------------


def context(graph: Graph) -> str:
    """Return the JSON-LD context: own terms by bare name, reused ones as ``prefix:name``."""
    rows: dict[str, float | str | Table] = {"@version": 1.1, "id": "@id", "type": "@type"}
    rows |= prefixes(graph)
    for prefix, base in prefixes(graph).items():
        for term in terms(graph, base):
            local = term.removeprefix(base)
            compact = f"{prefix}:{local}"
            if coercion := value_type(graph, term):
                key = local if prefix == "begat" else compact
                rows[key] = {"@id": compact, "@type": coercion}
            elif prefix == "begat" and has_type(graph, term, OWL.Class, OWL.DatatypeProperty):
                rows[local] = compact
    lines = ",\n".join(f"    {quoted(key)}: {quoted(value)}" for key, value in rows.items())
    return f'{{\n  "@context": {{\n{lines}\n  }}\n}}\n'


def value_type(graph: Graph, term: URIRef) -> str | None:
    """Return what a property's JSON values are read as, None where JSON's own types serve."""
    if has_type(graph, term, OWL.ObjectProperty):
        return "@id"
    coerced = [datatype for datatype in COERCED if (term, RDFS.range, datatype) in graph]
    return f"xsd:{coerced[0].removeprefix(str(XSD))}" if coerced else None


def has_type(graph: Graph, term: URIRef, *types: URIRef) -> bool:
    """Return whether a term is declared as one of the types."""
    return any((term, RDF.type, wanted) in graph for wanted in types)


if __name__ == "__main__":
    sys.exit(main())
