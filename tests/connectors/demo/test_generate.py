"""The made-up messages: repeatable, of the size asked for, readable except where they are meant not to be."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

import pytest

from connectors.contracts import ActivityReported, Deleted, Message, Observed, Renamed, decode, read
from connectors.demo import UNITS, DemoData, generate
from connectors.demo.checksums import organisation_check, resident_check, uscc_check
from connectors.demo.defects import DEFECTS
from connectors.demo.generate import ACTIVITIES, CUSTOMERS, OWNED
from hub.kernel.errors import InvalidMessageError
from hub.kernel.ids import RecordKey

SCALE = 0.1


@cache
def demo() -> DemoData:
    return generate(seed=7, scale=SCALE)


@cache
def messages() -> tuple[Message, ...]:
    """Everything readable, in the order of arrival."""
    return tuple(read(decode(m.value), set(UNITS)) for m in demo().messages if m.defect is None)


@cache
def readings() -> dict[str, list[Observed]]:
    """The readings of every record, in the order of arrival, each once."""
    found: dict[str, dict[object, Observed]] = defaultdict(dict)
    for message in messages():
        if isinstance(message, Observed):
            found[str(message.record.key)].setdefault(message.event.uid, message)
    return {key: list(each.values()) for key, each in found.items()}


def first_arrivals() -> dict[str, int]:
    """When each record is heard of for the first time, as a place in the order of arrival."""
    first: dict[str, int] = {}
    for place, message in enumerate(messages()):
        if isinstance(message, Observed):
            first.setdefault(str(message.record.key), place)
    return first


def test_the_same_seed_gives_the_same_messages_and_another_seed_others() -> None:
    again, other = generate(seed=7, scale=0.01), generate(seed=8, scale=0.01)

    assert again == generate(seed=7, scale=0.01)
    assert again.messages != other.messages


def test_there_is_as_much_as_was_asked_for() -> None:
    data = demo()

    assert data.counts["customers"] == len(set(data.truth.values())) == CUSTOMERS * SCALE
    assert data.counts["records"] == len(data.truth) == pytest.approx(20_000 * SCALE, rel=0.06)
    assert data.counts["activities"] == pytest.approx(ACTIVITIES * SCALE, rel=0.02)
    assert len({seed.record for seed in data.ownership}) == OWNED * SCALE
    assert data.counts["messages"] == len(data.messages)


def test_even_a_tiny_group_has_everything() -> None:
    data = generate(scale=0.001)

    assert data.counts["customers"] == 30
    assert data.counts["broken messages"] == len(DEFECTS)


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_broken_message_is_refused(defect: str) -> None:
    (broken,) = [m for m in demo().messages if m.defect == defect]

    with pytest.raises(InvalidMessageError) as caught:
        read(decode(broken.value), set(UNITS))
    assert caught.value.field
    assert caught.value.remedy


def test_each_defect_is_refused_for_its_own_reason() -> None:
    reasons = set()
    for broken in (m for m in demo().messages if m.defect):
        with pytest.raises(InvalidMessageError) as caught:
            read(decode(broken.value), set(UNITS))
        reasons.add((caught.value.field, caught.value.reason))

    assert len(reasons) == len(DEFECTS)


def test_messages_come_by_their_units_topics_keyed_by_their_record() -> None:
    readable = [m for m in demo().messages if m.defect is None]
    for sent, message in zip(readable, messages(), strict=True):
        key = (
            message.record.key if isinstance(message, Observed)
            else message.old if isinstance(message, Renamed)
            else message.key
        )  # fmt: skip
        kind = "activities" if isinstance(message, ActivityReported) else "customers"
        assert sent.key == str(key)
        assert sent.topic == f"{kind}.{key.system}"


def test_the_truth_knows_every_record_and_no_other() -> None:
    assert set(readings()) == set(demo().truth)
    assert all(str(RecordKey.parse(key)) == key for key in demo().truth)


def test_retired_records_are_those_whose_last_word_is_their_end() -> None:
    last: dict[str, tuple[object, str, bool]] = {}
    for message in messages():
        match message:
            case Observed(record=record):
                word = (record.source_time, record.version, False)
                key = str(record.key)
            case Deleted() | Renamed():
                key = str(message.key if isinstance(message, Deleted) else message.old)
                word = (message.source_time, message.version, True)
            case _:
                continue
        last[key] = max(last.get(key, word), word)

    assert {key for key, (_, _, ended) in last.items() if ended} == demo().retired
    assert {m.deletion for m in messages() if isinstance(m, Deleted)} == {"soft", "hard", "unknown", "merged"}
    assert any(isinstance(m, Renamed) for m in messages())


def test_a_merger_or_renaming_at_the_source_stays_with_one_true_customer() -> None:
    truth = demo().truth
    for message in messages():
        if isinstance(message, Renamed):
            assert truth[str(message.old)] == truth[str(message.new)]
        if isinstance(message, Deleted) and message.survivor:
            assert truth[str(message.key)] == truth[str(message.survivor)]


def test_some_messages_are_repeated_and_some_arrive_out_of_order() -> None:
    uids = Counter(message.event.uid for message in messages())
    unordered = [
        key for key, each in readings().items()
        if [r.record.source_time for r in each] != sorted(r.record.source_time for r in each)
    ]  # fmt: skip

    assert sum(n - 1 for n in uids.values()) == demo().counts["repeated messages"] > 0
    assert unordered


def test_some_activities_overtake_their_record_and_some_never_find_one() -> None:
    first = first_arrivals()
    early, lost = set(), set()
    for place, message in enumerate(messages()):
        if isinstance(message, ActivityReported):
            if str(message.key) not in first:
                lost.add(message.event.uid)
            elif place < first[str(message.key)]:
                early.add(message.event.uid)

    assert len(early) == demo().counts["early activities"] == 30
    assert len(lost) == demo().counts["lost activities"] == 5


def test_check_characters_of_identifiers_are_right() -> None:
    checked = Counter[str]()
    for each in readings().values():
        for reading in each:
            for code in reading.record.values_of("identifier.uscc"):
                assert uscc_check(code[:17]) == code[17]
                assert organisation_check(code[8:16]) == code[16]
                checked["uscc"] += 1
            for code in reading.record.values_of("identifier.national_id"):
                assert resident_check(code[:17]) == code[17]
                checked["national_id"] += 1

    assert checked["uscc"] > 100
    assert checked["national_id"] > 100


def test_known_identifiers_have_the_check_characters_that_the_standards_give() -> None:
    assert uscc_check("91350100M000100Y4") == "3"
    assert uscc_check("91310115MA9XK2T02") == "R"
    assert organisation_check("MA9XK2T0") == "2"
    assert resident_check("11010519491231002") == "X"


def test_two_true_customers_never_share_an_identifier() -> None:
    owners: dict[tuple[str, str], set[int]] = defaultdict(set)
    for key, each in readings().items():
        for reading in each:
            for value in reading.record.values:
                if value.path in ("identifier.uscc", "identifier.national_id"):
                    owners[value.path, value.value].add(demo().truth[key])

    assert all(len(numbers) == 1 for numbers in owners.values())


def test_the_records_of_a_customer_are_rarely_alike_and_different_customers_sometimes_share_a_telephone() -> (
    None
):
    phones: dict[str, set[int]] = defaultdict(set)
    names: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    for key, each in readings().items():
        record = each[-1].record
        names[demo().truth[key]].add(tuple(v.value for v in record.values if v.path.startswith("name.")))
        for value in record.values:
            if value.path.startswith(("contact.phone", "contact.mobile")):
                phones[re.sub(r"\D", "", value.value)[-8:]].add(demo().truth[key])

    assert sum(len(each) > 1 for each in names.values()) > 200
    assert sum(len(numbers) > 1 for numbers in phones.values()) > 20


def test_names_come_in_every_script() -> None:
    text = "\n".join(v.value for each in readings().values() for r in each for v in r.record.values)

    for fragment in ("有限公司", "(上海)", "（上海）", "限公司分公司"[3:], "GmbH", "Ltd", "SARL", "é", "ü"):
        assert fragment in text
    assert re.search("[張陳楊劉趙黃吳]", text)
    assert re.search("[０-９]", text)


def test_the_story_is_of_a_company_known_to_three_units_under_several_names() -> None:
    data = demo()
    keys = [key for key, number in data.truth.items() if number == data.truth[data.story]]
    names = {
        v.value
        for key in keys
        for reading in readings()[key]
        for v in reading.record.values
        if v.path.startswith("name.")
    }
    activities = [m for m in messages() if isinstance(m, ActivityReported) and str(m.key) in keys]

    assert len(keys) >= 4
    assert len({key.partition("/")[0] for key in keys}) >= 3
    assert not data.retired.intersection(keys)
    assert {"上海星桥仪器有限公司", "沪江星桥精密仪器（上海）有限公司", "沪江星桥"} <= names
    assert any("滬江星橋" in name for name in names)
    assert any(name.startswith("Hujiang Starbridge") for name in names)
    assert len({a.type for a in activities}) >= 4
    assert data.ownership[0].record == data.story


def test_ownership_follows_from_an_assignment_and_names_living_records() -> None:
    data = demo()
    by_record: dict[str, list[str]] = defaultdict(list)
    for seed in data.ownership:
        by_record[seed.record].append(seed.kind)
        assert seed.record in data.truth
        assert seed.record not in data.retired
        assert (seed.owner is None) == (seed.kind == "release")
        assert (seed.valid_to is not None) == (seed.kind == "correct")
        assert seed.valid_to is None or seed.valid_from < seed.valid_to

    assert all(kinds[0] == "assign" and kinds.count("assign") == 1 for kinds in by_record.values())
    assert {seed.kind for seed in data.ownership} == {"assign", "transfer", "release", "correct"}
    assert len({data.truth[record] for record in by_record}) == len(by_record)
