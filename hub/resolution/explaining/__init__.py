"""Explanations for people: why records are together, why they are apart, how a customer was formed. Nothing is written.

Read ``scene.py`` (what is looked at), ``paths.py`` (the strongest chain of links), ``why.py``, ``why_not.py``, ``how.py`` and
``explainer.py`` (who is asked about, and the questions themselves). What they say is data; words are found at the edges.
"""

from hub.resolution.explaining.explainer import Explainer, Subject, subject
from hub.resolution.explaining.how import How, Step
from hub.resolution.explaining.scene import AssertionNote, Comparison, Link, Scale
from hub.resolution.explaining.why import Why
from hub.resolution.explaining.why_not import Reason, WhyNot
from matching.whynot import Alternative

__all__ = [
    "Alternative",
    "AssertionNote",
    "Comparison",
    "Explainer",
    "How",
    "Link",
    "Reason",
    "Scale",
    "Step",
    "Subject",
    "Why",
    "WhyNot",
    "subject",
]
