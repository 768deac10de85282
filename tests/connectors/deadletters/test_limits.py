"""When the failures of an input are too many."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from connectors.deadletters.limits import Gauge, Limits


def stops_at(limits: Limits, failures: Sequence[bool]) -> int | None:
    """The number of the message at which *failures* stop an input."""
    gauge = Gauge(limits)
    return next((n for n, failed in enumerate(failures) if gauge.count(failed=failed) is not None), None)


def test_one_more_in_a_row_than_allowed_stops() -> None:
    limits = Limits(consecutive=3)

    assert stops_at(limits, [True] * 3 + [False] + [True] * 3) is None
    assert stops_at(limits, [True] * 3 + [False] + [True] * 4) == 7


def test_a_share_is_judged_only_over_a_full_window() -> None:
    limits = Limits(consecutive=100, share=0.5, window=4)

    assert stops_at(limits, [True] * 3) is None
    assert stops_at(limits, [True, True, False, True]) == 3
    assert stops_at(limits, [True, True, False, False] * 10) is None
    assert stops_at(limits, [False, False, True, True, False, True]) == 5


def test_a_copy_counts_apart() -> None:
    gauge = Gauge(Limits(consecutive=1))
    gauge.count(failed=True)

    copy = gauge.copy()
    assert copy.count(failed=True) is not None
    gauge.count(failed=False)
    assert gauge.count(failed=True) is None


@given(
    st.lists(st.booleans(), max_size=60),
    st.integers(0, 6),
    st.integers(1, 12),
    st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]),
)
def test_the_gauge_says_what_counting_anew_at_every_message_says(
    failures: list[bool], consecutive: int, window: int, share: float
) -> None:
    limits = Limits(consecutive=consecutive, share=share, window=window)

    def too_many(seen: list[bool]) -> bool:
        in_a_row = len(seen) - max((n + 1 for n, failed in enumerate(seen) if not failed), default=0)
        recent = seen[-window:]
        return in_a_row > consecutive or (len(recent) == window and sum(recent) > share * window)

    expected = next((n for n in range(len(failures)) if too_many(failures[: n + 1])), None)
    assert stops_at(limits, failures) == expected
