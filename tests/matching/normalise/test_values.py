"""Phones, e-mails, domains, dates, identifiers and addresses: right, differently written, and wrong."""

from __future__ import annotations

import pytest

from matching.normalise.addresses import address
from matching.normalise.dates import day
from matching.normalise.emails import domain, email, is_role
from matching.normalise.identifiers import lei, national_id, uscc
from matching.normalise.phones import agreed, is_hotline, is_mobile, is_personal, phone
from matching.normalise.regions import place_of
from matching.normalise.text import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("  Crème   Brûlée ", "creme brulee"),
        ("Straße Łódź Ørsted", "strasse lodz orsted"),
        ("東方電氣", "东方电气"),
        ("万科Ａ", "万科a"),
        ("", ""),
    ],
)
def test_text_is_folded_to_one_writing(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13812345678", "+8613812345678"),
        ("+86 138 1234 5678", "+8613812345678"),
        ("86-138-1234-5678", "+8613812345678"),
        ("0086 13812345678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("tel: 138 1234 5678", "+8613812345678"),
        ("021-58881234", "+862158881234"),
        ("(021) 5888 1234", "+862158881234"),
        ("+86 21 58881234", "+862158881234"),
        ("021-58881234转801", "+862158881234"),
        ("021-58881234-801", "+862158881234"),
        ("400-820-8820", "4008208820"),
        ("+44 20 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+1 (212) 555-0123", "+12125550123"),
        ("12345", ""),
        ("11111111111", ""),
        ("abc", ""),
        ("", ""),
    ],
)
def test_a_phone_number_has_one_form(text: str, expected: str) -> None:
    assert phone(text) == expected


def test_kinds_of_phone_numbers_are_told_apart() -> None:
    mobile, landline, hotline, abroad = map(
        phone, ("13812345678", "021-58881234", "400-820-8820", "+1 212 555 0123")
    )
    assert [is_mobile(n) for n in (mobile, landline, hotline, abroad)] == [True, False, False, False]
    assert [is_hotline(n) for n in (mobile, landline, hotline, abroad)] == [False, False, True, False]
    assert [is_personal(n) for n in (mobile, landline, hotline, abroad)] == [True, False, False, True]


def test_mobiles_abroad_are_told_from_landlines_where_the_country_does_so() -> None:
    assert is_mobile(phone("+44 7911 123456"))
    assert is_personal(phone("+49 170 50844363"))
    assert not is_personal(phone("+44 20 7946 0958"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0161 543 2285", "1615432285"),
        ("(312) 517-4005", "3125174005"),
        ("1-713-666-1624", "+17136661624"),
        ("13812345678", "+8613812345678"),
        ("+86 21 5888 1234", "+862158881234"),
        ("0044 161 543 2285", "+441615432285"),
    ],
)
def test_outside_china_a_number_without_a_country_keeps_to_itself(text: str, expected: str) -> None:
    assert phone(text, in_china=False) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("+441615432285", "1615432285", "+441615432285"),
        ("+441615432285", "+861615432285", "+441615432285"),
        ("+862158881234", "58881234", "+862158881234"),
        ("1615432285", "1615432285", "1615432285"),
        ("+8613812345678", "+8615812345678", ""),
        ("+441615432285", "+491615432285", ""),
        ("+441615432285", "432285", ""),
    ],
)
def test_a_number_without_a_country_is_the_one_that_ends_like_it(
    left: str, right: str, expected: str
) -> None:
    assert agreed(left, right) == expected
    assert agreed(right, left) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John.Doe+shop@GMAIL.com", "johndoe@gmail.com"),
        ("j.doe@googlemail.com", "jdoe@gmail.com"),
        ("mailto:a.b@c.cn", "a.b@c.cn"),
        ("<Anna@x.com>", "anna@x.com"),
        ("Ａ@Ｂ.cn", "a@b.cn"),
        ("a@b", ""),
        ("@b.cn", ""),
        ("a b@c.cn", ""),
        ("x@mailinator.com", ""),
        ("", ""),
    ],
)
def test_an_email_address_has_one_form(text: str, expected: str) -> None:
    assert email(text) == expected


def test_an_address_of_a_function_is_no_persons() -> None:
    assert is_role("info@acme.com")
    assert not is_role("anna@acme.com")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://www.acme.co.uk/x?y=1", "acme.co.uk"),
        ("info@acme.com", "acme.com"),
        ("mail.acme.com:8080", "acme.com"),
        ("www.starbridge.com.cn", "starbridge.com.cn"),
        ("x.bj.cn", "x.bj.cn"),
        ("somebody@qq.com", ""),
        ("somebody@vip.163.com", ""),
        ("acme", ""),
        ("1.2.3.4", ""),
        ("", ""),
    ],
)
def test_a_domain_is_what_its_owner_registered(text: str, expected: str) -> None:
    assert domain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1980-01-02", "19800102"),
        ("1980/1/2", "19800102"),
        ("19800102", "19800102"),
        ("1980年1月2日", "19800102"),
        ("02.01.1980", "19800102"),
        ("02/13/1980", "19800213"),
        ("1980-02-30", "19800230"),
        ("1980-00-01", ""),
        ("0999-01-01", ""),
        ("198001", ""),
        ("2.1.80", "19800102"),
        ("", ""),
    ],
)
def test_a_date_has_eight_digits(text: str, expected: str) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("91310115MA9XK2T02R", "91310115MA9XK2T02R"),
        (" 9131 0115 ma9xk2t02r", "91310115MA9XK2T02R"),
        ("９１３１０１１５MA9XK2T02R", "91310115MA9XK2T02R"),
        ("91310115MA9XK2T02S", ""),
        ("91310115MA9XK2T20R", ""),
        ("91310115MA9XK2I02R", ""),
        ("91310115MA9XK2T02", ""),
        ("1" * 18, ""),
    ],
)
def test_a_credit_code_counts_only_with_both_check_characters(text: str, expected: str) -> None:
    assert uscc(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("110105194912310021", ""),
        ("11010519491331002X", ""),
        ("110105491231002", "11010519491231002X"),
    ],
)
def test_a_resident_id_counts_only_with_its_check_character_and_a_real_day(text: str, expected: str) -> None:
    assert national_id(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("529900T8BM49AURSDO55", "529900T8BM49AURSDO55"),
        ("5299 00t8 bm49 aurs do55", "529900T8BM49AURSDO55"),
        ("529900T8BM49AURSDO56", ""),
        ("529900T8BM49AURSDO5", ""),
    ],
)
def test_a_legal_entity_identifier_counts_only_with_its_check_digits(text: str, expected: str) -> None:
    assert lei(text) == expected


@pytest.mark.parametrize("place", range(18))
def test_any_wrong_character_makes_a_credit_code_worthless(place: int) -> None:
    code = "91310115MA9XK2T02R"
    wrong = "7" if code[place] != "7" else "4"
    assert not uscc(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(
    ("line", "street", "postcode", "place"),
    [
        ("上海市浦东新区张江路88号3层", ("88", "张江路"), "", ("上海", "上海")),
        ("上海市浦東新區張江路８８號", ("88", "张江路"), "", ("上海", "上海")),
        ("浦东新区张江路88号", ("88", "张江路"), "", ("上海", "上海")),
        ("朝阳区建国路88号", ("88", "建国路"), "", ("", "")),
        ("江苏省苏州市工业园区星湖街328号", ("328", "星湖街"), "", ("江苏", "苏州")),
        ("No. 88 Zhangjiang Road, Shanghai, China", ("88", "zhangjiang"), "", ("上海", "上海")),
        ("12 High Street, Flat 3, SW1A 1AA London", ("12", "high"), "sw1a1aa", ("", "london")),
        ("110 Manor Way, M3 2QT Manchester", ("110", "manor"), "m32qt", ("", "manchester")),
        ("Hauptstr. 5, 10115 Berlin", ("5", "haupt"), "10115", ("", "berlin")),
        (
            "1600 Pennsylvania Ave, Washington, DC 20500",
            ("1600", "pennsylvania"),
            "20500",
            ("dc", "washington"),
        ),
        ("", ("", ""), "", ("", "")),
    ],
)
def test_an_address_in_one_line_comes_apart(
    line: str, street: tuple[str, str], postcode: str, place: tuple[str, str]
) -> None:
    found = address(line=line, street="", number="", postcode="", city="", region="")
    assert (found.street, found.postcode, found.place) == (street, postcode, place)


def test_an_address_in_parts_is_the_same_as_in_one_line() -> None:
    parts = address(line="", street="12 High St", number="", postcode="sw1a 1aa", city="London", region="")
    line = address(
        line="12 High Street, SW1A 1AA London", street="", number="", postcode="", city="", region=""
    )
    assert parts == line


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("上海", ("上海", "上海")),
        ("shanghai", ("上海", "上海")),
        ("江苏省苏州市", ("江苏", "苏州")),
        ("suzhou", ("江苏", "苏州")),
        ("内蒙古自治区呼和浩特市", ("内蒙古", "呼和浩特")),
        ("xi'an", ("陕西", "西安")),
        ("london", ("", "london")),
        ("", ("", "")),
    ],
)
def test_a_place_is_a_province_and_a_city(text: str, place: tuple[str, str]) -> None:
    assert place_of(text) == place
