"""Which customers wait for a person to say whether they are the same, the strongest first?

Queries (``queries.py``), each with a psycopg connection:

- ``page(connection, now, *, limit, after, asked: Asked) -> tuple[QueuedCase, ...]`` (open cases, alarms and strong ones first)
- ``groups(connection, now, *, limit, after, asked) -> tuple[Group, ...]`` (the same by customer: how many, how strong, since when)
- ``counts(connection, now, asked) -> tuple[Count, ...]`` (how many of each kind, and the oldest)
- ``by_id(connection, case_id) -> QueuedCase | None`` (also one that has ended)
- ``suggest(connection, now, threshold, count, asked) -> tuple[QueuedCase, ...]`` (whose answers would teach the model most)
- ``held_by(connection, customer_ids) -> int`` (records, activities and owners: what is at stake in a merge)

A case that was postponed is not open until its time has come.
"""
