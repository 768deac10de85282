"""Folders and an ordinary user for the tests of the embedded PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.postgres import EmbeddedPostgres


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder that every user may enter; pytest's own are closed to all but their owner."""
    folder = Path(tempfile.mkdtemp(prefix="hub-test-"))
    folder.chmod(0o755)
    yield folder
    for data in folder.rglob("PG_VERSION"):
        if data.parent.name == "data":
            EmbeddedPostgres(data.parents[2]).stop()
    shutil.rmtree(folder)


@pytest.fixture
def is_root() -> bool:
    """Whether the tests run as root."""
    return os.geteuid() == 0
