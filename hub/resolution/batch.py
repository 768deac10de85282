"""One batch computed against the match index as it is now: events to append, rows to write, and what was looked at.

Nothing is written here. The resolver appends the result under the log's lock if nothing it looked at has changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.activity.events import ActivityRecorded
from hub.customer.events import LinkEvidence
from hub.handling.workspace import StateCache, Workspace
from hub.kernel.ids import new_id
from hub.kernel.provenance import Metadata
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from hub.resolution import index, parked
from hub.resolution.changes import Changes
from hub.resolution.evidence import strongest_links
from hub.resolution.graph import Graph
from hub.resolution.index import Clock, IndexChange, IndexedRecord, Watched
from hub.resolution.items import Delete, Item, Observe, Rename, Report, metadata_of
from hub.resolution.lineage import Lineage, lineage_of
from hub.resolution.plan import Allocation, Opinions, Placed, allocate, with_retired
from hub.resolution.request import Foreseen, Request
from hub.resolution.review import Touched
from hub.resolution.standing import Standing, stand
from hub.resolution.succession import Succession, ending, handed_on, last_reading
from hub.resolution.translate import to_matching
from matching import Model, dump, prepare

UNSEEN = 1 << 62
"""Ages of records that are not numbered yet begin here, in the order of the batch."""


@dataclass(slots=True)
class Batch:
    """What a batch comes to. *outcomes* has an entry for each incoming event that was not taken in before."""

    clock: Clock
    watched: Watched
    workspace: Workspace
    events: list[RecordedEvent]
    change: IndexChange
    outcomes: dict[UUID, str]
    to_park: list[Report]
    unparked: list[UUID]
    repeated: list[UUID]
    moved: dict[str, UUID] = field(default_factory=dict)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    touched: Touched = field(default_factory=Touched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """What is known of customers whose records come apart: their *lineage*, *retired* records, and stewards' *opinions*."""

    lineage: Lineage = field(default_factory=Lineage)
    retired: Sequence[str] = ()
    opinions: Opinions = field(default_factory=Opinions)


class BatchBuilder:
    """Computes batches with one model."""

    def __init__(self, log: EventLog, model: Model, cache: StateCache) -> None:
        self._log = log
        self.model = model
        self._cache = cache

    def build(self, connection: Connection[Any], request: Request) -> Batch:
        """Compute *request* as things stand."""
        items, identity = request.items, request.identity
        clock = index.read_clock(connection)
        repeated = _taken_before(connection, [i.uid for i in items])
        news = list({i.uid: i for i in items if i.uid not in repeated}.values())
        reports = [i for i in news if isinstance(i, Report)]
        graph = Graph(model=self.model, withdrawn=frozenset(request.withdrawn))
        keys = {str(i.key) for i in (*news, *request.released)} | {
            str(i.new) for i in news if isinstance(i, Rename)
        }
        named = {key for left, right, _ in request.opinions for key in (left, right)}
        graph.add(index.records_by_key(connection, keys | named))
        readings, heirs, successions = self._readings(connection, graph, news)
        keys |= {str(reading.key) for reading in readings}
        graph.successors = {old: succession.new for old, succession in successions.items()}
        standings, known = stand(readings, graph.records)
        outcomes = {i.uid: "unchanged" for i in known}

        self._find_edges(connection, graph, standings, _still_holding(request.foreseen, clock, standings))
        for left, right, same in request.opinions:
            graph.take_opinion(left, right, same=same)
        start = {*graph.fresh, *graph.gone, *request.seeds, *request.again}
        start |= set(_left_behind(connection, standings, heirs))
        with_assertions = bool(clock.assertions or request.opinions)
        graph.find_components(connection, start, with_assertions=with_assertions)
        while request.again and (beside := _beside(connection, graph)):
            start |= beside
            graph.find_components(connection, start, with_assertions=with_assertions)
        clusters = graph.clusters()
        stillborn = [
            {s.key} for s in standings.values() if s.retired and not _has_customer(s) and s.record is not None
        ]

        workspace = Workspace({})
        parting = self._parting(connection, graph, workspace, request, clusters=clusters, heirs=heirs)
        placed = self._placed(graph, standings, heirs)
        complete = with_retired(
            clusters, [placed[k] for k in parting.retired], placed, parting.lineage, parting.opinions
        )
        allocations = allocate([*complete, *stillborn], placed, new_id, parting.lineage)
        evidence = self._evidence(graph, clusters, allocations, placed)
        workspace.bring_in(self._log, self._cache, connection, _concerned(allocations, placed, standings))
        changes = Changes(
            workspace=workspace, standings=standings, placed=placed, evidence=evidence, identity=identity
        )
        changes.revise()
        moved = changes.allocate(allocations)
        for standing in standings.values():
            for item in standing.news:
                outcomes.setdefault(item.uid, _outcome(standing, item))
        homes = {a.founding: a.customer_id for a in allocations if a.founding is not None}
        put = self._put(
            connection,
            graph,
            standings,
            moved=moved,
            homes=homes,
            heirs=heirs,
            successions=successions,
            numbers=request.foreseen.numbers if request.foreseen else {},
        )

        events = list(workspace.events)
        reachable = {r.key for r in put if r.customer_id} | {
            k for k, r in graph.records.items() if r.customer_id
        }
        arrived = {key for key in moved if key in standings}
        waiting = (
            parked.waiting_for(connection, self._log.keys, arrived) if arrived else list(request.released)
        )
        to_park: list[Report] = []
        for report in (*reports, *waiting):
            if str(report.key) in reachable:
                events.append(_activity(report, identity))
                outcomes[report.uid] = "recorded"
            else:
                to_park.append(report)
                outcomes[report.uid] = "parked"
        return Batch(
            clock=clock,
            watched=Watched(
                keys=frozenset(graph.looked_up),
                records=frozenset(graph.records) | keys,
                numbers=frozenset(graph.key_of),
            ),
            workspace=workspace,
            events=events,
            change=index_change(graph, put),
            outcomes=outcomes,
            to_park=to_park,
            unparked=[r.uid for r in waiting],
            repeated=list(repeated),
            moved=moved,
            renamed=_chains(graph) if heirs or named else [],
            touched=_touched(graph, put, request.seeds),
        )

    def _find_edges(
        self,
        connection: Connection[Any],
        graph: Graph,
        standings: Mapping[str, Standing],
        foreseen: Foreseen | None,
    ) -> None:
        """Bring the records that changed into *graph*, and their edges, as *foreseen* or else by looking for candidates."""
        for standing in standings.values():
            if standing.is_gone:
                graph.gone.add(standing.key)
            elif standing.is_fresh and standing.record is not None:
                known = foreseen.prepared[standing.key] if foreseen else None
                graph.fresh[standing.key] = known or prepare(to_matching(standing.record), self.model)
        if foreseen:
            graph.take_edges(foreseen.edges)
        else:
            graph.find_edges(connection)

    def _readings(
        self, connection: Connection[Any], graph: Graph, news: Sequence[Item]
    ) -> tuple[list[Observe | Delete], dict[str, IndexedRecord], dict[str, Succession]]:
        """The items as readings and deletions: a renaming is the end of the old record and a reading of the new one.

        Also the heirs (new key → the record whose customer it keeps), and the successions of all records concerned.
        """
        renames = [i for i in news if isinstance(i, Rename)]
        successions = _successions(connection, graph, renames)
        holders = {c for i in renames if (r := graph.records.get(str(i.old))) and (c := r.customer_id)}
        workspace = Workspace.load(self._log, self._cache, connection, holders)
        readings: list[Observe | Delete] = []
        heirs: dict[str, IndexedRecord] = {}
        for item in news:
            if isinstance(item, Observe):
                readings += [item, *handed_on(item, successions)]
            elif isinstance(item, Delete):
                readings.append(item)
            elif isinstance(item, Rename):
                old = graph.records.get(str(item.old))
                if old is not None and old.customer_id is not None:
                    record = workspace.state(old.customer_id).records[item.old].record
                    readings += handed_on(last_reading(item, record), successions)
                    heirs[str(item.new)] = old
                readings.append(ending(item))
        return readings, heirs, successions

    def _parting(
        self,
        connection: Connection[Any],
        graph: Graph,
        workspace: Workspace,
        request: Request,
        *,
        clusters: Sequence[frozenset[str]],
        heirs: dict[str, IndexedRecord],
    ) -> Parting:
        """What has to be known of customers whose records come apart, or that a steward has named records of."""
        held: dict[UUID, set[int]] = {}
        for number, cluster in enumerate(clusters):
            for key in cluster:
                row = heirs.get(key) or graph.records.get(key)
                if row is not None and row.customer_id is not None:
                    held.setdefault(row.customer_id, set()).add(number)
        parting = {holder for holder, numbers in held.items() if len(numbers) > 1}
        parting |= {c for k in request.seeds if k in graph.records and (c := graph.records[k].customer_id)}
        if not parting:
            return Parting()
        wanted: Collection[UUID] = parting
        while wanted:
            workspace.bring_in(self._log, self._cache, connection, wanted)
            found = [workspace.state(i) for i in wanted]
            wanted = {c for state in found for c in state.absorbed if c not in workspace.states}
        holders = [workspace.state(i) for i in sorted(parting)]
        keys = {str(key) for holder in holders for key in holder.records}
        graph.add(index.records_by_key(connection, keys - graph.records.keys()))
        for pair in index.assertions_of(connection, keys):
            if pair.assertion_id not in graph.withdrawn:
                graph.take_opinion(pair.left, pair.right, same=pair.same)
        said: dict[bool, dict[str, set[str]]] = {True: {}, False: {}}
        for (left, right), same in graph.asserted.items():
            said[same].setdefault(left, set()).add(right)
        successors = {k: r.succession.new for k, r in graph.records.items() if r.succession is not None}
        successors |= graph.successors
        lineages = [lineage_of(holder, workspace.states, graph.records, successors) for holder in holders]
        return Parting(
            lineage=Lineage(
                parents={k: v for lineage in lineages for k, v in lineage.parents.items()},
                sides={k: v for lineage in lineages for k, v in lineage.sides.items()},
            ),
            retired=tuple(sorted(k for k in keys if not graph.is_live(k))),
            opinions=Opinions(same=said[True], different=said[False]),
        )

    @staticmethod
    def _placed(
        graph: Graph, standings: dict[str, Standing], heirs: dict[str, IndexedRecord]
    ) -> dict[str, Placed]:
        placed: dict[str, Placed] = {}
        unseen = UNSEEN
        for key in [*standings, *(k for k in graph.records if k not in standings)]:
            record = graph.records.get(key)
            number = record.number if record is not None else None
            if number is None:
                number, unseen = unseen, unseen + 1
            heir = heirs.get(key)
            stands = record if record is not None and record.customer_id is not None else heir
            customer_id, home_id = (stands.customer_id, stands.home_id) if stands else (None, None)
            if stands is heir and home_id != customer_id:
                home_id = None  # an heir keeps the customer; on whose side it is, the lineage says
            placed[key] = Placed(
                key=key,
                age=number,
                customer_id=customer_id,
                home_id=home_id,
                retired=not graph.is_live(key),
            )
        return placed

    @staticmethod
    def _evidence(
        graph: Graph,
        clusters: Sequence[frozenset[str]],
        allocations: Sequence[Allocation],
        placed: dict[str, Placed],
    ) -> dict[str, tuple[LinkEvidence, ...]]:
        """Evidence for every record that is fresh or comes to another customer."""
        target = {key: a.customer_id for a in allocations for key in a.keys}
        neighbours = graph.live_edges_by_key()
        evidence: dict[str, tuple[LinkEvidence, ...]] = {}
        for cluster in clusters:
            if len(cluster) > 1:
                wanted = {k for k in cluster if k in graph.fresh or placed[k].customer_id != target[k]}
                evidence.update(strongest_links(graph, cluster, wanted, neighbours))
        return evidence

    def _put(
        self,
        connection: Connection[Any],
        graph: Graph,
        standings: dict[str, Standing],
        *,
        moved: dict[str, UUID],
        homes: dict[str, UUID],
        heirs: dict[str, IndexedRecord],
        successions: dict[str, Succession],
        numbers: Mapping[str, int],
    ) -> list[IndexedRecord]:
        """The index rows of every record that changed, new ones in the order of the batch unless *numbers* has theirs."""
        if missing := [k for k in moved if k not in graph.records and k not in standings]:
            graph.add(index.records_by_key(connection, missing))
        put: list[IndexedRecord] = []
        for key in [*standings, *(k for k in moved if k not in standings)]:
            before = graph.records.get(key)
            standing = standings.get(key)
            heir = heirs.get(key)
            if standing is not None and not standing.news and key not in moved:
                continue
            record = standing.record if standing else None
            freshness = standing.freshness if standing else before.freshness if before else None
            if freshness is None:
                continue
            prepared = dump(graph.fresh[key]) if key in graph.fresh else before.prepared if before else b""
            home = homes.get(key) or (before.home_id if before else None) or (heir.home_id if heir else None)
            put.append(
                IndexedRecord(
                    number=before.number if before else numbers.get(key),
                    key=key,
                    kind=record.kind.value if record else before.kind if before else "",
                    customer_id=moved.get(key) or (before.customer_id if before else None),
                    home_id=home,
                    freshness=freshness,
                    retired=standing.retired if standing else before is not None and before.retired,
                    prepared=prepared,
                    succession=successions.get(key) or (before.succession if before else None),
                )
            )
        return put


def index_change(graph: Graph, put: Sequence[IndexedRecord]) -> IndexChange:
    """What *put* and the edges of *graph* change in the index."""
    gone: set[tuple[int, int]] = set()
    come: set[tuple[int, str]] = set()
    for record in put:
        before = graph.records.get(record.key)
        if record.key not in graph.fresh and record.key not in graph.gone:
            continue
        new = set(graph.fresh[record.key].keys) if record.key in graph.fresh else set()
        old = set(graph.stored_keys(record.key))
        come |= {(key, record.key) for key in new - old}
        if before is not None and before.number is not None:
            gone |= {(key, before.number) for key in old - new}
    return IndexChange(
        numbers={key: number for number, key in graph.key_of.items()},
        put=put,
        keys_gone=gone,
        keys_come=come,
        edges_gone=graph.edges_gone(),
        edges_come=[(left, right, weight) for (left, right), weight in graph.new_edges.items()],
        keys_crossed=graph.crossed,
        doubts_gone=[
            r.number
            for key in (*graph.fresh, *graph.gone, *graph.reweighed)
            if (r := graph.records.get(key)) is not None and r.number is not None
        ],
        doubts_come=[(left, right, weight) for (left, right), weight in graph.doubts.items()],
    )


def _still_holding(
    foreseen: Foreseen | None, clock: Clock, standings: Mapping[str, Standing]
) -> Foreseen | None:
    """*foreseen* unless the index has changed since, or what has to be compared is something else."""
    if foreseen is None or foreseen.stamp != clock.stamp:
        return None
    fresh = {s.key: s.record.content_hash for s in standings.values() if s.is_fresh and s.record is not None}
    return foreseen if fresh == foreseen.contents else None


def _touched(graph: Graph, put: Sequence[IndexedRecord], seeds: Collection[str]) -> Touched:
    """The records that change, or that a steward has named, and the customers that they belong to before and after."""
    before = [r for key in (*(r.key for r in put), *seeds) if (r := graph.records.get(key)) is not None]
    return Touched(
        records=frozenset(r.key for r in (*before, *put)),
        customers=frozenset(c for r in (*before, *put) if (c := r.customer_id) is not None),
    )


def _left_behind(
    connection: Connection[Any], standings: dict[str, Standing], heirs: dict[str, IndexedRecord]
) -> list[str]:
    """The live records of customers to which a deleted record or its heir returns: no edge leads from it to them any more."""
    returning = [s.before for s in standings.values() if s.is_fresh and s.before] + list(heirs.values())
    holders = {r.customer_id for r in returning if r.retired and r.customer_id is not None}
    return index.live_records_of(connection, holders) if holders else []


def _beside(connection: Connection[Any], graph: Graph) -> set[str]:
    """The live records outside of the components whose customers have records inside: their edges may have gone before."""
    inside = {key for component in graph.components for key in component}
    holders = {c for key in inside if (r := graph.records.get(key)) and (c := r.customer_id)}
    return set(index.live_records_of(connection, holders)) - inside


def _successions(
    connection: Connection[Any], graph: Graph, renames: Sequence[Rename]
) -> dict[str, Succession]:
    """Which record goes on as which other one, as the index and *renames* say; all that are named come into *graph*."""
    successions: dict[str, Succession] = {}
    for rename in renames:
        told, known = Succession.by(rename), successions.get(str(rename.old))
        if known is None or (known.source_time, known.version) < (told.source_time, told.version):
            successions[str(rename.old)] = told
    looked_at: set[str] = set()
    while True:
        for key, record in graph.records.items():
            known = successions.get(key)
            if record.succession is not None and (
                known is None
                or (known.source_time, known.version)
                <= (record.succession.source_time, record.succession.version)
            ):
                successions[key] = record.succession
        further = {s.new for s in successions.values()} - graph.records.keys() - looked_at
        if not further:
            return successions
        looked_at |= further
        graph.add(index.records_by_key(connection, further))


def _chains(graph: Graph) -> list[tuple[str, str]]:
    """(old, new) for every renaming that is known, those of a chain one after the other."""
    return [pair for key in graph.successors for pair in itertools.pairwise(graph.with_successors(key))]


def _taken_before(connection: Connection[Any], uids: Sequence[UUID]) -> set[UUID]:
    if not uids:
        return set()
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute("SELECT uid FROM hub_receipt WHERE uid = ANY(%b::uuid[])", (list(uids),))
        return {uid for (uid,) in cursor}


def _has_customer(standing: Standing) -> bool:
    return standing.before is not None and standing.before.customer_id is not None


def _concerned(
    allocations: Sequence[Allocation], placed: dict[str, Placed], standings: dict[str, Standing]
) -> set[UUID]:
    """The customers that the batch may change."""
    ids: set[UUID] = set()
    for standing in standings.values():
        if standing.before is not None and standing.before.customer_id is not None:
            ids.add(standing.before.customer_id)
    for allocation in allocations:
        moving = [
            k for k in allocation.keys if placed[k].customer_id != allocation.customer_id or k in standings
        ]
        if not moving and not allocation.absorbs:
            continue
        ids |= {c for k in allocation.keys if (c := placed[k].customer_id) is not None}
        ids |= set(allocation.absorbs)
        if allocation.founding is None:
            ids.add(allocation.customer_id)
    return ids


def _outcome(standing: Standing, item: Observe | Delete) -> str:
    if isinstance(item, Delete):
        return "retired" if standing.before is not None or standing.record is not None else "unchanged"
    return "revised" if _has_customer(standing) else "linked"


def _activity(report: Report, identity: Metadata) -> RecordedEvent:
    body = ActivityRecorded(record=report.key, type=report.type, unit=report.unit, data=report.data)
    return RecordedEvent(
        originator_id=report.uid,
        originator_version=1,
        body=body,
        meta=metadata_of(report, identity.recorded_at),
    )
