"""Chinese provinces and cities: which province a text speaks of, in characters or pinyin."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from pypinyin import lazy_pinyin

_LATIN = {
    "陕西": "shaanxi", "内蒙古": "inner mongolia", "西藏": "tibet", "香港": "hong kong", "澳门": "macau", "台湾": "taiwan",
    "呼和浩特": "hohhot", "哈尔滨": "harbin", "乌鲁木齐": "urumqi", "拉萨": "lhasa", "台北": "taipei", "台中": "taichung",
    "台南": "tainan", "高雄": "kaohsiung", "新竹": "hsinchu", "桃园": "taoyuan", "新北": "new taipei", "基隆": "keelung",
    "鄂尔多斯": "ordos", "吕梁": "luliang", "六安": "luan", "九龙": "kowloon",
}  # fmt: skip
_SUFFIX = r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|地区|省|市|盟)?"


@cache
def places() -> dict[str, tuple[str, str]]:
    """Every known name, in characters, to (province, city); the city is empty for a province itself."""
    found: dict[str, tuple[str, str]] = {}
    table = files("matching.normalise").joinpath("regions.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        province, _, cities = line.partition("\t")
        for city in cities.split():
            found.setdefault(city, (province, city))
        found[province] = (province, "" if cities else province)
    return found


@cache
def latin_places() -> dict[str, tuple[str, str]]:
    """The same by pinyin or by the usual English name; of two cities of one sound the first in the table."""
    found: dict[str, tuple[str, str]] = {}
    for name, place in places().items():
        found.setdefault(_LATIN.get(name, "".join(lazy_pinyin(name)).replace("v", "u")), place)
    return found


@cache
def prefix() -> re.Pattern[str]:
    """A place at the start of a text, the longest name first."""
    names = "|".join(sorted(places(), key=len, reverse=True))
    return re.compile(rf"(?:中国)?({names}){_SUFFIX}")


@lru_cache(maxsize=50_000)
def place_of(text: str) -> tuple[str, str]:
    """(province, city) that folded *text* starts with, or with which it is the pinyin of; ("", text) when unknown."""
    if not text:
        return ("", "")
    if text.isascii():
        plain = " ".join(
            word for word in re.findall(r"[a-z]+", text) if word not in {"city", "province", "china"}
        )
        known = latin_places().get(plain) or latin_places().get(plain.replace(" ", ""))
        return known or ("", plain)
    place = ("", "")
    rest = text.removeprefix("中国")
    while found := prefix().match(rest):
        province, city = places()[found[1]]
        if place[0] and province != place[0]:
            break
        place = (province, city or place[1])
        rest = rest[found.end() :]
        if city:
            break
    return place if place[0] else ("", text[:8])
