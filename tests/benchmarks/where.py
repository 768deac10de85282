"""Where the time of a run goes: own time of every function under the profiler, summed by part of the hub or library."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = 9
WAITING = ("pgconn", "libpq", "select", "poll", "wait", "epoll")


def where(run: Callable[[], object]) -> str:
    """The parts that take most of *run*, as percentages of the whole; what the profiler itself costs is in them."""
    profile = cProfile.Profile()
    profile.runcall(run)
    spent: Counter[str] = Counter()
    for (file, _, function), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[_part(file, function)] += own
    whole = sum(spent.values())
    return ", ".join(f"{part} {seconds / whole:.0%}" for part, seconds in spent.most_common(PARTS))


def _part(file: str, function: str) -> str:
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
    if any(word in function for word in WAITING) or "psycopg" in file or "psycopg" in function:
        return "psycopg and PostgreSQL"
    for library in ("kafka", "pydantic", "orjson", "rapidfuzz", "cryptography", "uuid"):
        if library in file or library in function:
            return library
    return "Python and other libraries"
