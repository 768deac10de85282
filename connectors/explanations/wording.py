"""Explanations as people and machines get them: the data of ``hub.resolution.explaining`` with its meaning in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from connectors.explanations.phrases import Language, label, say
from hub.customer.events import FeatureEvidence, LinkEvidence
from hub.kernel.ids import RecordKey
from hub.resolution.explaining import (
    Alternative,
    AssertionNote,
    Comparison,
    How,
    Link,
    Reason,
    Scale,
    Step,
    Why,
    WhyNot,
)

Json = dict[str, Any]
NAMED = 3
"""So many features or records are named in one sentence at most."""


def tell_why(found: Why, language: Language) -> Json:
    """Why records are together; *words* says it in sentences, *items* are the links."""
    return {
        "asked": found.asked,
        "customer_id": found.customer_id,
        "words": list(_verdict(found, language)),
        "model": _scale(found.scale, language),
        "comparison": _comparison(found.comparison, language),
        "deleted": [str(key) for key in found.deleted],
        "items": [_link(link, language) for link in found.links],
    }


def tell_why_not(found: WhyNot, language: Language) -> Json:
    """Why records are apart: *reasons* with their *words*, the two records side by side, and the closest two if these are others."""
    return {
        "left_customer": found.left_customer,
        "right_customer": found.right_customer,
        "model": _scale(found.scale, language),
        "reasons": [_reason(reason, found, language) for reason in found.reasons],
        "comparison": _comparison(found.comparison, language),
        "closest": _comparison(found.closest, language),
    }


def tell_how(found: How, language: Language) -> Json:
    """How a customer came to be: *items* are the steps, in order, each with its *words*."""
    return {
        "customer_id": found.customer_id,
        "absorbed": list(found.absorbed),
        "items": [_step(step, language) for step in found.steps],
    }


def masked(step: Json, language: Language) -> Json:
    """A step of which nothing may be told but when it was."""
    kept = ("position", "valid_at", "recorded_at")
    return {"masked": True, "words": say("masked", language)} | {name: step[name] for name in kept}


def meaning(weight: int, language: Language) -> str:
    """What a weight in centi-bits means, in plain words."""
    if abs(weight) < 15:
        return say("neutral", language)
    return say("for" if weight > 0 else "against", language, n=_times(abs(weight), language))


def bits(weight: int) -> str:
    """A weight in bits, with its sign."""
    return f"{weight / 100:+.1f}"


def _times(weight: int, language: Language) -> str:
    factor: float = 2 ** (weight / 100)
    if factor >= 1_000_000:
        return say("million", language)
    return f"{factor:.1f}" if factor < 10 and round(factor, 1) % 1 else f"{factor:,.0f}"


def _scale(scale: Scale, language: Language) -> Json:
    link, review = scale.link_threshold, scale.review_threshold
    return {
        "version": scale.model,
        "prior": scale.prior,
        "link_threshold": link,
        "review_threshold": review,
        "words": [
            say("prior", language, bits=bits(scale.prior)),
            say("link-threshold", language, bits=bits(link)),
            say("review-threshold", language, bits=bits(review)),
        ],
    }


def _comparison(found: Comparison | None, language: Language) -> Json | None:
    if found is None:
        return None
    return {
        "left": str(found.left),
        "right": str(found.right),
        "weight": found.weight,
        "conflict": found.conflict,
        "met": found.met,
        "features": [_feature(feature, language) for feature in found.features],
    }


def _feature(found: FeatureEvidence, language: Language) -> Json:
    limited = found.level == "limited"
    return {
        "feature": found.feature,
        "label": label("feature", found.feature, language),
        "left": found.left,
        "right": found.right,
        "level": found.level,
        "agreement": _level(found.level, language),
        "weight": found.weight,
        "words": say("limited", language, bits=bits(-found.weight)[1:])
        if limited
        else meaning(found.weight, language),
    }


def _level(level: str, language: Language) -> str:
    plain, _, tier = level.rpartition(" ")
    if tier in {"common", "frequent"}:
        return say(f"tier.{tier}", language, level=label("level", plain, language))
    return label("level", level, language)


def _verdict(found: Why, language: Language) -> Iterator[str]:
    """The answer in sentences, by what was asked."""
    comparison, links = found.comparison, found.links
    if not links:
        yield say("why.alone", language)
    elif all(link.kind == "kept" for link in links):
        yield from (_by(link, language) for link in links)
    elif found.asked == "pair":
        yield _pair(found, language)
        if len(links) > 1 and comparison is not None:
            yield say("why.pair-weight", language, bits=bits(comparison.weight))
    elif found.asked == "record":
        evidence = links[0].evidence
        yield say("why.record", language, record=evidence.left, other=evidence.right)
    elif found.weakest is None:
        yield say("why.customer.asserted", language)
    else:
        yield say("why.customer", language, bits=bits(found.weakest))
    if found.deleted:
        yield say("why.deleted", language, records=_records(found.deleted, len(found.deleted), language))


def _pair(found: Why, language: Language) -> str:
    if len(found.links) == 1:
        (link,) = found.links
        if link.kind == "assertion":
            return say("why.asserted", language)
        evidence = link.evidence
        return say(
            "why.direct", language, left=evidence.left, right=evidence.right, bits=bits(evidence.weight)
        )
    n = len(found.links)
    if found.weakest is None:
        return say("why.chain.asserted", language, n=n)
    return say("why.chain", language, n=n, bits=bits(found.weakest))


def _link(link: Link, language: Language) -> Json:
    return {
        "kind": link.kind,
        **_evidence(link.evidence, language),
        "words": _by(link, language),
        "assertions": [_assertion(note) for note in link.assertions],
    }


def _by(link: Link, language: Language) -> str:
    """Who ties the two together."""
    if link.assertions:
        note = link.assertions[0]
        return say("link.assertion", language, actor=note.actor, when=_when(note.recorded_at), reason=note.reason)  # fmt: skip
    return say(f"link.{link.kind}", language, model=link.evidence.model)


def _evidence(evidence: LinkEvidence, language: Language) -> Json:
    return {
        "left": str(evidence.left),
        "right": str(evidence.right),
        "weight": evidence.weight,
        "model": evidence.model,
        "features": [_feature(feature, language) for feature in evidence.features],
    }


def _assertion(note: AssertionNote) -> Json:
    return {
        "assertion_id": note.assertion_id,
        "verdict": note.verdict,
        "left": str(note.left),
        "right": str(note.right),
        "actor": note.actor,
        "reason": note.reason,
        "valid_at": note.valid_at,
        "recorded_at": note.recorded_at,
        "position": note.position,
    }


def _reason(reason: Reason, found: WhyNot, language: Language) -> Json:
    cohesion, crowd = reason.cohesion, reason.crowd
    told: Json = {"code": reason.code, "words": list(_sentences(reason, found, language))}
    if reason.assertions:
        told["assertions"] = [_assertion(note) for note in reason.assertions]
    if reason.records:
        told["records"] = [str(key) for key in reason.records]
    if reason.clashes:
        told["clashes"] = [
            {
                "type": c.type,
                "left": str(c.left),
                "left_values": c.left_values,
                "right": str(c.right),
                "right_values": c.right_values,
            }
            for c in reason.clashes
        ]
    if reason.meeting:
        told["meeting"] = reason.meeting
    if reason.alternatives:
        told["alternatives"] = [
            {"feature": a.feature, "total": a.total, "known": a.known, "meets": a.meets}
            for a in reason.alternatives
        ]
    if cohesion:
        lowest = [{"record": str(key), "mean": mean} for key, mean in cohesion.lowest]
        told["cohesion"] = {
            "mean": cohesion.mean,
            "needed": cohesion.needed,
            "pairs": cohesion.pairs,
            "lowest": lowest,
        }
    if crowd:
        told["component"] = {
            "size": crowd.size,
            "largest": crowd.largest,
            "threshold": crowd.threshold,
            "weight": crowd.weight,
        }
    return told


def _sentences(reason: Reason, found: WhyNot, language: Language) -> Iterator[str]:
    match reason.code:
        case "different":
            for note in reason.assertions:
                yield say(
                    "different",
                    language,
                    actor=note.actor,
                    when=_when(note.recorded_at),
                    left=note.left,
                    right=note.right,
                    reason=note.reason,
                    id=note.assertion_id,
                )
        case "deleted":
            yield say("deleted", language, records=_records(reason.records, len(reason.records), language))
        case "identifiers":
            for clash in reason.clashes:
                yield say(
                    "identifiers",
                    language,
                    type=clash.type,
                    left=clash.left,
                    left_values=", ".join(clash.left_values),
                    right=clash.right,
                    right_values=", ".join(clash.right_values),
                )
        case "never-compared":
            yield say("never-compared", language)
            yield _meeting(reason.meeting, language)
        case "below-threshold":
            yield from _below(reason, found, language)
        case "cohesion":
            yield from _cohesion(reason, language)
        case "component" if reason.crowd is not None:
            crowd = reason.crowd
            yield say(
                "component",
                language,
                size=crowd.size,
                largest=crowd.largest,
                threshold=bits(crowd.threshold),
                weight=bits(crowd.weight),
            )
        case code:
            yield say(code, language)


def _meeting(sets: Sequence[Sequence[str]], language: Language) -> str:
    if not sets:
        return say("meet.never", language)
    both = say("and", language)
    named = [both.join(label("feature", feature, language) for feature in features) for features in sets]
    return say("meet", language, features=say("or", language).join(named))


def _below(reason: Reason, found: WhyNot, language: Language) -> Iterator[str]:
    if found.comparison is None:
        return
    weight, scale = found.comparison.weight, found.scale
    missing = scale.link_threshold - weight
    yield say(
        "below-threshold",
        language,
        bits=bits(weight),
        needed=bits(scale.link_threshold),
        missing=bits(missing)[1:],
    )
    costly = sorted((f for f in found.comparison.features if f.weight < 0), key=lambda f: f.weight)
    if costly:
        yield say("costs", language, features=_named(costly, language))
    told = 0
    for key, applies in _ALTERNATIVES:
        for alternative in reason.alternatives:
            if told < NAMED and applies(alternative, scale):
                told += 1
                feature = label("feature", alternative.feature, language)
                yield say(key, language, feature=feature, bits=bits(alternative.total))
        if key == "could-be-enough" and not told:
            yield say("nothing-enough", language)


_ALTERNATIVES: tuple[tuple[str, Callable[[Alternative, Scale], bool]], ...] = (
    ("enough", lambda a, scale: a.known and a.meets and a.total >= scale.link_threshold),
    ("could-be-enough", lambda a, scale: not a.known and a.total >= scale.link_threshold),
    ("reviewed", lambda a, scale: a.known and a.meets and scale.review_threshold <= a.total < scale.link_threshold),
)  # fmt: skip


def _cohesion(reason: Reason, language: Language) -> Iterator[str]:
    cohesion = reason.cohesion
    if cohesion is None:
        yield say("cohesion.many", language)
        return
    yield say(
        "cohesion", language, pairs=cohesion.pairs, mean=bits(cohesion.mean), needed=bits(cohesion.needed)
    )
    for record, mean in cohesion.lowest[:NAMED]:
        yield say("cohesion.lowest", language, record=record, mean=bits(mean))


def _step(step: Step, language: Language) -> Json:
    return {
        "position": step.position,
        "what": step.what,
        "words": _happened(step, language),
        "because": [_because(evidence, step, language) for evidence in step.evidence],
        "customer_id": step.customer_id,
        "other": step.other,
        "records": [str(key) for key in step.records],
        "record_count": step.record_count,
        "against": [str(key) for key in step.against],
        "against_count": step.against_count,
        "evidence": [{"kind": evidence.kind, **_evidence(evidence, language)} for evidence in step.evidence],
        "actor": step.actor,
        "via": step.via,
        "reason": step.reason,
        "valid_at": step.valid_at,
        "recorded_at": step.recorded_at,
        "erased": step.erased,
    }


def _happened(step: Step, language: Language) -> str:
    key = "split-off.records" if step.what == "split-off" and step.records else step.what
    words = say(
        key,
        language,
        customer=step.customer_id,
        other=step.other,
        records=_records(step.records, step.record_count, language),
        against=_records(step.against, step.against_count, language),
    )
    return f"{words} ({say('erased', language)})" if step.erased else words


def _because(evidence: LinkEvidence, step: Step, language: Language) -> str:
    """Why a record was linked, as the event has it."""
    other = evidence.right if evidence.left in step.records else evidence.left
    if evidence.kind == "assertion":
        return say("because.assertion", language, other=other)
    return say(
        "because.match",
        language,
        other=other,
        bits=bits(evidence.weight),
        features=_named(sorted(evidence.features, key=lambda f: -abs(f.weight)), language),
        model=evidence.model,
    )


def _named(features: Sequence[FeatureEvidence], language: Language) -> str:
    """The first of *features* with their weights, on one line."""
    named = [f"{label('feature', f.feature, language)} {bits(f.weight)}" for f in features[:NAMED]]
    return ", ".join(named) + (" …" if len(features) > NAMED else "")


def _records(keys: Iterable[RecordKey], count: int, language: Language) -> str:
    named = [str(key) for key in keys][:NAMED]
    more = count - len(named)
    return ", ".join(named) + (f" {say('more', language, n=f'{more:,}')}" if more else "")


def _when(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
