"""Phone numbers in E.164; a number without a country is taken for a Chinese one when it looks like one."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from matching.normalise.text import fold

_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(转|分机|ext\.?|x|#|,|;|(?<=\d{7})-(?=\d{1,5}$)).*$")
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:\+86|0086|86)?0?(10|2\d|[3-9]\d{2})([2-8]\d{6,7})")
_HOTLINE = re.compile(r"(?:\+86|0086|86)?([48]00[1-9]\d{6})")


@lru_cache(maxsize=100_000)
def phone(text: str) -> str:
    """*text* in E.164 without extension, the ten digits of a 400 or 800 number, or nothing when it is no number."""
    plain = _EXTENSION.sub("", fold(text))
    digits = _DIGITS.sub("", plain)
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3:
        return ""
    number = f"+{digits}" if plain.startswith("+") else digits
    if found := _MOBILE.fullmatch(number):
        return f"+86{found[1]}"
    if found := _HOTLINE.fullmatch(number):
        return found[1]
    if (number[0] == "0" or number.startswith("+86")) and (found := _LANDLINE.fullmatch(number)):
        return f"+86{found[1]}{found[2]}"
    return _parsed(plain, digits)


def _parsed(plain: str, digits: str) -> str:
    try:
        number = phonenumbers.parse(plain.replace("(0)", ""), "CN")
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return f"+{number.country_code}{number.national_number}"


def is_hotline(number: str) -> bool:
    """Whether a normalised number is a 400 or 800 line, which many share."""
    return len(number) == 10 and number[1:3] == "00" and number[0] in "48"


def is_mobile(number: str) -> bool:
    """Whether a normalised number is a Chinese mobile, which is one person's at a time."""
    return len(number) == 14 and number.startswith("+861")


def is_personal(number: str) -> bool:
    """Whether a number may be one person's: it is not a Chinese landline and not a hotline."""
    return is_mobile(number) or (number.startswith("+") and not number.startswith("+86"))
