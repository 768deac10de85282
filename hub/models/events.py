"""What happens to models: one is activated, with its whole text, so that the log alone says by what it was matched."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from hub.kernel.ids import NAMESPACE

STREAM: UUID = uuid5(NAMESPACE, "models")
"""The stream of all activations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelActivated:
    """From here on records are matched by the model *version*; *text* is its file."""

    version: str
    text: str
