"""Normalisation, one module a kind of value: what the same thing looks like however it was written."""
