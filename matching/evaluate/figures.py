"""How well clusters of records agree with the truth: by pairs, by whole clusters, by records (B-cubed), by pairs of sources.

Everything is counted through the table of (cluster, true customer) → records, so a million records take seconds.
Records without a truth are passed over; a record with a truth that is in no cluster stands alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """*found* things were said to be so, *true* are so, *right* are both.

    *Units*: the ratios lie in [0, 1]; a ratio without anything to judge is 1.
    """

    found: int
    true: int
    right: int

    @property
    def precision(self) -> float:
        """The share of what was found that is true."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is true that was found."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.found + self.true
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """B-cubed: how pure the mean record's cluster is, and how much of its true cluster the mean record sees.

    *Source*: A. Bagga and B. Baldwin, Entity-based cross-document coreferencing using the vector space model, 1998.
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """*records* have a truth; *unplaced* of them are in no cluster; *passed_over* are in a cluster and have no truth.

    *clusters* and *true_clusters* count what holds a record with a truth. *merged* clusters hold records of several true
    clusters; *split* true clusters lie in several clusters. *exact* judges clusters as a whole: right is one whose records
    are those of a true cluster, no more and no fewer.
    """

    records: int
    unplaced: int
    passed_over: int
    clusters: int
    true_clusters: int
    merged: int
    split: int
    pairs: Hits
    exact: Hits
    bcubed: Shares


def figures(clusters: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Figures:
    """Compare *clusters* (record → cluster) with *truth* (record → true cluster)."""
    cells = Counter(zip(homes(clusters, truth), truth.values(), strict=True))
    found, true = _sizes(cells, 0), _sizes(cells, 1)
    count = len(truth)
    exact = sum(size == found[cluster] == true[customer] for (cluster, customer), size in cells.items())
    return Figures(
        records=count,
        unplaced=sum(record not in clusters for record in truth),
        passed_over=sum(record not in truth for record in clusters),
        clusters=len(found),
        true_clusters=len(true),
        merged=_shared(cells, 0),
        split=_shared(cells, 1),
        pairs=Hits(
            found=pairs_in(found.values()), true=pairs_in(true.values()), right=pairs_in(cells.values())
        ),
        exact=Hits(found=len(found), true=len(true), right=exact),
        bcubed=Shares(
            precision=fsum(n * n / found[cell[0]] for cell, n in cells.items()) / count if count else 1.0,
            recall=fsum(n * n / true[cell[1]] for cell, n in cells.items()) / count if count else 1.0,
        ),
    )


def figures_by_source(
    clusters: Mapping[str, Hashable], truth: Mapping[str, Hashable], source_of: Mapping[str, str]
) -> dict[tuple[str, str], Hits]:
    """The figures of the pairs between two sources, and within one.

    *Shape*: one entry for each two sources that have a pair found or true, the smaller name first. Records without a
    source belong to the source ``""``.
    """
    sources = [source_of.get(record, "") for record in truth]
    where = list(homes(clusters, truth))
    found = _between(where, sources)
    true = _between(truth.values(), sources)
    right = _between(zip(where, truth.values(), strict=True), sources)
    return {
        pair: Hits(found=found[pair], true=true[pair], right=right[pair])
        for pair in sorted(found.keys() | true.keys())
    }


def homes(clusters: Mapping[str, Hashable], records: Iterable[str]) -> Iterable[Hashable]:
    """The cluster of each of *records*; one that is in none has a cluster of its own."""
    return (clusters.get(record, (record,)) for record in records)


def pairs_in(sizes: Iterable[int]) -> int:
    """How many pairs of records lie within groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes)


def _sizes(cells: Mapping[tuple[Hashable, Hashable], int], side: int) -> Counter[Hashable]:
    sizes: Counter[Hashable] = Counter()
    for cell, count in cells.items():
        sizes[cell[side]] += count
    return sizes


def _shared(cells: Iterable[tuple[Hashable, Hashable]], side: int) -> int:
    """How many groups of one side meet several of the other."""
    return sum(count > 1 for count in Counter(cell[side] for cell in cells).values())


def _between(groups: Iterable[Hashable], sources: Sequence[str]) -> Counter[tuple[str, str]]:
    """How many pairs of records of one group lie between each two sources."""
    members: dict[Hashable, list[str]] = {}
    for group, source in zip(groups, sources, strict=True):
        members.setdefault(group, []).append(source)
    pairs: Counter[tuple[str, str]] = Counter()
    for group_sources in members.values():
        if len(group_sources) > 1:
            counts = sorted(Counter(group_sources).items())
            for source, count in counts:
                if count > 1:
                    pairs[source, source] += count * (count - 1) // 2
            for (one, ones), (other, others) in combinations(counts, 2):
                pairs[one, other] += ones * others
    return pairs
