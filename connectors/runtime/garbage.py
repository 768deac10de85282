"""How often a long-running process looks for cyclic garbage."""

from __future__ import annotations

import gc

THRESHOLDS = (10_000, 20, 50)


def collect_rarely() -> None:
    """Look for cycles rarely, and never again among what the start has loaded.

    The caches hold hundreds of thousands of small values, which hold no cycles: looking through them at Python's usual pace
    takes a quarter of the intake's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
