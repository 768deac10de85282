"""Names of persons: family and given name in whatever order and script, in pinyin for Chinese ones."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from matching.normalise.text import fold, has_han, pinyin, words

COMPOUND = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 万俟 长孙 宇文 澹台 轩辕 申屠 独孤 南宫 单于 闻人 钟离 呼延 公冶"
    " 宗政 濮阳 淳于 太叔 仲孙 鲜于 闾丘 司空 赫连 拓跋 百里 东郭 西门".split()
)
READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "朴": "piao", "查": "zha", "区": "ou", "盖": "ge", "任": "ren",
    "翟": "zhai", "覃": "qin", "缪": "miao", "员": "yun", "乐": "yue", "种": "chong", "洗": "xian", "召": "shao",
    "谌": "chen", "逄": "pang", "纪": "ji", "秘": "bi", "折": "she", "繁": "po", "晁": "chao", "牟": "mu", "能": "nai",
    "祭": "zhai", "隗": "kui", "柏": "bai", "葛": "ge", "贾": "jia", "瞿": "qu", "郗": "xi", "黑": "he", "尉": "wei",
    "车": "che", "藏": "zang", "於": "yu", "殷": "yin", "燕": "yan", "俞": "yu", "尉迟": "yuchi", "万俟": "moqi",
    "长孙": "zhangsun", "澹台": "tantai", "单于": "chanyu",
}  # fmt: skip
"""Family names that are read otherwise than the characters elsewhere."""
PINYIN_FAMILIES = frozenset(
    """zhang wang li liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang deng
    feng han cao zeng peng xiao cai pan tian dong yuan yu ye jiang du su wei cheng lv lu ding shen ren yao fu zhong
    cui tan liao fan shi jin jia xia fang bai zou meng xiong qin qiu hou jiang yin xue yan lei long tao gu mao hao gong
    shao wan qian dai ou ouyang situ zhuge sima shangguan shan zha qi piao ge""".split()
)
TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir lord lady dame baron baroness baronet bt earl duke duchess marquess viscount
    count countess rev reverend hon captain colonel major general admiral herr frau m mme mlle dipl ing jr sr snr jnr
    junior senior i ii iii iv v 1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th esq mp kc the of and""".split()
)
PARTICLES = frozenset("de da di del della dos du la le van von der den zu bin ibn al el y".split())
HONORIFICS = ("先生", "女士", "小姐", "老师", "经理", "总监")


class PersonName(NamedTuple):
    """In Latin letters (pinyin for Chinese); *han* is the name in characters if it had any.

    A name of one word is its *family*, whichever part it may be. *tier* says how frequent it is, from 0 for a rare one to 4.
    """

    family: str
    given: str = ""
    han: str = ""
    tier: int = 0


@lru_cache(maxsize=50_000)
def whole(text: str) -> PersonName | None:
    """A name written in one piece; None when nothing of it is left."""
    folded = fold(text)
    if has_han(folded):
        return _chinese(folded)
    head, comma, tail = folded.partition(",")
    before = _latin(head)
    if comma and len(before) == 1 and (after := _latin(tail)):
        return PersonName(before[0], " ".join(after))
    parts = before or _latin(tail)
    if not parts:
        return None
    if len(parts) > 1 and parts[0] in PINYIN_FAMILIES and parts[-1] not in PINYIN_FAMILIES:
        return PersonName(parts[0], " ".join(parts[1:]))
    return PersonName(parts[-1], " ".join(parts[:-1]))


@lru_cache(maxsize=50_000)
def split(family: str, given: str) -> PersonName | None:
    """A name given in parts; None when nothing of it is left."""
    family, given = fold(family), fold(given)
    if has_han(family + given):
        if len(given) == 1 and len(family) == 2 and family not in COMPOUND:
            family, given = (
                given,
                family,
            )  # nobody has such a family name: the parts stand in each other's place
        return _chinese(family + given, sum(map(has_han, family)))
    last, first = "".join(_latin(family)), " ".join(_latin(given))
    if not last:
        last, first = first, ""
    return PersonName(last, first) if last else None


def _latin(folded: str) -> list[str]:
    """The words of a name without titles, ordinals and particles, unless nothing else is left."""
    parts = [word for word in words(folded.replace(".", " ")) if word not in TITLES]
    return [word for word in parts if word not in PARTICLES] or parts


def _chinese(text: str, family_length: int = 0) -> PersonName | None:
    """A Chinese name: the family name is its first character, or the first two of a compound one."""
    for title in HONORIFICS:
        text = text.removesuffix(title)
    han = "".join(c for c in text if has_han(c))
    if not han:
        return None
    length = family_length or (2 if len(han) > 2 and han[:2] in COMPOUND else 1)
    family, given = han[:length], han[length:]
    return PersonName(READINGS.get(family) or pinyin(family) or family, pinyin(given) or given, han)
