"""API keys: made once, shown once, kept as a hash, compared in constant time, limited to roles and units."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.errors import NotFoundError
from hub.kernel.time import utc_now

_NOBODY = bytes(32)


class Role(StrEnum):
    """What a key may be used for. ``admin`` may do everything."""

    PUBLISHER = "publisher"
    READER = "reader"
    SALES = "sales"
    STEWARD = "steward"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. *units* limits publishing to these organisational units and ownership to these scopes; empty: all."""

    key_id: str
    name: str
    roles: frozenset[Role]
    units: frozenset[str]

    def may(self, roles: Collection[Role]) -> bool:
        """Whether the caller has one of *roles*."""
        return Role.ADMIN in self.roles or bool(self.roles & set(roles))

    def may_speak_for(self, unit: str) -> bool:
        """Whether the caller may act for *unit*."""
        return not self.units or unit in self.units


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key without its secret."""

    id: str
    name: str
    roles: tuple[str, ...]
    units: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def create(
    connection: Connection[Any],
    name: str,
    roles: Iterable[Role],
    *,
    units: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> str:
    """Make a key and give it: ``hub_<id>_<secret>``. It cannot be shown again."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    connection.execute(
        "INSERT INTO hub_api_key (id, hash, name, roles, units, expires_at) VALUES (%s, %s, %s, %s, %s, %s)",
        (key_id, _hash(secret), name, [r.value for r in roles], list(units), expires_at),
    )
    return f"hub_{key_id}_{secret}"


def authenticate(connection: Connection[Any], token: str) -> Caller | None:
    """Whose key *token* is; None when it is unknown, expired or revoked."""
    _, _, rest = token.partition("_")
    key_id, _, secret = rest.partition("_")
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            "SELECT hash, name, roles, units, expires_at, revoked_at FROM hub_api_key WHERE id = %s",
            (key_id.replace("\x00", ""),),
        )
        row = cursor.fetchone()
    known, name, roles, units, expires_at, revoked_at = row or (_NOBODY, "", [], [], None, None)
    right = hmac.compare_digest(bytes(known), _hash(secret))
    if (
        row is None
        or not right
        or revoked_at is not None
        or (expires_at is not None and utc_now() >= expires_at)
    ):
        return None
    return Caller(key_id=key_id, name=name, roles=frozenset(map(Role, roles)), units=frozenset(units))


def rows(connection: Connection[Any]) -> list[KeyRow]:
    """All keys, newest first, revoked ones included."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            "SELECT id, name, roles, units, created_at, expires_at, revoked_at FROM hub_api_key ORDER BY created_at DESC, id"
        )
        return [
            KeyRow(
                id=i,
                name=name,
                roles=tuple(roles),
                units=tuple(units),
                created_at=made,
                expires_at=ends,
                revoked_at=gone,
            )
            for i, name, roles, units, made, ends, gone in cursor
        ]


def revoke(connection: Connection[Any], key_id: str) -> None:
    """Let a key no longer work. Raises NotFoundError."""
    done = connection.execute(
        "UPDATE hub_api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = %s", (key_id,)
    )
    if done.rowcount == 0:
        raise NotFoundError(f"there is no key {key_id}")


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
