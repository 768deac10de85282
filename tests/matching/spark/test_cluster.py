"""A table on a real cluster of a master and two workers comes to the same clusters as on one machine."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import matching
from matching import Model, bulk, default_model
from matching.command.dedupe import cluster_ids
from matching.dedupe import dedupe
from matching.model import dump_model
from matching.table import read_table
from tests.benchmarks.matching.records import make
from tests.support.requirements import unavailable
from tests.support.spark import Cluster, SparkUnavailableError

pytestmark = pytest.mark.slow
CHECKOUT = Path(matching.__file__).parents[1]
HARD = replace(default_model(), max_block=8, max_component=10, cohesion=200)
"""Small blocks, and clusters that have to hold together: keys held too often and components that are split."""
SEVERAL = """
import sys
from pathlib import Path
from matching import default_model
from matching.spark.dedupe import dedupe_on_spark
from matching.spark.session import session
from matching.table import write_table

with session(sys.argv[1]) as spark:
    for name in sys.argv[2:]:
        found = dedupe_on_spark(spark, name, default_model())
        ids = {"record_id": found.record_ids, "cluster_id": found.cluster_ids}
        write_table(Path(name + ".clusters.csv"), ids)
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """The cluster; a folder of its own, because paths of sockets and logs may not be long."""
    with tempfile.TemporaryDirectory(prefix="spark-", ignore_cleanup_errors=True) as folder:
        try:
            started = Cluster(Path(folder))
        except SparkUnavailableError as error:
            unavailable("spark", str(error))
        yield started
        started.close()


def test_the_clusters_are_those_of_one_machine_pair_for_pair(cluster: Cluster, tmp_path: Path) -> None:
    table, model, output = tmp_path / "t.parquet", tmp_path / "model.yaml", tmp_path / "out.parquet"
    _hard_table().write_parquet(table)
    model.write_text(dump_model(HARD), encoding="utf-8")
    said = _python(
        cluster,
        "-m", "matching", "dedupe", "--engine", "spark", "--master", cluster.master,
        "--input", str(table), "--output", str(output), "--model", str(model),
    )  # fmt: skip
    found = pl.read_parquet(output)
    assert found.rows() == _on_one_machine(table, HARD)
    apart = found.group_by("cluster_id").agg("record_id")["record_id"].to_list()
    assert set(map(frozenset, apart)) == set(bulk(read_table(table), HARD))
    assert _on_one_machine(table, replace(HARD, max_block=500)) != found.rows(), "no key is held too often"
    assert _on_one_machine(table, replace(HARD, cohesion=-10_000)) != found.rows(), "nothing is split"
    assert [line.split()[0] for line in said.splitlines()[:4]] == ["normalise", "block", "weigh", "cluster"]
    assert len(said.splitlines()) < 15, "Spark's own words have no place on the terminal"


def test_csv_and_json_lines_are_read_as_on_one_machine(cluster: Cluster, tmp_path: Path) -> None:
    csv, lines = tmp_path / "t.csv", tmp_path / "t.jsonl"
    csv.write_text(_AWKWARD_CSV, encoding="utf-8")
    lines.write_text(_AWKWARD_LINES, encoding="utf-8")
    _python(cluster, "-c", SEVERAL, cluster.master, str(csv), str(lines))
    for path in (csv, lines):
        found = pl.read_csv(f"{path}.clusters.csv", infer_schema=False).rows()
        assert found == _on_one_machine(path, default_model())
        assert len({c for _, c in found}) == 4


_AWKWARD_CSV = """编号,名称,客户名称,telephone,"address, whole",邮箱
7,"北京 ""星辰"" 科技有限公司",,010-62345678,"海淀区
中关村大街1号",info@xingchen.cn
8,北京星辰科技有限公司,,010-62345678,北京市海淀区中关村大街1号,info@xingchen.cn
9,Anna Berg,,+49 170 1234567,,anna.berg@example.com
10, Anna Berg ,,+49 170 1234567,,anna.berg@example.com
11,,,,,
12,Müller Maschinenbau GmbH,,+49 89 123456,,
"""
_AWKWARD_LINES = """{"zip": 80331.0, "id": 1, "phone": ["+49 170 1234567", "+49 89 7654321"], "full_name": "Anna Berg"}
{"id": 2, "phone": ["+49 89 7654321"], "full_name": "Berg, Anna", "zip": 80331, "dob": "1980-02-01"}
{"id": 3, "company": "上海远航贸易有限公司", "phone": null}
{"id": 4}
{"id": 5, "company": "Nordwind Logistik GmbH", "customer name": "never read: full_name came first"}
"""


def _hard_table() -> pl.DataFrame:
    """The made-up group's persons and organisations, some told a few times, one too often for a block, some empty."""
    frame = make(2000).drop("truth")
    named = frame.filter(pl.col("family_name").is_not_null() & pl.col("phone").is_not_null())
    again = [
        named[number : number + 1].with_columns(pl.lit(f"copy {number} {n}").alias("record_id"))
        for number, copies in enumerate((HARD.max_block + 3, 3, 4, 7))
        for n in range(copies)
    ]
    empty = [{"record_id": f"empty {n}", "kind": kind} for n, kind in enumerate(("person", "organisation"))]
    return pl.concat([frame, *again, pl.DataFrame(empty)], how="diagonal")


def _on_one_machine(path: Path, model: Model) -> list[tuple[str, str]]:
    table = read_table(path)
    outcome = dedupe(table, model, is_trained=True, processes=1)
    return list(zip(table.keys, cluster_ids(table, outcome), strict=True))


def _python(cluster: Cluster, *arguments: str) -> str:
    """What a driver in the checkout says; the checkout is on the path of the driver alone."""
    environment = {**cluster.environment(), "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr
