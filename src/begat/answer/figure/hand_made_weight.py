"""How much of the weight lies on indicators that were typed in by hand."""

from begat.answer.figure.base import Facts, Figure
from begat.influence.indicator import osir_53
from begat.influence.method import method_named

__all__ = ["FIGURE"]


def hand_made_weight(facts: Facts, *, method: str = "osir-53") -> float:  # noqa: ARG001 - of the method alone
    """Return the nominal weight of indicators without listed items, weight of the dimension included."""
    chosen = method_named(method)
    return float(
        sum(
            chosen.dimensions[item.dimension] * chosen.weights[item.dimension][item.id]
            for item in osir_53()
            if not item.item
        )
    )


FIGURE = Figure("hand-made-weight", "weight of hand-made indicators", hand_made_weight, share=True)
