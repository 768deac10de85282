"""Text: one width, one case, simplified characters, no diacritics; Chinese characters by their sound."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from opencc import OpenCC
from pypinyin import lazy_pinyin

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORDS = re.compile(r"[^\W_]+")
_SIMPLE = re.compile(r"[\x00-\x7f\u3400-\u9fff]*")
"""ASCII and Chinese characters: one width, no diacritics."""
_DIACRITICS = re.compile(r"[\u0300-\u036f]")
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


@cache
def _converter() -> Any:
    return OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """The characters that simplifying may change; text without any of them is left alone."""
    table = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8")
    return frozenset(line[0] for line in table.splitlines() if line)


def has_han(text: str) -> bool:
    """Whether *text* holds Chinese characters."""
    return not text.isascii() and HAN.search(text) is not None


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """*text* in half width, lower case, simplified characters, without diacritics and surplus space."""
    if text.isascii():
        return " ".join(text.lower().split())
    if not _SIMPLE.fullmatch(text):
        text = unicodedata.normalize("NFKC", text)
    text = text.lower()
    if not _traditional().isdisjoint(text):
        text = str(_converter().convert(text))
    if not _SIMPLE.fullmatch(text):
        text = _DIACRITICS.sub("", unicodedata.normalize("NFD", text)).translate(_LETTERS)
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The words of folded *text*: runs of letters and digits, an apostrophe inside a word left out."""
    return _WORDS.findall(text.replace("'", "").replace("’", ""))


_READINGS = {"长": "chang"}
"""Characters that are read otherwise in names than elsewhere."""


@lru_cache(maxsize=30_000)
def syllable(character: str) -> str:
    """The pinyin of one Chinese character, without tone; ü is written u, as in most passports' machine lines."""
    return _READINGS.get(character) or "".join(lazy_pinyin(character, errors="ignore")).replace("v", "u")


def pinyin(text: str) -> str:
    """The pinyin of the Chinese characters of *text* in one piece; letters and digits stay."""
    return text if text.isascii() else "".join([c if c.isascii() else syllable(c) for c in text])
