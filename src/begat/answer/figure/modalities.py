"""In how many modalities an institution has models."""

from datetime import date

from begat.answer.figure._listed import listed, of_institution
from begat.answer.figure.base import Facts, Figure

__all__ = ["FIGURE"]


def modalities(facts: Facts, *, institution: str, edition: date, first: int = 0) -> int:
    """Count the modalities of its listed models, or of those among the `first` most downloaded of all."""
    models = listed(facts, "model", edition)
    if first:
        models = models.sort("downloads", descending=True).head(first)
    return of_institution(facts, models, institution)["modality"].drop_nulls().n_unique()


FIGURE = Figure("modalities", "modalities of an institution's models", modalities)
