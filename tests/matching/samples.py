"""Made-up records whose values collide often enough for every level of agreement to occur."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from matching import Prepared, Record, default_model, prepare

PERSON: Mapping[str, tuple[str, ...]] = {
    "name": (
        "张伟明", "張偉明", "章伟明", "张明伟", "Zhang Weiming", "张", "罗先生", "欧阳娜娜", "John Smith", "Smith, Jon", "Bob Smith",
        "Robert J. Smith", "Smith", "Jürgen Müller", "",
    ),
    "english_name": ("Weiming Zhang", "David Zhang"),
    "given_name": ("John", "Weiming", "伟明", "Hans Peter"),
    "family_name": ("Smith", "Zhang", "张", "van der Berg"),
    "birth_date": ("1980-02-01", "1980-01-02", "1980-02-11", "2008-05-06", "1980-01-01", "nonsense"),
    "gender": ("m", "女", "male", "f"),
    "occupation": ("politician", "politician and writer", "painter"),
    "birth_place": ("devon", "north devon", "paris"),
    "phone": ("13812345678", "13912345678", "021-58881234", "400-820-8820", "+44 20 7946 0958", "020 7946 0958"),
    "email": ("a.b@qq.com", "anna@acme.com", "info@acme.com", "broken"),
    "address": ("上海市浦东新区张江路88号", "浦东新区张江路88号3层", "12 High Street, SW1A 1AA London", "13 Hihg Street, London"),
    "city": ("上海", "London", "Suzhou"),
    "postcode": ("201203", "sw1a 1aa", "201204"),
    "national_id": ("11010519491231002X", "110105194912310021"),
    "passport": ("E12345678", "E12345679"),
    "ssn": ("123456789", "123456798"),
    "other_id": ("loyalty:123456", "loyalty:123457"),
}  # fmt: skip
ORGANISATION: Mapping[str, tuple[str, ...]] = {
    "organisation_name": (
        "沪江星桥精密仪器（上海）有限公司", "上海沪江星桥精密仪器有限责任公司", "沪江星桥精密仪器（上海）有限公司北京分公司", "沪江星桥精密",
        "沪江星桥软件（苏州）有限公司", "沪江星桥集团有限公司", "Acme Tools Ltd", "ACME TOOLS LIMITED", "Acme Tools GmbH", "Acme Holdings Ltd",
        "Acme", "Hujiangxingqiao Precision Instruments Co., Ltd.", "有限公司",
    ),
    "short_name": ("沪江星桥", "Acme", "星桥"),
    "former_name": ("上海星桥仪器有限公司",),
    "english_name": ("Hujiangxingqiao Precision Instruments (Shanghai) Co., Ltd.",),
    "uscc": ("91310115MA9XK2T02R", "91310115MA9XK2T02S"),
    "tax_id": ("GB123456789", "GB123456798", "91310115MA9XK2T02R"),
    "lei": ("529900T8BM49AURSDO55",),
    "phone": ("021-58881234", "0512-58881234", "400-820-8820", "13812345678", "+44 20 7946 0958", "020 7946 0958"),
    "email": ("info@acme.com", "anna@acme.com", "somebody@qq.com", "info@starbridge.cn"),
    "website": ("www.acme.com", "https://starbridge.cn/en", "www.other.de"),
    "address": ("上海市浦东新区张江路88号", "苏州工业园区星湖街328号", "12 High Street, SW1A 1AA London"),
    "city": ("上海", "苏州", "London"),
}  # fmt: skip
MODEL = default_model()


@st.composite
def records(draw: st.DrawFn, kind: str | None = None, key: str = "a") -> Record:
    """A record of a *kind*, or of either, with any of the attributes and one or two values each."""
    kind = kind or draw(st.sampled_from(("person", "organisation")))
    pool = PERSON if kind == "person" else ORGANISATION
    names = draw(st.sets(st.sampled_from(sorted(pool)), max_size=8))
    return Record(
        key=key,
        kind=kind,
        attributes={
            name: tuple(draw(st.lists(st.sampled_from(pool[name]), min_size=1, max_size=2, unique=True)))
            for name in sorted(names)
        },
    )


def ready(key: str, kind: str, **attributes: str) -> Prepared:
    """A prepared record with one value an attribute; several are separated by a vertical bar."""
    values = {name: tuple(text.split("|")) for name, text in attributes.items()}
    return prepare(Record(key=key, kind=kind, attributes=values), MODEL)
