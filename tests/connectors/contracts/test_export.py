"""The published documents agree with the models."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import connectors.contracts
from connectors.contracts import EVENT_TYPES, ActivityReported, decode, read
from connectors.contracts.__main__ import main
from connectors.contracts.export import DIALECT, reference

SCHEMAS = Path(connectors.contracts.__file__).parent / "schemas"
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "events.md"


def test_the_schemas_in_the_repository_are_those_of_the_models(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", str(tmp_path)])

    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.iterdir()}
    assert made == kept, "run: python -m connectors.contracts export connectors/contracts/schemas"
    assert f"{len(EVENT_TYPES)} schemas" in capsys.readouterr().out


def test_the_reference_page_is_that_of_the_models(tmp_path: Path) -> None:
    main(["describe", str(tmp_path / "events.md")])

    assert (tmp_path / "events.md").read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8"), (
        "run: python -m connectors.contracts describe docs/reference/events.md"
    )


def test_every_schema_names_its_dialect_and_shows_an_example() -> None:
    for path in SCHEMAS.iterdir():
        schema = json.loads(path.read_bytes())
        assert schema["$schema"] == DIALECT
        assert schema["$id"] == path.name
        assert schema["examples"]
        assert set(schema["required"]) <= set(schema["properties"])


def test_the_page_shows_every_type_and_its_complete_event_can_be_read() -> None:
    page = reference()
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]

    assert [f"### {t.full_name}\n" in page for t in EVENT_TYPES.values()] == [True] * len(EVENT_TYPES)
    assert isinstance(read(decode(json.dumps(blocks[0]).encode()), {"crm-shanghai"}), ActivityReported)
    assert blocks[1:] == [t.example for t in EVENT_TYPES.values()]
