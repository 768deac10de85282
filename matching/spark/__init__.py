"""The matching of one table on a Spark cluster: the same keys, weights and clusters as on one machine.

The executors normalise, block, weigh and split; the driver holds the record ids and the edges, which are whole numbers.
"""

from __future__ import annotations


class SparkError(ValueError):
    """What keeps Spark from doing it; the message says what to do."""
