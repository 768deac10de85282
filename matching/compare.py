"""How alike two prepared records are: one small function a feature, each giving an agreement level and both values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from matching.model import Model
from matching.prepare import Prepared
from matching.record import Feature, Weight


class Level(NamedTuple):
    """The outcome of one comparison; *loss* is what frequent values take off the weight."""

    feature: str
    level: str
    left: str
    right: str
    loss: int = 0


Comparison = Callable[[Prepared, Prepared, Model], Level | None]


def weigh(left: Prepared, right: Prepared, model: Model) -> int | None:
    """The weight of a pair in centi-bits; None when the two cannot be the same, whatever else agrees."""
    if left.kind != right.kind or conflict(left, right) is not None:
        return None
    weights = model.weights[left.kind]
    total = model.prior
    for level in _levels(left, right, model):
        total += weights[level.feature][level.level] - level.loss
    return total


def explain(left: Prepared, right: Prepared, model: Model) -> Weight:
    """The same weight, with the evidence of every feature that both records have."""
    if left.kind != right.kind:
        return Weight(total=model.prior, features=(), conflict="a person is not an organisation")
    weights = model.weights[left.kind]
    features = tuple(
        Feature(
            feature=level.feature,
            left=level.left,
            right=level.right,
            level=level.level,
            weight=weights[level.feature][level.level] - level.loss,
        )
        for level in _levels(left, right, model)
    )
    total = model.prior + sum(f.weight for f in features)
    return Weight(total=total, features=features, conflict=conflict(left, right))


def conflict(left: Prepared, right: Prepared) -> str | None:
    """Why the two cannot be the same: two different valid identifiers of a type of which everyone has one."""
    for kind, value in left.strong:
        others = [other for name, other in right.strong if name == kind]
        if others and value not in others:
            return f"different valid {kind} ({value}, {others[0]})"
    return None


def _levels(left: Prepared, right: Prepared, model: Model) -> Iterator[Level]:
    for compare in PERSON if left.kind == "person" else ORGANISATION:
        level = compare(left, right, model)
        if level is not None:
            yield level


def compare_person_name(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Family and given name, in either order, by pinyin where one side has no characters; the best of all spellings."""
    best: tuple[int, Level] | None = None
    weights = model.weights["person"]["name"]
    for a in left.names:
        for b in right.names:
            name = _person_name_level(a, b)
            if name is None:
                continue
            loss = _common_loss(a, b, model) if weights[name] > 0 else 0
            if best is None or weights[name] - loss > best[0]:
                shown_a, shown_b = a[2] or f"{a[1]} {a[0]}".strip(), b[2] or f"{b[1]} {b[0]}".strip()
                best = (weights[name] - loss, Level("name", name, shown_a, shown_b, loss))
    if best is None:
        return None
    return best[1]


def _common_loss(a: tuple[str, str, str], b: tuple[str, str, str], model: Model) -> int:
    """What agreement on frequent names takes off; the same from both sides."""
    get = model.common.get
    return max(get(a[0], 0) + get(a[1], 0), get(b[0], 0) + get(b[1], 0))


def _person_name_level(a: tuple[str, str, str], b: tuple[str, str, str]) -> str | None:
    if a[2] and b[2] and a[2] == b[2]:
        return "equal"
    if a[:2] == b[:2] and a[0] and a[1]:
        return "homophone" if a[2] and b[2] else "equal"
    if a[0] == b[1] and a[1] == b[0]:
        return "swapped"
    family, given = _part(a[0], b[0]), _part(a[1], b[1])
    straight = _LEVELS[(family, given)]
    if straight in {"different", "family", "given"} and not (a[2] and b[2]):
        crossed = _LEVELS[(_part(a[0], b[1]), _part(a[1], b[0]))]
        if crossed in {"close", "similar"}:
            return "swapped"
    return straight


def _part(a: str, b: str) -> str:
    """equal, similar, initial, missing or different."""
    if not a or not b:
        return "missing"
    if a == b:
        return "equal"
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[0] == b[0] else "different"
    if " " in a or " " in b:
        first, second = a.split(), b.split()
        if first[0] == second[0]:
            return "similar"
    if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1 and min(len(a), len(b)) > 3:
        return "similar"
    score = JaroWinkler.similarity(a, b)
    return "similar" if score >= 0.9 else "remote" if score >= 0.8 else "different"


def _combine(family: str, given: str) -> str | None:  # noqa: PLR0911 - a table in words
    if "missing" in (family, given):
        other = given if family == "missing" else family
        if other == "missing":
            return None
        return {"equal": "part", "similar": "part", "initial": "unknown", "remote": "unknown"}.get(
            other, "apart"
        )
    ranks = {"equal": 3, "similar": 2, "initial": 1, "remote": 1, "different": 0}
    f, g = ranks[family], ranks[given]
    if f == 3 and g == 3:
        return "equal"
    if f + g == 5:
        return "close"
    if f >= 1 and g >= 1:
        return "similar" if f + g >= 3 else "remote"
    if f >= 2:
        return "family"
    return "given" if g >= 2 else "different"


_PARTS = ("equal", "similar", "initial", "remote", "different", "missing")
_LEVELS = {(f, g): _combine(f, g) for f in _PARTS for g in _PARTS}


def compare_birth(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Dates of birth: equal, day and month swapped, one digit off, same year, different."""
    return _best(left.birth, right.birth, "birth", _birth_level, model.weights["person"]["birth"].__getitem__)


def _birth_level(a: str, b: str) -> str:
    if a == b:
        return "equal"
    if a[:4] == b[:4] and a[4:6] == b[6:] and a[6:] == b[4:6]:
        return "swapped"
    distance = DamerauLevenshtein.distance(a, b, score_cutoff=2)
    if distance <= 1:
        return "digit"
    return "two-digits" if distance == 2 else "different"


def compare_gender(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Genders that differ speak against; equal ones say little."""
    if not left.gender or not right.gender:
        return None
    level = "equal" if left.gender == right.gender else "different"
    return Level("gender", level, left.gender, right.gender)


def compare_phone(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Any phone in common."""
    return _shared(left.phones, right.phones, "phone")


def compare_email(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Any e-mail address in common."""
    return _shared(left.emails, right.emails, "email")


def compare_domain(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Any web domain in common, public mail providers aside."""
    return _shared(left.domains, right.domains, "domain")


def compare_strong(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """A valid strong identifier in common."""
    mine = {value for _, value in left.strong}
    common = next((value for _, value in right.strong if value in mine), None)
    return Level("strong", "equal", common, common) if common else None


def compare_ids(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Official identifiers without a check: one in common, one of the same type that is a slip away, or none."""
    return _best_id(left, right, "id", model)


def compare_other_ids(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Any other number by scheme (a member number, a customer number), compared like an identifier but weaker."""
    return _best_id(left, right, "other-id", model)


def _best_id(left: Prepared, right: Prepared, feature: str, model: Model) -> Level | None:
    best: Level | None = None
    weights = model.weights[left.kind][feature]
    for kind, a in left.ids:
        if (kind == "other_id") != (feature == "other-id"):
            continue
        for other, b in right.ids:
            if kind != other:
                continue
            level = (
                "equal"
                if a == b
                else "slip"
                if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1
                else "different"
            )
            if best is None or weights[level] > weights[best.level]:
                best = Level(feature, level, a, b)
    return best


def compare_postcode(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Postcodes: equal, one slip away, different."""
    a, b = left.address[0], right.address[0]
    if not a or not b:
        return None
    level = (
        "equal"
        if a == b
        else "slip"
        if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1
        else "different"
    )
    return Level("postcode", level, a, b)


def compare_street(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Street with house number: equal, similar with the same number, similar, different."""
    a, b = left.address[2], right.address[2]
    if not a or not b:
        return None
    same_number = bool(left.address[1]) and left.address[1] == right.address[1]
    shown = (f"{left.address[1]} {a}".strip(), f"{right.address[1]} {b}".strip())
    if a == b:
        return Level("street", "equal" if same_number else "street", *shown)
    score = JaroWinkler.similarity(a, b)
    if score >= 0.88:
        return Level("street", "similar" if same_number else "street", *shown)
    if same_number and score >= 0.7:
        return Level("street", "remote", *shown)
    return Level("street", "different", *shown)


def compare_city(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Cities: equal or similar, different."""
    a, b = left.address[3], right.address[3]
    if not a or not b:
        return None
    near = a == b or a.startswith(b) or b.startswith(a) or JaroWinkler.similarity(a, b) >= 0.9
    return Level("city", "equal" if near else "different", a, b)


def compare_organisation_name(left: Prepared, right: Prepared, model: Model) -> Level | None:
    """Cores of the names without legal form and region; a branch is not its company; the best of all spellings."""
    best: Level | None = None
    weights = model.weights["organisation"]["name"]
    for a in left.names:
        for b in right.names:
            level = _organisation_name_level(a, b)
            if level is not None and (best is None or weights[level] > weights[best.level]):
                best = Level("name", level, a[1], b[1])
    return best


def _organisation_name_level(a: tuple[str, str, str], b: tuple[str, str, str]) -> str | None:  # noqa: PLR0911
    (region_a, _, branch_a), (region_b, _, branch_b) = a[2].partition("|"), b[2].partition("|")
    if a[1].isascii() != b[1].isascii():
        return None
    if branch_a != branch_b:
        return "branch"
    if a[1] == b[1]:
        return "equal" if region_a or len(a[1]) > 5 else "core"
    other_region = bool(region_a) and bool(region_b) and region_a != region_b
    if a[0] == b[0]:
        return "other-region" if other_region else "core"
    score = JaroWinkler.similarity(a[0], b[0])
    short, long = sorted((a[0], b[0]), key=len)
    if len(short) >= 2 and long.startswith(short) and not a[1].isascii():
        return "other-region" if other_region else "abbreviated"
    if min(len(a[0]), len(b[0])) > 5 and a[1].isascii():
        if score >= 0.93 and DamerauLevenshtein.distance(a[0], b[0], score_cutoff=2) <= 2:
            return "similar"
    elif len(a[0]) == len(b[0]) >= 4 and DamerauLevenshtein.distance(a[0], b[0], score_cutoff=1) <= 1:
        return "similar"
    return "different"


def _shared(left: Iterable[str], right: tuple[str, ...], feature: str) -> Level | None:
    mine = tuple(left)
    if not mine or not right:
        return None
    for value in mine:
        if value in right:
            return Level(feature, "equal", value, value)
    return Level(feature, "different", mine[0], right[0])


def _best(
    left: tuple[str, ...],
    right: tuple[str, ...],
    feature: str,
    level_of: Callable[[str, str], str],
    weight_of: Callable[[str], int],
) -> Level | None:
    best: Level | None = None
    for a in left:
        for b in right:
            level = level_of(a, b)
            if best is None or weight_of(level) > weight_of(best.level):
                best = Level(feature, level, a, b)
    return best


PERSON: tuple[Comparison, ...] = (
    compare_strong,
    compare_ids,
    compare_other_ids,
    compare_person_name,
    compare_birth,
    compare_gender,
    compare_phone,
    compare_email,
    compare_postcode,
    compare_street,
    compare_city,
)
ORGANISATION: tuple[Comparison, ...] = (
    compare_strong,
    compare_ids,
    compare_other_ids,
    compare_organisation_name,
    compare_phone,
    compare_email,
    compare_domain,
    compare_postcode,
    compare_street,
    compare_city,
)
