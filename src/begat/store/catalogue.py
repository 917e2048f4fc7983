"""Facts without a provenance question, one subject a row: the default graph's part of the N-Quads."""

import polars as pl

from begat.ids import minted_iri
from begat.licences import REFERENCE, commercial_use, licences
from begat.snapshot import Snapshot
from begat.store.terms import (
    Lines,
    account_keys,
    address,
    constant,
    instant,
    iris,
    literal,
    statements,
    typed,
)
from begat.vocab import (
    BEGAT,
    CC,
    DCAT,
    DCT,
    FAIR4ML,
    FOAF,
    INSTITUTION_KINDS,
    ODRL,
    ORG,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    XSD,
)

__all__ = ["lines", "spellings"]

SLICE = 250_000
"""Models made into lines at a time."""

MODEL_COLUMNS = [
    "id", "platform", "account", "licence", "created_at", "modified_at", "task", "parameters", "listed",
    "hub_id", "family",
]  # fmt: skip
SYSTEM_KINDS = {"inference-engine": BEGAT.INFERENCE_ENGINE, "training-framework": BEGAT.TRAINING_FRAMEWORK}
FORMER_ID = r"^(?:[a-z][a-z0-9.-]*:)?[A-Za-z0-9_][A-Za-z0-9._-]*/[A-Za-z0-9_][A-Za-z0-9._-]*$"


def lines(snapshot: Snapshot) -> Lines:
    """Yield the statements about models, datasets, accounts, institutions, systems and the rest."""
    yield from _models(snapshot)
    yield from _named(snapshot, "family", BEGAT.MODEL_FAMILY)
    yield from _named(snapshot, "task", SKOS.CONCEPT)
    yield from _datasets(snapshot)
    yield from _accounts(snapshot)
    yield from _institutions(snapshot)
    yield from _countries(snapshot)
    yield from _systems(snapshot)
    yield from _benchmarks(snapshot)
    yield from _licences(snapshot)
    yield from _aliases(snapshot)


def _models(snapshot: Snapshot) -> Lines:
    accounts = spellings(snapshot)
    for rows in snapshot.frame("models", MODEL_COLUMNS).iter_slices(SLICE):
        frame = _with_account(rows, accounts).with_columns(
            subject=iris("model", rows["id"]),
            **{kind: iris(kind, rows[kind]) for kind in ("licence", "family", "task")},
        )
        yield from statements(
            frame,
            {
                RDF.TYPE: constant(FAIR4ML.ML_MODEL),
                DCT.IDENTIFIER: literal("id"),
                BEGAT.ACCOUNT: pl.col("account_iri"),
                BEGAT.LISTED: typed("listed", XSD.BOOLEAN),
                BEGAT.HUB_ID: literal("hub_id"),
                BEGAT.IN_FAMILY: pl.col("family"),
                BEGAT.PARAMETER_COUNT: typed("parameters", XSD.INTEGER),
                DCT.LICENSE: pl.col("licence"),
                DCT.CREATED: instant("created_at"),
                DCT.MODIFIED: instant("modified_at"),
                FAIR4ML.ML_TASK: pl.col("task"),
            },
        )


def _named(snapshot: Snapshot, column: str, kind: str) -> Lines:
    """Describe the families or tasks that models name; one label for all spellings of one slug."""
    names = snapshot.frame("models", [column])[column].drop_nulls().unique().sort()
    yield from statements(
        _one_each(names, column), {RDF.TYPE: constant(kind), SKOS.PREF_LABEL: literal(column)}
    )


def _one_each(names: pl.Series, kind: str) -> pl.DataFrame:
    frame = names.to_frame().with_columns(subject=iris(kind, names))
    return frame.unique("subject", keep="first", maintain_order=True)


def _datasets(snapshot: Snapshot) -> Lines:
    rows = snapshot.frame("datasets", ["id", "platform", "account", "licence"])
    frame = _with_account(rows, spellings(snapshot)).with_columns(
        subject=iris("dataset", rows["id"]), licence=iris("licence", rows["licence"])
    )
    yield from statements(frame, {RDF.TYPE: constant(DCAT.DATASET)})
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(SCHEMA.DATASET),
            DCT.IDENTIFIER: literal("id"),
            BEGAT.ACCOUNT: pl.col("account_iri"),
            DCT.LICENSE: pl.col("licence"),
        },
    )


def _accounts(snapshot: Snapshot) -> Lines:
    yield from statements(
        spellings(snapshot).rename({"account_iri": "subject"}),
        {RDF.TYPE: constant(FOAF.ONLINE_ACCOUNT), FOAF.ACCOUNT_NAME: literal("name")},
    )


def spellings(snapshot: Snapshot) -> pl.DataFrame:
    """Return each account once, with the spelling and IRI that all its other spellings get."""
    rows = snapshot.frame("accounts", ["platform", "account"]).with_columns(
        low=pl.col("account").str.to_lowercase()
    )
    rows = rows.unique(["platform", "low"], keep="first", maintain_order=True)
    return rows.select("platform", "low", name="account", account_iri=iris("account", account_keys(rows)))


def _with_account(rows: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(low=pl.col("account").str.to_lowercase()).join(
        accounts, on=["platform", "low"], how="left", maintain_order="left"
    )


def _institutions(snapshot: Snapshot) -> Lines:
    columns = ["id", "name", "name_zh", "kind", "country", "parent", "aliases"]
    rows = snapshot.frame("institutions", columns)
    kinds = {name.replace(" ", "-"): f"<{iri}>" for name, iri in INSTITUTION_KINDS.items()}
    frame = rows.with_columns(
        subject=iris("institution", rows["id"]),
        parent=iris("institution", rows["parent"]),
        country=iris("country", _codes(rows)),
        kind=pl.col("kind")
        .str.replace_all(" ", "-")
        .replace_strict(kinds, default=None, return_dtype=pl.String),
    )
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(ORG.ORGANIZATION),
            DCT.IDENTIFIER: literal("id"),
            SKOS.PREF_LABEL: literal("name", "en"),
            BEGAT.INSTITUTION_KIND: pl.col("kind"),
            BEGAT.HEADQUARTERED_IN: pl.col("country"),
            ORG.SUB_ORGANIZATION_OF: pl.col("parent"),
        },
    )
    yield from statements(frame, {SKOS.PREF_LABEL: literal("name_zh", "zh")})
    yield from _other_names(frame)


def _other_names(institutions: pl.DataFrame) -> Lines:
    names = institutions.select("subject", name="aliases").explode("name").unique(maintain_order=True)
    chinese = pl.col("name").str.contains(r"\p{Han}")
    label = pl.when(chinese).then(literal("name", "zh")).otherwise(literal("name", "en"))
    yield from statements(names, {SKOS.ALT_LABEL: label})


def _codes(institutions: pl.DataFrame) -> pl.Series:
    code = pl.col("country")
    return institutions.select(pl.when(code.str.contains("^[A-Z]{2}$")).then(code)).to_series()


def _countries(snapshot: Snapshot) -> Lines:
    from babel import Locale

    codes = _codes(snapshot.frame("institutions", ["country"])).drop_nulls().unique().sort()
    english, chinese = (Locale(language).territories for language in ("en", "zh"))
    frame = _one_each(codes, "country").with_columns(
        en=pl.Series([english.get(code, code) for code in codes], dtype=pl.String),
        zh=pl.Series([chinese.get(code) for code in codes], dtype=pl.String),
    )
    yield from statements(frame, {SKOS.PREF_LABEL: literal("zh", "zh")})
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(SCHEMA.COUNTRY),
            SKOS.NOTATION: literal("country"),
            SKOS.PREF_LABEL: literal("en", "en"),
        },
    )


def _systems(snapshot: Snapshot) -> Lines:
    rows = snapshot.frame("systems", ["id", "name", "kind", "maintainer", "repository", "licence"])
    known = snapshot.frame("institutions", ["id"])["id"].implode()
    maker = pl.when(pl.col("maintainer").is_in(known)).then(pl.col("maintainer"))
    kinds = {name: f"<{iri}>" for name, iri in SYSTEM_KINDS.items()}
    frame = rows.with_columns(
        subject=iris("system", rows["id"]),
        licence=iris("licence", rows["licence"]),
        maintainer=iris("institution", rows.select(maker).to_series()),
        kind=pl.col("kind").replace_strict(kinds, default=None, return_dtype=pl.String),
    )
    yield from statements(frame, {RDF.TYPE: pl.col("kind")})
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(SCHEMA.SOFTWARE_APPLICATION),
            DCT.IDENTIFIER: literal("id"),
            SKOS.PREF_LABEL: literal(pl.coalesce("name", "id")),
            SCHEMA.CODE_REPOSITORY: address("repository"),
            PROV.WAS_ATTRIBUTED_TO: pl.col("maintainer"),
            DCT.LICENSE: pl.col("licence"),
        },
    )


def _benchmarks(snapshot: Snapshot) -> Lines:
    rows = snapshot.frame("benchmarks", ["id", "name"])
    yield from statements(
        rows.with_columns(subject=iris("benchmark", rows["id"])),
        {
            RDF.TYPE: constant(BEGAT.BENCHMARK),
            DCT.IDENTIFIER: literal("id"),
            SKOS.PREF_LABEL: literal(pl.coalesce("name", "id")),
        },
    )


def _licences(snapshot: Snapshot) -> Lines:
    """Describe every licence that occurs: its label, and the terms that are known of it."""
    columns = [snapshot.frame(table, ["licence"]) for table in ("models", "datasets", "systems")]
    names = pl.concat(columns)["licence"].drop_nulls().unique().sort()
    frame = _one_each(names, "licence").join(_terms(names), on="licence", how="left", maintain_order="left")
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(DCT.LICENSE_DOCUMENT),
            RDFS.LABEL: literal(pl.col("licence").str.replace_all(REFERENCE, "", literal=True)),
            DCT.TITLE: literal("name"),
            RDFS.SEE_ALSO: address("url"),
            **{term: literal(column) for column, term in TERMS.items()},
        },
    )
    forbidden = frame.filter(commercial="no")
    yield from statements(
        forbidden, {RDF.TYPE: constant(ODRL.SET), ODRL.PROHIBITION: constant(NOT_COMMERCIAL)}
    )
    if len(forbidden):
        yield pl.Series([f"<{NOT_COMMERCIAL}> <{ODRL.ACTION}> <{CC.COMMERCIAL_USE}> ."])


TERMS = {
    "kind": BEGAT.LICENSE_KIND,
    "commercial": BEGAT.COMMERCIAL_USE,
    "condition": BEGAT.COMMERCIAL_CONDITION,
    "derivatives": BEGAT.DERIVATIVE_TERMS,
    "display": BEGAT.REQUIRED_DISPLAY,
    "name_begins": BEGAT.REQUIRED_NAME_PREFIX,
    "use_restrictions": BEGAT.USE_RESTRICTIONS,
    "train_others": BEGAT.OUTPUT_TRAINING,
    "territory": BEGAT.TERRITORY,
    "basis": BEGAT.TERMS_BASIS,
}
"""Fields of `Licence` that become statements, by their term."""

NOT_COMMERCIAL = minted_iri("rule", "no-commercial-use")


def _terms(names: pl.Series) -> pl.DataFrame:
    """Return the terms of each licence; of an expression whether it allows commercial use."""
    fields = ["name", "url", *TERMS]
    known = licences()
    rows = [{"licence": name, "commercial": commercial_use(name)} for name in names]
    for row in rows:
        if (licence := known.get(str(row["licence"]))) is not None:
            row |= {field: getattr(licence, field) for field in fields}
    return pl.DataFrame(rows, schema=dict.fromkeys(["licence", *fields], pl.String))


def _aliases(snapshot: Snapshot) -> Lines:
    """Lead from former ids that are well formed to the present ones, and join twins of two platforms.

    What a text means by decision is no former id.
    """
    rows = snapshot.frame("aliases", ["id", "resolved", "kind"]).filter(pl.col("kind") != "review")
    rows = rows.filter(pl.col("id").str.contains(FORMER_ID) & (pl.col("id") != pl.col("resolved")))
    twin = pl.col("kind") == "mirror"
    for part, predicate in ((~twin, BEGAT.RENAMED_TO), (twin, PROV.ALTERNATE_OF)):
        pairs = rows.filter(part).select("id", "resolved").unique(maintain_order=True)
        frame = pairs.with_columns(
            subject=iris("model", pairs["id"]), object=iris("model", pairs["resolved"])
        )
        yield from statements(frame, {predicate: pl.col("object")})
