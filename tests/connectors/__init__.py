"""Tests of everything that crosses the edge."""
