"""Which values of an aggregate are the same one, written differently."""

from __future__ import annotations

import re
from collections.abc import Collection

from hub.rules.survivorship.ruleset import Alike

SHORTEST_NUMBER = 7
"""Fewer digits than this name no subscriber: a longer number that ends with them is another one."""

_NOT_DIGIT = re.compile(r"\D+")


def same_values(values: Collection[str], alike: Alike) -> dict[str, str]:
    """The name of each of *values*; those of one name are the same value. Depends on *values* as a set alone."""
    if alike == "phone":
        return _phones(values)
    if alike == "email":
        return {value: value.strip().casefold() for value in values}
    return {value: value for value in values}


def _phones(values: Collection[str]) -> dict[str, str]:
    """A number without its country or trunk zero is the one longer number that ends like it; with two such it stays apart."""
    digits = {value: _NOT_DIGIT.sub("", value).lstrip("0") for value in values}
    numbers = set(digits.values())
    names: dict[str, str] = {}
    for number in numbers:
        longer = {n for n in numbers if len(n) > len(number) and n.endswith(number)}
        whole = {n for n in longer if not any(m != n and m.endswith(n) for m in longer)}
        names[number] = whole.pop() if len(number) >= SHORTEST_NUMBER and len(whole) == 1 else number
    return {value: names[number] if number else value for value, number in digits.items()}
