"""Tests of the matching on Spark."""
