"""A record, normalised once: what comparing needs, its blocking keys, its strong identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from matching.model import Model
from matching.normalise import contacts, identifiers
from matching.normalise.dates import day
from matching.normalise.organisation_names import organisation
from matching.normalise.person_names import PersonName, formal, split, whole
from matching.normalise.text import fold, has_han, words
from matching.record import Record

CHECKED = {"uscc": identifiers.uscc, "national_id": identifiers.national_id, "lei": identifiers.lei}
UNCHECKED = ("passport", "drivers_license", "ssn", "tax_id", "other_id")
_NUMBER = re.compile(r"\d+")
_HAN_NUMBER = re.compile(r"(\d+)\s*(?:号|號)")

Names = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """*names* are (family, given, characters) of persons, (core, full, region and branch) of organisations.

    *address* is (postcode, number, street, city); *ids* are (type, value); *keys* signed 64-bit blocking keys.
    """

    key: str
    kind: str
    keys: tuple[int, ...]
    strong: tuple[tuple[str, str], ...]
    names: Names
    birth: tuple[str, ...]
    gender: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    domains: tuple[str, ...]
    ids: tuple[tuple[str, str], ...]
    address: tuple[str, str, str, str]


def prepare(record: Record, model: Model) -> Prepared:
    """Normalise *record*; what is invalid weighs nothing and is left out."""
    get = record.attributes.get
    person = record.kind == "person"
    names = _person_names(record) if person else _organisation_names(record)
    strong = tuple(
        (kind, v) for kind, check in CHECKED.items() for text in get(kind, ()) if (v := check(text))
    )
    ids = tuple(
        sorted(
            {
                (kind, v)
                for kind in UNCHECKED
                for text in get(kind, ())
                if len(v := identifiers.plain(text)) > 3
            }
        )
    )
    emails = _each(contacts.email, get("email", ()))
    domains = () if person else _each(contacts.domain, (*get("website", ()), *emails))
    parts: dict[str, Any] = {
        "names": names,
        "birth": _each(day, get("birth_date", ())),
        "gender": fold(next(iter(get("gender", ())), ""))[:1],
        "phones": _each(contacts.phone, get("phone", ())),
        "emails": emails,
        "domains": domains,
        "ids": ids,
        "address": _address(record),
    }
    keys = _person_keys(strong, parts) if person else _organisation_keys(strong, parts)
    hashed = {_hash(f"{record.kind[0]}{key}") for key in keys} - model.stop_keys
    return Prepared(key=record.key, kind=record.kind, keys=tuple(sorted(hashed)), strong=strong, **parts)


def dump(prepared: Prepared) -> bytes:
    """*prepared* without its key, for storing."""
    p = prepared
    return orjson.dumps(
        [
            p.kind,
            p.keys,
            p.strong,
            p.names,
            p.birth,
            p.gender,
            p.phones,
            p.emails,
            p.domains,
            p.ids,
            p.address,
        ]
    )


def load(key: str, data: bytes) -> Prepared:
    """What `dump` wrote, for the record *key*."""
    kind, keys, strong, names, birth, gender, phones, emails, domains, ids, address = orjson.loads(data)
    return Prepared(
        key=key,
        kind=kind,
        keys=tuple(keys),
        strong=tuple(map(tuple, strong)),
        names=tuple(map(tuple, names)),
        birth=tuple(birth),
        gender=gender,
        phones=tuple(phones),
        emails=tuple(emails),
        domains=tuple(domains),
        ids=tuple(map(tuple, ids)),
        address=tuple(address),
    )


def _each(normalise: Any, texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for text in texts if (value := normalise(text))}))


def _person_names(record: Record) -> Names:
    get = record.attributes.get
    found: list[PersonName | None] = [
        whole(text)
        for name in ("name", "native_name", "english_name", "former_name")
        for text in get(name, ())
    ]
    given, family = (
        " ".join((*get("given_name", ()), *get("middle_name", ()))),
        " ".join(get("family_name", ())),
    )
    if given or family:
        found.append(split(family, given))
    return tuple(sorted({(n.family, formal(n.given), n.han) for n in found if n is not None}))


def _organisation_names(record: Record) -> Names:
    get = record.attributes.get
    texts = [
        text
        for name in ("organisation_name", "name", "short_name", "former_name", "english_name", "native_name")
        for text in get(name, ())
    ]
    found = {organisation(text) for text in texts}
    return tuple(sorted((n.core, n.full, f"{n.region}|{n.branch}") for n in found if n is not None))


def _address(record: Record) -> tuple[str, str, str, str]:
    get = record.attributes.get

    def one(name: str) -> str:
        return fold(next(iter(get(name, ())), ""))

    text = one("address")
    street, number, city = one("street"), one("house_number"), one("city") or one("district")
    postcode = "".join(words(one("postcode")))
    if text:
        han_number = _HAN_NUMBER.search(text)
        number = number or (han_number[1] if han_number else next(iter(_NUMBER.findall(text)), ""))
        street = f"{street} {text}".strip()
    return (postcode, number, "".join(words(street)) if has_han(street) else " ".join(words(street)), city)


@lru_cache(maxsize=100_000)
def sound(name: str) -> str:
    """A Latin name by how it sounds, roughly: first letter, then classes of consonants without repetition."""
    name = name.replace("ph", "f").replace("ck", "k")
    code, last = name[:1], ""
    for letter in name[1:]:
        kind = _CLASSES.get(letter, "")
        if kind and kind != last:
            code += kind
        last = kind
    return code[:4]


_CLASSES = {
    letter: number
    for number, letters in {"1": "bpfvw", "2": "csgjkqxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}


def _person_keys(strong: tuple[tuple[str, str], ...], parts: dict[str, Any]) -> set[str]:
    """Keys under which a person is looked for; none is a single common value."""
    keys = {f"id:{kind}:{value}" for kind, value in (*strong, *parts["ids"])}
    postcode, number, street, city = parts["address"]
    keys |= {f"ph:{phone}:{name[0][:1]}" for phone in parts["phones"] for name in parts["names"]}
    keys |= {f"ph:{phone}:{name[1][:1]}" for phone in parts["phones"] for name in parts["names"]}
    keys |= {f"em:{email}" for email in parts["emails"] if not contacts.is_role(email)}
    for family, given, han in parts["names"]:
        both = " ".join(sorted((family, *given.split())))
        for birth in parts["birth"]:
            keys |= {
                f"fb:{family}:{birth[:4]}:{given[:1]}",
                f"gb:{given}:{birth}",
                f"fd:{sound(family)}:{birth}",
            }
        if postcode:
            keys |= {f"np:{both}:{postcode}", f"sp:{sound(family)}:{given[:1]}:{postcode}"}
        if number and street:
            keys |= {f"an:{sound(family)}:{number}:{street[:6]}", f"ag:{sound(given)}:{number}:{street[:6]}"}
        if city:
            keys.add(f"nc:{both}:{city}")
        if len(han) > 2 or (not han and len(both) > 8):
            keys.add(f"nn:{han or both}")
        keys |= {f"gf:{given}:{family}", f"gf:{family}:{given}"} if given and not han else set()
    for birth in parts["birth"]:
        if postcode:
            keys.add(f"bp:{birth}:{postcode}")
        keys.add(f"bg:{birth}:{parts['gender']}:{number}") if number else None
    return keys


def _organisation_keys(strong: tuple[tuple[str, str], ...], parts: dict[str, Any]) -> set[str]:
    """Keys under which an organisation is looked for."""
    keys = {f"id:{kind}:{value}" for kind, value in (*strong, *parts["ids"])}
    postcode, number, street, _ = parts["address"]
    keys |= {f"ph:{phone}" for phone in parts["phones"]}
    keys |= {f"em:{email}" for email in parts["emails"]}
    keys |= {f"wd:{domain}" for domain in parts["domains"]}
    for core, full, _ in parts["names"]:
        keys |= {f"co:{core}", f"fu:{full}"}
        if has_han(core):
            keys |= {f"hd:{core[:4]}", f"h3:{core[:3]}:{core[-2:]}"}
        else:
            keys.add(f"lw:{' '.join(core.split()[:2])}")
            keys |= {f"s:{sound(core.split()[0])}:{postcode}"} if postcode else set()
        if number and street:
            keys.add(f"an:{core[:2]}:{number}:{street[:4]}")
    return keys


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
