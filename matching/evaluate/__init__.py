"""How well a matching does, for who has labelled data or wants to look at what it does.

`figures` compares clusters with the truth; `sweep` gives the curve of thresholds; `find_errors` the worst errors, one a
group. The charts (`matching.evaluate.charts`) need the extra ``charts``; the command is in `matching.evaluate.command`.
"""

from matching.evaluate.errors import Error, Errors, find_errors, suspects, with_evidence
from matching.evaluate.evidence import Evidence
from matching.evaluate.figures import Figures, Hits, Shares, figures, figures_by_source
from matching.evaluate.sweep import ClusterPoint, Point, at, best, cluster_curve, curve, spread, sweep

__all__ = [
    "ClusterPoint",
    "Error",
    "Errors",
    "Evidence",
    "Figures",
    "Hits",
    "Point",
    "Shares",
    "at",
    "best",
    "cluster_curve",
    "curve",
    "figures",
    "figures_by_source",
    "find_errors",
    "spread",
    "suspects",
    "sweep",
    "with_evidence",
]
