"""Plain words: every phrase in both languages, and weights said so that a steward understands them."""

from __future__ import annotations

import re

import pytest

from connectors.explanations.phrases import PHRASES, Language, label, say
from connectors.explanations.wording import bits, meaning


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_every_phrase_is_there_in_all_languages_with_the_same_blanks(key: str) -> None:
    said = PHRASES[key]
    assert set(said) == set(Language)
    assert all(text.strip() for text in said.values())
    blanks = {language: set(re.findall(r"{(\w+)}", text)) for language, text in said.items()}
    assert blanks[Language.EN] == blanks[Language.ZH]


def test_no_chinese_phrase_was_left_in_english() -> None:
    for key, said in PHRASES.items():
        assert re.search("[\u4e00-\u9fff，]", said[Language.ZH]), key
        assert not re.search("[\u4e00-\u9fff]", said[Language.EN]), key


def test_a_weight_says_how_many_times_as_likely() -> None:
    assert meaning(400, Language.EN) == "16 times as likely if they are the same"
    assert meaning(150, Language.EN) == "2.8 times as likely if they are the same"
    assert meaning(-200, Language.EN) == "speaks against it: 4 times as likely if they are different"
    assert meaning(3500, Language.EN).startswith("more than a million times")
    assert meaning(0, Language.EN) == "says nothing either way"
    assert "16" in meaning(400, Language.ZH)
    assert meaning(-400, Language.ZH).startswith("不支持")
    assert (bits(-1300), bits(50)) == ("-13.0", "+0.5")


def test_a_feature_or_level_of_a_later_model_keeps_its_name() -> None:
    assert label("feature", "phone", Language.EN) == "phone number"
    assert label("feature", "phone", Language.ZH) == "电话号码"
    assert label("feature", "shoe_size", Language.ZH) == "shoe size"


def test_a_phrase_that_nobody_has_written_is_a_defect() -> None:
    with pytest.raises(KeyError):
        say("nonsense", Language.EN)
