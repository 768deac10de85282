"""Labelled pairs of records (``*.tsv``) and what the default model says of each (``baseline.tsv``).

A line is: kind, left record, right record (JSON of canonical attributes, each a text or a list of texts), same or
different, and a note that says what the pair is about, once in its file. ``python -m tests.golden.pairs`` writes the
baseline anew.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from matching import Model, Prepared, Record, prepare, weigh
from matching.evaluate import Hits

FOLDER = Path(__file__).parent
BASELINE = FOLDER / "baseline.tsv"
RENEW = "python -m tests.golden.pairs"
HEAD = ("kind", "left", "right", "truth", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two records of which people know whether they are the *same*."""

    file: str
    note: str
    left: Record
    right: Record
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """*weight* in centi-bits, None when the two are ruled out; *candidates* tells whether they share a blocking key."""

    pair: LabelledPair
    weight: int | None
    verdict: str
    candidates: bool


def labelled_pairs(folder: Path = FOLDER) -> list[LabelledPair]:
    """All labelled pairs of the files in *folder*. Raises ValueError, naming file and line, for one that is broken."""
    files = sorted(path for path in folder.glob("*.tsv") if path.name != BASELINE.name)
    return [pair for path in files for pair in _read(path)]


def judge(pair: LabelledPair, model: Model) -> Judged:
    """What *model* says of *pair*."""
    left, right = prepare(pair.left, model), prepare(pair.right, model)
    weight = weigh(left, right, model)
    return Judged(
        pair=pair, weight=weight, verdict=verdict(weight, model), candidates=_share_a_key(left, right)
    )


def verdict(weight: int | None, model: Model) -> str:
    """``link``, ``review`` or ``no``."""
    if weight is None or weight < model.review_threshold:
        return "no"
    return "link" if weight >= model.link_threshold else "review"


def baseline(pairs: Iterable[LabelledPair], model: Model) -> str:
    """The text of the baseline: F1 by file, then a line a pair."""
    judged = [judge(pair, model) for pair in pairs]
    files = sorted({entry.pair.file for entry in judged})
    summary = [_summary(file, [entry for entry in judged if entry.pair.file == file]) for file in files]
    rows = [
        "\t".join(
            (
                entry.pair.file,
                entry.pair.note,
                "same" if entry.pair.same else "different",
                "ruled out" if entry.weight is None else str(entry.weight),
                entry.verdict,
                "yes" if entry.candidates else "no",
            )
        )
        for entry in judged
    ]
    head = "\t".join(("file", "note", "truth", "weight", "verdict", "candidates"))
    return "\n".join([*summary, _summary("all files", judged), head, *rows, ""])


def hits(judged: Iterable[Judged]) -> Hits:
    """The pairs that would be linked, against those that are the same."""
    known = list(judged)
    linked = [entry.pair.same for entry in known if entry.verdict == "link"]
    return Hits(found=len(linked), true=sum(entry.pair.same for entry in known), right=sum(linked))


def _summary(name: str, judged: list[Judged]) -> str:
    found = hits(judged)
    return (
        f"# {name}: {len(judged)} pairs, {found.true} the same; {found.found} linked, {found.right} of them rightly; "
        f"precision {found.precision:.3f}, recall {found.recall:.3f}, F1 {found.f1:.3f}"
    )


def _read(path: Path) -> Iterator[LabelledPair]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if (head := tuple(next(rows, ()))) != HEAD:
            raise ValueError(f"{path}: the first line is {head}, not {HEAD}")
        for number, row in enumerate(rows, 2):
            try:
                kind, left, right, truth, note = row
                yield LabelledPair(
                    file=path.stem,
                    note=note,
                    left=_record(kind, "left", orjson.loads(left)),
                    right=_record(kind, "right", orjson.loads(right)),
                    same={"same": True, "different": False}[truth],
                )
            except (ValueError, KeyError) as error:
                raise ValueError(
                    f"{path}:{number}: not {', '.join(HEAD)} with tabs between: {error}"
                ) from error


def _record(kind: str, key: str, values: Mapping[str, str | list[str]]) -> Record:
    if kind not in {"person", "organisation"}:
        raise ValueError(f"the kind is {kind}, not person or organisation")
    attributes = {
        name: (value,) if isinstance(value, str) else tuple(value) for name, value in values.items()
    }
    return Record(key=key, kind=kind, attributes=attributes)


def _share_a_key(left: Prepared, right: Prepared) -> bool:
    return not set(left.keys).isdisjoint(right.keys)
