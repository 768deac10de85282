"""Merge then unmerge is the identity on records, values, activities and ownership, whatever happens in between.

Two hubs live through the same story; in the second nobody merges. What a steward may expect of the first, and what these
tests hold to:

- *Records* go back with the customer that had brought them, deleted and renamed ones too; one that came since goes with
  those that it matches. The customer has its old id again, and every id leads to where its records are.
- *Activities* are where their records are.
- *Owners*: a lane comes along where the survivor has nobody from the merge on, with what is planned for later. Whatever is
  done with it then goes back with it: handed over, released, corrected, even to nobody. An owner who is assigned after it
  had become free is the survivor's, as is everything in its own and in new lanes; a correction is cut where a lane changes
  hands between the two. Where both had an owner the survivor's stays, and the other comes back as it was.
- *Pins* that are set or removed on the merged customer are the survivor's; the other gets back those that it had.
- *The rest*: when one of several leaves, what it had kept the others from bringing along comes along, since their merge.
- *Knowledge*: what was believed during the merge can still be asked for; nothing is overwritten.
- A merge that the matching makes is undone in the same way when what had joined the two is gone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.kernel.source_record import PartyKind
from hub.log.store import EventLog
from hub.resolution.items import Item, Observe
from projections.runner.catalogue import all_projections
from tests.hub.resolution.two_hubs import LANES, OWNERS, PINNED, Hub, Story, context, key_of, side_of
from tests.hub.resolution.universe import (
    KEY_BYTES,
    Truth,
    delete,
    empty,
    logged_customers,
    observe,
    rename,
    stored_customers,
)
from tests.hub.samples import day

MACHINES = LANES[0]
SOURCES = ("report", "revise", "delete", "return", "new", "rename")
PEOPLE = ("own", "own", "own", "own", "own", "pin", "unpin")
STEWARDS = ("merge", "merge", "unmerge")
BRIDGES = ("link", "unlink")
SINCE = (0, -1, -3, -8, 4, 15)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens to the side *side*; the other numbers choose what exactly, *since* is a day from now."""

    what: str
    side: int
    one: int
    two: int
    three: int
    since: int


def steps(*kinds: str) -> st.SearchStrategy[Step]:
    """Steps of these *kinds*."""
    number = st.integers(0, 11)
    return st.builds(
        Step,
        what=st.sampled_from(kinds),
        side=number,
        one=number,
        two=number,
        three=number,
        since=st.sampled_from(SINCE),
    )


def phases(*decisions: str) -> st.SearchStrategy[list[Step]]:
    """Some *decisions*, with other events after each."""
    phase = st.tuples(steps(*decisions), st.lists(steps(*SOURCES, *PEOPLE, *PEOPLE), min_size=2, max_size=5))
    return st.lists(phase, min_size=3, max_size=5).map(
        lambda drawn: [step for decision, others in drawn for step in (decision, *others)]
    )


SIZES = st.sampled_from([(1, 2), (2, 1, 1), (1, 3, 2), (2, 2, 2)])
OWNED = st.lists(steps("own"), min_size=5, max_size=8)
BEFORE = st.lists(steps(*SOURCES, *PEOPLE), max_size=6)
BRIDGE = st.sampled_from(("oldest", "youngest", "new"))
SETTINGS = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@contextmanager
def begun(
    urls: tuple[str, str], records: Sequence[int], kind: PartyKind = PartyKind.PERSON, bridge: str = ""
) -> Iterator[Story]:
    """A new story in two hubs that are as good as new."""
    for url in urls:
        empty(url)
        log = EventLog(url, KEY_BYTES, pool_size=1)
        tables = [table for projection in all_projections(log) for table in projection.tables]
        log.close()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"TRUNCATE projection_checkpoint, {', '.join(tables)}")
    story = Story(*urls, kind, len(records))
    try:
        story.begin(records, bridge)
        yield story
    finally:
        story.close()


def tell(story: Story, step: Step) -> None:
    """One step, if it makes sense as things stand."""
    story.now += 1
    side = story.sides[step.side % story.count]
    match step.what:
        case "report":
            story.report(side.known[step.one % len(side.known)], step.two)
        case "revise" if side.live:
            late = 2 if step.three % 3 == 0 else 0
            story.revise(side, side.live[step.one % len(side.live)], step.two, late)
        case "delete" if len(side.live) > (story.bridge is not None):
            story.remove(side, side.live[step.one % len(side.live)])
        case "return" if gone := [i for i in side.known if i not in side.live]:
            story.revise(side, gone[step.one % len(gone)], step.two, late=0)
        case "new" if side.live:
            story.new_record(side, step.two)
        case "rename" if named := [i for i in side.live if i not in side.renamed]:
            story.give_other_id(side, named[step.one % len(named)])
        case "own":
            lane, owner = LANES[step.two % 3], OWNERS[step.three % 3]
            story.own(side.number, lane, owner, what=step.one % 4, since=step.since, length=step.three)
        case "pin":
            story.pin(side.number, PINNED[step.one % 3], f"pinned {step.two % 3}")
        case "unpin":
            story.pin(side.number, PINNED[step.one % 3], "")
        case "merge":
            tops = list(dict.fromkeys(map(story.top, range(story.count))))
            first = tops.pop(step.side % len(tops))
            others = tops if step.one % 4 == 0 else tops[step.one % 2 :][:1]
            story.merge([first, *others], back=4 if step.two % 3 == 0 else 0)
            story.remember()
        case "unmerge" if together := [n for n in range(story.count) if story.is_joined(n)]:
            story.remember()
            story.now += 1
            leaving = together[step.one % len(together)]
            others = [n for n in together if n != leaving and story.top(n) == story.top(leaving)]
            story.unmerge(leaving, *others[: step.two % (len(others) + 1)])
        case "link" if story.bridge:
            story.link([(0, 1), (1, 2), (0, 2), (0, 1, 2), (1,), ()][step.one % 6])
            story.remember()
        case "unlink" if story.bridge:
            story.remember()
            story.now += 1
            story.unlink()
        case _:
            pass
    story.look()


@settings(SETTINGS, max_examples=30)
@given(
    kind=st.sampled_from(list(PartyKind)),
    records=SIZES,
    owned=OWNED,
    before=BEFORE,
    between=phases(*STEWARDS),
)
def test_what_a_steward_merges_and_takes_apart_is_as_if_it_had_never_been_merged(
    urls: tuple[str, str],
    *,
    kind: PartyKind,
    records: Sequence[int],
    owned: Sequence[Step],
    before: Sequence[Step],
    between: Sequence[Step],
) -> None:
    with begun(urls, records, kind) as story:
        for step in (*owned, *before, *between):
            tell(story, step)
        story.now += 1
        story.remember()
        story.part()
        story.check_sides()


@settings(SETTINGS, max_examples=20)
@given(bridge=BRIDGE, owned=OWNED, between=phases(*STEWARDS, *BRIDGES, *BRIDGES))
def test_merges_of_stewards_and_of_the_matching_are_undone_side_by_side(
    urls: tuple[str, str], bridge: str, owned: Sequence[Step], between: Sequence[Step]
) -> None:
    """The bridge is a record that is read as a stranger's, or so that it matches two or three sides that are apart."""
    with begun(urls, (2, 1, 2), bridge=bridge) as story:
        for step in (*owned, *between):
            tell(story, step)
        story.now += 1
        story.remember()
        story.part()
        story.check_sides()


@settings(SETTINGS, max_examples=15)
@given(
    bridge=BRIDGE,
    owned=OWNED,
    joined=st.sampled_from([(0, 1), (1, 2), (0, 2), (0, 1, 2)]),
    between=st.lists(steps(*SOURCES, *PEOPLE), max_size=8),
    deleted=st.booleans(),
    after=st.lists(steps(*SOURCES, *PEOPLE), max_size=4),
)
def test_a_merge_by_the_matching_ends_with_the_record_that_had_joined_the_two(
    urls: tuple[str, str],
    *,
    bridge: str,
    owned: Sequence[Step],
    joined: Sequence[int],
    between: Sequence[Step],
    deleted: bool,
    after: Sequence[Step],
) -> None:
    """The source deletes that record, or reads it as somebody else: no steward has to do anything."""
    with begun(urls, (2, 1, 2), bridge=bridge) as story:
        for step in owned:
            tell(story, step)
        story.now += 1
        story.link(joined)
        assert len({story.top(n) for n in joined}) == 1
        for step in between:
            tell(story, step)
        story.now += 1
        story.remember()
        story.now += 1
        if deleted:
            story.unlink()
        else:
            story.link(())
        assert not any(story.is_joined(n) for n in range(story.count))
        for step in after:
            tell(story, step)
        story.check_sides()


@settings(SETTINGS, max_examples=15)
@given(
    kind=st.sampled_from(list(PartyKind)),
    count=st.integers(2, 5),
    leaving=st.integers(1, 4),
    between=st.lists(steps("revise", "delete", "return", "new", "rename", "again"), min_size=4, max_size=12),
    order=st.randoms(use_true_random=False),
)
def test_records_that_match_stay_apart_once_a_steward_has_taken_them_apart(
    database: str,
    *,
    kind: PartyKind,
    count: int,
    leaving: int,
    between: Sequence[Step],
    order: random.Random,
) -> None:
    """Whatever is read again, or of further records, and under whatever ids: the decision outlives every re-run."""
    empty(database)
    hub, truth, side = Hub(database), Truth(), side_of(0, kind)
    sent: list[Item] = []
    part_of: dict[int, int] = {}

    def take(*items: Item) -> None:
        sent.extend(items)
        truth.take(items)
        hub.resolver.take(items, now=day(len(sent)))

    def parts() -> list[set[UUID]]:
        customers = hub.customer_of()
        return [{customers[str(key_of(i))] for i, part in part_of.items() if part == n} for n in (0, 1)]

    try:
        for local_id in range(count):
            take(observe(side.reading(local_id, len(sent), local_id)))
        part_of = {i: int(i >= max(1, count - leaving)) for i in range(count)}
        (customer_id,) = set(hub.customer_of().values())
        left = [key_of(i) for i, part in part_of.items() if part]
        decision = hub.steward.unmerge(customer_id, left, context(len(sent)))
        assert parts() == [{customer_id}, {decision.customer_id}]
        live, renamed = set(part_of), set[int]()
        for step in between:
            number = len(sent) + 1
            chosen = sorted(part_of)[step.one % len(part_of)]
            match step.what:
                case "revise" | "return" if chosen in live or chosen not in renamed:
                    take(observe(side.reading(chosen, number, step.two)))
                    live.add(chosen)
                case "delete" if chosen in live:
                    take(delete(key_of(chosen), number))
                    live.remove(chosen)
                case "rename" if chosen in live - renamed:
                    take(rename(chosen, chosen + 3 * (100 + number), number))
                    part_of[chosen + 3 * (100 + number)] = part_of[chosen]
                    renamed.add(chosen)
                    live ^= {chosen, chosen + 3 * (100 + number)}
                case "new":
                    take(observe(side.reading(6_000 + number, number, step.two)))
                case _:
                    again = [
                        observe(item.record, salt=f"{number}{i}") if isinstance(item, Observe) else item
                        for i, item in enumerate(sent)
                    ]
                    hub.resolver.take(order.sample(again, len(again)), now=day(number))
            customers = truth.customers(hub.asserted())
            assert stored_customers(database) == customers
            for cluster in customers:
                assert len({part_of[i] for i in part_of if str(key_of(i)) in cluster}) < 2
        assert set(logged_customers(hub.log).values()) == truth.customers(hub.asserted())
    finally:
        hub.close()


def test_one_of_three_merged_customers_leaves_and_the_others_stay_together(urls: tuple[str, str]) -> None:
    with begun(urls, (1, 2, 2)) as story:
        story.happens(story.merge, (0, 1, 2))
        story.happens(story.unmerge, 1)
        assert [story.top(n) for n in range(3)] == [0, 1, 0]
        story.happens(story.unmerge, 2)
        story.check_sides()


def test_the_first_of_three_merged_customers_leaves_and_their_ids_lead_to_where_their_records_are(
    urls: tuple[str, str],
) -> None:
    with begun(urls, (1, 2, 2)) as story:
        story.happens(story.merge, (0, 1, 2))
        story.happens(story.unmerge, 0)
        assert [story.top(n) for n in range(3)] == [0, 1, 1]
        story.check_sides(0)
        story.happens(story.unmerge, 2)
        story.check_sides()


def test_a_customer_leaves_that_had_come_inside_another_one(urls: tuple[str, str]) -> None:
    """The youngest is merged into the middle one, this into the oldest; then the youngest leaves, with its owner."""
    with begun(urls, (1, 1, 1)) as story:
        story.happens(story.assign, 2, MACHINES, "li.na")
        story.happens(story.merge, (1, 2))
        story.happens(story.merge, (0, 1))
        story.happens(story.hand_over, 2, MACHINES, "wang.fang")
        assert story.owner(0, MACHINES) == "wang.fang"
        story.happens(story.unmerge, 2)
        assert [story.owner(n, MACHINES) for n in (0, 2)] == [None, "wang.fang"]
        story.happens(story.unmerge, 1)
        story.check_sides()


def test_a_customer_leaves_together_with_the_one_inside_it(urls: tuple[str, str]) -> None:
    with begun(urls, (1, 1, 1)) as story:
        story.happens(story.assign, 2, MACHINES, "li.na")
        story.happens(story.merge, (1, 2))
        story.happens(story.merge, (0, 1))
        story.happens(story.hand_over, 0, MACHINES, "wang.fang")
        story.happens(story.unmerge, 1, 2)
        assert [story.top(n) for n in range(3)] == [0, 1, 1]
        assert [story.owner(n, MACHINES) for n in (0, 1)] == [None, "wang.fang"]
        story.happens(story.unmerge, 2)
        story.check_sides()


def test_an_owner_comes_forth_when_the_customer_leaves_whose_owner_had_been_before_it(
    urls: tuple[str, str],
) -> None:
    with begun(urls, (1, 1, 1)) as story:
        story.happens(story.assign, 1, MACHINES, "li.na")
        story.happens(story.assign, 2, MACHINES, "zhao.lei")
        story.happens(story.merge, (0, 1))
        story.happens(story.merge, (0, 2))
        merged = story.now
        assert story.owner(0, MACHINES) == "li.na"
        story.happens(story.remember)
        story.happens(story.unmerge, 1)
        assert [story.owner(0, MACHINES, on) for on in (merged - 1, merged, story.now)] == [
            None,
            "zhao.lei",
            "zhao.lei",
        ]
        story.happens(story.unmerge, 2)
        story.check_sides()


def test_what_is_planned_comes_along_with_a_merge(urls: tuple[str, str]) -> None:
    with begun(urls, (1, 1)) as story:
        story.happens(story.assign, 1, MACHINES, "li.na")
        story.happens(story.hand_over, 1, MACHINES, "wang.fang", since=20)
        story.happens(story.merge, (0, 1))
        assert [story.owner(0, MACHINES, on) for on in (story.now, story.now + 30)] == ["li.na", "wang.fang"]
        story.happens(story.unmerge, 1)
        story.check_sides()


def test_an_owner_who_is_corrected_away_does_not_come_back_with_the_customer(urls: tuple[str, str]) -> None:
    """The correction begins before the merge: what it says of the days before concerns the customer that was addressed."""
    with begun(urls, (1, 1)) as story:
        story.happens(story.assign, 1, MACHINES, "li.na")
        story.happens(story.merge, (0, 1))
        merged = story.now
        story.happens(story.correct, 0, MACHINES, None, since=-4)
        story.happens(story.unmerge, 1)
        assert [story.owner(1, MACHINES, on) for on in (merged - 1, merged, story.now)] == [
            "li.na",
            None,
            None,
        ]
        story.check_sides()


def test_customers_stay_merged_when_their_founding_records_get_other_ids(urls: tuple[str, str]) -> None:
    with begun(urls, (2, 2)) as story:
        story.happens(story.merge, (0, 1))
        for number in (0, 1):
            side = story.sides[number]
            story.happens(story.give_other_id, side, side.known[0])
            assert story.top(1) == 0
        story.happens(story.unmerge, 1)
        story.check_sides()


def test_deleted_records_go_back_with_their_activities(urls: tuple[str, str]) -> None:
    with begun(urls, (1, 2)) as story:
        gone, left = story.sides[1].known
        story.happens(story.report, gone, 1)
        story.happens(story.merge, (0, 1))
        story.happens(story.report, gone, 2)
        story.happens(story.remove, story.sides[1], gone)
        story.happens(story.remove, story.sides[1], left)
        story.happens(story.unmerge, 1)
        story.check_sides()


@pytest.mark.parametrize("by_steward", [True, False])
def test_a_record_stays_with_the_customer_that_had_brought_it_though_it_now_matches_only_a_strangers(
    urls: tuple[str, str], *, by_steward: bool
) -> None:
    """What it had joined is deleted, and the stranger's record has come to both sides of a merge that is undone."""
    with begun(urls, (1, 2), bridge="youngest") as story:
        stranger = story.count
        story.happens(story.merge, (0, 1))
        story.happens(story.remove, story.sides[1], story.sides[1].known[0])
        story.happens(story.link, (0, 1))
        story.happens(story.unmerge, 0)
        assert [story.top(n) for n in (0, 1, stranger)] == [0, 1, 1]
        if by_steward:
            story.happens(story.unmerge, stranger)
        else:
            story.happens(story.link, ())
        assert [story.top(n) for n in (0, 1, stranger)] == [0, 1, stranger]
        story.check_sides()


def test_a_customer_is_merged_and_taken_apart_again_and_again(urls: tuple[str, str]) -> None:
    with begun(urls, (1, 1)) as story:
        story.happens(story.assign, 1, MACHINES, "li.na")
        for owner in ("wang.fang", "zhao.lei"):
            story.happens(story.merge, (0, 1))
            story.happens(story.hand_over, 0, MACHINES, owner)
            story.happens(story.remember)
            story.happens(story.unmerge, 1)
            assert [story.owner(n, MACHINES) for n in (0, 1)] == [None, owner]
        story.check_sides()
