"""Short forms of given names: Bob and Robert, Fanny and Frances."""

from __future__ import annotations

from functools import cache

from nicknames import NickNamer

MORE = {
    "robert": "robt robby robbie", "william": "wm willy", "james": "jas", "thomas": "thos", "john": "jno jon", "george": "geo georgie",
    "charles": "chas", "joseph": "jos", "johannes": "hans", "maximilian": "max", "emily": "emmie", "alexander": "alex sasha",
    "aleksandr": "sasha alex", "mikhail": "misha", "dmitri": "dima", "yekaterina": "katya", "friedrich": "fritz", "heinrich": "heinz",
    "josef": "sepp", "francisco": "paco pancho", "jose": "pepe", "guadalupe": "lupe", "giuseppe": "beppe", "louis": "lewis",
    "stephen": "steven", "catherine": "katherine katharine kathryn", "philip": "phillip", "nicholas": "nicolas", "geoffrey": "jeffrey",
    "anthony": "antony", "frederick": "frederic fredrick", "edmund": "edmond", "elizabeth": "elisabeth",
}  # fmt: skip


@cache
def _formal() -> dict[str, frozenset[str]]:
    """From a name to the names that it is a short form of, itself included.

    Source: the package nicknames (Apache-2.0), with abbreviations of old documents and short forms of other languages.
    """
    known: dict[str, set[str]] = {}
    for name, shorts in NickNamer.default_lookup().items():
        for short in shorts:
            known.setdefault(short, set()).add(name)
    for name, texts in MORE.items():
        for short in texts.split():
            known.setdefault(short, set()).add(name)
    return {short: frozenset({short, *names}) for short, names in known.items()}


def formal_names(name: str) -> frozenset[str]:
    """The names that *name* may stand for, itself included."""
    return _formal().get(name) or frozenset({name})


def is_short_form(a: str, b: str) -> bool:
    """Whether one of two different given names is a short form of the other, or both are of a third."""
    return not formal_names(a).isdisjoint(formal_names(b))
