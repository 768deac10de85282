"""Cyrillic, Greek, Hangul, kana and Arabic in Latin letters, as passports and business cards usually have them."""

from __future__ import annotations

import re
from functools import lru_cache

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћђџѕ",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i i ye g u j lj nj c dj dz dz".split(),
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(),
        strict=True,
    )
)
_GREEK_PAIRS = {
    "ου": "ou",
    "αι": "ai",
    "ει": "ei",
    "οι": "oi",
    "μπ": "b",
    "ντ": "nt",
    "γγ": "ng",
    "γκ": "gk",
    "αυ": "af",
    "ευ": "ef",
}
_CYRILLIC_ENDINGS = (
    ("ии", "y"),
    ("ыи", "y"),
    ("іи", "iy"),
    ("еи", "ey"),
    ("аи", "ay"),
    ("ои", "oy"),
    ("ый", "y"),
    ("ий", "y"),
)
"""*Source*: the usual spellings in passports; й has lost its breve by folding."""

_KANA = {
    "あ": "a", "い": "i", "う": "u", "え": "e", "お": "o", "か": "ka", "き": "ki", "く": "ku", "け": "ke", "こ": "ko", "が": "ga", "ぎ": "gi",
    "ぐ": "gu", "げ": "ge", "ご": "go", "さ": "sa", "し": "shi", "す": "su", "せ": "se", "そ": "so", "ざ": "za", "じ": "ji", "ず": "zu", "ぜ": "ze",
    "ぞ": "zo", "た": "ta", "ち": "chi", "つ": "tsu", "て": "te", "と": "to", "だ": "da", "ぢ": "ji", "づ": "zu", "で": "de", "ど": "do", "な": "na",
    "に": "ni", "ぬ": "nu", "ね": "ne", "の": "no", "は": "ha", "ひ": "hi", "ふ": "fu", "へ": "he", "ほ": "ho", "ば": "ba", "び": "bi", "ぶ": "bu",
    "べ": "be", "ぼ": "bo", "ぱ": "pa", "ぴ": "pi", "ぷ": "pu", "ぺ": "pe", "ぽ": "po", "ま": "ma", "み": "mi", "む": "mu", "め": "me", "も": "mo",
    "や": "ya", "ゆ": "yu", "よ": "yo", "ら": "ra", "り": "ri", "る": "ru", "れ": "re", "ろ": "ro", "わ": "wa", "ゐ": "i", "ゑ": "e", "を": "o",
    "ん": "n", "ゔ": "vu", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o",
}  # fmt: skip
"""*Source*: Hepburn; long vowels are written short, as in passports."""
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}

_INITIAL = "g kk n d tt r m b pp s ss - j jj ch k t p h".split()
_VOWEL = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_FINAL = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()
"""*Source*: Revised Romanisation of Korean (2000), syllable by syllable, as the rule for names has it."""
_KOREAN_FAMILIES = {
    "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho", "윤": "yoon", "임": "lim", "신": "shin", "오": "oh",
    "권": "kwon", "황": "hwang", "송": "song", "전": "jeon", "문": "moon", "배": "bae", "백": "baek", "유": "yoo", "우": "woo", "구": "koo", "노": "noh",
    "주": "joo", "안": "ahn",
}  # fmt: skip
"""Family names as their bearers spell them, where that is not by the rule."""

_ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z",
    "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n",
    "ه": "h", "ة": "a", "و": "w", "ي": "y", "ى": "a", "ئ": "y", "ؤ": "w", "ء": "", "گ": "g", "پ": "p", "چ": "ch", "ژ": "zh", "ک": "k", "ی": "y",
}  # fmt: skip
_ARABIC_NAMES = {
    "محمد": "muhammad", "احمد": "ahmad", "أحمد": "ahmad", "محمود": "mahmoud", "علي": "ali", "حسن": "hassan", "حسين": "hussein", "عمر": "omar",
    "عثمان": "othman", "خالد": "khaled", "يوسف": "youssef", "ابراهيم": "ibrahim", "إبراهيم": "ibrahim", "مصطفى": "mustafa", "عبدالله": "abdullah",
    "عبد": "abd", "الله": "allah", "الرحمن": "rahman", "عبدالرحمن": "abdulrahman", "سعيد": "said", "سعد": "saad", "فاطمة": "fatima", "عائشة": "aisha",
    "مريم": "maryam", "زينب": "zainab", "خديجة": "khadija", "نور": "nour", "ليلى": "layla", "سارة": "sara", "هدى": "huda", "كريم": "karim",
    "طارق": "tariq", "سامي": "sami", "سمير": "samir", "ناصر": "nasser", "صالح": "saleh", "فيصل": "faisal", "سلمان": "salman", "سلطان": "sultan",
    "راشد": "rashid", "حمد": "hamad", "جاسم": "jassim", "بن": "bin", "ابن": "ibn", "بنت": "bint", "أبو": "abu", "ابو": "abu", "آل": "al", "مكتوم": "maktoum",
    "هاشم": "hashim", "قاسم": "qasim", "جمال": "jamal", "كمال": "kamal", "رامي": "rami", "ماجد": "majed", "وليد": "walid", "زيد": "zaid", "موسى": "musa",
    "عيسى": "issa", "داود": "dawood", "سليمان": "suleiman", "شريف": "sharif", "منصور": "mansour", "حمزة": "hamza", "بلال": "bilal", "امين": "amin",
    "أمين": "amin", "المصري": "al-masri", "السيد": "al-sayed", "الشريف": "al-sharif", "القحطاني": "al-qahtani", "العتيبي": "al-otaibi",
}  # fmt: skip
"""Arabic is written without short vowels, so that frequent names stand here whole."""
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_RUNS = re.compile(r"[\u0370-\u03ff]+|[\u0400-\u052f]+|[\u3041-\u30ff]+|[\uac00-\ud7a3]+|[\u0621-\u06ff]+")


@lru_cache(maxsize=50_000)
def latin(folded: str) -> str:
    """*folded* text in Latin letters; what is in another script than these five stays."""
    return folded if folded.isascii() else _RUNS.sub(lambda m: _run(m[0]), folded)


def _run(text: str) -> str:
    first = text[0]
    if first >= "\uac00":
        return _hangul(text)
    if first >= "\u3041":
        return _kana(text)
    if first >= "\u0621":
        return _arabic(text)
    return _cyrillic(text) if first >= "\u0400" else _greek(text)


def _cyrillic(word: str) -> str:
    tail = ""
    for ending, spelled in _CYRILLIC_ENDINGS:
        if word.endswith(ending) and len(word) > 3:
            word, tail = word[: -len(ending)], spelled
            break
    return "".join(_CYRILLIC.get(letter, letter) for letter in word).replace("-", "") + tail


def _greek(word: str) -> str:
    if word.startswith("μπ"):
        word = "b" + word[2:]
    elif word.startswith("ντ"):
        word = "d" + word[2:]
    for pair, spelled in _GREEK_PAIRS.items():
        word = word.replace(pair, spelled)
    return "".join(_GREEK.get(letter, letter) for letter in word)


def _hangul(word: str) -> str:
    return "".join(map(_syllable, word))


def korean_name(folded: str) -> str:
    """Like `latin`, but a Korean name in one piece comes apart, with its family name as its bearers spell it."""
    if 2 <= len(folded) <= 4 and _HANGUL.fullmatch(folded):
        family = _KOREAN_FAMILIES.get(folded[0]) or _syllable(folded[0])
        return f"{_hangul(folded[1:])} {family}"
    return latin(folded)


def _syllable(letter: str) -> str:
    number = ord(letter) - 0xAC00
    parts = (_INITIAL[number // 588], _VOWEL[number % 588 // 28], _FINAL[number % 28])
    return "".join(part for part in parts if part != "-")


def _kana(word: str) -> str:
    """Hiragana and katakana alike; a small tsu doubles the consonant that follows."""
    spelled: list[str] = []
    double = False
    for letter in word:
        plain = chr(ord(letter) - 0x60) if "\u30a1" <= letter <= "\u30f6" else letter
        if plain == "っ":
            double = True
        elif plain in _SMALL and spelled:
            stem = spelled[-1][:-1]
            spelled[-1] = stem + ("" if stem.endswith(("sh", "ch", "j")) else "y") + _SMALL[plain]
        elif plain in _KANA:
            sound = _KANA[plain]
            spelled.append(sound[0] + sound if double else sound)
            double = False
        elif letter == "・":
            spelled.append(" ")
    return "".join(spelled).replace("ou", "o").replace("oo", "o").replace("uu", "u")


def _arabic(word: str) -> str:
    known = _ARABIC_NAMES.get(word)
    if known is not None:
        return known
    if word.startswith("ال") and len(word) > 4:
        return "al-" + _arabic(word[2:])
    return "".join(_ARABIC.get(letter, "") for letter in word)
