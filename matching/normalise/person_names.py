"""Names of persons: family and given name in whatever order and script, with pinyin for Chinese ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from matching.normalise.text import fold, has_han, syllable, words

COMPOUND = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 万俟 长孙 宇文 澹台 轩辕 申屠 独孤 南宫".split()
)
SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "朴": "piao", "查": "zha", "区": "ou", "盖": "ge",
    "任": "ren", "翟": "zhai", "覃": "qin", "缪": "miao", "宓": "fu", "员": "yun", "乐": "yue", "尉迟": "yuchi",
    "万俟": "moqi", "种": "chong", "洗": "xian", "冼": "xian", "召": "shao", "谌": "chen", "逄": "pang", "纪": "ji",
    "长孙": "zhangsun", "澹台": "tantai",
}  # fmt: skip
TITLES = frozenset(
    "mr mrs ms miss dr prof sir lord lady herr frau m mme dipl ing jr sr ii iii 先生 女士 小姐".split()
)
NICKNAMES = {
    "bob": "robert", "rob": "robert", "bill": "william", "will": "william", "liz": "elizabeth", "beth": "elizabeth",
    "mike": "michael", "jim": "james", "tom": "thomas", "tony": "anthony", "kate": "katherine", "dick": "richard",
    "joe": "joseph", "dan": "daniel", "dave": "david", "steve": "stephen", "chris": "christopher", "sam": "samuel",
    "ben": "benjamin", "alex": "alexander", "andy": "andrew", "nick": "nicholas", "hans": "johannes", "max": "maximilian",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonName:
    """*family* and *given* in Latin letters (pinyin for Chinese); *han* is the name in characters if it had any."""

    family: str
    given: str
    han: str = ""


@lru_cache(maxsize=100_000)
def whole(text: str) -> PersonName | None:
    """A name written in one piece; None when nothing of it is left."""
    if has_han(text):
        return chinese(fold(text))
    family_first = "," in text
    parts = [w for w in words(fold(text.replace("'", ""))) if w not in TITLES]
    if not parts:
        return None
    if len(parts) == 1:
        return PersonName(parts[0], "")
    if family_first:
        head = words(fold(text.partition(",")[0].replace("'", "")))
        family = "".join(head)
        return PersonName(family, " ".join(parts[len(head) :]))
    return PersonName(parts[-1], " ".join(parts[:-1]))


def split(family: str, given: str) -> PersonName | None:
    """A name given in parts."""
    if has_han(family + given):
        return chinese(fold(family + given), len("".join(words(fold(family)))) or None)
    family, given = (
        "".join(words(fold(family.replace("'", "")))),
        " ".join(words(fold(given.replace("'", "")))),
    )
    return PersonName(family, given) if family or given else None


def chinese(text: str, family_length: int | None = None) -> PersonName | None:
    """A Chinese name: the family name is its first character, or the first two of a compound one."""
    for title in ("先生", "女士", "小姐"):
        text = text.removesuffix(title)
    han = "".join(c for w in words(text) for c in w if has_han(c))
    if not han:
        return None
    length = family_length or (2 if len(han) > 2 and han[:2] in COMPOUND else 1)
    family, given = han[:length], han[length:]
    reading = SURNAME_READINGS.get(family) or "".join(syllable(c) for c in family)
    return PersonName(reading, "".join(syllable(c) for c in given), han)


def formal(given: str) -> str:
    """A given name with its nickname replaced by the full form."""
    first, _, rest = given.partition(" ")
    return f"{NICKNAMES.get(first, first)} {rest}".strip()
