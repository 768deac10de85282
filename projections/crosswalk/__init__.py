"""Which customer does a source record belong to, and what became of an id that was given once.

Queries (``queries.py``), each with a psycopg connection:

- ``customer_of_record(connection, key: RecordKey | str) -> UUID | None``
- ``records_of_customer(connection, customer_id, *, past=False) -> tuple[CrosswalkRow, ...]`` (follows former ids; *past* adds links that have ended)
- ``history_of_record(connection, key) -> tuple[CrosswalkRow, ...]``
- ``survivor_of(connection, customer_id) -> UUID`` (the id itself unless it was merged; follows chains)
- ``former_ids_of(connection, customer_id) -> tuple[UUID, ...]`` (every id that resolves to it now)
- ``page_of_links(connection, limit=1000, after: str | None = None) -> tuple[CrosswalkRow, ...]`` (current links by record key)
- ``export_links(connection, batch=5000) -> Iterator[CrosswalkRow]`` (all current links, server-side cursor; own transaction)

``CrosswalkRow(record_key, customer_id, retired, known_from, known_to, from_position, to_position)``; ``known_to`` None is current.
"""
