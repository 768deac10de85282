"""How well clusters of records agree with the truth, pair by pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """*found_pairs* pairs of records were said to be the same customer, *true_pairs* are, *right_pairs* are both.

    *Units*: the three ratios lie in [0, 1]; a ratio without any pair to judge is 1.
    """

    found_pairs: int
    true_pairs: int
    right_pairs: int

    @property
    def precision(self) -> float:
        """The share of the pairs found that are true."""
        return self.right_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        """The share of the true pairs that were found."""
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.found_pairs + self.true_pairs
        return 2 * self.right_pairs / total if total else 1.0


def pair_figures(clusters: Iterable[Iterable[str]], truth: Mapping[str, int]) -> Figures:
    """Compare *clusters* of record keys with *truth* (record key → true customer).

    Records without a truth are passed over; a record in no cluster counts as standing alone. A record in two clusters
    counts in each.
    """
    found = right = 0
    for cluster in clusters:
        customers = Counter(truth[key] for key in cluster if key in truth)
        found += _pairs(customers.total())
        right += sum(map(_pairs, customers.values()))
    true = sum(map(_pairs, Counter(truth.values()).values()))
    return Figures(found_pairs=found, true_pairs=true, right_pairs=right)


def _pairs(size: int) -> int:
    return size * (size - 1) // 2
