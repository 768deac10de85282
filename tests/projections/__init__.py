"""Tests of the read models and their runner, on the real PostgreSQL."""
