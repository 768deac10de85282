"""The HTTP API: publish events, read golden records, decide on owners and identity, replay and audit. Deny by default."""
