"""The event log: the ``eventsourcing`` library on PostgreSQL, with our recorder, codec, upcasters and encryption.

One ordered sequence of events; every append holds the log's lock, so positions appear in commit order and a reader
never skips one. Offsets of the inputs and rows of the match index travel in the same transaction.
"""
