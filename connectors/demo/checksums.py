"""Check characters of identifiers, so that made-up ones are well formed."""

from __future__ import annotations

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def organisation_check(body: str) -> str:
    """The ninth character of an organisation code. *Source*: GB 11714, modulo 11."""
    total = sum(int(c, 36) * weight for c, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def uscc_check(body: str) -> str:
    """The last character of a unified social credit code. *Source*: GB 32100-2015, modulo 31."""
    total = sum(USCC_ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc(kind: str, division: str, organisation: str) -> str:
    """A whole code: registration kind (``91`` enterprise), division of six digits, organisation code of eight characters."""
    body = kind + division + organisation + organisation_check(organisation)
    return body + uscc_check(body)


def resident_check(body: str) -> str:
    """The last character of a resident identity number. *Source*: GB 11643, ISO 7064 MOD 11-2."""
    total = sum(int(c) * weight for c, weight in zip(body, _RESIDENT_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]
