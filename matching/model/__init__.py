"""The frozen, versioned model: everything that weights and clusters depend on besides the records themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from matching.compare.person_names import FREQUENCY
from matching.features import KINDS

CODE_VERSION = "3"
"""Part of every model's version: the same weights over another normalisation are another model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights in centi-bits (100 = one bit), by kind of record, feature and agreement level.

    *prior* is what two candidates start from; a pair at or above *link_threshold* is a raw edge, one at or above
    *review_threshold* is worth a person's look. *tables* hold the weights in the order of the features' fields.
    *contact_limit* is what ways to reach somebody may weigh together, *home_limit* those of them that are places. *cohesion* is the least mean weight over all
    pairs across a union of clusters, each taken as no less than *floor*. Components larger than *max_component* are
    cut with a threshold raised by *threshold_step* at a time. *common* are frequent parts of names.
    """

    version: str
    prior: int
    link_threshold: int
    review_threshold: int
    cohesion: int
    floor: int
    max_component: int
    threshold_step: int
    contact_limit: Mapping[str, int]
    home_limit: Mapping[str, int]
    tables: Mapping[str, tuple[Mapping[str, int], ...]]
    common: frozenset[str] = frozenset()
    stop_keys: frozenset[int] = frozenset()

    def raised(self) -> Model:
        """The same model one threshold step stricter."""
        return replace(self, link_threshold=self.link_threshold + self.threshold_step)


def load_model(text: str) -> Model:
    """Read a model file. Raises KeyError or ValueError when a part is missing or wrong."""
    data: dict[str, Any] = yaml.safe_load(text)
    numbers = (
        "prior", "link_threshold", "review_threshold", "cohesion", "floor", "max_component", "threshold_step"
    )  # fmt: skip
    return Model(
        version=f"{data['version']}+code-{CODE_VERSION}",
        contact_limit={kind: int(data["contact_limit"][kind]) for kind in KINDS},
        home_limit={kind: int(data["home_limit"][kind]) for kind in KINDS},
        tables={
            kind: tuple(_table(data["weights"][kind][name]) for name in KINDS[kind]._fields) for kind in KINDS
        },
        common=frozenset(word for words in data["common"].values() for word in words.split()),
        stop_keys=frozenset(data.get("stop_keys", ())),
        **{name: int(data[name]) for name in numbers},
    )


def _table(levels: dict[str, Any]) -> dict[str, int]:
    """Weights by level; a level with a list has one weight a tier of frequency."""
    table: dict[str, int] = {}
    for level, weight in levels.items():
        tiers = weight if isinstance(weight, list) else [weight]
        table |= {f"{level}{tier}": int(w) for tier, w in zip(FREQUENCY, tiers, strict=False)}
    return table


@cache
def default_model() -> Model:
    """The hand-set model that comes with the package."""
    return load_model(files("matching.model").joinpath("default.yaml").read_text(encoding="utf-8"))
