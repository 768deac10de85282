"""A made-up corporate group: the messages of its four units, and who their customers really are.

`generate` makes everything from a seed; `pair_figures` compares what the hub found with the truth.
"""

from connectors.demo.evaluate import Figures, pair_figures
from connectors.demo.generate import UNITS, DemoData, generate
from connectors.demo.ownership import OwnershipSeed
from connectors.demo.post import DemoMessage

__all__ = ["UNITS", "DemoData", "DemoMessage", "Figures", "OwnershipSeed", "generate", "pair_figures"]
