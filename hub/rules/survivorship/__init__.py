"""Survivorship: which of the source records' values becomes the golden one, and why.

Read ``inputs.py`` (what the rules are given), ``ruleset.py`` (what can be configured) and ``golden.py`` (the rules).
"""

from hub.rules.survivorship.golden import GoldenRecord, GoldenValue, golden_record
from hub.rules.survivorship.inputs import Contribution, PinnedValue
from hub.rules.survivorship.ruleset import RuleSet, default_ruleset, load_ruleset

__all__ = [
    "Contribution",
    "GoldenRecord",
    "GoldenValue",
    "PinnedValue",
    "RuleSet",
    "default_ruleset",
    "golden_record",
    "load_ruleset",
]
