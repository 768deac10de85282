"""Tests of bitemporal ownership."""
