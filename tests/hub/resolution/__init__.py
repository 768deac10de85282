"""Tests of hub/resolution."""
