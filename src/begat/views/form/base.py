"""What a form of a family tree is, and what it is given to draw."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from begat.discovery import declared
from begat.graph import Graph
from begat.graph.arrays import Ints
from begat.views.page.base import About, Page
from begat.views.tree import Layout, Tree
from begat.views.tree.facts import UNKNOWN, Facts
from begat.views.words import clean, gathering_name

if TYPE_CHECKING:
    from rich.text import Text

    from begat.consequence.inherit import Inherited

__all__ = ["CHOICES", "Form", "Shown", "forms"]

CHOICES = ("by", "colour", "lang")
"""Fields of `Shown` that not every form takes."""

Pairs = Collection[tuple[str, str]]
Statements = Mapping[tuple[str, str], list[dict[str, Any]]]


@dataclass(frozen=True)
class Shown:
    """What is drawn, how, and what may be looked up for it.

    Attributes
    ----------
    graph, facts
        The derivation graph and its columns.
    root : int
        Node number of the model.
    about : About
        What the data rest on.
    evidence : callable
        From pairs (child, parent) of ids to the statements of each, the most reliable first.
    said_of : callable
        From the id of a model to all that is said of it; see `begat.answer.show.show`.
    created : callable
        Days since 1970-01-01 when each model of the snapshot was published, negative where unknown; for
        the nodes of the graph see `Facts.shown`.
    budget : int
        Most models to show.
    by : str
        What children are grouped by, one of `begat.views.tree.GROUPINGS`.
    colour : str
        What colours mean, one of ``relation, institution, country, licence``.
    lang : str
        ``en`` or ``zh``.
    width : int
        Cells of a terminal.
    ascii_only : bool
        Whether a terminal shows nothing else.
    served : bool
        Whether a page can ask the server for what it doesn't hold.
    layout : Layout, optional
        The family laid out, if it is kept; `tree` is cut from it.
    inherited : callable, optional
        The terms that the root inherits, a model; None where they are of another day than what is drawn.
    """

    graph: Graph
    facts: Facts
    root: int
    about: About
    evidence: Callable[[Pairs], Statements] = field(repr=False)
    said_of: Callable[[str], Mapping[str, Any]] = field(repr=False)
    created: Callable[[], Ints] = field(repr=False)
    budget: int = 300
    by: str = "relation"
    colour: str = "relation"
    lang: str = "en"
    width: int = 100
    ascii_only: bool = False
    served: bool = False
    layout: Layout | None = field(default=None, repr=False)
    inherited: "Callable[[], Inherited] | None" = field(default=None, repr=False)

    @property
    def subject(self) -> tuple[str, str]:
        """Kind and id of the root: a model, or the account, institution or family whose models are shown."""
        root = self.graph.ids[self.root]
        if self.root not in self.facts.gathers:
            return "model", root
        kind, _, name = root.partition(":")
        return kind, name

    @property
    def name(self) -> str:
        """What the root is called."""
        root, house = self.graph.ids[self.root], int(self.graph.institution[self.root])
        if self.root not in self.facts.gathers:
            return clean(root)
        return gathering_name(root, None if house == UNKNOWN else self.facts.institutions[house])

    @property
    def laid_out(self) -> Layout:
        """The family laid out by what its children are grouped by."""
        return self.layout or Layout.of(self.graph, self.facts, self.root, group_by=self.by)

    def tree(self, budget: int | None = None) -> Tree:
        """Return the tree within the budget, or another one."""
        return self.laid_out.tree(budget or self.budget)


@dataclass(frozen=True)
class Form:
    """A way to draw a family; each is a module of this package that declares one as `FORM`.

    Attributes
    ----------
    name, about : str
        As it is asked for, and what it shows, in one line.
    suffix : str
        Of its files; the first form of a suffix is what a file of that name gets.
    draw : callable
        From what is shown to a page, the text of a file, or lines for a terminal.
    budget : int
        Models that it shows if nothing else is asked.
    lines : int, optional
        Show fewer if their rows are more than this, unless a budget is asked for.
    of_models : bool
        Whether it draws models only, no houses or families.
    takes : tuple of str
        Which of `CHOICES` change it.
    """

    name: str
    about: str
    suffix: str
    draw: "Callable[[Shown], Page | Text | str]"
    budget: int = 300
    lines: int | None = None
    of_models: bool = False
    takes: tuple[str, ...] = ("by", "lang")


def forms() -> dict[str, Form]:
    """Return all forms by name."""
    return declared("begat.views.form", "FORM", Form)
