"""What would bring a pair together that is apart: which features would have to agree for it to meet, and to be joined.

It is tried out, not reasoned about: one record is given what the other has of a feature, and the pair is weighed again.
So it holds for whatever features and levels the model has.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from matching.blocking.keys import blocking_keys
from matching.compare.weigh import weigh
from matching.model import Model
from matching.prepare import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What a pair would weigh if *feature* agreed, in centi-bits; *total* None: it would still be ruled out.

    *known*: one of the records has a value, and the other would have the same. If not, neither has any, and *total* is the
    most that it could come to.
    """

    feature: str
    total: int | None
    known: bool


def if_equal(left: Prepared, right: Prepared, model: Model) -> tuple[Alternative, ...]:
    """The pair with each feature at its best that does not agree yet, the most helpful first."""
    if left.kind != right.kind:
        return ()
    now = weigh(left, right, model)
    found: list[Alternative] = []
    for feature, table in zip(left.features._fields, model.tables[left.kind], strict=True):
        if getattr(left.features, feature) or getattr(right.features, feature):
            totals = [weigh(a, b, model) for a, b in _agreeing(left, right, (feature,))]
            best = max((total for total in totals if total is not None), default=None)
            known = True
        else:
            best = None if now is None else now + max(table.values())
            known = False
        if best is not None and (now is None or best > now):
            found.append(Alternative(feature=feature, total=best, known=known))
    return tuple(sorted(found, key=lambda a: (not a.known, -(a.total or 0), a.feature)))


def meeting(left: Prepared, right: Prepared, model: Model) -> tuple[tuple[str, ...], ...]:
    """Features that would have to agree for the pair to share a blocking key: each alone, or else two at a time.

    Empty when they share one already, or when no such agreement would do.
    """
    if left.kind != right.kind or set(left.keys) & set(right.keys):
        return ()
    named = [
        feature
        for feature in left.features._fields
        if (getattr(left.features, feature) or getattr(right.features, feature))
        and getattr(left.features, feature) != getattr(right.features, feature)
    ]
    for size in (1, 2):
        enough = [
            features
            for features in itertools.combinations(named, size)
            if any(_keys(a, model) & _keys(b, model) for a, b in _agreeing(left, right, features))
        ]
        if enough:
            return tuple(enough)
    return ()


def _agreeing(
    left: Prepared, right: Prepared, features: tuple[str, ...]
) -> Iterator[tuple[Prepared, Prepared]]:
    """The pair with *features* of the one also in the other, both ways round."""
    for giver, taker in ((left, right), (right, left)):
        given: dict[str, Any] = {feature: getattr(giver.features, feature) for feature in features}
        if all(given.values()):
            yield giver, replace(taker, features=taker.features._replace(**given))


def _keys(prepared: Prepared, model: Model) -> set[int]:
    return blocking_keys(prepared.features) - model.stop_keys
