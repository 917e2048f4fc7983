"""What forms that are plain text say of themselves, and a neighbourhood that is small enough for them."""

from collections.abc import Callable

from begat.views.form.base import Shown
from begat.views.picture.neighbourhood import Neighbourhood, neighbourhood, summary
from begat.views.words import clean

__all__ = ["as_of", "drawn", "fitting", "source", "title"]

READING = "Arrows run from a model to what was made from it."


def drawn(shown: Shown, budget: int) -> Neighbourhood:
    """Return the neighbourhood of what is shown, with so many models at most below the root."""
    return neighbourhood(shown.graph, shown.facts, shown.root, budget=budget)


def fitting(
    shown: Shown, write: Callable[[Neighbourhood], str], fits: Callable[[Neighbourhood, str], bool]
) -> str:
    """Write with the budget of what is shown, or with half of it, and so on, until the text fits.

    A root alone is written whether it fits or not.
    """
    budget = shown.budget
    while True:
        drawing = drawn(shown, budget)
        text = write(drawing)
        if budget == 1 or fits(drawing, text):
            return text
        budget //= 2


def title(shown: Shown) -> str:
    """Return what is drawn, in one line."""
    return f"Lineage of {shown.name}"


def source(shown: Shown, drawing: Neighbourhood) -> list[str]:
    """Return sentences: what is drawn of how much, how it is read, as of when, whether it is made up."""
    rest = sum(dot.kind == "folded" for dot in drawing.dots)
    one = rest == 1
    folds = f" {rest:,} dashed box{'es' * (not one)} sum{'s' * one} up the rest." if rest else ""
    return [summary(drawing) + folds, f"{READING} {as_of(shown)}"]


def as_of(shown: Shown) -> str:
    """Say as of when it is, and of what kind the data are."""
    about = shown.about
    made_up = " Synthetic data: no name stands for a real model." if about.synthetic else ""
    sample = " It is the small sample that ships with begat." if about.shipped else ""
    return f"As of {about.date}, snapshot {clean(about.snapshot)}.{sample}{made_up}"
