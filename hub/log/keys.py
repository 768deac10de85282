"""Keys of personal values: one a subject, wrapped by the master key, in a table of their own.

Destroying a subject's key makes its personal values unreadable in every copy of the log; everything else stays.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Collection
from threading import Lock
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from hub.kernel.errors import SettingsError

NONCE_BYTES = 12
CACHED_KEYS = 50_000


class KeyRing:
    """Finds, makes and destroys the keys of subjects. *master_key* is 32 bytes; it never enters the database."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != 32:
            raise SettingsError("the master key has to be 32 bytes; set HUB_MASTER_KEY to their base64 form")
        self._master = AESGCM(master_key)
        self._cache: OrderedDict[UUID, AESGCM] = OrderedDict()
        self._lock = Lock()

    def ensure(self, connection: Connection[Any], subjects: Collection[UUID]) -> None:
        """Make a key for each of *subjects* that has none; one round trip for all that are not cached.

        A subject whose key was destroyed gets none: writing about it raises later, in `cipher`. *connection* must not
        be in a transaction: a key that a rollback takes back would stay in the cache, and what it encrypts be lost.
        """
        missing = sorted(s for s in set(subjects) if s not in self._cache)  # in one order: no deadlock
        if not missing:
            return
        if connection.info.transaction_status is not TransactionStatus.IDLE:
            raise RuntimeError("keys are made outside of any transaction")
        fresh = {s: AESGCM.generate_key(bit_length=256) for s in missing}
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO hub_subject_key (subject_id, wrapped) SELECT * FROM unnest(%b::uuid[], %b::bytea[])"
                " ON CONFLICT (subject_id) DO NOTHING",
                (list(fresh), [self._wrap(s, key) for s, key in fresh.items()]),
            )
        self.fetch(connection, subjects)

    def fetch(self, connection: Connection[Any], subjects: Collection[UUID]) -> None:
        """Bring the keys of *subjects* into the cache; destroyed and unknown ones stay away.

        None of *subjects* is among those that give way: a key that is missing when it is needed reads as destroyed.
        """
        wanted = set(subjects)
        with self._lock:
            missing = [s for s in wanted if s not in self._cache]
            for subject in wanted.difference(missing):
                self._cache.move_to_end(subject)
        if not missing:
            return
        with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(
                "SELECT subject_id, wrapped FROM hub_subject_key WHERE subject_id = ANY(%b) AND wrapped IS NOT NULL",
                (missing,),
            )
            found = {subject: AESGCM(self._unwrap(subject, wrapped)) for subject, wrapped in cursor}
        with self._lock:
            self._cache.update(found)
            while len(self._cache) > max(CACHED_KEYS, len(wanted)):
                self._cache.popitem(last=False)

    def cipher(self, subject: UUID) -> AESGCM | None:
        """The cipher of *subject*, None when its key has been destroyed or was not fetched."""
        return self._cache.get(subject)

    def destroy(self, connection: Connection[Any], subject: UUID) -> None:
        """Forget the key of *subject* for good."""
        with self._lock:
            self._cache.pop(subject, None)
        connection.execute(
            "UPDATE hub_subject_key SET wrapped = NULL, destroyed_at = now() WHERE subject_id = %s",
            (subject,),
        )

    def _wrap(self, subject: UUID, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._master.encrypt(nonce, key, subject.bytes)

    def _unwrap(self, subject: UUID, wrapped: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], subject.bytes)
        except InvalidTag as error:
            raise SettingsError(
                "the keys in this database were wrapped by another master key; set HUB_MASTER_KEY to that one"
            ) from error
