"""Tests of connectors/api."""
