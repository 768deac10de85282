"""Where the hub keeps its data, and which account may own it: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hub.kernel.errors import SettingsError

UNPRIVILEGED_ACCOUNTS = ("postgres", "nobody")
REMEDY = "set HUB_DATA_DIR to a folder such as"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The operating system account that the server runs as; *switch* says that we are root and must change to it."""

    uid: int
    gid: int
    name: str
    switch: bool

    def run(self, command: list[str], *, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run *command* as this account, in its own session (Ctrl-C stays here) and with a clean environment.

        Raises SettingsError when the system does not let us become that account.
        """
        try:
            return subprocess.run(  # noqa: S603 - our own binaries and arguments
                command,
                cwd=cwd,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                start_new_session=True,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
        except PermissionError as error:
            raise SettingsError(
                f"cannot run {command[0]} as the user {self.name} ({error.strerror}); "
                "run the hub as an ordinary user, or set HUB_DATABASE_URL to a PostgreSQL server"
            ) from error

    def own(self, path: Path) -> None:
        """Give *path* to this account when we are root; otherwise it is ours already."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account(data: Path) -> Account:
    """Who runs the server: ourselves, or as root the owner of *data* if there is any, else an unprivileged account.

    Raises SettingsError when the data belong to somebody else, or when root finds no such account.
    """
    uid = os.geteuid()
    if uid:
        if data.exists() and data.stat().st_uid != uid:
            owner = _name_of(data.stat().st_uid)
            raise SettingsError(f"{data} belongs to {owner}; run as that user, or {REMEDY} ~/customer-hub")
        return Account(uid=uid, gid=os.getegid(), name=_name_of(uid), switch=False)
    if data.exists() and data.stat().st_uid:
        owner_stat = data.stat()
        return Account(
            uid=owner_stat.st_uid, gid=owner_stat.st_gid, name=_name_of(owner_stat.st_uid), switch=True
        )
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=name, switch=True)
    raise SettingsError(
        f"PostgreSQL refuses to run as root and there is no user {' or '.join(UNPRIVILEGED_ACCOUNTS)} to run it as; "
        "run the hub as an ordinary user, or create the user postgres"
    )


def default_data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """HUB_DATA_DIR, else a folder of this user's; as root one that an unprivileged server can reach.

    Where there is no home folder to write into, it lies in /var/tmp, which outlives a restart of the machine.
    """
    if chosen := environment.get("HUB_DATA_DIR"):
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/customer-hub")
    bases = []
    if data_home := environment.get("XDG_DATA_HOME"):
        bases.append(Path(data_home))
    if home := environment.get("HOME") or _home_of(os.geteuid()):
        bases.append(Path(home) / ".local" / "share")
    for base in bases:
        if base.is_absolute() and _is_creatable(base):
            return base / "customer-hub"
    return Path(f"/var/tmp/customer-hub-{os.geteuid()}")  # noqa: S108 - its owner is checked before use


def prepare_folder(folder: Path, account: Account) -> None:
    """Make *folder* so that *account* can pass through it to the server's own folder below; it stays ours.

    Folders that exist keep their mode; only an empty *folder* (as of mktemp) is opened for passing through.

    Raises SettingsError when it is no folder, cannot be written, or lies beneath a folder that *account* cannot enter.
    """
    try:
        _make(folder, 0o711 if account.switch else 0o700)
        if account.switch and folder.stat().st_uid == 0 and not any(folder.iterdir()):
            folder.chmod(folder.stat().st_mode | 0o011)
    except (FileExistsError, NotADirectoryError) as error:
        raise SettingsError(
            f"{error.filename or folder} is not a folder; {REMEDY} {_example(account)}"
        ) from error
    except OSError as error:
        raise SettingsError(f"cannot use {folder}: {error.strerror}; {REMEDY} {_example(account)}") from error
    if not account.switch and (owner := folder.stat().st_uid) not in {0, account.uid}:
        raise SettingsError(
            f"{folder} belongs to {_name_of(owner)}, not to {account.name}; {REMEDY} {_example(account)}"
        )
    if not account.switch and not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"{folder} cannot be written by {account.name}; {REMEDY} {_example(account)}")
    for step in reversed([folder, *folder.parents]) if account.switch else ():
        if account.run(["test", "-x", str(step)], cwd=Path("/")).returncode:
            raise SettingsError(
                f"{step} is closed to the user {account.name} (mode {stat.filemode(step.stat().st_mode)}), as whom "
                f"PostgreSQL runs because it refuses to run as root; {REMEDY} {_example(account)}"
            )


def _make(folder: Path, mode: int) -> None:
    """Create *folder* and the parents that are missing, whatever the umask; existing ones stay as they are."""
    if folder.is_dir():
        return
    _make(folder.parent, 0o755)
    folder.mkdir(exist_ok=True)
    folder.chmod(mode)


def _is_creatable(base: Path) -> bool:
    nearest = next(
        path for path in (base, *base.parents) if os.path.exists(path)
    )  # False also where we may not look
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _example(account: Account) -> str:
    return "/var/lib/customer-hub" if account.switch else "~/customer-hub"


def _home_of(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_dir
    except KeyError:
        return None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
