"""The files of a first stock: which they are, what their columns mean, and the messages that they hold.

What was read is kept in an unnamed file of its own, so that memory holds no payloads and a file that changes meanwhile does
no harm.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Any

import yaml
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.cli.records_file import (
    CsvLayout,
    csv_records,
    heading,
    json_lines,
    mapped_columns,
    observation,
)
from connectors.deadletters import store
from connectors.deadletters.limits import Gauge, Limits
from connectors.deadletters.store import Failure
from connectors.intake.reading import read_message
from connectors.intake.transport import RawMessage
from hub.kernel.errors import HubError, InvalidMessageError, SettingsError
from hub.kernel.source_record import PartyKind
from hub.resolution.items import Item

LISTING = "load.yaml"
SUFFIXES = (".csv", ".jsonl", ".ndjson", ".json")


class FileOptions(BaseModel):
    """What has to be known of one file: the same as the options of ``hub publish``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path
    unit: str | None = None
    source: str | None = None
    object: str = "customer"
    kind: PartyKind = PartyKind.ORGANISATION
    id_column: str = "id"
    map: dict[str, str] = Field(default_factory=dict, description="value path → column")
    time_column: str | None = None
    encoding: str = "utf-8-sig"


class Listing(BaseModel):
    """The file ``load.yaml`` of a folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: tuple[FileOptions, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFile:
    """One file, the topic to which its unit publishes, and what its columns mean (None: it holds CloudEvents)."""

    path: Path
    topic: str
    layout: CsvLayout | None
    encoding: str

    def described(self) -> str:
        """All that the messages depend on besides the content; a time of the file counts only where it is used."""
        if self.layout is None:
            return self.topic
        as_of = self.layout.as_of.isoformat() if self.layout.time_column is None else ""
        columns = sorted(self.layout.columns.items())
        named = (self.layout.system, self.layout.object, self.layout.unit, self.layout.kind.value)
        return repr((self.topic, named, self.layout.id_column, columns, self.layout.time_column, as_of))


def listed(paths: Sequence[Path], options: Mapping[str, Any]) -> list[FileOptions]:
    """The files that *paths* name, with *options*; a folder stands for its load.yaml, else for all files in it.

    Raises SettingsError for a listing that cannot be used, and where there is no file.
    """
    found: list[FileOptions] = []
    for path in paths:
        if not path.is_dir():
            found.append(FileOptions(file=path, **options))
        elif (path / LISTING).exists():
            found += _listing(path)
        else:
            files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
            found += [FileOptions(file=p, **options) for p in files]
    if not found:
        raise SettingsError(f"there are no files to load; name some, or a folder of {', '.join(SUFFIXES)}")
    return found


def _listing(folder: Path) -> list[FileOptions]:
    path = folder / LISTING
    try:
        listing = Listing.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid YAML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"{path}: {place}: {first['msg']}; see docs/how-to/load-a-first-stock.md"
        ) from None
    return [one.model_copy(update={"file": folder / one.file}) for one in listing.files]


def stock_file(options: FileOptions, units: Collection[str], topic_of: Callable[[str], str]) -> StockFile:
    """*options* complete, or SettingsError or InvalidMessageError that says what is missing."""
    if options.unit is None and len(units) > 1:
        raise SettingsError(f"{options.file}: name the publishing unit, one of {', '.join(units)}")
    unit = options.unit or next(iter(units))
    layout = None
    if options.file.suffix.lower() == ".csv":
        if options.source is None:
            raise SettingsError(
                f"{options.file}: a CSV file needs its source, the system that its records come from"
            )
        mappings = [f"{path}={column}" for path, column in options.map.items()]
        layout = CsvLayout(
            system=options.source,
            object=options.object,
            unit=unit,
            kind=options.kind,
            id_column=options.id_column,
            columns=mapped_columns(heading(options.file, options.encoding), mappings, options.id_column),
            as_of=datetime.fromtimestamp(options.file.stat().st_mtime, UTC),
            time_column=options.time_column,
        )
    return StockFile(path=options.file, topic=topic_of(unit), layout=layout, encoding=options.encoding)


@dataclass(slots=True)
class _Places:
    """Where each message lies in the spill, and where it came from."""

    starts: array[int] = field(default_factory=lambda: array("q", [0]))
    files: array[int] = field(default_factory=lambda: array("q"))
    lines: array[int] = field(default_factory=lambda: array("q"))


class FileStock:
    """The messages of *files*. *advance* hears how many bytes of them have been read."""

    def __init__(
        self,
        files: Sequence[StockFile],
        *,
        systems: Collection[str] = (),
        limits: Limits | None = None,
        advance: Callable[[int], None] = lambda size: None,
    ) -> None:
        self._files = files
        self._systems = systems
        self._limits = limits or Limits()
        self._advance = advance
        self._spill = tempfile.TemporaryFile(prefix="hub-load-")  # noqa: SIM115 - lives as long as the stock
        self._places = _Places()
        self._failures: list[Failure] = []
        self._buried = 0
        self.files: Sequence[str] = [str(file.path) for file in files]
        self.digest = _digest(files)

    @property
    def dead_letters(self) -> int:
        """How many messages could not be read or taken in."""
        return len(self._failures) + self._buried

    def read(self) -> Iterator[Item]:
        """All readable messages, in order. Raises InvalidMessageError when too much of a file cannot be read."""
        for number, file in enumerate(self._files):
            gauge = Gauge(self._limits)
            for line, raw, wrong in _messages(file):
                message = self._raw(number, line, raw)
                item = wrong or self._item(message)
                self._advance(len(raw) + 1)
                failed = isinstance(item, HubError)
                if reason := gauge.count(failed=failed):
                    raise InvalidMessageError(
                        f"{file.path}:{line}: {reason}; the last: {item}",
                        remedy="nothing has been loaded; correct the file or its options and start again",
                    )
                if isinstance(item, HubError):
                    self._failures.append(Failure(message=message, error=item))
                    continue
                self._spill.write(raw)
                self._places.starts.append(self._places.starts[-1] + len(raw))
                self._places.files.append(number)
                self._places.lines.append(line)
                yield item
        self._spill.flush()

    def fetch(self, numbers: Sequence[int]) -> list[Item]:
        """The messages *numbers*, read again."""
        return [read_message(self._message(number), self._systems) for number in numbers]

    def bury_unreadable(self, connection: Connection[Any]) -> None:
        """Put what could not be read to the dead letters."""
        store.put(connection, self._failures)

    def bury(self, connection: Connection[Any], number: int, error: Exception) -> None:
        """Put the message *number* to the dead letters."""
        known = error if isinstance(error, HubError) else None
        kind = type(error).__name__
        refusal = known or InvalidMessageError(
            f"the hub cannot take it in ({kind})",
            field="value",
            remedy="compare it with the schema of its type; once it is right: hub deadletter retry",
        )
        store.put(connection, [Failure(message=self._message(number), error=refusal)])
        self._buried += 1

    def close(self) -> None:
        """Let go of what was kept."""
        self._spill.close()

    def _item(self, message: RawMessage) -> Item | InvalidMessageError:
        try:
            return read_message(message, self._systems)
        except InvalidMessageError as error:
            return error

    def _message(self, number: int) -> RawMessage:
        start, end = self._places.starts[number], self._places.starts[number + 1]
        self._spill.seek(start)
        return self._raw(
            self._places.files[number], self._places.lines[number], self._spill.read(end - start)
        )

    def _raw(self, file: int, line: int, content: bytes) -> RawMessage:
        known = self._files[file]
        return RawMessage(
            input=f"load:{known.path.name}:{file}", stream=known.topic, offset=line, key=None, value=content
        )


def _messages(file: StockFile) -> Iterator[tuple[int, bytes, InvalidMessageError | None]]:
    """Line, message, and why it is none; what is none comes as it stands in the file."""
    if file.layout is None:
        for line in json_lines(file.path):
            yield line.number, line.content, None
        return
    for record in csv_records(file.path, file.encoding):
        try:
            if record.wrong is not None:
                raise record.wrong
            content = observation(record.row, file.layout)
        except InvalidMessageError as error:
            error.remedy = f"{error.remedy}; then send the row by hub publish"
            yield record.number, record.content, error
        else:
            yield record.number, content, None


def _digest(files: Sequence[StockFile]) -> str:
    whole = blake2b(digest_size=16)
    for file in files:
        with file.path.open("rb") as content:
            whole.update(file_digest(content, "blake2b").digest())
        whole.update(file.described().encode())
    return whole.hexdigest()
