"""Another model in force comes to the hub that would be there had it always been in force, whatever interrupts or meets it."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
import yaml

from hub.handling.context import Context
from hub.kernel.errors import HubError, InvalidMessageError, RuleViolationError
from hub.kernel.ids import RecordKey, new_id
from hub.log.store import EventLog
from hub.resolution.activations import default_text, read_model
from hub.resolution.items import Item
from hub.resolution.model_comparison import Comparison, Kind, compare, differences
from hub.resolution.models import Models
from hub.resolution.resolver import Resolver
from hub.resolution.steward import Steward
from hub.resolution.translate import to_matching
from hub.stewardship.events import CaseEvent, Verdict
from matching import Assertion, bulk
from tests.hub.resolution.universe import KEY_BYTES, Truth, logged_customers, run, stored_customers, story
from tests.hub.samples import day


def other(version: str = "other-1", **changed: Any) -> str:
    """A model under which fewer records are the same, and names are common that are not so by default."""
    data = yaml.safe_load(default_text())
    data |= {"version": version, "link_threshold": 400, "review_threshold": -200}
    data["frequency"] = {2: "王 李 张", 3: "磊 军 洋"}
    data["weights"]["organisation"]["phone"]["equal"] = 300
    return yaml.safe_dump(data | changed, allow_unicode=True)


LAXER = other("laxer-1", link_threshold=-300, review_threshold=-600)


def context(reason: str = "trained on last year's reviews") -> Context:
    cause = new_id()
    return Context(
        actor="person:li.na", via="test", reason=reason, correlation_id=cause, causation_id=cause, now=day(60)
    )


def quiet(step: str, done: int, last: int) -> None:
    del step, done, last


def activate(resolver: Resolver, text: str, *, batch: int = 20) -> None:
    Models(resolver, batch=batch).activate(text, context(), quiet)


def expected(items: Sequence[Item], text: str, assertions: Sequence[Assertion] = ()) -> set[frozenset[str]]:
    """What all records at once come to by the model of *text*."""
    truth = Truth()
    truth.take(items)
    records = [to_matching(record) for record in truth.current().values()]
    return set(bulk(records, read_model(text), assertions))


def index_of(url: str) -> dict[str, Any]:
    """The index of all records that are alive."""
    with psycopg.connect(url) as connection:
        return {
            "records": connection.execute(
                "SELECT record_key, prepared FROM hub_source_record WHERE NOT retired ORDER BY 1"
            ).fetchall(),
            "keys": connection.execute(
                "SELECT record_key, key FROM hub_match_key JOIN hub_source_record USING (record_no) ORDER BY 1, 2"
            ).fetchall(),
            "edges": connection.execute(
                "SELECT l.record_key, r.record_key, weight FROM hub_match_edge"
                " JOIN hub_source_record l ON left_no = l.record_no"
                " JOIN hub_source_record r ON right_no = r.record_no ORDER BY 1, 2"
            ).fetchall(),
        }


@pytest.mark.parametrize("text", [other(), LAXER], ids=["stricter", "laxer"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_model_activated_later_comes_to_what_it_would_have_come_to_from_the_start(
    urls: tuple[str, str], seed: int, text: str
) -> None:
    items = story(seed, 150)
    resolver = run(urls[0], items, 30)
    before = stored_customers(urls[0])
    activate(resolver, text)
    from_the_start = Resolver(EventLog(urls[1], KEY_BYTES, pool_size=2))
    activate(from_the_start, text)
    for start in range(0, len(items), 30):
        from_the_start.take(items[start : start + 30])
    assert stored_customers(urls[0]) != before
    assert stored_customers(urls[0]) == stored_customers(urls[1]) == expected(items, text)
    assert set(logged_customers(resolver.log).values()) == expected(items, text)
    assert index_of(urls[0]) == index_of(urls[1])
    resolver.log.close()
    from_the_start.log.close()


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_assertions_hold_on_under_the_new_model(database: str, seed: int) -> None:
    items = story(seed, 60)
    dice = random.Random(seed)
    resolver = run(database, items, 20)
    truth = Truth()
    truth.take(items)
    keys = sorted(truth.current())
    asserted: list[Assertion] = []
    for verdict in (Verdict.SAME, Verdict.DIFFERENT) * 6:
        left, right = sorted(dice.sample(keys, 2))
        if verdict is Verdict.DIFFERENT:
            together = [sorted(c)[:2] for c in sorted(stored_customers(database), key=sorted) if len(c) > 1]
            left, right = dice.choice(together)
        try:
            Steward(resolver).assert_verdict(
                verdict, [RecordKey.parse(left)], [RecordKey.parse(right)], context()
            )
        except HubError:
            continue
        asserted.append(Assertion(left=left, right=right, same=verdict is Verdict.SAME))
    assert {a.same for a in asserted} == {True, False}
    assert stored_customers(database) == expected(items, default_text(), asserted)
    for text in (other(), LAXER):
        activate(resolver, text)
        assert stored_customers(database) == expected(items, text, asserted)
    resolver.log.close()


class Interrupted(Exception):
    """Stands for a kill between two transactions."""


@pytest.mark.parametrize("step", ["comparing", "settling"])
@pytest.mark.parametrize("at", [0, 40, 80])
def test_an_interrupted_activation_goes_on(database: str, step: str, at: int) -> None:
    items = story(6, 120)
    resolver = run(database, items, 40)

    def stop(now: str, done: int, last: int) -> None:
        del last
        if now == step and done >= at:
            raise Interrupted

    with pytest.raises(Interrupted):
        Models(resolver, batch=20).activate(other(), context(), stop)
    change = Models(resolver).change()
    assert change is not None
    assert not change.is_finished
    after = Resolver(EventLog(database, KEY_BYTES, pool_size=2))
    done = Models(after, batch=20).activate(other(), context("once more"), quiet)
    assert not done.was_active
    assert done.activation.meta.reason == "trained on last year's reviews"
    assert len(Models(after).history()) == 1
    assert stored_customers(database) == expected(items, other())
    again = Models(after).activate(other(), context(), quiet)
    assert again.was_active
    assert again.positions[0] == again.positions[1]
    after.log.close()
    resolver.log.close()


@pytest.mark.parametrize("seed", [7, 8])
def test_intake_goes_on_during_an_activation_and_nothing_is_lost(database: str, seed: int) -> None:
    """Three workers that were started with another model take in records all the time."""
    items = story(seed, 300)
    middle = len(items) // 3
    resolver = run(database, items[:middle], 50)
    failures: list[BaseException] = []

    def work(part: Sequence[Item]) -> None:
        try:
            run(database, part, 12).log.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(items[middle + n :: 3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    activate(resolver, other(), batch=10)
    for thread in threads:
        thread.join()
    assert failures == []
    assert stored_customers(database) == expected(items, other())
    assert set(logged_customers(resolver.log).values()) == expected(items, other())
    truth = Truth()
    truth.take(items)
    records = [to_matching(record) for record in truth.current().values()]
    assert {key for cluster in stored_customers(database) for key in cluster} == {r.key for r in records}
    resolver.log.close()


def test_moves_say_by_whom_and_why(database: str) -> None:
    resolver = run(database, story(9, 400), 100)
    head = resolver.log.head()
    activate(resolver, other())
    events = resolver.log.read(head, 10_000)
    assert len(events) > 2
    assert {e.meta.actor for e in events} == {"person:li.na"}
    assert {e.meta.reason for e in events[1:] if not isinstance(e.body, CaseEvent)} == {
        f"the model {read_model(other()).version} was activated: trained on last year's reviews"
    }
    resolver.log.close()


def test_a_process_that_starts_later_takes_the_active_model_from_the_log(database: str) -> None:
    resolver = run(database, [], 1)
    activate(resolver, other())
    resolver.log.close()
    later = Resolver(EventLog(database, KEY_BYTES, pool_size=2))
    assert later.current_model().version == read_model(other()).version
    later.log.close()


def test_what_is_no_model_is_refused_before_anything_is_written(database: str) -> None:
    resolver = run(database, story(10, 10), 10)
    head = resolver.log.head()
    for text, said in (("[]", "not a model"), ("version: x", "missing"), ("a: [", "not a model")):
        with pytest.raises(InvalidMessageError, match=said):
            activate(resolver, text)
    assert resolver.log.head() == head
    resolver.log.close()


def test_a_version_is_never_used_for_two_models(database: str) -> None:
    resolver = run(database, [], 1)
    activate(resolver, other())
    with pytest.raises(RuleViolationError, match="version of its own"):
        activate(resolver, other(link_threshold=500))
    resolver.log.close()


def test_a_comparison_says_beforehand_what_the_activation_then_does(database: str) -> None:
    items = story(11, 150)
    resolver = run(database, items, 50)
    before = stored_customers(database)
    head = resolver.log.head()
    for text in (other(), LAXER):
        found = compare(resolver, read_model(text), examples=6)
        assert resolver.log.head() == head
        after = expected(items, text)
        assert found.customers == (len(before), len(after))
        assert found.unchanged == len(before & after)
        touched = {c for change in found.changes for c in change.before}
        assert touched == before - after
        assert {c for change in found.changes for c in change.after} == after - before
        _reasons_hold(found)
    assert compare(resolver, read_model(other()), read_model(other())).changes == ()
    resolver.log.close()


def _reasons_hold(found: Comparison) -> None:
    assert found.examples
    for change in found.examples:
        assert change.reason is not None
        left, right = str(change.reason.left), str(change.reason.right)
        together = change.after if change.kind is Kind.MERGED else change.before
        assert any({left, right} <= cluster for cluster in together)
        for total, weights in (
            (change.reason.before, [f.before for f in change.reason.features]),
            (change.reason.after, [f.after for f in change.reason.features]),
        ):
            if total is not None:
                priors = yaml.safe_load(default_text())["prior"].values()
                assert total in {prior + sum(weights) for prior in priors}


def test_changes_are_told_apart() -> None:
    def parts(*texts: str) -> list[frozenset[str]]:
        return [frozenset(text) for text in texts]

    (merged,) = differences(parts("ab", "c", "x"), parts("abc", "x"))
    (split,) = differences(parts("abc", "x"), parts("ab", "c", "x"))
    (regrouped,) = differences(parts("ab", "cd", "x"), parts("ac", "bd", "x"))
    assert [c.kind for c in (merged, split, regrouped)] == [Kind.MERGED, Kind.SPLIT, Kind.REGROUPED]
    assert merged.before == tuple(parts("ab", "c"))
    assert differences(parts("ab", "c"), parts("c", "ab")) == []
