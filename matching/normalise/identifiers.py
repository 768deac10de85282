"""Identifiers with check characters: only a valid one weighs anything."""

from __future__ import annotations

import re
from functools import lru_cache

from matching.normalise.dates import day, is_real
from matching.normalise.text import fold

_USCC = {c: n for n, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NOT_PLAIN = re.compile(r"[^0-9A-Z]")


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """*text* in capital letters and digits only; nothing when one character repeats throughout (a placeholder)."""
    code = _NOT_PLAIN.sub("", fold(text).upper())
    return code if len(set(code)) > 1 else ""


@lru_cache(maxsize=50_000)
def uscc(text: str) -> str:
    """A unified social credit code with both check characters right, else nothing.

    Source: GB 32100-2015 (weights 3^i modulo 31) and, for characters 9 to 17, GB 11714-1997 (modulo 11, X for ten).
    """
    code = plain(text)
    if len(code) != 18 or any(c not in _USCC for c in code):
        return ""
    total = sum(_USCC[c] * w for c, w in zip(code, _USCC_WEIGHTS, strict=False))
    if (31 - total % 31) % 31 != _USCC[code[17]]:
        return ""
    value = sum(int(c, 36) * w for c, w in zip(code[8:16], _ORGANISATION_WEIGHTS, strict=True))
    return code if code[16] == "0123456789X0"[11 - value % 11] else ""


@lru_cache(maxsize=50_000)
def national_id(text: str) -> str:
    """A Chinese resident id with a real date of birth and the right check character, else nothing.

    One of fifteen digits, as issued until 1999, comes out with the century and the check character that it got since.
    Source: GB 11643-1989 and GB 11643-1999, ISO 7064 MOD 11-2.
    """
    code = plain(text)
    if len(code) == 15 and code.isdigit():
        code = f"{code[:6]}19{code[6:]}"
        code += _resident_check(code)
    if len(code) != 18 or not code[:17].isdigit() or not day(code[6:14]) or not is_real(code[6:14]):
        return ""
    return code if _resident_check(code) == code[17] else ""


def _resident_check(code: str) -> str:
    return "10X98765432"[sum(int(c) * w for c, w in zip(code, _RESIDENT_WEIGHTS, strict=False)) % 11]


@lru_cache(maxsize=50_000)
def lei(text: str) -> str:
    """A legal entity identifier with the right check digits, else nothing. Source: ISO 17442, ISO 7064 MOD 97-10."""
    code = plain(text)
    if len(code) != 20 or not code[18:].isdigit():
        return ""
    return code if int("".join(str(int(c, 36)) for c in code)) % 97 == 1 else ""
