"""Every event keeps its name and survives being written and read, in the shapes of today and of every day before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.kernel.errors import StoredDataError
from hub.log import codec
from hub.log.envelope import DomainEvent
from tests.hub.samples import CUSTOMER, SAMPLES, meta

GOLDEN = Path(__file__).parents[2] / "golden" / "events"


def written(body: DomainEvent) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
    parts = codec.write(body, CUSTOMER)
    head = orjson.loads(codec.write_head(meta(), parts))
    return parts.name, head["d"], orjson.loads(parts.personal) if parts.personal is not None else None


def names() -> Iterator[str]:
    return iter(codec.NAMES.values())


def test_every_event_type_has_a_sample_here() -> None:
    assert {type(body) for body in SAMPLES} == set(codec.NAMES)


@pytest.mark.parametrize("body", SAMPLES, ids=lambda b: type(b).__name__)
def test_an_event_survives_writing_and_reading(body: DomainEvent) -> None:
    name, clear, personal = written(body)
    assert codec.read(name, clear, personal) == body


@pytest.mark.parametrize("body", SAMPLES, ids=lambda b: type(b).__name__)
def test_an_event_of_which_the_personal_values_were_erased_is_still_read(body: DomainEvent) -> None:
    name, clear, personal = written(body)
    again = codec.read(name, clear, None)
    assert type(again) is type(body)
    assert (again == body) == (personal is None)


@pytest.mark.parametrize("body", SAMPLES, ids=lambda b: type(b).__name__)
def test_the_shape_that_was_stored_first_is_still_read(body: DomainEvent) -> None:
    """The files are written once, when a version is born, and never edited: a failure here means history is lost."""
    name, clear, personal = written(body)
    golden = GOLDEN / f"{name}.json"
    assert golden.exists(), (
        f"a new version needs its golden file: {orjson.dumps({'clear': clear, 'personal': personal})!r}"
    )
    stored = orjson.loads(golden.read_bytes())
    assert codec.read(name, stored["clear"], stored["personal"]) == body


def test_no_golden_file_is_left_without_a_reader() -> None:
    for golden in GOLDEN.glob("*.json"):
        stored = orjson.loads(golden.read_bytes())
        codec.read(golden.stem, stored["clear"], stored["personal"])


def test_an_unknown_name_is_named() -> None:
    with pytest.raises(StoredDataError, match=r"customer\.renamed\.v9"):
        codec.read("customer.renamed.v9", {}, None)


def test_a_shape_that_does_not_fit_is_refused() -> None:
    with pytest.raises(StoredDataError, match=r"customer\.merged-into\.v1"):
        codec.read("customer.merged-into.v1", {"survivor_id": "nobody"}, None)


def test_an_older_version_is_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def lift(
        clear: dict[str, Any], personal: dict[str, Any] | None
    ) -> tuple[dict[str, Any], dict[str, Any] | None]:
        return {"survivor_id": clear["into"]}, personal

    monkeypatch.setattr(codec, "UPCASTERS", {"customer.merged-into.v0": ("customer.merged-into.v1", lift)})
    event = codec.read("customer.merged-into.v0", {"into": str(CUSTOMER)}, None)
    assert getattr(event, "survivor_id", None) == CUSTOMER
