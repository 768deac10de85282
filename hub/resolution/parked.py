"""Activities that wait for their source record to become known, encrypted with that record's key."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.ids import RecordKey
from hub.log.keys import NONCE_BYTES, KeyRing
from hub.resolution.items import Report

_COLUMNS = "SELECT p.uid, p.record_key, p.head, p.sealed FROM hub_parked p"


def park(connection: Connection[Any], keys: KeyRing, reports: Sequence[Report], now: datetime) -> None:
    """Keep *reports* until their records are known; the records' keys have to be there."""
    if not reports:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hub_parked SELECT u, k, h::jsonb, s, %b"
            " FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bytea[]) AS t(u, k, h, s)",
            (
                now,
                [r.uid for r in reports],
                [str(r.key) for r in reports],
                [_head(r) for r in reports],
                [_seal(keys, r) for r in reports],
            ),
        )


def waiting_for(connection: Connection[Any], keys: KeyRing, records: Collection[str]) -> list[Report]:
    """The parked reports of *records*."""
    return _read(
        connection,
        keys,
        f"{_COLUMNS} WHERE p.record_key = ANY(%b::text[]) ORDER BY p.parked_at, p.uid",
        (list(records),),
    )


def now_known(connection: Connection[Any], keys: KeyRing, limit: int) -> list[Report]:
    """Parked reports whose record has become known since."""
    query = (
        f"{_COLUMNS} JOIN hub_source_record s ON s.record_key = p.record_key AND s.customer_id IS NOT NULL"
        " ORDER BY p.parked_at, p.uid LIMIT %b"
    )
    return _read(connection, keys, query, (limit,))


def older_than(connection: Connection[Any], keys: KeyRing, moment: datetime, limit: int) -> list[Report]:
    """Reports parked before *moment*, oldest first; nobody else takes them out before the transaction's end."""
    query = f"{_COLUMNS} WHERE p.parked_at < %b ORDER BY p.parked_at, p.uid LIMIT %b FOR UPDATE SKIP LOCKED"
    return _read(connection, keys, query, (moment, limit))


def take_out(connection: Connection[Any], uids: Collection[UUID], *, with_receipts: bool = False) -> bool:
    """Forget parked reports that have found their place, or that nobody waits for any more (*with_receipts*).

    Gives whether all were still there: another worker may have been quicker.
    """
    if not uids:
        return True
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hub_parked WHERE uid = ANY(%b::uuid[])", (list(uids),))
        were_there = cursor.rowcount == len(set(uids))
        if with_receipts:
            cursor.execute("DELETE FROM hub_receipt WHERE uid = ANY(%b::uuid[])", (list(uids),))
    return were_there


def _head(report: Report) -> str:
    head = {
        "type": report.type,
        "unit": report.unit,
        "occurred_at": report.occurred_at,
        "actor": report.actor,
        "via": report.via,
        "correlation_id": report.correlation_id,
    }
    return orjson.dumps(head).decode()


def _seal(keys: KeyRing, report: Report) -> bytes:
    cipher = keys.cipher(report.key.record_id)
    if cipher is None:
        return b""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, orjson.dumps(report.data), report.uid.bytes)


def _read(connection: Connection[Any], keys: KeyRing, query: str, params: tuple[Any, ...]) -> list[Report]:
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        rows = cursor.execute(query, params).fetchall()
    keys.fetch(connection, [RecordKey.parse(key).record_id for _, key, _, _ in rows])
    reports: list[Report] = []
    for uid, key, head, sealed in rows:
        record_key = RecordKey.parse(key)
        cipher = keys.cipher(record_key.record_id)
        data = (
            orjson.loads(cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], uid.bytes))
            if cipher and sealed
            else {}
        )
        reports.append(
            Report(
                uid=uid,
                key=record_key,
                type=head["type"],
                unit=head["unit"],
                data=data,
                occurred_at=datetime.fromisoformat(head["occurred_at"]),
                actor=head["actor"],
                via=head["via"],
                correlation_id=UUID(head["correlation_id"]),
            )
        )
    return reports
