"""Names of organisations: form, region, group and branch are set apart from the core."""

from __future__ import annotations

import pytest

from matching.normalise.organisation_names import organisation


@pytest.mark.parametrize(
    ("text", "core", "form"),
    [
        ("沪江星桥精密仪器（上海）有限公司", "沪江星桥精密仪器", "有限公司"),
        ("沪江星桥精密仪器(上海)有限公司", "沪江星桥精密仪器", "有限公司"),
        ("上海沪江星桥精密仪器有限责任公司", "沪江星桥精密仪器", "有限责任公司"),
        ("滬江星橋精密儀器（上海）有限公司", "沪江星桥精密仪器", "有限公司"),
        ("万科企业股份有限公司", "万科企业", "股份有限公司"),
        ("*ST 万  科Ａ", "万科", ""),
        ("小米", "小米", ""),
        ("Siemens AG", "siemens", "german"),
        ("Siemens A.G.", "siemens", "german"),
        ("SIEMENS AKTIENGESELLSCHAFT", "siemens", "german"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne", "german"),
        ("S.A.R.L. Dupont", "dupont", "french"),
        ("The Coca-Cola Company", "coca cola", "co"),
        ("Ａｃｍｅ　Ｌｔｄ．", "acme", "english"),
        ("Acme Limited", "acme", "english"),
    ],
)
def test_the_core_is_what_remains_without_form_and_region(text: str, core: str, form: str) -> None:
    name = organisation(text)
    assert name is not None
    assert (name.core, name.form) == (core, form)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("沪江星桥精密仪器（上海）有限公司", "上海 上海"),
        ("上海沪江星桥精密仪器有限公司", "上海 上海"),
        ("浙江金鹰股份有限公司", "浙江 "),
        ("Shanghai Hujiang Precision Instruments Co., Ltd.", "上海 上海"),
        ("万科企业股份有限公司", ""),
    ],
)
def test_the_place_in_a_name_is_known(text: str, place: str) -> None:
    name = organisation(text)
    assert name is not None
    assert name.place == place


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("東方電氣集團股份有限公司", "集团"),
        ("中国平安保险(集团)股份有限公司", "集团"),
        ("国药控股股份有限公司", "控股"),
        ("Acme Holdings Ltd", "group"),
        ("Acme Ltd", ""),
    ],
)
def test_a_group_is_told_from_a_company(text: str, group: str) -> None:
    name = organisation(text)
    assert name is not None
    assert name.group == group


@pytest.mark.parametrize(
    "text",
    [
        "华为技术有限公司北京分公司",
        "中国工商银行上海分行",
        "ACME Ltd London Branch",
        "Acme GmbH Zweigniederlassung Wien",
    ],
)
def test_a_branch_says_so(text: str) -> None:
    name = organisation(text)
    assert name is not None
    assert name.branch


@pytest.mark.parametrize("text", ["", "  ", "!!!", "有限公司", "Ltd", "Co., Ltd."])
def test_what_names_nobody_is_left_out(text: str) -> None:
    assert organisation(text) is None
