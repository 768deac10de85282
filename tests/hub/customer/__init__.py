"""Tests of hub/customer."""
