"""System, technical coverage: what an institution's open systems support."""

from fractions import Fraction

from begat.influence.evidence import typed_in
from begat.influence.indicator.base import LARGEST, SUM, Indicator, SubDimension

__all__ = ["PART"]


PART = SubDimension(
    dimension="system",
    name="technical coverage",
    name_zh="技术覆盖",
    weight=Fraction(7, 20),
    indicators=(
        Indicator(
            id="S01",
            name="Operators in open operator libraries",
            name_zh="算子数量",
            unit="operators",
            formula="operators of its operator libraries",
            origin="published (OSIR 37)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="log",
            combine=SUM,
            rows=typed_in("system", "num_operators"),
        ),
        Indicator(
            id="S02",
            name="Chips supported by operator library or compiler",
            name_zh="算子库与编译器芯片支持",
            unit="chips",
            formula="chips of its operator library or of its compiler, the larger count: their union is "
            "not published",
            origin="published, merged (OSIR 38, 39, 44, 45)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="log",
            combine=LARGEST,
            rows=typed_in("system", "num_adapted_chips_operator_lib", "num_adapted_chips_ai_compiler"),
        ),
        Indicator(
            id="S03",
            name="Heterogeneous training support",
            name_zh="异构训练",
            unit="0 to 2",
            formula="1 for the training framework, 1 more for the communication library",
            origin="published, merged (OSIR 40, 48)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="/2",
            combine=SUM,
            rows=typed_in(
                "system",
                "support_heterogeneous_training_frameworks",
                "support_heterogeneous_training_communication_lib",
            ),
        ),
        Indicator(
            id="S04",
            name="Chip vendors in training and inference frameworks",
            name_zh="训练推理框架芯片厂商",
            unit="vendors",
            formula="chip vendors that its frameworks support",
            origin="published (OSIR 41)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="log",
            combine=SUM,
            rows=typed_in("system", "num_adapted_chips_frameworks"),
        ),
        Indicator(
            id="S05",
            name="Life-cycle support",
            name_zh="生命周期支持",
            unit="0 to 4",
            formula="of pre-training, fine-tuning, alignment and serving, how many its own frameworks do",
            origin="published (OSIR 42); only own software counts",
            fed_by="not in the present data: the published figure is 4 for 27 of 32, software of others "
            "included",
            scale="/4",
            combine=LARGEST,
        ),
        Indicator(
            id="S06",
            name="Chips of the communication library",
            name_zh="通信库",
            unit="chips",
            formula="chips of its communication library, and 1 if it communicates across chips",
            origin="published, merged (OSIR 46, 47)",
            fed_by="osir (typed in by hand, no source for each)",
            scale="log",
            combine=SUM,
            rows=typed_in(
                "system", "num_adapted_chips_communication_lib", "support_cross_chip_communication"
            ),
        ),
    ),
)
