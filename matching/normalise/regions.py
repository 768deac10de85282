"""Chinese provinces, cities and counties, today's and former ones: which of them a text speaks of, in characters or pinyin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from pypinyin import lazy_pinyin

_LATIN = {
    "陕西": "shaanxi", "内蒙古": "inner mongolia", "西藏": "tibet", "香港": "hong kong", "澳门": "macau", "台湾": "taiwan",
    "呼和浩特": "hohhot", "哈尔滨": "harbin", "乌鲁木齐": "urumqi", "拉萨": "lhasa", "台北": "taipei", "台中": "taichung",
    "台南": "tainan", "高雄": "kaohsiung", "新竹": "hsinchu", "桃园": "taoyuan", "新北": "new taipei", "基隆": "keelung",
    "鄂尔多斯": "ordos", "吕梁": "luliang", "六安": "luan", "朝阳": "chaoyang",
}  # fmt: skip
_ALSO_LATIN = {
    "peking": "北京", "canton": "广州", "tientsin": "天津", "nanking": "南京", "chungking": "重庆", "tsingtao": "青岛", "amoy": "厦门",
    "hongkong": "香港", "macao": "澳门", "kowloon": "香港", "hangchow": "杭州", "soochow": "苏州", "foochow": "福州", "swatow": "汕头",
    "dairen": "大连", "mukden": "沈阳", "innermongolia": "内蒙古", "hulunbuir": "呼伦贝尔", "xilingol": "锡林郭勒", "bayannur": "巴彦淖尔",
    "ulanqab": "乌兰察布", "qiqihar": "齐齐哈尔", "karamay": "克拉玛依", "turpan": "吐鲁番", "kashgar": "喀什", "aksu": "阿克苏", "shigatse": "日喀则",
    "hotan": "和田", "altay": "阿勒泰", "ili": "伊犁", "chiayi": "嘉义", "changhua": "彰化", "pingtung": "屏东", "hualien": "花莲", "taitung": "台东",
    "kinmen": "金门", "changzhi": "长治", "luohe": "漯河",
}  # fmt: skip
"""Older spellings and names in English letters."""
_BRANDS = frozenset({"ali", "aba", "yili"})
"""Regions whose pinyin is better known as a brand."""
_BY_NAME_ALONE = frozenset(
    """昆山 江阴 张家港 常熟 太仓 宜兴 丹阳 靖江 泰兴 如皋 启东 海门 溧阳 金坛 仪征 高邮 邳州 义乌 慈溪 余姚 诸暨 海宁 桐乡 嵊州 温岭 乐清
    晋江 石狮 胶州 荣成 龙口 莱州 招远 寿光 诸城 滕州 迁安 涿州 浏阳 醴陵 仙桃 潜江 顺德 南海 番禺 增城 萧山 余杭 富阳 吴江 江都 即墨 章丘
    济源 石河子 都江堰""".split()
)
"""Counties and districts that are spoken of without the word for what they are; other short names are too often brands."""
_PEOPLES = re.compile(
    r"(?:各族|蒙古族?|回族?|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族?|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|畲族|拉祜族"
    r"|水族|东乡族?|纳西族|景颇族|柯尔克孜|土族|达斡尔族?|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|塔吉克|怒族|鄂温克族?|裕固族?|保安族|独龙族"
    r"|鄂伦春|普米族|门巴族|珞巴族|毛南)+(?=自治|族区|区$)"
)
_AUTONOMOUS = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "西藏自治区": "西藏",
}
_KIND = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|新区|省|市|盟|县|区|旗)$")
_ROAD_NEXT = re.compile(
    r"(?!路桥区|路[南北]区|道[里外]区|道县|道真|道孚|二道江?区)[东南西北中]?[一二三四五六]?(?:大?道|大街|[路街巷])"
)
"""What makes a city's name a road's, unless a county of that city starts like it."""
_WITH_CITY = ("市南区", "市北区", "市中区")
"""Districts whose first character may serve the city too: 青岛市南区."""
_FILLER = ("市辖区", "中华人民共和国", "中国")


class Region(NamedTuple):
    """*province* and *city* in their short names, *county* in its full one of today; empty where unknown.

    A municipality is its own city, and so is a county that no city governs.
    """

    province: str = ""
    city: str = ""
    county: str = ""


UNKNOWN = Region()


@cache
def _divisions() -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Names of today by code, and every row as (code, name, code of today).

    *Source*: GB/T 2260 as published for 2002 to 2014 (PyPI GB2260, BSD) and the statistical divisions of 2023 (npm
    china-division, WTFPL). ``from`` and ``to`` in the table are the first and the last year in which these list a name,
    empty for the edges. Hong Kong's districts and Taiwan's cities have codes of our own numbering.
    """
    table = files("matching.normalise").joinpath("regions.tsv").read_text(encoding="utf-8")
    now: dict[str, str] = {}
    rows: list[tuple[str, str, str]] = []
    for line in table.splitlines()[1:]:
        code, name, _, until, successor = (line + "\t\t\t\t").split("\t")[:5]
        if not until:
            now[code] = name
        rows.append((code, name, successor or code))
    return now, rows


@cache
def _short(name: str) -> str:
    """A name without the word for what it is, unless only one character would be left."""
    plain = _AUTONOMOUS.get(name) or _KIND.sub("", _without_peoples(name))
    return plain if len(plain) > 1 else name


def _without_peoples(name: str) -> str:
    return _PEOPLES.sub("", name) if "族" in name or "自治" in name else name


def _region(code: str, successors: dict[str, str]) -> Region:
    """The region with a code of today, or of the past if nothing took its place."""
    now = _divisions()[0]
    province = _short(now[f"{code[:2]}0000"])
    if province in {"北京", "天津", "上海", "重庆", "香港", "澳门"}:
        return Region(province, province, "" if code.endswith("0000") else now.get(code, ""))
    if code.endswith("0000"):
        return Region(province)
    governed = f"{code[:4]}00"
    city = now.get(successors.get(governed, governed), "")
    if not city:
        return Region(province, _short(now.get(code, "")), now.get(code, ""))
    return Region(province, _short(city), "" if code.endswith("00") else now.get(code, ""))


@cache
def names() -> dict[str, tuple[Region, ...]]:
    """Every name of a province, city or county, full and short, to the regions that bear or bore it."""
    _, rows = _divisions()
    successors = {code: to for code, _, to in rows if to != code}
    found: dict[str, dict[Region, None]] = {}
    for code, name, to in rows:
        region = _region(to, successors)
        for text in _spellings(code, name):
            found.setdefault(text, {}).setdefault(region)
    found["内蒙"] = found["内蒙古"]
    for name in ("九龙", "新界"):
        found[name] = {Region("香港", "香港"): None}
    return {name: tuple(regions) for name, regions in found.items()}


def _spellings(code: str, name: str) -> Iterator[str]:
    yield name
    short = _short(name)
    if code.endswith("00") or short in _BY_NAME_ALONE:
        yield short
    if name not in _AUTONOMOUS and ("族" in name or "自治" in name):
        without = _without_peoples(name)
        yield without
        yield without.replace("自治", "")


@cache
def _county_short_names() -> dict[str, tuple[Region, ...]]:
    """Counties by their names without the word for what they are; only good behind the city or the province."""
    found: dict[str, set[Region]] = {}
    for regions in names().values():
        for region in regions:
            if region.county and (short := _short(region.county)) not in names():
                found.setdefault(short, set()).add(region)
    return {name: tuple(sorted(regions)) for name, regions in found.items()}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """The lengths of the names that start with the same two characters, the longest first."""
    found: dict[str, set[int]] = {}
    for name in (*names(), *_county_short_names()):
        found.setdefault(name[:2], set()).add(len(name))
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


@cache
def _index() -> tuple[
    Mapping[str, tuple[int, ...]], Mapping[str, tuple[Region, ...]], Mapping[str, tuple[Region, ...]]
]:
    return _lengths(), names(), _county_short_names()


def leading(text: str, *, counties: bool = True) -> tuple[Region, int]:
    """The region at the start of *text*, as far as it is certain, and the length of what names it.

    A county whose name several cities share is only taken with its city. *counties*: also short names of counties
    behind their city.
    """
    region, end = UNKNOWN, 0
    if text[:2] not in _index()[0] and text[:2] not in {"中国", "中华", "市辖"}:
        return region, end
    while end < len(text):
        step = _step(text, end, region, counties=counties)
        if step is None:
            break
        region, end = step
        if region.county:
            break
    return region, end


def _step(text: str, start: int, within: Region, *, counties: bool) -> tuple[Region, int] | None:
    """One more name at *start* that lies within what is known, the longest first."""
    all_lengths, known, short = _index()
    lengths = all_lengths.get(text[start : start + 2])
    if lengths is None:
        return _past_filler(text, start, within)
    is_within = within.province != ""
    for length in lengths:
        name = text[start : start + length]
        regions = known.get(name) or (short.get(name) if counties and is_within else None)
        if not regions or len(name) < length:
            continue
        if name[-1] not in "区县旗省市盟" and _ROAD_NEXT.match(text, start + length):
            continue
        fitting = [r for r in regions if _fits(r, within)] if is_within else regions
        if fitting:
            is_shared = name[-1] == "市" and text.startswith(_WITH_CITY, start + length - 1)
            return _agreed(fitting) or within, start + length - is_shared
    return None


def _past_filler(text: str, start: int, within: Region) -> tuple[Region, int] | None:
    """Words that say nothing of where: the country in front, and 市辖区 where a list has no city."""
    for filler in ("市辖区",) if start else _FILLER:
        if text.startswith(filler, start):
            return within, start + len(filler)
    return None


def _fits(region: Region, within: Region) -> bool:
    return region.province == within.province and (not within.city or region.city == within.city)


def _agreed(regions: Sequence[Region]) -> Region | None:
    """What all of several regions of one name are; a province or city goes before a county of the same name."""
    first = regions[0]
    if len(regions) == 1 or not first.county:
        return first
    return first._replace(county="") if len({r[:2] for r in regions}) == 1 else None


def whole(text: str) -> Region:
    """The region that *text* names and nothing else; unknown when there is more to it."""
    region, end = leading(text)
    return region if end == len(text) else UNKNOWN


def is_district(text: str, province: str) -> bool:
    """Whether *text* is the short name of a county or district in a province."""
    return any(region.province == province for region in _county_short_names().get(text, ()))


@cache
def latin_places() -> dict[str, tuple[str, str]]:
    """(province, city) by pinyin or by the usual English name; of two cities of one sound the first in the table."""
    found: dict[str, tuple[str, str]] = {}
    counties: dict[str, tuple[str, str]] = {}
    for name, regions in names().items():
        region = regions[0]
        spelling = _LATIN.get(name) or "".join(lazy_pinyin(name)).replace("v", "u")
        if name in _BY_NAME_ALONE:
            counties.setdefault(spelling, (region.province, region.city))
        elif not region.county and name == (region.city or region.province):
            found.setdefault(spelling, (region.province, region.city))
    for spelling, name in _ALSO_LATIN.items():
        found[spelling] = names()[name][0][:2]
    return {spelling: place for spelling, place in (counties | found).items() if spelling not in _BRANDS}


@lru_cache(maxsize=50_000)
def place_of(text: str) -> tuple[str, str]:
    """(province, city) that folded *text* starts with, or of which it is the pinyin; ("", text) when unknown."""
    if not text:
        return ("", "")
    if text.isascii():
        plain = " ".join(
            word for word in re.findall(r"[a-z]+", text) if word not in {"city", "province", "china"}
        )
        known = latin_places().get(plain) or latin_places().get(plain.replace(" ", ""))
        return known or ("", plain)
    region, _ = leading(text)
    return (region.province, region.city) if region.province else ("", text[:8])
