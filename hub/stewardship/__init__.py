"""Stewardship: lasting decisions of people about which source records are the same customer.

An *assertion* says *same* or *different* about two groups of source records; it outlives every re-run of the matching
until it is *withdrawn*.
"""
