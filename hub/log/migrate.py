"""Creates and upgrades every table under an advisory lock, so that processes that start together do not race."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import psycopg

from hub.kernel.errors import SettingsError
from hub.log.recorder import HubDatastore, HubRecorder

MIGRATION_LOCK = 0x6875_6264
OLDEST_POSTGRES = 150_000


def migrate(url: str, schemas: Sequence[tuple[str, str]] = ()) -> list[str]:
    """Create the log's tables and run each (package, file) of *schemas*; harmless to repeat. Gives what was run.

    Raises SettingsError when the server is older than PostgreSQL 15.
    """
    done: list[str] = []
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.info.server_version < OLDEST_POSTGRES:
            raise SettingsError("PostgreSQL 15 or newer is needed; point HUB_DATABASE_URL at such a server")
        connection.execute("SET client_min_messages = warning")
        connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        datastore = HubDatastore(url, pool_size=1)
        try:
            HubRecorder(datastore).create_table()
            for package, name in (("hub.log", "schema.sql"), *schemas):
                connection.execute(files(package).joinpath(name).read_text(encoding="utf-8"), prepare=False)
                done.append(f"{package}/{name}")
        finally:
            datastore.close()
            connection.execute("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))
    return done
