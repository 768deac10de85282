"""How older shapes of stored events are read today: from each old name to the next, with the function that lifts it.

An upcaster takes and gives the clear and the personal fields; it may not look anything up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]
Upcaster = Callable[[Fields, Fields | None], tuple[Fields, Fields | None]]

UPCASTERS: Mapping[str, tuple[str, Upcaster]] = {}
