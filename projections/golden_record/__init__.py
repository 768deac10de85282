"""What is this customer? Its kind, status and golden values, each with the record, event and rule that it comes from.

Queries (``queries.py``), each with a psycopg connection:

- ``by_id(connection, customer_id, *, follow=True) -> GoldenCustomer | None`` (*follow*: the survivor when it was merged)
- ``by_ids(connection, customer_ids) -> dict[UUID, GoldenCustomer]`` (no following)
- ``by_record(connection, key: RecordKey | str) -> GoldenCustomer | None``
- ``search(connection, text, *, limit=20, after: UUID | None = None) -> tuple[GoldenCustomer, ...]`` (all words, as prefixes; not merged ones)
- ``page(connection, *, limit=100, after: UUID | None = None, status: str | None = None) -> tuple[GoldenCustomer, ...]`` (by id)
- ``changed_after(connection, position, limit=500) -> tuple[GoldenCustomer, ...]`` (by position of the last event)
- ``count(connection) -> dict[str, int]`` (by status)

``GoldenCustomer(customer_id, status, merged_into, kind, name, version, position, registered_at, changed_at, record_keys,
values: tuple[GoldenFact, ...])``; status: active, merged, retired (no living source record).
``GoldenFact(path, value, record_key, event_id, event_version, rule, since)``.
"""
