"""What happens when a real PostgreSQL, Kafka or Spark cannot be had: skip loudly with a remedy, or fail where it is required."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

REQUIRED = "HUB_TEST_REQUIRE"
REMEDIES = {
    "postgres": "set HUB_TEST_DATABASE_URL to a PostgreSQL 15+ server where you may create databases",
    "kafka": "set HUB_TEST_KAFKA to host:port of a broker, start Docker, or install Java 17 and Maven",
    "spark": "install a Java 17 runtime and pip install 'customer-hub[spark]'",
}
missed: dict[str, str] = {}


def unavailable(what: str, reason: str) -> NoReturn:
    """End the test: as skipped, or as failed when HUB_TEST_REQUIRE (a comma-separated list) names *what*."""
    message = f"no real {what}: {reason}. To test it: {REMEDIES[what]}"
    missed[what] = message
    if what in os.environ.get(REQUIRED, "").replace(" ", "").split(","):
        pytest.fail(f"{message} ({REQUIRED} asks for it)", pytrace=False)
    pytest.skip(message)
