"""Personalised PageRank: whom the models that are in use live on."""

import numpy as np
from numpy.typing import NDArray

from begat.graph import CreditGraph
from begat.influence.measure.base import Measure, Values
from begat.influence.measure.pagerank import pagerank
from begat.influence.measure.pagerank import readable as readable_pagerank

__all__ = ["MEASURE", "pagerank_downloads"]


def pagerank_downloads(credit: CreditGraph, downloads: NDArray[np.integer]) -> Values:
    """Compute PageRank whose restart is the downloads of each model in 30 days.

    What a download is worth begins at the model downloaded and goes up to those that it was made from;
    formula in `begat.influence.measure.pagerank`. Unknown downloads (negative) restart nothing. O(n + m).
    Near to `lineage_downloads`, without its caps; downloads can be made up.

    Returns
    -------
    array of float64, shape (n,)
        Sums to 1, all 0 if no model with recorded lineage has downloads.

    References
    ----------
    Haveliwala (2003), Topic-sensitive PageRank, doi:10.1109/TKDE.2003.1208999.
    """
    return pagerank(credit, start=np.maximum(downloads, 0))


def readable(credit: CreditGraph, downloads: NDArray[np.integer]) -> Values:
    """Iterate the definition to convergence."""
    return readable_pagerank(credit, start=np.maximum(downloads, 0))


MEASURE = Measure(
    name="pagerank_downloads",
    title="PageRank from downloads",
    unit="share of the whole",
    column=55,
    reference="Haveliwala 2003, doi:10.1109/TKDE.2003.1208999",
    compute=pagerank_downloads,
    readable=readable,
    needs=("downloads_30d",),
    shown=False,
    monotone=False,
)
