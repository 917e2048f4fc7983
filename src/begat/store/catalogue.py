"""Facts without a provenance question, one subject a row: the default graph's part of the N-Quads."""

import polars as pl

from begat.licences import REFERENCE, commercial_use, licences
from begat.snapshot import Snapshot
from begat.store import policies, systems
from begat.store.profile import Profile
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
    DCAT,
    DCT,
    FAIR4ML,
    FOAF,
    INSTITUTION_KINDS,
    ORG,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    XSD,
)

__all__ = ["lines", "spellings"]

SLICE = 90_000
"""Models made into lines at a time: what the engine takes as one batch, so that it writes each IRI once."""

MODEL_COLUMNS = ["id", "platform", "account", "licence", "listed", "family"]
DETAIL_COLUMNS = [
    "name", "created_at", "modified_at", "task", "parameters", "hub_id", "library",
]  # fmt: skip
ARXIV = r"^([0-9]{4}\.[0-9]{4,5}|[a-z-]+(\.[A-Z]{2})?/[0-9]{7})$"
REGISTERS = {
    "ror": ("^(?:https?://ror.org/)?(0[a-z0-9]{8})$", "https://ror.org/"),
    "wikidata": (
        "^(?:https?://www.wikidata.org/(?:wiki|entity)/)?(Q[0-9]+)$",
        "http://www.wikidata.org/entity/",
    ),
}
"""Registers of institutions: form of an id, and what makes it an IRI."""
FORMER_ID = r"^(?:[a-z][a-z0-9.-]*:)?[A-Za-z0-9_][A-Za-z0-9._-]*/[A-Za-z0-9_][A-Za-z0-9._-]*$"


def lines(snapshot: Snapshot, profile: Profile = "full") -> Lines:
    """Yield the statements about models, accounts, institutions, licences and, in full, the rest."""
    full = profile == "full"
    yield from _models(snapshot, full=full)
    yield from _named(snapshot, "family", BEGAT.MODEL_FAMILY)
    yield from _accounts(snapshot)
    yield from _tenures(snapshot)
    yield from _institutions(snapshot)
    yield from _countries(snapshot)
    yield from _licences(snapshot, full=full)
    yield from _aliases(snapshot)
    if full:
        yield from _named(snapshot, "task", SKOS.CONCEPT)
        yield from _papers(snapshot)
        yield from _datasets(snapshot)
        yield from systems.lines(snapshot)


def _models(snapshot: Snapshot, *, full: bool) -> Lines:
    columns = [*MODEL_COLUMNS, *(DETAIL_COLUMNS if full else [])]
    models = _with_account(snapshot.frame("models", columns), spellings(snapshot))
    for rows in models.iter_slices(SLICE):
        yield from _facts(rows)
        if full:
            yield from _details(snapshot, rows)


def _facts(rows: pl.DataFrame) -> Lines:
    """Say what lineage needs of models; that one is listed goes without saying."""
    frame = rows.with_columns(
        subject=iris("model", rows["id"]),
        **{kind: iris(kind, rows[kind]) for kind in ("licence", "family")},
    )
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(FAIR4ML.ML_MODEL),
            DCT.IDENTIFIER: literal("id"),
            BEGAT.ACCOUNT: pl.col("account_iri"),
            BEGAT.LISTED: pl.when(~pl.col("listed")).then(typed("listed", XSD.BOOLEAN)),
            BEGAT.IN_FAMILY: pl.col("family"),
            DCT.LICENSE: pl.col("licence"),
        },
    )


def _details(snapshot: Snapshot, rows: pl.DataFrame) -> Lines:
    frame = rows.with_columns(
        subject=iris("model", rows["id"]),
        task=iris("task", rows["task"]),
        system=systems.supporting(snapshot, rows["library"]),
    )
    yield from statements(
        frame,
        {
            DCT.TITLE: literal("name"),
            BEGAT.HUB_ID: literal("hub_id"),
            BEGAT.PARAMETER_COUNT: typed("parameters", XSD.INTEGER),
            BEGAT.SUPPORTED_BY: pl.col("system"),
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


def _papers(snapshot: Snapshot) -> Lines:
    """Name the papers that models cite, by their pages at arXiv."""
    rows = (
        snapshot.frame("models", ["id", "papers"]).explode("papers").drop_nulls().unique(maintain_order=True)
    )
    rows = rows.filter(pl.col("papers").str.contains(ARXIV))
    frame = rows.with_columns(
        subject=iris("model", rows["id"]),
        paper=pl.concat_str(pl.lit("<https://arxiv.org/abs/"), "papers", pl.lit(">")),
    )
    yield from statements(frame, {SCHEMA.CITATION: pl.col("paper")})
    papers = frame.select(subject="paper").unique(maintain_order=True)
    yield from statements(papers, {RDF.TYPE: constant(SCHEMA.SCHOLARLY_ARTICLE)})


def _datasets(snapshot: Snapshot) -> Lines:
    columns = ["id", "platform", "account", "licence", "created_at", "modified_at", "languages"]
    rows = _with_account(snapshot.frame("datasets", columns), spellings(snapshot))
    origins = _origins(snapshot)
    known = rows["id"].implode()
    others = origins.filter(~pl.col("origin").is_in(known)).select(id="origin").unique(maintain_order=True)
    rows = pl.concat([rows, others], how="diagonal")
    frame = rows.with_columns(subject=iris("dataset", rows["id"]), licence=iris("licence", rows["licence"]))
    yield from statements(frame, {RDF.TYPE: constant(DCAT.DATASET)})
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(SCHEMA.DATASET),
            DCT.IDENTIFIER: literal("id"),
            BEGAT.ACCOUNT: pl.col("account_iri"),
            DCT.LICENSE: pl.col("licence"),
            DCT.CREATED: instant("created_at"),
            DCT.MODIFIED: instant("modified_at"),
        },
    )
    spoken = frame.select("subject", "languages").explode("languages").unique(maintain_order=True)
    yield from statements(spoken, {DCT.LANGUAGE: literal("languages")})
    made = origins.with_columns(
        subject=iris("dataset", origins["id"]), object=iris("dataset", origins["origin"])
    )
    yield from statements(made, {PROV.WAS_DERIVED_FROM: pl.col("object")})


def _origins(snapshot: Snapshot) -> pl.DataFrame:
    """Return each dataset with the datasets that it was made from, itself left out."""
    rows = snapshot.frame("datasets", ["id", "derived_from"]).explode("derived_from").drop_nulls()
    rows = rows.select("id", origin="derived_from").filter(pl.col("id") != pl.col("origin"))
    return rows.unique(maintain_order=True)


def _accounts(snapshot: Snapshot) -> Lines:
    yield from statements(
        spellings(snapshot).rename({"account_iri": "subject"}),
        {RDF.TYPE: constant(FOAF.ONLINE_ACCOUNT), FOAF.ACCOUNT_NAME: literal("name")},
    )


def _tenures(snapshot: Snapshot) -> Lines:
    """Say when an institution ran an account, where a bound is known or somebody else runs it now."""
    columns = ["platform", "account", "institution", "since", "until", "current"]
    rows = snapshot.frame("accounts", columns).drop_nulls("institution")
    bounded = pl.col("since").is_not_null() | pl.col("until").is_not_null()
    rows = rows.filter(bounded | ~pl.col("current")).drop("current").unique(maintain_order=True)
    rows = _with_account(rows, spellings(snapshot))
    number = (pl.int_range(pl.len()).over("account_iri", "institution") + 1).cast(pl.String)
    keys = rows.select(
        pl.concat_str("platform", pl.lit(":"), "low", pl.lit(" "), "institution", pl.lit(" "), number)
    )
    frame = rows.with_columns(
        subject=iris("tenure", keys.to_series()), holder=iris("institution", rows["institution"])
    )
    yield from statements(
        frame,
        {
            RDF.TYPE: constant(BEGAT.TENURE),
            BEGAT.TENURE_OF: pl.col("account_iri"),
            BEGAT.TENURE_HOLDER: pl.col("holder"),
            SCHEMA.START_DATE: typed("since", XSD.DATE),
            SCHEMA.END_DATE: typed("until", XSD.DATE),
        },
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
    columns = ["id", "name", "name_zh", "kind", "country", "parent", "aliases", "ror", "wikidata", "note"]
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
            SKOS.NOTE: literal("note"),
        },
    )
    yield from statements(frame, {SKOS.PREF_LABEL: literal("name_zh", "zh")})
    for column, (form, page) in REGISTERS.items():
        number = pl.col(column).str.extract(form)
        same = pl.concat_str(pl.lit(f"<{page}"), number, pl.lit(">"))
        yield from statements(frame, {SKOS.EXACT_MATCH: same})
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


def _licences(snapshot: Snapshot, *, full: bool) -> Lines:
    """Describe every licence that occurs: its label, and the terms that are known of it."""
    tables = ("models", "datasets", "systems") if full else ("models",)
    columns = [snapshot.frame(table, ["licence"]) for table in tables]
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
    yield from policies.lines(names)


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
