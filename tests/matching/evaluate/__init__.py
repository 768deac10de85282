"""Tests of how a matching is measured."""
