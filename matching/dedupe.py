"""A whole table at once: normalise, find candidates, train if asked, weigh, cluster; on all cores.

Child processes inherit what they read by fork; they return columns of numbers, never records.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from multiprocessing.pool import Pool
from typing import Any

import numpy as np

from matching.bulk.clusters import Pairs, clusters, components
from matching.bulk.encode import (
    Blocking,
    Codes,
    Encoded,
    Encoder,
    all_of,
    blocking,
    joined,
    with_frequencies,
)
from matching.bulk.levels import levels, pair_weights
from matching.bulk.pairs import candidate_pairs
from matching.features import KINDS
from matching.model import CODE_VERSION, Model, dump_model
from matching.prepare import features_of
from matching.record import Assertion
from matching.table import Table
from matching.train import (
    TRAINING_PAIRS,
    Labels,
    Lesson,
    learned_cohesion,
    name_frequency,
    train,
    widened,
    without_costly_keys,
)

SLICE = 25_000
"""Records or pairs that a child process takes at a time."""
Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and how much there is."""


def no_progress(step: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The records of one kind: their *names*, *label* (the cluster of each), and their *pairs* in the review band or above."""

    names: Sequence[str]
    encoded: Encoded
    pairs: Pairs
    label: Codes
    lesson: Lesson | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a table has come to: the kinds one by one, and the *model* with which they were weighed."""

    kinds: Sequence[Resolved]
    model: Model


def dedupe(
    table: Table,
    model: Model,
    *,
    is_trained: bool,
    labels: Sequence[Assertion] = (),
    progress: Progress = no_progress,
    processes: int | None = None,
) -> Outcome:
    """The clusters of *table*. With *is_trained* the model is taken as it is, else it learns from the table first.

    From *labels* the model learns; they do not bind.
    """
    found: list[Resolved] = []
    for weighed in _weighed(
        table, model, is_trained=is_trained, labels=labels, progress=progress, processes=processes
    ):
        encoded, names, pairs, model, lesson = weighed
        if lesson is not None and lesson.is_enough:
            model = learned_cohesion(encoded, names, pairs, model)
        pairs = pairs.where(pairs.weight >= min(model.review_threshold, model.link_threshold))
        label = _cluster(encoded, names, pairs, model, progress)
        found.append(Resolved(names=names, encoded=encoded, pairs=pairs, label=label, lesson=lesson))
    return Outcome(kinds=found, model=model if is_trained else _named(model))


def _named(model: Model) -> Model:
    """*model* under a version of its own, which its contents give: no two models ever have the same."""
    digest = blake2b(dump_model(model).encode(), digest_size=6).hexdigest()
    return replace(model, version=f"learnt-{digest}+code-{CODE_VERSION}")


def learn(
    table: Table,
    model: Model,
    version: str,
    *,
    labels: Sequence[Assertion] = (),
    progress: Progress = no_progress,
    processes: int | None = None,
) -> Model:
    """A model of that *version*, trained on *table* and on *labels*, beginning from *model*."""
    outcome = dedupe(table, model, is_trained=False, labels=labels, progress=progress, processes=processes)
    return replace(outcome.model, version=f"{version}+code-{CODE_VERSION}")


def link(
    table: Table,
    left_size: int,
    model: Model,
    *,
    is_trained: bool,
    many: bool = False,
    progress: Progress = no_progress,
    processes: int | None = None,
) -> Outcome:
    """The pairs of one of the first *left_size* rows of *table* and one of the others that are the same.

    Each row is in one pair at most, the heaviest pairs go first, unless *many*.
    """
    found: list[Resolved] = []
    place = {key: number for number, key in enumerate(table.keys)}
    for weighed in _weighed(table, model, is_trained=is_trained, progress=progress, processes=processes):
        encoded, names, pairs, model, lesson = weighed
        is_left = np.array([place[name] < left_size for name in names], bool)
        across = is_left[pairs.left] != is_left[pairs.right]
        pairs = _ranked(pairs.where(across & (pairs.weight >= model.link_threshold)), names)
        if not many:
            pairs = _one_to_one(pairs, len(names))
        label = components(len(names), pairs)
        found.append(Resolved(names=names, encoded=encoded, pairs=pairs, label=label, lesson=lesson))
    return Outcome(kinds=found, model=model)


def _ranked(pairs: Pairs, names: Sequence[str]) -> Pairs:
    """The heaviest pairs first, and of equal ones those whose keys come first."""
    keys = zip((-pairs.weight).tolist(), pairs.left.tolist(), pairs.right.tolist(), strict=True)
    order = [
        number for _, _, _, number in sorted((w, names[a], names[b], n) for n, (w, a, b) in enumerate(keys))
    ]
    return Pairs(left=pairs.left[order], right=pairs.right[order], weight=pairs.weight[order])


def _one_to_one(pairs: Pairs, size: int) -> Pairs:
    taken = np.zeros(size, bool)
    keep = np.zeros(len(pairs), bool)
    for number, (a, b) in enumerate(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)):
        if not (taken[a] or taken[b]):
            keep[number] = taken[a] = taken[b] = True
    return pairs.where(keep)


def _weighed(
    table: Table,
    model: Model,
    *,
    is_trained: bool,
    labels: Sequence[Assertion] = (),
    progress: Progress,
    processes: int | None,
) -> Iterator[tuple[Encoded, list[str], Pairs, Model, Lesson | None]]:
    """For each kind in *table*: its records, their keys, the weighed candidate pairs, the model by then, what it learnt."""
    crew = Crew(processes or os.cpu_count() or 1)
    for kind in KINDS:
        rows = [number for number, own in enumerate(table.kinds) if own == kind]
        if not rows:
            continue
        encoded = crew.read(table, kind, rows, progress)
        if not is_trained:
            model = widened(model, kind, len(rows), name_frequency(encoded))
        encoded = with_frequencies(encoded, model)
        held = crew.block(encoded, model, progress)
        if not is_trained:
            model, held = without_costly_keys(held, len(encoded), kind, model)
        left, right = candidate_pairs(held.holders, held.keys, model.max_block)
        lesson: Lesson | None = None
        if not is_trained:
            known = _labels_of([table.keys[row] for row in rows], labels)
            lesson = _learn(encoded, left, right, model, known, progress)
            model = lesson.model
        weight = crew.weigh(encoded, left, right, model, progress)
        yield (
            encoded,
            [table.keys[row] for row in rows],
            Pairs(left=left, right=right, weight=weight),
            model,
            lesson,
        )


def _learn(
    encoded: Encoded, left: Codes, right: Codes, model: Model, labels: Labels, progress: Progress
) -> Lesson:
    progress("train", 0, 1)
    share = 1.0
    if len(left) > TRAINING_PAIRS:
        chosen = np.sort(np.random.default_rng(1).choice(len(left), TRAINING_PAIRS, replace=False))
        share = TRAINING_PAIRS / len(left)
        left, right = left[chosen], right[chosen]
    lesson = train(encoded, levels(encoded, left, right, model), model, share=share, labels=labels)
    progress("train", 1, 1)
    return lesson


def _labels_of(names: Sequence[str], labels: Sequence[Assertion]) -> Labels:
    """Those of *labels* whose records are both among *names*."""
    place = {name: number for number, name in enumerate(names)} if labels else {}
    known = [label for label in labels if label.left in place and label.right in place]
    return Labels(
        left=np.array([place[label.left] for label in known], np.int32),
        right=np.array([place[label.right] for label in known], np.int32),
        same=np.array([label.same for label in known], np.bool_),
    )


def _cluster(
    encoded: Encoded,
    names: Sequence[str],
    pairs: Pairs,
    model: Model,
    progress: Progress,
) -> Codes:
    done = 0

    def told(records: int) -> None:
        nonlocal done
        done += records
        progress("cluster", done, len(names))

    progress("cluster", 0, len(names))
    return clusters(encoded, names, pairs, model, told=told)


class Crew:
    """Child processes for the steps that take long; small tables are done without any."""

    def __init__(self, processes: int) -> None:
        self._processes = processes

    def read(self, table: Table, kind: str, rows: Sequence[int], progress: Progress) -> Encoded:
        """The features of *rows* as columns."""
        _shared["table"], _shared["kind"], _shared["rows"] = table, kind, rows
        return joined(list(self._each("normalise", _read, len(rows), progress)))

    def block(self, encoded: Encoded, model: Model, progress: Progress) -> Blocking:
        """The blocking keys."""
        _shared["encoded"], _shared["model"] = encoded, model
        return all_of(list(self._each("block", _block, len(encoded), progress)))

    def weigh(self, encoded: Encoded, left: Codes, right: Codes, model: Model, progress: Progress) -> Any:
        """The weights of pairs."""
        least = min(model.link_threshold, model.review_threshold)
        _shared.update(encoded=encoded, model=model, left=left, right=right, least=least)
        parts = list(self._each("weigh", _weigh, len(left), progress, SLICE * 20))
        return np.concatenate(parts) if parts else np.empty(0, np.int32)

    def _each(
        self,
        step: str,
        work: Callable[[tuple[int, int]], Any],
        size: int,
        progress: Progress,
        slice_size: int = SLICE,
    ) -> Iterator[Any]:
        """What *work* makes of each slice, in order."""
        slices = [(start, min(start + slice_size, size)) for start in range(0, size, slice_size)]
        progress(step, 0, size)
        if self._processes == 1 or len(slices) == 1:
            for start, stop in slices:
                yield work((start, stop))
                progress(step, stop, size)
        elif slices:
            with _pool(self._processes) as pool:
                for (_, stop), result in zip(slices, pool.imap(work, slices), strict=True):
                    yield result
                    progress(step, stop, size)
        _shared.clear()


_shared: dict[str, Any] = {}
"""What child processes inherit."""


def _pool(processes: int) -> Pool:
    return multiprocessing.get_context("fork").Pool(processes)


def _read(rows: tuple[int, int]) -> Encoded:
    table, kind = _shared["table"], _shared["kind"]
    encoder = Encoder(kind)
    for row in _shared["rows"][slice(*rows)]:
        encoder.add(features_of(kind, table.attributes(row)))
    return encoder.encoded()


def _block(rows: tuple[int, int]) -> Blocking:
    return blocking(_shared["encoded"], _shared["model"], *rows)


def _weigh(pairs: tuple[int, int]) -> Any:
    chosen = slice(*pairs)
    return pair_weights(
        _shared["encoded"],
        _shared["left"][chosen],
        _shared["right"][chosen],
        _shared["model"],
        _shared["least"],
    )
