"""Why two records, or two customers, are apart: what a person said, what rules it out, what is missing, and what would change it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.kernel.ids import RecordKey
from hub.log.store import EventLog
from hub.resolution.explaining.scene import AssertionNote, Comparison, Scale, Scene
from hub.resolution.graph import Graph
from matching import Assertion, Edge, Model, explain, partition
from matching.whynot import Alternative, if_equal, meeting

PAIRS = 20_000
"""So many pairs across two customers are weighed at most."""
NAMED = 5
"""So many records, pairs or assertions are named for one reason at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two valid identifiers of a type of which nobody has two, each with a record that has it."""

    type: str
    left: RecordKey
    left_values: tuple[str, ...]
    right: RecordKey
    right_values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohesion:
    """The mean weight over all pairs across the two customers against the least that the model asks for, in centi-bits.

    *lowest* are the records with the lowest means against the other customer.
    """

    mean: int
    needed: int
    pairs: int
    lowest: tuple[tuple[RecordKey, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A component larger than the model allows: its weakest links were dropped until *threshold* was reached."""

    size: int
    largest: int
    threshold: int
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason why the two are apart, by its *code*; what else is filled in depends on it.

    ``different`` *assertions*; ``deleted`` *records* that their sources deleted; ``kinds`` a person is not an organisation;
    ``identifiers`` *clashes*; ``never-compared`` *meeting*: sets of features each of which would make them meet;
    ``below-threshold`` *alternatives*, and the features of the comparison; ``cohesion``; ``component`` *crowd*; ``outdated``
    under the model in force nothing speaks against them, and they will be joined when one of their records is read again.
    """

    code: str
    assertions: tuple[AssertionNote, ...] = ()
    records: tuple[RecordKey, ...] = ()
    clashes: tuple[Clash, ...] = ()
    meeting: tuple[tuple[str, ...], ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    cohesion: Cohesion | None = None
    crowd: Crowd | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why two customers are apart.

    *comparison* puts the two records asked about side by side, or the closest ones of the two customers; None when nothing of
    them was ever read. *closest* are the closest two where they are closer than those asked about.
    """

    left_customer: UUID
    right_customer: UUID
    scale: Scale
    comparison: Comparison | None
    closest: Comparison | None
    reasons: tuple[Reason, ...]


def why_not(
    log: EventLog,
    connection: Connection[Any],
    scene: Scene,
    customers: tuple[UUID, UUID],
    asked: tuple[str | None, str | None],
) -> WhyNot:
    """Why the records *asked* about (None: any of the customer's) are in different *customers*."""
    lefts, rights = (scene.keys_of(c) for c in customers)
    closest = _closest(scene, *(scene.comparable(keys) for keys in (lefts, rights)))
    mine, theirs = ([k] if k else keys for k, keys in zip(asked, (lefts, rights), strict=True))
    pair = _closest(scene, *(scene.comparable(keys) for keys in (mine, theirs))) or _readable(
        scene, mine, theirs
    )
    crossing = scene.edges_across(lefts, set(rights))
    reasons = _people(log, connection, scene, lefts, rights)
    gone = [k for k in asked if k is not None and scene.graph.records[k].retired]
    gone = gone or [k for keys in (lefts, rights) if not scene.comparable(keys) for k in keys]
    if gone:
        reasons.append(Reason(code="deleted", records=_keys(gone)))
    elif crossing and not reasons:
        reasons += _guards(connection, scene, lefts, rights, crossing)
    elif pair is not None and not crossing:
        reasons += _of_pair(scene, *pair)
    return WhyNot(
        left_customer=customers[0],
        right_customer=customers[1],
        scale=Scale.of(scene.graph.model, scene.graph.records[lefts[0]].kind),
        comparison=scene.compare(*pair) if pair else None,
        closest=scene.compare(*closest)
        if closest and pair and _is_closer(scene.graph, closest, pair)
        else None,
        reasons=tuple(reasons),
    )


def _closest(scene: Scene, lefts: Sequence[str], rights: Sequence[str]) -> tuple[str, str] | None:
    """The pair that weighs most: of those that have a link, else of those that have met, else of all."""
    edges = scene.edges_across(lefts, set(rights))
    if edges:
        return max(edges, key=lambda pair: (edges[pair], pair))
    graph = scene.graph
    candidates = list(islice(_met(scene, lefts, rights), PAIRS)) or list(
        islice(product(lefts, rights), PAIRS)
    )

    def weight(pair: tuple[str, str]) -> tuple[bool, int, tuple[str, str]]:
        found = graph.weight(*pair)
        return (found is not None, found or 0, pair)

    return max(candidates, key=weight, default=None)


def _is_closer(graph: Graph, one: tuple[str, str], other: tuple[str, str]) -> bool:
    weight, than = graph.weight(*one), graph.weight(*other)
    return weight is not None and (than is None or weight > than)


def _met(scene: Scene, lefts: Sequence[str], rights: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pairs across that share a blocking key."""
    holders: dict[int, list[str]] = {}
    for right in rights:
        for key in scene.graph.prepared(right).keys:
            holders.setdefault(key, []).append(right)
    for left in lefts:
        for right in dict.fromkeys(r for k in scene.graph.prepared(left).keys for r in holders.get(k, ())):
            yield left, right


def _readable(scene: Scene, lefts: Sequence[str], rights: Sequence[str]) -> tuple[str, str] | None:
    """Any pair that was ever read, deleted or not."""
    mine, theirs = ([k for k in keys if scene.graph.records[k].prepared] for keys in (lefts, rights))
    return next(product(mine, theirs), None)


def _people(
    log: EventLog, connection: Connection[Any], scene: Scene, lefts: Sequence[str], rights: Sequence[str]
) -> list[Reason]:
    """What people said against it."""
    mine, theirs = set(lefts), set(rights)
    pairs = {
        (p.left, p.right): None for p in scene.asserted if not p.same and p.left in mine and p.right in theirs
    }
    notes = scene.notes(log, connection, list(islice(pairs, NAMED)), same=False)
    said = [note for of_pair in notes.values() for note in of_pair]
    return [Reason(code="different", assertions=tuple(said[:NAMED]))] if said else []


def _of_pair(scene: Scene, left: str, right: str) -> list[Reason]:
    """What the two records themselves say against it."""
    graph, model = scene.graph, scene.graph.model
    one, other = graph.prepared(left), graph.prepared(right)
    if one.kind != other.kind:
        return [Reason(code="kinds")]
    reasons: list[Reason] = []
    weight = graph.weight(left, right)
    if weight is None:
        reasons.append(Reason(code="identifiers", clashes=_clashes(graph, [(left, right)])))
    met = not set(one.keys).isdisjoint(other.keys)
    if not met:
        reasons.append(Reason(code="never-compared", meeting=meeting(one, other, model)))
    if weight is None or weight < model.link_threshold:
        if weight is not None:
            alternatives = if_equal(one, other, model)
            reasons.append(Reason(code="below-threshold", alternatives=alternatives))
    elif met:
        reasons.append(Reason(code="outdated"))
    return reasons


def _guards(
    connection: Connection[Any],
    scene: Scene,
    lefts: Sequence[str],
    rights: Sequence[str],
    crossing: Mapping[tuple[str, str], int],
) -> list[Reason]:
    """Which guard keeps two customers apart although links lead across.

    Found by trying: a guard is the reason when the customers would be one without it, all else being equal. If none is so
    alone, all that apply are named.
    """
    graph, model = Graph(model=scene.graph.model), scene.graph.model
    strongest, weight = max(crossing.items(), key=lambda item: (item[1], item[0]))
    graph.find_components(connection, strongest, with_assertions=True)
    component = next((c for c in graph.components if strongest[0] in c), {*strongest})
    if _joined(graph, component, strongest, model):
        return [Reason(code="outdated")]
    without: dict[str, Model] = {
        "identifiers": model,
        "cohesion": replace(model, cohesion=model.floor),
        "component": replace(model, max_component=len(component)),
    }
    told = {
        "identifiers": Reason(
            code="identifiers", clashes=_clashes(scene.graph, islice(product(lefts, rights), PAIRS))
        ),
        "cohesion": Reason(code="cohesion", cohesion=_cohesion(scene, lefts, rights)),
        "component": Reason(code="component", crowd=_crowd(model, len(component), weight)),
    }
    alone = [
        told[code]
        for code, looser in without.items()
        if _joined(graph, component, strongest, looser, strong=code != "identifiers")
    ]
    return alone or [reason for reason in told.values() if _applies(reason)]


def _joined(
    graph: Graph, component: Collection[str], pair: tuple[str, str], model: Model, *, strong: bool = True
) -> bool:
    """Whether the two records would be one customer under *model*; unless *strong*, as if no identifier ruled anything out."""

    def by_features_alone(left: str, right: str) -> int:
        return explain(graph.prepared(left), graph.prepared(right), model).total

    edges = [
        Edge(left=left, right=right, weight=weight)
        for left, near in graph.live_edges_by_key().items()
        for right, weight in near.items()
        if left < right and left in component
    ]
    asserted = [
        Assertion(left=left, right=right, same=same) for (left, right), same in graph.asserted.items()
    ]
    identifiers = {key: graph.prepared(key).strong if strong else () for key in component}
    weights = graph.weight if strong else by_features_alone
    clusters = partition(component, edges, asserted, identifiers, weights, model)
    return any(pair[0] in cluster and pair[1] in cluster for cluster in clusters)


def _applies(reason: Reason) -> bool:
    cohesion, crowd = reason.cohesion, reason.crowd
    return bool(
        reason.clashes
        or (cohesion and cohesion.mean < cohesion.needed)
        or (crowd and crowd.size > crowd.largest)
    )


def _clashes(graph: Graph, pairs: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> tuple[Clash, ...]:
    """The identifiers for which records of *pairs* rule each other out, those of the first pairs."""
    found: list[Clash] = []
    for left, right in pairs:
        if len(found) == NAMED:
            break
        if not (graph.records[left].prepared and graph.records[right].prepared):
            continue
        if graph.weight(left, right) is not None:
            continue
        mine, theirs = _identifiers(graph, left), _identifiers(graph, right)
        found += [
            Clash(
                type=kind,
                left=RecordKey.parse(left),
                left_values=tuple(sorted(mine[kind])),
                right=RecordKey.parse(right),
                right_values=tuple(sorted(theirs[kind])),
            )
            for kind in sorted(mine.keys() & theirs.keys())
            if not (mine[kind] <= theirs[kind] or theirs[kind] <= mine[kind])
        ]
    return tuple(found)


def _identifiers(graph: Graph, key: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, value in graph.prepared(key).strong:
        found.setdefault(kind, set()).add(value)
    return found


def _cohesion(scene: Scene, lefts: Sequence[str], rights: Sequence[str]) -> Cohesion | None:
    """The mean weight across; None for too many pairs."""
    mine, theirs = scene.comparable(lefts), scene.comparable(rights)
    graph, model = scene.graph, scene.graph.model
    number = len(mine) * len(theirs)
    if not 0 < number <= PAIRS:
        return None
    sums = dict.fromkeys((*mine, *theirs), 0)
    total = 0
    for left, right in product(mine, theirs):
        weight = graph.weight(left, right)
        counted = model.floor if weight is None else max(weight, model.floor)
        total += counted
        sums[left] += counted
        sums[right] += counted
    means = {key: s // (len(theirs) if key in mine else len(mine)) for key, s in sums.items()}
    lowest = sorted(means, key=lambda key: (means[key], key))[:NAMED]
    return Cohesion(
        mean=total // number,
        needed=model.cohesion,
        pairs=number,
        lowest=tuple((RecordKey.parse(key), means[key]) for key in lowest if means[key] < model.cohesion),
    )


def _crowd(model: Model, size: int, weight: int) -> Crowd:
    """The component, and the threshold at which its strongest link across was dropped."""
    threshold = model.link_threshold
    while weight >= threshold:
        threshold += model.threshold_step
    return Crowd(size=size, largest=model.max_component, threshold=threshold, weight=weight)


def _keys(keys: Sequence[str]) -> tuple[RecordKey, ...]:
    return tuple(RecordKey.parse(key) for key in keys[:NAMED])
