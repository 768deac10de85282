"""Tests of the public message shapes."""
