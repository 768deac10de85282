"""Training: the weights of a model from the records themselves, without labels.

Agreement levels among true pairs come by expectation-maximisation over the candidate pairs, those among other pairs from
pairs drawn at random. Every weight is drawn towards the default model's, the more so the less the records tell of it.

Source: Fellegi and Sunter 1969; Winkler 2000 for EM over blocked pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, log2, sqrt

import numpy as np
import numpy.typing as npt

from matching.blocking.keys import FAMILIES
from matching.bulk.clusters import Pairs, clusters
from matching.bulk.encode import Blocking, Codes, Encoded
from matching.bulk.levels import Levels, Weights, levels, pair_weights, weights
from matching.bulk.pairs import candidate_pairs, pairs_by_family
from matching.compare.person_names import person_name
from matching.compare.weigh import COMPARISONS
from matching.features import KINDS
from matching.model import Model, default_model
from matching.normalise.person_names import PersonName

RANDOM_PAIRS = 500_000
ROUNDS = 12
TRAINING_PAIRS = 500_000
"""Of more candidate pairs a sample is taken."""
ENOUGH_RECORDS = 1000
"""Fewer records say too little about how frequent a name is."""
ENOUGH_PAIRS = 30
"""Fewer pairs than this that are probably true teach nothing: the default weights stay."""
DOUBT = 150.0
"""How far, in centi-bits, a true weight usually lies from the default one (standard deviation)."""
AGAINST = -700
"""What weighs this by default speaks against a pair by its nature; training leaves it at least half of its weight."""
NAME = KINDS["person"]._fields.index("name")
ALIKE = 3.0
"""So many times oftener than independent parts would make them equal names come by chance."""
SILENT = frozenset({"unknown", "incomparable"})
"""Levels of values that cannot be compared: they tell nothing, however often they come."""
PAIRS_A_RECORD = 8
FEW_PAIRS = 1_000_000
"""A family of blocking keys that is not among the default model's may make so many."""
WEAKEST = 0.02
"""This share of the pairs inside clusters weighs less than their cohesion."""
LEAST_COHESION = -400
FREQUENT = (1500, 400, 80)
"""A part of a name in one of so many records is unusual, common, frequent."""
Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What training on one kind of records has come to: the *model*, the *rounds* it took, *true_pairs* expected."""

    model: Model
    rounds: int
    true_pairs: float

    @property
    def is_enough(self) -> bool:
        """Whether there was enough to learn from."""
        return self.true_pairs >= ENOUGH_PAIRS


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What people know of pairs of records: whether each is the *same*."""

    left: Codes
    right: Codes
    same: npt.NDArray[np.bool_]


def train(
    encoded: Encoded,
    found: Levels,
    model: Model,
    *,
    share: float = 1.0,
    labels: Labels | None = None,
) -> Lesson:
    """A model for *encoded* from the levels of its candidate pairs; *model* itself when there is too little to learn.

    *share* is the part of all candidate pairs that *found* is a sample of. *labels* are taken as certain, and in the end the
    prior is moved to where the fewest of them are judged wrongly.
    """
    kind = encoded.kind
    everything = len(encoded) * (len(encoded) - 1) / 2
    if not found.shape[1]:
        return Lesson(model=model, rounds=0, true_pairs=0.0)
    patterns, counts = _patterns(found)
    times = counts / share
    if labels is None:
        nobody = np.empty(0, np.int32)
        labels = Labels(left=nobody, right=nobody, same=np.empty(0, np.bool_))
    told = levels(encoded, labels.left, labels.right, model)
    known = np.hstack([patterns, told])
    population = _population(encoded, model)
    chance = _chance_of_equal_names(encoded, model)
    unit = max(1.0, everything / RANDOM_PAIRS)
    learned, rounds, expected = model, 0, 0.0
    for rounds in range(1, ROUNDS + 1):
        likely = probability(weights(patterns, learned, kind)) * times
        expected = float(likely.sum())
        if expected + labels.same.sum() < ENOUGH_PAIRS:
            return Lesson(model=model, rounds=rounds, true_pairs=expected)
        prior = round(100 * log2(expected / max(everything - expected, 1.0)))
        prior = max(prior, usual_prior(len(encoded)) - 150)
        tables = tuple(
            _learned(
                table,
                known[number],
                np.r_[likely, labels.same],
                population[number],
                unit,
                chance if number == NAME else {},
            )
            for number, table in enumerate(model.tables[kind])
        )
        before, learned = (
            learned,
            replace(learned, prior={**model.prior, kind: prior}, tables={**model.tables, kind: tables}),
        )
        if before.prior == learned.prior and before.tables == learned.tables:
            break
    curve = _curve(weights(told, learned, kind), labels.same)
    if curve:
        best = min(curve, key=lambda point: (point.wrong, abs(point.threshold)))
        learned = replace(learned, prior={**learned.prior, kind: learned.prior[kind] - best.threshold})
    about = {
        "records": len(encoded),
        "pairs that agree": round(expected),
        "labels": len(labels.same),
        "curve": [
            f"{(p.threshold - best.threshold) / 100:+.1f} bits: precision {p.precision:.3f}, recall {p.recall:.3f}"
            for p in curve
        ],
    }
    learned = replace(learned, trained={**learned.trained, kind: about})
    return Lesson(model=learned, rounds=rounds, true_pairs=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """How labels are judged when pairs from *threshold* (centi-bits) on are linked."""

    threshold: int
    wrong: int
    precision: float
    recall: float


def _curve(weight: Weights, same: npt.NDArray[np.bool_]) -> list[_Point]:
    points: list[_Point] = []
    for threshold in range(-600, 601, 100) if len(same) else ():
        linked = weight >= threshold
        right = int((linked & same).sum())
        points.append(
            _Point(
                threshold=threshold,
                wrong=int((linked != same).sum()),
                precision=right / max(int(linked.sum()), 1),
                recall=right / max(int(same.sum()), 1),
            )
        )
    return points


def _patterns(found: Levels) -> tuple[Levels, npt.NDArray[np.int64]]:
    """The different columns of *found*, and how often each comes."""
    rows = np.ascontiguousarray(found.T)
    whole = rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
    _, first, counts = np.unique(whole, return_index=True, return_counts=True)
    return found[:, first], counts


def probability(weight: Weights) -> Counts:
    """The probability of being true that weights in centi-bits stand for."""
    return 1.0 / (1.0 + np.exp2(-weight / 100.0))


def widened(model: Model, kind: str, size: int, frequency: Mapping[str, int]) -> Model:
    """*model* as training on *size* records of a *kind* begins with: every family of blocking keys, and a prior that fits the size."""
    prior = usual_prior(size)
    return replace(
        model,
        blocking={**model.blocking, kind: frozenset(FAMILIES[kind])},
        prior={**model.prior, kind: prior},
        cohesion=LEAST_COHESION,
        frequency=frequency if kind == "person" and size >= ENOUGH_RECORDS else model.frequency,
    )


def without_costly_keys(blocking: Blocking, size: int, kind: str, model: Model) -> tuple[Model, Blocking]:
    """*model* and the keys of *size* records without the families that make too many pairs among so many records."""
    made = pairs_by_family(blocking, model.max_block)
    usual = default_model().blocking[kind]
    kept = {
        number: family
        for number, family in enumerate(FAMILIES[kind])
        if family in usual or made[number] <= max(PAIRS_A_RECORD * size, FEW_PAIRS)
    }
    keep = np.isin(blocking.families, np.array(sorted(kept), np.uint8))
    families = frozenset(kept.values()) & model.blocking[kind]
    return replace(model, blocking={**model.blocking, kind: families}), blocking.where(keep)


def usual_prior(size: int) -> int:
    """The prior of a table of so many records: one other record of the same customer for every second of them."""
    return round(-100 * log2(max(size, 2)))


def learned_cohesion(encoded: Encoded, names: Sequence[str], pairs: Pairs, model: Model) -> Model:
    """*model* with the cohesion that its own strictest clusters have: all but the weakest pairs in them weigh more.

    Records of one customer that vary widely get along with a lower one; where they hardly vary it stays high.
    """
    cohesion = 0
    for _ in range(3):
        strict = replace(model, cohesion=cohesion)
        inside = _weights_inside(encoded, clusters(encoded, names, pairs, strict), model)
        if not len(inside):
            break
        lower = int(np.clip(np.quantile(inside, WEAKEST), LEAST_COHESION, 0))
        if lower >= cohesion:
            break
        cohesion = lower
    return replace(model, cohesion=cohesion)


def _weights_inside(encoded: Encoded, label: Codes, model: Model) -> Weights:
    """The weights of pairs of records in one cluster, of a sample if there are many."""
    left, right = candidate_pairs(
        np.arange(len(label), dtype=np.int32), label.astype(np.int64), model.max_component
    )
    if len(left) > RANDOM_PAIRS:
        chosen = np.random.default_rng(1).choice(len(left), RANDOM_PAIRS, replace=False)
        left, right = left[chosen], right[chosen]
    return pair_weights(encoded, left, right, model)


def name_frequency(encoded: Encoded) -> dict[str, int]:
    """How frequent the parts of persons' names are, from 1 to 3; rare parts are left out."""
    place = KINDS[encoded.kind]._fields.index("name")
    held = np.bincount(encoded.codes[place], minlength=len(encoded.values[place])).tolist()
    counts: Counter[str] = Counter()
    for names, count in zip(encoded.values[place], held, strict=True):
        for part in {p for name in names or () if isinstance(name, PersonName) for p in _parts(name)}:
            counts[part] += count
    found: dict[str, int] = {}
    for part, count in counts.items():
        if part and count > 3 and (level := sum(count * limit >= len(encoded) for limit in FREQUENT)):
            found[part] = level
    return found


def _parts(name: PersonName) -> tuple[str, ...]:
    if name.han:
        return (name.han[:1], name.han[1:], name.family, name.given)
    return (name.family, name.given.partition(" ")[0])


def _population(encoded: Encoded, model: Model) -> list[Counts]:
    """For each feature in how many pairs of all records each level comes.

    Pairs of equal values are counted, all others are estimated from pairs drawn at random.
    """
    size = len(encoded)
    everything = size * (size - 1) // 2
    dice = np.random.default_rng(1)
    count = min(RANDOM_PAIRS, everything)
    left = dice.integers(0, size, count, dtype=np.int32)
    right = ((left + dice.integers(1, size, count, dtype=np.int32)) % size).astype(np.int32)
    drawn = levels(encoded, left, right, model)
    found: list[Counts] = []
    for number, table in enumerate(model.tables[encoded.kind]):
        names = list(table)
        codes = encoded.codes[number]
        is_other = codes[left] != codes[right]
        drawn_here = np.bincount(drawn[number][is_other], minlength=len(names) + 1)
        estimated = drawn_here.astype(np.float64) * (everything / count)
        estimated += _equal_pairs(encoded, number, names)
        found.append(estimated[1:])
    return found


def _chance_of_equal_names(encoded: Encoded, model: Model) -> dict[str, float]:
    """In how many pairs persons of different names in both parts would have equal names by chance, by level.

    Family and given name are taken for independent but for a factor: peoples have names of their own.
    """
    if encoded.kind != "person":
        return {}
    size = len(encoded)
    values = encoded.values[NAME]
    held = np.bincount(encoded.codes[NAME], minlength=len(values)).tolist()
    parts: Counter[str] = Counter()
    for value, count in zip(values, held, strict=True):
        for part in {p for name in value or () for p in _parts(name)[:2]}:
            parts[part] += count
    found: dict[str, float] = {}
    for value, count in zip(values[1:], held[1:], strict=True):
        name = value[0]
        family, given = _parts(name)[:2]
        if not (family and given):
            continue
        level = person_name(value, value)
        pairs = count * parts[family] * parts[given] / size / 2
        found[level] = found.get(level, 0.0) + ALIKE * pairs
    return found


def _equal_pairs(encoded: Encoded, number: int, names: list[str]) -> Counts:
    """How many pairs of records have equal values of a feature, by the level that this gives them."""
    values, compare = encoded.values[number], COMPARISONS[encoded.kind][number]
    held = np.bincount(encoded.codes[number], minlength=len(values)).astype(np.float64)
    pairs = held * (held - 1) / 2
    found = np.zeros(len(names) + 1)
    places = {name: place + 1 for place, name in enumerate(names)}
    for code in (np.flatnonzero(pairs[1:] > 0) + 1).tolist():
        found[places[compare(values[code], values[code])]] += pairs[code]
    return found


def _learned(
    table: Mapping[str, int],
    found: npt.NDArray[np.uint8],
    likely: Counts,
    population: Counts,
    unit: float,
    chance: Mapping[str, float],
) -> dict[str, int]:
    """The weights of one feature; *unit* is how many pairs of all a pair drawn at random stands for.

    *chance* says of some levels in how many pairs they come by chance.
    """
    same = np.bincount(found, weights=likely, minlength=len(table) + 1)[1:]
    if same.sum() < 1 or population.sum() < 1:
        return dict(table)
    other = np.maximum(population - same, population / 50)
    for place, name in enumerate(table):
        if name in chance:
            other[place] = np.clip(chance[name], population[place] / 200, population[place])
    learned: dict[str, int] = {}
    for (name, default), m, u in zip(table.items(), same, other, strict=True):
        if name in SILENT:
            learned[name] = default
            continue
        weight = 100 * log2((m + 0.5) / (same.sum() + 0.5 * len(table)))
        weight -= 100 * log2((u + 0.5 * unit) / (other.sum() + 0.5 * unit * len(table)))
        spread = 100 / log(2) * sqrt(1 / (m + 0.1) + 1 / (u / unit + 0.1))
        trust = 1 / (1 + (spread / DOUBT) ** 2)
        mixed = round(trust * weight + (1 - trust) * default)
        learned[name] = min(mixed, default // 2) if default <= AGAINST else mixed
    return learned
