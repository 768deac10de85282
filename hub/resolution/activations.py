"""The activations of models in the log: which they were, and the model of each, read from its own text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from importlib.resources import files
from typing import Any

import yaml
from psycopg import Connection

from hub.kernel.errors import InvalidMessageError, NotFoundError, StoredDataError
from hub.kernel.provenance import Metadata
from hub.log.store import EventLog
from hub.models.events import STREAM, ModelActivated
from matching import Model
from matching.model import ModelError, load_model


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """One activation: who put which model in force, why and when; *number* counts them from 1."""

    number: int
    version: str
    digest: str
    text: str
    meta: Metadata

    @property
    def at(self) -> datetime:
        """When it was activated."""
        return self.meta.recorded_at


def digest_of(text: str) -> str:
    """A fingerprint of a model's file."""
    return blake2b(text.encode(), digest_size=12).hexdigest()


def described(text: str) -> dict[str, Any]:
    """What stands in a model's file, as plain data; *text* has been read as a model before."""
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def read_model(text: str, name: str = "the model") -> Model:
    """The model that *text* describes. Raises InvalidMessageError, saying of *name* what is wrong with it."""
    try:
        return load_model(text)
    except ModelError as error:
        raise InvalidMessageError(
            f"{name} is not a model: {error}",
            remedy="begin with a copy of the active one: hub model show --text",
        ) from None


def default_text() -> str:
    """The file of the model that comes with the software."""
    return files("matching.model").joinpath("default.yaml").read_text(encoding="utf-8")


def active_text(log: EventLog, number: int | None = None) -> str:
    """The file of the model in force: the one activated last, or by the activation *number*; before any the software's own.

    Raises NotFoundError when there was no such activation.
    """
    with log.connection() as connection:
        known = activations(log, connection)
    if number is not None:
        known = [a for a in known if a.number == number]
        if not known:
            raise NotFoundError(f"there was no activation {number}; see hub model list")
    return known[-1].text if known else default_text()


def activations(log: EventLog, connection: Connection[Any]) -> list[Activation]:
    """All of them, the first first."""
    return [
        Activation(
            number=event.originator_version,
            version=event.body.version,
            digest=digest_of(event.body.text),
            text=event.body.text,
            meta=event.meta,
        )
        for event in log.load(connection, [STREAM]).get(STREAM, ())
        if isinstance(event.body, ModelActivated)
    ]


def activated_model(log: EventLog, connection: Connection[Any], digest: str) -> Model:
    """The model of *digest*, which was activated. Raises StoredDataError when the log does not have it, or cannot use it."""
    text = next((a.text for a in reversed(activations(log, connection)) if a.digest == digest), None)
    if text is None:
        raise StoredDataError("the index was made by a model that the log does not know", stream=str(STREAM))
    try:
        return read_model(text)
    except InvalidMessageError as error:
        raise StoredDataError(
            f"the active model cannot be used by this version of the software: {error}", stream=str(STREAM)
        ) from None
