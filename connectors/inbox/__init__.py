"""The inbox: a PostgreSQL table in the place of a broker, with partitions and offsets of the same meaning."""
