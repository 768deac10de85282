"""The data folder of an embedded hub: its database, its master key, and who is using it; the last one out stops the database."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
from base64 import b64decode, b64encode
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import structlog

from connectors.postgres.embedded import EmbeddedPostgres
from hub.kernel.errors import HubError, SettingsError

_log = structlog.get_logger(__name__)
KEY_FILE = "master.key"
LOOK_S = 1.0


class Home:
    """An embedded hub's folder in use. Any number of processes may be inside; `url` and `master_key` are then valid."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = EmbeddedPostgres(folder)
        self._in_use: BinaryIO | None = None
        self.url = ""
        self.master_key = b""

    def __enter__(self) -> Self:
        if not (self._folder / "postgres" / "lock").exists():
            self.url = self._server.start()  # makes the folder, with an owner that suits the server
        self._in_use = _in_use_file(self._folder)
        fcntl.flock(self._in_use, fcntl.LOCK_SH)
        self.url = self._server.start()
        self.master_key = own_master_key(self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._in_use is None:
            return
        try:
            if self._is_last():
                self._server.stop()
        finally:
            self._in_use.close()
            self._in_use = None

    def keep(self, stop: threading.Event) -> None:
        """Start the database again whenever it was killed, until *stop* is set."""
        while not stop.wait(LOOK_S):
            if self._server.is_running():
                continue
            _log.warning("postgres-restarts", reason="its process is gone")
            try:
                self._server.start()
            except HubError as error:
                _log.error("postgres-stays-down", error=str(error))

    def _is_last(self) -> bool:
        """Whether nobody else is inside; nobody can come in until the handle is closed."""
        assert self._in_use is not None  # noqa: S101 - __exit__ asks only while inside
        try:
            fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def empty_home(folder: Path) -> None:
    """Remove what an earlier hub has left in *folder*. Raises SettingsError while one is using it."""
    if not folder.exists():
        return
    with _in_use_file(folder) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(
                f"another hub is using {folder}; stop it, or set HUB_DATA_DIR to another folder"
            ) from None
        EmbeddedPostgres(folder).stop()  # a killed hub leaves its server behind
        shutil.rmtree(folder)


def own_master_key(folder: Path) -> bytes:
    """The key in *folder*, made at the first use and readable by its owner alone. Never shown, never logged.

    Raises SettingsError when the file cannot be read or does not hold 32 bytes in base64.
    """
    path = folder / KEY_FILE
    if not path.exists():
        fresh = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(b64encode(secrets.token_bytes(32)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # unlike a rename, this never replaces the key of a process that was faster
        except FileExistsError:
            return own_master_key(folder)
        finally:
            fresh.unlink()
    try:
        key = b64decode(path.read_bytes(), validate=False)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}; run as its owner, or set HUB_MASTER_KEY"
        ) from error
    if len(key) != 32:
        raise SettingsError(f"{path} holds no master key; restore it, or set HUB_MASTER_KEY")
    return key


def _in_use_file(folder: Path) -> BinaryIO:
    """The file whose lock says who is inside: shared by those who are, exclusive for the last one."""
    try:
        handle = os.open(folder / "in-use", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SettingsError(
            f"cannot use {folder}: {error.strerror}; set HUB_DATA_DIR to a folder of your own"
        ) from error
    return os.fdopen(handle, "r+b")
