"""The weight of a pair: the sum over its features of what the model gives to their levels of agreement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from matching.compare import values
from matching.compare.organisation_names import organisation_name
from matching.compare.person_names import person_name
from matching.features import FIRST_CONTACT, FIRST_HOME, KINDS
from matching.model import Model
from matching.prepare import Prepared

EXCLUSIVE = frozenset({"uscc", "national_id", "lei"})
"""Types of strong identifiers of which nobody has two."""
Compare = Callable[[Any, Any], str]

_BY_NAME: dict[str, dict[str, Compare]] = {
    "person": {
        "strong": values.strong,
        "document": values.identifier,
        "number": values.identifier,
        "name": person_name,
        "birth": values.birth,
        "birth_place": values.wording,
        "gender": values.plain,
        "occupation": values.wording,
        "phone": values.phone,
        "email": values.email,
        "postcode": values.postcode,
        "street": values.street,
        "place": values.place,
    },
    "organisation": {
        "strong": values.strong,
        "document": values.identifier,
        "number": values.identifier,
        "name": organisation_name,
        "phone": values.phone,
        "email": values.email,
        "domain": values.shared,
        "postcode": values.postcode,
        "street": values.street,
        "place": values.place,
    },
}
COMPARISONS = {kind: tuple(_BY_NAME[kind][name] for name in shape._fields) for kind, shape in KINDS.items()}
_OWN = {kind: compare[: FIRST_CONTACT[kind]] for kind, compare in COMPARISONS.items()}
_REACH = {kind: compare[FIRST_CONTACT[kind] : FIRST_HOME[kind]] for kind, compare in COMPARISONS.items()}
_HOME = {kind: compare[FIRST_HOME[kind] :] for kind, compare in COMPARISONS.items()}


def weigh(left: Prepared, right: Prepared, model: Model) -> int | None:
    """The weight of a pair in centi-bits; None when the two cannot be the same, whatever else agrees.

    Ways to reach somebody (from ``phone`` on) weigh at most the model's limit together, and so do those of them that are
    places (from ``postcode`` on), because households and neighbours share them.
    """
    kind = left.kind
    if kind != right.kind:
        return None
    mine, theirs = left.features, right.features
    if mine.strong and theirs.strong and mine.strong != theirs.strong and conflict(left, right) is not None:
        return None
    tables, total = model.tables[kind], model.prior[kind]
    first, home = FIRST_CONTACT[kind], FIRST_HOME[kind]
    contact_limit, home_limit = model.contact_limit[kind], model.home_limit[kind]
    for a, b, compare, table in zip(mine, theirs, _OWN[kind], tables, strict=False):
        if a and b:
            total += table[compare(a, b)]
    shared = 0
    for a, b, compare, table in zip(mine[home:], theirs[home:], _HOME[kind], tables[home:], strict=False):
        if a and b:
            shared += table[compare(a, b)]
    shared = min(shared, home_limit)
    for a, b, compare, table in zip(
        mine[first:home], theirs[first:home], _REACH[kind], tables[first:home], strict=False
    ):
        if a and b:
            shared += table[compare(a, b)]
    return total + (shared if shared < contact_limit else contact_limit)


def conflict(left: Prepared, right: Prepared) -> str | None:
    """Why the two cannot be the same: different valid identifiers of a type of which nobody has two."""
    return in_conflict(left.features.strong, right.features.strong)


def in_conflict(left: Sequence[str], right: Sequence[str]) -> str | None:
    """The same for strong identifiers as "type:value"."""
    mine, theirs = _exclusive(left), _exclusive(right)
    for kind in sorted(mine.keys() & theirs.keys()):
        if not (mine[kind] <= theirs[kind] or theirs[kind] <= mine[kind]):
            return f"different valid {kind}"
    return None


def _exclusive(strong: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text in strong:
        kind, _, value = text.partition(":")
        if kind in EXCLUSIVE:
            found.setdefault(kind, set()).add(value)
    return found
