"""What the default model says of the labelled pairs is what the committed baseline says."""

from __future__ import annotations

import json
from difflib import unified_diff
from pathlib import Path

import pytest

from matching import default_model
from matching.evaluate import Hits
from matching.evaluate.files import ATTRIBUTES
from tests.golden.pairs import BASELINE, HEAD, RENEW, baseline, hits, judge, labelled_pairs, verdict


def test_the_default_model_judges_the_labelled_pairs_as_the_baseline_says() -> None:
    now = baseline(labelled_pairs(), default_model()).splitlines()
    then = BASELINE.read_text(encoding="utf-8").splitlines()
    changes = list(unified_diff(then, now, "baseline.tsv", "the model now", lineterm="", n=0))
    assert not changes, "\n".join(
        ["the matcher judges otherwise; if it is for the better, run:", f"  {RENEW}", *changes]
    )


def test_the_labelled_pairs_are_many_of_both_kinds_and_both_truths() -> None:
    pairs = labelled_pairs()
    assert len(pairs) >= 120
    for kind in ("person", "organisation"):
        labels = [pair.same for pair in pairs if pair.left.kind == kind]
        assert min(labels.count(True), labels.count(False)) >= 15


def test_every_labelled_pair_has_a_note_of_its_own_and_known_attributes() -> None:
    pairs = labelled_pairs()
    notes = [(pair.file, pair.note) for pair in pairs]
    assert len(set(notes)) == len(notes)
    for pair in pairs:
        assert pair.note.strip()
        assert set(ATTRIBUTES) >= pair.left.attributes.keys() | pair.right.attributes.keys()


def test_the_verdict_follows_the_thresholds_of_the_model() -> None:
    model = default_model()
    weights = (
        None,
        model.review_threshold - 1,
        model.review_threshold,
        model.link_threshold - 1,
        model.link_threshold,
    )
    assert [verdict(weight, model) for weight in weights] == ["no", "no", "review", "review", "link"]


def test_f1_counts_what_is_linked_against_what_is_the_same(tmp_path: Path) -> None:
    anna = json.dumps({"name": "Anna Berg", "phone": "+49 170 1234567"})
    bert = json.dumps({"name": ["Bert Thal", "Bertie Thal"]})
    lines = [HEAD, ("person", anna, anna, "same", "one"), ("person", anna, bert, "same", "two")]
    (tmp_path / "few.tsv").write_text("\n".join("\t".join(line) for line in lines), encoding="utf-8")
    judged = [judge(pair, default_model()) for pair in labelled_pairs(tmp_path)]
    assert [(entry.verdict, entry.candidates) for entry in judged] == [("link", True), ("no", False)]
    assert hits(judged) == Hits(found=1, true=2, right=1)
    assert (
        "# few: 2 pairs, 2 the same; 1 linked, 1 of them rightly; precision 1.000, recall 0.500"
        in baseline(labelled_pairs(tmp_path), default_model())
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("person\t{}\t{}\tperhaps\tnote", r"few\.tsv:2: .*perhaps"),
        ("cat\t{}\t{}\tsame\tnote", r"few\.tsv:2: .*the kind is cat"),
        ("person\t{\t{}\tsame\tnote", r"few\.tsv:2: "),
        ("person\t{}\tsame\tnote", r"few\.tsv:2: "),
    ],
)
def test_a_broken_line_is_told_by_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "few.tsv").write_text("\t".join(HEAD) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        labelled_pairs(tmp_path)
