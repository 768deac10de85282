"""Phone numbers in E.164; a number without a country is taken for a Chinese one when it is one.

Any other number without a country stays as its digits without leading zeros: it ends like the same number in E.164.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import phonenumbers

from matching.normalise.text import fold

_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(
    r"(转|分机|内线|ext\.?|x|#|,|;|、|或|(?<=\d{7})[-/](?=\d{1,5}$)|(?<=\d{7}) ?[/|] ?).*$"
)
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:\+86|0086|86)?0?(10|2\d|[3-9]\d{2})([2-8]\d{6,7})")
_AMERICAN = re.compile(r"1[-. ]\(?([2-9]\d{2})\)?[-. ]([2-9]\d{2})[-. ]?(\d{4})")
_MOBILE_ABROAD = re.compile(
    r"\+(?:447|49(?:15|16|17)|33[67]|393|34[67]|316|417|436|324|614|81[789]0|8210|91[6-9]|79|852[569]|65[89]|8869|467|3519)"
)
"""Mobile numbers by their first digits, of the countries that set them apart; North America does not."""
_APART = re.compile(r"\+(?:44|49|33|39|34|31|41|43|32|61|81|82|91|7|852|65|886|46|351)")
"""Those countries."""
_PLAIN_COUNTRIES = frozenset(
    "1 7 31 32 33 34 41 43 44 45 46 47 48 49 61 65 81 82 852 853 886 91 351 353 358".split()
)
_HOTLINE = re.compile(r"(?:\+86|0086|86)?([48]00[1-9]\d{6})")


@lru_cache(maxsize=100_000)
def phone(text: str, *, in_china: bool = True) -> str:
    """*text* in E.164 or as a foreign number without its country, without extension; nothing when it is no number.

    A 400 or 800 number is its ten digits. Area codes of many countries look alike: one is taken for Chinese only if it
    was written *in_china*.
    """
    plain = _EXTENSION.sub("", fold(text))
    digits = _DIGITS.sub("", plain)
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3:
        return ""
    number = f"+{digits}" if plain.startswith("+") else digits
    if found := _AMERICAN.fullmatch(plain):
        return f"+1{found[1]}{found[2]}{found[3]}"
    if found := _MOBILE.fullmatch(number) or _HOTLINE.fullmatch(number):
        return found[1] if is_hotline(found[1]) else f"+86{found[1]}"
    return _with_country(plain, number, digits, in_china=in_china)


def _with_country(plain: str, number: str, digits: str, *, in_china: bool) -> str:
    is_whole = number.startswith(("+", "00"))
    if not in_china and not is_whole:
        return digits.lstrip("0")
    if (number[0] == "0" or is_whole) and (found := _LANDLINE.fullmatch(number)):
        return f"+86{found[1]}{found[2]}"
    return _parsed(plain, digits, is_whole=is_whole)


def _parsed(plain: str, digits: str, *, is_whole: bool) -> str:
    if is_whole and (
        known := _plainly_international(digits.removeprefix("00") if plain[0] != "+" else digits)
    ):
        return known
    is_number = phonenumbers.is_possible_number if is_whole else phonenumbers.is_valid_number
    try:
        number = phonenumbers.parse(plain.replace("(0)", ""), "CN")
    except phonenumbers.NumberParseException:
        return digits
    return f"+{number.country_code}{number.national_number}" if is_number(number) else digits.lstrip("0")


def _plainly_international(digits: str) -> str:
    """A number behind its country code that needs no parsing, as no zero was left in between; nothing when it does."""
    for length in (1, 2, 3):
        if lengths := _lengths_of(digits[:length]):
            rest = digits[length:]
            return f"+{digits}" if rest[:1] != "0" and len(rest) in lengths else ""
    return ""


@cache
def _lengths_of(country: str) -> frozenset[int]:
    """How many digits may follow a country code; none for countries whose numbers have more to them than a leading zero."""
    if country not in _PLAIN_COUNTRIES:
        return frozenset()
    region = phonenumbers.region_code_for_country_code(int(country))
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    described = metadata.general_desc if metadata is not None else None
    return frozenset(described.possible_length) if described is not None else frozenset()


def is_hotline(number: str) -> bool:
    """Whether a normalised number is a 400 or 800 line, which many share."""
    return len(number) == 10 and number[1:3] == "00" and number[0] in "48"


def is_mobile(number: str) -> bool:
    """Whether a normalised number is a mobile, which is one person's at a time."""
    if number.startswith("+86"):
        return len(number) == 14 and number[3] == "1"
    return _MOBILE_ABROAD.match(number) is not None


def is_personal(number: str) -> bool:
    """Whether a number may be one person's: it is no landline as far as one can tell, and no hotline."""
    if number.startswith("+86"):
        return is_mobile(number)
    if _APART.match(number):
        return is_mobile(number)
    return len(number) > 8 and not is_hotline(number)


def agreed(left: str, right: str) -> str:
    """The one number that both of two normalised ones are, or nothing: one lacks the country, the other ends like it.

    A Chinese country code may have been taken for granted, so it counts as lacking beside another one.
    """
    if left == right or _ends_like(left, right):
        return right
    return left if _ends_like(right, left) else ""


def _ends_like(short: str, long: str) -> bool:
    if short.startswith("+86"):
        return len(short) > 11 and not long.startswith("+86") and long[0] == "+" and long.endswith(short[3:])
    return short[0] != "+" and len(short) >= 8 and long[0] == "+" and long.endswith(short)
