"""Tests of hub/handling."""
