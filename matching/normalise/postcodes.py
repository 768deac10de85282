"""Postcodes: the area that one lies in."""

from __future__ import annotations


def area(postcode: str) -> str:
    """The outward part of a British postcode without its space, the first three characters of any other."""
    return postcode[:-3] if len(postcode) > 4 and postcode[-1].isalpha() else postcode[:3]
