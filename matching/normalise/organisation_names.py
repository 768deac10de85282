"""Names of organisations: legal form and region set apart, what is left is the core by which people know them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.normalise.text import fold, has_han, words

REGIONS = (
    "北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 "
    "台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 中国 深圳 广州 杭州 苏州 南京 无锡 宁波 青岛 大连 厦门 成都 武汉 西安 长沙 郑州 济南 沈阳 "
    "长春 哈尔滨 合肥 福州 南昌 昆明 贵阳 南宁 海口 太原 石家庄 兰州 西宁 银川 乌鲁木齐 拉萨 呼和浩特 东莞 佛山 珠海 常州 温州 嘉兴 绍兴"
).split()
_REGION = re.compile(
    rf"^({'|'.join(sorted(REGIONS, key=len, reverse=True))})(省|市|自治区|壮族自治区|特别行政区)?"
)
_BRACKETED = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
FORMS_HAN = re.compile(
    r"(集团)?(股份有限公司|有限责任公司|有限公司|股份公司|总公司|公司|株式会社|合伙企业|有限合伙|厂)$"
)
BRANCH = re.compile(r"(分公司|分行|支行|分店|办事处|营业部|分厂)")
MARKS = re.compile(r"^(\*?st|s\*st|sst|pt)(?=[㐀-鿿])|(?<=[㐀-鿿])[ab]$")
FORMS_LATIN = frozenset(
    "ltd limited inc incorporated corp corporation co company llc llp lp plc gmbh mbh kg ohg ag se sa sas sarl srl spa bv nv"
    " pty pte kk oy oyj ab as asa aps sro zrt kft ug ev eg cokg kgaa lda ltda sl".split()
)
NOISE = frozenset("the and of und et de la le & holding holdings group".split())
LATIN_BRANCH = frozenset("branch zweigniederlassung succursale filiale".split())


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """*core* is what is left without legal form and region; *full* everything in one spelling; *branch* names a branch."""

    core: str
    full: str
    region: str
    branch: str


@lru_cache(maxsize=100_000)
def organisation(text: str) -> OrganisationName | None:
    """A name of an organisation; None when nothing of it is left."""
    folded = fold(text)
    return _chinese(folded) if has_han(folded) else _latin(folded)


def _chinese(text: str) -> OrganisationName | None:
    text = MARKS.sub("", text.replace(" ", ""))
    region, branch = "", ""
    for inner in _BRACKETED.findall(text):
        if _REGION.match(inner):
            region = region or inner
    plain = "".join(words(_BRACKETED.sub(lambda m: "" if _REGION.match(m[1]) else m[1], text)))
    full = "".join(words(text))
    if BRANCH.search(plain):
        head, form, tail = plain.partition("公司")
        branch = BRANCH.sub("", tail) or tail or form
        plain = head + form
    if found := _REGION.match(plain):
        region = region or found[1]
        plain = plain[found.end() :] or plain
    core = FORMS_HAN.sub("", plain) or plain
    core = core.removesuffix("集团") or core
    return (
        OrganisationName(core, full, region.removesuffix("市").removesuffix("省"), branch) if core else None
    )


def _latin(text: str) -> OrganisationName | None:
    parts = list(words(text.replace("'", "").replace(".", "")))
    full = " ".join(parts)
    branch = ""
    for mark in LATIN_BRANCH & set(parts):
        branch = " ".join(p for p in parts[parts.index(mark) :])
        parts = parts[: parts.index(mark)]
    core = [p for p in parts if p not in FORMS_LATIN and p not in NOISE] or parts
    return OrganisationName(" ".join(core), full, "", branch) if core else None
