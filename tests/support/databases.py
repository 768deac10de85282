"""Fresh databases for tests, copied from a migrated template: cheap enough for one a test."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

Migrate = Callable[[str], object]


class Databases:
    """Creates and drops databases on one server; *server_url* must be of a role that may create databases."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._templates: dict[Migrate, str] = {}

    def create(self, migrate: Migrate | None = None) -> str:
        """A new database as *migrate* leaves it (empty without one); gives its URL."""
        return self._create(self.template_database(migrate) if migrate else "template1")

    def template_database(self, migrate: Migrate) -> str:
        """The name of a database that *migrate* has run on, once in this object's life."""
        if migrate not in self._templates:
            url = self._create("template1")
            self._templates[migrate] = urlsplit(url).path.removeprefix("/")
            migrate(url)
        return self._templates[migrate]

    def drop(self, url: str) -> None:
        """Drop the database that *url* names, together with connections that a test has left open."""
        self._drop(urlsplit(url).path.removeprefix("/"))

    def close(self) -> None:
        """Drop the templates."""
        for name in self._templates.values():
            self._drop(name)
        self._templates.clear()

    def _create(self, template: str) -> str:
        name = f"hub_test_{secrets.token_hex(6)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return urlsplit(self._server_url)._replace(path=f"/{name}").geturl()

    def _drop(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute("SET client_min_messages = warning")
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))
