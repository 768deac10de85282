"""Text: one width, one case, simplified characters, no diacritics."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from opencc import OpenCC
from pypinyin import lazy_pinyin

HAN = re.compile(r"[㐀-鿿豈-﫿]")
_WORDS = re.compile(r"[^\W_]+")


@cache
def _converter() -> Any:
    return OpenCC("t2s")


def has_han(text: str) -> bool:
    """Whether *text* holds Chinese characters."""
    return HAN.search(text) is not None


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """*text* in half width, lower case, simplified characters, without diacritics and surplus space."""
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKC", text).lower()
    if has_han(text):
        text = str(_converter().convert(text))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(
        unicodedata.normalize("NFC", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l")).split()
    )


def words(text: str) -> tuple[str, ...]:
    """The words of folded *text*."""
    return tuple(_WORDS.findall(text))


@lru_cache(maxsize=30_000)
def syllable(character: str) -> str:
    """The pinyin of one Chinese character, without tone."""
    return "".join(lazy_pinyin(character, errors="ignore"))
