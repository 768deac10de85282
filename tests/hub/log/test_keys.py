"""The key ring's memory is bounded, and never gives up a key that is needed right now."""

from __future__ import annotations

import psycopg
import pytest

from hub.kernel.ids import new_id
from hub.log import keys
from hub.log.keys import KeyRing
from hub.log.migrate import migrate


def test_fetching_further_keys_does_not_drop_an_old_one_of_the_same_page(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(empty_database)
    monkeypatch.setattr(keys, "CACHED_KEYS", 2)
    oldest, second, third = new_id(), new_id(), new_id()
    with psycopg.connect(empty_database, autocommit=True) as connection:
        ring = KeyRing(b"k" * 32)
        ring.ensure(connection, [oldest])
        ring.ensure(connection, [second])
        ring.ensure(connection, [oldest, third])
        assert ring.cipher(oldest) is not None
        assert ring.cipher(third) is not None
        assert ring.cipher(second) is None
        ring.fetch(connection, [oldest, second, third])
        assert None not in (ring.cipher(oldest), ring.cipher(second), ring.cipher(third))


def test_no_key_is_made_inside_a_transaction_that_could_take_it_back(empty_database: str) -> None:
    migrate(empty_database)
    ring = KeyRing(b"k" * 32)
    with (
        psycopg.connect(empty_database) as connection,
        connection.transaction(),
        pytest.raises(RuntimeError, match="outside of any transaction"),
    ):
        ring.ensure(connection, [new_id()])
