"""How a Latin word sounds, roughly, so that misspellings of a name meet under one blocking key."""

from __future__ import annotations

from functools import lru_cache

_CLASS = {
    letter: number
    for number, letters in {"1": "bpfvw", "2": "csgjkqxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}
_SPELLINGS = (("ph", "f"), ("kn", "n"), ("wr", "r"), ("ck", "k"), ("gh", ""), ("sch", "s"), ("th", "t"))
_FIRST = str.maketrans({"k": "c", "q": "c", "z": "s", "y": "i", "j": "g"})


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """Source: Soundex (Russell 1918), with spellings that sound alike replaced first and three classes at most."""
    for spelling, plain in _SPELLINGS:
        word = word.replace(spelling, plain)
    if not word:
        return ""
    code, last = word[0].translate(_FIRST), _CLASS.get(word[0], "")
    for letter in word[1:]:
        kind = _CLASS.get(letter, "")
        if kind and kind != last:
            code += kind
        if letter not in "hw":
            last = kind
    return code[:4]
