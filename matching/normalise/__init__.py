"""Normalisation, one module a kind of value; all of it pure, and the same on every machine."""
