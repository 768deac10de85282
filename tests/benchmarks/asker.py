"""Asks for golden records over HTTP from a process of its own, until its standard input ends; prints the times in ms.

The first line of standard input is a JSON object with url, token and ids. A client in the process of the intake would
measure how long it waits for that one's interpreter lock, not for the hub.
"""

from __future__ import annotations

import http.client
import itertools
import json
import select
import sys
import time
from statistics import quantiles
from urllib.parse import urlsplit

PAUSE_S = 0.005


def main() -> None:
    """Ask, one after the other over one connection, with a short pause between."""
    given = json.loads(sys.stdin.readline())
    where = urlsplit(given["url"])
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    headers = {"Authorization": f"Bearer {given['token']}"}
    times: list[float] = []
    for customer_id in itertools.cycle(given["ids"]):
        started = time.perf_counter()
        connection.request("GET", f"/v1/customers/{customer_id}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            sys.exit(f"status {answer.status}: {body[:200]!r}")
        if select.select([sys.stdin], [], [], PAUSE_S)[0]:
            break
    cuts = quantiles(times, n=100)
    print(json.dumps({"p50": cuts[49], "p99": cuts[98], "asked": len(times)}))


if __name__ == "__main__":
    main()
