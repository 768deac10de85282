"""The data folder of an embedded hub: one key for ever, and the last one out stops the database."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from connectors.postgres.embedded import EmbeddedPostgres
from connectors.runtime.home import KEY_FILE, Home, own_master_key
from hub.kernel.errors import SettingsError


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="hub-home-"))  # pytest's own folders are closed to root's server
    yield made
    EmbeddedPostgres(made).stop()
    shutil.rmtree(made, ignore_errors=True)


def test_the_master_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: own_master_key(tmp_path), range(32)))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_damaged_master_key_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("oops")
    with pytest.raises(SettingsError, match="holds no master key"):
        own_master_key(tmp_path)
    assert (tmp_path / KEY_FILE).read_text() == "oops"


def test_the_last_one_out_stops_the_database(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    with Home(folder) as second:
        with Home(folder) as first:
            assert (first.url, first.master_key) == (second.url, second.master_key)
        assert server.is_running()
        with psycopg.connect(second.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not server.is_running()


def test_a_home_that_was_left_can_be_entered_again(folder: Path) -> None:
    with Home(folder) as home:
        key = home.master_key
        with psycopg.connect(home.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int)")
    with Home(folder) as home, psycopg.connect(home.url) as connection:
        assert home.master_key == key
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
