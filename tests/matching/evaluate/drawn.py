"""Small clusterings that hit every case: merged, split, alone, without a truth, without a cluster."""

from __future__ import annotations

from hypothesis import strategies as st

Groups = dict[str, int]


@st.composite
def clusterings(draw: st.DrawFn) -> tuple[Groups, Groups]:
    """Clusters and truth of up to 14 records; either may lack some of them."""
    count = draw(st.integers(0, 14))
    homes = st.none() | st.integers(0, 4)
    drawn = draw(st.lists(st.tuples(homes, homes), min_size=count, max_size=count))
    clusters = {f"r{n}": cluster for n, (cluster, _) in enumerate(drawn) if cluster is not None}
    truth = {f"r{n}": customer for n, (_, customer) in enumerate(drawn) if customer is not None}
    return clusters, truth


def groups_of(homes: Groups, truth: Groups) -> set[frozenset[str]]:
    """The groups that *homes* makes of the records with a truth; one without a home is alone."""
    numbers = {homes[record] for record in truth if record in homes}
    together = {frozenset(r for r in truth if homes.get(r) == number) for number in numbers}
    return together | {frozenset({record}) for record in truth if record not in homes}
