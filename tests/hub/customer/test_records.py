"""Records come, change and go; late and repeated news never make a customer older than it is."""

from __future__ import annotations

import itertools

import pytest

from hub.customer.commands import (
    CustomerCommand,
    LinkRecord,
    Register,
    RetireRecord,
    ReviseRecord,
    UnlinkRecord,
)
from hub.customer.decide import decide
from hub.customer.events import CustomerRegistered, RecordLinked, RecordRevised
from hub.customer.evolve import evolve
from hub.customer.state import Customer, NoCustomer
from hub.kernel.errors import NotFoundError, StoredDataError
from hub.kernel.ids import RecordKey
from hub.kernel.provenance import EventRef
from hub.kernel.source_record import PartyKind
from tests.hub.customer.given import after, given
from tests.hub.samples import CUSTOMER, KEY, OTHER, day, meta, record


def test_a_customer_is_registered_once() -> None:
    assert list(decide(Register(kind=PartyKind.PERSON), NoCustomer())) == [
        CustomerRegistered(kind=PartyKind.PERSON)
    ]
    assert not decide(Register(kind=PartyKind.PERSON), given())


def test_nothing_can_be_asked_of_a_customer_that_was_never_registered() -> None:
    with pytest.raises(NotFoundError):
        decide(LinkRecord(record=record()), NoCustomer())


def test_a_history_without_a_beginning_is_damaged() -> None:
    with pytest.raises(StoredDataError):
        evolve(
            NoCustomer(), RecordLinked(record=record()), EventRef(originator_id=CUSTOMER, version=1), meta()
        )


def test_linking_twice_changes_nothing() -> None:
    assert not decide(LinkRecord(record=record()), given())


def test_a_record_that_is_not_linked_can_be_neither_revised_nor_retired() -> None:
    stranger = RecordKey("crm", "account", "9")
    with pytest.raises(NotFoundError):
        decide(ReviseRecord(record=record("9")), given())
    with pytest.raises(NotFoundError):
        decide(RetireRecord(key=stranger, version="1", source_time=day(1), deletion="hard"), given())
    assert not decide(UnlinkRecord(key=stranger, moved_to=OTHER), given())


def test_a_reading_that_comes_late_is_kept_in_the_history_only() -> None:
    fresh = record(number=5, name__legal="新")
    late = record(number=3, name__legal="旧")
    customer = after(given(), ReviseRecord(record=fresh), ReviseRecord(record=late))
    assert customer.records[KEY].record.values_of("name.legal") == ("新",)
    assert customer.version == 4


def test_a_value_keeps_the_time_since_when_it_has_held() -> None:
    customer = after(
        given(RecordRevised(record=record(number=1, contact__phone="1", name__legal="a"))),
        ReviseRecord(record=record(number=4, contact__phone="1", name__legal="b")),
    )
    since = {v.path: v.valid_at for v in customer.records[KEY].record.values}
    assert since == {"contact.phone": day(1), "name.legal": day(4)}


def test_a_deletion_wins_over_older_readings_and_loses_to_newer_ones() -> None:
    gone = RetireRecord(key=KEY, version="6", source_time=day(6), deletion="soft")
    customer = after(given(), gone)
    assert customer.records[KEY].retired
    assert after(customer, ReviseRecord(record=record(number=2))).records[KEY].retired
    back = after(customer, ReviseRecord(record=record(number=7)))
    assert not back.records[KEY].retired
    assert not after(back, gone).records[KEY].retired


def test_readings_and_deletions_end_the_same_in_every_order() -> None:
    news: tuple[CustomerCommand, ...] = (
        ReviseRecord(record=record(number=1, name__legal="一")),
        ReviseRecord(record=record(number=2, name__legal="二")),
        ReviseRecord(record=record(number=2, name__legal="贰")),
        RetireRecord(key=KEY, version="3", source_time=day(3), deletion="soft"),
        ReviseRecord(record=record(number=4, name__legal="四")),
    )

    def end(customer: Customer) -> object:
        linked = customer.records[KEY]
        return linked.freshness, linked.retired, linked.record.values_of("name.legal")

    assert len({end(after(given(), *order)) for order in itertools.permutations(news)}) == 1
    assert len({end(after(given(), *order)) for order in itertools.permutations(news[:4])}) == 1
