"""The rule set: a validated YAML text with a version that every golden record names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.kernel.errors import SettingsError

Strategy = Literal[
    "trust", "recency", "oldest", "completeness", "most_frequent", "longest", "source_priority"
]
Alike = Literal["text", "phone", "email"]
Curve = Literal["linear", "fast_then_slow", "slow_then_fast"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """A source system; the lowest *priority* is the most preferred."""

    priority: int = Field(ge=1)


class Trust(_Part):
    """How far a source is trusted for some paths, in [0, 100]: *max* when fresh, falling to *min* after *decay_days*."""

    paths: tuple[str, ...]
    source: str
    max: float = Field(ge=0, le=100)
    min: float = Field(ge=0, le=100)
    decay_days: float = Field(default=365, gt=0)
    curve: Curve = "linear"

    def at(self, age_days: float) -> float:
        """The trust in a value that has held for *age_days*."""
        x = min(1.0, max(0.0, age_days / self.decay_days))
        fallen: float = {"linear": x, "fast_then_slow": x**0.5, "slow_then_fast": x * x}[self.curve]
        return self.max - (self.max - self.min) * fallen


class Downgrade(_Part):
    """Values with this quality *flag* lose *percent* of their trust; at 100 they count only if nothing else is there."""

    flag: str
    percent: float = Field(gt=0, le=100)


class Aggregate(_Part):
    """All different values of *path* are kept, *cap* at most. *alike* says what counts as the same value.

    ``text``: the same text; ``email``: whatever the case; ``phone``: the same digits, with or without the country.
    """

    path: str
    alike: Alike = "text"
    cap: int = Field(default=20, ge=1)


class RuleSet(_Part):
    """Everything that survivorship can be told. A rule for ``a.b`` holds for ``a.b[work]`` and ``a.b.c`` too."""

    version: str
    strategy: Strategy = "trust"
    default_trust: float = Field(default=50, ge=0, le=100)
    sources: dict[str, Source] = Field(default_factory=dict)
    trust: tuple[Trust, ...] = ()
    downgrades: tuple[Downgrade, ...] = ()
    strategies: dict[str, Strategy] = Field(default_factory=dict)
    aggregates: tuple[Aggregate, ...] = ()
    atomic: tuple[str, ...] = ()

    @cached_property
    def plans(self) -> dict[str, PathPlan]:
        """What `plan` has found so far."""
        return {}

    def plan(self, path: str) -> PathPlan:
        """What holds for *path*; found once and remembered."""
        plan = self.plans.get(path)
        if plan is None:
            plan = self.plans[path] = self._plan(path)
        return plan

    def priority(self, system: str) -> int:
        """The priority of a source system; unnamed ones come last."""
        source = self.sources.get(system)
        return source.priority if source is not None else 1_000_000

    def _plan(self, path: str) -> PathPlan:
        prefixes = _prefixes(path.partition("[")[0])
        trust: dict[str, Trust] = {}
        for prefix in reversed(prefixes):
            trust.update({t.source: t for t in self.trust if prefix in t.paths})
        aggregates = {a.path: a for a in self.aggregates}
        return PathPlan(
            strategy=next((self.strategies[p] for p in prefixes if p in self.strategies), self.strategy),
            atomic=next((p for p in prefixes if p in self.atomic), None),
            aggregate=next((aggregates[p] for p in prefixes if p in aggregates), None),
            trust=trust,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPlan:
    """What holds for one path. *aggregate* is set where all values are kept, *atomic* names the group that it belongs to."""

    strategy: Strategy
    atomic: str | None
    aggregate: Aggregate | None
    trust: dict[str, Trust]


def load_ruleset(text: str) -> RuleSet:
    """Read a rule set. Raises SettingsError naming the line or field and what to write instead."""
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise SettingsError(f"the survivorship rules are not YAML: line {line}: {error.problem}") from None
    if not isinstance(data, dict):
        raise SettingsError("the survivorship rules have to be a mapping; begin with: version: my-rules-1")
    try:
        return RuleSet.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise SettingsError(f"the survivorship rules are wrong at {field}: {first['msg']}") from None


@cache
def default_ruleset() -> RuleSet:
    """The rule set that comes with the hub."""
    return load_ruleset(files("hub.rules.survivorship").joinpath("default.yaml").read_text(encoding="utf-8"))


def _prefixes(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
