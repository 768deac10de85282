"""Files of pairs with their evidence."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from matching.dedupe import Outcome, Resolved
from matching.explain import explain
from matching.model import Model
from matching.prepare import Prepared
from matching.table import write_table

MOST_REVIEWED = 100_000
"""More pairs than this nobody looks at."""


def write_pairs(path: Path, outcome: Outcome, *, inside: bool) -> None:
    """Write the weighed pairs *inside* clusters, or those between clusters that are worth a look, heaviest first.

    A row has ``left, right, weight`` (in bits above the link threshold) and ``evidence`` in words.
    """
    rows: list[tuple[str, str, float, str]] = []
    for resolved in outcome.kinds:
        chosen = resolved.pairs.where(
            (resolved.label[resolved.pairs.left] == resolved.label[resolved.pairs.right]) == inside
        )
        order = np.lexsort((chosen.right, chosen.left, -chosen.weight.astype(np.int64)))
        if not inside:
            order = order[:MOST_REVIEWED]
        for place in order.tolist():
            left, right = int(chosen.left[place]), int(chosen.right[place])
            rows.append(
                (
                    resolved.names[left],
                    resolved.names[right],
                    int(chosen.weight[place]) / 100,
                    evidence(resolved, left, right, outcome.model),
                )
            )
    rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    write_table(path, dict(zip(("left", "right", "weight", "evidence"), map(list, columns), strict=True)))


def evidence(resolved: Resolved, left: int, right: int, model: Model) -> str:
    """Why two records weigh what they weigh, one feature after the other."""
    a, b = (
        Prepared(
            key=resolved.names[number],
            kind=resolved.encoded.kind,
            keys=(),
            features=resolved.encoded.features(number),
        )
        for number in (left, right)
    )
    told = explain(a, b, model)
    parts = [f"{f.feature} {f.level} {f.weight / 100:+.1f} ({f.left} ~ {f.right})" for f in told.features]
    return "; ".join([*parts, f"conflict: {told.conflict}"] if told.conflict else parts)
