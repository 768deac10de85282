"""The frozen, versioned model: everything that weights and clusters depend on besides the records themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights in centi-bits (100 = one bit), by kind of record, feature and agreement level.

    *prior* is what two candidates start from; a pair at or above *link_threshold* is a raw edge, one at or above
    *review_threshold* is worth a person's look. *cohesion* is the least mean weight across a union of clusters.
    Components larger than *max_component* are cut with a threshold raised by *threshold_step* at a time.
    *common* holds frequent names: agreement on them weighs less, by the centi-bits given.
    """

    version: str
    prior: int
    link_threshold: int
    review_threshold: int
    cohesion: int
    max_component: int
    threshold_step: int
    weights: Mapping[str, Mapping[str, Mapping[str, int]]]
    common: Mapping[str, int] = field(default_factory=dict)
    stop_keys: frozenset[int] = frozenset()

    def raised(self) -> Model:
        """The same model one threshold step stricter."""
        return replace(self, link_threshold=self.link_threshold + self.threshold_step)


def load_model(text: str) -> Model:
    """Read a model file. Raises KeyError or ValueError when a part is missing."""
    data: dict[str, Any] = yaml.safe_load(text)
    return Model(
        version=str(data["version"]),
        prior=int(data["prior"]),
        link_threshold=int(data["link_threshold"]),
        review_threshold=int(data["review_threshold"]),
        cohesion=int(data["cohesion"]),
        max_component=int(data["max_component"]),
        threshold_step=int(data["threshold_step"]),
        weights=data["weights"],
        common={name: int(loss) for loss, names in data["common"].items() for name in str(names).split()},
    )


@cache
def default_model() -> Model:
    """The hand-set model that comes with the package."""
    return load_model(files("matching.model").joinpath("default.yaml").read_text(encoding="utf-8"))
