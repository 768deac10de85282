"""Tests of golden records."""
