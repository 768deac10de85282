"""The match index in PostgreSQL: current source records, their blocking keys, raw edges and assertions.

Everything here is read by one batched query a step, never one a record. Writers hold the log's lock; *stamp* counts
their commits, so that a reader can find out under the lock whether anything it looked at has changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.source_record import Freshness
from hub.resolution.succession import Succession


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedRecord:
    """A source record in the index. *number* orders records by first sight; None before it is stored."""

    number: int | None
    key: str
    kind: str
    customer_id: UUID | None
    home_id: UUID | None
    freshness: Freshness
    retired: bool
    prepared: bytes
    succession: Succession | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEdge:
    """A raw edge between two numbered records."""

    left: int
    right: int
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertedPair:
    """What one assertion says of one ordered pair of records."""

    left: str
    right: str
    assertion_id: UUID
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The index's commit counter, how many assertions are in force, and the digest of the active model ("": none was activated)."""

    stamp: int
    assertions: int
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a batch has looked at: a change to any of it since means that the batch has to be computed again."""

    keys: frozenset[int]
    records: frozenset[str]
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexChange:
    """What a batch writes: records, blocking keys and raw edges.

    *keys_gone* are (blocking key, record number), *keys_come* (blocking key, record key); *edges_gone* are pairs of
    record numbers in both directions, *edges_come* (record key, record key, weight) once each. *keys_crossed* are blocking
    keys that begin or cease to make pairs. *doubts_gone* are records all of whose doubts are found anew, these as
    *doubts_come*. *numbers* has the numbers of records that are stored already.
    """

    numbers: Mapping[str, int]

    put: Sequence[IndexedRecord]
    keys_gone: Collection[tuple[int, int]]
    keys_come: Collection[tuple[int, str]]
    edges_gone: Collection[tuple[int, int]]
    edges_come: Collection[tuple[str, str, int]]
    keys_crossed: Collection[int] = ()
    doubts_gone: Collection[int] = ()
    doubts_come: Collection[tuple[str, str, int]] = ()


_RECORD = (
    "SELECT record_no, record_key, kind, customer_id, home_id, source_time, version, content, retired, prepared,"
    " renamed_to, renamed_at, renamed_version FROM hub_source_record"
)


def read_clock(connection: Connection[Any]) -> Clock:
    """The counter now; read it before anything else."""
    row = _rows(connection, "SELECT stamp, assertions, model FROM hub_match_clock", ())[0]
    return Clock(stamp=row[0], assertions=row[1], model=row[2])


def records_by_key(connection: Connection[Any], keys: Collection[str]) -> list[IndexedRecord]:
    """The records named *keys*; unknown ones are missing."""
    return [
        _record(r) for r in _rows(connection, f"{_RECORD} WHERE record_key = ANY(%b::text[])", (list(keys),))
    ]


def records_by_number(connection: Connection[Any], numbers: Collection[int]) -> list[IndexedRecord]:
    """The records numbered *numbers*."""
    return [
        _record(r)
        for r in _rows(connection, f"{_RECORD} WHERE record_no = ANY(%b::bigint[])", (list(numbers),))
    ]


def records_of(connection: Connection[Any], customer_ids: Collection[UUID]) -> list[IndexedRecord]:
    """The records that *customer_ids* hold, deleted ones too."""
    query = f"{_RECORD} WHERE customer_id = ANY(%b::uuid[])"
    return [_record(r) for r in _rows(connection, query, (list(customer_ids),))]


def live_records_after(
    connection: Connection[Any], number: int, upto: int, limit: int
) -> list[IndexedRecord]:
    """Up to *limit* records that are not deleted, numbered behind *number* and not behind *upto*, in their order."""
    query = f"{_RECORD} WHERE record_no > %b AND record_no <= %b AND NOT retired ORDER BY record_no LIMIT %b"
    return [_record(r) for r in _rows(connection, query, (number, upto, limit))]


def live_records_of_customers_after(
    connection: Connection[Any], customer_id: UUID, limit: int
) -> list[IndexedRecord]:
    """The records that are not deleted of the next *limit* customers behind *customer_id*."""
    query = (
        f"{_RECORD} WHERE NOT retired AND customer_id = ANY(ARRAY(SELECT DISTINCT customer_id FROM hub_source_record"
        " WHERE customer_id > %b AND NOT retired ORDER BY customer_id LIMIT %b))"
    )
    return [_record(r) for r in _rows(connection, query, (customer_id, limit))]


def living_records(connection: Connection[Any], after: int, limit: int) -> list[IndexedRecord]:
    """Up to *limit* records that are not deleted, by number, behind the number *after*."""
    query = f"{_RECORD} WHERE record_no > %b AND NOT retired ORDER BY record_no LIMIT %b"
    return [_record(r) for r in _rows(connection, query, (after, limit))]


def live_records_of(connection: Connection[Any], customer_ids: Collection[UUID]) -> list[str]:
    """The keys of the records that *customer_ids* hold and that are not deleted."""
    query = "SELECT record_key FROM hub_source_record WHERE customer_id = ANY(%b::uuid[]) AND NOT retired"
    return [key for (key,) in _rows(connection, query, (list(customer_ids),))]


def numbers_by_blocking_key(
    connection: Connection[Any], keys: Collection[int], most: int
) -> list[tuple[int, int]]:
    """(blocking key, record number) for the indexed records that have one of *keys*, at most so many a key."""
    query = (
        "SELECT k, record_no FROM unnest(%b::bigint[]) AS k CROSS JOIN LATERAL"
        " (SELECT record_no FROM hub_match_key WHERE key = k LIMIT %b) AS held"
    )
    return _rows(connection, query, (list(keys), most))


def edges_of(connection: Connection[Any], numbers: Collection[int]) -> list[StoredEdge]:
    """All raw edges that leave the records numbered *numbers*."""
    query = "SELECT left_no, right_no, weight FROM hub_match_edge WHERE left_no = ANY(%b::bigint[])"
    return [
        StoredEdge(left=left, right=right, weight=w)
        for left, right, w in _rows(connection, query, (list(numbers),))
    ]


def assertions_of(connection: Connection[Any], keys: Collection[str]) -> list[AssertedPair]:
    """All asserted pairs whose left side is one of *keys*."""
    query = "SELECT left_key, right_key, assertion_id, same FROM hub_assertion_pair WHERE left_key = ANY(%b::text[])"
    rows = _rows(connection, query, (list(keys),))
    return [AssertedPair(left=left, right=right, assertion_id=i, same=same) for left, right, i, same in rows]


def all_assertions(connection: Connection[Any]) -> list[AssertedPair]:
    """All asserted pairs, each in both directions."""
    rows = _rows(connection, "SELECT left_key, right_key, assertion_id, same FROM hub_assertion_pair", ())
    return [AssertedPair(left=left, right=right, assertion_id=i, same=same) for left, right, i, same in rows]


def changed_since(connection: Connection[Any], clock: Clock, watched: Watched) -> bool:
    """Whether anything of *watched* was changed by commits after *clock*."""
    now = read_clock(connection)
    if now.stamp == clock.stamp:
        return False
    since = (clock.stamp,)
    if (now.assertions, now.model) != (clock.assertions, clock.model):
        return True
    if watched.keys & {
        k for (k,) in _rows(connection, "SELECT key FROM hub_match_key WHERE stamp > %b", since)
    }:
        return True
    query = "SELECT record_key FROM hub_source_record WHERE stamp > %b"
    if watched.records & {k for (k,) in _rows(connection, query, since)}:
        return True
    query = "SELECT left_no FROM hub_match_edge WHERE stamp > %b"
    return bool(watched.numbers & {n for (n,) in _rows(connection, query, since)})


def write(connection: Connection[Any], change: IndexChange) -> None:
    """Store a batch's records, keys and edges under the next stamp. Only under the log's lock."""
    if not change.put:
        return
    stamp = _next_stamp(connection)
    numbers = {**change.numbers, **_write_records(connection, change.put, stamp)}
    with connection.cursor() as cursor:
        if change.keys_gone:
            cursor.execute(
                "DELETE FROM hub_match_key USING unnest(%b::bigint[], %b::bigint[]) AS g(k, n)"
                " WHERE key = g.k AND record_no = g.n",
                _columns(change.keys_gone, 2),
            )
        if change.keys_come:
            rows = sorted((key, numbers[record]) for key, record in change.keys_come)
            cursor.execute(
                "INSERT INTO hub_match_key SELECT k, n, %b FROM unnest(%b::bigint[], %b::bigint[]) AS c(k, n)"
                " ON CONFLICT DO NOTHING",
                (stamp, *_columns(rows, 2)),
            )
        if change.keys_crossed:
            cursor.execute(
                "UPDATE hub_match_key SET stamp = %b WHERE key = ANY(%b::bigint[])",
                (stamp, list(change.keys_crossed)),
            )
        if change.edges_gone:
            cursor.execute(
                "DELETE FROM hub_match_edge USING unnest(%b::bigint[], %b::bigint[]) AS g(l, r)"
                " WHERE left_no = g.l AND right_no = g.r",
                _columns(change.edges_gone, 2),
            )
        if change.edges_come:
            pairs = [(numbers[left], numbers[right], weight) for left, right, weight in change.edges_come]
            both = sorted(pairs + [(right, left, weight) for left, right, weight in pairs])
            cursor.execute(
                "INSERT INTO hub_match_edge SELECT l, r, w, %b FROM"
                " unnest(%b::bigint[], %b::bigint[], %b::integer[]) AS t(l, r, w)",
                (stamp, *_columns(both, 3)),
            )
    write_doubts(connection, gone=change.doubts_gone, come=change.doubts_come, numbers=numbers)


def write_doubts(
    connection: Connection[Any],
    *,
    gone: Collection[int],
    come: Collection[tuple[str, str, int]],
    numbers: Mapping[str, int],
) -> None:
    """Forget all doubts of the records numbered *gone*, then store those that *come*. Only under the log's lock."""
    if gone:
        connection.execute(
            "DELETE FROM hub_match_doubt WHERE left_no = ANY(%(gone)b::bigint[]) OR right_no = ANY(%(gone)b::bigint[])",
            {"gone": list(gone)},
        )
    if come:
        pairs = [(numbers[left], numbers[right], weight) for left, right, weight in come]
        both = sorted(pairs + [(right, left, weight) for left, right, weight in pairs])
        connection.execute(
            "INSERT INTO hub_match_doubt SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::integer[])",
            _columns(both, 3),
        )


def _columns(rows: Collection[tuple[Any, ...]], width: int) -> tuple[list[Any], ...]:
    return tuple([row[i] for row in rows] for i in range(width))


def record_assertion(
    connection: Connection[Any], assertion_id: UUID, pairs: Sequence[tuple[str, str]], same: bool
) -> None:
    """Put an assertion in force for *pairs*, in both directions."""
    both = [*pairs, *((right, left) for left, right in pairs)]
    connection.execute(
        "INSERT INTO hub_assertion_pair SELECT l, r, %s, %s FROM unnest(%s::text[], %s::text[]) AS t(l, r)",
        (assertion_id, same, [left for left, _ in both], [right for _, right in both]),
    )
    _next_stamp(connection, assertions=1)


def hand_on_assertions(connection: Connection[Any], renamed: Sequence[tuple[str, str]]) -> None:
    """Put in force for each new key of *renamed* (old, new) what is in force for the old one; chains from front to back."""
    come = 0
    for old, new in renamed:
        come += connection.execute(
            "INSERT INTO hub_assertion_pair SELECT %(new)s, right_key, assertion_id, same FROM hub_assertion_pair"
            " WHERE left_key = %(old)s AND right_key <> %(new)s"
            " UNION SELECT left_key, %(new)s, assertion_id, same FROM hub_assertion_pair"
            " WHERE right_key = %(old)s AND left_key <> %(new)s ON CONFLICT DO NOTHING",
            {"old": old, "new": new},
        ).rowcount
    if come:
        _next_stamp(connection, assertions=1)


def keys_of_assertions(connection: Connection[Any], assertion_ids: Collection[UUID]) -> set[str]:
    """All records that the assertions are in force for."""
    query = "SELECT DISTINCT left_key FROM hub_assertion_pair WHERE assertion_id = ANY(%b::uuid[])"
    return {key for (key,) in _rows(connection, query, (list(assertion_ids),))}


def use_model(connection: Connection[Any], digest: str) -> None:
    """Let the model of *digest* be in force from now on."""
    connection.execute("UPDATE hub_match_clock SET model = %s, stamp = stamp + 1", (digest,))


def withdraw_assertion(connection: Connection[Any], assertion_id: UUID) -> None:
    """Take an assertion out of force."""
    connection.execute("DELETE FROM hub_assertion_pair WHERE assertion_id = %s", (assertion_id,))
    _next_stamp(connection, assertions=1)


def _next_stamp(connection: Connection[Any], assertions: int = 0) -> int:
    query = "UPDATE hub_match_clock SET stamp = stamp + 1, assertions = assertions + %b RETURNING stamp"
    return int(_rows(connection, query, (assertions,))[0][0])


def _write_records(connection: Connection[Any], put: Sequence[IndexedRecord], stamp: int) -> dict[str, int]:
    """Insert or update *put*; gives their numbers. New records without one are numbered in the order given."""
    if not put:
        return {}
    rows = _rows(
        connection,
        "INSERT INTO hub_source_record AS s (record_no, record_key, kind, customer_id, home_id, source_time, version,"
        " content, retired, prepared, renamed_to, renamed_at, renamed_version, stamp) OVERRIDING SYSTEM VALUE"
        " SELECT coalesce(no, nextval('hub_source_record_record_no_seq')), k, kind, c, h, t, v, f, r, p, rk, rt, rv, %b"
        " FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::text[], %b::text[], %b::boolean[], %b::bytea[], %b::text[],"
        " %b::timestamptz[], %b::text[]) WITH ORDINALITY AS n(no, k, kind, c, h, t, v, f, r, p, rk, rt, rv, o) ORDER BY o"
        " ON CONFLICT (record_key) DO UPDATE SET kind = excluded.kind, customer_id = excluded.customer_id,"
        " home_id = excluded.home_id, source_time = excluded.source_time, version = excluded.version,"
        " content = excluded.content, retired = excluded.retired, prepared = excluded.prepared, stamp = excluded.stamp,"
        " renamed_to = excluded.renamed_to, renamed_at = excluded.renamed_at, renamed_version = excluded.renamed_version"
        " RETURNING record_no, record_key",
        (
            stamp,
            [r.number for r in put],
            [r.key for r in put],
            [r.kind for r in put],
            [r.customer_id for r in put],
            [r.home_id for r in put],
            [r.freshness[0] for r in put],
            [r.freshness[1] for r in put],
            [r.freshness[2] for r in put],
            [r.retired for r in put],
            [r.prepared for r in put],
            [r.succession.new if r.succession else None for r in put],
            [r.succession.source_time if r.succession else None for r in put],
            [r.succession.version if r.succession else None for r in put],
        ),
    )
    return {key: number for number, key in rows}


def _rows(connection: Connection[Any], query: str, params: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(query, tuple(params))
        return cursor.fetchall()


def _record(row: tuple[Any, ...]) -> IndexedRecord:
    number, key, kind, customer_id, home_id, time, version, content, retired, prepared, *renamed = row
    at: datetime = time
    new, renamed_at, renamed_version = renamed
    return IndexedRecord(
        number=number,
        key=key,
        kind=kind,
        customer_id=customer_id,
        home_id=home_id,
        freshness=(at, version, content),
        retired=retired,
        prepared=prepared,
        succession=Succession(new=new, source_time=renamed_at, version=renamed_version) if new else None,
    )
