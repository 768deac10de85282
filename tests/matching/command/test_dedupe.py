"""`python -m matching dedupe` and `link` in real processes: files in, files out, and mistakes told in a line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

ROWS = {
    "id": ["7", "8", "9"],
    "姓名": ["张伟明", "张伟明", "李娜"],
    "生日": ["1980-02-01", "1980-02-01", "1955-03-04"],
    "手机": ["13812345678", "13812345678", "13999999999"],
}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "matching", *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment(), timeout=60
    )


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def write(path: Path, rows: dict[str, list[str]] = ROWS) -> None:
    frame = pl.DataFrame(rows)
    match path.suffix:
        case ".parquet":
            frame.write_parquet(path)
        case ".jsonl":
            frame.write_ndjson(path)
        case _:
            frame.write_csv(path, separator="\t" if path.suffix == ".tsv" else ",")


def read(path: Path) -> pl.DataFrame:
    match path.suffix:
        case ".parquet":
            return pl.read_parquet(path)
        case ".jsonl":
            return pl.read_ndjson(path)
        case _:
            return pl.read_csv(path, separator="\t" if path.suffix == ".tsv" else ",", infer_schema=False)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet", ".jsonl"])
def test_every_format_is_read_and_written_with_all_rows_in_order(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"in{suffix}")
    result = run(tmp_path, "dedupe", "--input", f"in{suffix}", "--output", f"out{suffix}")
    assert result.returncode == 0, result.stderr
    assert read(tmp_path / f"out{suffix}").rows() == [("7", "7"), ("8", "7"), ("9", "9")]


def test_numbers_as_ids_and_lists_of_values_in_json(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(
        '{"id":1,"name":["Anna Berg","Anna Thal"],"dob":"1980-02-01","email":"a@b.de"}\n'
        '{"id":2,"name":["Anna Thal"],"dob":"1980-02-01","email":"a@b.de"}\n',
        encoding="utf-8",
    )
    result = run(tmp_path, "dedupe", "--input", "in.jsonl", "--output", "out.csv")
    assert result.returncode == 0, result.stderr
    assert read(tmp_path / "out.csv").rows() == [("1", "1"), ("2", "1")]


def test_pairs_review_and_a_model_that_gives_the_same_again(tmp_path: Path) -> None:
    write(tmp_path / "in.csv")
    common = ("dedupe", "--input", "in.csv", "--kind", "person", "--map", "name=姓名")
    result = run(
        tmp_path, *common, "--output", "one.csv", "--pairs", "pairs.csv", "--review", "review.csv",
        "--save-model", "model.yaml",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert read(tmp_path / "pairs.csv").select("left", "right").rows() == [("7", "8")]
    assert "birth equal" in read(tmp_path / "pairs.csv")["evidence"][0]
    assert read(tmp_path / "review.csv").columns == ["left", "right", "weight", "evidence"]
    again = run(tmp_path, *common, "--output", "two.csv", "--model", "model.yaml")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_link_is_one_to_one_unless_many_are_wished_for(tmp_path: Path) -> None:
    write(tmp_path / "a.csv")
    write(tmp_path / "b.csv", {name: values[1:] for name, values in ROWS.items()})
    for options, expected in (
        ((), [("7", "8"), ("9", "9")]),
        (("--many",), [("7", "8"), ("8", "8"), ("9", "9")]),
    ):
        result = run(tmp_path, "link", "--left", "a.csv", "--right", "b.csv", "--output", "out.csv", *options)
        assert result.returncode == 0, result.stderr
        assert sorted(read(tmp_path / "out.csv").select("left_id", "right_id").rows()) == expected


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it needs a first line"),
        (b"id,name\n", "no rows"),
        (b"name\nAnna\n", "--map record_id=COLUMN"),
        (b"id,name\n1,A\n,B\n", "row 2: column id is empty"),
        (b"id,name\n1,A\n1,B\n", "'1' stands in more than one row"),
        (b"id,foo[/red]\n1,A\n", "(id, foo[/red]) is known; name them with --map"),
        ("id,name\n1,Müller\n".encode("latin-1"), "save it as UTF-8"),
        (b'id,name\n1,"Anna\n2,"Bob" x\n', "a quoted value is not closed"),
        (b"id,name\n1,A,B,C\n", "more fields than the first line"),
    ],
)
def test_a_broken_table_is_told_in_a_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    refused(run(tmp_path, "dedupe", "--input", "in.csv", "--output", "out.csv"), "in.csv", told)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--output", "in.csv"), "in.csv: is another file of this command"),
        (("--output", "gone/out.csv"), "there is no folder gone"),
        (("--output", "folder.csv"), "is a folder"),
        (("--output", "out.xls"), "the ending .xls is not known"),
        (("--output", "out.csv", "--review", "out.csv"), "name another"),
        (("--output", "out.csv", "--input", "gone.csv"), "there is no such file"),
        (("--output", "out.csv", "--input", "folder.csv"), "only a folder"),
        (("--output", "out.csv", "--map", "city=foo"), "the table has no column 'foo'"),
        (("--output", "out.csv", "--map", "foo=id"), "--columns lists them"),
        (("--output", "out.csv", "--map", "name"), "write CANONICAL=COLUMN"),
        (("--output", "out.csv", "--model", "gone.yaml"), "--save-model"),
        (("--output", "out.csv", "--model", "in.csv"), "in.csv: a part of it is wrong"),
    ],
)
def test_a_wrong_option_is_told_in_a_line(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    write(tmp_path / "in.csv")
    (tmp_path / "folder.csv").mkdir()
    before = (tmp_path / "in.csv").read_bytes()
    refused(run(tmp_path, "dedupe", "--input", "in.csv", *options), told)
    assert (tmp_path / "in.csv").read_bytes() == before


def refused(result: subprocess.CompletedProcess[str], *told: str) -> None:
    assert result.returncode == 2, result.stderr
    errors = [line for line in result.stderr.splitlines() if not line.startswith("columns ")]
    assert len(errors) == 1, result.stderr
    assert errors[0].startswith("matching: ")
    for text in told:
        assert text in errors[0]


def test_a_kind_that_there_is_not_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "in.csv")
    result = run(tmp_path, "dedupe", "--input", "in.csv", "--output", "out.csv", "--kind", "dog")
    assert result.returncode == 2
    assert "none of person, organisation, auto" in result.stderr


def test_the_columns_are_listed_without_any_table(tmp_path: Path) -> None:
    for command in ("dedupe", "link"):
        result = run(tmp_path, command, "--columns")
        assert result.returncode == 0, result.stderr
        assert "birth_date: dob" in result.stdout
