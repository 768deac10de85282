"""Measurements, beside the raw limit of PostgreSQL in the same run; no assertions on time. Run: make bench."""
