"""Writes the baseline of the labelled pairs anew: ``python -m tests.golden.pairs``."""

from __future__ import annotations

from matching import default_model
from tests.golden.pairs import BASELINE, baseline, labelled_pairs

if __name__ == "__main__":
    text = baseline(labelled_pairs(), default_model())
    BASELINE.write_text(text, encoding="utf-8")
    print("\n".join(line for line in text.splitlines() if line.startswith("#")))
