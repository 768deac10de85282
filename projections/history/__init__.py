"""What happened around a customer: its own events and the activities of its source records, in one timeline.

Activities hang on the source record, so after a merge or an unmerge they show at the customer that the record belongs
to now (from the crosswalk); a survivor also shows the events of the customers merged into it.

Queries (``queries.py``), each with a psycopg connection:

- ``timeline(connection, customer_id, *, limit=50, after: Cursor | None = None, newest_first=True, activities=True,
  changes=True) -> tuple[Entry, ...]`` (follows former ids; the next page begins at ``Entry.cursor`` of the last one)
- ``activities_of_record(connection, key, *, limit=50, after=None, newest_first=True) -> tuple[Entry, ...]``

``Entry(position, at, recorded_at, name, customer_id | None, record_key | None, unit | None, actor, via, reason, data)``;
*name* is the event's stored name for changes of the customer, the activity's public type for activities.
``Cursor(at, position)``.
"""
