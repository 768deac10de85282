"""The frozen, versioned model: everything that weights and clusters depend on besides the records themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from matching.compare.person_names import FREQUENCY
from matching.features import KINDS

CODE_VERSION = "4"
"""Part of every model's version: the same weights over another normalisation are another model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights in centi-bits (100 = one bit), by kind of record, feature and agreement level.

    *prior* is what two candidates start from; a pair at or above *link_threshold* is a raw edge, one at or above
    *review_threshold* is worth a person's look. *tables* hold the weights in the order of the features' fields.
    *contact_limit* is what ways to reach somebody may weigh together, *home_limit* those of them that are places. *cohesion* is the least mean weight over all
    pairs across a union of clusters, each taken as no less than *floor*. Components larger than *max_component* are
    cut with a threshold raised by *threshold_step* at a time. *frequency* says of parts of names how frequent they are,
    from 1 to 3; all others are rare.
    *blocking* are the families of blocking keys that are used, *max_block* how many records may share one. *trained* tells
    by kind what the model was trained on and how it did there.
    """

    version: str
    prior: Mapping[str, int]
    link_threshold: int
    review_threshold: int
    cohesion: int
    floor: int
    max_component: int
    threshold_step: int
    contact_limit: Mapping[str, int]
    home_limit: Mapping[str, int]
    tables: Mapping[str, tuple[Mapping[str, int], ...]]
    blocking: Mapping[str, frozenset[str]]
    max_block: int
    frequency: Mapping[str, int] = field(default_factory=dict)
    stop_keys: frozenset[int] = frozenset()
    trained: Mapping[str, Any] = field(default_factory=dict)

    def raised(self) -> Model:
        """The same model one threshold step stricter."""
        return replace(self, link_threshold=self.link_threshold + self.threshold_step)


class ModelError(ValueError):
    """A text that is no model; the message says what is missing or wrong in it."""


def load_model(text: str) -> Model:
    """Read a model file. Raises ModelError when a part is missing or wrong."""
    try:
        return _model(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ModelError(f"it is no YAML: {str(error).partition(chr(10))[0]}") from error
    except KeyError as error:
        raise ModelError(f"{error} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"a part of it is wrong: {error}") from error


def dump_model(model: Model) -> str:
    """*model* as the text of a model file, which `load_model` reads."""
    data: dict[str, Any] = {
        "version": model.version.rpartition("+code-")[0],
        "prior": dict(model.prior),
        **{name: getattr(model, name) for name in NUMBERS},
        "contact_limit": dict(model.contact_limit),
        "home_limit": dict(model.home_limit),
        "blocking": {kind: sorted(families) for kind, families in model.blocking.items()},
        "stop_keys": sorted(model.stop_keys),
        "trained": dict(model.trained),
        "weights": {
            kind: dict(zip(KINDS[kind]._fields, map(dict, tables), strict=True))
            for kind, tables in model.tables.items()
        },
        "frequency": {
            level: " ".join(sorted(word for word, own in model.frequency.items() if own == level))
            for level in sorted(set(model.frequency.values()))
        },
    }
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
    return text


NUMBERS = (
    "link_threshold", "review_threshold", "cohesion", "floor", "max_component", "threshold_step", "max_block"
)  # fmt: skip


def _model(data: dict[str, Any]) -> Model:
    return Model(
        version=f"{data['version']}+code-{CODE_VERSION}",
        prior={kind: int(data["prior"][kind]) for kind in KINDS},
        contact_limit={kind: int(data["contact_limit"][kind]) for kind in KINDS},
        home_limit={kind: int(data["home_limit"][kind]) for kind in KINDS},
        tables={
            kind: tuple(_table(data["weights"][kind][name]) for name in KINDS[kind]._fields) for kind in KINDS
        },
        blocking={kind: frozenset(data["blocking"][kind]) for kind in KINDS},
        frequency={
            word: int(level) for level, words in data["frequency"].items() for word in str(words).split()
        },
        stop_keys=frozenset(data.get("stop_keys", ())),
        trained=dict(data.get("trained") or {}),
        **{name: int(data[name]) for name in NUMBERS},
    )


def _table(levels: dict[str, Any]) -> dict[str, int]:
    """Weights by level; a level with a list has one weight a tier of frequency."""
    table: dict[str, int] = {}
    for level, weight in levels.items():
        if isinstance(weight, list):
            table |= {f"{level}{tier}": int(w) for tier, w in zip(FREQUENCY, weight, strict=True)}
        else:
            table[level] = int(weight)
    return table


@cache
def default_model() -> Model:
    """The hand-set model that comes with the package."""
    return load_model(files("matching.model").joinpath("default.yaml").read_text(encoding="utf-8"))
