"""Names of persons: family and given name in whatever order and script, in pinyin for Chinese ones."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from matching.normalise import romanisation
from matching.normalise.scripts import korean_name, latin
from matching.normalise.text import HAN, fold, has_han, pinyin, words

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
KOREAN_FAMILIES = frozenset(
    "kim lee park choi jung jeong chung kang cho jo yoon lim shin oh kwon hwang song jeon moon bae baek yoo".split()
)
VIETNAMESE_FAMILIES = frozenset("nguyen tran pham hoang huynh phan dang bui ngo duong".split())
TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir lord lady dame baron baroness baronet bt earl duke duchess marquess viscount
    count countess rev reverend hon captain colonel major general admiral herr frau m mme mlle dipl ing jr sr snr jnr
    junior senior i ii iii iv v 1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th esq mp kc the of and
    madame monsieur senor senora sra don dona signor signora phd md mba cpa datuk dato tan sri haji shri smt""".split()
) - {"tan", "don"}  # fmt: skip
SUFFIXES = {
    "jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr", "ii": "2", "2nd": "2", "iii": "3", "3rd": "3", "iv": "4", "4th": "4",
}  # fmt: skip
"""What tells a father from his son when it stands behind the name."""
PARTICLES = frozenset(
    "de da di del della dos das du la le van von der den zu zur ter ten bin ibn binti bint al el y".split()
)
_TITLE_BEHIND = re.compile(
    "(?:"
    + "|".join(
        "先生 女士 小姐 太太 夫人 老师 总经理 经理 总监 董事长 医生 教授 律师 师傅 主任 校长 处长 局长 科长 部长 会计 同学 阿姨 叔叔".split()
    )
    + ")$"
)
_TITLES_OF_ONE_CHARACTER = frozenset("总工姐哥嫂董様氏")
"""Behind a family name alone, as in 王总."""
_BORN = re.compile(r"\b(?:nee|geb|geborene?|born|f\. ?k\. ?a|formerly)\b\.?:? +(?P<maiden>[^()\[\],]+)")
_ALIAS = re.compile(r"\(([^()]*)\)|\"([^\"]*)\"|“([^”]*)”")
_DOUBLE = re.compile(r"([^\W\d_]+)-([^\W\d_]+)$")
_SHOUTED = re.compile(r"\b[^\W\d_a-z][^\W\d_a-z]+\b")
_PATRONYMIC = re.compile(r"(?:[oe]vich|[oe]vna|ichna)$")
_KANA_FIRST = re.compile(r"\s*[\u3041-\u30ff]")
_SINGLE = frozenset(
    """赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷
    罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟
    徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗
    山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦
    雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚
    那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖付闫岳覃区""".replace("\n", "").replace(" ", "")
)
"""The family names of the Hundred Family Surnames that are one character, and a few frequent ones besides."""


class PersonName(NamedTuple):
    """In Latin letters (pinyin for Chinese); *han* is the name in characters if it had any.

    A name of one word is its *family*, whichever part it may be. *tier* says how frequent it is, from 0 for a rare
    one to 4.
    *suffix* is the mark of a generation: jr, sr, 2, 3, 4.
    """

    family: str
    given: str = ""
    han: str = ""
    tier: int = 0
    suffix: str = ""


@lru_cache(maxsize=50_000)
def whole(text: str) -> PersonName | None:
    """A name written in one piece; None when nothing of it is left."""
    folded = fold(text)
    if not folded.isascii():
        if has_han(folded):
            return _chinese(folded)
        folded = korean_name(folded)
    folded = _without_aside(folded)
    head, comma, tail = folded.partition(",")
    before = _parts(head)
    if comma and len(before) == 1 and (after := _parts(tail)):
        return _named(before[0], after, folded)
    parts = before or _parts(tail)
    if not parts:
        return None
    at = _family_at(parts, text)
    return _named(parts[at], [*parts[at + 1 :], *parts[:at]], folded)


def known_as(text: str) -> tuple[PersonName, ...]:
    """All that a name in one piece says: as it stands, either half of a double one, the name before marriage, other readings.

    A married woman of Hong Kong puts her husband's family name before her own: 陈李婉仪 is 李婉仪.
    """
    name = whole(text)
    if name is None:
        return ()
    found = [name]
    if len(name.han) == 4 and name.han[:2] not in COMPOUND and _SINGLE.issuperset(name.han[:2]):
        found.append(_chinese(name.han[1:]) or name)
    folded = fold(text)
    if (born := _BORN.search(folded)) and (own := _parts(born["maiden"])):
        found.append(name._replace(family=own[-1]))
    double = _DOUBLE.search(folded)
    if double and name.family == double[2] and name.given.endswith(f" {double[1]}"):
        found.append(name._replace(family=double[1], given=name.given.removesuffix(f" {double[1]}")))
    if not name.han:
        spelled = next((w for w in words(folded) if w in romanisation.READINGS), "")
        if spelled and name.family in (spelled, *romanisation.READINGS[spelled]):
            found.extend(name._replace(family=reading) for reading in romanisation.READINGS[spelled])
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=50_000)
def split(family: str, given: str) -> PersonName | None:
    """A name given in parts; None when nothing of it is left."""
    family, given = fold(family), fold(given)
    if has_han(family + given):
        if len(given) == 1 and len(family) == 2 and family not in COMPOUND:
            family, given = given, family  # nobody has such a family name: the parts were swapped
        return _chinese(family + given, sum(map(has_han, family)))
    family, given = latin(family), latin(given)
    last, first = "".join(_parts(_without_aside(family))), _parts(_without_aside(given))
    if not last:
        last, first = " ".join(first), []
    return _named(last, first, f"{family} {given}") if last else None


def _named(family: str, given: list[str], folded: str) -> PersonName:
    """A name in Latin letters from its parts, in pinyin if it is Chinese, with the mark of a generation in *folded*."""
    suffix = ""
    if (
        given
        and ("," in folded or folded[-1] in "rdhiv.")
        and (found := SUFFIXES.keys() & folded.replace(".", "").replace(",", " ").split())
    ):
        suffix = SUFFIXES[min(found)]
    spelled = romanisation.family(family, given)
    if spelled != family or family in romanisation.FAMILIES:
        given = romanisation.given_in_pinyin(given)
        if all(word in romanisation.SYLLABLES for word in given):
            return PersonName(spelled, " ".join(given), suffix=suffix)
    return PersonName(spelled, " ".join(given), suffix=suffix)


def _family_at(parts: list[str], text: str) -> int:
    """Which word of a name without a comma is the family name: the last, but in China and some other countries the first.

    Where one word alone is in capitals it is that one.
    """
    if len(parts) == 1:
        return 0
    if not (text.istitle() or text.isupper()):
        shouted = [fold(word) for word in _SHOUTED.findall(text) if word.isupper()]
        if len(shouted) == 1 and shouted[0] in parts:
            return parts.index(shouted[0])
    if _is_family_first(parts, text):
        return 0
    return 1 if _is_family_second(parts) else len(parts) - 1


def _is_family_first(parts: list[str], text: str) -> bool:
    first, last = parts[0], parts[-1]
    if first in VIETNAMESE_FAMILIES or (not text.isascii() and _KANA_FIRST.match(text)):
        return True
    if len(parts) == 3:
        if _PATRONYMIC.search(last):
            return True
        if "-" in text and (first in KOREAN_FAMILIES or _is_chinese_family(first)):
            return first in KOREAN_FAMILIES or all(map(romanisation.is_syllable, parts[1:]))
    if last in romanisation.FAMILIES:
        return False
    if first in romanisation.FAMILIES:
        return True
    is_spelled = first in romanisation.SPELLED and last not in romanisation.DISTINCT
    return is_spelled and all(map(romanisation.is_syllable, parts[1:]))


def _is_family_second(parts: list[str]) -> bool:
    """Hong Kong puts an English name before the family name: Peter Chan Tai Man."""
    if len(parts) < 3 or not _is_chinese_family(parts[1]) or _is_chinese_family(parts[-1]):
        return False
    return not romanisation.is_pinyin(parts[0]) and all(map(romanisation.is_syllable, parts[2:]))


def _is_chinese_family(word: str) -> bool:
    return word in romanisation.FAMILIES or word in romanisation.SPELLED


def _without_aside(folded: str) -> str:
    """A name without what it was before marriage and without another name in brackets or quotes."""
    if "(" in folded or '"' in folded or "“" in folded:
        folded = _ALIAS.sub(" ", folded)
    if _may_tell_of_birth(folded) and (found := _BORN.search(folded)) and found.start():
        return folded[: found.start()]
    return folded


def _may_tell_of_birth(folded: str) -> bool:
    return (
        "nee" in folded
        or "geb" in folded
        or "born" in folded
        or "formerly" in folded
        or "f.k" in folded
        or "fka" in folded
    )


def _parts(folded: str) -> list[str]:
    """The words of a name without titles, ordinals and particles, unless nothing else is left."""
    parts = [word for word in words(folded.replace(".", " ")) if word not in TITLES]
    parts = [word for word in parts if word not in PARTICLES] or parts
    if len(parts) == 1:
        return parts
    for at, word in enumerate(parts[:-1]):
        if word in {"mc", "mac"} or (word == "au" and parts[at + 1] == "yeung"):
            return [*parts[:at], word + parts[at + 1], *parts[at + 2 :]]
    return [romanisation.without_tone(word) if word[-1].isdigit() else word for word in parts]


def _chinese(text: str, family_length: int = 0) -> PersonName | None:
    """A Chinese name: the family name is its first character, or the first two of a compound one."""
    if "(" in text or '"' in text or "“" in text:
        text = without if has_han(without := _ALIAS.sub("", text)) else text
    han = "".join(HAN.findall(_TITLE_BEHIND.sub("", text)))
    if len(han) == 2 and not family_length:
        if han[1] in _TITLES_OF_ONE_CHARACTER:
            han = han[0]
        elif han[0] in "小老" and han[1] in _SINGLE:
            han = han[1]
    if not han:
        return None
    length = family_length or (2 if len(han) > 2 and han[:2] in COMPOUND else 1)
    family, given = han[:length], han[length:]
    return PersonName(READINGS.get(family) or pinyin(family) or family, pinyin(given) or given, han)
