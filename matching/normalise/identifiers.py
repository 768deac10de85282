"""Identifiers with check characters: only a valid one weighs anything."""

from __future__ import annotations

import re
from functools import lru_cache

from matching.normalise.dates import day
from matching.normalise.text import fold

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PLAIN = re.compile(r"[^0-9A-Z]")


def plain(text: str) -> str:
    """*text* in capital letters and digits only."""
    return _PLAIN.sub("", fold(text).upper())


@lru_cache(maxsize=50_000)
def uscc(text: str) -> str:
    """A unified social credit code with both check characters right (GB 32100, GB 11714), else nothing."""
    code = plain(text)
    if len(code) != 18 or any(c not in _USCC for c in code):
        return ""
    total = sum(_USCC.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    if _USCC[(31 - total % 31) % 31] != code[17]:
        return ""
    body = code[8:17]
    value = sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=False))
    check = (11 - value % 11) % 11
    return code if body[8] == ("X" if check == 10 else str(check)) else ""


@lru_cache(maxsize=50_000)
def national_id(text: str) -> str:
    """A Chinese resident id with valid date and check character (GB 11643, ISO 7064 MOD 11-2), else nothing."""
    code = plain(text)
    if len(code) != 18 or not code[:17].isdigit() or not day(code[6:14]):
        return ""
    total = sum(int(c) * w for c, w in zip(code, _RESIDENT_WEIGHTS, strict=False))
    return code if "10X98765432"[total % 11] == code[17] else ""


@lru_cache(maxsize=50_000)
def lei(text: str) -> str:
    """A legal entity identifier (ISO 17442, MOD 97-10), else nothing."""
    code = plain(text)
    if len(code) != 20 or int("".join(str(int(c, 36)) for c in code)) % 97 != 1:
        return ""
    return code
