"""Read models: disposable tables that each answer one question, built from the log by position.

``crosswalk`` which customer a source record belongs to · ``golden_record`` what a customer is · ``ownership`` who owned it
when, as known when · ``history`` what happened around it · ``audit`` who changed what, from what, to what ·
``steward_queue`` what people have to decide. Each folder reads ``schema.sql`` → ``project.py`` → ``queries.py``; ``runner``
carries them forward and rebuilds them.
"""

from __future__ import annotations

SCHEMAS: tuple[tuple[str, str], ...] = (
    ("projections.runner", "schema.sql"),
    ("projections.crosswalk", "schema.sql"),
    ("projections.golden_record", "schema.sql"),
    ("projections.ownership", "schema.sql"),
    ("projections.history", "schema.sql"),
    ("projections.audit", "schema.sql"),
    ("projections.steward_queue", "schema.sql"),
)
