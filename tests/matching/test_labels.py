"""What people know of pairs goes into a model, and every learnt model has a version of its own."""

from __future__ import annotations

import numpy as np

from matching import Record, default_model
from matching.bulk.encode import encode
from matching.bulk.levels import levels, weights
from matching.dedupe import dedupe
from matching.prepare import prepare
from matching.table import as_table
from matching.train import Labels, train

MODEL = default_model()
PEOPLE = [
    Record(
        key=f"{n}-{copy}",
        kind="person",
        attributes={"name": (f"Anna{n} Thal{n}",), "phone": (f"+49 170 {1000000 + n + copy * 5000}",)},
    )
    for n in range(60)
    for copy in range(2)
]


def test_labels_move_what_is_linked_to_where_the_fewest_of_them_are_judged_wrongly() -> None:
    encoded = encode("person", [prepare(record, MODEL).features for record in PEOPLE])
    left = np.arange(0, 120, 2, dtype=np.int32)
    right = left + 1
    found = levels(encoded, left, right, MODEL)
    linked = {}
    for same in (True, False):
        labels = Labels(left=left, right=right, same=np.full(60, same))
        learnt = train(encoded, found, MODEL, labels=labels).model
        linked[same] = weights(found, learnt, "person") >= learnt.link_threshold
    assert linked[True].mean() > 0.9
    assert linked[False].mean() < 0.6  # the move is bounded


def test_what_two_tables_teach_has_two_versions_and_neither_is_the_default_ones() -> None:
    versions = {
        dedupe(as_table(people), MODEL, is_trained=False, processes=1).model.version
        for people in (PEOPLE, PEOPLE[:90])
    }
    assert len(versions) == 2
    assert MODEL.version not in versions
