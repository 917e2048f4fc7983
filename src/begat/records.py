"""The record types: what a source may say, and the columns of a snapshot's tables.

Each class is one kind of statement and one table. A field is declared once, as
``Annotated[type, Term(...)]`` with its ontology term and unit; the Arrow schema comes from it.
Fields in `RESOLVED` are left empty by sources and filled by ``begat.resolve``.
"""

import types
from collections.abc import Iterable
from datetime import date, datetime
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    NamedTuple,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "TABLES",
    "Account",
    "Alias",
    "Benchmark",
    "Column",
    "Contested",
    "Dataset",
    "Derivation",
    "Evaluation",
    "Inference",
    "Institution",
    "Listing",
    "Model",
    "Observation",
    "Record",
    "SetAside",
    "System",
    "Term",
    "TrainedOn",
    "fields",
    "schema",
    "to_table",
]


class Term(NamedTuple):
    """Ontology term of a field (prefix:name, "" if it has none) and its unit."""

    term: str = ""
    unit: str = ""


class Model(NamedTuple):
    """A model repository, or a model named in a catalogue.

    `last_listed` is set for one that has gone from its platform: the date of the last complete listing that
    still had it. `removed` says that the platform itself answered so.
    """

    id: Annotated[str, Term("dct:identifier")]
    name: Annotated[str | None, Term("dct:title")] = None
    created_at: Annotated[datetime | None, Term("dct:created")] = None
    modified_at: Annotated[datetime | None, Term("dct:modified")] = None
    task: Annotated[str | None, Term("fair4ml:mlTask")] = None
    modality: Annotated[str | None, Term()] = None
    library: Annotated[str | None, Term("begat:supportedBy")] = None
    licence_raw: Annotated[str | None, Term()] = None
    parameters: Annotated[int | None, Term("begat:parameterCount", "1")] = None
    gated: Annotated[str | None, Term()] = None
    removed: Annotated[bool | None, Term()] = None
    papers: Annotated[list[str] | None, Term("schema:citation", "arXiv ids")] = None
    family: Annotated[str | None, Term("begat:inFamily")] = None
    hub_id: Annotated[str | None, Term("begat:hubId")] = None
    platform: Annotated[str | None, Term()] = None
    account: Annotated[str | None, Term("begat:account")] = None
    licence: Annotated[str | None, Term("dct:license")] = None
    listed: Annotated[bool | None, Term("begat:listed")] = None
    last_listed: Annotated[date | None, Term()] = None
    sources: Annotated[list[str] | None, Term("dct:source")] = None


class Derivation(NamedTuple):
    """A statement "child was derived from parent" by one source and method.

    `resolution` is how `parent_raw` led to `parent`, or why it led nowhere; see `begat.resolve.cascade`.
    """

    child: Annotated[str, Term("prov:wasDerivedFrom")]
    parent_raw: Annotated[str, Term("begat:unresolvedBaseModel")]
    relation: Annotated[str, Term("begat:kind")]
    method: Annotated[str, Term("begat:extractionMethod")]
    ordinal: Annotated[int, Term("", "position in the card")] = 0
    share: Annotated[float | None, Term("begat:weight", "1")] = None
    stated_on: Annotated[date | None, Term("prov:generatedAtTime")] = None
    parent: Annotated[str | None, Term("prov:entity")] = None
    status: Annotated[str | None, Term()] = None
    resolution: Annotated[str | None, Term()] = None
    confidence: Annotated[float | None, Term("begat:confidence", "1")] = None
    kind_confidence: Annotated[float | None, Term("begat:kindConfidence", "1")] = None
    source: Annotated[str | None, Term("dct:source")] = None


class Inference(NamedTuple):
    """A derivation that nobody declares, inferred from names, files or configuration; kept apart."""

    child: Annotated[str, Term("prov:wasDerivedFrom")]
    parent: Annotated[str, Term("prov:entity")]
    relation: Annotated[str, Term("begat:kind")]
    method: Annotated[str, Term("begat:extractionMethod")]
    evidence: Annotated[str, Term()]
    confidence: Annotated[float, Term("begat:confidence", "1")]
    kind_confidence: Annotated[float | None, Term("begat:kindConfidence", "1")] = None
    source: Annotated[str | None, Term("dct:source")] = None


class Dataset(NamedTuple):
    """A dataset repository, or a dataset known by name only."""

    id: Annotated[str, Term("dct:identifier")]
    created_at: Annotated[datetime | None, Term("dct:created")] = None
    modified_at: Annotated[datetime | None, Term("dct:modified")] = None
    modality: Annotated[str | None, Term()] = None
    lifecycle: Annotated[str | None, Term()] = None
    languages: Annotated[list[str] | None, Term("dct:language", "ISO 639")] = None
    derived_from: Annotated[list[str] | None, Term("prov:wasDerivedFrom")] = None
    licence_raw: Annotated[str | None, Term()] = None
    platform: Annotated[str | None, Term()] = None
    account: Annotated[str | None, Term("begat:account")] = None
    licence: Annotated[str | None, Term("dct:license")] = None
    listed: Annotated[bool | None, Term("begat:listed")] = None
    sources: Annotated[list[str] | None, Term("dct:source")] = None


class TrainedOn(NamedTuple):
    """A statement "model was trained on dataset" by one source and method."""

    model: Annotated[str, Term("fair4ml:trainedOn")]
    dataset_raw: Annotated[str, Term()]
    method: Annotated[str, Term("begat:extractionMethod")]
    stage: Annotated[str | None, Term()] = None
    stated_on: Annotated[date | None, Term("prov:generatedAtTime")] = None
    dataset: Annotated[str | None, Term("fair4ml:trainedOn")] = None
    source: Annotated[str | None, Term("dct:source")] = None


class Account(NamedTuple):
    """An account on a platform and the institution that operates it.

    Of several operators `current` marks the one in use: not ended, of the most reliable source.
    """

    platform: Annotated[str, Term()]
    account: Annotated[str, Term("foaf:accountName")]
    institution: Annotated[str | None, Term("begat:operatedBy")] = None
    since: Annotated[date | None, Term("schema:startDate")] = None
    until: Annotated[date | None, Term("schema:endDate")] = None
    basis: Annotated[str | None, Term("begat:extractionMethod")] = None
    stated_on: Annotated[date | None, Term("prov:generatedAtTime")] = None
    current: Annotated[bool | None, Term("begat:operatedBy")] = None
    source: Annotated[str | None, Term("dct:source")] = None


class Institution(NamedTuple):
    """An institution; `id` is empty where a source knows it by name only."""

    name: Annotated[str, Term("skos:prefLabel")]
    id: Annotated[str | None, Term("dct:identifier")] = None
    name_zh: Annotated[str | None, Term("skos:prefLabel")] = None
    kind: Annotated[str | None, Term("begat:institutionKind")] = None
    country: Annotated[str | None, Term("begat:headquarteredIn", "ISO 3166-1 alpha-2")] = None
    parent: Annotated[str | None, Term("org:subOrganizationOf")] = None
    aliases: Annotated[list[str] | None, Term("skos:altLabel")] = None
    osir: Annotated[str | None, Term("skos:notation")] = None
    ror: Annotated[str | None, Term("skos:exactMatch")] = None
    wikidata: Annotated[str | None, Term("skos:exactMatch")] = None
    note: Annotated[str | None, Term("skos:note")] = None
    basis: Annotated[str | None, Term("begat:extractionMethod")] = None
    stated_on: Annotated[date | None, Term("prov:generatedAtTime")] = None
    sources: Annotated[list[str] | None, Term("dct:source")] = None


class System(NamedTuple):
    """A framework, engine or other software system; `id` is its GitHub ``owner/name``.

    `libraries` are the values of `Model.library` that stand for it, `former` the ids it had before.
    """

    id: Annotated[str, Term("dct:identifier")]
    name: Annotated[str | None, Term("dct:title")] = None
    kind: Annotated[str | None, Term()] = None
    maintainer: Annotated[str | None, Term("begat:operatedBy")] = None
    repository: Annotated[str | None, Term("schema:codeRepository")] = None
    libraries: Annotated[list[str] | None, Term("skos:notation")] = None
    former: Annotated[list[str] | None, Term("begat:renamedTo")] = None
    licence_raw: Annotated[str | None, Term()] = None
    created_at: Annotated[datetime | None, Term("dct:created")] = None
    licence: Annotated[str | None, Term("dct:license")] = None
    sources: Annotated[list[str] | None, Term("dct:source")] = None


class Benchmark(NamedTuple):
    """A benchmark, as one source names it; `id` is ``source:key`` until a table joins them.

    `same_as` leads from another name of a benchmark, or from one way to run it, to the row that has
    the owners and all the harnesses; an id without ``source:`` is such a row's own.
    """

    id: Annotated[str, Term("dct:identifier")]
    name: Annotated[str | None, Term("skos:prefLabel")] = None
    category: Annotated[str | None, Term()] = None
    dataset: Annotated[str | None, Term("fair4ml:evaluationDataset")] = None
    paper: Annotated[str | None, Term("schema:citation")] = None
    harnesses: Annotated[list[str] | None, Term("dct:isReferencedBy")] = None
    same_as: Annotated[str | None, Term("skos:exactMatch")] = None
    owners: Annotated[list[str] | None, Term("begat:operatedBy")] = None
    basis: Annotated[str | None, Term("begat:extractionMethod")] = None
    sources: Annotated[list[str] | None, Term("dct:source")] = None


class Evaluation(NamedTuple):
    """A result of a model on a benchmark, in the metric's own unit."""

    model: Annotated[str, Term("fair4ml:evaluatedMLModel")]
    benchmark: Annotated[str, Term("dqv:isMeasurementOf")]
    metric: Annotated[str, Term("dqv:isMeasurementOf")]
    value: Annotated[float, Term("dqv:value", "as the metric says")]
    split: Annotated[str | None, Term()] = None
    revision: Annotated[str | None, Term("dcat:version")] = None
    evaluated_on: Annotated[date | None, Term("dct:issued")] = None
    method: Annotated[str | None, Term("begat:extractionMethod")] = None
    source: Annotated[str | None, Term("dct:source")] = None


class Observation(NamedTuple):
    """A figure about anything, at a date; undated figures carry `observed_before` only."""

    subject: Annotated[str, Term("begat:subject")]
    subject_kind: Annotated[str, Term()]
    metric: Annotated[str, Term("begat:indicator")]
    value: Annotated[float, Term("begat:value", "as the metric says")]
    observed_on: Annotated[date | None, Term("begat:refPeriod")] = None
    observed_before: Annotated[date | None, Term()] = None
    method: Annotated[str | None, Term("begat:extractionMethod")] = None
    source: Annotated[str | None, Term("dct:source")] = None


class Listing(NamedTuple):
    """An item that a ranking counted in one of its editions."""

    edition: Annotated[date, Term("begat:refPeriod")]
    institution: Annotated[str, Term()]
    kind: Annotated[str, Term()]
    account: Annotated[str, Term("foaf:accountName")]
    name: Annotated[str, Term("dct:title")]
    modality: Annotated[str | None, Term()] = None
    lifecycle: Annotated[str | None, Term()] = None
    downloads_30d: Annotated[int | None, Term("", "downloads in 30 days")] = None
    likes: Annotated[int | None, Term("", "1")] = None
    discussions: Annotated[int | None, Term("", "1")] = None
    children: Annotated[int | None, Term("begat:childCount", "1")] = None
    dataset_usage: Annotated[int | None, Term("", "models trained on it")] = None
    crawled_on: Annotated[date | None, Term("prov:generatedAtTime")] = None
    entity: Annotated[str | None, Term("dct:identifier")] = None
    source: Annotated[str | None, Term("dct:source")] = None


class Alias(NamedTuple):
    """Two ids of one thing: `kind` is renamed, case, legacy (same repository) or mirror (a twin).

    Of the kind review, `id` is a text and `canonical` what it means by decision, "" for no model.

    `canonical` is what the source says, `resolved` where it leads after all other aliases.
    """

    id: Annotated[str, Term("begat:renamedTo")]
    canonical: Annotated[str, Term("begat:renamedTo")]
    kind: Annotated[str, Term()]
    stated_on: Annotated[date | None, Term("prov:generatedAtTime")] = None
    resolved: Annotated[str | None, Term("begat:renamedTo")] = None
    source: Annotated[str | None, Term("dct:source")] = None


class Contested(NamedTuple):
    """A value that one source states otherwise than the value that a table keeps."""

    kind: Annotated[str, Term()]
    id: Annotated[str, Term("dct:identifier")]
    field: Annotated[str, Term()]
    kept: Annotated[str, Term()]
    kept_source: Annotated[str, Term("dct:source")]
    value: Annotated[str, Term()]
    source: Annotated[str, Term("dct:source")]


class SetAside(NamedTuple):
    """An input row that could not be read: where it stands and why."""

    file: Annotated[str, Term()]
    place: Annotated[str, Term("", "line or row, from 1")]
    reason: Annotated[str, Term()]
    text: Annotated[str | None, Term()] = None
    source: Annotated[str | None, Term("dct:source")] = None


Record = (
    Model
    | Derivation
    | Inference
    | Dataset
    | TrainedOn
    | Account
    | Institution
    | System
    | Benchmark
    | Evaluation
    | Observation
    | Listing
    | Alias
    | SetAside
)

TABLES: dict[str, type[Any]] = {
    "models": Model,
    "derivations": Derivation,
    "inferences": Inference,
    "datasets": Dataset,
    "trained_on": TrainedOn,
    "accounts": Account,
    "institutions": Institution,
    "systems": System,
    "benchmarks": Benchmark,
    "evaluations": Evaluation,
    "observations": Observation,
    "listings": Listing,
    "aliases": Alias,
    "contested": Contested,
    "set_aside": SetAside,
}


class Column(NamedTuple):
    """A declared field: name, Python type, whether it may be missing, term and unit."""

    name: str
    kind: Any
    optional: bool
    term: Term


def fields(record: type[Any]) -> tuple[Column, ...]:
    """Return the declared fields of a record type, in order."""
    hints = get_type_hints(record, include_extras=True)
    columns = []
    for name in record._fields:
        kind, term = get_args(hints[name])
        options = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
        plain = [option for option in options if option is not type(None)]
        columns.append(Column(name, plain[0], len(plain) < len(options), term))
    return tuple(columns)


def schema(record: type[Any]) -> "pa.Schema":
    """Return the Arrow schema of a record type's table, terms and units in the field metadata."""
    import pyarrow as pa

    arrow = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        date: pa.date32(),
        datetime: pa.timestamp("us", tz="UTC"),
        list[str]: pa.list_(pa.field("element", pa.string())),
    }
    return pa.schema(
        [
            pa.field(
                column.name,
                arrow[column.kind],
                nullable=column.optional,
                metadata={key: text for key, text in column.term._asdict().items() if text},
            )
            for column in fields(record)
        ]
    )


def to_table(record: type[Any], rows: Iterable[Any]) -> "pa.Table":
    """Return the Arrow table of records of one type; O(rows), about 100 bytes a row beside them."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [()] * len(record._fields)
    target = schema(record)
    arrays = [pa.array(values, type=field.type) for values, field in zip(columns, target, strict=True)]
    return pa.Table.from_arrays(arrays, schema=target)
