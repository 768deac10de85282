"""Tests of explanations in plain words."""
