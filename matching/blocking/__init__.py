"""Blocking: the keys under which a record meets those that may be the same; they depend on the record alone."""
