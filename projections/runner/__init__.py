"""Carries projections forward page by page, each page and its checkpoint in one transaction, and rebuilds them beside the old.

- ``projection.Projection``: what a read model has to offer
- ``run.Runner(log, projections, *, page_size=500)``: ``run_until(position, progress=None, stop=None)``, ``run_forever(stop)``,
  ``positions() -> dict[str, int]``, ``close()``; a context manager
- ``rebuild.rebuild(log, projection, progress=None) -> int``: from zero in a schema of its own, then switched
- ``checkpoints.wait_for(connection, name, position, timeout_s) -> bool`` and ``checkpoints.position_of(connection, name) -> int``
- ``catalogue.all_projections(log) -> list[Projection]``
"""
