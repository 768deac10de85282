"""Why a pair weighs what it weighs: every feature that both records have, with both values, level and weight."""

from __future__ import annotations

from typing import Any

from matching.compare.weigh import COMPARISONS, conflict
from matching.features import FIRST_CONTACT
from matching.model import Model
from matching.prepare import Prepared
from matching.record import Feature, Weight


def explain(left: Prepared, right: Prepared, model: Model) -> Weight:
    """The weight of a pair with its evidence; the total is the prior plus the features, and is what `weigh` gives."""
    if left.kind != right.kind:
        return Weight(total=model.prior, features=(), conflict="a person is not an organisation")
    kind = left.kind
    first = FIRST_CONTACT[kind]
    features: list[Feature] = []
    shared = 0
    for number, (a, b, compare) in enumerate(
        zip(left.features, right.features, COMPARISONS[kind], strict=True)
    ):
        if a and b:
            level = compare(a, b)
            weight = model.tables[kind][number][level]
            shared += weight if number >= first else 0
            name = left.features._fields[number]
            features.append(
                Feature(feature=name, left=_shown(a), right=_shown(b), level=level, weight=weight)
            )
    if shared > model.contact_limit[kind]:
        over = model.contact_limit[kind] - shared
        features.append(Feature(feature="contact", left="", right="", level="limited", weight=over))
    total = model.prior + sum(f.weight for f in features)
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
