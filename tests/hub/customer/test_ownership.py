"""One owner a lane at a time; the past changes by corrections only; merging and unmerging give back what was brought."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from hub.customer.commands import (
    Absorb,
    AssignOwner,
    CorrectOwnership,
    CustomerCommand,
    MergeInto,
    PinValue,
    ReleaseOwner,
    Restore,
    SplitOffCustomer,
    TransferOwner,
    UnpinValue,
)
from hub.customer.decide import decide
from hub.customer.events import Absorbed, ContestedLane, Lane, OwnerAssigned, OwnerTransferred
from hub.customer.lanes import Spans
from hub.customer.state import Customer, OwnershipSpan, Pin
from hub.kernel.errors import RuleViolationError
from hub.kernel.provenance import EventRef
from tests.hub.customer.given import after, given
from tests.hub.samples import BASIS, CUSTOMER, LANE, OTHER, day

OTHER_LANE = Lane(scope="service-cn", role="service-owner")


def assign(owner: str, number: int, lane: Lane = LANE) -> AssignOwner:
    return AssignOwner(lane=lane, owner=owner, valid_from=day(number), basis=BASIS)


def transfer(owner: str, number: int) -> TransferOwner:
    return TransferOwner(lane=LANE, owner=owner, valid_from=day(number), basis=BASIS)


def release(number: int) -> ReleaseOwner:
    return ReleaseOwner(lane=LANE, valid_from=day(number), basis=BASIS)


def spans_by(owner: str, number: int) -> Spans:
    ref = EventRef(originator_id=OTHER, version=3)
    return (OwnershipSpan(owner=owner, valid_from=day(number), valid_to=None, origin=None, event=ref),)


def believed(customer: Customer) -> Mapping[Lane, list[tuple[str, object, object]]]:
    return {
        lane: [(s.owner, s.valid_from, s.valid_to) for s in spans] for lane, spans in customer.lanes.items()
    }


def test_a_lane_has_one_owner_at_a_time() -> None:
    owned = after(given(), assign("li.na", 1))
    with pytest.raises(RuleViolationError, match=r"owned by li\.na"):
        decide(assign("wang.fang", 2), owned)
    with pytest.raises(RuleViolationError):
        decide(assign("wang.fang", 0), owned)
    assert not decide(assign("li.na", 2), owned)
    assert len(decide(assign("wang.fang", 2, OTHER_LANE), owned)) == 1


def test_a_lane_changes_hands() -> None:
    owned = after(given(), assign("li.na", 1))
    assert isinstance(decide(transfer("wang.fang", 3), owned)[0], OwnerTransferred)
    assert not decide(transfer("li.na", 3), owned)
    moved = after(owned, transfer("wang.fang", 3))
    assert [moved.owner(LANE, day(n)) for n in (0, 1, 2, 3, 9)] == [
        None,
        "li.na",
        "li.na",
        "wang.fang",
        "wang.fang",
    ]


def test_a_released_lane_can_be_assigned_again() -> None:
    free = after(given(), assign("li.na", 1), release(5))
    assert not decide(release(6), free)
    again = after(free, assign("wang.fang", 5))
    assert believed(again)[LANE] == [("li.na", day(1), day(5)), ("wang.fang", day(5), None)]


def test_the_past_is_changed_by_a_correction_only() -> None:
    moved = after(given(), assign("li.na", 1), transfer("wang.fang", 5))
    with pytest.raises(RuleViolationError, match="correction"):
        decide(transfer("zhao.lei", 3), moved)
    correct = CorrectOwnership(lane=LANE, owner="zhao.lei", valid_from=day(3), valid_to=day(6), basis=BASIS)
    assert believed(after(moved, correct))[LANE] == [
        ("li.na", day(1), day(3)),
        ("zhao.lei", day(3), day(6)),
        ("wang.fang", day(6), None),
    ]
    with pytest.raises(RuleViolationError, match="after"):
        decide(
            CorrectOwnership(lane=LANE, owner=None, valid_from=day(3), valid_to=day(3), basis=BASIS), moved
        )


def test_nobody_is_released_from_a_lane_that_nobody_has() -> None:
    assert not decide(release(1), given())
    with pytest.raises(RuleViolationError, match="assign it first"):
        decide(transfer("li.na", 1), given())


def test_a_merge_adopts_what_only_the_other_had_and_names_what_both_had() -> None:
    owned = after(given(), assign("li.na", 1))
    lanes = {LANE: spans_by("wang.fang", 0), OTHER_LANE: spans_by("zhao.lei", 0)}
    events = decide(Absorb(absorbed_id=OTHER, at=day(4), lanes=lanes), owned)
    absorbed, adopted = events
    assert absorbed == Absorbed(absorbed_id=OTHER, contested=(ContestedLane(lane=LANE, owner="wang.fang"),))
    assert isinstance(adopted, OwnerAssigned)
    assert (adopted.lane, adopted.owner, adopted.valid_from, adopted.origin) == (
        OTHER_LANE,
        "zhao.lei",
        day(4),
        OTHER,
    )


def test_a_merged_customer_refers_to_the_surviving_one() -> None:
    merged = after(given(), MergeInto(survivor_id=OTHER))
    assert not decide(MergeInto(survivor_id=OTHER), merged)
    with pytest.raises(RuleViolationError, match=str(OTHER)):
        decide(assign("li.na", 1), merged)
    with pytest.raises(RuleViolationError, match="itself"):
        decide(MergeInto(survivor_id=CUSTOMER), given())


def test_a_pin_that_came_with_a_merge_leaves_with_it() -> None:
    pin = Pin(
        path="name.legal",
        value="星桥",
        actor="steward",
        event=EventRef(originator_id=OTHER, version=2),
        expires_at=None,
        origin=None,
    )
    merged = after(given(), Absorb(absorbed_id=OTHER, at=day(1), pins={"name.legal": pin}))
    assert merged.pins["name.legal"].value == "星桥"
    assert after(merged, SplitOffCustomer(customer_id=OTHER, keys=())).pins == {}
    own = after(given(), PinValue(path="name.legal", value="沪江"))
    kept = after(own, Absorb(absorbed_id=OTHER, at=day(1), pins={"name.legal": pin}))
    assert kept.pins["name.legal"].value == "沪江"
    assert after(kept, UnpinValue(path="name.legal")).pins == {}


changes = st.lists(
    st.one_of(
        st.tuples(st.just("assign"), st.sampled_from(["li.na", "wang.fang"])),
        st.tuples(st.just("transfer"), st.sampled_from(["li.na", "wang.fang", "zhao.lei"])),
        st.tuples(st.just("release"), st.just("")),
    ),
    max_size=5,
)


def attempt(customer: Customer, kind: str, owner: str, number: int) -> Customer:
    commands: dict[str, CustomerCommand] = {
        "assign": assign(owner, number),
        "transfer": transfer(owner, number),
        "release": release(number),
    }
    try:
        return after(customer, commands[kind])
    except RuleViolationError:
        return customer


@hypothesis_given(before_a=changes, before_b=changes, between=changes)
def test_merging_and_unmerging_is_the_identity_on_ownership(
    before_a: list[tuple[str, str]], before_b: list[tuple[str, str]], between: list[tuple[str, str]]
) -> None:
    """What each side had is what it gets back; what happened in between stays with the side whose owner it concerned."""
    one, other = given(), after(given())
    for number, (kind, owner) in enumerate(before_a, start=1):
        one = attempt(one, kind, owner, number)
    for number, (kind, owner) in enumerate(before_b, start=1):
        other = attempt(other, kind, owner, number)
    adopted = one.owner(LANE, day(10)) is None and other.owner(LANE, day(10)) is not None
    merged = after(one, Absorb(absorbed_id=OTHER, at=day(10), lanes=other.lanes))
    gone = after(other, MergeInto(survivor_id=OTHER))
    lone_one, lone_other = one, other
    for number, (kind, owner) in enumerate(between, start=11):
        before = merged
        merged = attempt(merged, kind, owner, number)
        if merged is before:
            continue
        # The owner's line that a change concerns: the adopted one as long as it runs, else the survivor's own.
        if adopted and kind in {"transfer", "release"} and before.lanes[LANE][-1].origin == OTHER:
            lone_other = attempt(lone_other, kind, owner, number)
        else:
            lone_one = attempt(lone_one, kind, owner, number)
    lanes = {
        lane: kept
        for lane, spans in merged.lanes.items()
        if (kept := tuple(s for s in spans if s.origin == OTHER))
    }
    split = after(merged, SplitOffCustomer(customer_id=OTHER, keys=()))
    back = after(gone, Restore(from_id=CUSTOMER, lanes=lanes))
    assert believed(back) == believed(lone_other)
    assert believed(split) == believed(lone_one)
