"""How people write things down: formats that differ, and slips of the finger, the ear and the eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Any, TypeVar

from opencc import OpenCC

from connectors.demo import words_china as china
from connectors.demo.truth import Address, Phone
from connectors.demo.words_world import NICKNAMES

T = TypeVar("T")
_NEIGHBOURS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "sq vn xv sf wr dg fh gj uo hk jl ko nk bm ip ol wa et ad ry yi cb qe zc tu xa".split(),
        strict=True,
    )
)
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_HALF_BRACKETS = str.maketrans("（）", "()")


@cache
def _traditional() -> Any:
    return OpenCC("s2t")


@dataclass(frozen=True, slots=True)
class Hand:
    """One who writes: *slip* is the chance of a mistake in a field, *care* the share of gaps that are filled."""

    rng: Random
    slip: float
    care: float = 0.0

    def chance(self, probability: float) -> bool:
        """Whether something of this *probability* happens."""
        return self.rng.random() < probability

    def fills(self, probability: float) -> bool:
        """Whether a field is filled in that others fill in with this *probability*."""
        return self.rng.random() < probability + (1 - probability) * self.care

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self.rng.random() * len(options))]

    def slips(self, factor: float = 1.0) -> bool:
        """Whether a mistake happens."""
        return self.rng.random() < self.slip * factor

    def han(self, text: str) -> str:
        """Chinese text as typed: another character of the same sound, traditional characters, other brackets."""
        if self.slips():
            text = self._homophone(text)
        if self.slips(0.4):
            text = str(_traditional().convert(text))
        if "（" in text and self.chance(0.35):
            text = text.translate(_HALF_BRACKETS)
        return text

    def _homophone(self, text: str) -> str:
        places = [i for i, c in enumerate(text) if c in china.HOMOPHONES]
        if not places:
            return text
        place = self.pick(places)
        return text[:place] + self.pick(china.HOMOPHONES[text[place]]) + text[place + 1 :]

    def western(self, text: str) -> str:
        """Latin text as typed: a slipped, doubled, dropped or swapped letter, all capitals, stray blanks."""
        if self.slips() and len(text) > 3:
            text = self._typo(text)
        if self.slips(0.5):
            text = self.pick((text.upper(), text.lower(), f" {text}", text.replace(" ", "  ")))
        return text

    def _typo(self, text: str) -> str:
        place = 1 + int(self.rng.random() * (len(text) - 2))
        letter = text[place]
        near = self.pick(_NEIGHBOURS.get(letter.lower(), letter))
        return self.pick(
            (
                text[:place] + near + text[place + 1 :],
                text[:place] + letter + text[place:],
                text[:place] + text[place + 1 :],
                text[: place - 1] + letter + text[place - 1] + text[place + 1 :],
            )
        )

    def given(self, name: str) -> str:
        """A given name, or what its bearer is called."""
        return NICKNAMES[name] if name in NICKNAMES and self.chance(0.12) else name

    def mail(self, address: str) -> str:
        """An e-mail address as typed."""
        if self.slips(0.6):
            local, _, domain = address.partition("@")
            address = f"{self._typo(local) if len(local) > 3 else local}@{domain}"
        return address.upper() if self.slips(0.3) else address

    def day(self, day: date) -> str:
        """A day as typed: ISO mostly, sometimes with day and month swapped, or off by one digit."""
        if self.slips(0.7) and day.day <= 12:
            day = date(day.year, day.day, day.month)
        elif self.slips(0.5):
            day = date(day.year, day.month, 1 + day.day % 28)
        return day.isoformat()

    def number(self, digits: str) -> str:
        """Digits as typed: one wrong or two swapped now and then."""
        if len(digits) < 2 or not self.slips(0.5):
            return digits
        place = int(self.rng.random() * (len(digits) - 1))
        if self.chance(0.5):
            return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        return digits[:place] + str(int(self.rng.random() * 10)) + digits[place + 1 :]

    def phone(self, phone: Phone) -> str:
        """A telephone number in one of the many ways of writing it."""
        local = self.number(phone.local)
        if phone.dial == "86" and not phone.area:
            text = self._chinese_mobile(local)
        else:
            text = self._grouped(phone, local)
        return text.translate(_FULL_WIDTH) if self.slips(0.3) else text

    def _chinese_mobile(self, n: str) -> str:
        style = self.rng.random()
        if style < 0.55:
            return n
        return self.pick(
            (
                f"+86{n}",
                f"{n[:3]} {n[3:7]} {n[7:]}",
                f"{n[:3]}-{n[3:7]}-{n[7:]}",
                f"86-{n}",
                f"+86 {n[:3]} {n[3:7]} {n[7:]}",
            )
        )

    def _grouped(self, p: Phone, n: str) -> str:
        half = len(n) // 2
        home = f"{p.trunk}{p.area}"
        return self.pick(
            (
                f"{home}-{n}",
                f"+{p.dial} {p.area} {n}",
                f"({home}) {n[:half]} {n[half:]}",
                f"+{p.dial}{p.area}{n}",
                f"{home} {n[:half]}{'-' if p.dial == '1' else ' '}{n[half:]}",
                f"00{p.dial}-{p.area}-{n}" if p.dial != "1" else f"1-{p.area}-{n[:3]}-{n[3:]}",
            )
        )

    def chinese_address(self, a: Address) -> str:
        """A Chinese address on one line, more or less complete, rarely in English."""
        if self.chance(0.03):
            return f"No. {a.house} {a.street_latin}, {a.city_latin}, China"
        head = self.pick(
            (
                f"{a.region}{a.city}{a.district}" if a.region != a.city else f"{a.city}{a.district}",
                f"{a.city}{a.district}",
                f"{a.city.removesuffix('市')}{a.district}",
                f"{a.district}",
            )
        )
        room = a.room if self.chance(0.75) else ""
        number = self.pick((f"{a.house}号", f"{a.house}号", f"{a.house}號", f"{a.house} "))
        return self.han(f"{head}{a.street}{number}{room}")

    def western_address(self, a: Address) -> str:
        """A Western address on one line."""
        first = f"{a.street} {a.house}" if a.country == "DE" else f"{a.house} {a.street}"
        last = f"{a.city}, {a.region} {a.postcode}" if a.country == "US" else f"{a.postcode} {a.city}"
        return self.western(f"{first}{', ' + a.room if a.room else ''}, {last}")
