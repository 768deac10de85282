"""A model trained on the hub's own records: the weights from the records, the labels from what people have said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hub.log.store import EventLog
from hub.resolution import index
from hub.resolution.current import all_current
from hub.resolution.translate import to_matching
from matching import Assertion, Model, dump_model


def train(log: EventLog, model: Model, version: str, progress: Callable[[str, int, int], None]) -> str:
    """The file of a model trained on all current records, beginning from *model*. Nothing is activated.

    Assertions in force are its labels. *progress* is told the step, how much is done and how much there is.
    """
    from matching.dedupe import learn  # Polars, which no other part of the hub needs
    from matching.table import as_table

    records = []
    for page in all_current(log):
        records += [to_matching(reading) for _, reading in page]
        progress("read", len(records), 0)
    with log.connection() as connection:
        asserted = index.assertions_of(connection, [record.key for record in records])
    labels = [
        Assertion(left=pair.left, right=pair.right, same=pair.same)
        for pair in asserted
        if pair.left < pair.right
    ]
    learnt = learn(as_table(records), model, version, labels=labels, progress=progress, processes=1)
    # The keys stay: the wide ones that training looks through would make every later look-up dearer.
    return dump_model(replace(learnt, blocking=model.blocking))
