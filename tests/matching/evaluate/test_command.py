"""The command evaluate, from files to figures, a page and charts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from matching.evaluate.command import register

CLUSTERS = "record_id,cluster_id\nr1,c1\nr2,c1\nr3,c1\nr4,c2\nr5,c3\nr6,c4\n"
PEOPLE = """record_id,cluster,source,name,birth_date,phone
r1,anna,crm,Anna Berg,1980-02-01,+49 170 1234567
r2,anna,erp,Berg Anna,1980-02-01,
r3,bert,erp,Zoltan <b>Kiss</b>,1934-05-06,+49 170 1234567
r4,carl,crm,Carl Sagan,1934-11-09,
r5,carl,erp,Karl Sagan,1934-11-09,
r6,dora,crm,Dora Thal,,
"""
PAIRS = "left,right,weight\nr1,r2,28.5\nr1,r3,8.25\nr4,r5,6.5\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("clusters.csv", CLUSTERS), ("people.csv", PEOPLE), ("pairs.csv", PAIRS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, *options: str, truth: str = "people.csv") -> Result:
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    files = ("--clusters", str(folder / "clusters.csv"), "--truth", str(folder / truth))
    return CliRunner().invoke(app, ["evaluate", *files, *options])


def row(result: Result, name: str) -> list[str]:
    (line,) = [line for line in result.output.splitlines() if line.startswith(name)]
    return line.removeprefix(name).split()


def test_figures_of_clusters_against_a_truth(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 0, result.output
    assert row(result, "pairs of records") == ["0.3333", "0.5000", "0.4000", "3", "2", "1"]
    assert row(result, "whole clusters") == ["0.2500", "0.2500", "0.2500", "4", "4", "1"]
    assert row(result, "crm              erp") == ["0.5000", "0.5000", "0.5000", "2", "2", "1"]
    assert "Thresholds" not in result.output


def test_pairs_give_the_best_threshold_beside_the_models(folder: Path) -> None:
    result = run(folder, "--pairs", str(folder / "pairs.csv"))
    assert row(result, "best") == ["+6.50", "0.6667", "1.0000", "0.8000", "3", "2", "2"]
    assert row(result, "the model's")[:2] == ["+0.00", "0.6667"]


def test_the_errors_come_with_the_evidence_of_the_records(folder: Path) -> None:
    result = run(folder, "--pairs", str(folder / "pairs.csv"), "--records", str(folder / "people.csv"))
    assert "r1 · r3: weighs +8.25 bits; cluster c1 holds several customers (2 wrong pairs)" in result.output
    assert (
        "r4 · r5: weighs +6.50 bits; customer carl lies in several clusters (1 wrong pair)" in result.output
    )
    assert row(result, "phone")[:2] == ["+491701234567", "+491701234567"]


def test_without_pairs_the_wrong_groups_are_weighed_from_the_records(folder: Path) -> None:
    result = run(folder, "--records", str(folder / "people.csv"))
    assert "r1 · r3: weighs -" in result.output
    assert "Apart though the same" in result.output


def test_without_records_and_pairs_the_wrong_groups_are_named(folder: Path) -> None:
    assert "r4 · r5: not among the weighed pairs" in run(folder).output


def test_no_errors_are_shown_when_none_are_wished_for(folder: Path) -> None:
    assert "r4 · r5" not in run(folder, "--errors", "0").output


def test_the_page_holds_charts_tables_and_escaped_values(folder: Path) -> None:
    result = run(
        folder, "--html", str(folder / "r.html"), "--records", str(folder / "people.csv"),
        "--pairs", str(folder / "pairs.csv"),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    html = (folder / "r.html").read_text(encoding="utf-8")
    assert html.count("data:image/png;base64,") == 4
    assert "r1 · r3: weighs +8.25 bits" in html
    assert "<b>Kiss" not in html


def test_charts_are_written_into_a_folder_that_need_not_be_there(folder: Path) -> None:
    charts = folder / "deep" / "charts"
    result = run(folder, "--charts", str(charts), "--pairs", str(folder / "pairs.csv"))
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in charts.iterdir()) == [
        "cluster-sizes.png",
        "match-weights-organisation.png",
        "match-weights-person.png",
        "threshold-curve.png",
    ]


def test_clusters_are_made_anew_at_several_thresholds(folder: Path) -> None:
    result = run(
        folder, "--pairs", str(folder / "pairs.csv"), "--records", str(folder / "people.csv"),
        "--cluster-steps", "2",
    )  # fmt: skip
    assert row(result, " +6.50") == ["0.5000", "1.0000", "0.6667", "4", "2", "2"]
    assert row(result, "+28.50") == ["1.0000", "0.5000", "0.6667", "1", "2", "1"]


def test_clustering_anew_needs_pairs_and_records(folder: Path) -> None:
    result = run(folder, "--cluster-steps", "2")
    assert result.exit_code == 2
    assert "needs --pairs and --records" in result.output


def test_other_tools_may_name_the_id_otherwise(folder: Path) -> None:
    (folder / "people.csv").write_text(PEOPLE.replace("record_id", "key"), encoding="utf-8")
    assert row(run(folder, "--id", "key"), "pairs of records")[0] == "0.3333"
    (folder / "clusters.csv").write_text(CLUSTERS.replace("record_id", "key"), encoding="utf-8")
    assert row(run(folder, "--id", "key"), "pairs of records")[0] == "0.3333"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--truth-column", "customer"), "no column customer: name the right one with --truth-column"),
        (("--source-column", "unit"), "no column unit: name the right one with --source-column"),
        (("--pairs", "gone.csv"), "gone.csv: no such file"),
    ],
)
def test_bad_input_is_told_in_one_line(folder: Path, options: tuple[str, ...], message: str) -> None:
    result = run(folder, *options)
    assert result.exit_code == 4
    assert result.output.startswith("error: ")
    assert message in result.output


def test_ids_that_never_meet_are_told(folder: Path) -> None:
    (folder / "truth.csv").write_text("record_id,cluster\nR1,anna\nR2,anna\n", encoding="utf-8")
    result = run(folder, truth="truth.csv")
    assert result.exit_code == 4
    assert "none of its 2 records is in" in result.output
    assert "whether both write ids alike, R1 and r1" in result.output


def test_without_matplotlib_the_extra_is_named_before_any_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = run(folder, "--html", str(folder / "r.html"), truth="gone.csv")
    assert result.exit_code == 2
    assert "pip install 'customer-hub[charts]'" in result.output
    assert run(folder).exit_code == 0


def test_the_help_teaches_with_an_example(folder: Path) -> None:
    result = run(folder, "--help")
    assert result.exit_code == 0
    assert "python -m matching evaluate --clusters clusters.csv --truth truth.csv" in result.output
    assert "pair precision 0.3333" in result.output
