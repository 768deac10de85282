"""Two databases for two hubs, and assertions that say what differs wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.wiring import migrate
from tests.support.databases import Databases

pytest.register_assert_rewrite("tests.hub.resolution.two_hubs")


@pytest.fixture
def urls(databases: Databases) -> Iterator[tuple[str, str]]:
    """Two databases with all of the hub's tables."""
    made = databases.create(migrate), databases.create(migrate)
    yield made
    for url in made:
        databases.drop(url)
