"""Tests of the made-up group."""
