"""Tests of the embedded PostgreSQL, against real servers."""
