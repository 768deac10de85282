"""Comparison: for every feature the level of agreement of two values; the model says what a level weighs."""
