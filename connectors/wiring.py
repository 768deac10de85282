"""The composition root: opens the database, creates its tables and puts the parts together; the one file that knows all.

Matching, Kafka and HTTP are imported where they are first used, so that a short command starts at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import psycopg
from psycopg.rows import tuple_row

from connectors.publishing import Publisher
from connectors.runtime.home import Home
from connectors.settings import KEY_REMEDY, Settings, master_key_bytes
from hub.handling.customers import Customers
from hub.kernel.errors import RuleViolationError, SettingsError, UnavailableError
from hub.log import migrate as log_migrate
from hub.log.store import EventLog
from projections import SCHEMAS as PROJECTION_SCHEMAS
from projections.runner.projection import Projection
from projections.runner.run import Runner

if TYPE_CHECKING:
    from fastapi import FastAPI

    from connectors.intake.transport import Transport
    from connectors.intake.worker import IntakeWorker
    from hub.resolution.desk import Desk
    from hub.resolution.load import Loader
    from hub.resolution.models import Models
    from hub.resolution.resolver import Resolver
    from hub.resolution.steward import Steward
    from hub.rules.survivorship import RuleSet

SCHEMAS: tuple[tuple[str, str], ...] = (
    ("hub.resolution", "schema.sql"),
    ("connectors.inbox", "schema.sql"),
    ("connectors.deadletters", "schema.sql"),
    ("connectors.api", "schema.sql"),
    *PROJECTION_SCHEMAS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database with all its tables, and the key to the personal values in it."""

    url: str
    master_key: bytes
    home: Home | None = None  # when it is embedded


def migrate(url: str) -> list[str]:
    """Create what is missing of every table, under an advisory lock. Gives the schemas that were run.

    Raises UnavailableError when the database does not answer, SettingsError when it is too old.
    """
    try:
        return log_migrate.migrate(url, SCHEMAS)
    except psycopg.OperationalError as error:
        raise UnavailableError(
            "the database does not answer; start it, or correct HUB_DATABASE_URL"
        ) from error


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database that *settings* name, given or embedded, with its tables."""
    with ExitStack() as stack:
        key, home = master_key_bytes(settings), None
        if settings.database_url is not None:
            if key is None:
                raise SettingsError(f"HUB_DATABASE_URL needs HUB_MASTER_KEY beside it; {KEY_REMEDY}")
            url = settings.database_url
        else:
            home = stack.enter_context(Home(settings.data_dir))
            url, key = home.url, key or home.master_key
        migrate(url)
        yield Database(url=url, master_key=key, home=home)


class Hub:
    """The parts of one process over one database, each made when it is first used."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self._open = ExitStack()

    @cached_property
    def log(self) -> EventLog:
        """The event log. Raises SettingsError when the database belongs to another master key."""
        log = EventLog(self.database.url, self.database.master_key, pool_size=12)
        self._open.callback(log.close)
        _check_master_key(log)
        return log

    @cached_property
    def resolver(self) -> Resolver:
        """Finds the customers of source records."""
        from hub.resolution.resolver import Resolver

        return Resolver(self.log)

    @cached_property
    def steward(self) -> Steward:
        """Decides and explains on behalf of people."""
        from hub.resolution.four_eyes import FourEyes
        from hub.resolution.steward import Steward
        from projections.steward_queue.queries import held_by

        limit = self.settings.four_eyes
        return Steward(self.resolver, None if limit is None else FourEyes(limit=limit, measure=held_by))

    @cached_property
    def desk(self) -> Desk:
        """Decides review cases on behalf of people."""
        from hub.resolution.desk import Desk

        return Desk(self.steward)

    def loader(self, batch: int = 2_000) -> Loader:
        """Takes in a first stock of source records, *batch* messages in one transaction."""
        from hub.resolution.load import Loader

        return Loader(self.resolver, batch=batch)

    @cached_property
    def models(self) -> Models:
        """Puts matching models in force, and knows which have been."""
        from hub.resolution.models import Models

        return Models(self.resolver)

    @cached_property
    def customers(self) -> Customers:
        """Commands to one customer."""
        return Customers(self.log)

    @cached_property
    def survivorship(self) -> RuleSet:
        """The rules by which golden values are chosen."""
        from hub.rules.survivorship import default_ruleset, load_ruleset

        path = self.settings.survivorship
        if path is None:
            return default_ruleset()
        try:
            return load_ruleset(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"HUB_SURVIVORSHIP names {path}, which cannot be read: {error}") from None

    @cached_property
    def projections(self) -> list[Projection]:
        """All read models."""
        from projections.runner.catalogue import all_projections

        return all_projections(self.log, self.survivorship)

    @contextmanager
    def worker(self) -> Iterator[IntakeWorker]:
        """One intake worker; several, in as many processes, share the inputs among them."""
        from connectors.deadletters.limits import Limits
        from connectors.intake.worker import IntakeWorker

        settings = self.settings
        transport = self._transport()
        try:
            yield IntakeWorker(
                transport,
                self.resolver,
                systems=settings.systems,
                limits=Limits(
                    consecutive=settings.dead_letter_run,
                    share=settings.dead_letter_share,
                    window=settings.dead_letter_window,
                ),
                batch=settings.intake_batch,
                parked_for=timedelta(days=settings.parked_days),
            )
        finally:
            transport.close()

    def keep_database(self, stop: threading.Event) -> None:
        """Start an embedded database again whenever it was killed, until *stop* is set; one that was given is left alone."""
        if self.database.home is not None:
            self.database.home.keep(stop)

    def take_in(self, stop: threading.Event) -> None:
        """Take in messages until *stop* is set."""
        with self.worker() as worker:
            worker.run_forever(stop)

    def _transport(self) -> Transport:
        if self.settings.kafka_bootstrap is None:
            from connectors.inbox.transport import InboxTransport

            return InboxTransport(self.database.url, self.log.offset)
        from connectors.kafka.consumer import KafkaTransport

        return KafkaTransport(
            self.settings.kafka_bootstrap,
            self.settings.topics,
            self.log.offset,
            group=self.settings.kafka_group,
            member=self.settings.kafka_member,
        )

    def publisher(self) -> Publisher:
        """What sends messages to the intake, by Kafka or the inbox; the caller closes it."""
        if self.settings.kafka_bootstrap is None:
            from connectors.inbox.publisher import InboxPublisher

            return InboxPublisher(self.database.url)
        from connectors.kafka.producer import KafkaPublisher

        return KafkaPublisher(self.settings.kafka_bootstrap, self.settings.topics)

    def app(self) -> FastAPI:
        """The API. Its publisher is closed with the hub."""
        from connectors.api.app import create_app
        from connectors.api.services import Services

        publisher = self.publisher()
        self._open.callback(publisher.close)
        return create_app(
            Services(
                log=self.log,
                customers=self.customers,
                resolver=self.resolver,
                steward=self.steward,
                publisher=publisher,
                topic_of=self.topic_of,
                systems=self.settings.systems,
                read_models=tuple(p.name for p in self.projections),
            )
        )

    def topic_of(self, unit: str) -> str:
        """The topic to which what *unit* says is published. Raises RuleViolationError for an unknown unit."""
        units = self.settings.units
        if unit not in units and len(units) > 1:
            raise RuleViolationError(
                f"the unit {unit} has no topic; add it to HUB_UNITS, or name one of {', '.join(units)}"
            )
        return units.get(unit, next(iter(units.values()))).topics[0]

    def runner(self) -> Runner:
        """What carries the read models forward; the caller closes it."""
        return Runner(self.log, self.projections, page_size=self.settings.projection_page)

    def project(self, stop: threading.Event) -> None:
        """Carry the read models forward until *stop* is set."""
        with self.runner() as runner:
            runner.run_forever(stop)

    def close(self) -> None:
        """Close what was opened, the last first."""
        self._open.close()


@contextmanager
def open_hub(settings: Settings) -> Iterator[Hub]:
    """A hub over the database that *settings* name; closed, and an embedded database stopped, on leaving."""
    with open_database(settings) as database:
        hub = Hub(settings, database)
        try:
            yield hub
        finally:
            hub.close()


def _check_master_key(log: EventLog) -> None:
    """Refuse to write beside keys that another master key wrapped."""
    with log.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(
            "SELECT subject_id FROM hub_subject_key WHERE wrapped IS NOT NULL LIMIT 1"
        ).fetchone()
        if row:
            log.keys.fetch(connection, [row[0]])
