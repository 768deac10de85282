"""Files of an evaluation: three formats say the same, and what is wrong is told with the file, the column and the remedy."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from matching.evaluate.files import (
    InputError,
    read_column,
    read_groups,
    read_pairs,
    read_records,
    read_table,
)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def groups(path: Path) -> dict[str, str]:
    return read_groups(path, id_column="record_id", group_column="cluster", option="--truth-column")


@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "t.jsonl", "t.ndjson", "T.CSV"])
def test_every_format_says_the_same(tmp_path: Path, name: str) -> None:
    table = pl.DataFrame({"record_id": ["007", "8", "9"], "cluster": ["a", "a", None]})
    path = tmp_path / name
    if path.suffix.lower() == ".csv":
        table.write_csv(path)
    elif path.suffix == ".parquet":
        table.write_parquet(path)
    else:
        table.write_ndjson(path)
    assert groups(path) == {"007": "a", "8": "a"}


def test_numbers_are_ids_too_and_blanks_around_a_value_do_not_count(tmp_path: Path) -> None:
    path = written(tmp_path, "t.jsonl", '{"record_id": 7, "cluster": 1}\n{"record_id": 8, "cluster": 2}\n')
    assert groups(path) == {"7": "1", "8": "2"}
    assert groups(written(tmp_path, "t.csv", "record_id,cluster\n 7 ,a\n8,  \n")) == {"7": "a"}


def test_the_same_row_twice_is_no_error(tmp_path: Path) -> None:
    assert groups(written(tmp_path, "t.csv", "record_id,cluster\n7,a\n7,a\n")) == {"7": "a"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.xlsx", "", r"t\.xlsx: not a known format: name it \.csv, \.parquet, \.jsonl or \.ndjson"),
        ("t.csv", "", r"t\.csv: is empty: it needs at least a line of column names"),
        ("t.parquet", "nonsense", r"t\.parquet: cannot be read as \.parquet"),
        ("t.jsonl", "{nonsense", r"t\.jsonl: cannot be read as \.jsonl"),
        (
            "t.csv",
            "id,cluster\n7,a\n",
            r"no column record_id: name the right one with --id; it has id, cluster",
        ),
        ("t.csv", "record_id,c\n7,a\n", r"no column cluster: name the right one with --truth-column"),
        ("t.csv", "record_id,cluster\n,a\n", r"1 rows have no record_id: fill it or leave them out"),
        ("t.csv", "record_id,cluster\n7,a\n7,b\n", r"record 7 has several values of cluster \(a, b\)"),
        ("t.jsonl", '{"record_id": [7], "cluster": 1}\n', r"record_id holds lists or objects"),
    ],
)
def test_what_is_wrong_with_groups_is_told(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        groups(written(tmp_path, name, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.csv: no such file"):
        read_table(tmp_path / "gone.csv")


def test_pairs_come_in_centi_bits_each_once_with_its_highest_weight(tmp_path: Path) -> None:
    text = "left,right,weight,more\na,b,7.25,x\nb,a,9.5,x\nc,b,-3,x\nd,d,50,x\n"
    assert list(read_pairs(written(tmp_path, "p.csv", text))) == [("a", "b", 950), ("b", "c", -300)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("left,right\na,b\n", r"no column weight: rename or add it; it has left, right"),
        (
            "left,right,weight\na,b,1\na,c,heavy\n",
            r"row 2 lacks left, right or a weight that is a number of bits",
        ),
        ("left,right,weight\na,b,nan\n", r"row 1 lacks"),
        ("left,right,weight\n,b,1\n", r"row 1 lacks .* \(1 in all\)"),
    ],
)
def test_what_is_wrong_with_pairs_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_pairs(written(tmp_path, "p.csv", text))


def test_columns_named_like_attributes_are_read_and_others_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, "r.csv", "record_id,name,colour,email\n1,Anna Berg,red,\n2,,blue,b@x.de\n")
    records = read_records(path, id_column="record_id", wanted=None)
    assert {key: dict(record.attributes) for key, record in records.items()} == {
        "1": {"name": ("Anna Berg",)},
        "2": {"email": ("b@x.de",)},
    }
    assert list(read_records(path, id_column="record_id", wanted={"2", "zz"})) == ["2"]


def test_several_values_of_an_attribute_come_as_a_list(tmp_path: Path) -> None:
    path = written(tmp_path, "r.jsonl", '{"record_id": "1", "phone": ["123", " ", "456"]}\n')
    assert read_records(path, id_column="record_id", wanted=None)["1"].attributes == {"phone": ("123", "456")}


def test_the_kind_is_told_or_taken_from_what_the_record_has(tmp_path: Path) -> None:
    told = written(tmp_path, "r.csv", "record_id,kind,name\n1,organisation,Acme\n2,person,Anna\n")
    assert [r.kind for r in read_records(told, id_column="record_id", wanted=None).values()] == [
        "organisation",
        "person",
    ]
    untold = written(tmp_path, "s.csv", "record_id,name,organisation_name\n1,Anna,\n2,,Acme\n")
    assert [r.kind for r in read_records(untold, id_column="record_id", wanted=None).values()] == [
        "person",
        "organisation",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "record_id,colour\n1,red\n",
            r"no column is named like an attribute: rename its columns to such as name",
        ),
        ("record_id,kind,name\n1,cat,Tom\n", r"record 1 is of the kind cat: write person or organisation"),
        ("id,name\n1,Tom\n", r"no column record_id: name the right one with --id"),
    ],
)
def test_what_is_wrong_with_records_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_records(written(tmp_path, "r.csv", text), id_column="record_id", wanted=None)


def test_a_column_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "r.csv", "record_id,source\n1,crm\n2,\n")
    assert read_column(path, id_column="record_id", column="source") == {"1": "crm"}
    assert read_column(path, id_column="record_id", column="unit") is None
