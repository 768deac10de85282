"""What can be set, read once a process from the environment (``HUB_…``) and, beneath it, from the YAML file HUB_CONFIG."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import (
    SettingsError as SourceError,
)

from connectors.postgres.folders import default_data_folder
from hub.kernel.errors import SettingsError

PREFIX = "HUB_"
CONFIG_VARIABLE = "HUB_CONFIG"
NOT_SETTINGS = (CONFIG_VARIABLE, "HUB_DEBUG", "HUB_TEST_DATABASE_URL", "HUB_TEST_KAFKA")
KEY_REMEDY = "make one with: openssl rand -base64 32"


def _postgres_url(value: str) -> str:
    if not value.startswith(("postgresql://", "postgres://")):
        raise ValueError("write it as postgresql://user:password@host:5432/database")
    return value


def _topic_name(value: str) -> str:
    if not 0 < len(value) <= 249 or not all(c.isascii() and (c.isalnum() or c in "._-") for c in value):
        raise ValueError("a topic is named with letters, digits, '.', '_' and '-' only")
    return value


Topic = Annotated[str, AfterValidator(_topic_name)]
DatabaseUrl = Annotated[str, AfterValidator(_postgres_url)]


class Unit(BaseModel):
    """One business unit: the topics that it publishes to, and the source systems that it may speak for (none: any)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topics: tuple[Topic, ...]
    systems: tuple[str, ...] = ()


class Settings(BaseSettings):
    """Every setting of a process. Without a database URL an embedded PostgreSQL keeps its data in *data_dir*."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    database_url: DatabaseUrl | None = Field(
        default=None, description="PostgreSQL 15 or newer; empty: embedded", repr=False
    )
    data_dir: Path = Field(default_factory=default_data_folder, description="folder of everything embedded")
    master_key: SecretStr | None = Field(
        default=None, description="32 bytes in base64 that wrap all other keys"
    )
    kafka_bootstrap: str | None = Field(
        default=None, description="host:port[,host:port]; empty: the inbox table"
    )
    kafka_group: str = Field(default="customer-hub", description="consumer group of the intake")
    kafka_member: str | None = Field(
        default=None,
        description="lasting name of this process in the group, for a quick return after a crash",
    )
    units: dict[str, Unit] = Field(
        default_factory=lambda: {"group": Unit(topics=("customer-hub.inbox",))},
        description="business units, their topics and source systems",
    )
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8080, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"
    intake_batch: int = Field(default=500, ge=1, le=10_000, description="messages in one transaction")
    projection_page: int = Field(default=500, ge=1, le=10_000, description="events in one transaction")
    dead_letter_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="stop the intake when more of the last messages than this are unreadable",
    )
    dead_letter_window: int = Field(
        default=1000, ge=1, description="how many last messages that share looks at"
    )
    dead_letter_run: int = Field(
        default=100, ge=1, description="stop it also when more than so many in a row are unreadable"
    )
    survivorship: Path | None = Field(
        default=None, description="YAML file with the rules for golden values; empty: those of the hub"
    )
    four_eyes: int | None = Field(
        default=None,
        ge=0,
        description="merges of customers that together hold more records, activities and owners need two people",
    )
    parked_days: float = Field(default=7, gt=0, description="how long an activity waits for its customer")

    @property
    def embedded(self) -> bool:
        """Whether the hub runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of all units, each once."""
        return tuple(dict.fromkeys(topic for unit in self.units.values() for topic in unit.topics))

    @property
    def systems(self) -> frozenset[str]:
        """The source systems of all units; empty when any may publish."""
        if any(not unit.systems for unit in self.units.values()):
            return frozenset()
        return frozenset(system for unit in self.units.values() for system in unit.systems)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment; the file's values are merged beneath it in `load`."""
        return init_settings, env_settings


def load(**given: Any) -> Settings:
    """Read the settings: *given*, then the environment, then the file that HUB_CONFIG names.

    Raises SettingsError, naming the variable and what to write instead.
    """
    _refuse_misspelt(os.environ)
    path = os.environ.get(CONFIG_VARIABLE)
    beneath = _read_file(Path(path).expanduser()) if path else {}
    over = {name: value for name, value in given.items() if value is not None}
    beneath = {name: value for name, value in beneath.items() if not os.environ.get(_variable(name))}
    try:
        return Settings(**{**beneath, **over})
    except ValidationError as error:
        raise SettingsError(_plainly(error, from_file=set(beneath))) from None
    except SourceError as error:
        field = str(error).split('"')[1] if '"' in str(error) else "units"
        raise SettingsError(f"{_variable(field)} is not valid JSON; write for example {EXAMPLE}") from None


def master_key_bytes(settings: Settings) -> bytes | None:
    """The master key that was given, None when none was. Raises SettingsError unless it is 32 bytes in base64."""
    if settings.master_key is None:
        return None
    try:
        key = base64.b64decode(settings.master_key.get_secret_value(), validate=True)
    except binascii.Error:
        raise SettingsError(f"HUB_MASTER_KEY is not base64; {KEY_REMEDY}") from None
    if len(key) != 32:
        raise SettingsError(f"HUB_MASTER_KEY holds {len(key)} bytes, 32 are needed; {KEY_REMEDY}")
    return key


EXAMPLE = """HUB_UNITS='{"sales-east": {"topics": ["crm.sales-east"], "systems": ["fxiaoke-sh"]}}'"""


def _variable(field: str) -> str:
    return f"{PREFIX}{field.upper()}"


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    known = [_variable(field) for field in Settings.model_fields] + list(NOT_SETTINGS)
    for name in environment:
        if (
            name.startswith(PREFIX)
            and name not in known
            and (near := get_close_matches(name, known, 1, 0.85))
        ):
            raise SettingsError(f"{name} is not a setting; did you mean {near[0]}?")


def _read_file(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{CONFIG_VARIABLE} names {path}, which cannot be read: {error.strerror}"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise SettingsError(f"{CONFIG_VARIABLE} names {path}, which is not valid YAML{where}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsError(f"{path} has to hold settings such as api_port: 8080, one a line")
    return {str(name): value for name, value in content.items()}


def _plainly(error: ValidationError, from_file: set[str]) -> str:
    """The first complaint in words, without the value: it may be a secret."""
    first = error.errors(include_input=False, include_url=False)[0]
    field, *inner = (str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden" and not inner:
        near = get_close_matches(field, Settings.model_fields, 1)
        return f"{field} is not a setting" + (f"; did you mean {near[0]}?" if near else "")
    name = f"{field} in the file of {CONFIG_VARIABLE}" if field in from_file else _variable(field)
    place = f" ({'.'.join(inner)})" if inner else ""
    remedy = f"; for example {EXAMPLE}" if field == "units" else ""
    return f"{name}{place}: {first['msg'].removeprefix('Value error, ')}{remedy}"


def as_public(settings: Settings) -> dict[str, Any]:
    """The settings for showing: no secret, no password."""
    shown: dict[str, Any] = json.loads(settings.model_dump_json(exclude={"database_url", "master_key"}))
    return {**shown, "database": "embedded" if settings.embedded else "given"}
