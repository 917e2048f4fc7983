"""How much of the weight lies on indicators that were typed in by hand."""

from begat.answer.figure.base import Facts, Figure
from begat.influence.indicator import osir_53
from begat.influence.method import method_named

__all__ = ["FIGURE"]


def hand_made_weight(facts: Facts, *, method: str = "osir-53") -> float:  # noqa: ARG001 - of the method alone
    """Return the nominal weight of indicators without listed items, weight of the dimension included."""
    chosen = method_named(method)
    weight = {
        (item.dimension, item.code): float(chosen.weight(item.dimension, item.code)) for item in osir_53()
    }
    total = {d: sum(value for key, value in weight.items() if key[0] == d) for d in chosen.dimensions}
    return sum(
        float(chosen.dimensions[item.dimension]) * weight[item.dimension, item.code] / total[item.dimension]
        for item in osir_53()
        if not item.item
    )


FIGURE = Figure("hand-made-weight", "weight of hand-made indicators", hand_made_weight, share=True)
