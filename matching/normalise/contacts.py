"""Phones in E.164, e-mail addresses, web domains."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from matching.normalise.text import fold

_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(转|ext\.?|x|#|分机).*$", re.IGNORECASE)
ROLES = frozenset("info sales service support contact office admin mail hello kontakt".split())
PUBLIC_DOMAINS = frozenset(
    "qq.com 163.com 126.com sina.com sina.cn sohu.com yeah.net foxmail.com 139.com 189.cn gmail.com googlemail.com"
    " hotmail.com outlook.com live.com yahoo.com icloud.com aol.com gmx.de web.de t-online.de orange.fr free.fr".split()
)


@lru_cache(maxsize=200_000)
def phone(text: str) -> str:
    """*text* in E.164, the national digits of a 400 or 800 number, or nothing when it is no number."""
    plain = _EXTENSION.sub("", fold(text)).strip()
    digits = _DIGITS.sub("", plain)
    if len(digits) < 6 or len(digits) > 15 or len(set(digits)) < 3:
        return ""
    if plain.startswith("+86") and len(digits) == 13 and digits[2] == "1":
        return "+" + digits
    if len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789":
        return "+86" + digits
    if len(digits) == 10 and digits[:3] in {"400", "800"}:
        return digits
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return digits
    return f"+{number.country_code}{number.national_number}"


@lru_cache(maxsize=100_000)
def email(text: str) -> str:
    """*text* as an address without plus tag, or nothing when it is none."""
    local, at, domain = fold(text).strip("<> ").rpartition("@")
    if not at or "." not in domain or not local or " " in local:
        return ""
    return f"{local.partition('+')[0]}@{domain}"


def is_role(address: str) -> bool:
    """Whether an address belongs to a function, not to a person."""
    return address.partition("@")[0] in ROLES


@lru_cache(maxsize=100_000)
def domain(text: str) -> str:
    """The host of a web site or e-mail address without ``www``, or nothing for a public mail provider."""
    plain = fold(text).partition("://")[2] or fold(text)
    host = plain.rpartition("@")[2].partition("/")[0].partition(":")[0].removeprefix("www.")
    return "" if "." not in host or host in PUBLIC_DOMAINS or " " in host else host
