"""What the Hub looks like: the figures that a synthetic one is made from, each with its standing.

**published**: read in a public primary source; **computed**: counted from published figures or files;
**assumed**: chosen, nobody published it. Sources, unless said otherwise: *Anatomy of a Machine Learning
Ecosystem* (arXiv 2508.06811, repository ``bendlaufer/ai-ecosystem``; models of 13 July 2025); samples
are unions of public lists and biased towards language models.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

__all__ = ["Noise"]

# ----- Size ----------------------------------------------------------------------------------

MODELS, EDGES, COMPONENTS = 1_860_411, 573_653, 1_308_021
"""Published: models, derivations with both ends present, weakly connected components."""
CYCLE_RANK = 21_263
"""Computed: components - models + edges, at least."""
DAY = date(2025, 7, 13)
"""Published: the day of these figures, and of every synthetic snapshot."""
EARLIEST = date(2022, 3, 2)
"""Computed: the Hub gives this date to everything older."""
EARLIER_MODELS, EARLIER_DAY = 1_202_732, date(2024, 12, 15)
"""Published (HuggingKG): an earlier size, from which the rate of growth is computed."""

# ----- Derivations ---------------------------------------------------------------------------

KINDS = ("finetune", "adapter", "quantized", "merge")
SHARES = (0.3301, 0.4208, 0.1777, 0.0713)
"""Published: shares of edges by kind; merge is the remainder, merge or untyped."""
HEAD = (33_042, 32_501, 30_581, 23_794, 9_565, 9_361, 8_430, 6_457, 5_556, 4_000)
"""Published: children of the ten largest bases."""
FLOODED = (2, 3, 4, 5, 8)
"""Published (OSIR-LMTS, 2025-09-07): ranks in `HEAD` of the bases whose children are adapters, 96 to 99 %."""
LANGUAGE_HEAD = (2, 3, 4, 5, 8)
"""Published: ranks in `HEAD` that are language models."""
ZIPF = 1.15
"""Computed: exponent of the children counts from rank 10 to rank 2,500."""
ROOTS = 45_000
"""Assumed: models that can be a parent from the start, at full size."""
INNER = (0.25, 0.10, 0.60, 0.55)
"""Assumed, near the samples: chance that the parent is itself a derivative, by kind."""
FERTILITY = (0.0794, 0.0019, 0.0095, 0.30)
"""Published, merges computed from a sample: chance that a child has children of its own, by kind."""
FERTILE_USED = (0.66, 0.62, 0.67, 0.84)
"""Assumed, by trial: part of the fertile models that really get a child, by kind."""
COPIED = 0.60
"""Assumed: part of the edges to derivatives that copy the parent of an earlier one."""
LANGUAGE = 0.40
"""Assumed: part of the roots that are language models; only these are merged."""
MERGED_WEIGHT = 0.75
"""Assumed: exponent on the weight of a root when merges choose among those that are not flooded."""
ARITY: Mapping[int, float] = {
    2: 1032, 3: 355, 4: 264, 5: 170, 6: 112, 7: 66, 8: 34, 9: 18, 10: 17,
    **dict.fromkeys(range(11, 21), 5.8), **dict.fromkeys(range(21, 31), 1.4), 65: 1,
}  # fmt: skip
"""Computed: how many of 2,141 merges have so many parents; above 10 only sums are known."""
SERIES = (88, 60, 40, 30)
"""Computed for the longest, the others assumed: series of merges, each made from the one before."""

# ----- Owners --------------------------------------------------------------------------------

MODELS_PER_ACCOUNT = 2.1
"""Assumed: exponent of a power law under which 60 to 70 % of accounts have one model (computed: 61 to 72)."""
MOST_MODELS = 2_000
"""Assumed: models of the largest ordinary account; the top 1 % then hold some 37 % (computed: 26 to 49)."""
SAME_ACCOUNT = (0.142, 0.010, 0.092, 0.226)
"""Computed: child and parent belong to one account, by kind."""
BUSIEST, BUSIEST_SHARES = 10, (0.15, 0.30, 0.47, 0.33)
"""Computed: part of the edges that the ten busiest accounts make, by kind."""
BULK = {2: (12, 0.9), 3: (12, 0.9), 4: (12, 0.9), 5: (1, 0.13)}
"""Rank of a base: accounts that flood it (assumed) and their part of its children (rank 5: computed)."""
MODELS_PER_INSTITUTION = 4_000
"""Assumed."""
OWNED_BASES = ((0.02, 0.80), (0.20, 0.30), (1.00, 0.05))
"""Assumed: up to this part of the roots by weight, the chance that an institution owns one."""
OWNED_OTHERS = 0.02
"""Assumed: part of all other models that institutions own."""
COUNTRIES: Mapping[str, float] = {
    "US": 0.34, "CN": 0.28, "FR": 0.06, "DE": 0.06, "GB": 0.06, "JP": 0.05, "KR": 0.05, "IN": 0.04,
    "CA": 0.03, "AE": 0.03,
}  # fmt: skip
"""Assumed: seats of institutions."""
INSTITUTION_KINDS: Mapping[str, float] = {
    "company": 0.45, "university": 0.30, "research-institute": 0.12, "community": 0.06,
    "non-profit": 0.04, "government": 0.03,
}  # fmt: skip
"""Assumed."""

# ----- Attributes ----------------------------------------------------------------------------

ZERO_DOWNLOADS = 0.70
"""Published (arXiv 2405.13058): over 70 % of models have no download."""
DOWNLOADS_MEDIAN, DOWNLOADS_SIGMA = 0.2, 4.16
"""Computed: log-normal of the others under which 1 % of models have 99 % of downloads (published)."""
CHILDREN_TO_DOWNLOADS = 0.8
"""Assumed: weight of log(1 + children) beside unit noise in the order of models by downloads."""
LICENSED, LICENCE_KEPT = 0.31, 0.80
"""Assumed: own licence tags, and tags taken from the parent; together 36 % of models (published)."""
LICENCES: Mapping[str, int] = {
    "apache-2.0": 298_442, "mit": 109_820, "other": 81_887, "openrail": 37_498,
    "creativeml-openrail-m": 29_233, "cc-by-nc-4.0": 14_315, "llama2": 10_294, "llama3": 9_887,
    "gemma": 8_677, "unknown": 8_368, "llama3.1": 7_614,
}  # fmt: skip
"""Published: licence tags; the 68 rarest kinds are left out."""
TASKS: Mapping[str | None, float] = {
    "text-generation": 0.411, "text-classification": 0.136, "text-to-image": 0.114,
    "reinforcement-learning": 0.087, "automatic-speech-recognition": 0.05, "feature-extraction": 0.05,
    "image-classification": 0.05, None: 0.102,
}  # fmt: skip
"""Published for the first four, the rest assumed."""
TASK_CHANGED = 0.411
"""Published: fine-tunes with another task than their parent."""
LIBRARIES: Mapping[str | None, float] = {
    "transformers": 0.632,
    "peft": 0.199,
    "diffusers": 0.083,
    None: 0.086,
}
"""Published; all adapters are taken for peft."""
SIZES: Mapping[int | None, float] = {
    110_000_000: 0.15, 500_000_000: 0.08, 1_500_000_000: 0.08, 3_000_000_000: 0.06, 7_000_000_000: 0.15,
    14_000_000_000: 0.05, 32_000_000_000: 0.04, 70_000_000_000: 0.03, None: 0.36,
}  # fmt: skip
"""Assumed: parameters."""

# ----- Datasets ------------------------------------------------------------------------------

DATASET_TAGS, DATASETS, DATASET_ZIPF = 229_630, 30_298, 1.0
"""Published: training links and distinct names; the exponent of their use is assumed."""
MODALITIES: Mapping[str, float] = {
    "Language": 0.60, "Vision": 0.15, "Multimodal": 0.12, "Speech": 0.08, "Embodied": 0.05,
}  # fmt: skip
"""Assumed."""
LIFECYCLES: Mapping[str, float] = {
    "Pre-training": 0.15, "Fine-tuning": 0.55, "Preference": 0.10, "Evaluation": 0.20,
}  # fmt: skip
"""Assumed."""


class Noise(NamedTuple):
    """Dirt of real data: how much of each, 0 to switch it off. Assumed where nothing else is said."""

    dangling: float = 0.04
    """Part of the edges whose parent is not listed."""
    case: float = 0.01
    """Part of the statements that write the parent in another case."""
    renamed: float = 0.015
    """Part of the parents whose old name half of their children state."""
    legacy: float = 0.01
    """Part of the parents that half of their children name without an owner."""
    junk: float = 0.05
    """Local paths, cache folders, cut names, free text and "Removed", a fifth each, for every edge."""
    self_loops: float = 0.001
    """Statements that name the child itself, for every edge."""
    duplicates: float = 0.01
    """Statements that stand twice, for every edge."""
    contested: float = 0.018
    """Edges whose card says another kind; computed: 1.8 % of 8,414 edges stated by two sources."""
    cycles: int = 10
    """Pairs of models that descend from each other."""
    triangles: int = 1
    """Cycles of three models; computed: one seen in 84,497 edges."""
    copies: int = 50
    """Re-uploads of a base with more children than the original, at full size."""
    junk_datasets: float = 0.05
    """Training links to names of loaders; computed from two names: 3.7 %."""
