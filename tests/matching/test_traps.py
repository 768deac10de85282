"""Records that are easily taken for the same customer and are not, and some that look unlike and are."""

from __future__ import annotations

import pytest

from matching import Prepared, Record, bulk, raw_edges, weigh
from tests.matching.samples import MODEL, ready

LEGAL = "沪江星桥精密仪器（上海）有限公司"
ADDRESS = "上海市浦东新区张江路88号"


def company(name: str, **more: str) -> dict[str, str]:
    return {"organisation_name": name, **more}


def is_edge(left: Prepared, right: Prepared) -> bool:
    return bool(raw_edges([left, right], MODEL))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(
            company(LEGAL, phone="021-58881234", website="starbridge.cn"),
            company(f"{LEGAL}北京分公司", phone="021-58881234", website="starbridge.cn"),
            id="a branch and its company",
        ),
        pytest.param(
            company(LEGAL, phone="021-58881234", uscc="91310115MA9XK2T02R"),
            company(LEGAL, phone="021-58881234", uscc="91310000MA1FL5E93W"),
            id="two valid credit codes",
        ),
        pytest.param(
            company("星桥精密仪器有限公司", phone="021-58881234", website="starbridge.cn"),
            company("星桥软件（苏州）有限公司", phone="021-58881234", website="starbridge.cn"),
            id="a parent and its subsidiary",
        ),
        pytest.param(
            company("北京远望软件有限公司", phone="010-68881234", address="北京市海淀区中关村大街1号"),
            company("北京联创商贸有限公司", phone="010-68881234", address="北京市海淀区中关村大街1号"),
            id="two companies on one switchboard",
        ),
        pytest.param(
            company("Northgate Software plc", phone="+44 141 4415996"),
            company("Northgate Software plc", phone="+44 161 5432285", tax_id="GB668666613"),
            id="a name of two common words",
        ),
        pytest.param(
            company("Acme Tools Ltd"), company("Acme Chemicals Ltd", website=""), id="a brand and two trades"
        ),
    ],
)
def test_different_companies_are_not_linked(left: dict[str, str], right: dict[str, str]) -> None:
    assert not is_edge(ready("a", "organisation", **left), ready("b", "organisation", **right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(
            {"name": "张伟明", "birth_date": "1980-02-01", "address": ADDRESS, "phone": "021-58881234"},
            {"name": "张伟华", "birth_date": "1980-02-01", "address": ADDRESS, "phone": "021-58881234"},
            id="Chinese twins",
        ),
        pytest.param(
            {
                "name": "Peter Miller",
                "birth_date": "1980-02-01",
                "address": "12 High Street, SW1A 1AA London",
            },
            {"name": "Paul Miller", "birth_date": "1980-02-01", "address": "12 High Street, SW1A 1AA London"},
            id="Western twins",
        ),
        pytest.param(
            {"name": "John Smith", "birth_date": "1950-02-01", "address": "12 High Street, SW1A 1AA London"},
            {"name": "John Smith", "birth_date": "1980-05-06", "address": "12 High Street, SW1A 1AA London"},
            id="father and son",
        ),
        pytest.param(
            {"name": "王芳", "phone": "13812345678", "address": ADDRESS},
            {"name": "李强", "phone": "13812345678", "address": ADDRESS},
            id="a couple with one phone",
        ),
        pytest.param(
            {"name": "张伟", "national_id": "11010519491231002X", "phone": "13812345678"},
            {"name": "张伟", "national_id": "110101199003074514", "phone": "13812345678"},
            id="two valid resident ids",
        ),
        pytest.param({"phone": "13812345678"}, {"phone": "13812345678"}, id="a phone and nothing else"),
        pytest.param({"name": "张伟"}, {"name": "张伟"}, id="a frequent name and nothing else"),
        pytest.param({"name": "罗先生"}, {"name": "罗先生"}, id="a surname and nothing else"),
    ],
)
def test_different_persons_are_not_linked(left: dict[str, str], right: dict[str, str]) -> None:
    assert not is_edge(ready("a", "person", **left), ready("b", "person", **right))


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (
            "person",
            {"name": "张伟明", "phone": "13812345678"},
            {"name": "張偉明", "phone": "+86 138 1234 5678"},
        ),
        (
            "person",
            {"name": "张伟明", "phone": "13812345678"},
            {"name": "Weiming Zhang", "phone": "13812345678"},
        ),
        ("person", {"name": "罗振宇", "phone": "13812345678"}, {"name": "罗先生", "phone": "13812345678"}),
        (
            "person",
            {"name": "Robert Smith", "email": "rs7@gmx.de"},
            {"name": "Smith, Bob", "email": "RS7@gmx.de"},
        ),
        ("organisation", company(LEGAL, phone="021-58881234"), company("沪江星桥", phone="+86 21 58881234")),
        (
            "organisation",
            company(LEGAL, address=ADDRESS),
            company("滬江星橋精密儀器(上海)有限公司", address="浦东新区张江路88号"),
        ),
        (
            "organisation",
            company(LEGAL, uscc="91310115MA9XK2T02R"),
            company("上海星桥仪器有限公司", uscc="91310115MA9XK2T02R"),
        ),
        (
            "organisation",
            company("Müller & Söhne GmbH", website="mueller.de"),
            company("MUELLER SOEHNE|Müller Söhne GmbH", email="info@mueller.de"),
        ),
    ],
)
def test_the_same_customer_is_linked(kind: str, left: dict[str, str], right: dict[str, str]) -> None:
    assert is_edge(ready("a", kind, **left), ready("b", kind, **right))


def test_one_phone_of_many_people_does_not_make_them_one() -> None:
    names = ["张伟明", "李秀英", "王建国", "Robert Smith", "陈晓东", "赵敏", "刘洋", "Anna Müller"]
    people = [
        Record(key=f"r{n}", kind="person", attributes={"name": (name,), "phone": ("13812345678",)})
        for n, name in enumerate(names)
    ]
    assert len(bulk(people, MODEL)) == len(names)


def test_a_person_and_a_company_of_one_name_stay_apart() -> None:
    assert (
        weigh(ready("a", "person", name="Max Müller"), ready("b", "organisation", name="Max Müller"), MODEL)
        is None
    )
