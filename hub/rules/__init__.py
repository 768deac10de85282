"""Versioned business rules as pure functions: no clock, no database, the same answer on every replay."""
