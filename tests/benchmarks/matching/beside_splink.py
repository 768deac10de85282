"""Our bulk matching and Splink beside it: time, memory and clusters against the truth, on the same records.

    python -m tests.benchmarks.matching.beside_splink records.parquet

Ours starts from the raw table and normalises it. Splink gets the columns normalised by us, and our blocking keys, and its
time begins after that: estimation of u and m as its documentation shows, prediction, clusters at probability 0.95. Each
runs in a process of its own. Needs the extra ``bench``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from matching import default_model
from matching.dedupe import dedupe
from matching.evaluate import figures
from matching.prepare import prepare
from matching.table import read_table

PERSON = ("family", "given", "birth", "phone", "email", "postcode", "street")
ORGANISATION = ("core", "sound", "phone", "email", "domain", "street", "place")


def main() -> None:
    """Run both, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("records", type=Path)
    parser.add_argument("--part", choices=["ours", "frozen", "splink"])
    parser.add_argument("--max-pairs", type=float, default=1e6, help="Splink: pairs to estimate u from")
    given = parser.parse_args()
    if given.part:
        result = (
            splink(given.records, given.max_pairs)
            if given.part == "splink"
            else ours(given.records, given.part == "ours")
        )
        print(json.dumps(result))
        return
    for part in ("ours", "frozen", "splink"):
        command = [
            sys.executable,
            "-m",
            __spec__.name,
            str(given.records),
            "--part",
            part,
            "--max-pairs",
            str(given.max_pairs),
        ]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        print(json.dumps(json.loads(said.splitlines()[-1]), indent=2))


def ours(path: Path, is_training: bool) -> dict[str, Any]:
    """Time and quality of `dedupe` from the file on; *is_training*: with a model learnt on the way, else the default one."""
    steps: dict[str, float] = {}
    began = last = time.perf_counter()

    def progress(step: str, done: int, total: int) -> None:
        nonlocal last
        now = time.perf_counter()
        if done == 0:
            last = now
        elif done == total:
            steps[step] = steps.get(step, 0.0) + now - last

    table = read_table(path)
    outcome = dedupe(table, default_model(), is_trained=not is_training, progress=progress)
    seconds = time.perf_counter() - began
    clusters = {
        name: f"{resolved.encoded.kind} {label}"
        for resolved in outcome.kinds
        for name, label in zip(resolved.names, resolved.label.tolist(), strict=True)
    }
    what = (
        "ours, trained on the table, with normalisation"
        if is_training
        else "ours, default model, with normalisation"
    )
    return _result(what, seconds, clusters, path) | {
        "steps": {name: round(s, 1) for name, s in steps.items()}
    }


def splink(path: Path, max_pairs: float) -> dict[str, Any]:
    """Time and quality of Splink on columns that are normalised before its time begins."""
    folder = Path(tempfile.mkdtemp())
    prepared = {kind: folder / f"{kind}.parquet" for kind in ("person", "organisation")}
    _prepare(path, prepared)
    clusters: dict[str, str] = {}
    seconds = 0.0
    for kind, file in prepared.items():
        frame = pl.read_parquet(file)
        began = time.perf_counter()
        found = _splink_clusters(frame.to_pandas(), kind, max_pairs)
        seconds += time.perf_counter() - began
        clusters |= {name: f"{kind} {label}" for name, label in found.items()}
    return _result("Splink, trained, without normalisation", seconds, clusters, path)


def _splink_clusters(frame: Any, kind: str, max_pairs: float) -> dict[str, str]:
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    comparisons: list[Any]
    if kind == "person":
        comparisons = [
            cl.ForenameSurnameComparison("given", "family"),
            cl.DateOfBirthComparison("birth", input_is_string=True),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("email").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("postcode", [1]),
            cl.JaroWinklerAtThresholds("street", [0.9]),
        ]
        rules = [("family", "given"), ("phone",), ("email",)]
    else:
        comparisons = [
            cl.JaroWinklerAtThresholds("core", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("sound"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("email").configure(term_frequency_adjustments=True),
            cl.ExactMatch("domain").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("street", [0.9]),
            cl.ExactMatch("place"),
        ]
        rules = [("core",), ("phone",), ("domain",)]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
        retain_matching_columns=False,
    )
    linker = Linker(DuckDBAPI().register(frame), settings, log_level=40)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on(*rule) for rule in rules], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=max_pairs, seed=1)
    for rule in rules:
        training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    pairs = linker.inference.predict(threshold_match_probability=0.9)
    table = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=0.95
    )
    result: Any = table
    result = result.as_pandas_dataframe()
    return dict(zip(result["unique_id"], result["cluster_id"].astype(str), strict=True))


def _prepare(path: Path, files: Mapping[str, Path]) -> None:
    """The normalised columns and the blocking keys of each kind, as files."""
    model = default_model()
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in files}
    for record in read_table(path):
        prepared = prepare(record, model)
        features: Any = prepared.features
        name = features.name[0] if features.name else None
        row = {
            "unique_id": record.key,
            "keys": list(prepared.keys),
            "phone": _first(features.phone),
            "email": _first(features.email),
            "street": " ".join(features.street) or None,
        }
        if record.kind == "person":
            birth = _first(features.birth)
            row |= {
                "family": name.family if name else None,
                "given": name.given or None if name else None,
                "birth": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}" if birth else None,
                "postcode": features.postcode or None,
            }
        else:
            row |= {
                "core": name.core if name else None,
                "sound": name.sound if name else None,
                "domain": _first(features.domain),
                "place": " ".join(features.place) or None,
            }
        rows[record.kind].append(row)
    for kind, file in files.items():
        pl.DataFrame(rows[kind], infer_schema_length=None).write_parquet(file)


def _first(values: Sequence[str]) -> str | None:
    return values[0] if values else None


def _result(what: str, seconds: float, clusters: Mapping[str, str], path: Path) -> dict[str, Any]:
    truth_columns = pl.read_parquet(path, columns=["record_id", "truth"])
    truth = dict(zip(truth_columns["record_id"].to_list(), truth_columns["truth"].to_list(), strict=True))
    found = figures(clusters, truth).pairs
    own, children = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "what": what,
        "records": len(truth),
        "seconds": round(seconds, 1),
        "precision": round(found.precision, 4),
        "recall": round(found.recall, 4),
        "f1": round(found.f1, 4),
        "peak_gb": round(max(own, children) / 1e6, 2),
    }


if __name__ == "__main__":
    main()
