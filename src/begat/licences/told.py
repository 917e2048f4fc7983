"""The terms of a licence in one line."""

from collections.abc import Mapping

from begat.licences.expression import components
from begat.licences.table import BASES, REFERENCE, UNCHECKED, Licence, licences

__all__ = ["terms", "told"]


def told(licence: str) -> str:
    """Return name and main terms of a licence or of several, one line each; also where they are not known."""
    return "\n".join(map(_told, components(licence)))


def _told(part: str) -> str:
    if part in licences():
        return f"{licences()[part].name}: {terms(licences()[part])}"
    if part.startswith(REFERENCE):
        return f"{part.removeprefix(REFERENCE)}: named on its page, terms not known"
    return f"{part}: on the SPDX list, terms not known"


def terms(licence: Licence) -> str:
    """Return the main terms in one line; what is not known is left out, what nobody checked is named."""
    said = [
        licence.kind.replace("-", " "),
        _commercial(licence),
        _worded(DERIVATIVES, licence.derivatives),
        f'show "{licence.display}"' if licence.display else "",
        f'names of derived models begin with "{licence.name_begins}"' if licence.name_begins else "",
        _worded(RESTRICTIONS, licence.use_restrictions),
        _worded(TRAINING, licence.train_others),
        licence.territory or "",
        "to be accepted before access" if licence.acceptance else "",
    ]
    return (
        "; ".join(part for part in said if part)
        + f" ({BASES[licence.basis]}, {licence.date}{_unchecked(licence)})"
    )


def _unchecked(licence: Licence) -> str:
    names = ", ".join(term.replace("_", " ") for term in licence.unchecked)
    return f"; {names}: {BASES[UNCHECKED]}" if names else ""


DERIVATIVES = {
    "terms-travel": "derivatives take its terms along",
    "same-licence": "derivatives under the same licence",
    "none": "no derivatives",
}
RESTRICTIONS = {"yes": "some uses forbidden"}
TRAINING = {
    "no": "outputs may not train other models",
    "conditional": "outputs may train other models on conditions",
}


def _commercial(licence: Licence) -> str:
    if licence.condition:
        return f"commercial use: {licence.condition}"
    words = {
        "yes": "commercial use",
        "no": "no commercial use",
        "conditional": "commercial use on conditions",
    }
    return _worded(words, licence.commercial)


def _worded(words: Mapping[str, str], value: str | None) -> str:
    return words.get(value or "", "")
