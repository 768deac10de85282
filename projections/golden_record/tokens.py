"""Words by which a customer can be found: Latin words, Han characters and pairs, phone numbers, e-mails, identifiers.

The same cutting is done to what is stored and to what is asked, so no extension of the database is needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LONGEST = 60
PHONE_TAIL = 8
REMEMBERED_VALUES = 50_000
PHONE_PATHS = ("contact.phone", "contact.mobile")

_RUNS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAN = re.compile(rf"[{HAN}]")
_NOT_DIGIT = re.compile(r"\D+")
_NUMBER = re.compile(r"[+\d\s()./-]+")


def tokens_of(values: Iterable[tuple[str, str]], local_ids: Iterable[str] = ()) -> set[str]:
    """All words of golden (path, value) pairs and of the source records' local ids."""
    found: set[str] = set()
    for path, value in values:
        found.update(_words_of(path, value))
    for local_id in local_ids:
        found.update(_words_of("", local_id))
    found.discard("")
    return found


@lru_cache(maxsize=REMEMBERED_VALUES)
def _words_of(path: str, value: str) -> tuple[str, ...]:
    """The words of one value; remembered, because a customer is written anew whenever one of its values changes."""
    text = _plain(value)
    words = [*_stored_words(text)]
    if path in PHONE_PATHS:
        words.extend(_phone_words(text))
    elif path == "contact.email" or path.startswith("identifier."):
        words.append("".join(text.split())[:LONGEST])
    return tuple(words)


def query_of(text: str) -> str | None:
    """A tsquery that asks for every word of *text*, Latin ones and numbers by their beginning; None without any word."""
    plain = _plain(text).strip()
    digits = _NOT_DIGIT.sub("", plain)
    if len(digits) >= PHONE_TAIL and _NUMBER.fullmatch(plain):
        return f"{_quoted(digits[-PHONE_TAIL:])} | {_quoted(digits)}:*"
    words: list[str] = []
    for part in plain.split():
        if "@" in part:
            words.append(f"{_quoted(part[:LONGEST])}:*")
            continue
        for run in _RUNS.findall(part):
            if _HAN.match(run):
                words.extend(_quoted(pair) for pair in (_pairs(run) if len(run) > 1 else (run,)))
            else:
                words.append(f"{_quoted(run[:LONGEST])}:*")
    return " & ".join(words) or None


def _plain(text: str) -> str:
    """Compatibility forms (full-width letters, ligatures) and letter case made equal."""
    return unicodedata.normalize("NFKC", text).casefold()


def _stored_words(text: str) -> Iterator[str]:
    for run in _RUNS.findall(text):
        if _HAN.match(run):
            yield from run
            yield from _pairs(run)
        else:
            yield run[:LONGEST]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _phone_words(text: str) -> Iterator[str]:
    digits = _NOT_DIGIT.sub("", text)[:LONGEST]
    yield digits
    yield digits[-PHONE_TAIL:]


def _quoted(word: str) -> str:
    """A word as a quoted lexeme of a tsquery."""
    escaped = word.replace("\\", "\\\\").replace("'", "''").replace("\0", "")
    return f"'{escaped}'"
