"""Files to publish: lines with numbers, CSV records as events that the intake understands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.cli.records_file import (
    CsvLayout,
    csv_rows,
    heading,
    json_lines,
    mapped_columns,
    observation,
    understood,
)
from connectors.contracts import Observed, decode
from hub.kernel.errors import InvalidMessageError
from hub.kernel.source_record import PartyKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def layout(**changes: object) -> CsvLayout:
    given_ = {
        "system": "sap-prod",
        "object": "customer",
        "unit": "finance",
        "kind": PartyKind.ORGANISATION,
        "id_column": "KUNNR",
        "columns": {"NAME1": "name.legal", "TELF1": "contact.phone"},
        "as_of": NOON,
        **changes,
    }
    return CsvLayout(**given_)  # type: ignore[arg-type]  # the tests change one field at a time


ROW = {
    "KUNNR": "2009",
    "NAME1": "沪江星桥精密仪器（上海）有限公司",
    "TELF1": "",
    "AT": "2026-02-03T04:05:06+08:00",
}


def test_a_row_becomes_a_reading_that_the_intake_understands() -> None:
    message = understood(observation(ROW, layout()))
    assert isinstance(message, Observed)
    assert str(message.record.key) == "sap-prod/customer/2009"
    assert message.record.source_time == NOON
    assert [(v.path, v.value) for v in message.record.values] == [("name.legal", ROW["NAME1"])]


def test_the_time_column_is_the_sources_time() -> None:
    message = understood(observation(ROW, layout(time_column="AT")))
    assert isinstance(message, Observed)
    assert message.record.source_time == datetime(2026, 2, 2, 20, 5, 6, tzinfo=UTC)


def test_the_same_row_always_gives_the_same_event_and_another_value_another() -> None:
    first, again = observation(ROW, layout()), observation(dict(ROW), layout())
    other = observation({**ROW, "TELF1": "021-5888 1234"}, layout())
    assert first == again
    assert decode(first).uid != decode(other).uid


@pytest.mark.parametrize(
    ("row", "changes", "field"),
    [
        ({**ROW, "KUNNR": " "}, {}, "KUNNR"),
        ({**ROW, "AT": "yesterday"}, {"time_column": "AT"}, "AT"),
        ({**ROW, "AT": "2026-02-03 04:05"}, {"time_column": "AT"}, "AT"),
    ],
)
def test_what_cannot_be_an_event_is_refused_with_its_column(
    row: dict[str, str], changes: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidMessageError) as caught:
        observation(row, layout(**changes))
    assert caught.value.field == field
    assert caught.value.remedy


@given(st.text(), st.text())
def test_any_text_in_a_cell_is_either_understood_or_refused_as_a_bad_message(
    cell: str, local_id: str
) -> None:
    try:
        message = understood(observation({"KUNNR": local_id, "NAME1": cell, "TELF1": ""}, layout()))
    except InvalidMessageError:
        return
    assert isinstance(message, Observed)
    assert message.record.key.local_id == local_id.strip()


def test_lines_are_numbered_by_the_file_even_across_quoted_line_breaks(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('KUNNR,NAME1\n1,"two\nlines"\n2,plain\n', encoding="utf-8")
    assert [(n, row["NAME1"]) for n, row in csv_rows(file, "utf-8-sig")] == [(3, "two\nlines"), (4, "plain")]


def test_empty_lines_of_json_are_left_out_but_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a":1}\n\n{"b":2}')
    assert [(line.number, line.content) for line in json_lines(file)] == [(1, b'{"a":1}'), (3, b'{"b":2}')]


def test_a_byte_order_mark_does_not_become_part_of_a_column_name(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("\ufeffKUNNR,name.legal\n1,x\n", encoding="utf-8")
    assert heading(file, "utf-8-sig") == ["KUNNR", "name.legal"]


@pytest.mark.parametrize("content", ["KUNNR,NAME1\n1\n", "KUNNR,NAME1\n1,2,3\n", 'KUNNR,NAME1\n1,"open\n'])
def test_a_broken_row_is_refused_with_file_and_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidMessageError, match=r"a\.csv:\d"):
        list(csv_rows(file, "utf-8-sig"))


def test_a_wrong_encoding_is_named_with_the_likely_right_one(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("KUNNR,公司\n1,沪江\n".encode("gb18030"))
    with pytest.raises(InvalidMessageError) as caught:
        heading(file, "utf-8-sig")
    assert "gb18030" in caught.value.remedy
    assert heading(file, "gb18030") == ["KUNNR", "公司"]


def test_columns_named_like_paths_need_no_mapping() -> None:
    assert mapped_columns(["id", "name.legal", "remark"], [], "id") == {"name.legal": "name.legal"}


@pytest.mark.parametrize(
    ("mappings", "id_column", "said"),
    [
        (["name.legal=NAME2"], "id", "no column 'NAME2'"),
        ([], "id", "no column is mapped"),
        (["a.b=x"], "no", "'no'"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(
    mappings: list[str], id_column: str, said: str
) -> None:
    with pytest.raises(InvalidMessageError, match=said):
        mapped_columns(["id", "x"], mappings, id_column)
