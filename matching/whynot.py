"""What would bring a pair together that is apart: which features would have to agree for it to meet, and to be joined.

It is tried out, not reasoned about: one record is given what the other has of a feature, and the pair is weighed again.
So it holds for whatever features and levels the model has.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from matching.compare.weigh import weigh
from matching.model import Model
from matching.prepare import Prepared, keys_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What a pair would weigh if *feature* agreed, in centi-bits, and whether it then *meets*, that is, shares a blocking key.

    *known*: one of the records has a value, and the other would have the same. If not, neither has any, and *total* is the
    most that it could come to.
    """

    feature: str
    total: int
    known: bool
    meets: bool


def if_equal(left: Prepared, right: Prepared, model: Model) -> tuple[Alternative, ...]:
    """The pair with each feature that could agree better at its best, where that helps; the most helpful first."""
    if left.kind != right.kind:
        return ()
    now = weigh(left, right, model)
    found: list[Alternative] = []
    for feature, table in zip(left.features._fields, model.tables[left.kind], strict=True):
        known = bool(getattr(left.features, feature) or getattr(right.features, feature))
        if known:
            meets, total = _best(left, right, feature, model)
        else:
            meets = not set(left.keys).isdisjoint(right.keys)
            total = None if now is None else now + max(table.values())
        if total is not None and (now is None or total > now):
            found.append(Alternative(feature=feature, total=total, known=known, meets=meets))
    return tuple(sorted(found, key=lambda a: (not a.known, -a.total, a.feature)))


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


def _best(left: Prepared, right: Prepared, feature: str, model: Model) -> tuple[bool, int | None]:
    """Whether the pair meets with *feature* agreeing, and what it weighs then at most; None: it is ruled out all the same."""
    weighed = [
        (bool(_keys(a, model) & _keys(b, model)), total)
        for a, b in _agreeing(left, right, (feature,))
        if (total := weigh(a, b, model)) is not None
    ]
    return max(weighed, default=(False, None))


def _agreeing(
    left: Prepared, right: Prepared, features: tuple[str, ...]
) -> Iterator[tuple[Prepared, Prepared]]:
    """The pair with *features* of the one also in the other, both ways round."""
    for giver, taker in ((left, right), (right, left)):
        given: dict[str, Any] = {feature: getattr(giver.features, feature) for feature in features}
        if all(given.values()):
            yield giver, replace(taker, features=taker.features._replace(**given))


def _keys(prepared: Prepared, model: Model) -> set[int]:
    return set(keys_of(prepared.kind, prepared.features, model))
