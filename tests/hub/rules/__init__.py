"""Tests of hub/rules."""
