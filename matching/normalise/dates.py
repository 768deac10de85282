"""Dates of birth and founding as eight digits."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from matching.normalise.text import fold

_PARTS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_MONTHS = {
    name[:length]: number
    for number, names in enumerate(
        """january januar janvier enero gennaio|february februar fevrier febrero febbraio|march marz maerz mars marzo|april avril abril aprile
        |may mai mayo maggio|june juni juin junio giugno|july juli juillet julio luglio|august aout agosto|september septembre septiembre settembre
        |october oktober octobre octubre ottobre|november novembre noviembre|december dezember decembre diciembre dicembre""".split("|"),
        1,
    )
    for name in names.split()
    for length in range(3, len(name) + 1)
    if length in {3, 4, len(name)} and name[:length] not in {"jui", "mar"}
} | {"mar": 3}  # fmt: skip
_ERAS = {"民国": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
"""The year before the first of each era; the republic's years are in use in Taiwan."""
_PIVOT = 30
"""Two digits below it are years of this century."""


@lru_cache(maxsize=100_000)
def day(text: str) -> str:
    """*text* as yyyymmdd, or nothing when it is no date of the years 1000 to 2100.

    A day or month that does not exist makes the date a slip of the pen: it stays readable as long as the year is.
    """
    parts = _PARTS.findall(text[:32])
    if len(parts) == 1 and len(parts[0]) == 8:
        digits = parts[0]
        return _written(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if len(parts) == 2:
        return _with_month_name(fold(text), parts)
    return _of_three(text, parts) if len(parts) > 2 else ""


def _of_three(text: str, parts: list[str]) -> str:
    """Year, month and day in any of the usual orders, the day before the month where both are possible."""
    first, second, third = map(int, parts[:3])
    if len(parts[0]) == 4:
        return _written(first, second, third)
    if not text.isascii() and "年" in text:
        era = next((begin for name, begin in _ERAS.items() if name in fold(text)), 0)
        return _written(era + first if era else _century(first), second, third)
    if len(parts[2]) not in {2, 4}:
        return ""
    if len(parts[2]) == 2 and first > 31:
        return _written(_century(first), second, third)
    year = third if len(parts[2]) == 4 else _century(third)
    return _written(year, first, second) if second > 12 >= first else _written(year, second, first)


@lru_cache(maxsize=20_000)
def approximate(text: str) -> str:
    """A date of which only the year (yyyy) or the year and month (yyyymm) are known; nothing for any other."""
    parts = _PARTS.findall(text[:32])
    if not parts or len(parts) > 2:
        return ""
    if len(parts) == 2 and len(parts[1]) == 4:
        parts.reverse()
    named = [month for word in _WORD.findall(fold(text)) if (month := _MONTHS.get(word))]
    year = int(parts[0])
    if len(parts[0]) != 4 or not 1000 <= year <= 2100:
        return ""
    month = int(parts[1]) if len(parts) == 2 else named[0] if named else 0
    return f"{year:04}{month:02}" if 1 <= month <= 12 else f"{year:04}" if len(parts) == 1 else ""


def _with_month_name(folded: str, parts: list[str]) -> str:
    month = next((_MONTHS[word] for word in _WORD.findall(folded) if word in _MONTHS), 0)
    if not month:
        return ""
    first, second = map(int, parts)
    if len(parts[0]) == 4:
        return _written(first, month, second)
    return _written(second if len(parts[1]) == 4 else _century(second), month, first)


def _century(year: int) -> int:
    return year if year > 99 else 2000 + year if year < _PIVOT else 1900 + year


def _written(year: int, month: int, number: int) -> str:
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
