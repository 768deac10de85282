"""Who owned a customer on a day, as known on another day; and how that came about.

Bitemporal: *valid* time is when it held in the business, *known* time when the hub had learned it; both half open, UTC.
A merged customer keeps its rows: an answer for a day after the merge follows ``ownership_merge`` to the survivor, so
that taking the merge back needs no repair.

Queries (``queries.py``), each with a psycopg connection; ``known_at`` None means as known now:

- ``owners(connection, customer_id, as_of, known_at=None, lane: Lane | None = None) -> tuple[OwnerAt, ...]`` (one indexed query)
- ``timeline(connection, customer_id, known_at=None, lane=None) -> tuple[OwnershipRow, ...]`` (the customer's own rows, clipped at a merge)
- ``changes(connection, customer_id) -> tuple[OwnershipRow, ...]`` (everything ever believed, by known time)
- ``book_of(connection, owner, as_of, known_at=None, *, limit=200, after: BookCursor | None = None) -> tuple[OwnershipRow, ...]``

``OwnerAt(asked_id, customer_id, lane, owner, valid_from, valid_to, known_from, position, kind, basis, actor, reason)``;
*owner* None: released or corrected to nobody; a lane that was never owned then is missing. ``OwnershipRow`` has the same
facts and ``known_to``. ``kind``: assigned, transferred, released, corrected.

``replay.replay_owner(log, connection, customer_id, as_of, known_at, lane) -> Replay`` answers from the log alone.
"""
