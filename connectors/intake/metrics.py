"""What the intake counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("hub_intake_messages", "Messages taken in, by what became of them", ["outcome"])
DEAD_LETTERS = Counter("hub_intake_dead_letters", "Messages put aside for good, by reason", ["code"])
BATCH_SECONDS = Histogram("hub_intake_batch_seconds", "Time from a batch's arrival to its commit")
LAG = Gauge("hub_intake_lag", "Messages still to come, by input", ["input"])
PAUSED = Gauge(
    "hub_intake_paused", "1 for an input that was stopped because too much of it could not be read", ["input"]
)
