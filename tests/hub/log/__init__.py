"""Tests of hub/log."""
