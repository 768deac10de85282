"""Whether a broker is there at all, asked before the client: one that finds none leaves a thread and sockets behind."""

from __future__ import annotations

import socket

from hub.kernel.errors import UnavailableError

BOOTSTRAP_TIMEOUT_S = 5
"""So long a client looks for a first broker; whoever uses it tries again."""


def find_broker(bootstrap: str) -> list[str]:
    """The addresses in *bootstrap*, host:port with commas between. Raises UnavailableError when nobody listens at any."""
    addresses = bootstrap.split(",")
    for address in addresses:
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), BOOTSTRAP_TIMEOUT_S).close()
        except OSError:
            continue
        return addresses
    raise UnavailableError(f"no Kafka broker at {bootstrap} takes connections", retry_after_s=2.0)
