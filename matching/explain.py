"""Why a pair weighs what it weighs: every feature that both records have, with both values, level and weight."""

from __future__ import annotations

from typing import Any

from matching.compare.weigh import COMPARISONS, conflict
from matching.features import FIRST_CONTACT, FIRST_HOME
from matching.model import Model
from matching.prepare import Prepared
from matching.record import Feature, Weight


def explain(left: Prepared, right: Prepared, model: Model) -> Weight:
    """The weight of a pair with its evidence; the total is the prior plus the features, and is what `weigh` gives."""
    if left.kind != right.kind:
        return Weight(total=model.prior[left.kind], features=(), conflict="a person is not an organisation")
    kind = left.kind
    first, home = FIRST_CONTACT[kind], FIRST_HOME[kind]
    features: list[Feature] = []
    reach = places = 0
    for number, (a, b, compare) in enumerate(
        zip(left.features, right.features, COMPARISONS[kind], strict=True)
    ):
        if a and b:
            level = compare(a, b)
            weight = model.tables[kind][number][level]
            reach += weight if first <= number < home else 0
            places += weight if number >= home else 0
            name = left.features._fields[number]
            features.append(
                Feature(feature=name, left=_shown(a), right=_shown(b), level=level, weight=weight)
            )
    for name, weight, limit in (
        ("home", places, model.home_limit[kind]),
        ("contact", reach + min(places, model.home_limit[kind]), model.contact_limit[kind]),
    ):
        if weight > limit:
            features.append(Feature(feature=name, left="", right="", level="limited", weight=limit - weight))
    total = model.prior[kind] + sum(f.weight for f in features)
    return Weight(total=total, features=tuple(features), conflict=conflict(left, right))


def _shown(value: Any) -> str:
    """A normalised value as a person reads it."""
    if isinstance(value, str):
        return value
    if value and isinstance(value[0], tuple):
        return " / ".join(_name(entry) for entry in value)
    return " / ".join(part for part in value if part)


def _name(entry: Any) -> str:
    if hasattr(entry, "han"):
        return str(entry.han or f"{entry.given} {entry.family}".strip())
    return str(entry.full)
