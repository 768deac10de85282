"""Names of persons: characters or Latin letters, family name first or last, with titles and particles."""

from __future__ import annotations

import pytest

from matching.normalise.person_names import split, whole


@pytest.mark.parametrize(
    ("text", "family", "given", "han"),
    [
        ("张伟明", "zhang", "weiming", "张伟明"),
        ("張偉明", "zhang", "weiming", "张伟明"),
        ("　张　伟　", "zhang", "wei", "张伟"),
        ("欧阳娜娜", "ouyang", "nana", "欧阳娜娜"),
        ("歐陽娜娜", "ouyang", "nana", "欧阳娜娜"),
        ("司马懿", "sima", "yi", "司马懿"),
        ("单雄信", "shan", "xiongxin", "单雄信"),
        ("罗先生", "luo", "", "罗"),
        ("欧阳女士", "ou", "yang", "欧阳"),
        ("John Smith", "smith", "john", ""),
        ("JOHN  SMITH", "smith", "john", ""),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "smith", "john", ""),
        ("Smith, John", "smith", "john", ""),
        ("Dr. Bob O'Neill Jr.", "oneill", "bob", ""),
        ("Müller, Jürgen", "muller", "jurgen", ""),
        ("Ludwig van Beethoven", "beethoven", "ludwig", ""),
        ("Zhang Weiming", "zhang", "weiming", ""),
        ("Weiming Zhang", "zhang", "weiming", ""),
        ("José", "jose", "", ""),
    ],
)
def test_a_name_in_one_piece_comes_apart(text: str, family: str, given: str, han: str) -> None:
    name = whole(text)
    assert name is not None
    assert (name.family, name.given, name.han) == (family, given, han)


@pytest.mark.parametrize(
    ("family", "given", "expected"),
    [
        ("张", "伟", ("zhang", "wei", "张伟")),
        ("欧阳", "娜", ("ouyang", "na", "欧阳娜")),
        ("Smith", "Bob", ("smith", "bob", "")),
        ("van der Berg", "Anna", ("berg", "anna", "")),
        ("Zhang", "Wei Ming", ("zhang", "wei ming", "")),
        ("", "John", ("john", "", "")),
        ("", "伟", ("wei", "", "伟")),
    ],
)
def test_a_name_in_parts_keeps_them(family: str, given: str, expected: tuple[str, str, str]) -> None:
    name = split(family, given)
    assert name is not None
    assert (name.family, name.given, name.han) == expected


@pytest.mark.parametrize("text", ["", "   ", "...", "Mr", "先生", "--"])
def test_what_is_no_name_is_left_out(text: str) -> None:
    name = whole(text)
    assert name is None or not name.given, name


def test_no_parts_are_no_name() -> None:
    assert split("", "") is None


@pytest.mark.parametrize("characters", ["张伟明", "欧阳娜娜", "单雄信"])
def test_characters_and_pinyin_of_one_name_come_to_the_same_letters(characters: str) -> None:
    han = whole(characters)
    assert han is not None
    latin = split(han.family.upper(), han.given.capitalize())
    assert latin is not None
    assert (latin.family, latin.given) == (han.family, han.given)
