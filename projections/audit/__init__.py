"""Who changed what, when, why, from what to what: a row for every event of the log.

*aspect* names what an event is about: ``record:<key>``, ``owner:<scope>/<role>``, ``pin:<path>``, ``identity`` (kind, merges),
``assertion``, ``activity:<key>``. *before* is what the previous event on the same aspect of the same customer left behind.

Queries (``queries.py``), each with a psycopg connection:

- ``entries(connection, filter: AuditFilter, *, limit=100, after: int | None = None, newest_first=True) -> tuple[AuditEntry, ...]``
  (by position, behind the position *after*)
- ``entry(connection, position) -> AuditEntry | None``

``AuditFilter(customer_ids=(), actor=None, aspect=None, name=None, recorded_from=None, recorded_to=None, activities=True)``.
``AuditEntry(position, stream_id, customer_id, name, aspect, actor, via, reason, correlation_id, causation_id, valid_at,
recorded_at, before, after)``.
"""
