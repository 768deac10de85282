"""Dates of birth and founding as eight digits."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_PARTS = re.compile(r"\d+")


@lru_cache(maxsize=100_000)
def day(text: str) -> str:
    """*text* as yyyymmdd, or nothing when it is no date of the years 1000 to 2100.

    A day or month that does not exist makes the date a slip of the pen: it stays readable as long as the year is.
    """
    parts = _PARTS.findall(text[:32])
    if len(parts) == 1 and len(parts[0]) == 8:
        digits = parts[0]
        year, month, number = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    elif len(parts) >= 3 and len(parts[0]) == 4:
        year, month, number = (int(p) for p in parts[:3])
    elif len(parts) >= 3 and len(parts[2]) == 4:
        number, month, year = (int(p) for p in parts[:3])
        if month > 12 >= number:
            month, number = number, month
    else:
        return ""
    if not 1000 <= year <= 2100 or month > 99 or number > 99 or not (month and number):
        return ""
    return f"{year:04}{month:02}{number:02}"


def is_real(digits: str) -> bool:
    """Whether eight digits name a day of the calendar."""
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
