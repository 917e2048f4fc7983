"""What rests on something that is bad, as a document for the tools of others."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from begat.discovery import named
from begat.registry.impacted import DATASET, hits, start
from begat.registry.opened import Opened
from begat.registry.subject import MODEL

if TYPE_CHECKING:
    from begat.interchange.bom import Thing

__all__ = ["FORMS", "impact_document"]

FORMS = ("cyclonedx-vex", "spdx")
"""Of `impact_document`: CycloneDX VEX 1.6, and SPDX 3.0.1 with its security profile."""


def impact_document(
    reg: Opened,
    text: str,
    *,
    form: str = FORMS[0],
    reason_id: str | None = None,
    reason: str | None = None,
    on: date | None = None,
    **how: Any,
) -> str:
    """Return what rests on something as a document of JSON: all of it as affected by one vulnerability.

    Whether a thing is affected nobody has examined, so it is *in triage*, or *under investigation*.

    Parameters
    ----------
    text : str
        As in `begat.registry.impacted.impact`.
    form : str
        Of `FORMS`.
    reason_id, reason : str, optional
        An id, such as a CVE, and words of what is wrong.
    **how
        As in `begat.registry.impacted.impact`, without `most`: a document holds all.

    Raises
    ------
    UnknownName
        If there is no such thing or form.

    Notes
    -----
    The same snapshot gives the same bytes; about 1 KiB a model.
    """
    from begat.interchange import vex, vex_spdx
    from begat.interchange.affected import Affected, Cause
    from begat.interchange.pedigree import Edition

    write = named("form", form, dict(zip(FORMS, (vex.document, vex_spdx.document), strict=True)))
    begin, snapshot = start(reg, text), reg.snapshot
    affected = Affected(
        Edition(snapshot.name, snapshot.date, snapshot.digest, snapshot.synthetic),
        begin.id,
        begin.kind,
        bad=[_thing(reg, node) for node in begin.nodes.tolist()],
        rows=hits(reg, begin, on=on, **how).rows(),
        cause=Cause(reason_id, reason),
        on=on,
    )
    return json.dumps(write(affected), ensure_ascii=False, indent=1) + "\n"


def _thing(reg: Opened, node: int) -> "Thing":
    from begat.interchange.affected import thing

    graph, code = reg.supply.graph, int(reg.supply.graph.account[node])
    return thing(
        DATASET if node >= reg.supply.models else MODEL,
        graph.ids[node],
        account=graph.account_ids[code] if code >= 0 else None,
        licence=reg.labels.licence(node),
    )
