"""The gate: whether models keep a policy."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from begat.ids import BASE, dataset_iri, model_iri
from begat.registry.opened import Opened, Row

if TYPE_CHECKING:
    from begat.consequence.gate import Origin, Reason, Repository
    from begat.consequence.policy import Policy

__all__ = ["check", "policy"]


def policy(reg: Opened, source: Path | str | bytes, *, name: str = "policy") -> "Policy":
    """Read a policy; the licences and institutions of the snapshot may be named in it.

    Parameters
    ----------
    source : path or bytes
        The file, or what would stand in it.
    name : str
        What bytes are called in the answer and in errors.

    Raises
    ------
    InputError
        If it can't be read or is not sound; see `begat.consequence.policy_file.read`.
    """
    from begat.consequence.policy_file import Known, parse, read

    known = Known(
        licences=frozenset(reg.labels.licences),
        institutions=lambda text: _institutions(reg, text),
        platform=lambda platform: _has_accounts(reg, platform),
    )
    return parse(source, known, where=name) if isinstance(source, bytes) else read(Path(source), known)


def check(reg: Opened, text: str, rules: "Policy | Path | str") -> Row:
    """Return whether a model keeps a policy, with the reasons.

    Parameters
    ----------
    text : str
        A model as people write it.
    rules : Policy or path
        What `policy` gives, or the file that it reads.

    Returns
    -------
    dict
        ``asked``, the text; ``model``, the id that it now has; ``verdict``, of ``fail``, ``warn``, ``pass``;
        the ``policy`` with its ``policy_sha256``; the ``snapshot`` with its ``digest``; ``reasons``, for each
        rule of the policy one or more, with ``rule``, ``verdict``, ``state``, ``code``, ``reason``,
        ``subject``, ``kind``, ``licence``, ``path``, ``page``.

    Raises
    ------
    UnknownName
        If there is no such model.
    InputError
        If the policy can't be read or is not sound.

    Notes
    -----
    O(what went into the model), besides reading three small tables once.
    """
    from begat.consequence.gate import Case, judge, verdict
    from begat.consequence.inherit import inherit

    asked = policy(reg, rules) if isinstance(rules, str | Path) else rules
    node = reg.node(text)
    case = Case(
        supply=reg.supply,
        inherited=inherit(reg.supply, reg.labels, node, evidence=asked.follow),
        repository=_repository(reg, node),
        origin=_origins(reg),
        day=reg.snapshot.date,
    )
    reasons = judge(asked, case)
    return {
        "asked": text,
        "model": reg.graph.ids[node],
        "verdict": verdict(reasons),
        "policy": asked.file,
        "policy_sha256": asked.digest,
        "snapshot": reg.snapshot.name,
        "digest": reg.snapshot.digest,
        "reasons": [_row(reg, reason) for reason in reasons],
    }


def _row(reg: Opened, reason: "Reason") -> Row:
    supply, key = reg.supply, reg.supply.graph.ids[reason.node]
    dataset = reason.node >= supply.models
    page = dataset_iri(key) if dataset else model_iri(key)
    return {
        "rule": reason.rule,
        "verdict": reason.verdict,
        "state": reason.state,
        "code": reason.code,
        "reason": reason.reason,
        "subject": key,
        "kind": "dataset" if dataset else "model",
        "licence": reg.labels.licence(reason.node),
        "path": [step._asdict() for step in reason.path],
        "page": None if page.startswith(BASE) else page,
    }


def _repository(reg: Opened, node: int) -> "Repository":
    from begat.consequence.gate import Repository

    columns = ["id", "listed", "last_listed", "removed", "created_at"]
    (row,) = reg.keyed.table("models", columns, where=[("id", "=", reg.graph.ids[node])]).to_pylist()
    gated = int(reg.labels.gated[node])
    return Repository(
        listed=bool(row["listed"]),
        removed=bool(row["removed"]) or row["last_listed"] is not None,
        gated=None if gated < 0 else bool(gated),
        created_on=_day(row["created_at"]),
    )


def _day(moment: Any) -> date | None:
    return None if moment is None else moment.date()


def _origins(reg: Opened) -> "Callable[[int], Origin]":
    """Return a function from a node of the supply to who published it."""
    from begat.consequence.gate import Origin

    graph = reg.supply.graph
    rows = reg.snapshot.table("institutions", ["id", "parent", "country"]).to_pylist()
    known = {row["id"]: row for row in rows}

    def origin(node: int) -> "Origin":
        account, code = int(graph.account[node]), int(graph.institution[node])
        institution = graph.institution_ids[code] if code >= 0 else None
        chain = _whole(institution, known)
        country, *others = [known.get(each, {}).get("country") for each in chain] or [None]
        return Origin(
            account=graph.account_ids[account] if account >= 0 else None,
            institutions=chain,
            country=country,
            owned_from=tuple(dict.fromkeys(each for each in others if each not in (None, country))),
        )

    return origin


def _whole(institution: str | None, known: Mapping[str, Row]) -> tuple[str, ...]:
    """Return an institution and all that it belongs to."""
    found: list[str] = []
    while institution is not None and institution not in found:
        found.append(institution)
        institution = known.get(institution, {}).get("parent")
    return tuple(found)


def _institutions(reg: Opened, text: str) -> list[str]:
    """Return an institution by its id, or all that have this as another name."""
    hits = [hit["id"] for hit in reg.names.exact(text) if hit["kind"] == "institution"]
    return [text] if text in hits else hits


def _has_accounts(reg: Opened, platform: str) -> bool:
    import pyarrow.compute as pc

    names = reg.supply.graph.account_ids.to_arrow()
    return bool(pc.any(pc.starts_with(names, f"{platform}:")).as_py())
