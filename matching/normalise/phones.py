"""Phone numbers in E.164; a number without a country is taken for a Chinese one when it is one.

Any other number without a country stays as its digits without leading zeros: it ends like the same number in E.164.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from matching.normalise.text import fold

_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(转|分机|ext\.?|x|#|,|;|(?<=\d{7})-(?=\d{1,5}$)).*$")
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:\+86|0086|86)?0?(10|2\d|[3-9]\d{2})([2-8]\d{6,7})")
_AMERICAN = re.compile(r"1[-. ]\(?([2-9]\d{2})\)?[-. ]([2-9]\d{2})[-. ]?(\d{4})")
_MOBILE_ABROAD = re.compile(
    r"\+(?:447|49(?:15|16|17)|33[67]|393|34[67]|316|417|436|324|614|81[789]0|8210|91[6-9]|79|852[569]|65[89]|8869|467|3519)"
)
"""Mobile numbers by their first digits, of the countries that set them apart; North America does not."""
_HOTLINE = re.compile(r"(?:\+86|0086|86)?([48]00[1-9]\d{6})")


@lru_cache(maxsize=100_000)
def phone(text: str) -> str:
    """*text* in E.164 or as a foreign number without its country, without extension; nothing when it is no number.

    A 400 or 800 number is its ten digits.
    """
    plain = _EXTENSION.sub("", fold(text))
    digits = _DIGITS.sub("", plain)
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3:
        return ""
    number = f"+{digits}" if plain.startswith("+") else digits
    if found := _MOBILE.fullmatch(number):
        return f"+86{found[1]}"
    if found := _HOTLINE.fullmatch(number):
        return found[1]
    if found := _AMERICAN.fullmatch(plain):
        return f"+1{found[1]}{found[2]}{found[3]}"
    if (number[0] == "0" or number.startswith("+86")) and (found := _LANDLINE.fullmatch(number)):
        return f"+86{found[1]}{found[2]}"
    return _parsed(plain, digits)


def _parsed(plain: str, digits: str) -> str:
    try:
        number = phonenumbers.parse(plain.replace("(0)", ""), "CN")
    except phonenumbers.NumberParseException:
        return digits
    if not (
        phonenumbers.is_possible_number if plain.startswith(("+", "00")) else phonenumbers.is_valid_number
    )(number):
        return digits.lstrip("0")
    return f"+{number.country_code}{number.national_number}"


def is_hotline(number: str) -> bool:
    """Whether a normalised number is a 400 or 800 line, which many share."""
    return len(number) == 10 and number[1:3] == "00" and number[0] in "48"


def is_mobile(number: str) -> bool:
    """Whether a normalised number is a mobile, which is one person's at a time."""
    if number.startswith("+86"):
        return len(number) == 14 and number[3] == "1"
    return _MOBILE_ABROAD.match(number) is not None


def is_personal(number: str) -> bool:
    """Whether a number may be one person's: it is not a Chinese landline and not a hotline."""
    if number.startswith("+86"):
        return is_mobile(number)
    return len(number) > 8 and not is_hotline(number)


def is_same(left: str, right: str) -> bool:
    """Whether two normalised numbers are one: equal, or one lacks the country and the other ends like it."""
    if left == right:
        return True
    if (left[0] == "+") == (right[0] == "+"):
        return False
    short, long = (left, right) if right[0] == "+" else (right, left)
    return len(short) >= 8 and long.endswith(short)
